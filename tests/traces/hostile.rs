//! What a server may send to do harm: escape codes, huge traces, depths and wrong shapes.

use burnwatch::source::SourceError;
use burnwatch::source::traces::SPANS;
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use crate::kit::{ID, id, serving, serving_one, tracer};

const EVIL: &str = "a\u{1b}]0;owned\u{7}\u{1b}[2J\u{202e}b\n";

fn zipkin(count: usize, name: &str) -> Value {
    let one = |n: usize| {
        json!({"traceId": ID, "id": format!("{:x}", n + 1), "parentId": format!("{n:x}"), "name": name,
               "timestamp": 1_768_903_200_000_000_u64 + n as u64, "duration": 10,
               "localEndpoint": {"serviceName": name}, "tags": {name: name, "error": name, "db.password": "hunter2"}})
    };
    (0..count).map(one).collect()
}

#[tokio::test]
async fn names_cannot_reach_the_terminal_and_secrets_are_not_kept() {
    let server = serving_one(&format!("/api/v2/trace/{ID}"), zipkin(3, EVIL)).await;
    let trace = tracer("zipkin", &server.uri()).trace(id()).await.unwrap().trace.unwrap();
    let all = format!("{trace:?}");
    assert!(!all.contains("\\u{1b}") && !all.contains("\\u{202e}") && !all.contains("hunter2"), "{all}");
    assert!(trace.nodes[0].span.name.starts_with("ab"));
}

#[tokio::test]
async fn a_huge_trace_is_cut_and_says_so() {
    let server = serving_one(&format!("/api/v2/trace/{ID}"), zipkin(SPANS + 500, "x")).await;
    let trace = tracer("zipkin", &server.uri()).trace(id()).await.unwrap().trace.unwrap();
    assert_eq!((trace.nodes.len(), trace.cut), (SPANS, 500));
    assert_eq!(trace.doubts()[0], "500 spans left out");
}

#[tokio::test]
async fn spans_whose_ids_cannot_be_read_are_counted() {
    let mut spans = zipkin(3, "x");
    spans[2]["id"] = json!("no id");
    let server = serving_one(&format!("/api/v2/trace/{ID}"), spans).await;
    let trace = tracer("zipkin", &server.uri()).trace(id()).await.unwrap().trace.unwrap();
    assert_eq!((trace.nodes.len(), trace.cut), (2, 1));
    let body = json!({"batches": [{"scopeSpans": [{"spans": [{"name": "a"}, {"name": "b"}]}]}]});
    let server = serving_one(&format!("/api/traces/{ID}"), body).await;
    let error = tracer("tempo", &server.uri()).trace(id()).await.unwrap_err();
    assert!(error.to_string().contains("none of the 2 spans"), "{error}");
}

/// Six megabytes of `{}`, which would be hundreds in memory.
#[tokio::test]
async fn a_bomb_of_empty_spans_is_not_unpacked() {
    let spans = format!("[{}{{}}]", "{},".repeat(2_000_000));
    let body = format!("{{\"batches\":[{{\"scopeSpans\":[{{\"spans\":{spans}}}]}}]}}");
    let server = serving(move |_| Some(ResponseTemplate::new(200).set_body_string(&body))).await;
    let error = tracer("tempo", &server.uri()).trace(id()).await.unwrap_err();
    assert!(error.to_string().contains("more than 2000000 objects"), "{error}");
}

#[tokio::test]
async fn wrong_shapes_are_bad_answers_in_every_dialect() {
    let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
    for body in ["{\"result\":{\"resourceSpans\":7}}", "[[[]]]", "7", "{\"data\":\"x\"}", "{", &deep] {
        for kind in ["tempo", "jaeger", "zipkin"] {
            let text = body.to_owned();
            let server = serving(move |_| Some(ResponseTemplate::new(200).set_body_string(&text))).await;
            match tracer(kind, &server.uri()).trace(id()).await {
                Err(SourceError::BadAnswer { .. }) => {}
                Ok(sought) => assert!(sought.trace.is_none(), "{kind} {body}"),
                Err(other) => panic!("{kind} {body}: {other}"),
            }
        }
    }
}
