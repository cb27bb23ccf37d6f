//! Graphite's render API: targets, answers, and silence that means several things.

use std::collections::HashMap;
use std::sync::Arc;

use burnwatch::domain::signal::Lane;
use burnwatch::domain::slo::tally::Tally;
use burnwatch::source::{Sampling, Source};
use serde_json::{Value, json};
use wiremock::{MockServer, Request, ResponseTemplate};

use crate::kit::*;

const BAD: &str = "shop.*.errors";
const TOTAL: &str = "shop.*.requests";

fn at(server: &MockServer) -> Arc<dyn Source> {
    connect("graphite", json!({"url": server.uri()})).unwrap()
}

/// The parameters of a form; targets in their order.
fn form(request: &Request) -> (Vec<String>, HashMap<String, String>) {
    let mut url = request.url.clone();
    url.set_query(Some(std::str::from_utf8(&request.body).unwrap()));
    let pairs = url.query_pairs().map(|(key, value)| (key.into_owned(), value.into_owned()));
    let (targets, others): (Vec<_>, Vec<_>) = pairs.partition(|(key, _)| key == "target");
    (targets.into_iter().map(|(_, target)| target).collect(), others.into_iter().collect())
}

/// Series of minutes up to now for each target, named as they were asked to be.
fn rendered(request: &Request, values: impl Fn(&str) -> Vec<Vec<Option<f64>>>) -> ResponseTemplate {
    let series = form(request).0.into_iter().flat_map(|target| {
        let (text, name) = target.strip_prefix("alias(").unwrap().rsplit_once(",'").unwrap();
        let name = name.trim_end_matches("')").to_owned();
        values(text).into_iter().map(move |values| {
            let first = NOW - 60 * (values.len() as i64 - 1);
            let points: Vec<_> =
                (0_i64..).zip(values).map(|(i, value)| json!([value, first + 60 * i])).collect();
            json!({"target": name, "tags": {}, "datapoints": points})
        })
    });
    json_of(200, &Value::from(series.collect::<Vec<_>>()))
}

fn ten(value: f64) -> Vec<Option<f64>> {
    vec![Some(value); 10]
}

#[tokio::test]
async fn several_targets_share_a_request_and_several_series_are_added_up() {
    let server = serve(|request: &Request| {
        rendered(request, |target| vec![ten(if target == BAD { 1.0 } else { 20.0 }); 2])
    })
    .await;
    let counts = at(&server).counts(&ask(vec![events(BAD, TOTAL)])).await.unwrap();
    let cell = |end| (end, Tally::new(10.0, 200.0));
    assert_eq!(points(&counts), [cell(NOW - 120), cell(NOW - 60), cell(NOW)]);
    let requests = server.received_requests().await.unwrap();
    let (targets, others) = form(&requests[0]);
    assert_eq!((requests.len(), requests[0].url.path()), (1, "/render"));
    assert_eq!(targets, ["alias(shop.*.errors,'0')", "alias(shop.*.requests,'1')"]);
    assert_eq!(
        (others["format"].as_str(), others["until"].as_str()),
        ("json", (NOW + 60).to_string().as_str())
    );
    assert_eq!(others["maxDataPoints"], "1000000", "none are thinned out");
}

#[tokio::test]
async fn trailing_nulls_and_a_host_that_is_late_are_waited_for() {
    let newest = |values: Vec<Vec<Option<f64>>>| async move {
        let server = serve(move |request: &Request| {
            rendered(request, |target| if target == BAD { vec![] } else { values.clone() })
        })
        .await;
        points(&at(&server).counts(&ask(vec![events(BAD, TOTAL)])).await.unwrap()).last().map(|point| point.0)
    };
    let nulls = |count: usize| {
        let mut values = ten(5.0);
        values[10 - count..].fill(None);
        values
    };
    assert_eq!(newest(vec![nulls(0)]).await, Some(NOW));
    // A point is of the minute that begins at its time: the one of a minute ago ends now.
    assert_eq!(newest(vec![nulls(1)]).await, Some(NOW));
    assert_eq!(newest(vec![nulls(2)]).await, Some(NOW - 60));
    assert_eq!(newest(vec![nulls(1), nulls(2)]).await, Some(NOW - 60), "one of two hosts has not told yet");
    assert_eq!(newest(vec![nulls(10)]).await, None);
}

