//! A store that tells late, or falls silent for a while, while the dashboard runs: the figures are those of one who asks
//! when all is there.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use burnwatch::domain::slo::window::Window;
use burnwatch::source::desk::{Brief, Desk};
use chrono::DateTime;
use serde_json::{Value, json};
use tokio::time::Instant;
use wiremock::{MockServer, Request};

use crate::kit::*;

const MINUTE: i64 = 60;

/// 20 events in each minute whose end is a `known` one, two of them bad, to be seen so many seconds after its end.
async fn store(now: &Arc<AtomicI64>, delay: i64, known: fn(i64) -> bool) -> MockServer {
    let now = Arc::clone(now);
    serve(move |request: &Request| {
        let seen = now.load(Ordering::Relaxed) - delay;
        let result = |(id, statement): (usize, &str)| {
            let number = |before: &str| {
                let text = statement.split_once(before).unwrap().1;
                text.split_once('s').unwrap().0.parse::<i64>().unwrap()
            };
            let value = if statement.contains("errors") { 2 } else { 20 };
            let begins = (number("time > ")..number("time <= ").min(seen)).step_by(60);
            let begins = begins.filter(|begin| begin + MINUTE <= seen && known(begin + MINUTE));
            let rows: Vec<Value> = begins.map(|begin| json!([begin, value, 6])).collect();
            let series = json!({"name": "http", "columns": ["time", "sum", "count"], "values": rows});
            let series = if rows.is_empty() { json!([]) } else { json!([series]) };
            json!({"statement_id": id, "series": series})
        };
        let statements = param(request, "q").unwrap();
        let results: Vec<Value> = statements.split("; ").enumerate().map(result).collect();
        json_of(200, &json!({ "results": results }))
    })
    .await
}

fn desk(server: &MockServer, now: &Arc<AtomicI64>) -> Desk {
    let now = Arc::clone(now);
    let settings = with_url(server, json!({"database": "d"}));
    Desk::new(Brief {
        name: "main".into(),
        kind: "influxdb".into(),
        source: connect("influxdb", settings).unwrap(),
        objectives: vec![events("sum(errors) FROM http", "sum(requests) FROM http")],
        services: Vec::new(),
        refresh: Duration::from_secs(60),
        clock: Arc::new(move || DateTime::from_timestamp(now.load(Ordering::Relaxed), 0).unwrap()),
        cache: None,
    })
}

/// What is counted in the hour before `end`: bad, all, and for how many seconds it is known.
fn hour(desk: &mut Desk, end: i64) -> (f64, f64, f64) {
    let report = desk.report();
    let reading = report.slos[0].ledger.read(end, Window::hours(1)).unwrap();
    (reading.tally.bad, reading.tally.total, reading.known)
}

/// The same of one who looked on from `NOW`, minute by minute, and of one who came at the end.
async fn looked_on(minutes: i64, delay: i64, known: fn(i64) -> bool, end: i64) -> [(f64, f64, f64); 2] {
    let now = Arc::new(AtomicI64::new(NOW + 5));
    let server = store(&now, delay, known).await;
    let mut steady = desk(&server, &now);
    steady.gather(Instant::now() + Duration::from_secs(60), false).await;
    for minute in 1..=minutes {
        now.store(NOW + minute * MINUTE + 5, Ordering::Relaxed);
        steady.step(true).await;
    }
    let mut fresh = desk(&server, &now);
    fresh.gather(Instant::now() + Duration::from_secs(60), false).await;
    [hour(&mut steady, end), hour(&mut fresh, end)]
}

#[tokio::test]
async fn figures_that_are_always_late_are_counted() {
    let found = looked_on(70, 4 * MINUTE, |_| true, NOW + 66 * MINUTE).await;
    assert_eq!(found, [(120.0, 1200.0, 3600.0); 2], "sixty minutes with twenty events each");
}

#[tokio::test]
async fn the_last_events_before_a_silence_are_counted() {
    // The minutes from the 18th to the 40th are empty: 38 of the sixty have twenty events. The cell from the 16th to the 20th
    // is known for two minutes of it, as is the one that ends with the 45th; those between them are gaps.
    let silent = |end: i64| !(NOW + 18 * MINUTE..NOW + 41 * MINUTE).contains(&end);
    let found = looked_on(61, 0, silent, NOW + 60 * MINUTE).await;
    assert_eq!(found[1], (74.0, 740.0, 2400.0), "{found:?}");
    assert_eq!(found[0], found[1]);
}
