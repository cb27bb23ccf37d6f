//! Where traces come from: backends that are asked for one trace or for the recent ones of a service, on demand only.

mod asking;
mod base64;
pub(super) mod jaeger;
pub(super) mod loose;
mod otlp;
mod remote;
pub(super) mod tempo;
pub(super) mod zipkin;

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::domain::health::Health;
pub use crate::domain::trace::RecentAsk;
use crate::domain::trace::{Span, Summary, Trace, TraceId};

pub use asking::{Tracing, recent, seek};

use super::http::{Reply, failure, text};
use super::{Answer, BackendSpec, SettingError, SourceError, Toll};

/// Spans kept of one trace; what is left out is counted and said.
pub const SPANS: usize = 20_000;
/// Traces kept of a list.
const TRACES: usize = 1000;
/// Objects that the JSON of an answer may have: the shortest takes two bytes on the wire and hundreds in memory.
const OBJECTS: usize = 2_000_000;
/// Of a span that does not say.
const UNKNOWN: &str = "unknown service";

/// The newest first of those that failed, the longest first of the others.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Recent {
    pub failing: Vec<Summary>,
    pub slow: Vec<Summary>,
    pub toll: Toll,
}

impl Recent {
    /// Sorts what was found; a trace that failed is listed once, as that.
    pub(super) fn of(mut failing: Vec<Summary>, mut slow: Vec<Summary>, limit: usize, toll: Toll) -> Self {
        for one in &mut failing {
            one.failed = Some(true);
        }
        let (failed, mut slow): (Vec<_>, Vec<_>) = slow.drain(..).partition(|one| one.failed == Some(true));
        failing.extend(failed);
        failing.sort_by_key(|one| (std::cmp::Reverse(one.start), one.id));
        slow.sort_by_key(|one| (std::cmp::Reverse(one.duration), one.id));
        let mut seen = std::collections::HashSet::new();
        failing.retain(|one| seen.insert(one.id));
        slow.retain(|one| seen.insert(one.id));
        failing.truncate(limit);
        slow.truncate(limit);
        Self { failing, slow, toll }
    }
}

/// One trace, where the backend has it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sought {
    pub trace: Option<Trace>,
    pub toll: Toll,
}

pub trait Tracer: Send + Sync {
    /// Where it is, without credentials.
    fn address(&self) -> String;

    /// How the way to it stands at `now`.
    fn health(&self, _now: DateTime<Utc>) -> Health {
        Health::default()
    }

    /// Asks at once the next time, also where it was left alone: a reader asks.
    fn wake(&self) {}

    fn trace(&self, id: TraceId) -> Answer<'_, Sought>;

    fn recent<'a>(&'a self, ask: &'a RecentAsk) -> Answer<'a, Recent>;
}

/// A kind of trace backend.
pub struct TracerKind {
    pub name: &'static str,
    /// The keys it reads beside `name`, `type` and `timeout`.
    pub keys: &'static [&'static str],
    pub connect: fn(&BackendSpec) -> Result<Arc<dyn Tracer>, SettingError>,
}

/// What a reply may say beside failing.
enum Heard<T> {
    Found(T),
    /// It understood, and has no such thing.
    Nothing,
    /// It does not know the question.
    Absent,
}

/// Spans of one trace as they were told, and how many more there were.
#[derive(Default)]
struct Told {
    spans: Vec<Span>,
    cut: usize,
}

impl Told {
    /// Keeps a span, unless there are many already, or its id could not be read.
    fn add(&mut self, span: Option<Span>) {
        match span.filter(|_| self.spans.len() < SPANS) {
            Some(span) => self.spans.push(span),
            None => self.cut += 1,
        }
    }

    fn trace(self, id: TraceId) -> Option<Trace> {
        Trace::of(id, self.spans, self.cut)
    }
}

/// Reads the body of a success as JSON.
fn json<T: serde::de::DeserializeOwned>(reply: &Reply) -> Result<T, SourceError> {
    if reply.body.iter().filter(|byte| **byte == b'{').nth(OBJECTS).is_some() {
        let what = format!("its answer has more than {OBJECTS} objects, which is no trace");
        return Err(SourceError::BadAnswer { address: reply.origin.clone(), what });
    }
    serde_json::from_slice(&reply.body).map_err(|error| {
        let what = format!("its answer is not the JSON of traces: {}", text::plain(&error.to_string(), 120));
        failure::unreadable(reply, &what)
    })
}

/// A body as each of the tracers reads it: whole traces, and lines of lists.
#[cfg(fuzzing)]
pub fn door(kind: u8, body: &[u8]) -> Result<(Vec<Trace>, Vec<Summary>), SourceError> {
    let (reply, id) = (super::doors::reply(200, body), TraceId::new(7));
    let one = |told: Told| id.and_then(|id| told.trace(id)).into_iter().collect::<Vec<_>>();
    Ok(match kind {
        0 => (one(json::<otlp::TracesData>(&reply)?.one()), Vec::new()),
        1..=3 => jaeger::door(kind, &reply, one)?,
        4 => zipkin::door(&reply, one)?,
        _ => tempo::door(&reply, one)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::trace::Nanos;

    #[test]
    fn recent_traces_are_listed_once_failing_newest_slow_longest_first() {
        let one = |id: u128, start: u64, millis: u64, failed| Summary {
            duration: Some(Nanos::millis(millis)),
            failed,
            ..Summary::new(TraceId::new(id).unwrap(), "a", "b", Nanos(start))
        };
        let failing = vec![one(1, 10, 5, None), one(2, 20, 5, None)];
        let slow = vec![
            one(3, 5, 1, None),
            one(2, 20, 5, None),
            one(4, 6, 9, Some(false)),
            one(5, 30, 7, Some(true)),
        ];
        let recent = Recent::of(failing, slow, 3, Toll::default());
        let ids = |list: &[Summary]| list.iter().map(|one| one.id.to_string()).collect::<Vec<_>>().join(" ");
        let long = |ids: &[u8]| ids.iter().map(|id| format!("{id:016x}")).collect::<Vec<_>>().join(" ");
        assert_eq!((ids(&recent.failing), ids(&recent.slow)), (long(&[5, 2, 1]), long(&[4, 3])));
        assert!(recent.failing.iter().all(|one| one.failed == Some(true)));
    }
}
