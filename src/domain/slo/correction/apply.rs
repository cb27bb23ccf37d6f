//! What excluded windows take out of a budget, and what all windows came to.

use std::sync::Arc;

use super::{Correction, merged};
use crate::domain::slo::budget::Budget;
use crate::domain::slo::ledger::{Ledger, Reading};
use crate::domain::slo::method::Method;
use crate::domain::slo::objective::Objective;
use crate::domain::slo::span::Span;
use crate::domain::slo::tally::Tally;
use crate::domain::slo::window::Window;

/// A window in the stretch that a budget speaks of.
#[derive(Clone, Debug, PartialEq)]
pub struct Applied {
    pub title: String,
    pub reason: Option<String>,
    pub excluded: bool,
    /// Its occurrences up to now, oldest first.
    pub spans: Vec<Span>,
    /// What happened in them, in the unit of the budget.
    pub tally: Tally,
    /// Bad events that uneven cells at its edges could add or take away.
    pub doubt: f64,
    /// The share of the whole budget that went in them, 0–1 and beyond.
    pub cost: Option<f64>,
}

impl Applied {
    pub fn seconds(&self) -> i64 {
        self.spans.iter().map(|span| span.to - span.from).sum()
    }
}

/// What a budget is with everything counted.
#[derive(Clone, Debug, PartialEq)]
pub struct Raw {
    pub ledger: Arc<Ledger>,
    pub reading: Reading,
    pub budget: Budget,
}

/// A budget's ledger and events with the windows taken out.
#[derive(Clone, Debug)]
pub struct Corrected {
    pub ledger: Arc<Ledger>,
    pub reading: Option<Reading>,
    /// `None` where nothing is taken out.
    pub raw: Option<Raw>,
    pub applied: Vec<Applied>,
}

impl Corrected {
    /// Where no window concerns the objective.
    pub fn nothing(ledger: &Arc<Ledger>, reading: Option<Reading>) -> Self {
        Self { ledger: Arc::clone(ledger), reading, raw: None, applied: Vec::new() }
    }
}

/// The most windows told of; all of them are taken out.
const MOST_TOLD: usize = 50;

/// Takes the excluded windows of `corrections` out of `ledger`, of which `reading` is what the budget speaks of
/// at `at`. `None` where no window concerns the objective.
pub fn apply(
    objective: &Objective,
    ledger: &Arc<Ledger>,
    corrections: &[Correction],
    at: i64,
    reading: Reading,
) -> Option<Corrected> {
    let concerned = || corrections.iter().filter(|correction| correction.concerns(objective));
    concerned().next()?;
    let budget = objective.budget(ledger, at, reading);
    let within = Span { from: objective.span(at).from, to: at };
    let allowed = Some(budget.allowed_bad).filter(|allowed| *allowed > 0.0);
    let told = concerned().filter_map(|one| applied(one, ledger, within, allowed)).take(MOST_TOLD).collect();
    let everything = Span { from: at - 2 * objective.reach().as_seconds(), to: at };
    let spans = |within| -> Vec<Span> {
        merged(concerned().filter(|one| one.excluded).flat_map(|one| one.spans(within)).collect())
    };
    let all = spans(everything);
    if all.is_empty() {
        return Some(Corrected { applied: told, ..Corrected::nothing(ledger, Some(reading)) });
    }
    let gone: Tally = spans(within).iter().map(|span| read(ledger, *span).0).sum();
    let left = Reading { tally: leave(objective.method, reading.tally, gone), ..reading };
    Some(Corrected {
        ledger: Arc::new(without(ledger, &all, objective.method)),
        reading: Some(left),
        raw: Some(Raw { ledger: Arc::clone(ledger), reading, budget }),
        applied: told,
    })
}

fn applied(correction: &Correction, ledger: &Ledger, within: Span, allowed: Option<f64>) -> Option<Applied> {
    let spans = correction.spans(within);
    spans.first()?;
    let read: Vec<(Tally, f64)> = spans.iter().map(|span| read(ledger, *span)).collect();
    let tally: Tally = read.iter().map(|(tally, _)| *tally).sum();
    Some(Applied {
        title: correction.title.clone(),
        reason: correction.reason.clone(),
        excluded: correction.excluded,
        doubt: read.iter().map(|(_, doubt)| doubt).sum(),
        cost: allowed.map(|allowed| tally.bad / allowed),
        spans,
        tally,
    })
}

/// What happened in a span of whole minutes, and the doubt of it. Of one shorter than a cell it is the cell's share.
fn read(ledger: &Ledger, span: Span) -> (Tally, f64) {
    let (length, cell) = (span.length(), ledger.base());
    let share = (length.as_seconds() as f64 / cell.as_seconds() as f64).min(1.0);
    let reading = ledger.read(span.to, length.max(cell));
    reading.map_or((Tally::ZERO, 0.0), |reading| (reading.tally * share, reading.doubt))
}

/// What is left of `tally` without what is `gone`. Events are dropped, good and bad; slices become good time.
fn leave(method: Method, tally: Tally, gone: Tally) -> Tally {
    let bad = (tally.bad - gone.bad).max(0.0);
    match method {
        Method::Occurrences => Tally::new(bad, (tally.total - gone.total).max(bad)),
        Method::Timeslices { .. } | Method::RatioTimeslices { .. } => Tally::new(bad, tally.total),
    }
}

/// `ledger` without what happened in `spans`, which do not overlap and are in order. Of a cell that is cut, the
/// share of its time counts.
pub fn without(ledger: &Ledger, spans: &[Span], method: Method) -> Ledger {
    ledger.map(|end, width, tally| {
        let share = share(spans, end - width.as_seconds(), end);
        if share > 0.0 { leave(method, tally, tally * share) } else { tally }
    })
}

fn share(spans: &[Span], from: i64, to: i64) -> f64 {
    let first = spans.partition_point(|span| span.to <= from);
    let inside = spans[first..].iter().take_while(|span| span.from < to);
    let covered: i64 = inside.map(|span| span.to.min(to) - span.from.max(from)).sum();
    covered as f64 / Window::seconds(to - from).as_seconds().max(1) as f64
}
