//! One objective with its ledgers: what it is asked in, and how far it has been asked.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::cell::cell_for;
use super::{Asked, Cells, Query, Range, Sampling, Source, SourceError};
use crate::domain::composed::members;
use crate::domain::judge::Books;
use crate::domain::slo::ledger::{BASE, HOUR, Ledger, Resolution};
use crate::domain::slo::objective::Objective;
use crate::domain::slo::tally::Tally;
use crate::domain::slo::window::Window;

/// The ids that a question is about.
pub type Only = Arc<BTreeSet<String>>;

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
    pub(super) key: String,
    pub(super) queries: Arc<[Query]>,
    /// End of the newest fine cell that was asked for.
    pub(super) asked_to: Option<i64>,
    pub(super) fault: Option<Fault>,
    /// Seconds that the last fault had to wait, until history has been had.
    patience: i64,
    /// Since when its label set is gone, while the rest of its group is there.
    pub(super) gone_since: Option<i64>,
}

/// An objective that answers again, with the end of the newest cell since which it has to catch up;
/// `None` when history is missing too.
pub struct Recovery {
    pub id: String,
    pub known_to: Option<i64>,
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
            gone_since: None,
            objective,
        };
        line.start_over(cell_for(&line.objective, None));
        line
    }

    /// Takes over what `old` has counted, if it was counted in the same way.
    pub(super) fn adopt(&mut self, old: Self) -> bool {
        let same_reach = self.reach == old.reach;
        let same_cells = cell_for(&self.objective, old.ledger.sampled_every) == old.ledger.base();
        let same = self.slices_key() == old.slices_key() && same_reach && same_cells;
        if same {
            (self.ledger, self.slices) = (old.ledger, old.slices);
            (self.asked_to, self.fault, self.patience) = (old.asked_to, old.fault, old.patience);
        }
        same
    }

    /// Empty ledgers with cells of width `base`.
    fn start_over(&mut self, base: Window) {
        let make = if self.in_cells { Ledger::of_cells } else { Ledger::new };
        self.ledger = Arc::new(make(base, self.reach));
        self.slices = self.objective.method.slice().map(|_| Arc::clone(&self.ledger));
    }

    /// Keeps what those of `composites` need that it is a member of.
    pub(super) fn serve_all(&mut self, composites: &[Arc<Objective>]) {
        if let Some(reach) = self.needed(composites) {
            self.serve(reach);
        }
    }

    /// Whether it has what those of `composites` need that it is a member of.
    pub(super) fn serves(&self, composites: &[Arc<Objective>]) -> bool {
        self.needed(composites).is_none_or(|reach| self.in_cells && self.reach >= reach)
    }

    fn needed(&self, composites: &[Arc<Objective>]) -> Option<Window> {
        let uses = |composite: &&Arc<Objective>| members(composite).any(|id| id == self.objective.id);
        composites.iter().filter(uses).map(|composite| composite.reach()).max()
    }

    /// Keeps every cell for a composite that reaches back so far.
    fn serve(&mut self, reach: Window) {
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

    fn record(&mut self, resolution: Resolution, points: &[(i64, Tally)], range: Range) {
        record(Arc::make_mut(&mut self.ledger), resolution, points, range);
        if let Some(slices) = &mut self.slices {
            let (method, width) = (self.objective.method, self.ledger.base());
            let weighed: Vec<_> =
                points.iter().map(|(end, tally)| (*end, method.weigh(*tally, width))).collect();
            record(Arc::make_mut(slices), resolution, &weighed, range);
        }
    }

    /// Takes an answer in; tells when it is the first after a fault.
    pub(super) fn accept(
        &mut self,
        mut cells: Cells,
        resolution: Resolution,
        range: Range,
    ) -> Option<Recovery> {
        let healed = self.fault.take();
        if resolution == Resolution::Hours || healed.as_ref().is_some_and(|fault| fault.known_to.is_some()) {
            self.patience = 0;
        }
        self.fill_gone(&mut cells.points, range);
        self.record(resolution, &cells.points, range);
        let ledger = Arc::make_mut(&mut self.ledger);
        ledger.bad_since = ledger.bad_since.into_iter().chain(cells.seen_since).min();
        ledger.dropped += cells.dropped;
        if resolution == Resolution::Fine {
            self.asked_to = self.asked_to.max(Some(range.to));
        }
        healed.map(|fault| Recovery { id: self.objective.id.clone(), known_to: fault.known_to })
    }

    /// A label set that the backend does not have any more, while it has its siblings, counts nothing: that is known.
    fn fill_gone(&self, points: &mut Vec<(i64, Tally)>, range: Range) {
        let Some(since) = self.gone_since.filter(|_| self.ledger.base() <= BASE) else { return };
        let told: BTreeSet<i64> = points.iter().map(|point| point.0).collect();
        let ends = (0..range.points()).map(|i| range.from + i * range.step);
        let silent = ends.filter(|end| *end > since && !told.contains(end));
        points.extend(silent.map(|end| (end, Tally::default())));
        points.sort_by_key(|point| point.0);
    }

    pub(super) fn refuse(&mut self, error: &SourceError, resolution: Resolution, to: i64, now: i64) {
        self.patience = (self.patience * 2).clamp(FIRST_WAIT, LONGEST_WAIT);
        let before = self.fault.as_ref().map_or_else(|| self.ledger.newest(), |fault| fault.known_to);
        self.fault = Some(Fault {
            text: error.to_string(),
            retry_at: now + self.patience,
            known_to: before.filter(|_| resolution == Resolution::Fine),
        });
        if resolution == Resolution::Fine {
            self.asked_to = self.asked_to.or(Some(to));
        }
    }

    /// What it is at fault with may be asked again at once.
    pub(super) fn wake(&mut self) {
        self.patience = 0;
        if let Some(fault) = &mut self.fault {
            fault.retry_at = i64::MIN;
        }
    }

    /// The width that the samples' distance asks for; what was counted in another one is forgotten.
    pub(super) fn take_sampling(&mut self, sampling: Option<Sampling>) {
        let interval = sampling.map(|sampling| sampling.every);
        let base = interval.map_or(self.ledger.base(), |_| cell_for(&self.objective, interval));
        if base != self.ledger.base() {
            self.start_over(base);
        }
        let ledger = Arc::make_mut(&mut self.ledger);
        ledger.sampled_every = interval;
        ledger.slowest_sampled = sampling.and_then(|sampling| sampling.slowest);
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

    pub(super) fn keys(&self) -> Vec<String> {
        self.kept().map(|(key, _)| key).collect()
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

const FIRST_WAIT: i64 = 60;
const LONGEST_WAIT: i64 = 300;

/// Hours that come as cells are added up; all else is taken as it is.
fn record(ledger: &mut Ledger, resolution: Resolution, points: &[(i64, Tally)], range: Range) {
    if resolution == Resolution::Hours && range.step < HOUR {
        ledger.record_cells(points, range.from, range.to);
    } else {
        ledger.record(resolution, points, range.to);
    }
}

fn cache_key(name: &str, source: &dyn Source, objective: &Objective) -> String {
    let queries: Vec<String> = source.queries(objective, BASE).into_iter().map(|query| query.text).collect();
    // A backend need not be asked for the bound that a value is held against.
    let (kind, promise) = (objective.sli.kind(), objective.sli.promise());
    format!("{name} {} {kind} {} for {promise}", source.identity(), queries.join(" / "))
}
