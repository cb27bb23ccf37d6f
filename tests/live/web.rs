//! One query to a Prometheus, instant or over a range, without any of burnwatch's own code.

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The single value of `query` at `time`; `None` for an empty answer.
pub(crate) async fn instant(port: u16, query: &str, time: i64) -> Option<f64> {
    let results = results(port, query, &format!("time={time}&")).await;
    let results = results.as_array().unwrap();
    assert!(results.len() < 2, "{query} gives more than one series");
    results.first().map(|series| series["value"][1].as_str().unwrap().parse().unwrap())
}

/// What time the server has, in whole Unix seconds.
pub(crate) async fn now(port: u16) -> i64 {
    results(port, "time()", "").await[0].as_f64().unwrap() as i64
}

/// The single value of `query` at the server's own present.
pub(crate) async fn newest(port: u16, query: &str) -> Option<f64> {
    let results = results(port, query, "").await;
    let series = results.as_array().unwrap().first()?;
    Some(series["value"][1].as_str().unwrap().parse().unwrap())
}

/// The instants from `from` to `to`, both included, at which `query` has a result. It may have one series.
pub(crate) async fn instants(port: u16, query: &str, from: i64, to: i64, step: i64) -> Vec<i64> {
    let results = asked(port, &format!("query_range?start={from}&end={to}&step={step}&"), query).await;
    let series = results.as_array().unwrap();
    assert!(series.len() < 2, "{query} gives more than one series");
    let points = series.iter().flat_map(|one| one["values"].as_array().unwrap());
    points.map(|point| point[0].as_i64().unwrap()).collect()
}

async fn results(port: u16, query: &str, when: &str) -> Value {
    asked(port, &format!("query?{when}"), query).await
}

/// What the server has on `query`: `call` is `query?` or `query_range?` with its parameters.
async fn asked(port: u16, call: &str, query: &str) -> Value {
    let target = format!("/api/v1/{call}query={}", escape(query));
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    // HTTP/1.0: the answer ends where the connection does, and comes in one piece.
    stream.write_all(format!("GET {target} HTTP/1.0\r\nHost: localhost\r\n\r\n").as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.0 200"), "{query}: {answer}");
    let body: Value = serde_json::from_str(body).unwrap();
    body["data"]["result"].clone()
}

/// For a place in an address.
fn escape(text: &str) -> String {
    text.bytes()
        .map(
            |byte| {
                if byte.is_ascii_alphanumeric() {
                    char::from(byte).to_string()
                } else {
                    format!("%{byte:02X}")
                }
            },
        )
        .collect()
}
