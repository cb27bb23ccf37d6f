//! Datadog's query API: calls, answers, keys, and a quota that runs out.

use std::sync::Arc;

use burnwatch::domain::slo::sli::{Op, Sli, Threshold};
use burnwatch::domain::slo::tally::Tally;
use burnwatch::domain::slo::window::Window;
use burnwatch::source::{CountsAsk, Range, Source};
use chrono::DateTime;
use serde_json::{Value, json};
use wiremock::{MockServer, Request, ResponseTemplate};

use crate::kit::*;

const BAD: &str = "sum:http.errors{service:checkout}.as_count()";
const TOTAL: &str = "sum:http.hits{service:checkout}.as_count()";

/// With both keys, from a command.
fn keyed(more: &Value) -> Value {
    let mut settings =
        json!({"api_key_command": "echo api-hunter2", "app_key_command": ["echo", "app-hunter2"]});
    more.as_object().unwrap().iter().for_each(|(key, value)| settings[key] = value.clone());
    settings
}

fn at(server: &MockServer) -> Arc<dyn Source> {
    connect("datadog", keyed(&json!({"url": server.uri()}))).unwrap()
}

/// Answers each query of a call with a point a minute.
fn minutes(request: &Request, value: impl Fn(&str) -> Option<f64>) -> Value {
    let number = |name| param(request, name).unwrap().parse::<i64>().unwrap();
    let (from, to) = (number("from"), number("to"));
    let query = param(request, "query").unwrap();
    let series = query.split("60),").enumerate().map(|(index, query)| {
        let points = (from..=to).step_by(60).map(|time| json!([time as f64 * 1000.0, value(query)]));
        json!({"query_index": index, "interval": 60, "pointlist": points.collect::<Vec<_>>()})
    });
    json!({"status": "ok", "series": series.collect::<Vec<_>>()})
}

fn usual(request: &Request) -> ResponseTemplate {
    json_of(200, &minutes(request, |query| Some(if query.contains("errors") { 1.0 } else { 20.0 })))
}

#[tokio::test]
async fn several_queries_share_a_call() {
    let server = serve(usual).await;
    let counts = at(&server).counts(&ask(vec![events(BAD, TOTAL)])).await.unwrap();
    let cell = |end| (end, Tally::new(5.0, 100.0));
    assert_eq!(points(&counts), [cell(NOW - 120), cell(NOW - 60), cell(NOW)]);
    let requests = server.received_requests().await.unwrap();
    assert_eq!((requests.len(), requests[0].url.path()), (1, "/api/v1/query"));
    assert_eq!(
        param(&requests[0], "query").unwrap(),
        format!("{BAD}.rollup(sum, 60),{TOTAL}.rollup(sum, 60)")
    );
    assert_eq!(param(&requests[0], "from").unwrap(), (NOW - 120 - LATE - 300).to_string());
    let header = |name: &str| requests[0].headers[name].to_str().unwrap();
    assert_eq!((header("dd-api-key"), header("dd-application-key")), ("api-hunter2", "app-hunter2"));
}

#[tokio::test]
async fn long_histories_take_several_calls() {
    let server = serve(usual).await;
    let threshold = Threshold { value: "avg:pool.used{*}".into(), op: Op::AtMost, bound: 50.0 };
    let range = Range { from: NOW - 2 * 86_400, to: NOW, step: 3600 };
    let asked = CountsAsk::new(vec![objective(Sli::Threshold(threshold))], Window::hours(1), range);
    let counts = at(&server).counts(&asked).await.unwrap();
    assert_eq!(counts.toll.requests, 3, "49 hours of minutes, 1400 at a time");
    let told = &counts.slos[0].as_ref().unwrap().points;
    assert_eq!(told.len(), 49);
    assert!(told.iter().all(|(_, tally)| *tally == Tally::new(0.0, 60.0)));
}

#[tokio::test]
async fn a_refused_query_is_found_among_others() {
    let server = serve(|request: &Request| {
        if param(request, "query").unwrap().contains("odd") {
            return json_of(200, &json!({"status": "error", "error": "Rule 'scope_expr' didn't match"}));
        }
        usual(request)
    })
    .await;
    let odd = events("sum:odd{a b}.as_count()", TOTAL);
    let counts = at(&server).counts(&ask(vec![odd, events(BAD, TOTAL)])).await.unwrap();
    let error = counts.slos[0].as_ref().unwrap_err().to_string();
    assert!(error.contains("bad: Rule 'scope_expr' didn't match, in sum:odd"), "{error}");
    assert_eq!(asked_points(&counts, 1).len(), 3);
}

