//! `InfluxDB` 1: counters, counts of each interval and gauges in its line protocol.

use std::fmt::Write;
use std::process::Command;

use burnwatch::domain::slo::objective::Objective;
use burnwatch::domain::slo::sli::{Freshness, Op, Sli, Threshold, Throughput};
use burnwatch::domain::slo::status::Data;
use burnwatch::domain::slo::window::Window;
use serde_json::json;
use std::sync::Arc;

use super::process::{Running, free_port, http, spawn, until};
use super::{FROM, TO, code, compare_all, connected, judged, of, series};
use crate::desk::objective;
use crate::gauges::GAUGES;
use crate::kinds::compare_timed;

fn start() -> Running {
    let (folder, port) = (tempfile::tempdir().unwrap(), free_port());
    let path = folder.path().display();
    let config = format!(
        "reporting-disabled = true\nbind-address = \"127.0.0.1:{}\"\n[meta]\ndir = \"{path}/meta\"\n\
         [data]\ndir = \"{path}/data\"\nwal-dir = \"{path}/wal\"\n[monitor]\nstore-enabled = false\n\
         [http]\nbind-address = \"127.0.0.1:{port}\"\nlog-enabled = false\n",
        free_port()
    );
    std::fs::write(folder.path().join("influx.conf"), config).unwrap();
    let process = spawn(
        Command::new("influxd").arg("-config").arg(folder.path().join("influx.conf")),
        &folder.path().join("log"),
    );
    let server = Running::new(port, vec![process], folder);
    until("influxd is ready", || http(port, "GET", "/ping", "").is_some_and(|said| said.0 == 204));
    fill(port);
    server
}

fn fill(port: u16) {
    assert_eq!(http(port, "POST", "/query?q=CREATE+DATABASE+shop", "").unwrap().0, 200);
    let mut text = String::new();
    for (process, counter, counted) in series() {
        let tags =
            format!("service={},instance={},code={}", process.service, process.instance, code(counter));
        for (time, value) in counted.samples(process, counter, FROM, TO) {
            let n = counted.between(time - process.scrape, time);
            writeln!(text, "http,{tags} total={value},n={n} {time}").unwrap();
        }
    }
    for gauge in GAUGES {
        let name = gauge.name.split('{').next().unwrap();
        for (time, value) in gauge.samples(FROM, TO).filter(|(_, value)| !value.is_nan()) {
            writeln!(text, "{name} value={value} {time}").unwrap();
        }
    }
    assert_eq!(http(port, "POST", "/write?db=shop&precision=s", &text).unwrap(), (204, String::new()));
}

fn one(name: &str, form: &str, service: &str) -> Arc<Objective> {
    let all = form.replace("SERVICE", service);
    let bad = all.replace("' ", "' AND code = '500' ");
    of(&format!("{service}/{name}"), bad.trim(), all.trim())
}

/// Each way to write the same, of both services.
fn counted() -> Vec<Arc<Objective>> {
    let forms = [
        ("counter", "counter(total) FROM http WHERE service = 'SERVICE' "),
        ("sum", "sum(n) FROM http WHERE service = 'SERVICE' "),
        (
            "whole",
            "SELECT sum(n) FROM http WHERE service = 'SERVICE' AND $timeFilter GROUP BY time($__interval)",
        ),
    ];
    let each = forms.into_iter();
    each.flat_map(|(name, form)| ["checkout", "cart"].map(|service| one(name, form, service))).collect()
}

#[tokio::test]
async fn influxdb_tells_what_happened() {
    let server = start();
    let settings = json!({"url": server.url(), "database": "shop"});
    let source = connected("influxdb", settings.clone());
    let told = source.identify().await.unwrap();
    assert_eq!((told.product.as_deref(), told.doubts.as_slice()), (Some("InfluxDB"), &[][..]), "{told:?}");
    assert!(told.version.unwrap().starts_with("1."));
    assert_eq!(told.facts, [], "it keeps all for ever");
    assert_eq!(source.probe().await.unwrap().requests, 1);
    let elsewhere = connected("influxdb", json!({"url": server.url(), "database": "nope"}));
    assert!(elsewhere.identify().await.unwrap().doubts[0].contains("`nope` has no measurements"));
    compare_all("influxdb", &judged("influxdb", settings.clone(), counted()).await, 6);
    compare_timed(&judged("influxdb", settings, timed()).await.slos);
}

/// The kinds that are a share of time.
fn timed() -> Vec<Arc<Objective>> {
    let threshold = Threshold { value: "value FROM queue_depth".into(), op: Op::AtMost, bound: 10.0 };
    let freshness =
        Freshness { timestamp: "value FROM backup_done_seconds".into(), max_age: Window::minutes(90) };
    let throughput = Throughput { counter: "counter(value) FROM rows_total".into(), at_least: 1.0 };
    [
        ("threshold", Sli::Threshold(threshold)),
        ("freshness", Sli::Freshness(freshness)),
        ("throughput", Sli::Throughput(throughput)),
        ("bool", Sli::Bool("value FROM probe_ok".into())),
    ]
    .map(|(kind, sli)| objective(&format!("mail/{kind}"), sli, "99%"))
    .into()
}

#[tokio::test]
async fn influxdb_says_what_is_wrong() {
    let server = start();
    let settings = json!({"url": server.url(), "database": "shop"});
    let broken = [
        ("checkout/text", "sum(\"n\") FROM nowhere.http", "sum(n) FROM http", "nowhere"),
        ("checkout/parse", "sum(n) FROM http WHERE AND", "sum(n) FROM http", "found AND"),
        ("checkout/field", "sum(n) FROM http", "sum(nope) FROM http", "their total is not"),
        ("checkout/word", "sum(n) timeout FROM http", "sum(n) FROM http", "one function of one field"),
        (
            "checkout/whole",
            "SELECT sum(n) timeout FROM http WHERE $timeFilter GROUP BY time($__interval)",
            "sum(n) FROM http",
            "found timeout",
        ),
        (
            "checkout/zone",
            "SELECT sum(n) FROM http WHERE $timeFilter GROUP BY time($__interval) tz('Asia/Kolkata')",
            "sum(n) FROM http",
            "leave tz(…) and offsets out",
        ),
    ];
    let objectives: Vec<_> = broken.iter().map(|(id, bad, total, _)| of(id, bad, total)).collect();
    let report = judged("influxdb", settings, [objectives, counted()].concat()).await;
    for (slo, (id, _, _, words)) in report.slos.iter().zip(broken) {
        let Data::Error(why) = &slo.data else { panic!("{id}: {:?}", slo.data) };
        assert!(why.contains(words), "{id}: {why}");
    }
    let others = &report.slos[broken.len()..];
    assert_eq!((&others[0].data, &others[1].data), (&Data::Ok, &Data::Partial));
    let missing = json!({"url": server.url(), "database": "nope"});
    let error = super::trouble("influxdb", missing, counted()).await;
    assert!(error.contains("database not found: nope; is `database` right?"), "{error}");
}
