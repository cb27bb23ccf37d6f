//! One trace backend under examination: asked on demand only, so that there is little to measure.

use std::time::Duration;

use tokio::time::Instant;

use super::backend::{Examined, PROBES};
use super::trouble::Trouble;
use crate::cli::session::Session;
use crate::config::Backend;
use crate::domain::trace::TraceId;
use crate::source::SourceError;
use crate::source::traces::Tracing;

pub(super) async fn examine(tracing: Tracing, kind: String, doubts: Vec<String>) -> Examined {
    let mut latency = Vec::new();
    let trouble = probe(&tracing, &mut latency).await.err().map(|error| Trouble::of(&error));
    latency.sort();
    let address = tracing.tracer.address();
    Examined { name: tracing.name, kind, address, latency, trouble, doubts, ..Examined::default() }
}

/// A trace that nobody has is as good a question as any.
async fn probe(tracing: &Tracing, latency: &mut Vec<Duration>) -> Result<(), SourceError> {
    let Some(nobodys) = TraceId::new(1) else { return Ok(()) };
    for _ in 0..PROBES {
        let begun = Instant::now();
        tracing.tracer.trace(nobodys).await?;
        latency.push(begun.elapsed());
    }
    Ok(())
}

/// What is to be said of each before it is asked.
pub(super) fn doubts(session: &Session, backend: &Backend) -> Vec<String> {
    super::backend::told(crate::cli::secret_files::of_backend(session, backend))
}
