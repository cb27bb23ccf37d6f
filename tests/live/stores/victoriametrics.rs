//! VictoriaMetrics: the expressions meant for Prometheus, and its own ways.

use std::fmt::Write;
use std::process::Command;

use burnwatch::domain::slo::status::Data;
use serde_json::json;

use super::process::{Running, free_port, http, spawn, until};
use super::{FROM, TO, compare_all, judged, of, promql, series};
use crate::gauges::GAUGES;
use crate::kinds::compare_timed;

fn start() -> Running {
    let (folder, port) = (tempfile::tempdir().unwrap(), free_port());
    let process = spawn(
        Command::new("victoria-metrics")
            .arg(format!("-httpListenAddr=127.0.0.1:{port}"))
            .arg(format!("-storageDataPath={}", folder.path().join("data").display()))
            .arg("-retentionPeriod=100y"),
        &folder.path().join("log"),
    );
    let server = Running::new(port, vec![process], folder);
    until("victoria-metrics is ready", || http(port, "GET", "/health", "").is_some_and(|said| said.0 == 200));
    fill(port);
    server
}

fn fill(port: u16) {
    let mut text = String::new();
    for (process, counter, counted) in series() {
        let (service, instance, label) = (process.service, process.instance, counter.label);
        for (time, value) in counted.samples(process, counter, FROM, TO) {
            let name = format!("{}{{service=\"{service}\",instance=\"{instance}\",{label}}}", counter.metric);
            writeln!(text, "{name} {value} {}", time * 1000).unwrap();
        }
    }
    for gauge in GAUGES {
        for (time, value) in gauge.samples(FROM, TO).filter(|(_, value)| !value.is_nan()) {
            writeln!(text, "{} {value} {}", gauge.name, time * 1000).unwrap();
        }
    }
    assert_eq!(http(port, "POST", "/api/v1/import/prometheus", &text).unwrap().0, 204);
    // What was imported can be asked for once it is flushed.
    assert_eq!(http(port, "GET", "/internal/force_flush", "").unwrap().0, 200);
}

#[tokio::test]
async fn victoriametrics_tells_what_happened() {
    let server = start();
    let settings = json!({"url": server.url(), "flavor": "victoriametrics"});
    compare_all("victoriametrics", &judged("prometheus", settings.clone(), promql()).await, 2);
    // Kinds that are a share of time, by the same expressions.
    compare_timed(&judged("prometheus", settings.clone(), crate::kinds::timed_objectives()).await.slos);
    // One expression of several that it cannot read.
    let broken = of(
        "checkout/broken",
        "http_requests_total{code=\"500\"}",
        "sum(nope(http_requests_total[{{.window}}]))",
    );
    let report = judged("prometheus", settings, [vec![broken], promql()].concat()).await;
    let Data::Error(why) = &report.slos[0].data else { panic!("{:?}", report.slos[0].data) };
    assert!(why.contains("total: ") && why.contains("unknown func \"nope\""), "{why}");
    assert!(!why.contains("error when executing"), "{why}");
    compare_all("victoriametrics", &burnwatch_others(report), 2);
}

/// The same report without its first objective.
fn burnwatch_others(
    mut report: burnwatch::domain::snapshot::SourceReport,
) -> burnwatch::domain::snapshot::SourceReport {
    report.slos.remove(0);
    report
}
