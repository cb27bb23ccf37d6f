//! Asks the trace backends one after the other, and tells how each did.

use std::sync::Arc;

use tokio::time::Instant;

use super::{Recent, RecentAsk, Sought, Tracer};
use crate::domain::trace::{Found, Outcome, Summaries, TraceId};
use crate::source::{Answer, Toll};

/// A trace backend by its name in the configuration.
#[derive(Clone)]
pub struct Tracing {
    pub name: String,
    pub tracer: Arc<dyn Tracer>,
}

/// The first that has the trace tells it; the others are not asked any more.
pub async fn seek(tracers: &[Tracing], id: TraceId) -> Found {
    let mut found = Found::default();
    for one in tracers {
        one.tracer.wake();
        let (outcome, told) = timed(&one.name, one.tracer.trace(id), |sought: &Sought| &sought.toll).await;
        found.outcomes.push(outcome);
        if let Some(trace) = told.and_then(|sought| sought.trace) {
            found.trace = Some(Arc::new(trace));
            return found;
        }
    }
    found
}

/// What all of them have, together.
pub async fn recent(tracers: &[Tracing], ask: &RecentAsk) -> Summaries {
    let mut lists = Vec::new();
    let mut outcomes = Vec::new();
    for one in tracers {
        one.tracer.wake();
        let (outcome, told) = timed(&one.name, one.tracer.recent(ask), |recent: &Recent| &recent.toll).await;
        outcomes.push(outcome);
        lists.extend(told);
    }
    let (failing, slow) =
        lists.into_iter().map(|one| (one.failing, one.slow)).unzip::<_, _, Vec<_>, Vec<_>>();
    let all = Recent::of(failing.concat(), slow.concat(), ask.limit, Toll::default());
    Summaries { failing: all.failing, slow: all.slow, outcomes }
}

async fn timed<T>(name: &str, answer: Answer<'_, T>, toll: impl Fn(&T) -> &Toll) -> (Outcome, Option<T>) {
    let began = Instant::now();
    let told = answer.await;
    let took_ms = began.elapsed().as_millis() as u64;
    let (requests, says) =
        told.as_ref().map_or((1, Vec::new()), |told| (toll(told).requests, toll(told).warnings.clone()));
    let trouble = told.as_ref().err().map(ToString::to_string);
    (Outcome { name: name.to_owned(), took_ms, requests, trouble, says }, told.ok())
}
