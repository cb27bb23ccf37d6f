//! What stores say that they are, and how an address that does not answer is told from one that does.

use std::sync::Arc;

use burnwatch::source::{Identity, Source, SourceError};
use serde_json::{Value, json};
use wiremock::{Request, ResponseTemplate};

use crate::kit::*;

fn settings(kind: &str, url: &str) -> Value {
    match kind {
        "influxdb" => json!({"url": url, "database": "shop"}),
        "datadog" => {
            json!({"url": url, "api_key_command": "echo api-hunter2", "app_key_command": "echo app"})
        }
        _ => json!({"url": url}),
    }
}

fn at(kind: &str, url: &str) -> Arc<dyn Source> {
    connect(kind, settings(kind, url)).unwrap()
}

fn text(status: u16, body: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_string(body)
}

async fn identity(kind: &str, answer: fn(&str) -> ResponseTemplate) -> Result<Identity, SourceError> {
    let server = serve(move |request: &Request| {
        let asked = format!("{}?{}", request.url.path(), param(request, "q").unwrap_or_default());
        answer(&asked)
    })
    .await;
    at(kind, &server.uri()).identify().await
}

/// One series of columns and rows, as the answer to one statement.
fn table(columns: &Value, rows: &Value) -> ResponseTemplate {
    let series = json!([{"name": "x", "columns": columns, "values": rows}]);
    json_of(200, &json!({"results": [{"statement_id": 0, "series": series}]}))
}

fn measurements(asked: &str) -> ResponseTemplate {
    match asked {
        "/query?SHOW MEASUREMENTS LIMIT 1" => table(&json!(["name"]), &json!([["http"]])),
        "/query?SHOW RETENTION POLICIES ON \"shop\"" => table(
            &json!(["name", "duration", "shardGroupDuration", "replicaN", "default"]),
            &json!([["short", "1h0m0s", "1h0m0s", 1, false], ["autogen", "168h0m0s", "24h0m0s", 1, true]]),
        ),
        _ => ResponseTemplate::new(404),
    }
}

#[tokio::test]
async fn influxdb_tells_its_version_in_three_ways() {
    let one = identity("influxdb", |asked| match asked {
        "/ping?" => ResponseTemplate::new(204).insert_header("x-influxdb-version", "1.6.7~rc0"),
        asked => measurements(asked),
    });
    let two = identity("influxdb", |asked| match asked {
        "/ping?" => ResponseTemplate::new(204),
        "/health?" => json_of(200, &json!({"name": "influxdb", "status": "pass", "version": "v2.7.1"})),
        "/query?SHOW RETENTION POLICIES ON \"shop\"" => json_of(400, &json!({"error": "not implemented"})),
        asked => measurements(asked),
    });
    let three = identity("influxdb", |asked| match asked {
        "/ping?" => json_of(200, &json!({"version": "3.0.1\u{1b}[2J", "revision": "x"})),
        asked => measurements(asked),
    });
    let (one, two, three) = (one.await.unwrap(), two.await.unwrap(), three.await.unwrap());
    let version = |told: &Identity| (told.product.clone().unwrap(), told.version.clone().unwrap());
    let influxdb = |version: &str| ("InfluxDB".to_owned(), version.to_owned());
    assert_eq!(version(&one), influxdb("1.6.7~rc0"));
    assert_eq!((version(&two), version(&three)), (influxdb("2.7.1"), influxdb("3.0.1")));
    assert_eq!(one.facts, [("retention".to_owned(), "168h".to_owned())]);
    assert_eq!((two.facts.len(), one.doubts.len(), two.toll.requests), (0, 0, 4));
}

#[tokio::test]
async fn influxdb_keeps_what_the_policy_that_is_asked_keeps() {
    let server = serve(|request: &Request| {
        let asked = format!("{}?{}", request.url.path(), param(request, "q").unwrap_or_default());
        measurements(&asked)
    })
    .await;
    let short = json!({"url": server.uri(), "database": "shop", "retention_policy": "short"});
    let told = connect("influxdb", short).unwrap().identify().await.unwrap();
    assert_eq!(told.facts, [("retention".to_owned(), "1h".to_owned())]);
    assert_eq!(told.product, None, "nobody said so");
}

