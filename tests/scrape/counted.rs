//! Every kind of indicator against a truth that is a straight line.

use std::sync::atomic::Ordering;

use burnwatch::domain::slo::objective::{Group, Objective};
use burnwatch::domain::slo::sli::{Events, Freshness, Latency, Op, Ratio, Side, Sli, Threshold, Throughput};
use burnwatch::domain::slo::status::Data;
use burnwatch::domain::slo::window::Window;
use serde_json::json;

use crate::kit::{NOW, World, cell, events, near, page, slo, text, traffic};

#[tokio::test]
async fn events_are_counted_from_the_first_whole_cell_on() {
    let world = World::with(traffic).await;
    let mut desk = world.desk(vec![events()]);
    let early = world.after(&mut desk, 240).await;
    assert_eq!(early.slos[0].as_of, None, "four minutes are no cell of five");
    world.pass(&mut desk, 360).await;
    let report = desk.report();
    let slo = &report.slos[0];
    for minutes in 0..5 {
        assert!(near(cell(&world, slo, minutes), (60.0, 3000.0)), "{:?}", cell(&world, slo, minutes));
    }
    assert_eq!(cell(&world, slo, 6), None, "before the start nothing is known");
    assert_eq!(slo.data, Data::Ok);
    assert!((slo.reading.unwrap().tally.error_ratio().unwrap() - 0.02).abs() < 1e-4);
    assert!(report.status.feed.trouble.is_none());
}

#[tokio::test]
async fn sums_of_cells_lose_and_double_nothing() {
    let world = World::with(traffic).await;
    let mut desk = world.desk(vec![events()]);
    let report = world.after(&mut desk, 2400).await;
    let half = report.slos[0].counts.read(NOW + 2400, Window::minutes(30)).unwrap();
    assert!((half.tally.total - 18_000.0).abs() < 5.0 && half.coverage() > 0.999, "{half:?}");
}

#[tokio::test]
async fn two_targets_are_one_service_and_labels_tell_them_apart() {
    let world = World::of(2).await;
    for target in &world.targets {
        target.turn(|now| text(&traffic(now)));
    }
    let second = world.targets[1].server.address().to_string();
    let of_one = Sli::Events(Events {
        side: Side::Bad,
        part: format!("http_requests_total{{code!~\"2..\",instance=\"{second}\"}}"),
        total: format!("http_requests_total{{job=\"here\",instance=~\"{second}|x\"}}"),
    });
    let mut desk = world.desk(vec![events(), slo("b", of_one)]);
    let report = world.after(&mut desk, 600).await;
    assert!(near(cell(&world, &report.slos[0], 0), (120.0, 6000.0)));
    assert!(near(cell(&world, &report.slos[1], 0), (60.0, 3000.0)));
}

#[tokio::test]
async fn a_histogram_has_the_buckets_that_it_has() {
    let histogram = |now: i64| {
        let count = (now - NOW + 10_000) as f64;
        page(&[
            ("rt_seconds_bucket{le=\"0.1\"}", count * 0.5),
            ("rt_seconds_bucket{le=\"0.30\"}", count * 0.9),
            ("rt_seconds_bucket{le=\"+Inf\"}", count),
            ("rt_seconds_sum", count * 0.2),
            ("rt_seconds_count", count),
        ])
    };
    let world = World::with(histogram).await;
    let latency =
        |threshold| Sli::Latency(Latency { histogram: "rt_seconds".into(), threshold, native: false });
    let mut desk = world.desk(vec![slo("a", latency(0.3)), slo("b", latency(0.2))]);
    let report = world.after(&mut desk, 600).await;
    assert!(near(cell(&world, &report.slos[0], 0), (30.0, 300.0)));
    match &report.slos[1].data {
        Data::Error(text) => assert!(text.contains("there are: 0.1, 0.30, +Inf"), "{text}"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn shares_of_time_are_taken_minute_by_minute() {
    let gauges = |now: i64| {
        // Good in the first half of each five minutes, by the minute: 0, 1, 2 of 0 … 4.
        let depth = if (now - NOW).rem_euclid(300) < 180 { 5.0 } else { 50.0 };
        page(&[
            ("depth{q=\"a\"}", depth),
            ("depth{q=\"b\"}", 5.0),
            ("done_seconds", (now - now.rem_euclid(300)) as f64),
            ("well", f64::from(u8::from(depth < 10.0))),
            ("share", 0.25),
            ("rows_total", (now - NOW) as f64 * 2.0),
        ])
    };
    let world = World::with(gauges).await;
    let kinds = [
        (Sli::Threshold(Threshold { value: "depth".into(), op: Op::AtMost, bound: 10.0 }), 1.0, 5.0),
        (
            Sli::Freshness(Freshness { timestamp: "done_seconds".into(), max_age: Window::minutes(2) }),
            2.0,
            5.0,
        ),
        (Sli::Ratio(Ratio { side: Side::Bad, ratio: "share".into() }), 1.25, 5.0),
        (Sli::Throughput(Throughput { counter: "rows_total".into(), at_least: 1.9 }), 0.0, 5.0),
        (Sli::Throughput(Throughput { counter: "rows_total".into(), at_least: 2.1 }), 5.0, 5.0),
        (Sli::Bool("well".into()), 8.0, 20.0),
    ];
    let objectives = kinds.iter().enumerate().map(|(i, kind)| slo(&format!("k{i}"), kind.0.clone()));
    let mut desk = world.desk(objectives.collect());
    let report = world.after(&mut desk, 900).await;
    for ((sli, bad, total), slo) in kinds.iter().zip(&report.slos) {
        let found = cell(&world, slo, 0);
        assert!(near(found, (*bad, *total)), "{}: {found:?}", sli.kind());
    }
}

#[tokio::test]
async fn a_group_has_a_child_for_each_label() {
    let world = World::with(|now| {
        let count = (now - NOW + 1000) as f64;
        page(&[
            ("http_requests_total{route=\"/a\",code=\"200\"}", count * 9.0),
            ("http_requests_total{route=\"/a\",code=\"500\"}", count),
            ("http_requests_total{route=\"/b\",code=\"200\"}", count * 5.0),
        ])
    })
    .await;
    let group = Group { parent: "shop/a".into(), by: vec!["route".into()], ..Group::default() };
    let parent = Objective { group: Some(group), ..(*events()).clone() };
    let mut desk = world.desk(vec![parent.into()]);
    let report = world.after(&mut desk, 600).await;
    let found: Vec<_> = report.slos.iter().map(|slo| slo.id()).collect();
    assert_eq!(found, ["shop/a{route=\"/a\"}", "shop/a{route=\"/b\"}"]);
    assert!(near(cell(&world, &report.slos[0], 0), (300.0, 3000.0)));
    assert!(near(cell(&world, &report.slos[1], 0), (0.0, 1500.0)));
}

#[tokio::test]
async fn promql_is_refused_before_anything_is_asked() {
    let world = World::of(1).await;
    let source = world.source(&json!({}));
    for text in ["sum(rate(a[5m]))", "sum(rate(a[{{.window}}]))", "a / b", "a offset 5m"] {
        let sli = Sli::Ratio(Ratio { side: Side::Bad, ratio: text.into() });
        assert!(source.objection(&slo("a", sli)).is_some(), "{text}");
    }
    let native = Latency { histogram: "rt".into(), threshold: 0.3, native: true };
    assert!(source.objection(&slo("a", Sli::Latency(native))).unwrap().key.contains("native"));
    assert_eq!(source.objection(&events()), None);
    assert_eq!(world.now.load(Ordering::Relaxed), NOW);
}
