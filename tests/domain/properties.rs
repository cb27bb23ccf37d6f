//! What must hold for any traffic: of ledgers, budgets and tiers.

use burnwatch::domain::slo::budget::Budget;
use burnwatch::domain::slo::burn;
use burnwatch::domain::slo::ledger::{BASE, FINE_SPAN, HOUR, Ledger, Reading, Resolution};
use burnwatch::domain::slo::tally::Tally;
use burnwatch::domain::slo::target::Target;
use burnwatch::domain::slo::tier::workbook;
use burnwatch::domain::slo::window::Window;
use proptest::prelude::*;

use crate::flow::{Answer, Flow, NOW, Piece};

const SLO: Window = Window::days(4);
const HISTORY: i64 = 9 * 24 * 60;

/// Up to a dozen pieces of steady traffic in whole minutes, with clean traffic before them.
fn traffic() -> impl Strategy<Value = Vec<Piece>> {
    let piece = (1_i64..800, 0.1_f64..500.0, prop_oneof![Just(0.0), 0.0_f64..=1.0]);
    prop::collection::vec(piece, 1..12).prop_map(|pieces| {
        let mut flow = vec![minutes(HISTORY, 10.0, 0.001)];
        flow.extend(pieces.into_iter().map(|(span, rate, bad)| minutes(span, rate, bad)));
        flow
    })
}

fn minutes(span: i64, per_second: f64, bad: f64) -> Piece {
    Piece { span: format!("{span}m"), per_second, bad, gap: false }
}

fn target() -> impl Strategy<Value = Target> {
    prop::sample::select(vec!["90%", "95%", "99%", "99.5%", "99.9%", "99.95%", "99.99%", "99.999%"])
        .prop_map(|text| text.parse().unwrap())
}

/// Some minute of the hour after [`NOW`].
fn instant() -> impl Strategy<Value = i64> {
    (0_i64..60).prop_map(|minute| NOW + minute * 60)
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0)
}

fn alike(a: &Reading, b: &Reading) -> bool {
    near(a.tally.bad, b.tally.bad) && near(a.tally.total, b.tally.total) && near(a.known, b.known)
}

