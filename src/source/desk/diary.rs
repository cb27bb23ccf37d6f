//! What a desk has to say to the program's log: changes, not states.

use std::time::Duration;

use super::Desk;
use crate::source::poller::SLOW;
use crate::source::{SourceError, Toll};

impl Desk {
    pub(super) fn note(&self, was_failing: bool, outcome: &Result<Toll, SourceError>, took: Duration) {
        let backend = self.status.name.as_str();
        match outcome {
            Err(error) if !was_failing => {
                tracing::warn!(backend, class = error.class(), text = %error, "trouble begins");
            }
            Ok(toll) if was_failing && toll.requests > 0 => tracing::info!(backend, "trouble ends"),
            _ => {}
        }
        if took >= SLOW {
            tracing::info!(backend, ms = took.as_millis() as u64, "a slow poll");
        }
    }
}