#[tokio::test]
async fn counters_grow_and_begin_anew() {
    let server = serve(|request: &Request| {
        let counter = [100.0, 110.0, 120.0, 130.0, 5.0, 15.0, 25.0, 35.0, 45.0, 55.0];
        rendered(request, |_| vec![counter.map(Some).to_vec()])
    })
    .await;
    let counts = at(&server).counts(&ask(vec![events("counter(a.e)", "counter(a.n)")])).await.unwrap();
    assert_eq!(points(&counts)[0], (NOW - 120, Tally::new(45.0, 45.0)), "the restart was the fifth");
    let (targets, _) = form(&server.received_requests().await.unwrap()[0]);
    assert_eq!(targets[1], "alias(summarize(a.n,'60s','last',false),'1')");
}

#[tokio::test]
async fn a_typo_is_told_from_nothing_to_tell() {
    let server = serve(|request: &Request| {
        if request.url.path() == "/metrics/find" {
            let query = param(request, "query").unwrap();
            let known = query.starts_with("shop.") && !query.contains("errors");
            return json_of(200, &if known { json!([{"text": "n", "leaf": 1}]) } else { json!([]) });
        }
        rendered(request, |target| if target.contains("requests") { vec![ten(1.0)] } else { vec![] })
    })
    .await;
    let error = |total: &'static str| {
        let source = at(&server);
        async move { trouble(source.counts(&ask(vec![events(BAD, total)])).await).to_string() }
    };
    assert!(error("shpo.n").await.contains("total: Graphite knows no metric `shpo.n`"));
    assert!(error("sumSeries(shop.a, shop.b)").await.contains("can it be read?"));
    let counts = at(&server).counts(&ask(vec![events("shpo.errors", TOTAL)])).await.unwrap();
    let cells = counts.slos[0].as_ref().unwrap();
    assert_eq!(
        (asked_points(&counts, 0).len(), cells.seen_since),
        (3, None),
        "errors may not be there before the first one"
    );
}

#[tokio::test]
async fn a_silence_is_looked_into_once_and_not_at_every_refresh() {
    let server = serve(|request: &Request| match request.url.path() {
        "/metrics/find" => json_of(200, &json!([])),
        _ => rendered(request, |target| if target == TOTAL { vec![ten(1.0)] } else { vec![] }),
    })
    .await;
    let source = at(&server);
    let asked = ask(vec![events(BAD, TOTAL)]);
    let requests = [source.counts(&asked).await, source.counts(&asked).await];
    assert_eq!(requests.map(|counts| counts.unwrap().toll.requests), [2, 1]);
}

#[tokio::test]
async fn what_lies_before_its_archives_is_a_gap_and_no_mistake() {
    // It keeps less than what is asked: of the present it has points, if only empty ones.
    let server = serve(|request: &Request| match request.url.path() {
        "/metrics/find" => json_of(200, &json!([{"text": "n", "leaf": 1}])),
        _ if form(request).1["from"] == "-5min" => rendered(request, |_| vec![vec![None; 5]]),
        _ => json_of(200, &json!([])),
    })
    .await;
    let counts = at(&server).counts(&ask(vec![events(BAD, TOTAL)])).await.unwrap();
    assert_eq!(counts.slos[0].as_ref().unwrap().points, []);
}

#[tokio::test]
async fn a_search_that_breaks_is_no_silence() {
    let server = serve(|request: &Request| match request.url.path() {
        "/metrics/find" => ResponseTemplate::new(429),
        _ => json_of(200, &json!([])),
    })
    .await;
    let error = trouble(at(&server).counts(&ask(vec![events(BAD, TOTAL)])).await);
    assert_eq!(error.class(), "rate limited", "{error}");
}

#[tokio::test]
async fn a_target_that_breaks_a_function_stops_no_other() {
    let server = serve(|request: &Request| {
        if form(request).0.iter().any(|target| target.contains("scale(")) {
            return ResponseTemplate::new(500).set_body_raw("<body>unexpected error</body>", "text/html");
        }
        rendered(request, |_| vec![ten(1.0)])
    })
    .await;
    let broken = events("scale(a.b,'x')", TOTAL);
    let counts = at(&server).counts(&ask(vec![broken, events(BAD, TOTAL)])).await.unwrap();
    let error = counts.slos[0].as_ref().unwrap_err().to_string();
    assert!(error.contains("bad: Graphite stumbles over it (500)"), "{error}");
    assert_eq!(asked_points(&counts, 1).len(), 3);
}