fn read(ledger: &Ledger, end: i64, window: Window) -> Reading {
    ledger.read(end, window).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

    #[test]
    fn windows_up_to_six_hours_equal_the_truth_at_any_minute(flow in traffic(), now in instant()) {
        let truth = Flow::ending_at(now, &flow);
        let ledger = truth.ledger(now, SLO);
        for window in [5, 30, 60, 120, 360].map(Window::minutes) {
            let want = truth.count(now - window.as_seconds(), now).unwrap();
            let got = read(&ledger, now, window);
            prop_assert!(near(got.tally.bad, want.bad) && near(got.tally.total, want.total), "{window}: {got:?} {want:?}");
            prop_assert!(got.doubt <= 0.0);
        }
    }

    #[test]
    fn longer_windows_miss_the_truth_by_no_more_than_their_doubt(flow in traffic(), now in instant()) {
        let truth = Flow::ending_at(now, &flow);
        let ledger = truth.ledger(now, SLO);
        for window in [Window::days(1), Window::days(3), SLO] {
            let want = truth.count(now - window.as_seconds(), now).unwrap();
            let got = read(&ledger, now, window);
            let off = (got.tally.bad - want.bad).abs();
            prop_assert!(off <= got.doubt + 1e-9 * want.bad.max(1.0), "{window}: {got:?} {want:?}");
        }
    }

    #[test]
    fn the_sums_of_a_split_window_add_up(
        flow in traffic(),
        now in instant(),
        cells in 2_i64..72,
        cut in 1_i64..71,
    ) {
        prop_assume!(cut < cells);
        let ledger = Flow::ending_at(now, &flow).ledger(now, SLO);
        let span = |cells: i64| Window::seconds(cells * BASE.as_seconds());
        let newer = read(&ledger, now, span(cut));
        let older = read(&ledger, now - span(cut).as_seconds(), span(cells - cut));
        let whole = read(&ledger, now, span(cells));
        prop_assert!(near(newer.tally.bad + older.tally.bad, whole.tally.bad), "{newer:?} {older:?} {whole:?}");
        prop_assert!(near(newer.tally.total + older.tally.total, whole.tally.total));
        prop_assert!(near(newer.known + older.known, whole.known));
    }

    #[test]
    fn whole_hours_of_a_window_add_up(flow in traffic(), hours in 7_i64..96, cut in 6_i64..95) {
        prop_assume!(cut < hours);
        let ledger = Flow::ending_at(NOW, &flow).ledger(NOW, SLO);
        let newer = read(&ledger, NOW, Window::hours(cut));
        let older = read(&ledger, NOW - cut * HOUR, Window::hours(hours - cut));
        let whole = read(&ledger, NOW, Window::hours(hours));
        prop_assert!(near(newer.tally.bad + older.tally.bad, whole.tally.bad), "{newer:?} {older:?} {whole:?}");
        prop_assert!(near(newer.known + older.known, whole.known));
    }

    #[test]
    fn the_order_of_answers_does_not_matter(
        flow in traffic(),
        now in instant(),
        gap in prop::option::of((1_i64..3000, 1_i64..300)),
        chunk in 5_usize..200,
        seed in any::<u64>(),
    ) {
        let truth = Flow::ending_at(now, &with_gap(flow, gap));
        let answers = truth.answers(now, SLO);
        let straight = truth.ledger(now, SLO);
        let mut parts: Vec<Answer> = answers
            .iter()
            .flat_map(|(resolution, cells, _)| {
                cells.chunks(chunk).map(|part| (*resolution, part.to_vec(), part.last().unwrap().0))
            })
            .collect();
        shuffle(&mut parts, seed);
        // What is asked last is the newest minute, as in any refresh.
        parts.extend(answers.into_iter().map(|(resolution, _, to)| (resolution, Vec::new(), to)));
        let mut shuffled = Ledger::new(BASE, SLO);
        for (resolution, cells, to) in &parts {
            shuffled.record(*resolution, cells, *to);
        }
        for window in burn::WINDOWS.into_iter().chain([SLO]) {
            let (a, b) = (read(&straight, now, window), read(&shuffled, now, window));
            prop_assert!(alike(&a, &b), "{window}: {a:?} {b:?}");
        }
    }

    #[test]
    fn burn_one_spends_exactly_the_budget_in_exactly_the_window(slo in target(), rate in 1.0_f64..10_000.0) {
        let flow = [minutes(HISTORY, rate, slo.budget())];
        let ledger = Flow::ending_at(NOW, &flow).ledger(NOW, SLO);
        for window in burn::WINDOWS {
            prop_assert!(near(burn::rate(read(&ledger, NOW, window).tally, slo).unwrap(), 1.0));
        }
        let budget = Budget::of(read(&ledger, NOW, SLO).tally, slo, SLO);
        prop_assert!(budget.remaining.unwrap().abs() < 1e-9, "{budget:?}");
        prop_assert!(near(burn::spent(1.0, SLO, SLO), 1.0));
        prop_assert!(near(burn::time_to_empty(1.0, 1.0, SLO).unwrap(), SLO.as_seconds() as f64));
    }

    #[test]
    fn more_traffic_with_the_same_share_of_errors_changes_nothing(
        flow in traffic(),
        slo in target(),
        factor in 0.01_f64..1000.0,
    ) {
        let scaled: Vec<Piece> =
            flow.iter().map(|piece| Piece { per_second: piece.per_second * factor, ..piece.clone() }).collect();
        let one = Flow::ending_at(NOW, &flow).ledger(NOW, SLO);
        let other = Flow::ending_at(NOW, &scaled).ledger(NOW, SLO);
        for window in burn::WINDOWS.into_iter().chain([SLO]) {
            let burn_of = |ledger| burn::rate(read(ledger, NOW, window).tally, slo).unwrap();
            prop_assert!(near(burn_of(&one), burn_of(&other)), "{window}");
        }
    }

    #[test]
    fn a_gap_is_not_a_zero(start in 2_i64..60, length in 1_i64..11, bad in 0.0_f64..1.0) {
        // Cells of 5 minutes: the gap ends `start` cells ago.
        let at = |cells: i64, gap: bool| Piece { span: format!("{}m", cells * 5), per_second: 10.0, bad, gap };
        let holed = [minutes(HISTORY, 10.0, bad), at(length, true), at(start, false)];
        let ledger = Flow::ending_at(NOW, &holed).ledger(NOW, SLO);
        let reading = read(&ledger, NOW, Window::days(1));
        let missing = (length * 300) as f64;
        prop_assert!(near(reading.known, 86_400.0 - missing), "{reading:?}");
        prop_assert!(near(reading.tally.total, 10.0 * (86_400.0 - missing)), "not filled in");
        prop_assert!(near(reading.tally.error_ratio().unwrap(), bad), "and not taken as good");
        let silent = [minutes(HISTORY, 10.0, bad), minutes(length * 5, 0.0, 0.0), at(start, false)];
        let ledger = Flow::ending_at(NOW, &silent).ledger(NOW, SLO);
        prop_assert!(near(read(&ledger, NOW, Window::days(1)).known, 86_400.0), "a zero is known");
    }

    #[test]
    fn a_budget_grows_only_when_old_errors_leave(bursts in prop::collection::vec((0_i64..8000, 1_i64..120, 0.0_f64..1.0), 0..6), slo in target()) {
        // Steady traffic, so that only errors move the budget.
        let truth = Steady { bursts };
        let left = |now: i64| {
            let ledger = truth.ledger(now);
            Budget::of(read(&ledger, now, SLO).tally, slo, SLO).remaining.unwrap()
        };
        let span = SLO.as_seconds();
        let mut before = left(NOW);
        for hour in 1..=6 {
            let now = NOW + hour * HOUR;
            let after = left(now);
            let leaving = truth.bad(now - HOUR - span, now - span);
            let coming = truth.bad(now - HOUR, now);
            prop_assert!(after <= before + 1e-9 || leaving > 0.0, "grew from {before} to {after}");
            let change = (leaving - coming) / (slo.budget() * 10.0 * span as f64);
            prop_assert!((after - before - change).abs() < 1e-6 * (1.0 + change.abs()), "by exactly what left and came");
            before = after;
        }
    }

    #[test]
    fn a_tier_fires_exactly_when_both_its_burns_are_above(flow in traffic(), slo in target(), now in instant()) {
        let ledger = Flow::ending_at(now, &flow).ledger(now, SLO);
        for tier in workbook(SLO) {
            let status = burnwatch::domain::slo::alert::evaluate(&tier, &ledger, slo, now);
            let above = |window| burn::rate(read(&ledger, now, window).tally, slo).unwrap() > tier.factor;
            prop_assert_eq!(status.firing, above(tier.short) && above(tier.long));
            prop_assert!(!status.firing || tier.can_fire(slo), "what cannot fire does not");
            prop_assert_eq!(status.since.is_some(), status.firing);
        }
    }
}

