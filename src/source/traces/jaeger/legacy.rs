//! The API before version 3: everything in microseconds, but the bounds of durations, which have their unit.

use std::collections::HashMap;

use serde::Deserialize;

use super::Complaint;
use crate::domain::trace::{Kind, Nanos, Span, SpanId, Summary, TraceId};
use crate::source::SourceError;
use crate::source::http::Reply;
use crate::source::traces::loose::{Capped, Text, Whole};
use crate::source::traces::{RecentAsk, SPANS, TRACES, Told, UNKNOWN, json};

const TAGS: usize = 64;
const REFERENCES: usize = 16;
const LOGS: usize = 64;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Data {
    data: Capped<Trace1, TRACES>,
    /// Also of what could not be put right in traces that are told.
    errors: Capped<Complaint, 1>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Trace1 {
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
    #[serde(rename = "traceID")]
    trace_id: Text,
    #[serde(rename = "spanID")]
    span_id: Text,
    operation_name: Text,
    references: Capped<Reference, REFERENCES>,
    start_time: Whole,
    duration: Whole,
    tags: Capped<Tag, TAGS>,
    logs: Capped<Log, LOGS>,
    #[serde(rename = "processID")]
    process_id: Text,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Reference {
    ref_type: Text,
    #[serde(rename = "traceID")]
    trace_id: Text,
    #[serde(rename = "spanID")]
    span_id: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Tag {
    key: Text,
    value: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Log {
    fields: Capped<Tag, TAGS>,
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

fn traces(reply: &Reply) -> Result<Vec<Trace1>, SourceError> {
    let told = json::<Data>(reply)?;
    match told.errors.kept.first().filter(|_| told.data.kept.is_empty()) {
        Some(complaint) => Err(complaint.instead(reply)),
        None => Ok(told.data.kept),
    }
}

/// The only trace of an answer.
pub(super) fn trace(reply: &Reply) -> Result<Told, SourceError> {
    Ok(traces(reply)?.first().map(Trace1::told).unwrap_or_default())
}

pub(super) fn listed(reply: &Reply) -> Result<Vec<Summary>, SourceError> {
    let one = |trace: &Trace1| {
        let id = TraceId::parse(&trace.trace_id.0)?;
        Some(trace.told().trace(id)?.summary())
    };
    Ok(traces(reply)?.iter().filter_map(one).collect())
}

/// Without those that were found by a field in the log of a span that did not fail.
pub(super) fn failing(reply: &Reply) -> Result<Vec<Summary>, SourceError> {
    let mut found = listed(reply)?;
    found.retain(|one| one.failed == Some(true));
    Ok(found)
}

impl Trace1 {
    fn told(&self) -> Told {
        let mut told = Told { cut: self.spans.cut, ..Told::default() };
        for one in &self.spans.kept {
            let service =
                self.processes.get(&one.process_id.0).map_or("", |process| process.service.0.as_str());
            told.add(one.span(if service.is_empty() { UNKNOWN } else { service }));
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
        span.detached = follows;
        for tag in &self.tags.kept {
            span.attribute(&tag.key.0, &tag.value.0);
        }
        span.more += self.tags.cut;
        let failed = self.tag("error").is_some_and(|error| !matches!(error, "false" | ""));
        if failed || self.tag("otel.status_code") == Some("ERROR") {
            span.fail(self.reason());
        }
        Some(span)
    }

    fn reason(&self) -> &str {
        let said = ["otel.status_description"].map(|key| self.tag(key));
        let tagged = ["error.message", "error.type", "error"].map(|key| self.tag(key));
        let reasons = said.into_iter().chain(self.logs.kept.iter().map(Log::reason)).chain(tagged);
        reasons.flatten().find(|text| !matches!(*text, "" | "true")).unwrap_or_default()
    }

    /// Whose child it is, or whom it follows without being waited for.
    fn parent(&self) -> (Option<SpanId>, bool) {
        let here = TraceId::parse(&self.trace_id.0);
        // A link leads to a span of another trace.
        let leads_away = |one: &Reference| TraceId::parse(&one.trace_id.0).is_some_and(|id| Some(id) != here);
        let of = |kind: &str| {
            let mut all = self.references.kept.iter().filter(|one| here.is_none() || !leads_away(one));
            SpanId::parse(&all.find(|one| one.ref_type.0 == kind)?.span_id.0)
        };
        match of("CHILD_OF") {
            Some(parent) => (Some(parent), false),
            None => (of("FOLLOWS_FROM"), of("FOLLOWS_FROM").is_some()),
        }
    }

    fn tag(&self, key: &str) -> Option<&str> {
        value(&self.tags, key)
    }
}

impl Log {
    /// What an exception or an error says of itself.
    fn reason(&self) -> Option<&str> {
        let says = |key| value(&self.fields, key);
        says("event").filter(|event| matches!(*event, "exception" | "error"))?;
        let keys = ["exception.message", "message", "error.object", "exception.type", "error.kind"];
        keys.into_iter().filter_map(says).find(|text| !text.is_empty())
    }
}

fn value<'a>(tags: &'a Capped<Tag, TAGS>, key: &str) -> Option<&'a str> {
    tags.kept.iter().find(|tag| tag.key.0 == key).map(|tag| tag.value.0.as_str())
}
