//! Golden signals by the metric names of the `http` preset, without anybody to compute them.

use std::sync::Arc;

use burnwatch::domain::signal::{Lane, OwnSignal, Service, ServiceSignals, Unit};
use serde_json::json;

use crate::kit::{NOW, World, page};

fn service(own: Vec<OwnSignal>) -> Arc<Service> {
    Arc::new(Service {
        name: "shop".into(),
        source: "here".into(),
        preset: Some("http".into()),
        selector: "app=\"shop\"".into(),
        own,
        latency_limit: Some(0.3),
    })
}

fn machine(now: i64) -> String {
    let seconds = (now - NOW + 100_000) as f64;
    page(&[
        ("http_requests_total{app=\"shop\",code=\"200\"}", seconds * 9.5),
        ("http_requests_total{app=\"shop\",status=\"503\"}", seconds * 0.5),
        ("http_requests_total{app=\"other\",code=\"500\"}", seconds * 100.0),
        ("http_request_duration_seconds_bucket{app=\"shop\",le=\"0.1\"}", seconds * 5.0),
        ("http_request_duration_seconds_bucket{app=\"shop\",le=\"0.5\"}", seconds * 9.9),
        ("http_request_duration_seconds_bucket{app=\"shop\",le=\"+Inf\"}", seconds * 10.0),
        ("node_cpu_seconds_total{app=\"shop\",cpu=\"0\",mode=\"idle\"}", seconds * 0.7),
        ("node_cpu_seconds_total{app=\"shop\",cpu=\"1\",mode=\"idle\"}", seconds * 0.9),
        ("node_cpu_seconds_total{app=\"shop\",cpu=\"0\",mode=\"user\"}", seconds * 0.3),
        ("node_memory_MemAvailable_bytes{app=\"shop\"}", 25.0),
        ("node_memory_MemTotal_bytes{app=\"shop\"}", 100.0),
        ("node_filesystem_avail_bytes{app=\"shop\",device=\"a\",fstype=\"ext4\"}", 20.0),
        ("node_filesystem_size_bytes{app=\"shop\",device=\"a\",fstype=\"ext4\"}", 100.0),
        ("node_filesystem_avail_bytes{app=\"shop\",device=\"b\",fstype=\"tmpfs\"}", 0.0),
        ("node_filesystem_size_bytes{app=\"shop\",device=\"b\",fstype=\"tmpfs\"}", 100.0),
        ("pool_used{app=\"shop\",pool=\"a\"}", 3.0),
        ("pool_used{app=\"shop\",pool=\"b\"}", 7.0),
        ("jobs_total", seconds * 2.0),
    ])
}

async fn shown(own: Vec<OwnSignal>) -> Arc<ServiceSignals> {
    let world = World::with(machine).await;
    let mut desk = world.desk_of(world.source(&json!({})), Vec::new(), vec![service(own)], None);
    let report = world.after(&mut desk, 600).await;
    assert!(report.status.feed.trouble.is_none(), "{:?}", report.status.feed.trouble);
    Arc::clone(&report.services[0])
}

fn latest(signals: &ServiceSignals, lane: Lane, name: &str) -> (f64, Unit) {
    let figure = signals.figures.iter().find(|figure| figure.lane == lane && figure.name == name).unwrap();
    let value = figure.latest().unwrap_or_else(|| panic!("{name}: {:?}", figure.trouble));
    (value, figure.unit)
}

#[tokio::test]
async fn the_http_preset_by_its_names() {
    let signals = shown(Vec::new()).await;
    for (lane, name, value, unit) in [
        (Lane::Traffic, "requests", 10.0, Unit::PerSecond),
        (Lane::Errors, "rate", 0.5, Unit::PerSecond),
        (Lane::Errors, "ratio", 0.05, Unit::Share),
        (Lane::Latency, "p50", 0.1, Unit::Seconds),
        (Lane::Latency, "p95", 0.1 + 0.4 * 4.5 / 4.9, Unit::Seconds),
        (Lane::Latency, "p99", 0.5, Unit::Seconds),
        (Lane::Saturation, "cpu", 0.2, Unit::Share),
        (Lane::Saturation, "memory", 0.75, Unit::Share),
        (Lane::Saturation, "disk", 0.8, Unit::Share),
    ] {
        let (found, of) = latest(&signals, lane, name);
        assert!((found - value).abs() < 0.005 * value && of == unit, "{name}: {found} {of:?}");
    }
}

#[tokio::test]
async fn own_selectors_are_rates_of_counters_and_the_highest_gauge() {
    let own = |lane, name: &str, query: &str| OwnSignal {
        lane,
        name: name.into(),
        query: query.into(),
        limit: Some(10.0),
    };
    let signals = shown(vec![
        own(Lane::Traffic, "requests", "jobs_total"),
        own(Lane::Saturation, "pool", "pool_used{app=\"shop\"}"),
        own(Lane::Saturation, "queue", "queue_depth"),
        own(Lane::Saturation, "half", "pool_used / 2"),
    ])
    .await;
    let (rate, _) = latest(&signals, Lane::Traffic, "requests");
    assert!((rate - 2.0).abs() < 0.01, "{rate}");
    assert_eq!(latest(&signals, Lane::Saturation, "pool").0, 7.0);
    let trouble = |name: &str| {
        let figure = signals.figures.iter().find(|figure| figure.name == name).unwrap();
        figure.trouble.clone().unwrap()
    };
    assert_eq!(trouble("queue"), "no series queue_depth");
    assert!(trouble("half").contains("is PromQL"), "{}", trouble("half"));
}
