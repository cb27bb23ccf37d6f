//! Asks all trace backends at once, and tells how each did.

use std::sync::Arc;

use futures_util::StreamExt;
use futures_util::future::join_all;
use futures_util::stream::FuturesUnordered;
use tokio::time::Instant;

use super::{Recent, RecentAsk, Sought, Tracer};
use crate::domain::trace::{Found, Outcome, Summaries, TraceId};
use crate::source::{Answer, Clock, Toll};

/// A trace backend by its name in the configuration.
#[derive(Clone)]
pub struct Tracing {
    pub name: String,
    pub tracer: Arc<dyn Tracer>,
    pub clock: Clock,
}

/// The first that has the trace tells it, and is the last of the outcomes; who still looks for it then is not heard.
pub async fn seek(tracers: &[Tracing], id: TraceId) -> Found {
    let asking = |one| async move { told(one, one.tracer.trace(id), |sought: &Sought| &sought.toll).await };
    let mut asked: FuturesUnordered<_> = tracers.iter().map(asking).collect();
    let mut found = Found::default();
    while let Some((outcome, told)) = asked.next().await {
        found.outcomes.push(outcome);
        if let Some(trace) = told.and_then(|sought| sought.trace) {
            found.trace = Some(Arc::new(trace));
            return found;
        }
    }
    let place = |outcome: &Outcome| tracers.iter().position(|one| one.name == outcome.name);
    found.outcomes.sort_by_key(place);
    found
}

/// What all of them have, together.
pub async fn recent(tracers: &[Tracing], ask: &RecentAsk) -> Summaries {
    let asking = |one| async move { told(one, one.tracer.recent(ask), |recent: &Recent| &recent.toll).await };
    let (outcomes, lists): (Vec<_>, Vec<_>) = join_all(tracers.iter().map(asking)).await.into_iter().unzip();
    let lists = lists.into_iter().flatten();
    let (failing, slow) = lists.map(|one| (one.failing, one.slow)).unzip::<_, _, Vec<_>, Vec<_>>();
    let all = Recent::of(failing.concat(), slow.concat(), ask.limit, Toll::default());
    Summaries { failing: all.failing, slow: all.slow, outcomes }
}

async fn told<T>(asked: &Tracing, answer: Answer<'_, T>, toll: impl Fn(&T) -> &Toll) -> (Outcome, Option<T>) {
    let attempts = || asked.tracer.health((asked.clock)()).attempts;
    asked.tracer.wake();
    let (began, before) = (Instant::now(), attempts());
    let told = answer.await;
    let took_ms = began.elapsed().as_millis() as u64;
    let outcome = Outcome {
        name: asked.name.clone(),
        took_ms,
        requests: told.as_ref().map_or_else(|_| attempts() - before, |told| toll(told).requests),
        trouble: told.as_ref().err().map(ToString::to_string),
        says: told.as_ref().map_or_else(|_| Vec::new(), |told| toll(told).warnings.clone()),
        address: asked.tracer.address(),
        health: asked.tracer.health((asked.clock)()),
    };
    (outcome, told.ok())
}
