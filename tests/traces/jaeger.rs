//! Jaeger: version 3 with nanoseconds, and the API before it with microseconds where version 3 is not known.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use burnwatch::domain::trace::Nanos;
use burnwatch::source::SourceError;
use serde_json::{Value, json};
use wiremock::{Request, ResponseTemplate};

use crate::kit::{ID, NOW, ask, asked, id, seen, serving, serving_one, tracer};

fn v3() -> Value {
    let span = |id: &str, parent: &str, name: &str, from: &str, to: &str, status: Value| {
        json!({"traceId": ID, "spanId": id, "parentSpanId": parent, "name": name, "kind": 2,
               "startTimeUnixNano": from, "endTimeUnixNano": to, "status": status})
    };
    let spans = [
        span("00000000000000a1", "", "GET /", "1768903200000000000", "1768903200100000000", json!({})),
        span(
            "00000000000000a2",
            "00000000000000a1",
            "load",
            "1768903200020000000",
            "1768903200090000000",
            json!({"code": 2, "message": "no row"}),
        ),
    ];
    json!({"result": {"resourceSpans": [{
        "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "web"}}]},
        "scopeSpans": [{"spans": spans}]}]}})
}

fn legacy() -> Value {
    let tag = |key: &str, value: Value| json!({"key": key, "type": "any", "value": value});
    let span = |id: &str, refs: Value, name: &str, start: u64, micros: u64, tags: Vec<Value>| {
        json!({"traceID": ID, "spanID": id, "operationName": name, "references": refs,
               "startTime": start, "duration": micros, "tags": tags, "logs": [], "processID": "p1", "warnings": null})
    };
    let parent = |kind: &str| json!([{"refType": kind, "traceID": ID, "spanID": "a1"}]);
    let spans = [
        span(
            "a1",
            json!([]),
            "GET /",
            1_768_903_200_000_000,
            100_000,
            vec![tag("span.kind", json!("server"))],
        ),
        span(
            "a2",
            parent("CHILD_OF"),
            "load",
            1_768_903_200_020_000,
            70_000,
            vec![tag("error", json!(true)), tag("otel.status_description", json!("no row"))],
        ),
        span(
            "a3",
            parent("FOLLOWS_FROM"),
            "mail",
            1_768_903_200_095_000,
            400_000,
            vec![tag("error", json!("false"))],
        ),
    ];
    json!({"data": [{"traceID": ID, "spans": spans, "processes": {"p1": {"serviceName": "web", "tags": []}}}],
           "errors": null})
}

fn refusal(status: u16) -> ResponseTemplate {
    let body = json!({"error": {"httpCode": status, "message": "nothing here"}});
    ResponseTemplate::new(status).set_body_json(body)
}

fn at(request: &Request, path: &str, body: Value) -> Option<ResponseTemplate> {
    (request.url.path() == path).then(|| ResponseTemplate::new(200).set_body_json(body))
}

#[tokio::test]
async fn a_trace_of_version_3_in_nanoseconds() {
    let server = serving_one(&format!("/api/v3/traces/{ID}"), v3()).await;
    let trace = tracer("jaeger", &server.uri()).trace(id()).await.unwrap().trace.unwrap();
    let tree = [
        ("web GET /".to_owned(), 0, 0.0, Some(100.0), None),
        ("web load".to_owned(), 1, 20.0, Some(70.0), Some("no row".to_owned())),
    ];
    assert_eq!((seen(&trace).as_slice(), trace.start), (tree.as_slice(), Nanos::seconds(NOW as u64)));
}

