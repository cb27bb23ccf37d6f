//! `InfluxDB`'s `/query`: statements, answers, and errors that come with a success.

use std::sync::Arc;

use burnwatch::domain::signal::Lane;
use burnwatch::domain::slo::sli::{Latency, Ratio, Side, Sli};
use burnwatch::domain::slo::tally::Tally;
use burnwatch::domain::slo::window::Window;
use burnwatch::source::{Sampling, Source};
use serde_json::{Value, json};
use wiremock::{MockServer, Request, Respond, ResponseTemplate};

use crate::kit::*;

const BAD: &str = "sum(errors) FROM http WHERE svc = 'a'";
const TOTAL: &str = "sum(requests) FROM http WHERE svc = 'a'";

fn at(server: &MockServer, more: Value) -> Arc<dyn Source> {
    let mut settings = with_url(server, more);
    settings["database"] = json!("shop");
    connect("influxdb", settings).unwrap()
}

/// Answers each statement by itself, as the server does.
struct Server<F>(F);

impl<F: Fn(&str) -> Value + Send + Sync> Respond for Server<F> {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let statements = param(request, "q").unwrap();
        let results = statements.split("; ").enumerate().map(|(id, statement)| {
            let mut result = (self.0)(statement);
            result["statement_id"] = json!(id);
            result
        });
        json_of(200, &json!({"results": results.collect::<Vec<_>>()}))
    }
}

/// A series with a value and a number of samples for each of the last minutes; `None` is a bucket without any.
fn series(values: &[Option<f64>]) -> Value {
    let first = NOW - 60 * values.len() as i64;
    let rows = (0_i64..).zip(values).map(|(i, value)| json!([first + 60 * i, value, 6]));
    json!({"series": [{"name": "http", "columns": ["time", "sum", "count"], "values": rows.collect::<Vec<_>>()}]})
}

fn ten(value: f64) -> Value {
    series(&[Some(value); 10])
}

#[tokio::test]
async fn minutes_become_cells_in_one_request() {
    let answer = |statement: &str| ten(if statement.contains("errors") { 1.0 } else { 20.0 });
    let server = serve(Server(answer)).await;
    let source = at(&server, json!({"retention_policy": "short"}));
    let counts = source.counts(&ask(vec![events(BAD, TOTAL), events(TOTAL, TOTAL)])).await.unwrap();
    let cell = |end| (end, Tally::new(5.0, 100.0));
    assert_eq!(points(&counts), [cell(NOW - 120), cell(NOW - 60), cell(NOW)]);
    assert_eq!((counts.toll.requests, counts.toll.points), (1, 20), "what both ask is asked once");
    let request = &server.received_requests().await.unwrap()[0];
    let said = |name| param(request, name).unwrap();
    assert_eq!((request.method.as_str(), request.url.path()), ("GET", "/query"));
    assert_eq!([said("db"), said("epoch"), said("rp")], ["shop", "s", "short"]);
    let (from, to) = (NOW - 120 - LATE - 300, NOW + 60);
    let statement = |field: &str| {
        format!(
            "SELECT sum({field}), count({field}) FROM http WHERE (svc = 'a') AND time > {from}s AND time <= {to}s \
             GROUP BY time(60s, 1ns) fill(none)"
        )
    };
    assert_eq!(said("q"), format!("{}; {}", statement("errors"), statement("requests")));
}

#[tokio::test]
async fn gaps_and_minutes_to_come_are_not_told() {
    let mut values = [Some(20.0); 10];
    values[9] = None;
    let server = serve(Server(move |_: &str| series(&values))).await;
    let counts = at(&server, json!({})).counts(&ask(vec![events(BAD, TOTAL)])).await.unwrap();
    let ends: Vec<i64> = points(&counts).iter().map(|point| point.0).collect();
    assert_eq!(ends, [NOW - 120, NOW - 60], "the newest minute is due");
    let nothing = serve(Server(|_: &str| json!({}))).await;
    let counts = at(&nothing, json!({})).counts(&ask(vec![events(BAD, TOTAL)])).await.unwrap();
    assert_eq!(points(&counts), []);
}

