//! What the same counts come to by the other methods.

use std::sync::Arc;

use super::Row;
use crate::domain::quantity::{percent, ratio};
use crate::domain::slo::correction::{Corrected, apply};
use crate::domain::slo::ledger::{HOUR, MIDDLE_SPAN};
use crate::domain::slo::method::Method;
use crate::domain::slo::objective::Objective;
use crate::domain::slo::status::SloStatus;
use crate::domain::slo::whatif::ways;
use crate::domain::slo::window::Window;

/// The answer of one method.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Told {
    pub method: Method,
    pub sli: f64,
    pub remaining: Option<f64>,
    /// Slices before the last three days are whole hours, because finer counts are not kept.
    pub coarse: bool,
}

/// What the methods other than the objective's own make of its counts, without what maintenance leaves out. None for a
/// composite.
pub fn other_methods(status: &SloStatus) -> Vec<Told> {
    let objective = &status.objective;
    ways(objective)
        .into_iter()
        .filter(|method| method.word() != objective.method.word())
        .filter_map(|method| told(status, method))
        .collect()
}

fn told(status: &SloStatus, method: Method) -> Option<Told> {
    let at = status.as_of?;
    let ledger = Arc::new(status.counts.map(|_, width, tally| method.weigh(tally, width)));
    let objective = Objective { method, ..Objective::clone(&status.objective) };
    let reading = objective.read(&ledger, at)?;
    let Corrected { ledger, reading, .. } = apply(&objective, &ledger, &status.maintenance, at, reading)
        .unwrap_or_else(|| Corrected::nothing(&ledger, Some(reading)));
    let reading = reading?;
    let sli = 1.0 - reading.tally.error_ratio()?;
    let remaining = objective.budget(&ledger, at, reading).remaining;
    let coarse = method != Method::Occurrences && reading.window.as_seconds() > MIDDLE_SPAN;
    Some(Told { method, sli, remaining, coarse })
}

pub(super) fn rows(status: &SloStatus) -> Vec<Row> {
    other_methods(status).into_iter().map(row).collect()
}

fn row(told: Told) -> Row {
    let formula = match told.method {
        Method::Occurrences => "1 − bad / total".to_owned(),
        Method::Timeslices { slice, target } => format!("slices of {slice} with {target} good / all slices"),
        Method::RatioTimeslices { slice } => format!("mean SLI of slices of {slice}"),
    };
    let coarse = if told.coarse {
        format!("slices of {} before the last {}", Window::seconds(HOUR), Window::seconds(MIDDLE_SPAN))
    } else {
        String::new()
    };
    let left =
        told.remaining.map_or_else(|| "no budget".to_owned(), |left| format!("{} left", percent(left)));
    Row::sum(told.method.word(), formula, coarse, format!("{}, {left}", ratio(told.sli)))
}
