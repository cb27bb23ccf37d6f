//! How the way to a backend stood, as a recording keeps it.

use chrono::{DateTime, TimeDelta};
use serde::{Deserialize, Serialize};

use crate::domain::health::{Circuit, Endpoint, Health};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Way {
    pub(super) address: String,
    endpoints: Vec<Stop>,
    answering: usize,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    apart: bool,
    #[serde(default)]
    attempts: u64,
    retries: u64,
    delayed: u64,
    spared: u64,
    /// Milliseconds.
    offset: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Stop {
    address: String,
    circuit: String,
    failures: u32,
    /// Unix milliseconds.
    next: Option<i64>,
    said: Option<String>,
}

impl Way {
    pub(super) fn of(address: String, health: &Health) -> Self {
        let stop = |endpoint: &Endpoint| Stop {
            address: endpoint.address.clone(),
            circuit: endpoint.circuit.word().to_owned(),
            failures: endpoint.failures,
            next: endpoint.next_try.map(|next| next.timestamp_millis()),
            said: endpoint.said.clone(),
        };
        Self {
            address,
            endpoints: health.endpoints.iter().map(stop).collect(),
            answering: health.answering,
            apart: health.apart,
            attempts: health.attempts,
            retries: health.retries,
            delayed: health.delayed,
            spared: health.spared,
            // Below a second it is the way there and back, and never the same twice.
            offset: health.clock_offset.map(|offset| offset.num_seconds() * 1000),
        }
    }

    /// Whether there is anything new but one more attempt, which there always is.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        Self { attempts: other.attempts, ..self.clone() } == *other
    }

    pub(super) fn health(&self) -> Health {
        let circuits = [Circuit::Closed, Circuit::HalfOpen, Circuit::Open];
        let endpoint = |stop: &Stop| Endpoint {
            address: stop.address.clone(),
            circuit: circuits.into_iter().find(|one| one.word() == stop.circuit).unwrap_or_default(),
            failures: stop.failures,
            next_try: stop.next.and_then(DateTime::from_timestamp_millis),
            said: stop.said.clone(),
        };
        Health {
            endpoints: self.endpoints.iter().map(endpoint).collect(),
            answering: self.answering,
            apart: self.apart,
            attempts: self.attempts,
            retries: self.retries,
            delayed: self.delayed,
            spared: self.spared,
            clock_offset: self.offset.and_then(TimeDelta::try_milliseconds),
        }
    }
}