#[tokio::test]
async fn one_refused_statement_leaves_the_others() {
    let server = serve(Server(|statement: &str| {
        if statement.contains("nowhere") {
            json!({"error": "retention policy not found: nowhere"})
        } else {
            ten(3.0)
        }
    }))
    .await;
    let broken = events("sum(n) FROM nowhere.m", TOTAL);
    let counts = at(&server, json!({})).counts(&ask(vec![broken, events(BAD, TOTAL)])).await.unwrap();
    let error = counts.slos[0].as_ref().unwrap_err().to_string();
    assert!(
        error.starts_with("query refused: bad: retention policy not found: nowhere, in SELECT"),
        "{error}"
    );
    assert_eq!(asked_points(&counts, 1).len(), 3);
}

#[tokio::test]
async fn what_was_not_executed_behind_an_error_is_asked_again() {
    let server = serve(|request: &Request| {
        let statements = param(request, "q").unwrap();
        let mut failed = false;
        let result = |(id, statement): (usize, &str)| {
            let mut result = if failed { json!({"error": "not executed"}) } else { ten(3.0) };
            if statement.contains("odd") {
                failed = true;
                result = json!({"error": "unsupported sum iterator type: *query.stringInterruptIterator"});
            }
            result["statement_id"] = json!(id);
            result
        };
        let results: Vec<Value> = statements.split("; ").enumerate().map(result).collect();
        json_of(200, &json!({ "results": results }))
    })
    .await;
    let counts = at(&server, json!({}))
        .counts(&ask(vec![events("sum(odd) FROM m", "sum(n) FROM m"), events(BAD, TOTAL)]))
        .await
        .unwrap();
    assert!(counts.slos[0].as_ref().unwrap_err().to_string().contains("unsupported sum"));
    assert_eq!(asked_points(&counts, 1).len(), 3);
    assert_eq!(counts.toll.requests, 4, "three statements stood behind the refused one");
}

#[tokio::test]
async fn a_statement_that_does_not_parse_is_found_among_others() {
    let server = serve(|request: &Request| {
        let statements = param(request, "q").unwrap();
        if statements.contains("!!") {
            return json_of(400, &json!({"error": "error parsing query: found !, expected identifier"}));
        }
        let results: Vec<Value> = statements.split("; ").map(|_| ten(3.0)).collect();
        json_of(200, &json!({ "results": results }))
    })
    .await;
    let objectives =
        vec![events("sum(n) FROM m!!", "sum(n) FROM m"), events("sum(n) FROM m", "sum(n) FROM m")];
    let counts = at(&server, json!({})).counts(&ask(objectives)).await.unwrap();
    assert!(counts.slos[0].as_ref().unwrap_err().to_string().contains("bad: found !, expected identifier"));
    assert_eq!(asked_points(&counts, 1).len(), 3);
}

