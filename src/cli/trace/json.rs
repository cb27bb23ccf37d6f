//! A trace as JSON, version 1: spans in the order of the waterfall; what is not known is `null`.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::cli::exit::Failure;
use crate::cli::json;
use crate::domain::trace::{Nanos, Node, Trace};

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    id: String,
    /// The backend that told it.
    source: &'a str,
    start: String,
    duration_seconds: f64,
    services: Vec<&'a str>,
    errors: usize,
    /// Spans that were left out.
    left_out: usize,
    doubts: Vec<String>,
    spans: Vec<Span<'a>>,
}

#[derive(Serialize)]
struct Span<'a> {
    id: String,
    parent: Option<String>,
    depth: usize,
    service: &'a str,
    name: &'a str,
    kind: &'static str,
    /// Seconds after the start of the trace.
    from_seconds: f64,
    duration_seconds: Option<f64>,
    error: Option<&'a str>,
    critical_path: bool,
    /// Seconds of the critical path that are its own.
    critical_seconds: f64,
    attributes: BTreeMap<&'a str, &'a str>,
}

pub(super) fn document(trace: &Trace, source: &str) -> Result<String, Failure> {
    json::document(&Document {
        version: 1,
        id: trace.id.to_string(),
        source,
        start: trace.start.instant().to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true),
        duration_seconds: trace.duration().as_seconds(),
        services: trace.services().into_iter().collect(),
        errors: trace.errors(),
        left_out: trace.cut,
        doubts: trace.doubts(),
        spans: trace.nodes.iter().map(|node| span(trace, node)).collect(),
    })
}

fn span<'a>(trace: &Trace, node: &'a Node) -> Span<'a> {
    let told = &node.span;
    Span {
        id: told.id.to_string(),
        parent: told.parent.map(|id| id.to_string()),
        depth: node.depth,
        service: &told.service,
        name: &told.name,
        kind: told.kind.word(),
        from_seconds: (node.start - trace.start).as_seconds(),
        duration_seconds: told.duration.map(Nanos::as_seconds),
        error: told.error.as_deref(),
        critical_path: node.on_path,
        critical_seconds: node.own().as_seconds(),
        attributes: told.attributes.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect(),
    }
}
