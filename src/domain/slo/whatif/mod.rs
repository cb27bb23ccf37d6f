//! What if the objective were another: the same counts, judged by a changed target, window or method. Nothing is written.

mod column;
mod knob;
mod pages;

use std::sync::Arc;

use super::calendar::{self, Calendar};
use super::method::Method;
use super::objective::Objective;
use super::sli::Sli;
use super::status::{Data, SloStatus};
use super::target::Target;
use super::tier::preset;
use super::window::Window;
use crate::domain::judge::{Books, Circumstances, judge};

pub use column::{Column, Figure, Line, column, compare, limits};
pub use knob::{Dial, Knob};
pub use pages::pages;

/// What is to be different; `None` leaves it as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Change {
    pub target: Option<Target>,
    pub window: Option<Horizon>,
    /// One of [`ways`]; only its kind counts, its slices are those of the objective.
    pub method: Option<Method>,
}

/// What a budget is for: a rolling window, or the period of a calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Horizon {
    Rolling(Window),
    /// In the zone of the objective's own calendar, else in UTC.
    Calendar(calendar::Unit),
}

impl Change {
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// The methods as `objective` would use them: its own as it is, the others with its slice and target. A composite has
/// none but its rule.
pub fn ways(objective: &Objective) -> Vec<Method> {
    if matches!(objective.sli, Sli::Composite(_)) {
        return vec![objective.method];
    }
    let slice = objective.method.slice().unwrap_or(super::ledger::BASE);
    let target = objective.target;
    let all = [Method::Occurrences, Method::Timeslices { slice, target }, Method::RatioTimeslices { slice }];
    let own =
        |method: Method| if method.word() == objective.method.word() { objective.method } else { method };
    all.map(own).to_vec()
}

/// `objective` with `change` in it. A preset's tiers follow the window; the objective's own stay as they are,
/// and so do those of a preset that has none for that window.
pub fn changed(objective: &Objective, change: &Change) -> Objective {
    let mut other = objective.clone();
    other.target = change.target.unwrap_or(objective.target);
    if let Some(method) = change.method {
        let found = ways(&other).into_iter().find(|way| way.word() == method.word());
        other.method = found.unwrap_or(other.method);
    }
    if let Some(horizon) = change.window {
        other.calendar = match horizon {
            Horizon::Rolling(_) => None,
            Horizon::Calendar(unit) => {
                let zone = objective.calendar.map_or(chrono_tz::UTC, |own| own.zone);
                let own = objective.calendar.filter(|own| own.unit == unit);
                Some(own.unwrap_or(Calendar::new(unit, zone)))
            }
        };
        other.window = match horizon {
            Horizon::Rolling(window) => window,
            Horizon::Calendar(_) => other.calendar.map_or(objective.window, Calendar::nominal),
        };
        if let Some(Ok(tiers)) = preset(&objective.alerts, other.window) {
            other.tiers = tiers;
        }
    }
    other
}

/// What `status` would be if its objective were changed so, at the same instant, by the same counts and maintenance.
pub fn what_if(status: &SloStatus, change: &Change) -> SloStatus {
    let objective = changed(&status.objective, change);
    let budget = match objective.method {
        method if method == status.objective.method => Arc::clone(status.weighed()),
        Method::Occurrences => Arc::clone(&status.counts),
        method => Arc::new(status.counts.map(|_, width, tally| method.weigh(tally, width))),
    };
    let why = Circumstances {
        now: status.as_of.unwrap_or_default(),
        stale_after: i64::MAX,
        fault: match &status.data {
            Data::Error(fault) => Some(fault.clone()),
            _ => None,
        },
        corrections: Arc::clone(&status.maintenance),
        ..Circumstances::default()
    };
    let books = Books { counts: Arc::clone(&status.counts), budget };
    let judged = judge(&Arc::new(objective), books, &why);
    // What is known of now is no better by another objective.
    let data = match status.data {
        Data::Stale | Data::NoAnswer => status.data.clone(),
        _ => judged.data.clone(),
    };
    SloStatus { data, queries: Arc::clone(&status.queries), ..judged }
}

#[cfg(test)]
mod tests;
