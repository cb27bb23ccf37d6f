//! What must be seen on the screens of SLOs, signals, sources and help, from counts that are known.

#![expect(clippy::unwrap_used, reason = "a sample that cannot be made has to stop the test")]

mod hostile;
mod sample;
mod seen;
