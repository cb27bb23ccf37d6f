//! The API before version 3: everything in microseconds, but the bounds of durations, which have their unit.

use std::collections::HashMap;

use serde::Deserialize;

use super::TRACES;
use crate::domain::trace::{Kind, Nanos, Span, SpanId, Summary, TraceId};
use crate::source::SourceError;
use crate::source::http::Reply;
use crate::source::traces::loose::{Capped, Text, Whole};
use crate::source::traces::{RecentAsk, SPANS, Told, json};

const TAGS: usize = 64;
const REFERENCES: usize = 16;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Data {
    data: Capped<Trace1, TRACES>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Trace1 {
    #[serde(rename = "traceID")]
    trace_id: Text,
    spans: Capped<Span1, SPANS>,
    processes: HashMap<String, Process>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Process {
    #[serde(rename = "serviceName")]
    service: Text,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Span1 {
    #[serde(rename = "spanID")]
    span_id: Text,
    operation_name: Text,
    references: Capped<Reference, REFERENCES>,
    start_time: Whole,
    duration: Whole,
    tags: Capped<Tag, TAGS>,
    #[serde(rename = "processID")]
    process_id: Text,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Reference {
    ref_type: Text,
    #[serde(rename = "spanID")]
    span_id: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Tag {
    key: Text,
    value: Text,
}

pub(super) fn params(ask: &RecentAsk, failing: bool) -> Vec<(&'static str, String)> {
    let mut params = vec![
        ("service", ask.service.clone()),
        ("start", (ask.from * 1_000_000).to_string()),
        ("end", (ask.to * 1_000_000).to_string()),
        ("limit", ask.limit.to_string()),
    ];
    if failing {
        params.push(("tags", "{\"error\":\"true\"}".to_owned()));
    } else if let Some(bound) = ask.slower_than {
        params.push(("minDuration", format!("{}us", bound.0 / 1000)));
    }
    params
}

pub(super) fn traces(reply: &Reply) -> Result<Vec<Trace1>, SourceError> {
    Ok(json::<Data>(reply)?.data.kept)
}

pub(super) fn listed(reply: &Reply) -> Result<Vec<Summary>, SourceError> {
    let one = |trace: Trace1| {
        let id = TraceId::parse(&trace.trace_id.0)?;
        Some(trace.told().trace(id)?.summary())
    };
    Ok(traces(reply)?.into_iter().filter_map(one).collect())
}

impl Trace1 {
    pub(super) fn told(&self) -> Told {
        let mut told = Told { cut: self.spans.cut, ..Told::default() };
        for one in &self.spans.kept {
            let service =
                self.processes.get(&one.process_id.0).map_or("", |process| process.service.0.as_str());
            let service = if service.is_empty() { "unknown service" } else { service };
            if let Some(span) = one.span(service) {
                told.push(span);
            }
        }
        told
    }
}

impl Span1 {
    fn span(&self, service: &str) -> Option<Span> {
        let (parent, follows) = self.parent();
        let mut span = Span::new(SpanId::parse(&self.span_id.0)?, parent, service, &self.operation_name.0);
        span.start = self.start_time.0.filter(|micros| *micros > 0).map(Nanos::micros);
        span.duration = self.duration.0.map(Nanos::micros);
        span.kind = self.tag("span.kind").map(Kind::named).unwrap_or_default();
        span.detached = follows || span.kind == Kind::Consumer;
        for tag in &self.tags.kept {
            span.attribute(&tag.key.0, &tag.value.0);
        }
        let failed = self.tag("error").is_some_and(|error| !matches!(error, "false" | ""));
        if failed || self.tag("otel.status_code") == Some("ERROR") {
            let reasons =
                ["otel.status_description", "error.message", "error.type", "error"].map(|key| self.tag(key));
            let reason = reasons.into_iter().flatten().find(|text| !matches!(*text, "" | "true"));
            span.fail(reason.unwrap_or_default());
        }
        Some(span)
    }

    /// Whose child it is, or whom it follows without being waited for.
    fn parent(&self) -> (Option<SpanId>, bool) {
        let of = |kind: &str| {
            let found = self.references.kept.iter().find(|reference| reference.ref_type.0 == kind);
            found.and_then(|reference| SpanId::parse(&reference.span_id.0))
        };
        match of("CHILD_OF") {
            Some(parent) => (Some(parent), false),
            None => (of("FOLLOWS_FROM"), of("FOLLOWS_FROM").is_some()),
        }
    }

    fn tag(&self, key: &str) -> Option<&str> {
        self.tags.kept.iter().find(|tag| tag.key.0 == key).map(|tag| tag.value.0.as_str())
    }
}
