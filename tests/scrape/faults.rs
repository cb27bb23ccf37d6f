//! Targets that go, come back, begin anew, or answer something else.

use burnwatch::domain::slo::status::Data;
use burnwatch::domain::slo::window::Window;
use burnwatch::source::{CountsAsk, Range};
use serde_json::json;
use wiremock::ResponseTemplate;

use crate::kit::{NOW, World, cell, events, near, page, text, traffic};

#[tokio::test]
async fn a_target_that_is_down_is_a_gap_and_never_a_zero() {
    let world = World::with(traffic).await;
    let mut desk = world.desk(vec![events()]);
    world.after(&mut desk, 900).await;
    world.targets[0].goes_down();
    world.pass(&mut desk, 600).await;
    let down = desk.report();
    assert!(down.status.feed.trouble.as_ref().unwrap().text.contains("503"), "{:?}", down.status.feed);
    assert_eq!(down.slos[0].data, Data::Stale);
    assert_eq!(cell(&world, &down.slos[0], 2), None);
    world.targets[0].turn(|now| text(&traffic(now)));
    world.pass(&mut desk, 900).await;
    let back = desk.report();
    assert!(back.status.feed.trouble.is_none());
    assert!(near(cell(&world, &back.slos[0], 0), (60.0, 3000.0)));
    // Down from 15 to 10 minutes… before now: cells that begin or end in that time are unknown.
    for minutes in [16, 20, 24] {
        assert_eq!(cell(&world, &back.slos[0], minutes), None, "{minutes}");
    }
    assert!(near(cell(&world, &back.slos[0], 26), (60.0, 3000.0)));
}

#[tokio::test]
async fn one_reading_that_is_missed_is_no_gap() {
    let world = World::with(traffic).await;
    let mut desk = world.desk(vec![events()]);
    world.after(&mut desk, 600).await;
    world.targets[0].goes_down();
    world.pass(&mut desk, 15).await;
    world.targets[0].turn(|now| text(&traffic(now)));
    world.pass(&mut desk, 45).await;
    let report = desk.report();
    assert!(near(cell(&world, &report.slos[0], 0), (60.0, 3000.0)), "{:?}", cell(&world, &report.slos[0], 0));
}

#[tokio::test]
async fn a_process_that_begins_anew_loses_nothing_that_was_seen() {
    let restart = NOW + 750;
    let world = World::with(move |now| {
        let count = if now >= restart { now - restart } else { now - NOW + 5000 };
        page(&[("http_requests_total{code=\"200\"}", count as f64 * 10.0)])
    })
    .await;
    let mut desk = world.desk(vec![events()]);
    let report = world.after(&mut desk, 900).await;
    let (bad, total) = cell(&world, &report.slos[0], 0).unwrap();
    // What was counted between the last reading and the restart is lost: at most 15 seconds of 300.
    assert!(bad == 0.0 && (2850.0..3001.0).contains(&total), "{total}");
}

#[tokio::test]
async fn of_two_targets_one_is_down() {
    let world = World::of(2).await;
    for target in &world.targets {
        target.turn(|now| text(&traffic(now)));
    }
    let mut desk = world.desk(vec![events()]);
    world.after(&mut desk, 600).await;
    world.targets[1].goes_down();
    world.pass(&mut desk, 600).await;
    let report = desk.report();
    assert!(report.status.feed.trouble.is_none(), "the other one answers");
    assert!(
        report
            .status
            .warnings
            .iter()
            .any(|text| text.contains("a target is not read") && text.contains("503"))
    );
    assert!(near(cell(&world, &report.slos[0], 0), (60.0, 3000.0)), "{:?}", cell(&world, &report.slos[0], 0));
    assert_eq!(report.status.health.endpoints.len(), 2);
}

#[tokio::test]
async fn what_is_no_page_of_metrics_is_told_with_its_reason() {
    let open = |body: &str| {
        ResponseTemplate::new(200)
            .set_body_raw(body.to_owned(), "application/openmetrics-text; version=1.0.0")
    };
    let many: Vec<_> = (0..50).map(|i| format!("http_requests_total{{code=\"{i}\"}} 1\n")).collect();
    for (answer, words) in [
        (text("<html><title>Log in</title>"), "HTML instead of metrics"),
        (text("http_requests_total 1\nhttp_requests_total{ 1\n"), "line 2"),
        (text("http_requests_total 1"), "ends inside a line"),
        (open("http_requests_total 1\n"), "# EOF is missing"),
        (text(&many.concat()), "more than 20 series"),
        (ResponseTemplate::new(401), "401"),
        (ResponseTemplate::new(404), "404"),
        (text(&"x".repeat(1_100_000)), "larger than 1 MiB"),
    ] {
        let world = World::of(1).await;
        world.targets[0].turn(move |_| answer.clone());
        let source = world.source(&json!({"limits": {"series": 20, "body_mib": 1, "attempts": 1}}));
        let mut desk = world.desk_of(source, vec![events()], Vec::new(), None);
        let report = world.after(&mut desk, 15).await;
        let trouble = report.status.feed.trouble.unwrap_or_else(|| panic!("{words}: no trouble"));
        assert!(trouble.text.contains(words), "{words}: {}", trouble.text);
    }
}

