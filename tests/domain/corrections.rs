//! Budgets with maintenance: what is taken out, what counts, and what stays to be seen.

use std::sync::Arc;

use burnwatch::domain::judge::{Books, Circumstances, judge};
use burnwatch::domain::slo::correction::{Correction, When};
use burnwatch::domain::slo::explain::other_methods;
use burnwatch::domain::slo::ledger::{BASE, Ledger};
use burnwatch::domain::slo::objective::{Method, Objective};
use burnwatch::domain::slo::span::Span;
use burnwatch::domain::slo::status::{Level, SloStatus};
use burnwatch::domain::slo::whatif::{Change, ways, what_if};
use burnwatch::domain::slo::window::Window;
use proptest::prelude::*;

use crate::figure::target;
use crate::flow::{Flow, NOW, Piece, objective};

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

fn piece(span: &str, bad: f64) -> Piece {
    Piece { span: span.to_owned(), per_second: 1.0, bad, gap: false }
}

fn window(from: i64, to: i64, excluded: bool) -> Correction {
    Correction {
        title: "database move".to_owned(),
        when: When::Once(Span { from, to }),
        services: Vec::new(),
        slos: Vec::new(),
        excluded,
        reason: None,
    }
}

/// One event a second for three weeks, and an hour of nothing but errors that ended `ago` seconds ago.
fn outage(ago: i64) -> Flow {
    let before = format!("{}s", 21 * DAY - HOUR - ago);
    let pieces = [piece(&before, 0.0), piece("1h", 1.0), piece(&format!("{}s", ago.max(1)), 0.0)];
    Flow::ending_at(NOW, if ago > 0 { &pieces } else { &pieces[..2] })
}

fn judged(objective: &Arc<Objective>, flow: &Flow, corrections: &[Correction]) -> SloStatus {
    let counts = Arc::new(flow.ledger(NOW, objective.window));
    let weigh = |ledger: &Ledger| ledger.map(|_, width, tally| objective.method.weigh(tally, width));
    let books = Books { budget: Arc::new(weigh(&counts)), counts };
    let why = Circumstances {
        now: NOW,
        stale_after: 150,
        corrections: corrections.into(),
        ..Circumstances::default()
    };
    judge(objective, books, &why)
}

fn week(aim: &str, method: Method) -> Arc<Objective> {
    let plain = objective(target(aim), Window::days(7));
    Arc::new(Objective { method, ..Objective::clone(&plain) })
}

fn ratio(status: &SloStatus) -> f64 {
    status.reading.unwrap().tally.error_ratio().unwrap()
}

fn near(got: f64, want: f64) {
    assert!((got - want).abs() < 1e-9, "{got} is not {want}");
}

/// A published example: an hour down in seven days is 0.595 %, or 0.694 % when a whole day is corrected.
#[test]
fn dropped_time_dilates_what_is_left() {
    let (slo, flow) = (week("99%", Method::Occurrences), outage(2 * DAY));
    near(ratio(&judged(&slo, &flow, &[])), 60.0 / 10_080.0);
    let status = judged(&slo, &flow, &[window(NOW - 5 * DAY, NOW - 4 * DAY, true)]);
    near(ratio(&status), 60.0 / 8640.0);
    assert_eq!(format!("{:.3} %", 100.0 * ratio(&status)), "0.694 %");
    let raw = status.raw.as_ref().unwrap();
    assert_eq!(format!("{:.3} %", 100.0 * raw.reading.tally.error_ratio().unwrap()), "0.595 %");
    near(raw.budget.remaining.unwrap(), 1.0 - 60.0 / 100.8);
    near(status.remaining().unwrap(), 1.0 - 60.0 / 86.4);
}

#[test]
fn corrected_slices_are_good_time_and_the_total_stays() {
    let method = Method::Timeslices { slice: Window::minutes(5), target: target("95%") };
    let (slo, flow) = (week("99%", method), outage(2 * DAY));
    let elsewhere = judged(&slo, &flow, &[window(NOW - 5 * DAY, NOW - 4 * DAY, true)]);
    near(ratio(&elsewhere), 60.0 / 10_080.0);
    let half = judged(&slo, &flow, &[window(NOW - 2 * DAY - HOUR / 2, NOW - 2 * DAY, true)]);
    near(ratio(&half), 30.0 / 10_080.0);
}

#[test]
fn a_window_counts_unless_it_is_excluded() {
    let (slo, flow) = (week("99%", Method::Occurrences), outage(2 * DAY));
    let (from, to) = (NOW - 2 * DAY - 2 * HOUR, NOW - 2 * DAY);
    let counted = judged(&slo, &flow, &[window(from, to, false)]);
    near(ratio(&counted), 60.0 / 10_080.0);
    assert!(counted.raw.is_none() && counted.warnings.is_empty(), "{:?}", counted.warnings);
    let [told] = &counted.corrections[..] else { panic!("one window") };
    assert_eq!((told.seconds(), told.tally.bad, told.tally.total), (2 * HOUR, 3600.0, 7200.0));
    near(told.cost.unwrap(), 60.0 / 100.8);

    let excluded = judged(&slo, &flow, &[window(from, to, true)]);
    near(excluded.remaining().unwrap(), 1.0);
    near(excluded.raw.as_ref().unwrap().budget.remaining.unwrap(), 1.0 - 60.0 / 100.8);
    assert_eq!(excluded.step.unwrap().word, "ship");
    assert_eq!(counted.step.unwrap().word, "normal");
}

