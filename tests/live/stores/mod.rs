//! The same events in Prometheus, `VictoriaMetrics`, `InfluxDB` and Graphite come to the same figures.
//!
//! All are within a fifth of a per cent of the truth. They cannot be equal: Prometheus extrapolates to the
//! edges of a window, `VictoriaMetrics` takes the sample before it; a counter that begins anew loses in `InfluxDB` what it
//! counted before its first sample; and Graphite keeps a sample with the minute in which it came, so that a window
//! of its counters begins and ends most of a minute earlier. Counts of events in each interval are exact.

mod graphite;
mod influxdb;
mod process;
mod victoriametrics;

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use burnwatch::domain::slo::objective::Objective;
use burnwatch::domain::slo::sli::{Events, Side, Sli};
use burnwatch::domain::slo::status::{Data, SloStatus};
use burnwatch::domain::slo::window::Window;
use burnwatch::domain::snapshot::SourceReport;
use burnwatch::source::desk::{Brief, Desk};
use burnwatch::source::{BackendSpec, Source, kind};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::desk::{clock_at, objective};
use crate::server::Server;
use crate::services::PROCESSES;
use crate::truth::{Counted, Counter, NOW, Process};

const HOUR: i64 = 3600;
/// A process restarted within it, and another was not seen for a while.
const WINDOW: i64 = 28 * HOUR;
/// Where the events in these stores begin, and where they end.
const FROM: i64 = NOW - WINDOW - 2 * HOUR;
const TO: i64 = NOW + 600;
/// The most by which a figure may miss the truth.
const PROMISE: f64 = 0.002;

/// The processes of the services that are compared here.
fn ours() -> impl Iterator<Item = &'static Process> {
    PROCESSES.iter().filter(|process| matches!(process.service, "checkout" | "cart"))
}

/// Counted once: a month in steps of five seconds takes its time.
static SERIES: LazyLock<Vec<(&Process, &Counter, Counted)>> = LazyLock::new(|| {
    let each = |process: &'static Process| process.counters.iter().map(move |counter| (process, counter));
    ours().flat_map(each).map(|(process, counter)| (process, counter, Counted::of(counter))).collect()
});

fn series() -> impl Iterator<Item = &'static (&'static Process, &'static Counter, Counted)> {
    SERIES.iter()
}

/// `200` or `500`.
fn code(counter: &Counter) -> &'static str {
    counter.label.trim_start_matches("code=\"").trim_end_matches('"')
}

fn of(id: &str, bad: &str, total: &str) -> Arc<Objective> {
    let sli = Sli::Events(Events { side: Side::Bad, part: bad.into(), total: total.into() });
    let window = Window::seconds(WINDOW);
    Arc::new(Objective { window, ..Objective::clone(&objective(id, sli, "95%")) })
}

/// As the desk judges them at `NOW`.
async fn judged(name: &str, settings: Value, objectives: Vec<Arc<Objective>>) -> SourceReport {
    let report = gathered(name, settings, objectives).await;
    assert_eq!(report.status.feed.trouble, None, "{name}");
    report
}

/// Why nothing can be had of it.
async fn trouble(name: &str, settings: Value, objectives: Vec<Arc<Objective>>) -> String {
    gathered(name, settings, objectives).await.status.feed.trouble.unwrap().text
}

fn connected(name: &str, settings: Value) -> Arc<dyn Source> {
    let Value::Object(settings) = settings else { panic!("settings are a table") };
    let (timeout, started) = (Duration::from_secs(30), clock_at(NOW)());
    let spec = BackendSpec { name: "main".into(), timeout, settings, started };
    (kind(name).unwrap().connect)(&spec).unwrap_or_else(|error| panic!("{error}"))
}

async fn gathered(name: &str, settings: Value, objectives: Vec<Arc<Objective>>) -> SourceReport {
    let mut desk = Desk::new(Brief {
        name: "main".into(),
        kind: name.into(),
        source: connected(name, settings),
        objectives,
        services: Vec::new(),
        refresh: Duration::from_secs(15),
        clock: clock_at(NOW),
        cache: None,
    });
    desk.gather(Instant::now() + Duration::from_secs(60), false).await
}

/// What happened to a service in the last `window` seconds: bad and all.
fn truth(service: &str, window: i64) -> (f64, f64) {
    let counted = |wanted: &dyn Fn(&Counter) -> bool| -> f64 {
        let mine = series().filter(|(process, counter, _)| process.service == service && wanted(counter));
        mine.map(|(_, _, counted)| counted.between(NOW - window, NOW)).sum()
    };
    (counted(&|counter| code(counter) == "500"), counted(&|_| true))
}

fn near(name: &str, got: f64, wanted: f64) {
    println!("{name:<44} {got:>14.4}, truth {wanted:>14.4}, off by {:+.4} %", 100.0 * (got / wanted - 1.0));
    assert!((got - wanted).abs() <= PROMISE * wanted.abs(), "{name}: {got}, but {wanted}");
}

fn compare(backend: &str, slo: &SloStatus) {
    let id = slo.id();
    let data = if slo.objective.service == "cart" { Data::Partial } else { Data::Ok };
    assert_eq!((&slo.data, slo.as_of), (&data, Some(NOW)), "{backend} {id}");
    for window in [HOUR, 6 * HOUR, WINDOW] {
        let tally = slo.ledger.read(NOW, Window::seconds(window)).unwrap().tally;
        let (bad, all) = truth(&slo.objective.service, window);
        let name = format!("{backend} {id} {} h", window / HOUR);
        near(&format!("{name}: error ratio"), tally.error_ratio().unwrap(), bad / all);
        // Fifty minutes of the cart are not known to anybody.
        if slo.objective.service == "checkout" || window < WINDOW {
            near(&format!("{name}: events"), tally.total, all);
        }
    }
    let (bad, all) = truth(&slo.objective.service, WINDOW);
    near(
        &format!("{backend} {id}: budget spent"),
        1.0 - slo.budget.as_ref().unwrap().remaining.unwrap(),
        bad / all / 0.05,
    );
}

fn compare_all(backend: &str, report: &SourceReport, count: usize) {
    assert_eq!(report.slos.len(), count);
    report.slos.iter().for_each(|slo| compare(backend, slo));
}

fn promql() -> Vec<Arc<Objective>> {
    let of = |service: &str| {
        let all = format!("http_requests_total{{service=\"{service}\"}}");
        of(&format!("{service}/up"), &all.replace('}', ",code=\"500\"}"), &all)
    };
    vec![of("checkout"), of("cart")]
}

#[tokio::test]
async fn prometheus_tells_what_happened() {
    let server = Server::shared();
    compare_all("prometheus", &judged("prometheus", json!({"url": server.url()}), promql()).await, 2);
}
