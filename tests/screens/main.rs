//! What must be seen on the screens of SLOs, signals, sources and help, from counts that are known.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot set up its sample has failed")]

mod explain;
mod groups;
mod hostile;
mod kinds;
mod pager;
mod sample;
mod seen;
mod traces;
