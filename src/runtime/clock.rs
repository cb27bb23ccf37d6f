//! The one reader of real time.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::source::Clock;

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that asks the system; all others are given the time"
)]
pub fn now() -> DateTime<Utc> {
    Utc::now()
}

/// Real time, or the instant that `--at` fixes for the whole program.
pub fn clock(fixed: Option<DateTime<Utc>>) -> Clock {
    match fixed {
        Some(at) => Arc::new(move || at),
        None => Arc::new(now),
    }
}
