//! Targets whose pages follow the clock of a test, and a desk that reads them.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use burnwatch::domain::signal::Service;
use burnwatch::domain::slo::objective::Objective;
use burnwatch::domain::slo::sli::{Events, Side, Sli};
use burnwatch::domain::slo::status::SloStatus;
use burnwatch::domain::slo::window::Window;
use burnwatch::domain::snapshot::SourceReport;
use burnwatch::source::cache::Cache;
use burnwatch::source::desk::{Brief, Desk};
use burnwatch::source::{BackendSpec, Clock, Source, kind};
use chrono::DateTime;
use serde_json::{Value, json};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate, matchers::any};

/// A whole hour.
pub(crate) const NOW: i64 = 1_768_903_200;
/// Seconds between two readings.
pub(crate) const EVERY: i64 = 15;

type Page = Box<dyn Fn(i64) -> ResponseTemplate + Send + Sync>;

/// The page that a target has at an instant.
pub(crate) struct Target {
    pub(crate) server: MockServer,
    page: Arc<Mutex<Page>>,
}

struct Answer {
    page: Arc<Mutex<Page>>,
    now: Arc<AtomicI64>,
}

impl Respond for Answer {
    fn respond(&self, _request: &Request) -> ResponseTemplate {
        (self.page.lock().unwrap())(self.now.load(Ordering::Relaxed))
    }
}

pub(crate) fn text(page: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(page.to_owned(), "text/plain; version=0.0.4; charset=utf-8")
}

impl Target {
    pub(crate) fn turn(&self, page: impl Fn(i64) -> ResponseTemplate + Send + Sync + 'static) {
        *self.page.lock().unwrap() = Box::new(page);
    }

    /// Answers 503 from now on.
    pub(crate) fn goes_down(&self) {
        self.turn(|_| ResponseTemplate::new(503));
    }
}

/// Time stands still but for [`Self::pass`].
pub(crate) struct World {
    pub(crate) now: Arc<AtomicI64>,
    pub(crate) targets: Vec<Target>,
}

impl World {
    pub(crate) async fn of(targets: usize) -> Self {
        let now = Arc::new(AtomicI64::new(NOW));
        let mut made = Vec::new();
        for _ in 0..targets {
            let server = MockServer::start().await;
            let page: Arc<Mutex<Page>> = Arc::new(Mutex::new(Box::new(|_| text(""))));
            let answer = Answer { page: Arc::clone(&page), now: Arc::clone(&now) };
            Mock::given(any()).respond_with(answer).mount(&server).await;
            made.push(Target { server, page });
        }
        Self { now, targets: made }
    }

    /// One target with this page.
    pub(crate) async fn with(page: impl Fn(i64) -> String + Send + Sync + 'static) -> Self {
        let world = Self::of(1).await;
        world.targets[0].turn(move |now| text(&page(now)));
        world
    }

    pub(crate) fn source(&self, more: &Value) -> Arc<dyn Source> {
        let mut settings = more.as_object().unwrap().clone();
        let urls: Vec<String> = self.targets.iter().map(|target| target.server.uri()).collect();
        settings.insert("urls".into(), json!(urls));
        let started = (self.clock())();
        let spec = BackendSpec { name: "here".into(), timeout: Duration::from_secs(10), settings, started };
        (kind("scrape").unwrap().connect)(&spec).unwrap_or_else(|error| panic!("{error}"))
    }

    pub(crate) fn clock(&self) -> Clock {
        let now = Arc::clone(&self.now);
        Arc::new(move || DateTime::from_timestamp(now.load(Ordering::Relaxed), 0).unwrap())
    }

    pub(crate) fn desk(&self, objectives: Vec<Arc<Objective>>) -> Desk {
        self.desk_of(self.source(&json!({"limits": {"attempts": 1}})), objectives, Vec::new(), None)
    }

    pub(crate) fn desk_of(
        &self,
        source: Arc<dyn Source>,
        objectives: Vec<Arc<Objective>>,
        services: Vec<Arc<Service>>,
        cache: Option<Cache>,
    ) -> Desk {
        Desk::new(Brief {
            name: "here".into(),
            kind: "scrape".into(),
            source,
            objectives,
            services,
            refresh: Duration::from_secs(60),
            clock: self.clock(),
            cache,
        })
        .in_real_time(true)
    }

    /// Lets `seconds` pass with a reading every 15 of them.
    pub(crate) async fn pass(&self, desk: &mut Desk, seconds: i64) {
        for _ in 0..seconds / EVERY {
            self.now.fetch_add(EVERY, Ordering::Relaxed);
            desk.wake();
            desk.step(true).await;
            while desk.has_errands() && !desk.is_failing() {
                desk.step(false).await;
            }
        }
    }

    /// Lets `seconds` pass, and tells what is known then.
    pub(crate) async fn after(&self, desk: &mut Desk, seconds: i64) -> SourceReport {
        desk.restore().await;
        while desk.has_errands() && !desk.is_failing() {
            desk.step(false).await;
        }
        self.pass(desk, seconds).await;
        desk.report()
    }
}

pub(crate) fn slo(name: &str, sli: Sli) -> Arc<Objective> {
    Arc::new(Objective::new("shop", name, "here", sli, "99%".parse().unwrap(), Window::days(30)))
}

pub(crate) fn events() -> Arc<Objective> {
    slo(
        "a",
        Sli::Events(Events {
            side: Side::Bad,
            part: "http_requests_total{code=~\"5..\"}".into(),
            total: "http_requests_total".into(),
        }),
    )
}

/// A page of counters: series with their values.
pub(crate) fn page(series: &[(&str, f64)]) -> String {
    let mut page = String::new();
    for (name, value) in series {
        writeln!(page, "{name} {value}").unwrap();
    }
    page
}

/// Ten requests a second, of which one in fifty fails, since long ago.
pub(crate) fn traffic(now: i64) -> String {
    let requests = (now - NOW + 100_000) as f64 * 10.0;
    page(&[
        (r#"http_requests_total{code="200"}"#, requests * 0.98),
        (r#"http_requests_total{code="500"}"#, requests * 0.02),
        ("other_total", 5.0),
    ])
}

/// Bad and total events of the cell that ended `minutes` ago; nothing where it is a gap.
pub(crate) fn cell(world: &World, slo: &SloStatus, minutes: i64) -> Option<(f64, f64)> {
    let now = world.now.load(Ordering::Relaxed);
    let end = now - now.rem_euclid(60) - minutes * 60;
    let tally = slo.counts.grid(burnwatch::domain::slo::ledger::Resolution::Fine).at(end)?;
    Some((tally.bad, tally.total))
}

/// Equal up to the time that a page takes.
pub(crate) fn near(found: Option<(f64, f64)>, wanted: (f64, f64)) -> bool {
    let near = |a: f64, b: f64| (a - b).abs() <= 0.002 * b.abs().max(1.0);
    found.is_some_and(|found| near(found.0, wanted.0) && near(found.1, wanted.1))
}
