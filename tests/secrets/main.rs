//! Secrets are planted wherever one can come from, servers repeat them wherever they can, and nothing that the program
//! prints or keeps may hold one.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod echo;
mod planted;
#[path = "../support/program.rs"]
mod program;
#[path = "../support/pty.rs"]
#[expect(dead_code, reason = "one look at the dashboard needs little of it")]
mod pty;
#[path = "../support/search.rs"]
mod search;
mod tests;
