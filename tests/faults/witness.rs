//! Sees every question that a poller puts to its backend, and can send it elsewhere.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use burnwatch::domain::health::Health;
use burnwatch::domain::slo::objective::Objective;
use burnwatch::domain::slo::window::Window;
use burnwatch::source::{
    Answer, Clock, Counts, CountsAsk, LabelSets, Query, Range, Sampling, Signals, SignalsAsk, Source,
};
use chrono::{DateTime, Utc};

/// One question for counts: when it was put, and for which times.
pub(crate) struct Asked {
    pub(crate) at: DateTime<Utc>,
    pub(crate) range: Range,
}

pub(crate) struct Witness {
    inner: Arc<dyn Source>,
    /// Asked in place of the other one while `away`.
    pub(crate) elsewhere: Option<Arc<dyn Source>>,
    pub(crate) away: AtomicBool,
    clock: Clock,
    pub(crate) open: AtomicUsize,
    pub(crate) most_open: AtomicUsize,
    pub(crate) asked: Mutex<Vec<Asked>>,
}

impl Witness {
    pub(crate) fn new(inner: Arc<dyn Source>, elsewhere: Option<Arc<dyn Source>>, clock: Clock) -> Arc<Self> {
        Arc::new(Self {
            inner,
            elsewhere,
            away: AtomicBool::new(false),
            clock,
            open: AtomicUsize::new(0),
            most_open: AtomicUsize::new(0),
            asked: Mutex::default(),
        })
    }

    pub(crate) fn take_asked(&self) -> Vec<Asked> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }

    fn now(&self) -> &Arc<dyn Source> {
        let away = self.away.load(Ordering::Relaxed);
        self.elsewhere.as_ref().filter(|_| away).unwrap_or(&self.inner)
    }

    async fn seen<T>(
        &self,
        range: Option<Range>,
        answer: Answer<'_, T>,
    ) -> Result<T, burnwatch::source::SourceError> {
        if let Some(range) = range {
            self.asked.lock().unwrap().push(Asked { at: (self.clock)(), range });
        }
        let open = self.open.fetch_add(1, Ordering::Relaxed) + 1;
        self.most_open.fetch_max(open, Ordering::Relaxed);
        let _closing = Closing(&self.open);
        answer.await
    }
}

struct Closing<'a>(&'a AtomicUsize);

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Source for Witness {
    fn address(&self) -> String {
        self.now().address()
    }

    fn health(&self, now: DateTime<Utc>) -> Health {
        self.now().health(now)
    }

    fn wake(&self) {
        self.now().wake();
    }

    fn counts<'a>(&'a self, ask: &'a CountsAsk) -> Answer<'a, Counts> {
        Box::pin(self.seen(Some(ask.range), self.now().counts(ask)))
    }

    fn signals<'a>(&'a self, ask: &'a SignalsAsk) -> Answer<'a, Signals> {
        Box::pin(self.seen(None, self.now().signals(ask)))
    }

    fn sample_intervals<'a>(
        &'a self,
        objectives: &'a [Arc<Objective>],
        at: i64,
    ) -> Answer<'a, Vec<Option<Sampling>>> {
        let range = Range { from: at, to: at, step: 60 };
        Box::pin(self.seen(Some(range), self.now().sample_intervals(objectives, at)))
    }

    fn label_sets<'a>(&'a self, objectives: &'a [Arc<Objective>], at: i64) -> Answer<'a, LabelSets> {
        Box::pin(self.seen(None, self.now().label_sets(objectives, at)))
    }

    fn queries(&self, objective: &Objective, window: Window) -> Vec<Query> {
        self.now().queries(objective, window)
    }
}