#[tokio::test]
async fn errors_of_the_whole_server() {
    let within = |error: &str| json_of(200, &json!({"results": [{"statement_id": 0, "error": error}]}));
    for (response, class, words) in [
        (within("database not found: shop"), "bad answer", "is `database` right?"),
        (within("query-timeout limit exceeded"), "server", "query-timeout"),
        (json_of(401, &json!({"error": "authorization failed"})), "denied", "wrong or no credentials"),
        (json_of(403, &json!({"error": "alice not authorized"})), "denied", "a right"),
        (json_of(404, &json!({"message": "no dbrp mapping found"})), "bad answer", "DBRP"),
        (ResponseTemplate::new(503).set_body_string("starting"), "server", "503 starting"),
        (ResponseTemplate::new(429).insert_header("retry-after", "60"), "rate limited", "fewer requests"),
        (ResponseTemplate::new(200).set_body_raw("<html>", "text/html"), "bad answer", "login page"),
        (ResponseTemplate::new(200).set_body_string("{\"results\":[{"), "bad answer", "ends early"),
    ] {
        let server = serve(response).await;
        let error = trouble(at(&server, json!({})).counts(&ask(vec![events(BAD, TOTAL)])).await);
        assert_eq!(error.class(), class, "{error}");
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[tokio::test]
async fn answers_that_are_no_single_number_say_so() {
    let two = json!({"series": [
        {"name": "m", "tags": {"host": "a"}, "columns": ["time", "sum"], "values": [[NOW, 1]]},
        {"name": "m", "tags": {"host": "b"}, "columns": ["time", "sum"], "values": [[NOW, 1]]},
    ]});
    let columns = json!({"series": [{"name": "m", "columns": ["time", "a", "b"], "values": [[NOW, 1, 2]]}]});
    let text = json!({"series": [{"name": "m", "columns": ["time", "a"], "values": [[NOW, "x"]]}]});
    let cut =
        json!({"series": [{"name": "m", "columns": ["time", "a"], "values": [[NOW, 1]], "partial": true}]});
    for (answer, words) in [
        (two, "2 series, expected 1: leave tags out of GROUP BY"),
        (columns, "2 values, expected 1"),
        (text, "not a number"),
        (cut, "max-row-limit"),
    ] {
        let server = serve(Server(move |_: &str| answer.clone())).await;
        let error = trouble(at(&server, json!({})).counts(&ask(vec![events(BAD, TOTAL)])).await);
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[tokio::test]
async fn who_we_are_travels_in_a_header_and_is_told_nowhere() {
    let secret = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(secret.path(), "hunter2-token\n").unwrap();
    let path = secret.path().to_str().unwrap();
    for (settings, header) in [
        (json!({"token_file": path}), "Token hunter2-token"),
        (json!({"bearer_file": path}), "Bearer hunter2-token"),
        (
            json!({"basic": {"username": "alice", "password_file": path}}),
            "Basic YWxpY2U6aHVudGVyMi10b2tlbg==",
        ),
    ] {
        let server = serve(|request: &Request| {
            let said = request.headers["authorization"].to_str().unwrap().to_owned();
            json_of(401, &json!({"error": format!("{said} is unknown")}))
        })
        .await;
        let error = trouble(at(&server, settings).counts(&ask(vec![events(BAD, TOTAL)])).await).to_string();
        assert!(!error.contains("hunter2"), "{error}");
        let requests = server.received_requests().await.unwrap();
        assert_eq!(requests[0].headers["authorization"], header);
        assert!(requests[0].url.query().is_some_and(|query| !query.contains("hunter2")));
    }
    let both = json!({"url": "http://i:8086", "database": "d", "token_file": path, "bearer_file": path});
    assert!(connect("influxdb", both).err().unwrap().problem.contains("more than one way to log in"));
}

#[tokio::test]
async fn signals_are_own_queries() {
    let server =
        serve(Server(|statement: &str| if statement.contains("nope") { json!({}) } else { ten(3.0) })).await;
    let own = [
        (Lane::Traffic, "requests", "sum(n) FROM http"),
        (
            Lane::Latency,
            "p99",
            "SELECT percentile(t, 99) FROM http WHERE {{.range}} GROUP BY time({{.window}})",
        ),
        (Lane::Saturation, "pool", "nope FROM pool"),
        (Lane::Errors, "ratio", "counter(n)"),
    ];
    let answer = at(&server, json!({})).signals(&signals(&own, Some("http"))).await.unwrap();
    let [stranger, traffic, latency, pool, errors] = answer.figures.as_slice() else { panic!() };
    assert!(stranger.trouble.as_ref().unwrap().contains("InfluxDB has no preset `http`"));
    // Three events a minute.
    assert_eq!(drawn(traffic), [(NOW - 120, 0.05), (NOW - 60, 0.05), (NOW, 0.05)]);
    assert_eq!(
        (drawn(latency), &latency.trouble),
        (vec![(NOW - 120, 3.0), (NOW - 60, 3.0), (NOW, 3.0)], &None)
    );
    assert!(pool.trouble.as_ref().unwrap().contains("gives nothing"));
    assert!(errors.trouble.as_ref().unwrap().contains("FROM which measurement"));
    let asked = param(&server.received_requests().await.unwrap()[0], "q").unwrap();
    assert!(asked.starts_with("SELECT sum(n), count(n) FROM http"), "{asked}");
}

#[tokio::test]
async fn what_was_counted_in_five_minutes_is_drawn_as_such_a_rate() {
    let rows: Vec<Value> = (0..4).map(|i| json!([NOW - 1020 + 300 * i, 600, 1])).collect();
    let answer = json!({"series": [{"name": "m", "columns": ["time", "sum", "count"], "values": rows}]});
    let server = serve(Server(move |_: &str| answer.clone())).await;
    let own = [(Lane::Traffic, "requests", "sum(n) FROM http")];
    let answer = at(&server, json!({})).signals(&signals(&own, None)).await.unwrap();
    assert_eq!(drawn(&answer.figures[0]), [(NOW - 60, 2.0)], "600 in 300 s");
}

#[tokio::test]
async fn a_percentage_and_buckets_of_another_time_zone_say_so() {
    let server = serve(Server(|_: &str| ten(99.2))).await;
    let share = Sli::Ratio(Ratio { side: Side::Good, ratio: "up FROM probe".into() });
    let error = trouble(at(&server, json!({})).counts(&ask(vec![objective(share)])).await).to_string();
    assert!(error.contains("divide a percentage by 100"), "{error}");
    let shifted = json!({"series": [{"name": "m", "columns": ["time", "sum"], "values": [[NOW - 30, 1]]}]});
    let server = serve(Server(move |_: &str| shifted.clone())).await;
    let error = trouble(at(&server, json!({})).counts(&ask(vec![events(BAD, TOTAL)])).await).to_string();
    assert!(error.contains("leave tz(…) and offsets out"), "{error}");
}

#[tokio::test]
async fn what_lies_outside_of_the_time_that_was_asked_is_left_out() {
    let server = serve(Server(|_: &str| {
        let mut said = ten(2.0);
        let rows = said["series"][0]["values"].as_array_mut().unwrap();
        for far in [i64::MIN / 60, i64::MAX / 60, 0, NOW / 60 + 1] {
            rows.push(json!([far * 60, 1e15, 6]));
        }
        said
    }))
    .await;
    let counts = at(&server, json!({})).counts(&ask(vec![events(BAD, TOTAL)])).await.unwrap();
    assert_eq!(points(&counts)[2], (NOW, Tally::new(10.0, 10.0)));
    assert_eq!(counts.toll.points, 20);
}

#[tokio::test]
async fn a_warning_that_comes_with_each_statement_is_told_once() {
    let server = serve(Server(|_: &str| {
        let mut said = ten(1.0);
        said["messages"] = json!([{"level": "warning", "text": "deprecated use of x"}]);
        said
    }))
    .await;
    let counts = at(&server, json!({})).counts(&ask(vec![events(BAD, TOTAL)])).await.unwrap();
    assert_eq!(counts.toll.warnings, ["deprecated use of x"]);
}

#[tokio::test]
async fn slow_data_is_found_out() {
    let rows: Vec<Value> = (0..24).map(|i| json!([NOW - 7200 + 300 * i, 1, 1])).collect();
    let answer = json!({"series": [{"name": "m", "columns": ["time", "sum", "count"], "values": rows}]});
    let server = serve(Server(move |_: &str| answer.clone())).await;
    let slow = at(&server, json!({})).sample_intervals(&[events(BAD, TOTAL)], NOW).await.unwrap();
    assert_eq!(slow, [Some(Sampling::every(300))]);
    let server = serve(Server(|_: &str| ten(1.0))).await;
    assert_eq!(at(&server, json!({})).sample_intervals(&[events(BAD, TOTAL)], NOW).await.unwrap(), [None]);
}

#[test]
fn what_cannot_be_had_is_told_by_its_key() {
    let source = connect("influxdb", json!({"url": "http://i:8086/query", "database": "d"})).unwrap();
    assert_eq!(source.address(), "http://i:8086", "the path that it adds itself is left out");
    let latency = objective(Sli::Latency(Latency { histogram: "h".into(), threshold: 0.3, native: false }));
    let objection = source.objection(&latency).unwrap();
    assert_eq!(objection.key, "histogram");
    assert!(objection.hint.unwrap().contains("kind = \"events\""));
    assert_eq!(source.objection(&events("mean(n) FROM m", TOTAL)).unwrap().key, "bad");
    assert_eq!(source.objection(&events(BAD, TOTAL)), None);
    assert_eq!(connect("influxdb", json!({"url": "http://i:8086"})).err().unwrap().key, "database");
    let told = source.queries(&events(BAD, TOTAL), Window::minutes(5));
    assert!(
        told[1].text.ends_with("(svc = 'a') AND {{.range}} GROUP BY time(300s, 1ns) fill(none)"),
        "{told:?}"
    );
}
