//! Stores that answer with points rather than with rates: what is asked of any of them, and what the points come to.

pub(super) mod batch;
pub(super) mod buckets;
mod cells;
mod charts;
mod count;
pub(super) mod need;

use std::future::Future;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::http::link::Link;
use super::{
    Answer, Counts, CountsAsk, Identity, LabelSets, Query, Sampling, SettingError, Signals, SignalsAsk,
    Source, SourceError, Toll,
};
use crate::domain::health::Health;
use crate::domain::slo::ledger::MINUTE;
use crate::domain::slo::objective::Objective;
use crate::domain::slo::sli::Sli;
use crate::domain::slo::window::Window;
use batch::Batch;
use buckets::Buckets;
use need::{Need, needs};

/// Points of `(from, to]` are wanted, in buckets of `width`. Unix seconds; `from` and `to` are ends of buckets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Span {
    pub(super) from: i64,
    pub(super) to: i64,
    pub(super) width: i64,
}

/// A query as the store understands it, without the time that it is of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Written {
    pub(super) text: String,
    pub(super) points: Points,
}

/// What the points of an answer are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Points {
    /// What was counted from one to the next, which may be any time: all add up, also those of several series.
    Events,
    /// Events a second, of any interval; all add up.
    Rates,
    /// Counters: wanted is by how much each series grows.
    Counters,
    /// What was counted in each bucket; several series add up.
    Sums,
    /// A value for each bucket, of one series: two of them cannot be added.
    Values,
}

/// One query over some time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Question {
    pub(super) query: Written,
    pub(super) span: Span,
}

pub(super) type Outcome = Result<Buckets, SourceError>;

pub(super) trait Store: Send + Sync {
    /// As a reader calls it.
    const NAME: &'static str;

    /// What goes into one request.
    const BATCH: Batch;

    fn link(&self) -> &Link;

    /// What its figures belong to.
    fn home(&self) -> String {
        self.link().home()
    }

    /// What it says that it is.
    fn identify(&self) -> impl Future<Output = Result<Identity, SourceError>> + Send;

    /// One small question by the way that the others take.
    fn probe(&self) -> impl Future<Output = Result<Toll, SourceError>> + Send;

    /// The query for a need in buckets of `width` seconds.
    fn query(&self, need: &Need<'_>, width: i64) -> Result<Written, SettingError>;

    /// Asks one request's worth: an outcome a question, in order, or nothing for one that another kept from an answer.
    fn ask<'a>(
        &'a self,
        batch: &'a [&'a Question],
        toll: &'a mut Toll,
    ) -> impl Future<Output = Result<Vec<Option<Outcome>>, SourceError>> + Send + 'a;

    /// As [`batch::fetch`].
    fn fetch<'a>(
        &'a self,
        questions: &'a [Question],
        toll: &'a mut Toll,
    ) -> impl Future<Output = Result<Vec<Outcome>, SourceError>> + Send + 'a
    where
        Self: Sized,
    {
        batch::fetch(self, questions, toll)
    }
}

/// A store as a source.
pub(super) struct Behind<S>(pub(super) S);

impl<S: Store> Source for Behind<S> {
    fn address(&self) -> String {
        self.0.link().address()
    }

    fn identity(&self) -> String {
        self.0.home()
    }

    fn identify(&self) -> Answer<'_, Identity> {
        Box::pin(self.0.identify())
    }

    fn probe(&self) -> Answer<'_, Toll> {
        Box::pin(self.0.probe())
    }

    fn health(&self, now: DateTime<Utc>) -> Health {
        self.0.link().health(now)
    }

    fn wake(&self) {
        self.0.link().wake();
    }

    fn counts<'a>(&'a self, ask: &'a CountsAsk) -> Answer<'a, Counts> {
        Box::pin(count::counts(&self.0, ask))
    }

    fn signals<'a>(&'a self, ask: &'a SignalsAsk) -> Answer<'a, Signals> {
        Box::pin(charts::signals(&self.0, ask))
    }

    fn sample_intervals<'a>(
        &'a self,
        objectives: &'a [Arc<Objective>],
        at: i64,
    ) -> Answer<'a, Vec<Option<Sampling>>> {
        Box::pin(count::intervals(&self.0, objectives, at))
    }

    fn label_sets<'a>(&'a self, objectives: &'a [Arc<Objective>], _at: i64) -> Answer<'a, LabelSets> {
        let refused = |_| Err(SourceError::Uncountable(ungrouped(S::NAME).problem));
        let found = objectives.iter().map(refused).collect();
        Box::pin(std::future::ready(Ok(LabelSets { found, toll: Toll::default() })))
    }

    fn objection(&self, objective: &Objective) -> Option<SettingError> {
        if !objective.grouped_by().is_empty() {
            return Some(ungrouped(S::NAME));
        }
        let needs = needs(&objective.sli);
        needs.and_then(|needs| needs.iter().try_for_each(|need| self.0.query(need, MINUTE).map(drop))).err()
    }

    fn queries(&self, objective: &Objective, window: Window) -> Vec<Query> {
        let query = |part: &str, text: String| Query { part: part.to_owned(), text };
        let as_written = |(key, text): (&str, &str)| query(key, text.to_owned());
        let Ok(needs) = needs(&objective.sli) else {
            return objective.sli.written().into_iter().map(as_written).collect();
        };
        let asked = |need: Need<'_>| {
            let text = self.0.query(&need, count::widest(&objective.sli, window));
            query(need.key, text.map_or_else(|_| need.text.to_owned(), |written| written.text))
        };
        needs.into_iter().map(asked).chain(judged_here(&objective.sli)).collect()
    }
}

/// What the store is not asked and the figures depend on all the same: kept ledgers are known by their queries.
fn judged_here(sli: &Sli) -> Option<Query> {
    let text = match sli {
        Sli::Threshold(threshold) => format!("{} {}, by the minute", threshold.op, threshold.bound),
        Sli::Freshness(freshness) => format!("at most {} before the minute's end", freshness.max_age),
        Sli::Throughput(throughput) => format!("at least {} a second over five minutes", throughput.at_least),
        _ => return None,
    };
    Some(Query { part: "good is".to_owned(), text })
}

fn ungrouped(name: &str) -> SettingError {
    SettingError {
        key: "group_by".to_owned(),
        problem: format!("{name} is not asked for groups: an SLO there counts one thing"),
        hint: Some("write one [[slo]] for each, with the condition in its queries".to_owned()),
    }
}
