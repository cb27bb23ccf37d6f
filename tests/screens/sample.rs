//! A model with known counts: ten events a second for sixty days, a bad hour ten days ago, an outage of 25 minutes now.

use std::sync::Arc;

use burnwatch::domain::feed::Trouble;
use burnwatch::domain::incident::{Incident, Severity};
use burnwatch::domain::journal;
use burnwatch::domain::judge::{Circumstances, judge};
use burnwatch::domain::series::Series;
use burnwatch::domain::signal::{Figure, Lane, ServiceSignals, Unit};
use burnwatch::domain::slo::correction::Correction;
use burnwatch::domain::slo::ledger::{BASE, Ledger, Resolution};
use burnwatch::domain::slo::objective::Objective;
use burnwatch::domain::slo::pager::Heard;
use burnwatch::domain::slo::sli::{Events, Side, Sli};
use burnwatch::domain::slo::tally::Tally;
use burnwatch::domain::slo::window::Window;
use burnwatch::domain::snapshot::{SourceReport, SourceStatus};
use burnwatch::screen::draw;
use burnwatch::state::{Model, Screen, Setup};
use burnwatch::theme::{DEFAULT, Depth, load};
use burnwatch::widget::to_text;
use chrono::{DateTime, TimeDelta, Utc};

/// 2026-01-20T10:00:00Z.
pub(crate) const NOW: i64 = 1_768_903_200;
const MONTH: Window = Window::days(30);

pub(crate) fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(NOW, 0).unwrap()
}

pub(crate) fn objective(id: &str, target: &str) -> Objective {
    let (service, name) = id.split_once('/').unwrap();
    let (part, total) = ("errors_total".to_owned(), "requests_total".to_owned());
    let sli = Sli::Events(Events { side: Side::Bad, part, total });
    Objective {
        description: Some("Requests that are not answered with 5xx".to_owned()),
        sla: Some("99.5%".parse().unwrap()),
        runbook: Some("high-error-rate.md".to_owned()),
        ..Objective::new(service, name, "main", sli, target.parse().unwrap(), MONTH)
    }
}

/// The share of bad events in the minute that ends `ago` minutes before now.
fn outage(ago: i64) -> f64 {
    match ago {
        0..25 => 0.5,
        14_400..14_460 => 0.2,
        _ => 0.0,
    }
}

fn tally(end: i64, minutes: i64, errors: &dyn Fn(i64) -> f64) -> Tally {
    let last = (NOW - end) / 60;
    let bad: f64 = (last..last + minutes).map(|ago| 600.0 * errors(ago)).sum();
    Tally::new(bad, 600.0 * minutes as f64)
}

/// A ledger over `days` up to now.
pub(crate) fn ledger(days: i64, errors: &dyn Fn(i64) -> f64) -> Ledger {
    let mut ledger = Ledger::new(BASE, MONTH);
    let cells = |span: i64, step: i64, minutes: i64| -> Vec<(i64, Tally)> {
        let first = NOW - NOW.rem_euclid(step) - span + step;
        (first..=NOW).step_by(step as usize).map(|end| (end, tally(end, minutes, errors))).collect()
    };
    ledger.record(Resolution::Hours, &cells(days * 86_400, 3600, 60), NOW);
    ledger.record(Resolution::Middle, &cells(days.min(3) * 86_400, 300, 5), NOW);
    ledger.record(Resolution::Fine, &cells(21_600, 60, 5), NOW);
    ledger.bad_since = Some(NOW - days * 86_400);
    ledger
}

pub(crate) fn source(trouble: Option<&str>) -> SourceStatus {
    let address = "http://metrics.example:9090";
    let quiet = SourceStatus::new("main", "prometheus", address, TimeDelta::seconds(15));
    let mut source = SourceStatus { took_ms: Some(6), requests: 1284, points: 15_420, ..quiet };
    source.feed.succeed((), now() - TimeDelta::seconds(3));
    source.feed.trouble = trouble.map(|text| Trouble {
        since: now() - TimeDelta::minutes(4),
        class: "refused",
        text: text.to_owned(),
        attempts: 16,
    });
    source
}

