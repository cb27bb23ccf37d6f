//! Counts and an objective in, judgement out. The one place where figures become states.

use std::sync::Arc;

use super::slo::alert;
use super::slo::budget::{Budget, Sla};
use super::slo::burn;
use super::slo::caveats::caveats;
use super::slo::forecast::{Forecast, forecast};
use super::slo::ledger::{Ledger, Reading};
use super::slo::objective::Objective;
use super::slo::status::{Data, SloStatus};
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
}

/// Below this share of known time since the first sample, a window counts as partial.
const ENOUGH: f64 = 0.99;

pub fn judge(objective: &Arc<Objective>, ledger: &Arc<Ledger>, why: &Circumstances) -> SloStatus {
    let as_of = newest_at(ledger, why.now);
    let reading = as_of.and_then(|at| ledger.read(at, objective.window));
    let budget = reading.map(|reading| Budget::of(reading.tally, objective.target, objective.window));
    let data = data(objective, ledger, why, as_of, reading);
    let tiers: Vec<_> = as_of.map_or_else(Vec::new, |at| {
        objective.tiers.iter().map(|tier| alert::evaluate(tier, ledger, objective.target, at)).collect()
    });
    let mut status = SloStatus {
        objective: Arc::clone(objective),
        ledger: Arc::clone(ledger),
        as_of,
        data,
        reading,
        budget,
        sla: reading
            .and_then(|r| objective.sla.map(|sla| Sla::of(r.tally, sla, objective.target, objective.window))),
        burns: burn::WINDOWS
            .iter()
            .map(|window| (*window, as_of.and_then(|at| burn_over(objective, ledger, at, *window))))
            .collect(),
        tiers,
        step: budget
            .and_then(|budget| budget.remaining)
            .and_then(|share| objective.policy.step(share))
            .cloned(),
        forecast: Forecast::default(),
        warnings: Vec::new(),
        queries: Arc::default(),
    };
    let recent = status.firing().map_or(Window::hours(6), |tier| tier.tier.long);
    status.forecast = as_of.map_or_else(Forecast::default, |at| forecast(objective, ledger, at, recent));
    status.warnings = caveats(&status, why.loading);
    status
}

/// The newest cell that is not after `now`.
fn newest_at(ledger: &Ledger, now: i64) -> Option<i64> {
    let minute = now - now.rem_euclid(60);
    let newest = ledger.newest()?;
    Some(if newest <= minute { newest } else { minute })
}

fn burn_over(objective: &Objective, ledger: &Ledger, at: i64, window: Window) -> Option<f64> {
    let reading = ledger.read(at, window)?;
    if reading.known <= 0.0 {
        return None;
    }
    burn::rate(reading.tally, objective.target)
}

fn data(
    objective: &Objective,
    ledger: &Ledger,
    why: &Circumstances,
    as_of: Option<i64>,
    reading: Option<Reading>,
) -> Data {
    if let Some(fault) = &why.fault {
        return Data::Error(fault.clone());
    }
    let (Some(at), Some(reading)) = (as_of, reading) else {
        return if why.unanswered { Data::NoAnswer } else { Data::NoSeries };
    };
    if why.now - at > why.stale_after {
        return Data::Stale;
    }
    if reading.tally.total <= 0.0 {
        return if reading.known > 0.0 { Data::NoTraffic } else { Data::NoSeries };
    }
    if why.loading || reading.known < ENOUGH * ledger.seen_span(at, objective.window) {
        return Data::Partial;
    }
    if objective.target.budget() * reading.tally.total < 1.0 { Data::LowTraffic } else { Data::Ok }
}
