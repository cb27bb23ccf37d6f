//! The built program in a pseudo-terminal: what it draws, and what it leaves behind.

#![cfg(unix)]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail where it stands")]

mod bytes;
mod ends;
mod looks;
#[path = "../support/program.rs"]
mod program;
#[path = "../support/pty.rs"]
mod pty;
mod recording;
mod sizes;
mod together;
