//! A trace as one line of a list.

use super::span::bounded;
use super::{Nanos, TraceId};

const NAME: usize = 200;

#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    pub id: TraceId,
    /// Of the root span; empty where the backend does not know it.
    pub service: String,
    pub name: String,
    /// Unix time.
    pub start: Nanos,
    pub duration: Option<Nanos>,
    pub spans: Option<usize>,
    /// Whether any span failed; `None` where the backend does not tell.
    pub failed: Option<bool>,
}

impl Summary {
    pub fn new(id: TraceId, service: &str, name: &str, start: Nanos) -> Self {
        let (service, name) = (bounded(service, NAME), bounded(name, NAME));
        Self { id, service, name, start, duration: None, spans: None, failed: None }
    }
}
