//! The doors for fuzzing into the readers of all backends but Prometheus, which has its own. Nothing else is built with
//! them.

use super::SourceError;
use super::http::Reply;
use super::store::{Points, Question, Span, Written};

pub use super::datadog::door as datadog;
pub use super::exec::door as exec;
pub use super::graphite::door as graphite;
pub use super::guard::door as guard;
pub use super::http::doors as http;
pub use super::influxdb::door as influxdb;
pub use super::record::door as recording;
pub use super::scrape::door as scrape;
pub use super::traces::door as traces;

/// Series that an answer may have.
pub const SERIES: usize = 1000;

/// What is told to people, and the figures that are counted with.
pub type Told = Result<(Vec<String>, Vec<f64>), SourceError>;

pub(super) fn question(points: Points) -> Question {
    let query = Written { text: "a".to_owned(), points };
    Question { query, span: Span { from: 0, to: 3600, width: 60 } }
}

pub(super) fn reply(status: u16, body: &[u8]) -> Reply {
    Reply { origin: "http://backend.test".to_owned(), path: "/api".to_owned(), ..Reply::of(status, body) }
}
