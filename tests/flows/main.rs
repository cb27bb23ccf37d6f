//! The dashboard as its reader lives with it: the real loop on a test canvas, with paused time.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail where it stands")]

mod discover;
mod failure;
mod fake;
mod groups;
mod hostile;
mod keys;
mod kit;
mod log;
mod polled;
mod quiet;
mod replace;
mod replay;
mod restart;
mod stage;
mod start;
mod steady;
mod traces;