#[tokio::test]
async fn where_version_3_is_not_known_the_old_one_is_asked_in_microseconds() {
    // The page of Jaeger's own screen stands wherever it has no endpoint.
    for page in [false, true] {
        let server = serving(move |request| {
            let found = at(request, &format!("/api/traces/{ID}"), legacy());
            found
                .or_else(|| page.then(|| ResponseTemplate::new(200).set_body_string("<!doctype html><html>")))
        })
        .await;
        let sought = tracer("jaeger", &server.uri()).trace(id()).await.unwrap();
        let trace = sought.trace.unwrap();
        let tree = seen(&trace);
        assert_eq!(tree[1], ("web load".to_owned(), 1, 20.0, Some(70.0), Some("no row".to_owned())));
        assert_eq!(tree[2], ("web mail".to_owned(), 1, 95.0, Some(400.0), None));
        assert!(trace.nodes[2].span.detached && !trace.nodes[2].on_path);
        assert_eq!((sought.toll.requests, trace.nodes[0].span.kind.word()), (2, "server"));
    }
}

#[tokio::test]
async fn a_404_in_json_is_none_found() {
    let server = serving(|_| Some(refusal(404))).await;
    let tracer = tracer("jaeger", &server.uri());
    let sought = tracer.trace(id()).await.unwrap();
    assert_eq!((sought.trace, sought.toll.requests), (None, 1));
    let recent = tracer.recent(&ask()).await.unwrap();
    assert_eq!((recent.failing.len(), recent.slow.len(), recent.toll.requests), (0, 0, 2));
}

