//! A trace backend behind HTTP: one guarded way to it, whatever it speaks.

use std::future::Future;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{Recent, RecentAsk, Sought, Told, Tracer};
use crate::domain::health::Health;
use crate::domain::trace::{Summary, TraceId};
use crate::source::http::link::Link;
use crate::source::http::{Reply, failure, settings};
use crate::source::{Answer, BackendSpec, SettingError, SourceError, Toll};

/// What the backends differ in: how they are asked, and how they tell.
pub(super) trait Dialect: Default + Send + Sync + 'static {
    /// The end of an address that is no part of the path before the API.
    const API: &'static str;

    /// The spans of a trace; none where the backend does not have it.
    fn spans(
        &self,
        link: &Link,
        id: TraceId,
        toll: &mut Toll,
    ) -> impl Future<Output = Result<Told, SourceError>> + Send;

    /// Recent traces in which the service has a part: those that failed, or the slow ones.
    fn list(
        &self,
        link: &Link,
        ask: &RecentAsk,
        failing: bool,
        toll: &mut Toll,
    ) -> impl Future<Output = Result<Vec<Summary>, SourceError>> + Send;
}

struct Remote<D> {
    link: Link,
    dialect: D,
}

pub(super) fn connect<D: Dialect>(spec: &BackendSpec) -> Result<Arc<dyn Tracer>, SettingError> {
    Ok(Arc::new(Remote { link: settings::link(spec, D::API)?, dialect: D::default() }))
}

impl<D: Dialect> Tracer for Remote<D> {
    fn address(&self) -> String {
        self.link.address()
    }

    fn health(&self, now: DateTime<Utc>) -> Health {
        self.link.health(now)
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

impl<D: Dialect> Remote<D> {
    async fn seek(&self, id: TraceId) -> Result<Sought, SourceError> {
        let mut toll = Toll::default();
        let told = self.dialect.spans(&self.link, id, &mut toll).await?;
        let count = told.spans.len() + told.cut;
        toll.points += count as u64;
        if told.spans.is_empty() && count > 0 {
            let what = format!("none of the {count} spans of this trace has an id that can be read");
            return Err(SourceError::BadAnswer { address: self.link.address(), what });
        }
        Ok(Sought { trace: told.trace(id), toll })
    }

    async fn lists(&self, ask: &RecentAsk) -> Result<Recent, SourceError> {
        let mut toll = Toll::default();
        let failing = self.dialect.list(&self.link, ask, true, &mut toll).await?;
        let slow = self.dialect.list(&self.link, ask, false, &mut toll).await?;
        toll.points += (failing.len() + slow.len()) as u64;
        Ok(Recent::of(failing, slow, ask.limit, toll))
    }
}

/// A success as it is; anything else as what it means, where no dialect has a meaning of its own for it.
pub(super) fn checked(reply: Reply) -> Result<Reply, SourceError> {
    match reply.status {
        200 => Ok(reply),
        400 | 422 => Err(SourceError::Query { message: failure::said(&reply) }),
        _ => Err(failure::status(&reply)),
    }
}

/// Whether a 404 is about the trace. One about the path says nothing of traces: a page, or `404 page not found`.
pub(super) fn has_none(reply: &Reply, id: TraceId) -> bool {
    let said = failure::said(reply).to_lowercase();
    reply.status == 404 && (said.is_empty() || said.contains("trace") || said.contains(&id.to_string()))
}
