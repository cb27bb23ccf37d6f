//! Zipkin v2: spans in microseconds, the window of a search in milliseconds.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use super::loose::{Capped, Text, Whole};
use super::{Recent, RecentAsk, SPANS, Sought, Told, Tracer, TracerKind, is_page, json};
use crate::domain::trace::{Kind, Nanos, Span, SpanId, Summary, TraceId};
use crate::source::http::link::{Link, Request, Way};
use crate::source::http::{Reply, failure, settings, text};
use crate::source::{Answer, BackendSpec, SettingError, SourceError, Toll};

pub(super) const KIND: TracerKind = TracerKind { name: "zipkin", keys: settings::KEYS, connect };

const TRACES: usize = 1000;

struct Zipkin {
    link: Link,
}

fn connect(spec: &BackendSpec) -> Result<Arc<dyn Tracer>, SettingError> {
    Ok(Arc::new(Zipkin { link: settings::link(spec, "/api/v2")? }))
}

impl Tracer for Zipkin {
    fn address(&self) -> String {
        self.link.address()
    }

    fn wake(&self) {
        self.link.wake();
    }

    fn trace(&self, id: TraceId) -> Answer<'_, Sought> {
        Box::pin(self.seek(id))
    }

    fn recent<'a>(&'a self, ask: &'a RecentAsk) -> Answer<'a, Recent> {
        Box::pin(self.lists(ask))
    }
}

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
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Endpoint {
    #[serde(rename = "serviceName")]
    service: Text,
}

impl Zipkin {
    async fn seek(&self, id: TraceId) -> Result<Sought, SourceError> {
        let mut toll = Toll::default();
        let path = format!("/api/v2/trace/{id}");
        let request = Request { way: Way::Query, path: &path, params: &[] };
        let spans = self
            .link
            .ask(request, &mut toll, |reply| match reply.status {
                404 if !is_page(&reply) => Ok(Spans::default()),
                _ => json::<Spans>(&checked(reply)?),
            })
            .await?;
        let told = told(&spans);
        toll.points += (told.spans.len() + told.cut) as u64;
        Ok(Sought { trace: told.trace(id), toll })
    }

    async fn lists(&self, ask: &RecentAsk) -> Result<Recent, SourceError> {
        let mut toll = Toll::default();
        let failing = self.list(ask, Some(("annotationQuery", "error".to_owned())), &mut toll).await?;
        let bound = ask.slower_than.map(|bound| ("minDuration", (bound.0 / 1000).max(1).to_string()));
        let slow = self.list(ask, bound, &mut toll).await?;
        Ok(Recent::of(failing, slow, ask.limit, toll))
    }

    async fn list(
        &self,
        ask: &RecentAsk,
        narrowed: Option<(&'static str, String)>,
        toll: &mut Toll,
    ) -> Result<Vec<Summary>, SourceError> {
        let mut params = vec![
            ("serviceName", ask.service.clone()),
            ("endTs", (ask.to * 1000).to_string()),
            ("lookback", ((ask.to - ask.from).max(1) * 1000).to_string()),
            ("limit", ask.limit.to_string()),
        ];
        params.extend(narrowed);
        let request = Request { way: Way::Query, path: "/api/v2/traces", params: &params };
        let traces =
            self.link.ask(request, toll, |reply| json::<Capped<Spans, TRACES>>(&checked(reply)?)).await?;
        toll.points += traces.kept.len() as u64;
        Ok(traces.kept.iter().filter_map(summary).collect())
    }
}

fn checked(reply: Reply) -> Result<Reply, SourceError> {
    match reply.status {
        200 => Ok(reply),
        400 => Err(SourceError::Query { message: text::plain(&String::from_utf8_lossy(&reply.body), 200) }),
        _ => Err(failure::status(&reply)),
    }
}

fn summary(spans: &Spans) -> Option<Summary> {
    let id = spans.kept.iter().find_map(|span| TraceId::parse(&span.trace_id.0))?;
    Some(told(spans).trace(id)?.summary())
}

fn told(spans: &Spans) -> Told {
    let mut told = Told { cut: spans.cut, ..Told::default() };
    spans.kept.iter().filter_map(Span2::span).for_each(|span| told.push(span));
    told
}

impl Span2 {
    fn span(&self) -> Option<Span> {
        let name = |endpoint: &Option<Endpoint>| {
            let name = endpoint.as_ref().map(|endpoint| endpoint.service.0.clone());
            name.filter(|name| !name.is_empty())
        };
        let service = name(&self.local_endpoint).unwrap_or_else(|| "unknown service".to_owned());
        let parent = SpanId::parse(&self.parent_id.0);
        let mut span = Span::new(SpanId::parse(&self.id.0)?, parent, &service, &self.name.0);
        span.kind = Kind::named(&self.kind.0);
        span.detached = span.kind == Kind::Consumer;
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
