//! A server that answers each joined expression by itself, and the questions put to it.

use std::sync::Arc;
use std::time::Duration;

use burnwatch::domain::slo::objective::Objective;
use burnwatch::domain::slo::sli::{Events, Latency, Side, Sli};
use burnwatch::domain::slo::window::Window;
use burnwatch::source::{BackendSpec, Counts, CountsAsk, Range, Source, SourceError, prometheus};
use chrono::DateTime;
use serde_json::{Map, Value, json};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

pub(crate) const NOW: i64 = 1_768_903_200;

pub(crate) fn spec(settings: Value) -> BackendSpec {
    let settings = match settings {
        Value::Object(map) => map,
        _ => Map::new(),
    };
    BackendSpec {
        name: "main".into(),
        timeout: Duration::from_secs(5),
        settings,
        started: DateTime::from_timestamp(NOW, 0).unwrap(),
    }
}

pub(crate) fn source(settings: Value) -> Arc<dyn Source> {
    (prometheus::KIND.connect)(&spec(settings)).unwrap()
}

pub(crate) fn at(server: &MockServer) -> Arc<dyn Source> {
    source(json!({ "url": server.uri() }))
}

pub(crate) fn objective(sli: Sli) -> Arc<Objective> {
    let target = "99.9%".parse().unwrap();
    let plain = Objective::new("checkout", "availability", "main", sli, target, Window::days(30));
    Arc::new(Objective { tiers: Vec::new(), ..plain })
}

pub(crate) fn events(bad: &str, total: &str) -> Arc<Objective> {
    objective(Sli::Events(Events { side: Side::Bad, part: bad.into(), total: total.into() }))
}

pub(crate) fn latency(histogram: &str, threshold: f64) -> Arc<Objective> {
    objective(Sli::Latency(Latency { histogram: histogram.into(), threshold, native: false }))
}

/// The three newest minutes.
pub(crate) const RANGE: Range = Range { from: NOW - 120, to: NOW, step: 60 };

pub(crate) fn ask(objectives: Vec<Arc<Objective>>) -> CountsAsk {
    CountsAsk::new(objectives, Window::minutes(5), RANGE)
}

pub(crate) async fn count_one(source: &dyn Source) -> Result<Counts, SourceError> {
    source.counts(&ask(vec![events("errors", "requests")])).await
}

/// Parameters of a form, or of the query of a GET.
pub(crate) fn param(request: &Request, name: &str) -> Option<String> {
    let mut url = request.url.clone();
    if request.method.as_str() == "POST" {
        url.set_query(Some(std::str::from_utf8(&request.body).unwrap()));
    }
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// The ids and expressions of a joined query.
pub(crate) fn parts(query: &str) -> Vec<(String, String)> {
    let one = |part: &str| {
        let inner = part.strip_prefix("label_replace(")?.strip_suffix("\", \"\", \"\")")?;
        let (text, id) = inner.rsplit_once(", \"__bw__\", \"")?;
        Some((id.to_owned(), text.to_owned()))
    };
    query.split("\nor ").filter_map(one).collect()
}

/// What one expression comes to: series of values, or the words of a refusal.
pub(crate) type Said = Result<Vec<Value>, (u16, String)>;

/// Answers each expression by `answer`; one refusal refuses the whole query.
pub(crate) struct Server<F>(pub(crate) F);

impl<F: Fn(&str) -> Said + Send + Sync> Respond for Server<F> {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let query = param(request, "query").unwrap_or_default();
        if query == "vector(0)" {
            return something();
        }
        let mut result = Vec::new();
        for (id, text) in parts(&query) {
            match (self.0)(&text) {
                Err((status, error)) => return refusal(status, &error),
                Ok(series) => result.extend(series.into_iter().map(|mut one| {
                    one["metric"]["__bw__"] = json!(id);
                    one
                })),
            }
        }
        matrix(&result)
    }
}

pub(crate) fn matrix(result: &[Value]) -> ResponseTemplate {
    ResponseTemplate::new(200)
        .set_body_json(json!({"status": "success", "data": {"resultType": "matrix", "result": result}}))
}

/// A series that nobody asked for: it shows that there is a server of the kind.
pub(crate) fn something() -> ResponseTemplate {
    matrix(&[json!({"metric": {}, "values": [[NOW, "0"]]})])
}

pub(crate) fn refusal(status: u16, error: &str) -> ResponseTemplate {
    let kind = if status == 400 { "bad_data" } else { "execution" };
    let body = json!({"status": "error", "errorType": kind, "error": error});
    ResponseTemplate::new(status).set_body_json(body)
}

/// One series with these values at the newest minutes.
pub(crate) fn series(values: &[&str]) -> Vec<Value> {
    let first = NOW - 60 * (values.len() as i64 - 1);
    let values: Vec<_> = values.iter().enumerate().map(|(i, v)| json!([first + 60 * i as i64, v])).collect();
    vec![json!({"metric": {}, "values": values})]
}

pub(crate) async fn serve(responder: impl Respond + 'static) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(responder).mount(&server).await;
    server
}

pub(crate) async fn answering(answer: impl Fn(&str) -> Said + Send + Sync + 'static) -> MockServer {
    serve(Server(answer)).await
}

pub(crate) async fn requests(server: &MockServer) -> Vec<Request> {
    server.received_requests().await.unwrap()
}
