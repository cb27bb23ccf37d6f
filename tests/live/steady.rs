//! What a refresh costs, counted between us and the server.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use burnwatch::domain::signal::Service;
use burnwatch::domain::slo::objective::Objective;
use burnwatch::source::Clock;
use burnwatch::source::desk::Desk;
use burnwatch::source::poller::{Poller, Report};
use chrono::DateTime;
use tokio::sync::mpsc;

use crate::desk::{clock_at, desk, objective};
use crate::proxy::{Passed, Proxy};
use crate::server::Server;
use crate::tiers::{latency, requests};
use crate::truth::NOW;

const REFRESH: i64 = 15;
const SLOS: usize = 50;

/// Fifty objectives, every fifth a latency; all differ, so that none can share another's expressions.
fn fifty() -> Vec<Arc<Objective>> {
    let services = ["checkout", "cart", "payments", "search", "batch"];
    (0..SLOS)
        .map(|i| {
            let service = services[i % services.len()];
            let mut sli = if i % 5 == 4 { latency("api", 0.3) } else { requests(service) };
            if let burnwatch::domain::slo::sli::Sli::Events(events) = &mut sli {
                events.part = events.part.replace("5..", &format!("5..|x{i}"));
            }
            objective(&format!("{service}/slo-{i}"), sli, "99%")
        })
        .collect()
}

fn services() -> Vec<Arc<Service>> {
    ["checkout", "cart", "payments", "api"]
        .map(|name| {
            Arc::new(Service {
                name: name.to_owned(),
                source: "main".to_owned(),
                preset: Some("http".to_owned()),
                selector: format!("service=\"{name}\""),
                own: Vec::new(),
                latency_limit: None,
            })
        })
        .to_vec()
}

struct Bench {
    _server: Arc<Server>,
    proxy: Proxy,
    now: Arc<AtomicI64>,
    desk: Desk,
}

impl Bench {
    /// A desk behind the counting proxy, as of `at`.
    async fn new(at: i64, objectives: Vec<Arc<Objective>>) -> Self {
        let server = Server::shared();
        let proxy = Proxy::before(server.port).await;
        let now = Arc::new(AtomicI64::new(at));
        let read = Arc::clone(&now);
        let clock: Clock =
            Arc::new(move || DateTime::from_timestamp(read.load(Ordering::Relaxed), 0).unwrap());
        let desk = desk(&format!("http://127.0.0.1:{}", proxy.port), clock, objectives, services());
        Self { _server: server, proxy, now, desk }
    }

    async fn cold_start(&mut self) -> Passed {
        self.desk.restore().await;
        while self.desk.has_errands() {
            self.desk.step(false).await;
            let report = self.desk.report();
            assert_eq!(report.status.feed.trouble, None);
        }
        self.proxy.take()
    }

    /// One refresh, so many seconds later.
    async fn refresh(&mut self, later: i64) -> Passed {
        self.now.fetch_add(later, Ordering::Relaxed);
        self.desk.step(true).await;
        self.proxy.take()
    }
}

fn assert_is_one_question(passed: &Passed) {
    let (slos, signals): (Vec<_>, Vec<_>) =
        passed.requests.iter().partition(|request| request.counts_events());
    assert_eq!((slos.len(), signals.len()), (1, 1), "one request for objectives and one for signals");
    for request in &passed.requests {
        assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/api/v1/query_range"));
        assert!(request.points() <= 3, "{} points", request.points());
        assert_eq!(request.form["end"].parse::<i64>().unwrap() % 60, 0, "only whole minutes are asked for");
    }
    let expressions = slos[0].form["query"].matches("increase(").count();
    assert_eq!(expressions, 2 * SLOS, "all objectives are in it");
}

async fn five_minutes_of(at: i64, name: &str) {
    let mut bench = Bench::new(at, fifty()).await;
    let cold = bench.cold_start().await;
    println!(
        "{name}: cold start of {SLOS} SLOs: {} requests, {} B up, {} B down",
        cold.requests.len(),
        cold.sent,
        cold.received
    );
    let (mut sent, mut received, mut points) = (0, 0, 0);
    let refreshes = 5 * 60 / REFRESH;
    for _ in 0..refreshes {
        let passed = bench.refresh(REFRESH).await;
        assert_is_one_question(&passed);
        points = points.max(passed.requests.iter().map(crate::proxy::Request::points).max().unwrap());
        sent += passed.sent;
        received += passed.received;
    }
    println!(
        "{name}: a refresh: 2 requests, at most {points} points a series, {} B up, {} B down",
        sent / refreshes as u64,
        received / refreshes as u64
    );
    let report = bench.desk.report();
    let as_of = bench.now.load(Ordering::Relaxed) / 60 * 60;
    assert!(report.slos.iter().all(|slo| slo.as_of == Some(as_of)), "and the figures moved along");
    // Figures kept up by refreshes alone are those of a fresh start at the same instant.
    let mut fresh = Bench::new(as_of, fifty()).await;
    fresh.cold_start().await;
    for (kept, new) in report.slos.iter().zip(fresh.desk.report().slos) {
        for ((window, kept_burn), (_, new_burn)) in kept.burns.iter().zip(&new.burns) {
            let off = kept_burn.zip(*new_burn).map(|(a, b)| (a - b).abs() / b.max(1.0));
            assert_eq!(kept_burn.is_some(), new_burn.is_some(), "{} over {window}", kept.id());
            assert!(
                off.is_none_or(|off| off < 1e-12),
                "{} over {window}: {kept_burn:?} {new_burn:?}",
                kept.id()
            );
        }
    }
}

#[tokio::test]
async fn a_refresh_of_fifty_objectives_is_one_request() {
    five_minutes_of(NOW, "now").await;
}

#[tokio::test]
async fn a_refresh_in_the_past_costs_the_same() {
    five_minutes_of(NOW - 2 * 86_400 - 41 * 60, "two days ago").await;
}

#[tokio::test]
async fn a_minute_that_was_missed_is_fetched_with_the_next() {
    let mut bench = Bench::new(NOW, fifty()).await;
    bench.cold_start().await;
    let passed = bench.refresh(4 * 60).await;
    let points: Vec<i64> = passed.requests.iter().map(crate::proxy::Request::points).collect();
    assert_eq!(points, [6, 6], "the four missed and the last two again");
    assert_is_one_question(&bench.refresh(REFRESH).await);
}

#[tokio::test]
async fn short_burns_come_before_the_budget() {
    let server = Server::shared();
    let (out, mut reports) = mpsc::channel::<Report>(64);
    let desk = desk(&server.url(), clock_at(NOW), fifty(), services());
    let _poller = Poller::start(desk, 0, out);
    let mut seen = Vec::new();
    // Ends when all history is there; the channel closing would be an end without it.
    loop {
        let report = reports.recv().await.expect("the poller goes on until its history is complete").report;
        let first = &report.slos[0];
        let hour = first.burn(burnwatch::domain::slo::window::Window::hours(1));
        seen.push((hour.is_some(), first.reading.map_or(0.0, |reading| reading.coverage())));
        if report.status.loading.is_none() {
            break;
        }
    }
    assert_eq!(seen[0], (false, 0.0), "a report comes before any answer");
    let burns = seen.iter().position(|step| step.0).unwrap();
    let budget = seen.iter().position(|step| step.1 > 0.999).unwrap();
    assert!(burns <= 2 && burns < budget, "{seen:?}");
    assert!(seen.windows(2).all(|pair| pair[0].1 <= pair[1].1 + 1e-9), "coverage only grows: {seen:?}");
}
