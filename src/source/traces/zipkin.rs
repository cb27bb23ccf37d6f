//! Zipkin v2: spans in microseconds, the window of a search in milliseconds.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::loose::{Capped, Text, Whole};
use super::remote::{self, Dialect, checked, has_none};
use super::{RecentAsk, SPANS, TRACES, Told, TracerKind, UNKNOWN, json};
use crate::domain::trace::{Kind, Nanos, Span, SpanId, Summary, TraceId};
use crate::source::http::link::{Link, Request, Way};
use crate::source::http::{Reply, settings};
use crate::source::{SourceError, Toll};

pub(in crate::source) const KIND: TracerKind =
    TracerKind { name: "zipkin", keys: settings::KEYS, connect: remote::connect::<Zipkin> };

const ANNOTATIONS: usize = 64;

#[derive(Default)]
struct Zipkin;

type Spans = Capped<Span2, SPANS>;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Span2 {
    trace_id: Text,
    id: Text,
    parent_id: Text,
    kind: Text,
    name: Text,
    timestamp: Whole,
    duration: Whole,
    local_endpoint: Option<Endpoint>,
    remote_endpoint: Option<Endpoint>,
    /// Sorted, so that what is shown of them is always the same.
    tags: BTreeMap<String, Text>,
    annotations: Capped<Annotation, ANNOTATIONS>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Endpoint {
    #[serde(rename = "serviceName")]
    service: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Annotation {
    value: Text,
}

impl Dialect for Zipkin {
    const API: &'static str = "/api/v2";

    async fn spans(&self, link: &Link, id: TraceId, toll: &mut Toll) -> Result<Told, SourceError> {
        let path = format!("/api/v2/trace/{id}");
        let request = Request { way: Way::Query, path: &path, params: &[] };
        let heard = |reply: Reply| {
            let none = has_none(&reply, id);
            if none { Ok(Told::default()) } else { Ok(told(&json::<Spans>(&checked(reply)?)?)) }
        };
        link.ask(request, toll, heard).await
    }

    async fn list(
        &self,
        link: &Link,
        ask: &RecentAsk,
        failing: bool,
        toll: &mut Toll,
    ) -> Result<Vec<Summary>, SourceError> {
        let mut params = vec![
            ("serviceName", ask.service.clone()),
            ("endTs", (ask.to * 1000).to_string()),
            ("lookback", ((ask.to - ask.from).max(1) * 1000).to_string()),
            ("limit", ask.limit.to_string()),
        ];
        if failing {
            params.push(("annotationQuery", "error".to_owned()));
        } else if let Some(bound) = ask.slower_than {
            params.push(("minDuration", (bound.0 / 1000).max(1).to_string()));
        }
        let request = Request { way: Way::Query, path: "/api/v2/traces", params: &params };
        let mut found = link.ask(request, toll, |reply| listed(&checked(reply)?)).await?;
        // A tag that says that there was no error is found too.
        found.retain(|one| !failing || one.failed == Some(true));
        Ok(found)
    }
}

fn listed(reply: &Reply) -> Result<Vec<Summary>, SourceError> {
    Ok(json::<Capped<Spans, TRACES>>(reply)?.kept.iter().filter_map(summary).collect())
}

fn summary(spans: &Spans) -> Option<Summary> {
    let id = spans.kept.iter().find_map(|span| TraceId::parse(&span.trace_id.0))?;
    Some(told(spans).trace(id)?.summary())
}

fn told(spans: &Spans) -> Told {
    let mut told = Told { cut: spans.cut, ..Told::default() };
    spans.kept.iter().for_each(|span| told.add(span.span()));
    told
}

impl Span2 {
    fn span(&self) -> Option<Span> {
        let name = |endpoint: &Option<Endpoint>| {
            let name = endpoint.as_ref().map(|endpoint| endpoint.service.0.clone());
            name.filter(|name| !name.is_empty())
        };
        let service = name(&self.local_endpoint).unwrap_or_else(|| UNKNOWN.to_owned());
        let parent = SpanId::parse(&self.parent_id.0);
        let mut span = Span::new(SpanId::parse(&self.id.0)?, parent, &service, &self.name.0);
        span.kind = Kind::named(&self.kind.0);
        span.start = self.timestamp.0.filter(|micros| *micros > 0).map(Nanos::micros);
        span.duration = self.duration.0.filter(|micros| *micros > 0).map(Nanos::micros);
        if let Some(peer) = name(&self.remote_endpoint) {
            span.attribute("peer", &peer);
        }
        for (key, value) in &self.tags {
            span.attribute(key, &value.0);
        }
        // The tag alone says it; its value is the reason, if anything.
        if let Some(reason) = self.tags.get("error").filter(|reason| reason.0 != "false") {
            span.fail(if reason.0 == "true" { "" } else { &reason.0 });
        }
        // What came right again says it by an annotation.
        if self.annotations.kept.iter().any(|one| one.value.0 == "error") {
            span.fail("");
        }
        Some(span)
    }
}

#[cfg(fuzzing)]
pub(super) fn door(
    reply: &Reply,
    one: impl Fn(Told) -> Vec<crate::domain::trace::Trace>,
) -> Result<(Vec<crate::domain::trace::Trace>, Vec<Summary>), SourceError> {
    let spans = json::<Spans>(reply)?;
    Ok((one(told(&spans)), summary(&spans).into_iter().collect()))
}
