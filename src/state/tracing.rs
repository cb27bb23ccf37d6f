//! What the reader asked about traces, and what came of it.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::feed::Feed;
use crate::domain::trace::{Exemplars, Found, Outcome, RecentAsk, Summaries, TraceId};

/// A backend of the configuration that has traces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TraceBackend {
    pub name: String,
    pub kind: String,
    pub address: String,
}

/// Everything about traces. What is awaited has the number of its question: an answer to an older one comes too late.
#[derive(Clone, Debug, Default)]
pub struct Traces {
    /// The number of the newest question.
    pub asked: u64,
    pub list: Option<Listing>,
    pub open: Option<OpenTrace>,
    pub exemplars: Option<Seen>,
    /// How each backend did that was asked.
    pub standings: Vec<Standing>,
}

/// How a backend did so far.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// The last time that it was asked.
    pub last: Outcome,
    /// When it answered, and what is wrong; it is asked on demand only.
    pub feed: Feed<()>,
    pub requests: u64,
}

/// The list of recent traces of a service.
#[derive(Clone, Debug, PartialEq)]
pub struct Listing {
    pub ask: RecentAsk,
    /// Where ids were written, and which.
    pub noted: Option<(String, Vec<TraceId>)>,
    pub since: DateTime<Utc>,
    /// None before it was sent.
    pub number: Option<u64>,
    pub answer: Option<Arc<Summaries>>,
}

/// The trace that is open.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenTrace {
    pub id: TraceId,
    pub since: DateTime<Utc>,
    /// None before it was sent.
    pub number: Option<u64>,
    pub answer: Option<Arc<Found>>,
    /// Places of the spans that hide what is under them.
    pub folded: BTreeSet<usize>,
}

/// The exemplars of the service whose charts are shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    pub service: String,
    pub range: i64,
    pub at: DateTime<Utc>,
    pub number: u64,
    pub answer: Option<Arc<Exemplars>>,
}

impl Traces {
    /// Begins to look for a trace, instead of the one looked at.
    pub fn open(&mut self, id: TraceId, now: DateTime<Utc>) {
        self.open = Some(OpenTrace { id, since: now, number: None, answer: None, folded: BTreeSet::new() });
    }

    /// A number for the next question.
    pub fn number(&mut self) -> u64 {
        self.asked += 1;
        self.asked
    }

    /// Since when an answer is awaited.
    pub fn waiting_since(&self) -> Option<DateTime<Utc>> {
        let list = self.list.iter().filter(|list| list.number.is_some() && list.answer.is_none());
        let open = self.open.iter().filter(|open| open.number.is_some() && open.answer.is_none());
        list.map(|list| list.since).chain(open.map(|open| open.since)).min()
    }

    /// How a backend did, if it was asked.
    pub fn standing(&self, name: &str) -> Option<&Standing> {
        self.standings.iter().find(|one| one.last.name == name)
    }

    /// Keeps how backends did.
    pub fn keep(&mut self, outcomes: &[Outcome], now: DateTime<Utc>) {
        for outcome in outcomes {
            let old = self.standings.iter().position(|one| one.last.name == outcome.name);
            let (mut feed, before) = match old.map(|old| self.standings.remove(old)) {
                Some(old) => (old.feed, old.requests),
                None => (Feed::new(TimeDelta::zero()), 0),
            };
            match &outcome.trouble {
                None => feed.succeed((), now),
                Some(text) => feed.fail("asking", text.clone(), now),
            }
            let requests = before + outcome.requests;
            self.standings.push(Standing { last: outcome.clone(), feed, requests });
        }
    }
}
