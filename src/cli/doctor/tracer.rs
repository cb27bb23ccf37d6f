//! One trace backend under examination: asked on demand only, so that there is little to measure.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;

use super::backend::Examined;
use super::route::{Door, Route, knock, routes};
use super::trouble::Trouble;
use super::weigh::probe;
use crate::cli::session::Session;
use crate::config::{Backend, Diagnostic};
use crate::source::traces::Tracing;

/// A trace backend that is to be examined.
pub(super) struct Patient {
    tracing: Tracing,
    kind: String,
    routes: Vec<Route>,
    real_time: bool,
    open_secrets: Vec<String>,
}

impl Patient {
    pub(super) fn of(
        session: &Session,
        backend: &Backend,
        tracing: Tracing,
        timeout: Option<Duration>,
    ) -> Result<Self, Vec<Diagnostic>> {
        let open = |one: &Backend| Ok(Door::Tracer(session.tracer(one, timeout)?));
        Ok(Self {
            tracing,
            kind: backend.kind.clone(),
            routes: routes(backend, open)?,
            real_time: session.fixed.is_none(),
            open_secrets: super::backend::told(crate::cli::secret_files::of_backend(session, backend)),
        })
    }

    pub(super) async fn examine(mut self) -> Examined {
        let tracer = Arc::clone(&self.tracing.tracer);
        let mut latency = Vec::new();
        let ask = || {
            let tracer = Arc::clone(&tracer);
            async move { knock(&*tracer).await.map(|()| true) }
        };
        let (asked, _) =
            tokio::join!(probe(&mut latency, ask), join_all(self.routes.iter_mut().map(Route::try_it)));
        let mut examined = Examined {
            name: self.tracing.name,
            kind: self.kind,
            address: tracer.address(),
            health: tracer.health((self.tracing.clock)()),
            routes: self.routes,
            latency,
            trouble: asked.err().map(|error| Trouble::of(&error)),
            doubts: self.open_secrets,
            ..Examined::default()
        };
        examined.health.clock_offset = examined.health.clock_offset.filter(|_| self.real_time);
        examined.doubt_speed();
        examined.doubt_way();
        examined
    }
}