#[tokio::test]
async fn stores_that_answer_anything_with_nothing_are_doubted() {
    let empty = identity("influxdb", |asked| match asked {
        "/ping?" => ResponseTemplate::new(204).insert_header("x-influxdb-version", "1.8.10"),
        _ => json_of(200, &json!({"results": [{"statement_id": 0}]})),
    });
    let doubts = empty.await.unwrap().doubts;
    assert!(doubts[0].contains("`shop` has no measurements"), "{doubts:?}");
    let empty = identity("graphite", |asked| match asked {
        "/version?" => text(200, "1.1.8\n"),
        _ => json_of(200, &json!([])),
    });
    let empty = empty.await.unwrap();
    assert_eq!((empty.product.as_deref(), empty.version.as_deref()), (Some("Graphite"), Some("1.1.8")));
    assert!(empty.doubts[0].contains("knows no metrics at all"), "{empty:?}");
    let silent = identity("graphite", |asked| match asked {
        "/version?" => ResponseTemplate::new(404),
        _ => json_of(200, &json!([{"text": "a"}])),
    });
    let silent = silent.await.unwrap();
    assert_eq!((silent.product, silent.version, silent.doubts), (None, None, vec![]));
}

#[tokio::test]
async fn datadog_validates_the_key() {
    let valid = identity("datadog", |asked| {
        assert_eq!(asked, "/api/v1/validate?");
        json_of(200, &json!({"valid": true}))
    });
    assert_eq!(valid.await.unwrap().product.as_deref(), Some("Datadog"));
    for (answer, class) in [
        ((|_| json_of(403, &json!({"errors": ["Forbidden: api-hunter2"]}))) as fn(&str) -> _, "denied"),
        (|_| json_of(200, &json!({"valid": false})), "denied"),
        (|_| json_of(200, &json!({})), "bad answer"),
        (|_| text(200, "<html>"), "bad answer"),
    ] {
        let error = identity("datadog", answer).await.unwrap_err();
        assert_eq!(error.class(), class, "{error}");
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
}

#[tokio::test]
async fn a_probe_is_one_request_that_fails_where_nobody_answers() {
    for kind in ["influxdb", "graphite", "datadog"] {
        let nowhere = at(kind, "http://127.0.0.1:9").probe().await.unwrap_err();
        assert_eq!(nowhere.class(), "refused", "{kind}");
        let server = serve(|request: &Request| match request.url.path() {
            "/query" => measurements("/query?SHOW MEASUREMENTS LIMIT 1"),
            "/render" => json_of(200, &json!([{"target": "0", "datapoints": [[1, NOW]]}])),
            "/api/v1/validate" => json_of(200, &json!({"valid": true})),
            other => panic!("{other}"),
        })
        .await;
        assert_eq!(at(kind, &server.uri()).probe().await.unwrap().requests, 1, "{kind}");
        let denied = serve(json_of(401, &json!({"error": "no", "errors": ["no"]}))).await;
        assert_eq!(at(kind, &denied.uri()).probe().await.unwrap_err().class(), "denied", "{kind}");
    }
}

#[test]
fn ledgers_of_another_database_are_others() {
    let of = |more: Value| {
        let mut settings = json!({"url": "http://i:8086"});
        more.as_object().unwrap().iter().for_each(|(key, value)| settings[key] = value.clone());
        connect("influxdb", settings).unwrap().identity()
    };
    let (a, b) = (of(json!({"database": "a"})), of(json!({"database": "b"})));
    let policy = of(json!({"database": "a", "retention_policy": "b"}));
    assert!(a != b && a != policy && b != policy, "{a} {b} {policy}");
    assert_eq!(a, of(json!({"database": "a"})));
}