#[tokio::test]
async fn summaries_are_asked_for_in_both_spellings() {
    let one = |id: &str, errors: Value| {
        json!({"traceId": id, "rootServiceName": "web", "rootOperationName": "GET /", "spanCount": 7,
               "errorSpanCount": errors, "minStartTimeUnixNano": "1768903200000000000",
               "maxEndTimeUnixNano": "1768903201500000000"})
    };
    let body = json!({"summaries": [one(ID, json!(2)), one("00f067aa0ba902b7", Value::Null)]});
    let server = serving_one("/api/v3/trace-summaries", body).await;
    let recent = tracer("jaeger", &server.uri()).recent(&ask()).await.unwrap();
    let asked = asked(&server).await;
    let wanted = [
        ("query.serviceName", "check\"out"),
        ("query.service_name", "check\"out"),
        ("query.startTimeMin", "2026-01-20T09:00:00Z"),
        ("query.start_time_max", "2026-01-20T10:00:00Z"),
        ("query.searchDepth", "20"),
        ("query.num_traces", "20"),
    ];
    for (key, value) in wanted {
        assert_eq!(asked[0].1[key], value, "{key}");
    }
    assert_eq!(asked[0].1["query.attributes"], r#"{"error":"true"}"#);
    assert_eq!(
        (asked[1].1["query.durationMin"].as_str(), asked[1].1["query.duration_min"].as_str()),
        ("500000us", "500000us")
    );
    assert_eq!(
        (recent.failing.len(), recent.slow.len()),
        (2, 0),
        "what is found among the failing has failed"
    );
    assert_eq!((recent.failing[0].duration, recent.failing[0].spans), (Some(Nanos::millis(1500)), Some(7)));
}

/// Such a server tells whatever is recent, and takes no heed of `query.attributes`.
#[tokio::test]
async fn lists_of_version_3_without_summaries_are_not_believed() {
    let server = serving(|request| {
        let new = at(request, "/api/v3/traces", v3());
        new.or_else(|| at(request, "/api/traces", legacy()))
    })
    .await;
    let tracer = tracer("jaeger", &server.uri());
    let recent = tracer.recent(&ask()).await.unwrap();
    assert_eq!((recent.failing[0].duration, recent.toll.requests), (Some(Nanos::millis(495)), 3));
    assert_eq!(tracer.recent(&ask()).await.unwrap().toll.requests, 2, "the way is remembered");
    let asked = asked(&server).await;
    assert!(asked.iter().all(|one| one.0 != "/api/v3/traces"));
    let last = &asked[2].1;
    assert_eq!((last["start"].as_str(), last["end"].as_str()), ("1768899600000000", "1768903200000000"));
    assert_eq!(
        (last["minDuration"].as_str(), asked[1].1["tags"].as_str()),
        ("500000us", r#"{"error":"true"}"#)
    );
}

#[tokio::test]
async fn a_server_that_was_renewed_is_asked_anew() {
    let renewed = Arc::new(AtomicBool::new(false));
    let new = Arc::clone(&renewed);
    let server = serving(move |request| {
        let (path, body) =
            if new.load(Ordering::Relaxed) { ("v3/traces", v3()) } else { ("traces", legacy()) };
        at(request, &format!("/api/{path}/{ID}"), body)
    })
    .await;
    let tracer = tracer("jaeger", &server.uri());
    let spans = async || tracer.trace(id()).await.unwrap().trace.unwrap().nodes.len();
    assert_eq!(spans().await, 3);
    renewed.store(true, Ordering::Relaxed);
    assert_eq!(spans().await, 2);
}

#[tokio::test]
async fn a_link_to_another_trace_is_no_parent_and_a_log_tells_the_reason() {
    let mut body = legacy();
    let spans = &mut body["data"][0]["spans"];
    spans[0]["references"] =
        json!([{"refType": "FOLLOWS_FROM", "traceID": "00f067aa0ba902b7", "spanID": "77"}]);
    spans[1]["tags"] = json!([{"key": "error", "value": true}]);
    let field = |key: &str, value: &str| json!({"key": key, "type": "string", "value": value});
    spans[1]["logs"] = json!([
        {"fields": [field("event", "retry"), field("message", "again")]},
        {"fields": [field("event", "exception"), field("exception.message", "deadlock")]}
    ]);
    let server = serving_one(&format!("/api/traces/{ID}"), body).await;
    let trace = tracer("jaeger", &server.uri()).trace(id()).await.unwrap().trace.unwrap();
    assert_eq!((trace.orphans(), trace.root().unwrap().span.parent), (0, None));
    assert_eq!(trace.nodes[1].span.error.as_deref(), Some("deadlock"));
}

#[tokio::test]
async fn failures_inside_of_successes_are_failures_and_absence_may_be_a_500() {
    let v3_path = format!("/api/v3/traces/{ID}");
    for (path, body) in [
        (v3_path.clone(), json!({"error": {"grpcCode": 14, "message": "storage is gone"}})),
        (
            format!("/api/traces/{ID}"),
            json!({"data": null, "errors": [{"code": 500, "msg": "storage is gone"}]}),
        ),
    ] {
        let server = serving_one(&path, body).await;
        let error = tracer("jaeger", &server.uri()).trace(id()).await.unwrap_err();
        assert!(
            matches!(&error, SourceError::BadAnswer { what, .. } if what == "storage is gone"),
            "{error}"
        );
    }
    // Beside a trace, it is about how the trace was put right.
    let mut beside = legacy();
    beside["errors"] = json!([{"msg": "a parent is missing"}]);
    let server = serving_one(&format!("/api/traces/{ID}"), beside).await;
    assert!(tracer("jaeger", &server.uri()).trace(id()).await.unwrap().trace.is_some());
    let none = json!({"error": {"grpc_code": 2, "http_code": 500, "message": "trace not found"}});
    let server = serving(move |_| Some(ResponseTemplate::new(500).set_body_json(&none))).await;
    assert_eq!(tracer("jaeger", &server.uri()).trace(id()).await.unwrap().trace, None);
}

#[tokio::test]
async fn a_server_that_is_no_jaeger_and_one_that_refuses_are_told_apart() {
    let server = serving(|_| None).await;
    let error = tracer("jaeger", &server.uri()).recent(&ask()).await.unwrap_err();
    assert!(matches!(&error, SourceError::BadAnswer { what, .. } if what.contains("neither")), "{error}");
    let server = serving(|_| Some(refusal(400))).await;
    let error = tracer("jaeger", &server.uri()).recent(&ask()).await.unwrap_err();
    assert_eq!(error, SourceError::Query { message: "nothing here".into() });
}
