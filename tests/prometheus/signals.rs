//! The golden signals of services.

use std::sync::Arc;

use burnwatch::domain::signal::{Lane, OwnSignal, Service, Unit};
use burnwatch::source::{SignalPoints, Signals, SignalsAsk};

use crate::kit::*;

fn service(name: &str, preset: Option<&str>, own: Vec<OwnSignal>) -> Arc<Service> {
    Arc::new(Service {
        name: name.into(),
        source: "main".into(),
        preset: preset.map(str::to_owned),
        selector: format!("service=\"{name}\""),
        own,
        latency_limit: Some(0.5),
    })
}

fn own(lane: Lane, name: &str, query: &str, limit: Option<f64>) -> OwnSignal {
    OwnSignal { lane, name: name.into(), query: query.into(), limit }
}

async fn signals(
    services: Vec<Arc<Service>>,
    answer: impl Fn(&str) -> Said + Send + Sync + 'static,
) -> Signals {
    let server = answering(answer).await;
    at(&server).signals(&SignalsAsk { services, range: RANGE }).await.unwrap()
}

fn figure<'a>(signals: &'a Signals, lane: Lane, name: &str) -> &'a SignalPoints {
    signals.figures.iter().find(|figure| figure.lane == lane && figure.name == name).unwrap()
}

#[tokio::test]
async fn the_http_preset_in_one_request() {
    let found =
        signals(vec![service("a", Some("http"), vec![]), service("b", Some("http"), vec![])], |text| {
            Ok(match text {
                text if text.contains("\"5..\"") => series(&["2"]),
                text if text.starts_with("histogram_quantile(0.99") => series(&["NaN", "0.25"]),
                text if text.starts_with("histogram_quantile") => series(&["NaN", "NaN"]),
                text if text.contains("http_requests_total") => series(&["10", "0", "8"]),
                text if text.contains("process_cpu") => series(&["1.7"]),
                _ => Vec::new(),
            })
        })
        .await;
    assert_eq!((found.toll.requests, found.figures.len()), (1, 18));
    let requests = figure(&found, Lane::Traffic, "requests");
    assert_eq!((requests.unit, requests.points.len(), &requests.trouble), (Unit::PerSecond, 3, &None));
    let ratio = figure(&found, Lane::Errors, "ratio");
    assert_eq!((ratio.unit, &ratio.points[..]), (Unit::Share, &[(NOW - 120, 0.0), (NOW, 0.25)][..]));
    let rate = figure(&found, Lane::Errors, "rate");
    assert_eq!(rate.points, [(NOW - 120, 0.0), (NOW - 60, 0.0), (NOW, 2.0)]);
    let p99 = figure(&found, Lane::Latency, "p99");
    assert_eq!((&p99.points[..], p99.unit, p99.limit), (&[(NOW, 0.25)][..], Unit::Seconds, Some(0.5)));
    let p50 = figure(&found, Lane::Latency, "p50");
    assert_eq!((p50.points.len(), &p50.trouble), (0, &None), "no requests is no trouble");
    let cpu = figure(&found, Lane::Saturation, "cpu");
    assert_eq!((&cpu.points[..], cpu.unit), (&[(NOW, 1.7)][..], Unit::Number));
    let disk = figure(&found, Lane::Saturation, "disk").trouble.clone().unwrap();
    assert!(disk.starts_with("no series node_filesystem_avail_bytes{service=\"a\""), "{disk}");
}

#[tokio::test]
async fn many_services_are_asked_in_requests_of_a_hundred_expressions() {
    let five = || ["a", "b", "c", "d", "e"].map(|name| own(Lane::Traffic, name, name, None)).to_vec();
    let services: Vec<_> = (0..50).map(|i| service(&format!("s{i}"), None, five())).collect();
    let found = signals(services, |_| Ok(series(&["1"]))).await;
    assert_eq!((found.toll.requests, found.figures.len()), (3, 250));
}

#[tokio::test]
async fn no_errors_while_there_is_traffic_is_zero_and_no_traffic_is_named() {
    let found = signals(vec![service("a", Some("http"), vec![])], |text| {
        let traffic = text == "sum(rate(http_requests_total{service=\"a\"}[5m]))";
        Ok(if traffic { series(&["4"]) } else { Vec::new() })
    })
    .await;
    assert_eq!(figure(&found, Lane::Errors, "ratio").points, [(NOW, 0.0)]);
    let found = signals(vec![service("a", Some("http"), vec![])], |_| Ok(Vec::new())).await;
    for (lane, name) in [(Lane::Errors, "ratio"), (Lane::Errors, "rate"), (Lane::Traffic, "requests")] {
        let figure = figure(&found, lane, name);
        assert_eq!(figure.trouble.as_deref(), Some("no series http_requests_total{service=\"a\"}"));
        assert!(figure.points.is_empty());
    }
}

#[tokio::test]
async fn own_queries_replace_and_join() {
    let queries = vec![
        own(Lane::Traffic, "requests", "sum(rate(in_total[{{.window}}])) # mine", None),
        own(Lane::Saturation, "db-pool", "pool_used / pool_size", Some(0.9)),
        own(Lane::Saturation, "queue", "queue_length", Some(100.0)),
        own(Lane::Saturation, "broken", "sum(", None),
    ];
    let found = signals(vec![service("a", Some("http"), queries)], |text| match text {
        "sum(rate(in_total[5m]))" => Ok(series(&["3"])),
        "pool_used / pool_size" => Ok(series(&["0.8"])),
        "queue_length" => Ok([series(&["1"]), series(&["2"])].concat()),
        "sum(" => Err((400, "1:5: parse error: unclosed left parenthesis".into())),
        _ => Ok(Vec::new()),
    })
    .await;
    assert_eq!(figure(&found, Lane::Traffic, "requests").points, [(NOW, 3.0)]);
    let ratio = figure(&found, Lane::Errors, "ratio");
    assert!(ratio.trouble.is_some(), "own traffic says nothing of the preset's errors");
    let pool = figure(&found, Lane::Saturation, "db-pool");
    assert_eq!((&pool.points[..], pool.unit, pool.limit), (&[(NOW, 0.8)][..], Unit::Share, Some(0.9)));
    let queue = figure(&found, Lane::Saturation, "queue");
    assert_eq!(queue.unit, Unit::Number);
    assert!(queue.trouble.as_ref().unwrap().contains("2 series, expected 1"));
    let broken = figure(&found, Lane::Saturation, "broken").trouble.clone().unwrap();
    assert!(broken.contains("unclosed left parenthesis"), "{broken}");
}

#[tokio::test]
async fn own_alone_and_unknown_presets() {
    let mine = vec![own(Lane::Traffic, "requests", "x", None)];
    let found =
        signals(vec![service("a", None, mine), service("b", Some("htpt"), vec![])], |_| Ok(series(&["1"])))
            .await;
    assert_eq!((found.figures.len(), found.toll.points), (2, 1));
    let trouble = found.figures[1].trouble.as_deref();
    let told = trouble.unwrap();
    assert!(
        told.starts_with("unknown preset `htpt`; known are otel-http, ") && told.ends_with(", own"),
        "{told}"
    );
}