#[test]
fn an_hour_known_by_its_cells_is_not_replaced_by_one_long_increase() {
    let cells: Vec<_> = (0..12).map(|i| (NOW - i * 300, Tally::new(1.0, 300.0))).collect();
    let long = [(NOW, Tally::new(7.0, 3500.0)), (NOW - HOUR, Tally::new(7.0, 3500.0))];
    let mut before = Ledger::new(BASE, SLO);
    before.record(Resolution::Middle, &cells, NOW);
    before.record(Resolution::Hours, &long, NOW);
    let mut after = Ledger::new(BASE, SLO);
    after.record(Resolution::Hours, &long, NOW);
    after.record(Resolution::Middle, &cells, NOW);
    for ledger in [before, after] {
        let hours = ledger.grid(Resolution::Hours);
        assert_eq!(hours.at(NOW), Some(Tally::new(12.0, 3600.0)));
        assert_eq!(hours.at(NOW - HOUR), Some(Tally::new(7.0, 3500.0)));
    }
}

/// Ten events a second; `bursts` of (minutes before [`NOW`] + 6 h, minutes long, share of errors).
struct Steady {
    bursts: Vec<(i64, i64, f64)>,
}

impl Steady {
    fn bad(&self, from: i64, to: i64) -> f64 {
        let overlap = |(ago, length, share): &(i64, i64, f64)| {
            let end = NOW + FINE_SPAN - ago * 60;
            (to.min(end) - from.max(end - length * 60)).max(0) as f64 * 10.0 * share
                / self.bursts.len() as f64
        };
        self.bursts.iter().map(overlap).sum()
    }

    fn ledger(&self, now: i64) -> Ledger {
        let mut ledger = Ledger::new(BASE, SLO);
        for (resolution, step, width, count) in [
            (Resolution::Fine, 60, 300, 361),
            (Resolution::Middle, 300, 300, 864),
            (Resolution::Hours, HOUR, HOUR, 8 * 24),
        ] {
            let ends = (0..count).map(|i| now - i * step);
            let cells: Vec<_> =
                ends.map(|end| (end, Tally::new(self.bad(end - width, end), 10.0 * width as f64))).collect();
            ledger.record(resolution, &cells, now);
        }
        ledger
    }
}

/// `gap` is (minutes before the end, minutes long), cut out of the newest pieces.
fn with_gap(flow: Vec<Piece>, gap: Option<(i64, i64)>) -> Vec<Piece> {
    let Some((after, length)) = gap else { return flow };
    let mut flow = flow;
    flow.push(Piece { span: format!("{length}m"), per_second: 0.0, bad: 0.0, gap: true });
    flow.push(minutes(after, 7.0, 0.25));
    flow
}

/// Fisher and Yates with a linear congruence.
fn shuffle<T>(items: &mut [T], mut seed: u64) {
    for last in (1..items.len()).rev() {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        items.swap(last, (seed >> 33) as usize % (last + 1));
    }
}
