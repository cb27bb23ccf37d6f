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

/// What would take longer than a hundred years does not happen.
const NEVER: f64 = 100.0 * 365.0 * 86_400.0;

/// Looks ahead from `at`, taking events to go on as they came in `recent`.
pub fn forecast(objective: &Objective, ledger: &Ledger, at: i64, recent: Window) -> Forecast {
    let (Some(window), Some(rate)) = (objective.read(ledger, at), rate(ledger, at, recent)) else {
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
        .filter(|seconds| *seconds < NEVER)
        .map(|seconds| seconds.round() as i64);
    let soonest = || Some(naive?.min(events_last(&budget, rate)));
    Forecast {
        naive,
        rolling: soonest().and_then(|from| rolling(objective, ledger, at, window.tally, rate, from)),
        refill: refill(objective, ledger, at, window.tally),
    }
}

/// Events a second over the part of `recent` that is known; what is not known is not nothing.
pub fn rate(ledger: &Ledger, at: i64, recent: Window) -> Option<Tally> {
    let reading = ledger.read(at, recent).filter(|reading| reading.known > 0.0)?;
    Some(reading.tally * (1.0 / reading.known))
}

/// Seconds until as many events are bad as the present traffic leaves over.
fn events_last(budget: &Budget, rate: Tally) -> i64 {
    if rate.bad > 0.0 { (budget.remaining_bad.max(0.0) / rate.bad) as i64 } else { i64::MAX }
}

/// Nothing leaves a period before its end; then all that was spent comes back.
fn of_period(objective: &Objective, at: i64, budget: &Budget, rate: Tally) -> Forecast {
    let end = objective.span(at).to;
    let left = budget.remaining_bad;
    let ahead = if left <= 0.0 {
        Some(0)
    } else {
        // The dust of a division would take longer than there are seconds.
        let ahead = Some((left / rate.bad).ceil()).filter(|ahead| *ahead < (end - at) as f64);
        ahead.map(|ahead| ahead as i64)
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

/// The first second from `soonest` on at which more is bad than may be.
///
/// With traffic as ever it cannot be sooner than at the present burn, because old errors only leave; with more traffic
/// than before it is not sooner than the events that are left last.
fn rolling(
    objective: &Objective,
    ledger: &Ledger,
    at: i64,
    now: Tally,
    rate: Tally,
    soonest: i64,
) -> Option<i64> {
    let empty = |ahead: i64| {
        let tally = window_ahead(ledger, at, objective.window, now, ahead, rate);
        tally.bad >= objective.target.budget() * tally.total
    };
    if soonest == 0 || empty(soonest) {
        return Some(soonest);
    }
    let hours = objective.window.as_seconds() / HOUR;
    let hour = (soonest / HOUR + 1..=hours).map(|hour| hour * HOUR).find(|ahead| empty(*ahead))?;
    let (mut low, mut high) = (soonest.max(hour - HOUR), hour);
    while high - low > 1 {
        let middle = i64::midpoint(low, high);
        if empty(middle) { high = middle } else { low = middle }
    }
    Some(high)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::slo::calendar::{Calendar, Unit};
    use crate::domain::slo::ledger::{BASE, Resolution};
    use crate::domain::slo::sli::{Ratio, Side, Sli};

    /// 2026-01-20T10:00:00Z.
    const NOW: i64 = 1_768_903_200;
    const SIX: Window = Window::hours(6);

    fn objective() -> Objective {
        let sli = Sli::Ratio(Ratio { side: Side::Bad, ratio: "r".into() });
        Objective::new("a", "b", "main", sli, "99%".parse().unwrap(), Window::days(30))
    }

    /// What each of the last `count` hours holds, the newest first.
    fn ledger(count: i64, hour: impl Fn(i64) -> Tally) -> Ledger {
        let mut ledger = Ledger::new(BASE, Window::days(30));
        let cells: Vec<_> = (0..count).map(|ago| (NOW - ago * HOUR, hour(ago))).collect();
        ledger.record(Resolution::Hours, &cells, NOW);
        ledger
    }

    #[test]
    fn more_traffic_than_ever_spends_the_budget_sooner_than_its_burn_says() {
        // 1 000 events an hour; in the last six 10 000, of which a tenth is bad. 774 000 in all, 7 740 may be bad and
        // 6 000 are. In h hours 6 000 + 1 000 h are bad of 7 740 + 90 h: h = 1 740 / 910.
        let busy =
            ledger(
                24 * 60,
                |ago| {
                    if ago < 6 { Tally::new(1000.0, 10_000.0) } else { Tally::new(0.0, 1000.0) }
                },
            );
        let found = forecast(&objective(), &busy, NOW, SIX);
        // By the burn alone: 1 740 / 7 740 of 720 h, ten times as fast.
        assert_eq!(found.naive, Some(58_270));
        assert_eq!(found.rolling, Some(6884));
    }

    #[test]
    fn it_is_found_to_the_second_while_old_errors_leave() {
        // Of 720 000 that may be bad, 640 000 were in the oldest 80 hours, and 12 000 in the last six: 68 000 are left,
        // which last 34 hours. But 8 000 leave in each of them, and then 12 000 + 2 000 h are bad: h = 354.
        let old = ledger(24 * 60, |ago| match ago {
            640..720 => Tally::new(8000.0, 100_000.0),
            ago => Tally::new(if ago < 6 { 2000.0 } else { 0.0 }, 100_000.0),
        });
        let found = forecast(&objective(), &old, NOW, SIX);
        assert_eq!((found.naive, found.rolling), (Some(34 * HOUR), Some(354 * HOUR)));
        // 20 000 an hour for the last six, and none before: 600 000 are left.
        let new = ledger(24 * 60, |ago| Tally::new(if ago < 6 { 20_000.0 } else { 0.0 }, 100_000.0));
        assert_eq!(forecast(&objective(), &new, NOW, SIX).rolling, Some(30 * HOUR));
    }

    #[test]
    fn what_is_not_known_of_the_last_hours_is_not_nothing() {
        // One hour is known, 6 minutes of which were bad. January has 278 hours to come: of 16 740 minutes 167.4 may be
        // bad, and what is left goes by six an hour.
        let month = Objective { calendar: Some(Calendar::new(Unit::Month, chrono_tz::UTC)), ..objective() };
        let young = ledger(1, |_| Tally::new(6.0, 60.0));
        let ahead = forecast(&month, &young, NOW, SIX).rolling.unwrap();
        assert!((ahead - 96_840).abs() <= 1, "{ahead}");
    }

    #[test]
    fn the_dust_of_a_division_never_empties_a_budget() {
        let dust = ledger(24 * 60, |_| Tally::new(60.0 * f64::EPSILON / 2.0, 60.0));
        let found = forecast(&objective(), &dust, NOW, SIX);
        assert_eq!((found.naive, found.rolling), (None, None));
        let month = Objective { calendar: Some(Calendar::new(Unit::Month, chrono_tz::UTC)), ..objective() };
        assert_eq!(forecast(&month, &dust, NOW, SIX).rolling, None);
    }
}
