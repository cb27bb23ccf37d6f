//! Zipkin v2: spans in microseconds, searches in milliseconds.

use burnwatch::domain::trace::{Nanos, Summary};
use burnwatch::source::SourceError;
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use crate::kit::{ID, NOW, ask, asked, id, seen, serving, serving_one, tracer};

fn spans() -> Value {
    json!([
        {"traceId": ID, "id": "00000000000000a1", "kind": "SERVER", "name": "get /",
         "timestamp": 1_768_903_200_000_000_u64, "duration": 100_000, "localEndpoint": {"serviceName": "web"}},
        {"traceId": ID, "id": "00000000000000a2", "parentId": "00000000000000a1", "kind": "CLIENT", "name": "load",
         "timestamp": 1_768_903_200_010_000_u64, "duration": 80_000, "localEndpoint": {"serviceName": "web"},
         "remoteEndpoint": {"serviceName": "db"}, "tags": {"error": "no row"}},
        {"traceId": ID, "id": "00000000000000a2", "parentId": "00000000000000a1", "kind": "SERVER", "name": "load",
         "timestamp": 1_768_903_200_020_000_u64, "duration": 60_000, "shared": true,
         "localEndpoint": {"serviceName": "db"}, "tags": {"error": "false"}},
        {"traceId": ID, "id": "00000000000000a3", "parentId": "00000000000000a2", "name": "unfinished",
         "localEndpoint": null}
    ])
}

#[tokio::test]
async fn a_trace_in_microseconds_with_a_shared_span_and_one_without_times() {
    let server = serving_one(&format!("/api/v2/trace/{ID}"), spans()).await;
    let trace =
        tracer("zipkin", &format!("{}/api/v2", server.uri())).trace(id()).await.unwrap().trace.unwrap();
    let tree = [
        ("web get /".to_owned(), 0, 0.0, Some(100.0), None),
        ("web load".to_owned(), 1, 10.0, Some(80.0), Some("no row".to_owned())),
        ("db load".to_owned(), 2, 20.0, Some(60.0), None),
        ("unknown service unfinished".to_owned(), 3, 20.0, None, None),
    ];
    assert_eq!((seen(&trace).as_slice(), trace.start), (tree.as_slice(), Nanos::seconds(NOW as u64)));
    assert_eq!(trace.nodes[1].span.attributes[0], ("peer".into(), "db".into()));
    assert!(trace.doubts().is_empty());
}

#[tokio::test]
async fn none_found_is_no_error_and_a_wrong_path_is() {
    let none = || ResponseTemplate::new(404).set_body_string(format!("{ID} not found"));
    let server = serving(move |_| Some(none())).await;
    let sought = tracer("zipkin", &server.uri()).trace(id()).await.unwrap();
    assert_eq!((sought.trace, sought.toll.requests), (None, 1));
    let elsewhere = || ResponseTemplate::new(404).set_body_string("Status: 404\nDescription: Not Found\n");
    let server = serving(move |_| Some(elsewhere())).await;
    let error = tracer("zipkin", &server.uri()).trace(id()).await.unwrap_err();
    assert!(matches!(&error, SourceError::NotFound { .. }), "{error}");
}

#[tokio::test]
async fn an_annotation_is_an_error_too_and_a_tag_that_denies_one_is_none() {
    let one = |id: &str, more: Value| {
        let mut span =
            json!({"traceId": id, "id": "1", "timestamp": 1_768_903_100_000_000_u64, "duration": 5});
        span.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!([span])
    };
    let annotated = one(ID, json!({"annotations": [{"timestamp": 1, "value": "error"}]}));
    let denied = one("00f067aa0ba902b7", json!({"tags": {"error": "false"}}));
    let server =
        serving(move |_| Some(ResponseTemplate::new(200).set_body_json(json!([annotated, denied])))).await;
    let recent = tracer("zipkin", &server.uri()).recent(&ask()).await.unwrap();
    let ids = |list: &[Summary]| list.iter().map(|one| one.id.to_string()).collect::<Vec<_>>();
    assert_eq!((ids(&recent.failing), ids(&recent.slow)), (vec![ID.into()], vec!["00f067aa0ba902b7".into()]));
}

#[tokio::test]
async fn searches_ask_in_milliseconds_with_durations_in_microseconds() {
    let server = serving(|request| {
        let failing = request.url.query_pairs().any(|pair| pair.0 == "annotationQuery");
        let other = json!([{"traceId": "00f067aa0ba902b7", "id": "1", "name": "put", "duration": 900_000,
            "timestamp": 1_768_903_100_000_000_u64, "localEndpoint": {"serviceName": "web"}}]);
        let traces = if failing { json!([spans()]) } else { json!([spans(), other, []]) };
        Some(ResponseTemplate::new(200).set_body_json(traces))
    })
    .await;
    let recent = tracer("zipkin", &server.uri()).recent(&ask()).await.unwrap();
    let asked = asked(&server).await;
    assert_eq!(asked[0].1["annotationQuery"], "error");
    assert_eq!((asked[1].1["endTs"].as_str(), asked[1].1["lookback"].as_str()), ("1768903200000", "3600000"));
    assert_eq!((asked[1].1["minDuration"].as_str(), asked[1].1["limit"].as_str()), ("500000", "20"));
    assert_eq!((recent.failing.len(), recent.slow.len()), (1, 1));
    assert_eq!((recent.failing[0].duration, recent.failing[0].spans), (Some(Nanos::millis(100)), Some(4)));
    assert_eq!((recent.slow[0].duration, recent.slow[0].name.as_str()), (Some(Nanos::millis(900)), "put"));
}
