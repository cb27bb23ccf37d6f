//! The demo's traces: requests of the story, made up again from their number whenever they are asked for.

use std::future::ready;
use std::sync::Arc;

use super::super::traces::{Recent, RecentAsk, Sought, Tracer};
use super::super::{Answer, BackendSpec, SettingError, Toll};
use super::noise::Noise;
use super::scenario::Scenario;
use super::settings::Settings;
use super::tales::{TALES, Tale};
use crate::domain::trace::{Exemplar, Nanos, Span, SpanId, Summary, Trace, TraceId};

/// A trace of the outage that the incident's log names.
pub(super) const NOTED: &str = "8638125cce15aca8b341277b917fc7f9";

/// Minutes of which there are traces, before and after the start of the program.
const BEFORE: i64 = 24 * 60;
const AFTER: i64 = 24 * 60;

pub(super) fn connect(spec: &BackendSpec) -> Result<Arc<dyn Tracer>, SettingError> {
    let settings = Settings::read(spec)?;
    Ok(Arc::new(Tales { name: spec.name.clone(), zero: zero(spec), scenario: settings.scenario }))
}

/// The minute of the start.
fn zero(spec: &BackendSpec) -> i64 {
    spec.started.timestamp().div_euclid(60)
}

struct Tales {
    name: String,
    zero: i64,
    scenario: Scenario,
}

/// One request: which tale it tells, in which minute.
#[derive(Clone, Copy)]
struct Request {
    tale: &'static Tale,
    minute: i64,
}

impl Tracer for Tales {
    fn address(&self) -> String {
        format!("demo://{}/{}", self.name, self.scenario.name())
    }

    fn trace(&self, id: TraceId) -> Answer<'_, Sought> {
        let minutes = -BEFORE..=AFTER;
        let told =
            requests(self.scenario, *minutes.start(), *minutes.end()).find(|request| request.id() == id);
        let trace = told.and_then(|request| Trace::of(id, request.spans(self.zero), 0));
        Box::pin(ready(Ok(Sought { trace, toll: Toll { requests: 1, points: 0, warnings: Vec::new() } })))
    }

    fn recent<'a>(&'a self, ask: &'a RecentAsk) -> Answer<'a, Recent> {
        Box::pin(ready(Ok(self.listed(ask))))
    }
}

impl Tales {
    fn listed(&self, ask: &RecentAsk) -> Recent {
        let minute = |unix: i64| unix.div_euclid(60) - self.zero;
        let told = requests(self.scenario, minute(ask.from), minute(ask.to));
        let told = told.filter(|request| request.tale.lines.iter().any(|line| line.service == ask.service));
        let traces: Vec<Summary> = told.filter_map(|request| request.summary(self.zero)).collect();
        let (failing, slow): (Vec<_>, Vec<_>) = traces.into_iter().partition(|one| one.failed == Some(true));
        let slow = slow.into_iter().filter(|one| one.duration >= ask.slower_than).collect();
        Recent::of(failing, slow, ask.limit, Toll { requests: 1, points: 0, warnings: Vec::new() })
    }
}

/// The exemplars of a service's requests between two minutes: how long its own part took.
pub(super) fn exemplars(scenario: Scenario, service: &str, zero: i64, minutes: (i64, i64)) -> Vec<Exemplar> {
    let one = |request: Request| {
        let own = request.tale.lines.iter().find(|line| line.service == service && line.kind == "server")?;
        let seconds = request.lasts(own.from, own.to).as_seconds();
        Some(Exemplar { at: (zero + request.minute) * 60 - 20, value: seconds, id: request.id() })
    };
    requests(scenario, minutes.0, minutes.1).filter_map(one).collect()
}

/// The requests told of, the oldest first of each tale.
fn requests(scenario: Scenario, from: i64, to: i64) -> impl Iterator<Item = Request> {
    let (from, to) = (from.max(-BEFORE), to.min(AFTER));
    let told = TALES.iter().filter(move |tale| scenario.has_outage() || !tale.outage);
    told.flat_map(move |tale| {
        let (from, to) = (from.max(tale.from), to.min(tale.to));
        let first = from + (tale.offset - from).rem_euclid(tale.every);
        let minutes = (first..=to).step_by(usize::try_from(tale.every).unwrap_or(1));
        minutes.map(move |minute| Request { tale, minute })
    })
}

impl Request {
    fn noise(self) -> Noise {
        Noise::new(7, self.tale.name)
    }

    /// The same in every run, so that a note of the log may name it.
    fn id(self) -> TraceId {
        let noise = self.noise();
        let bits = (u128::from(noise.bits(self.minute)) << 64) | u128::from(noise.bits(self.minute ^ 0x5eed));
        // The highest bit is never needed, and keeps 0 away.
        TraceId::new(bits | 1 << 127).unwrap_or_else(|| unreachable!("one bit is set"))
    }

    /// How much slower or faster than the tale has it.
    fn pace(self) -> f64 {
        0.94 + 0.12 * self.noise().even(self.minute ^ 0x9ace)
    }

    fn lasts(self, from: u64, to: u64) -> Nanos {
        let at = |micros: u64| (micros as f64 * self.pace()) as u64;
        Nanos::micros(at(to) - at(from))
    }

    fn spans(self, zero: i64) -> Vec<Span> {
        let begin = u64::try_from((zero + self.minute) * 60 - 20).unwrap_or_default();
        let bits = self.noise().bits(self.minute ^ 0x1d) | 1 << 63;
        let id = |place: usize| SpanId(bits.wrapping_add(place as u64 * 0x9e37));
        let lines = self.tale.lines.iter().enumerate();
        lines
            .map(|(place, line)| {
                let parent = (line.parent > 0).then(|| id(line.parent - 1));
                let mut span = Span::new(id(place), parent, line.service, line.name);
                span.kind = crate::domain::trace::Kind::named(line.kind);
                span.start = Some(Nanos::seconds(begin) + self.lasts(0, line.from));
                span.duration = Some(self.lasts(line.from, line.to));
                for (key, value) in line.attributes {
                    span.attribute(key, value);
                }
                if let Some(why) = line.error {
                    span.fail(why);
                }
                span
            })
            .collect()
    }

    fn summary(self, zero: i64) -> Option<Summary> {
        Some(Trace::of(self.id(), self.spans(zero), 0)?.summary())
    }
}
