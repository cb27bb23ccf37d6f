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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use chrono::DateTime;
    use tokio::time::sleep;

    use super::*;
    use crate::domain::trace::{Nanos, Span, SpanId, Summary, Trace};
    use crate::source::SourceError;

    /// Answers after so many seconds; the trace is there or not.
    struct Slow(u64, bool);

    fn id() -> TraceId {
        TraceId::new(7).unwrap()
    }

    impl Tracer for Slow {
        fn address(&self) -> String {
            format!("http://t{}", self.0)
        }

        fn trace(&self, id: TraceId) -> Answer<'_, Sought> {
            Box::pin(async move {
                sleep(Duration::from_secs(self.0)).await;
                let trace = Trace::of(id, vec![Span::new(SpanId(1), None, "a", "b")], 0);
                Ok(Sought { trace: trace.filter(|_| self.1), toll: Toll::default() })
            })
        }

        fn recent<'a>(&'a self, _: &'a RecentAsk) -> Answer<'a, Recent> {
            Box::pin(async move {
                sleep(Duration::from_secs(self.0)).await;
                let refused = || SourceError::Refused { address: self.address() };
                let one = Summary::new(id(), "a", "b", Nanos::seconds(self.0));
                let found = Recent { slow: vec![one], ..Recent::default() };
                self.1.then_some(found).ok_or_else(refused)
            })
        }
    }

    fn tracing(who: &[(u64, bool)]) -> Vec<Tracing> {
        let clock: Clock = Arc::new(DateTime::default);
        let one = |(after, has): &(u64, bool)| Tracing {
            name: format!("t{after}"),
            tracer: Arc::new(Slow(*after, *has)),
            clock: Arc::clone(&clock),
        };
        who.iter().map(one).collect()
    }

    fn names(outcomes: &[Outcome]) -> Vec<&str> {
        outcomes.iter().map(|outcome| outcome.name.as_str()).collect()
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_hangs_holds_up_no_other() {
        let began = Instant::now();
        let found = seek(&tracing(&[(60, true), (2, true), (1, false)]), id()).await;
        assert_eq!((names(&found.outcomes), found.trace.is_some()), (vec!["t1", "t2"], true));
        assert_eq!(began.elapsed(), Duration::from_secs(2));
        let none = seek(&tracing(&[(3, false), (1, false)]), id()).await;
        assert_eq!((names(&none.outcomes), none.trace.is_some()), (vec!["t3", "t1"], false));
    }

    #[tokio::test(start_paused = true)]
    async fn lists_are_put_together_and_each_trace_stands_once() {
        let ask = RecentAsk { service: "a".into(), from: 0, to: 1, limit: 9, slower_than: None };
        let began = Instant::now();
        let all = recent(&tracing(&[(5, true), (4, false), (3, true)]), &ask).await;
        assert_eq!((all.slow.len(), began.elapsed()), (1, Duration::from_secs(5)));
        assert_eq!(names(&all.outcomes), ["t5", "t4", "t3"]);
        assert!(all.outcomes[1].trouble.is_some() && all.outcomes[0].address == "http://t5");
    }
}
