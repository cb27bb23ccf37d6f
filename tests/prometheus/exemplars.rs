//! Exemplars of a service's latency: one request, ids under any name, the rest left out.

use burnwatch::domain::signal::Service;
use serde_json::json;
use wiremock::ResponseTemplate;

use crate::kit::*;

fn service(preset: Option<&str>) -> Service {
    Service {
        name: "a".into(),
        source: "main".into(),
        preset: preset.map(str::to_owned),
        selector: "service=\"a\"".into(),
        own: Vec::new(),
        latency_limit: None,
    }
}

#[tokio::test]
async fn exemplars_are_asked_for_in_one_request() {
    let one = |labels, value: &str| json!({"labels": labels, "value": value, "timestamp": NOW as f64 - 30.5});
    let series = json!([{"seriesLabels": {"le": "1"}, "exemplars": [
        one(json!({"trace_id": "4bf92f3577b34da6a3ce929d0e0e4736"}), "0.25"),
        one(json!({"traceID": "00f067aa0ba902b7"}), "0.75"),
        one(json!({"user": "alice"}), "9"),
        one(json!({"trace_id": "\u{1b}[2J"}), "9")]}]);
    let server =
        serve(ResponseTemplate::new(200).set_body_json(json!({"status": "success", "data": series}))).await;
    let told = at(&server).exemplars(&service(Some("http")), RANGE).await.unwrap();
    let ids: Vec<_> = told.slowest().iter().map(|one| (one.id.to_string(), one.value, one.at)).collect();
    let long = "4bf92f3577b34da6a3ce929d0e0e4736".to_owned();
    assert_eq!(ids, [("00f067aa0ba902b7".to_owned(), 0.75, NOW - 31), (long, 0.25, NOW - 31)]);
    let requests = requests(&server).await;
    assert_eq!((requests.len(), told.requests, requests[0].url.path()), (1, 1, "/api/v1/query_exemplars"));
    let query = param(&requests[0], "query").unwrap();
    assert_eq!(query, "http_request_duration_seconds_bucket{service=\"a\"}");
}

#[tokio::test]
async fn a_service_without_a_histogram_asks_nobody() {
    let server = serve(ResponseTemplate::new(500)).await;
    let told = at(&server).exemplars(&service(None), RANGE).await.unwrap();
    assert_eq!((told.found.len(), requests(&server).await.len()), (0, 0));
}