#[tokio::test]
async fn gaps_groups_and_other_widths() {
    let gaps = serve(|request: &Request| json_of(200, &minutes(request, |_| None))).await;
    assert_eq!(points(&at(&gaps).counts(&ask(vec![events(BAD, TOTAL)])).await.unwrap()), []);
    let coarse = json!({"status": "ok", "series": [{"query_index": 0, "interval": 300, "pointlist": []}]});
    let fine = json!({"status": "ok", "series": [{"query_index": 0, "interval": 20, "pointlist": []}]});
    let one = json!({"query_index": 0, "interval": 60, "pointlist": []});
    let groups = json!({"status": "ok", "series": [one, one]});
    for (body, words) in [
        (coarse, "every 300 s, not of every 60 s"),
        (fine, "every 20 s, not of every 60 s"),
        (groups, "2 series, expected 1"),
    ] {
        let server = serve(json_of(200, &body)).await;
        let error = trouble(at(&server).counts(&ask(vec![events(BAD, TOTAL)])).await);
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[tokio::test]
async fn errors_have_classes_and_tell_no_keys() {
    for (response, class, words) in [
        (json_of(403, &json!({"errors": ["Forbidden: api-hunter2"]})), "denied", "application key"),
        (json_of(400, &json!({"errors": ["no api-hunter2"]})), "query", "no (secret)"),
        (ResponseTemplate::new(500).set_body_string("app-hunter2"), "server", "(secret)"),
        (ResponseTemplate::new(200).set_body_raw("<html>", "text/html"), "bad answer", "login page"),
        (
            ResponseTemplate::new(429)
                .insert_header("x-ratelimit-reset", "77")
                .insert_header("x-ratelimit-remaining", "0"),
            "rate limited",
            "429",
        ),
    ] {
        let server = serve(response).await;
        let error = trouble(at(&server).counts(&ask(vec![events(BAD, TOTAL)])).await);
        assert_eq!(error.class(), class, "{error}");
        assert!(error.to_string().contains(words) && !error.to_string().contains("hunter2"), "{error}");
    }
}

#[tokio::test]
async fn the_poll_keeps_its_distance_when_the_quota_runs_low() {
    for (left, distance) in [("40", None), ("3", Some(30)), ("0", Some(120))] {
        let server = serve(move |request: &Request| {
            usual(request)
                .insert_header("x-ratelimit-limit", "100")
                .insert_header("x-ratelimit-remaining", left)
                .insert_header("x-ratelimit-period", "3600")
                .insert_header("x-ratelimit-reset", "120")
        })
        .await;
        let source = at(&server);
        let asked = ask(vec![events(BAD, TOTAL)]);
        source.counts(&asked).await.unwrap();
        let next = source.health(DateTime::UNIX_EPOCH).next_try().map(|at| at.timestamp() + 1);
        assert_eq!(next, distance, "{left} left: when the poller asks again");
        let again = source.counts(&asked).await;
        assert_eq!(again.is_err(), distance.is_some());
        if let Err(error) = again {
            assert!(error.to_string().contains("its quota of requests is nearly used up"), "{error}");
            source.wake();
            assert!(source.counts(&asked).await.is_ok(), "unless a person wants it now");
        }
    }
}

#[test]
fn sites_and_keys() {
    let address = |more: Value| connect("datadog", keyed(&more)).unwrap().address();
    assert_eq!(address(json!({})), "https://api.datadoghq.com");
    assert_eq!(address(json!({"site": "us5.datadoghq.com"})), "https://api.us5.datadoghq.com");
    assert_eq!(address(json!({"url": "http://proxy:1/dd/"})), "http://proxy:1/dd");
    let refused = |settings| {
        let error = connect("datadog", settings).err().unwrap();
        format!("{}: {} {}", error.key, error.problem, error.hint.unwrap_or_default())
    };
    assert!(
        refused(keyed(&json!({"site": "https://app.datadoghq.eu"}))).starts_with("site: this is no site")
    );
    assert!(refused(keyed(&json!({"site": "app.datadoghq.eu"}))).contains("datadoghq.eu"));
    assert!(refused(keyed(&json!({"site": "datadoghq.eu", "url": "http://a"}))).contains("keep one"));
    assert!(refused(json!({"api_key_command": "x"})).starts_with("app_key_file: `app_key` is missing"));
    assert!(refused(keyed(&json!({"api_key_env": "NO_SUCH_VARIABLE_AT_ALL"}))).contains("api_key"));
    let source = connect("datadog", keyed(&json!({}))).unwrap();
    assert_eq!(source.objection(&events("sum:a{*}", TOTAL)).unwrap().key, "bad");
    assert_eq!(source.objection(&events(BAD, TOTAL)), None);
}
