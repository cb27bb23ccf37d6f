//! One range query to a Prometheus, without any of burnwatch's own code.

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::web::escape;

/// The instants from `from` to `to`, both included, at which `query` has a result. It may have one series.
pub(crate) async fn instants(port: u16, query: &str, from: i64, to: i64, step: i64) -> Vec<i64> {
    let target = format!("/api/v1/query_range?start={from}&end={to}&step={step}&query={}", escape(query));
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    // HTTP/1.0: the answer ends where the connection does, and comes in one piece.
    stream.write_all(format!("GET {target} HTTP/1.0\r\nHost: localhost\r\n\r\n").as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.0 200"), "{query}: {answer}");
    let body: Value = serde_json::from_str(body).unwrap();
    let series = body["data"]["result"].as_array().unwrap();
    assert!(series.len() < 2, "{query} gives more than one series");
    let points = series.iter().flat_map(|one| one["values"].as_array().unwrap());
    points.map(|point| point[0].as_i64().unwrap()).collect()
}
