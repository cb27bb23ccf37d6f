//! Grafana Tempo: search in seconds and milliseconds, traces in OTLP nanoseconds. A search tells the first that were
//! found, not the longest.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::base64::trace_id;
use super::loose::{Capped, Text, Whole};
use super::otlp::TracesData;
use super::remote::{self, Dialect, checked, has_none};
use super::{Heard, RecentAsk, TRACES, Told, TracerKind, json};
use crate::domain::trace::{Nanos, Summary, TraceId};
use crate::source::http::link::{Link, Request, Way};
use crate::source::http::{Reply, failure, settings, text};
use crate::source::{SourceError, Toll};

pub(in crate::source) const KIND: TracerKind =
    TracerKind { name: "tempo", keys: settings::KEYS, connect: remote::connect::<Tempo> };

#[derive(Default)]
struct Tempo;

/// Version 2: what there is of a trace, and a word on what is missing.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Version2 {
    pub(super) trace: Option<TracesData>,
    status: Text,
    message: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Search {
    traces: Capped<Hit, TRACES>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Hit {
    #[serde(rename = "traceID")]
    trace_id: Text,
    root_service_name: Text,
    root_trace_name: Text,
    start_time_unix_nano: Whole,
    duration_ms: Whole,
    /// Of newer servers.
    service_stats: Option<BTreeMap<String, Stats>>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Stats {
    span_count: Whole,
    error_count: Whole,
}

impl Dialect for Tempo {
    const API: &'static str = "/api";

    /// Version 2 first; servers before 2.7 know version 1 alone.
    async fn spans(&self, link: &Link, id: TraceId, toll: &mut Toll) -> Result<Told, SourceError> {
        match ask::<Version2>(link, &format!("/api/v2/traces/{id}"), id, toll).await? {
            Heard::Found(found) => {
                toll.warnings.extend(found.doubt());
                return Ok(found.trace.unwrap_or_default().one());
            }
            Heard::Nothing => return Ok(Told::default()),
            Heard::Absent => {}
        }
        match ask::<TracesData>(link, &format!("/api/traces/{id}"), id, toll).await? {
            Heard::Found(found) => Ok(found.one()),
            Heard::Nothing => Ok(Told::default()),
            Heard::Absent => Err(SourceError::NotFound { address: format!("{}/api/traces", link.address()) }),
        }
    }

    async fn list(
        &self,
        link: &Link,
        ask: &RecentAsk,
        failing: bool,
        toll: &mut Toll,
    ) -> Result<Vec<Summary>, SourceError> {
        let narrowed = match ask.slower_than {
            _ if failing => " && status = error".to_owned(),
            Some(bound) => format!(" && duration > {}us", bound.0 / 1000),
            None => String::new(),
        };
        let params = [
            ("q", format!("{{ resource.service.name = {}{narrowed} }}", quoted(&ask.service))),
            ("start", ask.from.to_string()),
            ("end", ask.to.to_string()),
            ("limit", ask.limit.to_string()),
            ("spss", "1".to_owned()),
        ];
        let request = Request { way: Way::Query, path: "/api/search", params: &params };
        link.ask(request, toll, |reply| found(&checked(reply)?)).await
    }
}

async fn ask<T: DeserializeOwned>(
    link: &Link,
    path: &str,
    id: TraceId,
    toll: &mut Toll,
) -> Result<Heard<T>, SourceError> {
    let request = Request { way: Way::Query, path, params: &[] };
    let heard = |reply: Reply| match reply.status {
        404 if has_none(&reply, id) => Ok(Heard::Nothing),
        404 if !failure::is_html(&reply) => Ok(Heard::Absent),
        _ => json(&checked(reply)?).map(Heard::Found),
    };
    link.ask(request, toll, heard).await
}

fn found(reply: &Reply) -> Result<Vec<Summary>, SourceError> {
    Ok(json::<Search>(reply)?.traces.kept.iter().filter_map(Hit::summary).collect())
}

impl Version2 {
    fn doubt(&self) -> Option<String> {
        let message = text::plain(&self.message.0, 200);
        let partial = matches!(self.status.0.as_str(), "PARTIAL" | "1");
        match message.as_str() {
            "" => partial.then(|| "it told a part of this trace only".to_owned()),
            _ => Some(message),
        }
    }
}

impl Hit {
    fn summary(&self) -> Option<Summary> {
        let start = Nanos(self.start_time_unix_nano.0?);
        // What Tempo says while the root is still on its way.
        let known =
            |text: &Text| if text.0.starts_with("<root span") { String::new() } else { text.0.clone() };
        let (service, name) = (known(&self.root_service_name), known(&self.root_trace_name));
        let mut summary = Summary::new(trace_id(&self.trace_id.0)?, &service, &name, start);
        summary.duration = self.duration_ms.0.map(Nanos::millis);
        let sum = |of: fn(&Stats) -> Whole| {
            let counts = self.service_stats.iter().flatten().filter_map(|(_, stats)| of(stats).0);
            counts.reduce(u64::saturating_add)
        };
        summary.spans = sum(|stats| stats.span_count).map(|count| count as usize);
        // Counts of none are left out, and so are those that older blocks do not have.
        summary.failed = sum(|stats| stats.error_count).filter(|errors| *errors > 0).map(|_| true);
        Some(summary)
    }
}

/// A string of `TraceQL`.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

#[cfg(fuzzing)]
pub(super) fn door(
    reply: &Reply,
    one: impl Fn(Told) -> Vec<crate::domain::trace::Trace>,
) -> Result<(Vec<crate::domain::trace::Trace>, Vec<Summary>), SourceError> {
    let version2 = json::<Version2>(reply)?;
    let doubt = version2.doubt().unwrap_or_default();
    assert!(!doubt.chars().any(crate::text::is_unsafe), "{doubt:?}");
    Ok((one(version2.trace.unwrap_or_default().one()), found(reply)?))
}
