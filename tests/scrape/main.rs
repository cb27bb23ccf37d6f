//! Pages of metrics as a backend: what is counted from them, what is a gap, and what a second start knows.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail where it stands")]

mod counted;
mod faults;
mod kit;
mod restart;
mod signals;