#[test]
fn alerts_see_what_the_pager_sees() {
    let (slo, flow) = (week("99%", Method::Occurrences), outage(0));
    let plain = judged(&slo, &flow, &[]);
    let excluded = judged(&slo, &flow, &[window(NOW - HOUR, NOW, true)]);
    assert!(excluded.firing().is_some());
    assert_eq!((&excluded.tiers, &excluded.burns), (&plain.tiers, &plain.burns));
    assert_eq!(excluded.burning(), plain.burning());
    near(excluded.remaining().unwrap(), 1.0);
}

#[test]
fn only_those_concerned_are_corrected() {
    let (slo, flow) = (week("99%", Method::Occurrences), outage(2 * DAY));
    let all = window(NOW - 3 * DAY, NOW, true);
    let of = |services: &[&str], slos: &[&str]| {
        let names = |list: &[&str]| list.iter().map(|name| (*name).to_owned()).collect();
        let one = Correction { services: names(services), slos: names(slos), ..all.clone() };
        judged(&slo, &flow, &[one]).raw.is_some()
    };
    assert!(of(&[], &[]) && of(&["checkout"], &[]) && of(&["db"], &["checkout/availability"]));
    assert!(!of(&["db"], &[]) && !of(&["db"], &["checkout/latency"]));
}

#[test]
fn a_window_that_cuts_an_old_hour_takes_its_share_and_says_so() {
    // The errors fill the first half of an hour, five days ago; the window takes just that half out.
    let pieces = [piece("16d", 0.0), piece("30m", 1.0), piece("30m", 0.0), piece("119h", 0.0)];
    let slo = week("99%", Method::Occurrences);
    let start = NOW - 5 * DAY;
    let status = judged(&slo, &Flow::ending_at(NOW, &pieces), &[window(start, start + HOUR / 2, true)]);
    // Half of the hour's 1800 errors stay: an hour is the finest there is of that day.
    near(status.reading.unwrap().tally.bad, 900.0);
    let said = &status.warnings[0];
    assert!(said.starts_with("errors lie unevenly at the edge of a maintenance window"), "{said}");
}

#[test]
fn another_method_leaves_the_same_maintenance_out() {
    // An hour of errors two days ago, all of it in maintenance: by any method nothing of the budget is gone.
    let taken = [window(NOW - 2 * DAY - HOUR, NOW - 2 * DAY, true)];
    for own in [Method::Occurrences, Method::RatioTimeslices { slice: BASE }] {
        let status = judged(&week("99%", own), &outage(2 * DAY), &taken);
        near(status.remaining().unwrap(), 1.0);
        assert_eq!(what_if(&status, &Change::default()), status);
        for method in ways(&status.objective) {
            let other = what_if(&status, &Change { method: Some(method), ..Change::default() });
            near(other.remaining().unwrap(), 1.0);
            assert!(other.raw.unwrap().budget.remaining.unwrap() < 0.5, "{method:?}");
        }
        for told in other_methods(&status) {
            near(told.remaining.unwrap(), 1.0);
        }
    }
}

#[test]
fn nothing_is_left_of_a_window_that_is_all_maintenance() {
    let (slo, flow) = (week("99%", Method::Occurrences), outage(2 * DAY));
    let status = judged(&slo, &flow, &[window(NOW - 30 * DAY, NOW + DAY, true)]);
    assert_eq!((status.remaining(), status.step.clone()), (None, None));
    assert_eq!(status.level(), Level::Unknown, "what is not known is not fine");
    assert!(status.warnings.iter().any(|said| said.contains("covers all of the window")), "{status:?}");
}

proptest! {
    #[test]
    fn raw_is_what_is_left_and_what_is_taken_out(
        begins in prop::collection::vec((0_i64..6 * 24 * 60, 5_i64..600), 1..5), ago in 0_i64..6 * 24,
    ) {
        let (slo, flow) = (week("99%", Method::Occurrences), outage(ago * HOUR));
        let windows: Vec<Correction> = begins
            .iter()
            .map(|(ago, long)| window(NOW - (ago + long) * 60, NOW - ago * 60, true))
            .collect();
        let status = judged(&slo, &flow, &windows);
        let (raw, left) = (status.raw.as_ref().unwrap().reading.tally, status.reading.unwrap().tally);
        let gone: f64 = status.corrections.iter().map(|one| one.tally.bad).sum();
        let overlap = begins.len() > 1;
        prop_assert!(overlap || (raw.bad - left.bad - gone).abs() < 1e-6);
        prop_assert!(left.bad >= 0.0 && left.bad <= raw.bad + 1e-6 && left.total <= raw.total + 1e-6);
        prop_assert!(left.bad <= left.total);
        // The curve of the budget ends where its figure stands, but for cells that are cut.
        let curve = slo.read(&status.ledger, NOW).unwrap().tally;
        let slack = 150.0 * begins.len() as f64 * 2.0;
        prop_assert!((curve.bad - left.bad).abs() <= slack, "{curve:?} {left:?}");
    }
}
