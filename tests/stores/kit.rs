//! Objectives, questions and made-up servers that all stores share.

use std::sync::Arc;
use std::time::Duration;

use burnwatch::domain::signal::{Lane, OwnSignal, Service};
use burnwatch::domain::slo::objective::Objective;
use burnwatch::domain::slo::sli::{Events, Side, Sli};
use burnwatch::domain::slo::tally::Tally;
use burnwatch::domain::slo::window::Window;
use burnwatch::source::{
    BackendSpec, Counts, CountsAsk, Range, SettingError, SignalPoints, SignalsAsk, Source, SourceError, kind,
};
use chrono::DateTime;
use serde_json::{Map, Value};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

/// A whole hour.
pub(crate) const NOW: i64 = 1_768_903_200;
/// The three newest minutes.
pub(crate) const RANGE: Range = Range { from: NOW - 120, to: NOW, step: 60 };

pub(crate) fn connect(name: &str, settings: Value) -> Result<Arc<dyn Source>, SettingError> {
    let Value::Object(settings) = settings else { panic!("settings are a table") };
    let started = DateTime::from_timestamp(NOW, 0).unwrap();
    let spec = BackendSpec { name: "main".into(), timeout: Duration::from_secs(5), settings, started };
    (kind(name).unwrap().connect)(&spec)
}

pub(crate) fn objective(sli: Sli) -> Arc<Objective> {
    let target = "99%".parse().unwrap();
    Arc::new(Objective::new("checkout", "availability", "main", sli, target, Window::days(30)))
}

pub(crate) fn events(bad: &str, total: &str) -> Arc<Objective> {
    objective(Sli::Events(Events { side: Side::Bad, part: bad.into(), total: total.into() }))
}

pub(crate) fn ask(objectives: Vec<Arc<Objective>>) -> CountsAsk {
    CountsAsk::new(objectives, Window::minutes(5), RANGE)
}

/// Seconds before what is asked that are looked at again, because something may have come late.
pub(crate) const LATE: i64 = 900;

/// The cells of one objective that were asked for.
pub(crate) fn points(counts: &Counts) -> Vec<(i64, Tally)> {
    asked_points(counts, 0)
}

/// What is drawn of a figure, as far as it was asked for.
pub(crate) fn drawn(figure: &SignalPoints) -> Vec<(i64, f64)> {
    figure.points.iter().filter(|(end, _)| *end >= RANGE.from).copied().collect()
}

pub(crate) fn asked_points(counts: &Counts, place: usize) -> Vec<(i64, Tally)> {
    let told = counts.slos[place].as_ref().unwrap().points.iter();
    told.filter(|(end, _)| *end >= RANGE.from).copied().collect()
}

/// What one objective's trouble says, or that of the whole question.
pub(crate) fn trouble(counts: Result<Counts, SourceError>) -> SourceError {
    match counts {
        Err(error) => error,
        Ok(counts) => counts.slos.into_iter().find_map(Result::err).unwrap(),
    }
}

pub(crate) fn signals(own: &[(Lane, &str, &str)], preset: Option<&str>) -> SignalsAsk {
    let own = own.iter().map(|(lane, name, query)| OwnSignal {
        lane: *lane,
        name: (*name).into(),
        query: (*query).into(),
        limit: None,
    });
    let service = Service {
        name: "checkout".into(),
        source: "main".into(),
        preset: preset.map(str::to_owned),
        selector: String::new(),
        own: own.collect(),
        latency_limit: None,
    };
    SignalsAsk { services: vec![Arc::new(service)], range: RANGE }
}

pub(crate) async fn serve(responder: impl Respond + 'static) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(responder).mount(&server).await;
    server
}

pub(crate) fn param(request: &Request, name: &str) -> Option<String> {
    request.url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

pub(crate) fn with_url(server: &MockServer, more: Value) -> Value {
    let mut settings = Map::from_iter([("url".to_owned(), Value::from(server.uri()))]);
    if let Value::Object(more) = more {
        settings.extend(more);
    }
    Value::Object(settings)
}

pub(crate) fn json_of(status: u16, body: &Value) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_json(body)
}