fn figure(lane: Lane, name: &str, unit: Unit, calm: f64, hot: f64, limit: Option<f64>) -> Figure {
    let series = Series::from_fn(NOW, 60, 361, |at| Some(if at > NOW - 1500 { hot } else { calm }));
    let week_ago = Series::from_fn(NOW + 3600, 300, 85, |_| Some(calm));
    Figure { lane, name: name.to_owned(), unit, series, week_ago, limit, trouble: None }
}

pub(crate) fn service(name: &str) -> ServiceSignals {
    ServiceSignals {
        service: name.to_owned(),
        source: "main".to_owned(),
        preset: "http".to_owned(),
        figures: vec![
            figure(Lane::Latency, "p50", Unit::Seconds, 0.08, 0.084, None),
            figure(Lane::Latency, "p99", Unit::Seconds, 0.3, 4.1, Some(1.0)),
            figure(Lane::Traffic, "requests", Unit::PerSecond, 4200.0, 5000.0, None),
            figure(Lane::Errors, "ratio", Unit::Share, 0.001, 0.487, Some(0.05)),
            figure(Lane::Saturation, "cpu", Unit::Share, 0.5, 0.61, Some(0.9)),
            figure(Lane::Saturation, "db-pool", Unit::Share, 0.6, 1.0, Some(0.9)),
        ],
    }
}

/// What is reported, in one.
pub(crate) struct Told {
    pub(crate) objectives: Vec<(Objective, Ledger)>,
    pub(crate) services: Vec<ServiceSignals>,
    pub(crate) status: SourceStatus,
    pub(crate) corrections: Vec<Correction>,
    /// What was heard of each one's own alerts in the backend.
    pub(crate) pager: Option<Heard>,
}

impl Default for Told {
    fn default() -> Self {
        let objectives = vec![
            (objective("checkout/availability", "99.9%"), ledger(60, &outage)),
            (objective("checkout/strict", "99.99%"), ledger(60, &outage)),
            (objective("search/loose", "90%"), ledger(60, &|_| 0.0)),
            (objective("batch/jobs", "99%"), Ledger::new(BASE, MONTH)),
        ];
        Self {
            objectives,
            services: vec![service("checkout"), service("search")],
            status: source(None),
            pager: None,
            corrections: Vec::new(),
        }
    }
}

impl Told {
    pub(crate) fn model(self, size: (u16, u16)) -> Model {
        let setup = Setup { sources: vec!["main".to_owned()], ..Setup::default() };
        let mut model = Model::new(Arc::new(setup), now(), size);
        let why = Circumstances {
            now: NOW,
            stale_after: 300,
            corrections: self.corrections.into(),
            pager: self.pager,
            ..Circumstances::default()
        };
        let slos = self
            .objectives
            .into_iter()
            .map(|(objective, ledger)| Arc::new(judge(&Arc::new(objective), &Arc::new(ledger), &why)))
            .collect();
        let services = self.services.into_iter().map(Arc::new).collect();
        let report = SourceReport { status: self.status, slos, services };
        model.live = Arc::new(model.live.with(0, Arc::new(report)));
        model.log = Arc::new(log());
        model
    }
}

fn log() -> journal::State {
    let mut log = journal::State::default();
    let at = now() - TimeDelta::minutes(25);
    let mut incident = Incident::opened(7, "Payment API error rate 50 %", Severity::new("SEV1"), at);
    incident.services.push("checkout".to_owned());
    log.incidents.insert(7, Arc::new(incident));
    log
}

/// The model at the screen, with `slo` open where one is wanted.
pub(crate) fn at(mut model: Model, screen: Screen, slo: &str) -> Model {
    model.view.screen = screen;
    model.view.slo = Some(slo.to_owned());
    model
}

/// The text of one frame.
pub(crate) fn text(model: &Model, ascii: bool) -> String {
    let theme = load(DEFAULT, |_| None, Depth::None).unwrap().with_ascii(ascii);
    to_text(&draw(model, &theme))
}
