//! What holds for any seed, instant and cell.

use super::*;

#[test]
fn the_same_for_the_same_seed_and_another_for_another() {
    let range = Range { from: NOW - 3600, to: NOW, step: 60 };
    let cells = |seed| ask(&*demo(Scenario::Outage, seed), "checkout/availability", BASE, range);
    assert_eq!(cells(1), cells(1));
    assert_ne!(cells(1), cells(2));
    // Asked late first or early first makes no difference.
    let late = demo(Scenario::Outage, 1);
    span(&*late, "checkout/availability", 0, 5000);
    assert_eq!(ask(&*late, "checkout/availability", BASE, range), cells(1));
    assert_eq!(signals(&*demo(Scenario::Outage, 3)), signals(&*demo(Scenario::Outage, 3)));
}

#[test]
fn the_story_moves_with_the_start() {
    let shift = 5 * 86_400 + 12_345 * 60;
    let earlier = with(&json!({ "seed": 1 }), STARTED - shift);
    let range = |now: i64| Range { from: now - 600, to: now, step: 60 };
    let totals = |cells: Cells| cells.points.iter().map(|point| point.1).collect::<Vec<_>>();
    assert_eq!(
        totals(ask(&*earlier, "checkout/availability", BASE, range(NOW - shift))),
        totals(ask(&*demo(Scenario::Outage, 1), "checkout/availability", BASE, range(NOW)))
    );
}

#[test]
fn it_moves() {
    let demo = demo(Scenario::Calm, 1);
    let cell = |minute| span(&*demo, "checkout/availability", minute - 5, minute);
    assert_ne!(cell(0), cell(1));
    assert_ne!(cell(1), cell(2));
}

#[test]
fn a_gap_is_absent_and_in_one_objective_only() {
    let demo = demo(Scenario::Outage, 1);
    let range = Range { from: NOW - 60 * HOUR, to: NOW, step: 300 };
    let full = range.points() as usize;
    let jobs = ask(&*demo, "batch/jobs", BASE, range);
    assert_eq!(jobs.points.len(), full - 80 / 5);
    assert_eq!(ask(&*demo, "search/latency", BASE, range).points.len(), full);
    // The hour around it still counts what is known.
    let hours = Range { from: NOW - 52 * HOUR, to: NOW - 49 * HOUR, step: HOUR };
    let known: Vec<_> =
        ask(&*demo, "batch/jobs", Window::hours(1), hours).points.iter().map(|p| p.0).collect();
    assert_eq!(known, [NOW - 52 * HOUR, NOW - 51 * HOUR, NOW - 49 * HOUR]);
    assert_eq!(span(&*demo, "api/availability", -36 * 1440, -35 * 1440), Tally::ZERO);
}

#[test]
fn search_never_had_a_series_of_errors() {
    let demo = demo(Scenario::Outage, 1);
    let range = Range { from: NOW - 600, to: NOW, step: 60 };
    assert_eq!(ask(&*demo, "search/availability", BASE, range).seen_since, None);
    assert_eq!(ask(&*demo, "search/latency", BASE, range).seen_since, Some(NOW - 600));
}

#[test]
fn what_is_not_in_the_story_is_said() {
    let demo = demo(Scenario::Outage, 1);
    let range = Range { from: NOW, to: NOW, step: 60 };
    let ask = CountsAsk::new(vec![objective("shop/errors", "99%")], BASE, range);
    let counts = now_or_never(demo.counts(&ask)).unwrap();
    assert!(matches!(&counts.slos[0], Err(SourceError::Uncountable(text)) if text.contains("shop/errors")));
    let ask = SignalsAsk { services: vec![service("shop", 0.5)], range };
    let signals = now_or_never(demo.signals(&ask)).unwrap();
    let lanes: Vec<Lane> = signals.figures.iter().map(|figure| figure.lane).collect();
    assert_eq!(lanes, Lane::ALL);
    assert!(signals.figures.iter().all(|figure| figure.trouble.is_some() && figure.points.is_empty()));
}

#[tokio::test(start_paused = true)]
async fn backends_of_the_blackout_die() {
    let dying = demo(Scenario::Blackout, 1);
    let dead = with(&json!({ "scenario": "blackout", "dead": true }), STARTED);
    let range = Range { from: NOW, to: NOW, step: 60 };
    let ask = CountsAsk::new(objectives(), BASE, range);
    assert!(matches!(dead.counts(&ask).await, Err(SourceError::Refused { .. })));
    tokio::time::advance(Duration::from_millis(29_900)).await;
    assert!(dying.counts(&ask).await.is_ok());
    tokio::time::advance(Duration::from_millis(100)).await;
    assert!(matches!(dying.counts(&ask).await, Err(SourceError::Timeout { seconds: 5, .. })));
    let ask = SignalsAsk { services: vec![service("checkout", 0.5)], range };
    assert!(dying.signals(&ask).await.is_err() && dying.sample_intervals(&objectives(), NOW).await.is_err());
}

proptest! {
    #[test]
    fn cells_add_up(place in 0_usize..8, start in -50_399_i64..3000, first in 1_i64..3000, second in 1_i64..3000) {
        let demo = demo(Scenario::Outage, 1);
        let id = objectives()[place].id.clone();
        let (middle, end) = (start + first, start + first + second);
        let whole = span(&*demo, &id, start, end);
        prop_assert_eq!(whole, span(&*demo, &id, start, middle) + span(&*demo, &id, middle, end));
        prop_assert!(whole.bad <= whole.total && whole.bad >= 0.0);
    }

    #[test]
    fn an_hour_is_its_cells(place in 0_usize..8, hour in -800_i64..40) {
        let demo = demo(Scenario::Blackout, 1);
        let id = objectives()[place].id.clone();
        let to = NOW + hour * HOUR;
        let cells = ask(&*demo, &id, BASE, Range { from: to - 55 * 60, to, step: 300 });
        let sum: Tally = cells.points.iter().map(|point| point.1).sum();
        prop_assert_eq!(sum, span(&*demo, &id, hour * 60 - 60, hour * 60));
    }
}
