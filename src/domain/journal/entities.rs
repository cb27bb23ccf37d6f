//! What the log knows beside incidents and overrides. Texts are as typed.

use chrono::{DateTime, Utc};

/// A deployment or another change, for a marker on charts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub id: String,
    pub at: DateTime<Utc>,
    pub actor: String,
    pub service: Option<String>,
    pub text: String,
    pub source: Option<String>,
}

/// A maintenance window, `[from, to)` as planned.
#[derive(Clone, Debug, PartialEq)]
pub struct Maintenance {
    pub id: String,
    pub actor: String,
    pub services: Vec<String>,
    /// Ids; with no service and no SLO it concerns everything.
    pub slos: Vec<String>,
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
    pub text: String,
    /// Share of the budget it may cost, 0–1.
    pub estimate: Option<f64>,
    pub excluded: bool,
    pub reason: Option<String>,
    pub started: Option<DateTime<Utc>>,
    pub ended: Option<DateTime<Utc>>,
}

impl Maintenance {
    /// Begun, by the plan or by hand, and not ended.
    pub fn running(&self, now: DateTime<Utc>) -> bool {
        self.started.unwrap_or(self.from) <= now && now < self.ended.unwrap_or(self.to)
    }

    /// What it covered or will cover, `[from, to)`: begun and ended by hand where it was, never
    /// past the plan. `None` where it was called off.
    pub fn span(&self) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        let from = self.started.unwrap_or(self.from);
        let to = self.ended.map_or(self.to, |ended| ended.min(self.to));
        (from < to).then_some((from, to))
    }

    /// Whether this SLO of this service is meant.
    pub fn concerns(&self, slo: &str, service: &str) -> bool {
        let everything = self.services.is_empty() && self.slos.is_empty();
        everything
            || self.slos.iter().any(|named| named == slo)
            || self.services.iter().any(|named| named == service)
    }

    /// Not begun yet.
    pub fn upcoming(&self, now: DateTime<Utc>) -> bool {
        self.ended.is_none() && now < self.started.unwrap_or(self.from)
    }
}

/// The policy step an SLO is in, and since when.
#[derive(Clone, Debug, PartialEq)]
pub struct PolicyChange {
    pub at: DateTime<Utc>,
    pub slo: String,
    pub from: Option<String>,
    pub to: String,
    /// Share of the budget left, 1 is all of it.
    pub remaining: Option<f64>,
}

/// The latest hand-off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handoff {
    /// Id of the shift.
    pub shift: String,
    pub schedule: Option<String>,
    pub outgoing: String,
    pub incoming: String,
    pub signed: DateTime<Utc>,
    pub accepted: Option<DateTime<Utc>>,
    pub forced: Option<String>,
}
