//! What burnwatch counts from pages that it reads itself, beside a Prometheus that has read the same pages.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::Ordering;

use burnwatch::domain::slo::objective::Objective;
use burnwatch::domain::slo::sli::{Latency, Op, Sli, Threshold};
use burnwatch::domain::slo::window::Window;
use burnwatch::domain::snapshot::SourceReport;
use tokio::time::{Duration, Instant};

use crate::desk::{clock_at, desk};
use crate::fixture::import;
use crate::scraping::{EVERY, NOW, World, events, slo, text};
use crate::server::Server;

/// How far counts and error ratios (as shares of all events) may be apart: in the newest cell by the reading of twenty
/// that Prometheus extrapolates and burnwatch shares out, in half an hour by next to nothing.
const TOLERANCES: [(Window, f64, f64); 2] =
    [(Window::minutes(5), 0.05, 0.005), (Window::minutes(30), 0.01, 0.001)];
const LASTS: i64 = 2400;

/// Series by their names, with their values.
type Page = Vec<(String, f64)>;

/// A service with an uneven load whose process begins anew once: the same values at the same instant.
fn series(now: i64) -> Page {
    let restart = NOW + 1210;
    let since = if now >= restart { restart } else { NOW - 600 };
    let (mut good, mut bad, mut fast, mut requests) = (0_f64, 0_f64, 0_f64, 0_f64);
    for second in since..now {
        let wave = 20.0 + 10.0 * (second as f64 / 97.0).sin();
        let failing = f64::from(u8::from((second - NOW).rem_euclid(700) > 500));
        (requests, good, bad) = (requests + wave.floor(), good + wave.floor() - failing, bad + failing);
        fast += (wave * 0.8).floor();
    }
    let depth = if now.rem_euclid(480) < 200 { 120.0 } else { 5.0 };
    let plain = |name: &str, value| (name.to_owned(), value);
    vec![
        plain("http_requests_total{code=\"200\"}", good),
        plain("http_requests_total{code=\"500\"}", bad),
        plain("rt_seconds_bucket{le=\"0.3\"}", fast),
        plain("rt_seconds_bucket{le=\"+Inf\"}", requests),
        plain("rt_seconds_count", requests),
        plain("depth", depth),
    ]
}

fn objectives() -> Vec<Arc<Objective>> {
    let latency = Latency { histogram: "rt_seconds".into(), threshold: 0.3, native: false };
    let threshold = Threshold { value: "depth".into(), op: Op::AtMost, bound: 100.0 };
    vec![events(), slo("b", Sli::Latency(latency)), slo("c", Sli::Threshold(threshold))]
}

/// What was read, for Prometheus: series by series, as it wants it.
fn history(pages: &[(i64, Page)]) -> String {
    let names: Vec<String> = pages[0].1.iter().map(|(name, _)| name.clone()).collect();
    let mut text = String::new();
    for (place, name) in names.iter().enumerate() {
        for (time, page) in pages {
            writeln!(text, "{name} {} {time}", page[place].1).unwrap();
        }
    }
    text + "# EOF\n"
}

#[tokio::test]
async fn a_prometheus_with_the_same_samples_says_the_same() {
    let world = World::of(1).await;
    // Between the minutes: whoever counts has to share what was counted out among them.
    world.now.store(NOW + 7, Ordering::Relaxed);
    let pages: Arc<Mutex<Vec<_>>> = Arc::default();
    let kept = Arc::clone(&pages);
    world.targets[0].turn(move |now| {
        let series = series(now);
        let page: Vec<_> = series.iter().map(|(name, value)| format!("{name} {value}\n")).collect();
        kept.lock().unwrap().push((now, series));
        text(&page.concat())
    });
    let mut own = world.desk(objectives());
    let read = world.after(&mut own, LASTS).await;
    assert_eq!(pages.lock().unwrap().len() as i64, LASTS / EVERY + 1);
    let folder = tempfile::tempdir().unwrap();
    let (file, blocks) = (folder.path().join("pages.om"), folder.path().join("blocks"));
    std::fs::write(&file, history(&pages.lock().unwrap())).unwrap();
    import(&file, &blocks);
    let server = Server::of(&blocks);
    let now = world.now.load(Ordering::Relaxed);
    let mine = objectives()
        .into_iter()
        .map(|slo| Objective { source: "main".into(), ..Objective::clone(&slo) }.into());
    let mut other = desk(&server.url(), clock_at(now), mine.collect(), Vec::new());
    let told = other.gather(Instant::now() + Duration::from_secs(60), false).await;
    compare(&read, &told, now - now.rem_euclid(60));
}

fn compare(read: &SourceReport, told: &SourceReport, now: i64) {
    for (read, told) in read.slos.iter().zip(&told.slos) {
        for (window, of_counts, of_ratios) in TOLERANCES {
            let [read, told] = [read, told].map(|slo| slo.counts.read(now, window).unwrap());
            let ratio = |reading: &burnwatch::domain::slo::ledger::Reading| {
                reading.tally.error_ratio().unwrap_or(f64::NAN)
            };
            let apart = (ratio(&read) - ratio(&told)).abs();
            let counts = (read.tally.total / told.tally.total - 1.0).abs();
            println!(
                "{window}: {:?} and {:?}, counts differ by {counts:.5}, ratios by {apart:.6}",
                read.tally, told.tally
            );
            assert!(read.coverage() > 0.99 && told.coverage() > 0.99);
            assert!(apart <= of_ratios, "ratios differ by {apart}");
            assert!(counts <= of_counts, "counts differ by {counts}");
        }
    }
}
