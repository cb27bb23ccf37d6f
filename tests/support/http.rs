//! One question to a Prometheus, without any of burnwatch's own code.

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The series that `/api/v1/<what>` of the server at `url` answers with.
pub(crate) async fn ask(url: &str, what: &str, query: &str, more: &str) -> Vec<Value> {
    let target = format!("/api/v1/{what}?query={}{more}", escape(query));
    let mut stream = TcpStream::connect(url.trim_start_matches("http://")).await.unwrap();
    // HTTP/1.0: the answer ends where the connection does, and comes in one piece.
    stream.write_all(format!("GET {target} HTTP/1.0\r\nHost: localhost\r\n\r\n").as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.0 200"), "{query}: {answer}");
    let body: Value = serde_json::from_str(body).unwrap();
    body["data"]["result"].as_array().unwrap().clone()
}

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
