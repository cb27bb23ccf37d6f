//! Grafana Tempo: search in seconds and milliseconds, traces in OTLP nanoseconds. A search tells the first that were
//! found, not the longest.

use std::sync::Arc;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::base64::trace_id;
use super::loose::{Capped, Text, Whole};
use super::otlp::TracesData;
use super::{Heard, Recent, RecentAsk, Sought, Tracer, TracerKind, is_page, json};
use crate::domain::trace::{Nanos, Summary, TraceId};
use crate::source::http::link::{Link, Request, Way};
use crate::source::http::{Reply, failure, settings, text};
use crate::source::{Answer, BackendSpec, SettingError, SourceError, Toll};

pub(super) const KIND: TracerKind = TracerKind { name: "tempo", keys: settings::KEYS, connect };

const TRACES: usize = 1000;

struct Tempo {
    link: Link,
}

fn connect(spec: &BackendSpec) -> Result<Arc<dyn Tracer>, SettingError> {
    Ok(Arc::new(Tempo { link: settings::link(spec, "/api")? }))
}

impl Tracer for Tempo {
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
        Box::pin(self.search_both(ask))
    }
}

/// Version 2: what there is of a trace, and a word on what is missing.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Version2 {
    trace: TracesData,
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
}

impl Tempo {
    /// Version 2 first; servers before 2.7 know version 1 alone.
    async fn seek(&self, id: TraceId) -> Result<Sought, SourceError> {
        let mut toll = Toll::default();
        if let Heard::Found(found) = self.ask::<Version2>(&format!("/api/v2/traces/{id}"), &mut toll).await? {
            let message = text::plain(&found.message.0, 200);
            toll.warnings.extend((!message.is_empty()).then_some(message));
            return Ok(sought(found.trace, id, toll));
        }
        match self.ask::<TracesData>(&format!("/api/traces/{id}"), &mut toll).await? {
            Heard::Found(found) => Ok(sought(found, id, toll)),
            _ => Ok(Sought { trace: None, toll }),
        }
    }

    async fn ask<T: DeserializeOwned>(&self, path: &str, toll: &mut Toll) -> Result<Heard<T>, SourceError> {
        let request = Request { way: Way::Query, path, params: &[] };
        let heard = |reply: Reply| match reply.status {
            404 if !is_page(&reply) => Ok(Heard::Nothing),
            _ => json(&checked(reply)?).map(Heard::Found),
        };
        self.link.ask(request, toll, heard).await
    }

    async fn search_both(&self, ask: &RecentAsk) -> Result<Recent, SourceError> {
        let mut toll = Toll::default();
        let service = format!("resource.service.name = {}", quoted(&ask.service));
        let slow =
            ask.slower_than.map_or_else(String::new, |bound| format!(" && duration > {}us", bound.0 / 1000));
        let failing = self.search(&format!("{{ {service} && status = error }}"), ask, &mut toll).await?;
        let slow = self.search(&format!("{{ {service}{slow} }}"), ask, &mut toll).await?;
        Ok(Recent::of(failing, slow, ask.limit, toll))
    }

    async fn search(
        &self,
        query: &str,
        ask: &RecentAsk,
        toll: &mut Toll,
    ) -> Result<Vec<Summary>, SourceError> {
        let params = [
            ("q", query.to_owned()),
            ("start", ask.from.to_string()),
            ("end", ask.to.to_string()),
            ("limit", ask.limit.to_string()),
            ("spss", "1".to_owned()),
        ];
        let request = Request { way: Way::Query, path: "/api/search", params: &params };
        let found = self.link.ask(request, toll, |reply| json::<Search>(&checked(reply)?)).await?;
        toll.points += found.traces.kept.len() as u64;
        Ok(found.traces.kept.iter().filter_map(Hit::summary).collect())
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
        Some(summary)
    }
}

fn sought(data: TracesData, id: TraceId, mut toll: Toll) -> Sought {
    let told = data.one();
    toll.points += (told.spans.len() + told.cut) as u64;
    Sought { trace: told.trace(id), toll }
}

fn checked(reply: Reply) -> Result<Reply, SourceError> {
    match reply.status {
        200 => Ok(reply),
        400 | 422 => {
            Err(SourceError::Query { message: text::plain(&String::from_utf8_lossy(&reply.body), 200) })
        }
        _ => Err(failure::status(&reply)),
    }
}

/// A string of `TraceQL`.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}
