//! When the budget runs out: at a constant burn, and with old errors rolling out of the window.

use super::budget::Budget;
use super::burn;
use super::ledger::{HOUR, Ledger};
use super::objective::Objective;
use super::tally::Tally;
use super::window::Window;

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Forecast {
    /// Seconds to empty if nothing left the window: `remaining × window / burn`; 0 when already empty.
    pub naive: Option<i64>,
    /// Seconds to empty with old errors rolling off; `None` if it never comes to that.
    pub rolling: Option<i64>,
    /// The first day that gives back a good part of the budget if no further error came, and when it has.
    pub refill: Option<Refill>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Refill {
    /// Unix time since which it comes back.
    pub from: i64,
    /// Unix time by which it has.
    pub at: i64,
    /// Share of the budget that comes back.
    pub share: f64,
}

/// Looks ahead from `at`, taking events to go on as they came in `recent`.
pub fn forecast(objective: &Objective, ledger: &Ledger, at: i64, recent: Window) -> Forecast {
    let Some(window) = objective.read(ledger, at) else { return Forecast::default() };
    let Some(rate) =
        ledger.read(at, recent).map(|reading| reading.tally * (1.0 / recent.as_seconds() as f64))
    else {
        return Forecast::default();
    };
    if window.tally.total <= 0.0 || objective.target.budget() <= 0.0 {
        return Forecast::default();
    }
    let budget = objective.budget(ledger, at, window);
    if objective.calendar.is_some() {
        return of_period(objective, at, &budget, rate);
    }
    let burning = burn::rate(rate, objective.target).unwrap_or(0.0);
    let naive = budget
        .remaining
        .and_then(|remaining| burn::time_to_empty(remaining, burning, objective.window))
        .map(|seconds| seconds as i64);
    Forecast {
        naive,
        rolling: rolling(objective, ledger, at, window.tally, rate, naive),
        refill: refill(objective, ledger, at, window.tally),
    }
}

/// Nothing leaves a period before its end; then all that was spent comes back.
fn of_period(objective: &Objective, at: i64, budget: &Budget, rate: Tally) -> Forecast {
    let end = objective.span(at).to;
    let left = budget.remaining_bad;
    let ahead = if left <= 0.0 {
        Some(0)
    } else {
        (rate.bad > 0.0).then(|| (left / rate.bad).ceil() as i64).filter(|ahead| at + ahead < end)
    };
    let spent = 1.0 - budget.remaining.unwrap_or(1.0);
    let refill = (spent > SMALL).then_some(Refill { from: end, at: end, share: spent });
    Forecast { naive: ahead, rolling: ahead, refill }
}

/// What is in the window after `ahead` seconds: the newest part of today's, plus what came since.
fn window_ahead(ledger: &Ledger, at: i64, window: Window, now: Tally, ahead: i64, rate: Tally) -> Tally {
    let left = leaving(ledger, at, window, now, ahead);
    now - left + rate * ahead as f64
}

fn leaving(ledger: &Ledger, at: i64, window: Window, now: Tally, ahead: i64) -> Tally {
    let rest = window.as_seconds() - ahead;
    match ledger.read(at, Window::seconds(rest.max(0))) {
        Some(kept) => now - kept.tally,
        None => now,
    }
}

fn rolling(
    objective: &Objective,
    ledger: &Ledger,
    at: i64,
    now: Tally,
    rate: Tally,
    naive: Option<i64>,
) -> Option<i64> {
    if naive == Some(0) {
        return Some(0);
    }
    let empty = |ahead: i64| {
        let tally = window_ahead(ledger, at, objective.window, now, ahead, rate);
        tally.bad >= objective.target.budget() * tally.total
    };
    // Old errors only leave, so it cannot come before the naive answer: start there.
    let start = naive?;
    if start < HOUR && empty(start + 60) {
        return Some(start);
    }
    let hours = objective.window.as_seconds() / HOUR;
    (start / HOUR..=hours).map(|hour| hour * HOUR).find(|ahead| *ahead >= start && empty(*ahead))
}

/// The first of the coming days that gives back at least this share of the budget …
const LARGE: f64 = 0.05;
/// … or, where there is none, the best one that gives back this much.
const SMALL: f64 = 0.01;

fn refill(objective: &Objective, ledger: &Ledger, at: i64, now: Tally) -> Option<Refill> {
    const DAY: i64 = 24 * HOUR;
    let allowed = objective.target.budget() * now.total;
    if allowed <= 0.0 || now.bad <= SMALL * allowed {
        return None;
    }
    let gone = |ahead: i64| leaving(ledger, at, objective.window, now, ahead).bad / allowed;
    let gain = |day: &i64| gone(day * DAY) - gone((day - 1) * DAY);
    let days = 1..=objective.window.as_seconds() / DAY;
    let first = days.clone().find(|day| gain(day) >= LARGE);
    let best = || days.clone().max_by(|a, b| gain(a).total_cmp(&gain(b))).filter(|day| gain(day) >= SMALL);
    let day = first.or_else(best)?;
    let start = gone((day - 1) * DAY);
    let end = gone(day * DAY);
    // The hour of that day in which most of it has come back.
    let hour = (1..=24)
        .find(|hour| gone((day - 1) * DAY + hour * HOUR) - start >= 0.9 * (end - start))
        .unwrap_or(24);
    let from = at + (day - 1) * DAY;
    Some(Refill { from, at: from + hour * HOUR, share: end - start })
}
