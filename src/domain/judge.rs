//! Counts and an objective in, judgement out. The one place where figures become states.

use std::sync::Arc;

use super::slo::alert::{self, State, TierStatus};
use super::slo::budget::{Budget, Sla};
use super::slo::burn;
use super::slo::caveats::caveats;
use super::slo::correction::{Corrected, Correction, apply};
use super::slo::forecast::{Forecast, forecast};
use super::slo::grid::floor;
use super::slo::ledger::{Ledger, MINUTE, Reading};
use super::slo::objective::Objective;
use super::slo::pager::{Agreement, Heard, agreement};
use super::slo::standing;
use super::slo::status::{Data, SloStatus, burning};
use super::slo::target::Target;
use super::slo::tier::Severity;
use super::slo::window::Window;

/// What the judge has to know beside the ledger.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Circumstances {
    /// Now, in Unix seconds.
    pub now: i64,
    /// A newest cell older than this many seconds is stale.
    pub stale_after: i64,
    /// Why the backend could not answer for this SLO.
    pub fault: Option<String>,
    /// History is still being fetched.
    pub loading: bool,
    /// The backend has not answered anything yet.
    pub unanswered: bool,
    /// Maintenance, planned and recorded.
    pub corrections: Arc<[Correction]>,
    /// What was heard of the objective's own alerts in the backend, where it says which they are.
    pub pager: Option<Heard>,
}

/// The ledgers of one objective.
#[derive(Clone, Debug)]
pub struct Books {
    pub counts: Arc<Ledger>,
    /// The counts as the objective's method weighs them.
    pub budget: Arc<Ledger>,
}

impl From<&Arc<Ledger>> for Books {
    /// Counts that are weighed as they are.
    fn from(ledger: &Arc<Ledger>) -> Self {
        Self { counts: Arc::clone(ledger), budget: Arc::clone(ledger) }
    }
}

/// Below this share of known time since the first sample, a window counts as partial.
const ENOUGH: f64 = 0.99;

pub fn judge(objective: &Arc<Objective>, books: impl Into<Books>, why: &Circumstances) -> SloStatus {
    let Books { counts, budget: weighed } = books.into();
    let as_of = newest_at(&counts, why.now);
    let read = as_of.and_then(|at| objective.read(&weighed, at));
    let whole = as_of.zip(read).map(|(at, reading)| (reading, objective.budget(&weighed, at, reading)));
    let data = data(objective, &counts, why, as_of, whole);
    let corrected = as_of
        .zip(read)
        .and_then(|(at, reading)| apply(objective, &weighed, &why.corrections, at, reading))
        .unwrap_or_else(|| Corrected::nothing(&weighed, read));
    let Corrected { ledger, reading, raw, applied } = corrected;
    let budget = as_of.zip(reading).map(|(at, reading)| objective.budget(&ledger, at, reading));
    // Alert rules know nothing of maintenance, and tiers are to agree with them.
    let (target, burning) = (objective.target, burning(objective, &counts, &weighed));
    let tiers: Vec<_> = as_of.map_or_else(Vec::new, |at| {
        objective.tiers.iter().map(|tier| alert::evaluate(tier, burning, target, at)).collect()
    });
    let burns =
        burn::WINDOWS.map(|window| (window, as_of.and_then(|at| burn_over(target, burning, at, window))));
    let mut status = SloStatus {
        objective: Arc::clone(objective),
        as_of,
        data,
        reading,
        budget,
        sla: as_of.zip(reading).and_then(|(at, r)| {
            objective.sla.map(|sla| Sla::of(r.tally, sla, target, objective.span(at).length()))
        }),
        burns: burns.to_vec(),
        pager: why
            .pager
            .as_ref()
            .map(|heard| compare(objective, burning, heard, as_of.zip(Some(&tiers[..])))),
        tiers,
        step: as_of
            .zip(budget.and_then(|budget| budget.standing()))
            .and_then(|(at, share)| standing::step(objective, &ledger, at, share)),
        forecast: Forecast::default(),
        warnings: Vec::new(),
        queries: Arc::default(),
        raw,
        corrections: applied,
        maintenance: Arc::clone(&why.corrections),
        ledger,
        counts,
    };
    let recent = status.recent();
    status.forecast =
        as_of.map_or_else(Forecast::default, |at| forecast(objective, &status.ledger, at, recent));
    status.warnings = caveats(&status, why.loading);
    status
}

/// The backend's own alerts beside our tiers as they were `judged` and, where the two differ, as they were before.
fn compare(
    objective: &Objective,
    ledger: &Ledger,
    heard: &Heard,
    judged: Option<(i64, &[TierStatus])>,
) -> Agreement {
    let severities: Vec<Severity> = objective.tiers.iter().map(|tier| tier.severity).collect();
    let fires = |severity, at| match judged {
        Some((now, tiers)) if now == at => fires(tiers, severity),
        _ => {
            let tiers = objective.tiers.iter().filter(|tier| tier.severity == severity);
            let judged: Vec<_> =
                tiers.map(|tier| alert::evaluate(tier, ledger, objective.target, at)).collect();
            fires(&judged, severity)
        }
    };
    agreement(heard, judged.map(|judged| judged.0), &severities, fires)
}

/// Whether a tier of this severity fires; `None` when none does and one of them cannot be judged.
fn fires(tiers: &[TierStatus], severity: Severity) -> Option<bool> {
    let states = || tiers.iter().filter(|tier| tier.tier.severity == severity).map(TierStatus::state);
    if states().any(|state| state == State::Firing) {
        return Some(true);
    }
    states().all(|state| !matches!(state, State::Unseen | State::Unknown)).then_some(false)
}

/// The newest cell that is not after `now`.
fn newest_at(ledger: &Ledger, now: i64) -> Option<i64> {
    let minute = floor(now, MINUTE);
    let newest = ledger.newest()?;
    Some(if newest <= minute { newest } else { minute })
}

fn burn_over(target: Target, ledger: &Ledger, at: i64, window: Window) -> Option<f64> {
    let reading = ledger.read(at, window)?;
    if reading.known <= 0.0 {
        return None;
    }
    burn::rate(reading.tally, target)
}

fn data(
    objective: &Objective,
    counts: &Ledger,
    why: &Circumstances,
    as_of: Option<i64>,
    known: Option<(Reading, Budget)>,
) -> Data {
    if let Some(fault) = &why.fault {
        return Data::Error(fault.clone());
    }
    let (Some(at), Some((reading, budget))) = (as_of, known) else {
        return if why.unanswered { Data::NoAnswer } else { Data::NoSeries };
    };
    if why.now - at > why.stale_after {
        return Data::Stale;
    }
    let counted = objective.read(counts, at).map_or(0.0, |reading| reading.tally.total);
    if counted <= 0.0 || reading.tally.total <= 0.0 {
        return if reading.known > 0.0 { Data::NoTraffic } else { Data::NoSeries };
    }
    if why.loading || reading.known < ENOUGH * counts.seen_span(at, reading.window) {
        return Data::Partial;
    }
    if budget.allowed_bad < objective.grain() { Data::LowTraffic } else { Data::Ok }
}
