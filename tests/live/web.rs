//! One instant query to a Prometheus.

use crate::http::ask;

/// The single value of `query` at `time`; `None` for an empty answer.
pub(crate) async fn instant(port: u16, query: &str, time: i64) -> Option<f64> {
    let results = ask(&format!("127.0.0.1:{port}"), "query", query, &format!("&time={time}")).await;
    assert!(results.len() < 2, "{query} gives more than one series");
    results.first().map(|series| series["value"][1].as_str().unwrap().parse().unwrap())
}
