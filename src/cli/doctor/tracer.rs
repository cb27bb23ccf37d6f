//! One trace backend under examination: asked on demand only, so that there is little to measure.

use std::sync::Arc;

use super::backend::Examined;
use super::trouble::Trouble;
use super::weigh::probe;
use crate::cli::session::Session;
use crate::config::Backend;
use crate::domain::trace::TraceId;
use crate::source::traces::Tracing;

pub(super) async fn examine(tracing: Tracing, kind: String, doubts: Vec<String>) -> Examined {
    let mut latency = Vec::new();
    // A trace that nobody has is as good a question as any.
    let ask = || {
        let tracer = Arc::clone(&tracing.tracer);
        async move {
            let Some(nobodys) = TraceId::new(1) else { return Ok(false) };
            tracer.trace(nobodys).await.map(|_| true)
        }
    };
    let trouble = probe(&mut latency, ask).await.err().map(|error| Trouble::of(&error));
    let address = tracing.tracer.address();
    Examined { name: tracing.name, kind, address, latency, trouble, doubts, ..Examined::default() }
}

/// What is to be said of each before it is asked.
pub(super) fn doubts(session: &Session, backend: &Backend) -> Vec<String> {
    super::backend::told(crate::cli::secret_files::of_backend(session, backend))
}
