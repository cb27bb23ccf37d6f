//! What a stretch of time cost: its events, its share of the budget, its worst hour, and who has it to answer for.

use super::budget::Budget;
use super::grid::floor;
use super::ledger::{HOUR, Ledger, MINUTE, Reading};
use super::objective::Objective;
use super::span::Span;
use super::window::Window;

/// The clock hour with most bad events among those of the stretch and the hour before its end: its end, and its events.
/// `None` when no hour has any.
pub fn worst_hour(ledger: &Ledger, stretch: Span) -> Option<(i64, Reading)> {
    let ends = (stretch.from + HOUR..=stretch.to).step_by(HOUR as usize).chain([stretch.to]);
    let hours = ends.filter_map(|end| Some((end, ledger.read(end, Window::hours(1))?)));
    hours
        .filter(|(end, hour)| end - HOUR >= stretch.from && hour.tally.bad > 0.0)
        .max_by(|a, b| a.1.tally.bad.total_cmp(&b.1.tally.bad))
}

/// The budget at an earlier instant; `None` where less than half of its window is known.
pub fn budget_at(objective: &Objective, ledger: &Ledger, at: i64) -> Option<Budget> {
    let at = floor(at, MINUTE);
    let reading = objective.read(ledger, at)?;
    let enough = reading.coverage() >= 0.5;
    enough.then(|| objective.budget(ledger, at, reading))
}

/// What is left of it, unclamped.
pub fn remaining_at(objective: &Objective, ledger: &Ledger, at: i64) -> Option<f64> {
    budget_at(objective, ledger, at)?.remaining
}

/// The bad events that fall to one claim.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cost {
    pub bad: f64,
    /// Share of its time that holds data, 0–1; at 0 `bad` says nothing.
    pub known: f64,
    /// Bad events that uneven cells at its edges could add or take away.
    pub doubt: f64,
    /// Part of its time was split with another claim.
    pub split: bool,
}

/// The bad events of a stretch by claim. `total = Σ costs + rest`, always.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Costs {
    /// In the order of the claims; `None` for those outside the stretch.
    pub costs: Vec<Option<Cost>>,
    pub total: f64,
    /// What no claim covers.
    pub rest: f64,
}

/// What has accumulated since the start of the stretch.
#[derive(Clone, Copy, Default)]
struct Until {
    bad: f64,
    known: f64,
    doubt: f64,
}

