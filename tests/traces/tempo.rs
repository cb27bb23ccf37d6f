//! Tempo: nanoseconds in traces, seconds and milliseconds in searches.

use burnwatch::domain::trace::Nanos;
use burnwatch::source::SourceError;
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use crate::kit::{ID, NOW, Seen, ask, asked, id, seen, serving, serving_one, tracer};

/// Two resources; ids in base64 as the server's protobuf prints them.
fn spans() -> Value {
    let service =
        |name: &str| json!({"attributes": [{"key": "service.name", "value": {"stringValue": name}}]});
    json!([
        {"resource": service("checkout"), "scopeSpans": [{"spans": [{
            "traceId": "S/kvNXezTaajzpKdDg5HNg==", "spanId": "AQIDBAUGBwg=", "name": "POST /pay",
            "kind": "SPAN_KIND_SERVER", "startTimeUnixNano": "1768903200000000000",
            "endTimeUnixNano": "1768903200250000001", "status": {},
            "attributes": [{"key": "http.response.status_code", "value": {"intValue": "503"}}]}]}]},
        {"resource": service("db"), "instrumentationLibrarySpans": [{"spans": [{
            "traceId": ID, "spanId": "0102030405060709", "parentSpanId": "0102030405060708", "name": "SELECT",
            "kind": 3, "startTimeUnixNano": 1_768_903_200_010_000_000_u64, "endTimeUnixNano": "1768903200210000000",
            "status": {"code": "STATUS_CODE_ERROR"},
            "events": [{"name": "exception", "attributes": [
                {"key": "exception.message", "value": {"stringValue": "deadlock"}}]}]}]}]}
    ])
}

fn tree() -> Vec<Seen> {
    vec![
        ("checkout POST /pay".to_owned(), 0, 0.0, Some(250.000_001), None),
        ("db SELECT".to_owned(), 1, 10.0, Some(200.0), Some("deadlock".to_owned())),
    ]
}

#[tokio::test]
async fn a_trace_in_either_version_of_the_api() {
    let body = json!({"trace": {"resourceSpans": spans()}, "status": "PARTIAL", "message": "found in 1 of 2 blocks"});
    let server = serving_one(&format!("/api/v2/traces/{ID}"), body).await;
    let sought = tracer("tempo", &server.uri()).trace(id()).await.unwrap();
    let trace = sought.trace.unwrap();
    assert_eq!((seen(&trace), trace.start), (tree(), Nanos::seconds(NOW as u64)));
    assert_eq!(trace.nodes[0].span.attributes[0], ("http.response.status_code".into(), "503".into()));
    assert_eq!(sought.toll.warnings, ["found in 1 of 2 blocks"]);
    let server = serving_one(&format!("/base/api/traces/{ID}"), json!({"batches": spans()})).await;
    let sought = tracer("tempo", &format!("{}/base/", server.uri())).trace(id()).await.unwrap();
    assert_eq!((seen(&sought.trace.unwrap()), sought.toll.requests), (tree(), 2));
}

#[tokio::test]
async fn none_found_is_no_error_and_a_page_or_a_wrong_path_is() {
    let server = serving_one(&format!("/api/v2/traces/{ID}"), json!({"trace": {}, "metrics": {}})).await;
    let sought = tracer("tempo", &server.uri()).trace(id()).await.unwrap();
    assert_eq!((sought.trace, sought.toll.requests), (None, 1));
    // Before version 2: nothing is what there is to say of none.
    let v1 = format!("/api/traces/{ID}");
    let server = serving(move |request| (request.url.path() == v1).then(|| ResponseTemplate::new(404))).await;
    let sought = tracer("tempo", &server.uri()).trace(id()).await.unwrap();
    assert_eq!((sought.trace, sought.toll.requests), (None, 2));
    let server = serving(|_| None).await;
    let error = tracer("tempo", &server.uri()).trace(id()).await.unwrap_err();
    assert!(matches!(&error, SourceError::NotFound { .. }), "{error}");
    let server = serving(|_| Some(ResponseTemplate::new(200).set_body_string("<html>Log in</html>"))).await;
    let error = tracer("tempo", &server.uri()).trace(id()).await.unwrap_err();
    assert!(matches!(&error, SourceError::BadAnswer { what, .. } if what.contains("HTML")), "{error}");
}