#[tokio::test]
async fn many_series_that_nobody_wants_cost_nothing() {
    let others: Vec<_> = (0..100_000).map(|i| format!("other{{i=\"{i}\"}} 1\n")).collect();
    let others = others.concat();
    let world = World::with(move |now| traffic(now) + &others).await;
    let source = world.source(&json!({"limits": {"series": 2}}));
    let mut desk = world.desk_of(source, vec![events()], Vec::new(), None);
    let report = world.after(&mut desk, 15).await;
    assert_eq!(report.status.feed.trouble, None);
    assert!(report.status.points <= 6, "{}", report.status.points);
}

#[tokio::test]
async fn another_instant_cannot_be_read() {
    let world = World::with(traffic).await;
    let source = world.source(&json!({}));
    let ask = CountsAsk::new(vec![events()], Window::minutes(5), Range { from: NOW, to: NOW, step: 60 });
    let error = source.counts(&ask).await.unwrap_err();
    assert!(error.to_string().contains("tell of the present alone"), "{error}");
    assert!(world.targets[0].server.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_page_is_read_once_for_counts_and_signals_alike() {
    let world = World::with(traffic).await;
    let mut desk = world.desk(vec![events()]);
    world.after(&mut desk, 150).await;
    let asked = world.targets[0].server.received_requests().await.unwrap();
    assert_eq!(asked.len(), 11, "at the start and every 15 seconds");
    assert_eq!(asked[0].url.path(), "/metrics");
    let accept = asked[0].headers.get("accept").unwrap().to_str().unwrap();
    assert!(accept.starts_with("application/openmetrics-text;version=1.0.0"), "{accept}");
}

#[tokio::test]
async fn a_sample_of_long_ago_is_not_taken_for_news() {
    // What some job pushed an hour before, with its own time in milliseconds, as a gateway shows it ever after.
    let old = |now: i64| format!("http_requests_total{{code=\"200\"}} {now} {}000\n", NOW - 3600);
    let world = World::with(old).await;
    let mut desk = world.desk(vec![events()]);
    let report = world.after(&mut desk, 600).await;
    assert_eq!(cell(&world, &report.slos[0], 0), None);
    let said = "1 sample not taken: by their own timestamps they are more than 5 minutes from now";
    assert!(report.status.warnings.iter().any(|text| text.contains(said)), "{:?}", report.status.warnings);
    world.targets[0].turn(|now| text(&traffic(now).replace('\n', &format!(" {now}000\n"))));
    world.pass(&mut desk, 600).await;
    let report = desk.report();
    assert!(near(cell(&world, &report.slos[0], 0), (60.0, 3000.0)), "its time is the present");
    assert!(!report.status.warnings.iter().any(|text| text.contains("not taken")));
}

#[tokio::test]
async fn a_clock_that_was_an_hour_ahead_costs_no_hour() {
    let world = World::with(traffic).await;
    let source = world.source(&json!({}));
    let ask = CountsAsk::new(
        vec![events()],
        Window::minutes(5),
        Range { from: NOW + 300, to: NOW + 300, step: 60 },
    );
    let mut points = Vec::new();
    for now in [NOW + 3600].into_iter().chain((0..=21).map(|i| NOW + i * 15)) {
        world.now.store(now, std::sync::atomic::Ordering::Relaxed);
        source.tick(Some((world.clock())()));
        let counts = source.counts(&ask).await.unwrap();
        points.clone_from(&counts.slos[0].as_ref().unwrap().points);
    }
    let [(end, tally)] = points[..] else { panic!("{points:?}") };
    assert!(end == NOW + 300 && near(Some((tally.bad, tally.total)), (60.0, 3000.0)), "{tally:?}");
}

#[tokio::test]
async fn each_page_stands_for_itself_in_what_is_told_of_the_way() {
    let world = World::of(3).await;
    for target in &world.targets {
        target.turn(|now| text(&traffic(now)));
    }
    world.targets[2].turn(|_| text("http_requests_total{ 1\n"));
    let mut desk = world.desk(vec![events()]);
    let health = world.after(&mut desk, 60).await.status.health;
    assert!(health.apart && health.attempts >= 15, "{health:?}");
    let said: Vec<bool> = health.endpoints.iter().map(|endpoint| endpoint.said.is_some()).collect();
    assert_eq!(said, [false, false, true], "a page that comes and is none");
}