#[tokio::test]
async fn another_address_answers_for_one_that_stumbles_over_all() {
    let sick = serve(ResponseTemplate::new(500).set_body_raw("<body>", "text/html")).await;
    let well = serve(|request: &Request| rendered(request, |_| vec![ten(1.0)])).await;
    let source = connect("graphite", json!({"urls": [sick.uri(), well.uri()]})).unwrap();
    let counts = source.counts(&ask(vec![events(BAD, TOTAL)])).await.unwrap();
    assert_eq!((points(&counts).len(), source.address()), (3, well.uri()));
    let alone = at(&sick);
    let asked = ask(vec![events(BAD, TOTAL)]);
    for _ in 0..9 {
        let error = alone.counts(&asked).await.unwrap_err().to_string();
        assert!(error.contains("is in trouble: 500 to every question"), "of the whole server: {error}");
    }
    assert_eq!(alone.probe().await.unwrap_err().class(), "server");
}

#[tokio::test]
async fn an_infinite_value_makes_a_gap_of_its_cell() {
    let server = serve(|request: &Request| {
        let name = form(request).0.len() - 1;
        let points = |last: &str| {
            let minutes =
                (0..10).map(|i| format!("[{},{}]", if i == 4 { last } else { "5" }, NOW - 540 + 60 * i));
            minutes.collect::<Vec<_>>().join(",")
        };
        let series = |name, last| format!("{{\"target\":\"{name}\",\"datapoints\":[{}]}}", points(last));
        let body = format!("[{},{},{}]", series(0, "5"), series(name, "5"), series(name, "1e9999"));
        ResponseTemplate::new(200).set_body_raw(body, "application/json")
    })
    .await;
    let counts = at(&server).counts(&ask(vec![events(BAD, TOTAL)])).await.unwrap();
    // The point of five minutes ago is of the minute that ended four minutes ago: cells that end until now hold it.
    assert_eq!(points(&counts), [], "one of two hosts told no number");
    assert_eq!(counts.slos[0].as_ref().unwrap().dropped, 0, "it is older than what is new");
}

#[tokio::test]
async fn a_refused_target_is_found_among_others() {
    let server = serve(|request: &Request| {
        if form(request).0.iter().any(|target| target.contains("foo(")) {
            let said = "Invalid parameters (Received request for unknown function: foo); targets: \"…\"";
            return ResponseTemplate::new(400).set_body_string(said);
        }
        rendered(request, |_| vec![ten(1.0)])
    })
    .await;
    let counts = at(&server).counts(&ask(vec![events("foo(a.b)", TOTAL), events(BAD, TOTAL)])).await.unwrap();
    let error = counts.slos[0].as_ref().unwrap_err().to_string();
    assert!(error.contains("bad: Received request for unknown function: foo, in foo(a.b)"), "{error}");
    assert_eq!(asked_points(&counts, 1).len(), 3);
}

#[tokio::test]
async fn errors_of_the_whole_server() {
    let html = |status| ResponseTemplate::new(status).set_body_raw("<html>", "text/html");
    for (response, class, words) in [
        (html(500), "server", "500"),
        (html(200), "bad answer", "login page"),
        (html(403), "denied", "a right"),
        (ResponseTemplate::new(200).set_body_string("[{\"target\""), "bad answer", "ends early"),
        (ResponseTemplate::new(404), "not found", "/render"),
    ] {
        let server = serve(response).await;
        let error = trouble(at(&server).counts(&ask(vec![events(BAD, TOTAL)])).await);
        assert_eq!(error.class(), class, "{error}");
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[tokio::test]
async fn signals_and_slow_archives() {
    let server = serve(|request: &Request| rendered(request, |_| vec![ten(3.0)])).await;
    let own = [(Lane::Traffic, "requests", "rate(shop.*.rate)"), (Lane::Saturation, "pool", "shop.pool")];
    let answer = at(&server).signals(&signals(&own, None)).await.unwrap();
    assert_eq!(drawn(&answer.figures[0]), [(NOW - 120, 3.0), (NOW - 60, 3.0), (NOW, 3.0)]);
    let (targets, _) = form(&server.received_requests().await.unwrap()[0]);
    assert_eq!(targets[0], "alias(summarize(sumSeries(shop.*.rate),'60s','avg',false),'0')");
    assert_eq!(targets[1], "alias(summarize(averageSeries(shop.pool),'60s','avg',false),'1')");
    let slow = serve(|_: &Request| {
        let points: Vec<_> = (0..24).map(|i| json!([1.0, NOW - 7200 + 300 * i])).collect();
        json_of(200, &json!([{"target": "0", "datapoints": points}]))
    })
    .await;
    let every = at(&slow).sample_intervals(&[events(BAD, TOTAL)], NOW).await.unwrap();
    assert_eq!(every, [Some(Sampling::every(300))]);
}
