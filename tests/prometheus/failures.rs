//! Servers that fail, in class and sentence.

use burnwatch::domain::health::Circuit;
use burnwatch::source::http::secrets::Secrets;
use burnwatch::source::http::{Ask, Http, Trust};
use burnwatch::source::{Source, SourceError, prometheus};
use chrono::DateTime;
use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use wiremock::ResponseTemplate;

use crate::kit::*;

async fn error_of(response: ResponseTemplate) -> SourceError {
    let server = serve(response).await;
    count_one(&*at(&server)).await.unwrap_err()
}

fn html(status: u16) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_raw("<!doctype html><h1>Sign in</h1>", "text/html")
}

#[tokio::test]
async fn statuses_have_classes_and_advice() {
    for (response, class, words) in [
        (ResponseTemplate::new(401), "denied", "has the token expired"),
        (html(403), "denied", "has the token expired"),
        (ResponseTemplate::new(404).set_body_string("404 page not found"), "not found", "path of the URL"),
        (html(404), "not found", "/api/v1/query_range"),
        (html(502), "server", "502"),
        (
            ResponseTemplate::new(503).set_body_string("Service Unavailable"),
            "server",
            "503 Service Unavailable",
        ),
        (html(200), "bad answer", "a login page"),
        (ResponseTemplate::new(200).set_body_string("{\"status\":\"succ"), "bad answer", "ends early"),
        (ResponseTemplate::new(400).set_body_string("unsupported path"), "bad answer", "unsupported path"),
        (ResponseTemplate::new(204), "bad answer", "an empty answer"),
    ] {
        let error = error_of(response).await;
        assert_eq!(error.class(), class, "{error}");
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[tokio::test]
async fn a_full_server_says_when_to_come_back() {
    let error = error_of(ResponseTemplate::new(429).insert_header("retry-after", "17")).await;
    assert!(matches!(error, SourceError::RateLimited { retry_after: Some(17), .. }), "{error:?}");
}

#[tokio::test]
async fn a_query_that_took_too_long_is_the_servers_trouble() {
    let body = json!({"status": "error", "errorType": "timeout", "error": "query timed out"});
    let error = error_of(ResponseTemplate::new(503).set_body_json(body)).await;
    assert!(error.to_string().contains("503 timeout: query timed out"), "{error}");
    assert!(error.may_pass());
}

#[tokio::test]
async fn refused_and_unknown_hosts() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let source = source(json!({"url": format!("http://{address}")}));
    let error = count_one(&*source).await.unwrap_err();
    assert_eq!(error, SourceError::Refused { address: format!("http://{address}") });
}

/// Takes one connection, says `words` and keeps it open until the client goes, or hangs up.
async fn saying(words: &'static str, hang_up: bool) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut taken = [0; 4096];
            let _ = stream.read(&mut taken).await;
            let _ = stream.write_all(words.as_bytes()).await;
            while !hang_up && stream.read(&mut taken).await.is_ok_and(|count| count > 0) {}
        }
    });
    format!("127.0.0.1:{}", address.port())
}

fn patient(url: &str, millis: u64) -> std::sync::Arc<dyn Source> {
    let mut spec = spec(json!({ "url": url }));
    spec.timeout = std::time::Duration::from_millis(millis);
    (prometheus::KIND.connect)(&spec).unwrap()
}

#[tokio::test]
async fn silence_ends_in_a_timeout() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{";
    for words in ["", head] {
        let url = format!("http://{}", saying(words, false).await);
        let error = count_one(&*patient(&url, 100)).await.unwrap_err();
        assert_eq!(error, SourceError::Timeout { address: url, seconds: 1 });
    }
}

#[tokio::test]
async fn broken_connections_are_told_from_broken_answers() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{\"status\"";
    let cut = count_one(&*source(json!({"url": format!("http://{}", saying(head, true).await)}))).await;
    let cut = cut.unwrap_err();
    assert_eq!(cut.class(), "broken");
    assert!(cut.to_string().contains("cut off"), "{cut}");
    let closed = count_one(&*source(json!({"url": format!("http://{}", saying("", true).await)}))).await;
    assert_eq!(closed.unwrap_err().class(), "broken");
    let url = format!("https://{}", saying("HTTP/1.1 400 Bad\r\n\r\n", true).await);
    let plain = count_one(&*source(json!({ "url": url }))).await.unwrap_err();
    assert_eq!(plain.class(), "tls", "{plain}");
    assert!(plain.to_string().contains("http:// rather than https://"), "{plain}");
}

#[tokio::test]
async fn the_next_address_answers_and_the_dead_one_is_left_alone() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let dead = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let server = answering(|_| Ok(series(&["1"]))).await;
    let source = source(json!({"urls": [dead, server.uri()]}));
    assert_eq!(source.address(), dead);
    for _ in 0..4 {
        assert_eq!(count_one(&*source).await.unwrap().toll.requests, 2);
        assert_eq!(source.address(), server.uri());
        assert_eq!(source.identity(), dead, "ledgers are kept under one name");
    }
    assert_eq!(count_one(&*source).await.unwrap().toll.requests, 1);
    let health = source.health(DateTime::UNIX_EPOCH);
    assert_eq!((health.answering, health.circuit()), (1, Circuit::Closed));
    assert_eq!((health.endpoints[0].circuit, health.endpoints[1].circuit), (Circuit::Open, Circuit::Closed));
}

#[tokio::test]
async fn answers_have_a_size() {
    let server = serve(ResponseTemplate::new(200).set_body_string("x".repeat(2000))).await;
    let timeout = std::time::Duration::from_secs(5);
    let http = Http::new(Trust::default(), false).unwrap().with_cap(1000);
    let url = server.uri().parse().unwrap();
    let (method, headers, secrets) = (Method::GET, HeaderMap::default(), &Secrets::default());
    let ask =
        Ask { method: &method, url: &url, params: &[], auth: None, headers: &headers, secrets, timeout };
    let error = http.send(ask).await.unwrap_err();
    assert!(error.to_string().contains("larger than 1000 bytes"), "{error}");
}
