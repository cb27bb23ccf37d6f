//! Servers by path, and the questions put to them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use burnwatch::domain::trace::{Nanos, RecentAsk, Trace, TraceId};
use burnwatch::source::traces::Tracer;
use burnwatch::source::{BackendSpec, tracer_kind};
use chrono::DateTime;
use serde_json::{Value, json};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

pub(crate) const NOW: i64 = 1_768_903_200;
pub(crate) const ID: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

pub(crate) fn id() -> TraceId {
    TraceId::parse(ID).unwrap()
}

pub(crate) fn tracer(kind: &str, url: &str) -> Arc<dyn Tracer> {
    let Value::Object(settings) = json!({ "url": url, "limits": { "attempts": 1 } }) else { panic!() };
    let spec = BackendSpec {
        name: "traces".into(),
        timeout: Duration::from_secs(5),
        settings,
        started: DateTime::from_timestamp(NOW, 0).unwrap(),
    };
    (tracer_kind(kind).unwrap().connect)(&spec).unwrap()
}

/// Answers by path, and 404 with the server's own page elsewhere.
pub(crate) async fn serving(
    answer: impl Fn(&Request) -> Option<ResponseTemplate> + Send + Sync + 'static,
) -> MockServer {
    let server = MockServer::start().await;
    let respond = move |request: &Request| {
        answer(request).unwrap_or_else(|| ResponseTemplate::new(404).set_body_string("404 page not found\n"))
    };
    Mock::given(any()).respond_with(respond).mount(&server).await;
    server
}

/// One path answers with this JSON.
pub(crate) async fn serving_one(path: &str, body: Value) -> MockServer {
    let path = path.to_owned();
    serving(move |request| {
        (request.url.path() == path).then(|| ResponseTemplate::new(200).set_body_json(&body))
    })
    .await
}

pub(crate) fn ask() -> RecentAsk {
    RecentAsk {
        service: "check\"out".into(),
        from: NOW - 3600,
        to: NOW,
        limit: 20,
        slower_than: Some(Nanos::millis(500)),
    }
}

/// Paths and parameters of what was asked.
pub(crate) async fn asked(server: &MockServer) -> Vec<(String, BTreeMap<String, String>)> {
    let requests = server.received_requests().await.unwrap();
    let one =
        |request: &Request| (request.url.path().to_owned(), request.url.query_pairs().into_owned().collect());
    requests.iter().map(one).collect()
}

/// Name, depth, milliseconds after the start, milliseconds taken, error.
pub(crate) type Seen = (String, usize, f64, Option<f64>, Option<String>);

pub(crate) fn seen(trace: &Trace) -> Vec<Seen> {
    let one = |node: &burnwatch::domain::trace::Node| {
        let span = &node.span;
        let name = format!("{} {}", span.service, span.name);
        let from = (node.start - trace.start).as_millis();
        (name, node.depth, from, span.duration.map(Nanos::as_millis), span.error.clone())
    };
    trace.nodes.iter().map(one).collect()
}
