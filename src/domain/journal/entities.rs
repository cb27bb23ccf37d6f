//! What the log knows beside incidents and overrides. Texts are as typed.

use chrono::{DateTime, Utc};

use crate::domain::slo::correction::{Recurrence, When};
use crate::domain::slo::span::Span;

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

/// A maintenance window, `[from, to)` as planned; of one that comes back, the first.
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
    pub again: Option<Again>,
}

/// How a window comes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Again {
    /// The rule as typed.
    pub rule: String,
    pub recurrence: Recurrence,
}

impl Maintenance {
    /// Begun, by the plan or by hand, and not ended.
    pub fn running(&self, now: DateTime<Utc>) -> bool {
        self.next(now).is_some_and(|(from, _)| from <= now)
    }

    /// What it covers or will cover, `[from, to)`: begun and ended by hand where it was, never past the plan.
    /// `None` where it was called off. One that comes back is not begun by hand, and is ended once and for all.
    pub fn when(&self) -> Option<When> {
        if let Some(again) = &self.again {
            let end = self.ended.map(|ended| ended.timestamp());
            let recurrence = Recurrence { end, ..again.recurrence.clone() };
            recurrence.next(self.from.timestamp())?;
            return Some(When::Again(recurrence));
        }
        let from = self.started.unwrap_or(self.from);
        let to = self.ended.map_or(self.to, |ended| ended.min(self.to));
        (from < to).then(|| When::Once(Span { from: from.timestamp(), to: to.timestamp() }))
    }

    /// The last occurrence of all, `[from, to)`; the first where that is endless or was called off.
    pub fn last(&self) -> (DateTime<Utc>, DateTime<Utc>) {
        let first = (self.from, self.to);
        let Some(When::Again(recurrence)) = self.when() else { return first };
        let everything = Span { from: first.0.timestamp(), to: i64::MAX / 2 };
        let ends =
            recurrence.end.is_some() || recurrence.rule.count.is_some() || recurrence.rule.until.is_some();
        let last = ends.then(|| recurrence.between(everything, usize::MAX).pop()).flatten();
        last.and_then(instants).unwrap_or(first)
    }

    /// The occurrence that runs or else is next, `[from, to)`.
    pub fn next(&self, now: DateTime<Utc>) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        let span = match self.when()? {
            When::Once(span) => Some(span).filter(|span| now.timestamp() < span.to),
            When::Again(recurrence) => recurrence.next(now.timestamp()),
        };
        span.and_then(instants)
    }
}

fn instants(span: Span) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    DateTime::from_timestamp(span.from, 0).zip(DateTime::from_timestamp(span.to, 0))
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