#[tokio::test]
async fn a_part_of_a_trace_is_told_as_a_part() {
    let body = json!({"trace": {"resourceSpans": spans()}, "status": "PARTIAL"});
    let server = serving_one(&format!("/api/v2/traces/{ID}"), body).await;
    let sought = tracer("tempo", &server.uri()).trace(id()).await.unwrap();
    assert_eq!(sought.toll.warnings, ["it told a part of this trace only"]);
}

#[tokio::test]
async fn a_trace_that_failed_elsewhere_is_no_merely_slow_one() {
    let stats = json!({"checkout": {"spanCount": 3}, "db": {"spanCount": 4, "errorCount": 1}});
    let server = serving(move |request| {
        let failing = request.url.query_pairs().any(|pair| pair.1.contains("status = error"));
        let hit = json!({"traceID": ID, "startTimeUnixNano": "1768903100000000000", "serviceStats": &stats});
        let traces = if failing { json!([]) } else { json!([hit]) };
        Some(ResponseTemplate::new(200).set_body_json(json!({ "traces": traces })))
    })
    .await;
    let recent = tracer("tempo", &server.uri()).recent(&ask()).await.unwrap();
    assert_eq!((recent.failing.len(), recent.slow.len(), recent.failing[0].spans), (1, 0, Some(7)));
}

#[tokio::test]
async fn searches_ask_in_seconds_and_are_told_in_milliseconds() {
    let hit = |id: &str, millis: u64| {
        json!({"traceID": id, "rootServiceName": "checkout", "rootTraceName": "POST /pay",
               "startTimeUnixNano": "1768903100000000000", "durationMs": millis})
    };
    let server = serving(move |request| {
        let query = request.url.query_pairs().find(|pair| pair.0 == "q")?.1.into_owned();
        // Leading zeros are left out.
        let mut traces = vec![hit("f067aa0ba902b7", 750)];
        if !query.contains("status = error") {
            traces.push(json!({"traceID": ID, "rootServiceName": "<root span not yet received>",
                               "startTimeUnixNano": "1768903150000000000", "durationMs": 900}));
        }
        Some(ResponseTemplate::new(200).set_body_json(json!({"traces": traces, "metrics": {}})))
    })
    .await;
    let recent = tracer("tempo", &server.uri()).recent(&ask()).await.unwrap();
    let asked = asked(&server).await;
    let query = |place: usize| asked[place].1["q"].as_str();
    assert_eq!(query(0), r#"{ resource.service.name = "check\"out" && status = error }"#);
    assert_eq!(query(1), r#"{ resource.service.name = "check\"out" && duration > 500000us }"#);
    assert_eq!((asked[0].1["start"].as_str(), asked[0].1["end"].as_str()), ("1768899600", "1768903200"));
    let (failing, slow) = (&recent.failing[0], &recent.slow[0]);
    assert_eq!((recent.failing.len(), recent.slow.len(), recent.toll.requests), (1, 1, 2));
    assert_eq!(failing.id.to_string(), "00f067aa0ba902b7");
    assert_eq!((failing.duration, failing.start), (Some(Nanos::millis(750)), Nanos::seconds(1_768_903_100)));
    assert_eq!((slow.service.as_str(), slow.name.as_str(), slow.failed), ("", "", None));
}

#[tokio::test]
async fn a_query_that_is_refused_says_why() {
    let server =
        serving(|_| Some(ResponseTemplate::new(400).set_body_string("invalid TraceQL query: 1:3"))).await;
    let error = tracer("tempo", &server.uri()).recent(&ask()).await.unwrap_err();
    assert_eq!(error, SourceError::Query { message: "invalid TraceQL query: 1:3".into() });
}
