//! What asking for traces came to, backend by backend.

use std::sync::Arc;

use super::{Exemplar, Nanos, Summary, Trace};
use crate::domain::health::Health;

/// How one backend did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// Of the backend.
    pub name: String,
    pub took_ms: u64,
    pub requests: u64,
    /// Why it gave no answer.
    pub trouble: Option<String>,
    /// What it said beside its answer.
    pub says: Vec<String>,
    /// The address that answered last, without credentials.
    pub address: String,
    /// How the way to it stood then.
    pub health: Health,
}

/// A trace, if anyone had it; those asked are told, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    pub trace: Option<Arc<Trace>>,
    pub outcomes: Vec<Outcome>,
}

/// Recent traces of a service.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summaries {
    pub failing: Vec<Summary>,
    pub slow: Vec<Summary>,
    pub outcomes: Vec<Outcome>,
}

/// What went wrong, in one sentence for each backend; empty where all answered.
pub fn troubles(outcomes: &[Outcome]) -> Vec<String> {
    let told = outcomes.iter().filter_map(|one| Some(format!("{}: {}", one.name, one.trouble.as_ref()?)));
    told.collect()
}

/// Asks for traces in which `service` has a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecentAsk {
    pub service: String,
    /// Unix seconds.
    pub from: i64,
    pub to: i64,
    /// Of each sort, at most.
    pub limit: usize,
    /// From which duration on one is slow; without, the longest are.
    pub slower_than: Option<Nanos>,
}

/// Asks for the exemplars of a service's latency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExemplarsAsk {
    pub service: String,
    /// The backend that tells its signals.
    pub source: String,
    /// Unix seconds.
    pub from: i64,
    pub to: i64,
}

/// Exemplars that are shown and listed.
const SHOWN: usize = 8;

/// Exemplars of a service's latency, the newest last; or why there are none to be had.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Exemplars {
    pub found: Vec<Exemplar>,
    pub requests: u64,
    pub trouble: Option<String>,
}

impl Exemplars {
    /// The few slowest, the slowest first.
    pub fn slowest(&self) -> Vec<Exemplar> {
        let mut found = self.found.clone();
        found.sort_by(|a, b| b.value.total_cmp(&a.value).then(b.at.cmp(&a.at)));
        found.truncate(SHOWN);
        found
    }
}
