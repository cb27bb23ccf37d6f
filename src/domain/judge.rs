//! Counts and an objective in, judgement out. The one place where figures become states.

use std::sync::Arc;

use chrono::DateTime;

use super::slo::alert;
use super::slo::budget::{Budget, Sla};
use super::slo::burn;
use super::slo::forecast::{Forecast, forecast};
use super::slo::ledger::{BASE, Ledger, Reading, Resolution};
use super::slo::objective::Objective;
use super::slo::status::{Data, SloStatus};
use super::slo::tally::Tally;
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
/// The share of a budget that an uneven edge may hide before it is said.
const DOUBT: f64 = 0.005;

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
    };
    let recent = status.firing().map_or(Window::hours(6), |tier| tier.tier.long);
    status.forecast = as_of.map_or_else(Forecast::default, |at| forecast(objective, ledger, at, recent));
    status.warnings = warnings(&status, why);
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
    if why.loading || reading.known < ENOUGH * seen_span(ledger, at, objective.window) {
        return Data::Partial;
    }
    if objective.target.budget() * reading.tally.total < 1.0 { Data::LowTraffic } else { Data::Ok }
}

/// Seconds of the window since the first sample there is.
fn seen_span(ledger: &Ledger, at: i64, window: Window) -> f64 {
    let span = window.as_seconds();
    let born = ledger.oldest().map_or(span, |oldest| at - oldest + ledger.base().as_seconds());
    span.min(born) as f64
}

fn warnings(status: &SloStatus, why: &Circumstances) -> Vec<String> {
    let mut found = Vec::new();
    let (objective, ledger) = (&status.objective, &status.ledger);
    let (Some(at), Some(reading)) = (status.as_of, status.reading) else { return found };
    let window = objective.window.as_seconds() as f64;
    let seen = seen_span(ledger, at, objective.window);
    if why.loading {
        found.push("history is still loading".to_owned());
    } else if seen < 0.98 * window {
        found.push(format!("history covers {} of {}", round(seen), objective.window));
    }
    let unknown = seen - reading.known;
    if !why.loading && unknown > 0.001 * seen && unknown >= 60.0 {
        found.push(format!("{} without data inside the window", round(unknown)));
    }
    found.extend(counting_warnings(ledger, at, reading, objective.window));
    let allowed = objective.target.budget() * reading.tally.total;
    if allowed > 0.0 && reading.doubt / allowed > DOUBT {
        let share = 100.0 * reading.doubt / allowed;
        found
            .push(format!("errors lie unevenly at the window's edge: the budget may be off by {share:.1} %"));
    }
    for tier in status.tiers.iter().filter(|tier| !tier.can_fire) {
        found.push(format!(
            "the {} tier of {}x in {} cannot fire at {}",
            tier.tier.severity.word(),
            tier.tier.factor,
            tier.tier.long,
            objective.target
        ));
    }
    if is_silent(ledger, at) {
        found.push(last_traffic(ledger, at).map_or_else(
            || "no traffic in all of the history".to_owned(),
            |last| format!("no traffic since {}", clock(last)),
        ));
    }
    found
}

fn counting_warnings(ledger: &Ledger, at: i64, reading: Reading, window: Window) -> Vec<String> {
    let mut found = Vec::new();
    match ledger.bad_since {
        None if reading.tally.total > 0.0 => {
            found.push("the series of counted events was not seen; taken as none".to_owned());
        }
        Some(born)
            if ledger.oldest().is_some_and(|oldest| oldest < born) && at - born < window.as_seconds() =>
        {
            found.push(format!(
                "a series first appeared at {}: what it counted before its second scrape is lost",
                clock(born)
            ));
        }
        _ => {}
    }
    if ledger.dropped > 0 {
        found.push(format!("{} samples dropped: not a number, or infinite", ledger.dropped));
    }
    if ledger.base() > BASE {
        found.push(format!(
            "scraped slowly: counted in cells of {}, shorter windows are unknown",
            ledger.base()
        ));
    }
    found
}

/// Whether the newest cells have had no traffic for a quarter of an hour.
fn is_silent(ledger: &Ledger, at: i64) -> bool {
    let quiet = |end: i64| ledger.grid(Resolution::Fine).at(end).is_some_and(|cell| cell.total <= 0.0);
    quiet(at) && quiet(at - 900)
}

/// The start of the first quiet cell after the newest with traffic, on the finest grid that has one.
fn last_traffic(ledger: &Ledger, at: i64) -> Option<i64> {
    [Resolution::Fine, Resolution::Middle, Resolution::Hours].into_iter().find_map(|resolution| {
        let grid = ledger.grid(resolution);
        let busy = |(end, cell): (i64, Option<Tally>)| {
            (end <= at && cell.is_some_and(|cell| cell.total > 0.0)).then_some(end)
        };
        grid.iter().filter_map(busy).last().map(|end| end + grid.step() - grid.width())
    })
}

/// Whole minutes, or hours from two hours on, or days from two days on.
fn round(seconds: f64) -> Window {
    let unit = if seconds >= 172_800.0 {
        86_400
    } else if seconds >= 7200.0 {
        3600
    } else {
        60
    };
    Window::seconds((seconds / unit as f64).round() as i64 * unit)
}

fn clock(unix: i64) -> String {
    DateTime::from_timestamp(unix, 0).map_or_else(String::new, |at| at.format("%b %-d %H:%M Z").to_string())
}
