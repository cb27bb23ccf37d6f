//! The ledgers of one objective, and how its cells are laid.

use std::sync::Arc;

use super::{Asked, Query, Range, Source};
use crate::domain::judge::Books;
use crate::domain::slo::ledger::{BASE, HOUR, Ledger, Resolution};
use crate::domain::slo::objective::Objective;
use crate::domain::slo::tally::Tally;
use crate::domain::slo::window::Window;

/// One objective with its ledger.
pub struct Line {
    pub objective: Arc<Objective>,
    pub(super) ledger: Arc<Ledger>,
    /// The same cells as slices, where the method has them.
    pub(super) slices: Option<Arc<Ledger>>,
    /// Every cell has to be seen, not hours: a composite judges them one by one.
    in_cells: bool,
    /// The longest stretch that anyone asks of it.
    pub(super) reach: Window,
    key: String,
    pub(super) queries: Arc<[Query]>,
    /// End of the newest fine cell that was asked for.
    pub(super) asked_to: Option<i64>,
    pub(super) fault: Option<Fault>,
    /// Seconds that the last fault had to wait, until history has been had.
    pub(super) patience: i64,
}

impl Line {
    pub(super) fn new(name: &str, source: &dyn Source, objective: Arc<Objective>) -> Self {
        let mut line = Self {
            key: cache_key(name, source, &objective),
            queries: source.queries(&objective, BASE).into(),
            ledger: Arc::new(Ledger::new(BASE, objective.reach())),
            slices: None,
            in_cells: false,
            reach: objective.reach(),
            asked_to: None,
            fault: None,
            patience: 0,
            objective,
        };
        line.start_over(cell_for(&line.objective, None));
        line
    }

    /// Empty ledgers with cells of width `base`.
    pub(super) fn start_over(&mut self, base: Window) {
        let make = if self.in_cells { Ledger::of_cells } else { Ledger::new };
        self.ledger = Arc::new(make(base, self.reach));
        self.slices = self.objective.method.slice().map(|_| Arc::clone(&self.ledger));
    }

    /// Keeps every cell for a composite that reaches back so far.
    pub(super) fn serve(&mut self, reach: Window) {
        if !self.in_cells {
            self.key.push_str(" in cells");
        }
        self.in_cells = true;
        self.reach = self.reach.max(reach);
        self.start_over(self.ledger.base());
    }

    /// The width of the cells that `resolution` is asked in: slices have to be seen one by one.
    pub(super) fn width(&self, resolution: Resolution) -> Window {
        let hourly = resolution == Resolution::Hours && self.slices.is_none() && !self.in_cells;
        if hourly { Window::seconds(HOUR) } else { self.ledger.base() }
    }

    pub(super) fn asked(&self, resolution: Resolution) -> Asked {
        Asked { objective: Arc::clone(&self.objective), cell: self.width(resolution) }
    }

    pub(super) fn record(&mut self, resolution: Resolution, points: &[(i64, Tally)], range: Range) {
        record(Arc::make_mut(&mut self.ledger), resolution, points, range);
        if let Some(slices) = &mut self.slices {
            let (method, width) = (self.objective.method, self.ledger.base());
            let weighed: Vec<_> =
                points.iter().map(|(end, tally)| (*end, method.weigh(*tally, width))).collect();
            record(Arc::make_mut(slices), resolution, &weighed, range);
        }
    }

    pub(super) fn books(&self) -> Books {
        Books {
            counts: Arc::clone(&self.ledger),
            budget: Arc::clone(self.slices.as_ref().unwrap_or(&self.ledger)),
        }
    }

    /// What is kept on disk, under which key.
    pub(super) fn kept(&self) -> impl Iterator<Item = (String, &Arc<Ledger>)> {
        let slices = self.slices.iter().map(|ledger| (self.slices_key(), ledger));
        [(self.key.clone(), &self.ledger)].into_iter().chain(slices)
    }

    fn slices_key(&self) -> String {
        format!("{} {:?}", self.key, self.objective.method)
    }

    /// End of the newest cell that all of its ledgers have.
    pub(super) fn newest(&self) -> Option<i64> {
        let slices = self.slices.as_ref().map_or(Some(i64::MAX), |slices| slices.newest());
        self.ledger.newest().min(slices)
    }
}

/// Why an objective cannot be counted, and when to try again on its own.
pub(super) struct Fault {
    pub(super) text: String,
    pub(super) retry_at: i64,
    /// The newest cell before the fault, unless older ones went missing as well.
    pub(super) known_to: Option<i64>,
}

/// Hours that come as cells are added up; all else is taken as it is.
fn record(ledger: &mut Ledger, resolution: Resolution, points: &[(i64, Tally)], range: Range) {
    if resolution == Resolution::Hours && range.step < HOUR {
        ledger.record_cells(points, range.from, range.to);
    } else {
        ledger.record(resolution, points, range.to);
    }
}

/// The cells to count an objective in: its slices, or minutes where its tiers look at odd ones, and never so narrow
/// that a cell could miss a sample.
pub(super) fn cell_for(objective: &Objective, interval: Option<i64>) -> Window {
    let safe = interval.map_or(BASE, base_for);
    let odd = |window: Window| window.as_seconds() % BASE.as_seconds() != 0;
    let minutes = objective.tiers.iter().any(|tier| odd(tier.short) || odd(tier.long));
    match objective.method.slice() {
        Some(slice) if interval.is_none() => slice,
        Some(slice) => slice.max(narrowest(interval)),
        None if minutes && interval.is_some_and(|interval| interval <= DENSE) => Window::minutes(1),
        None => safe,
    }
}

/// Seconds between samples up to which a minute surely holds two.
const DENSE: i64 = 24;

fn narrowest(interval: Option<i64>) -> Window {
    match interval {
        Some(interval) if interval <= DENSE => Window::minutes(1),
        Some(interval) => base_for(interval),
        None => BASE,
    }
}

/// The narrowest cell that surely holds two samples, of those that divide an hour.
fn base_for(interval: i64) -> Window {
    if interval <= 120 {
        return BASE;
    }
    let wanted = interval * 5 / 2;
    let fitting = [600, 900, 1200, 1800].into_iter().find(|width| *width >= wanted);
    Window::seconds(fitting.unwrap_or(HOUR))
}

fn cache_key(name: &str, source: &dyn Source, objective: &Objective) -> String {
    let queries: Vec<String> = source.queries(objective, BASE).into_iter().map(|query| query.text).collect();
    format!("{name} {} {} {}", source.address(), objective.sli.kind(), queries.join(" / "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slow_scrapes_get_cells_that_hold_two_samples() {
        for (interval, minutes) in [(15, 5), (120, 5), (150, 10), (240, 10), (300, 15), (600, 30), (1800, 60)]
        {
            assert_eq!(base_for(interval), Window::minutes(minutes), "{interval}s");
        }
    }
}