/// Splits the bad events of `stretch` among `claims`. Where several claims overlap, each gets an even part.
pub fn costs(ledger: &Ledger, stretch: Span, claims: &[Span]) -> Costs {
    let parts: Vec<Option<Span>> = claims.iter().map(|claim| claim.part(stretch)).collect();
    let mut cuts: Vec<i64> = parts.iter().flatten().flat_map(|part| [part.from, part.to]).collect();
    cuts.extend([stretch.from, stretch.to]);
    cuts.sort_unstable();
    cuts.dedup();
    let until = |at: i64| {
        Span { to: at, ..stretch }.read(ledger).map_or_else(Until::default, |reading| Until {
            bad: reading.tally.bad,
            known: reading.known,
            doubt: reading.doubt,
        })
    };
    let mut costs: Vec<Option<Cost>> = parts.iter().map(|part| part.map(|_| Cost::default())).collect();
    for pair in cuts.windows(2) {
        let (begin, end) = (until(pair[0]), until(pair[1]));
        let bad = (end.bad - begin.bad).max(0.0);
        let covers = |part: &Option<Span>| part.is_some_and(|p| p.from <= pair[0] && pair[1] <= p.to);
        let sharing = parts.iter().filter(|part| covers(part)).count();
        for (part, cost) in parts.iter().zip(&mut costs).filter(|(part, _)| covers(part)) {
            let (Some(part), Some(cost)) = (part, cost) else { continue };
            cost.bad += bad / sharing as f64;
            cost.known += (end.known - begin.known) / (part.to - part.from) as f64;
            cost.split |= sharing > 1;
            cost.doubt += if part.from == pair[0] { begin.doubt } else { 0.0 };
            cost.doubt += if part.to == pair[1] { end.doubt } else { 0.0 };
        }
    }
    let total = until(stretch.to).bad;
    let rest = total - costs.iter().flatten().map(|cost| cost.bad).sum::<f64>();
    Costs { costs, total, rest }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::slo::ledger::{BASE, FINE_SPAN, MIDDLE_SPAN, Resolution};
    use crate::domain::slo::tally::Tally;
    use proptest::prelude::*;

    /// A whole hour.
    const NOW: i64 = 1_768_903_200;
    const DAY: i64 = 86_400;

    /// One event a second; of those in each `(from, to]` of `bad` one of ten is bad.
    fn ledger(now: i64, bad: &[(i64, i64)]) -> Ledger {
        let mut ledger = Ledger::new(BASE, Window::days(30));
        let count = |from: i64, to: i64| -> f64 {
            bad.iter().map(|bad| (to.min(bad.1) - from.max(bad.0)).max(0) as f64 / 10.0).sum()
        };
        let cells = |step: i64, width: i64, span: i64| -> Vec<(i64, Tally)> {
            let last = now - now.rem_euclid(step);
            let ends = (0..=span / step).map(|i| last - i * step);
            ends.map(|end| (end, Tally::new(count(end - width, end), width as f64))).collect()
        };
        ledger.record(Resolution::Hours, &cells(HOUR, HOUR, 60 * DAY), now);
        ledger.record(Resolution::Middle, &cells(300, 300, MIDDLE_SPAN), now);
        ledger.record(Resolution::Fine, &cells(60, 300, FINE_SPAN), now);
        ledger
    }

    fn week() -> Span {
        Span::readable(NOW - 7 * DAY, NOW).unwrap()
    }

    fn claim(from: i64, to: i64) -> Span {
        Span { from, to }
    }

    #[test]
    fn an_incident_costs_what_was_bad_in_it_and_the_rest_is_nobodys() {
        // 60 bad events in ten minutes two hours ago, 120 in twenty minutes two days ago, 36 in an hour five days ago.
        let bad = [
            (NOW - 7200, NOW - 6600),
            (NOW - 2 * DAY, NOW - 2 * DAY + 1200),
            (NOW - 5 * DAY, NOW - 5 * DAY + 360),
        ];
        let claims = [claim(NOW - 7260, NOW - 6540), claim(NOW - 2 * DAY, NOW - 2 * DAY + 600)];
        let costs = costs(&ledger(NOW, &bad), week(), &claims);
        let bad: Vec<f64> = costs.costs.iter().map(|cost| cost.unwrap().bad).collect();
        assert!((bad[0] - 60.0).abs() < 1e-6 && (bad[1] - 60.0).abs() < 1e-6, "{bad:?}");
        assert!((costs.total - 216.0).abs() < 1e-6 && (costs.rest - 96.0).abs() < 1e-6, "{costs:?}");
        assert!(costs.costs.iter().all(|cost| (cost.unwrap().known - 1.0).abs() < 1e-6));
    }

    #[test]
    fn overlapping_incidents_share_evenly() {
        // Bad all through twenty minutes: 120. The second claim covers the last ten of them.
        let bad = [(NOW - 1200, NOW)];
        let claims = [claim(NOW - 1200, NOW), claim(NOW - 600, NOW + 300)];
        let costs = costs(&ledger(NOW, &bad), week(), &claims);
        let [one, other] = [costs.costs[0].unwrap(), costs.costs[1].unwrap()];
        assert!((one.bad - 90.0).abs() < 1e-6 && (other.bad - 30.0).abs() < 1e-6, "{costs:?}");
        assert!(one.split && other.split && costs.rest.abs() < 1e-6);
    }

    #[test]
    fn an_edge_in_an_old_hour_is_in_doubt() {
        // All 36 bad events of the hour lie in its first six minutes; by the hour's cell, half fall to the claim.
        let start = NOW - 5 * DAY;
        let costs = costs(&ledger(NOW, &[(start, start + 360)]), week(), &[claim(start, start + 1800)]);
        let cost = costs.costs[0].unwrap();
        assert!((cost.bad - 18.0).abs() < 1e-6 && cost.doubt >= 18.0, "{cost:?}");
    }

    #[test]
    fn nothing_known_is_not_nothing_bad() {
        let empty = Ledger::new(BASE, Window::days(30));
        let costs = costs(&empty, week(), &[claim(NOW - 600, NOW), claim(NOW - 30 * DAY, NOW - 29 * DAY)]);
        assert_eq!(costs.costs[0].unwrap().known, 0.0);
        assert_eq!(costs.costs[1], None);
        assert_eq!(worst_hour(&empty, week()), None);
    }

    #[test]
    fn the_worst_hour_may_be_the_one_that_runs() {
        // 20 minutes now (120 bad) against 6 minutes in an hour of last week (36).
        let now = NOW + 1800;
        let ledger = ledger(now, &[(now - 1200, now), (NOW - 5 * DAY, NOW - 5 * DAY + 360)]);
        let stretch = Span::readable(now - 7 * DAY, now).unwrap();
        let (end, hour) = worst_hour(&ledger, stretch).unwrap();
        assert_eq!(end, now);
        assert!((hour.tally.bad - 120.0).abs() < 1e-6);
        let before = Span { to: now - 1200, ..stretch };
        assert_eq!(worst_hour(&ledger, before).map(|(end, _)| end), Some(NOW - 5 * DAY + HOUR));
    }

    proptest! {
        #[test]
        fn parts_sum_to_the_total(
            claims in prop::collection::vec((0_i64..8 * DAY, 0_i64..2 * DAY), 0..6), minute in 0_i64..60,
        ) {
            let now = NOW + minute * 60;
            let bad = [(now - 1500, now), (NOW - 2 * DAY - 500, NOW - 2 * DAY), (NOW - 6 * DAY, NOW - 5 * DAY)];
            let claims: Vec<_> =
                claims.iter().map(|(ago, long)| claim(now - ago, (now - ago + long).min(now))).collect();
            let costs = costs(&ledger(now, &bad), Span::readable(now - 7 * DAY, now).unwrap(), &claims);
            let sum: f64 = costs.costs.iter().flatten().map(|cost| cost.bad).sum();
            prop_assert!((sum + costs.rest - costs.total).abs() < 1e-6);
            prop_assert!(costs.rest > -1e-3, "{:?}", costs);
        }
    }
}
