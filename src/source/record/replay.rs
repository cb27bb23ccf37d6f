//! A source that answers from a recording what was known at its clock.

use std::collections::{BTreeSet, HashMap};
use std::future::ready;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};

use super::line::{Backend, Definition, Service as Served, Topic};
use super::points::EARLIER;
use super::read::Recording;
use super::tape::{Tape, at_or_first};
use crate::domain::health::Health;
use crate::domain::signal::Service;
use crate::domain::slo::ledger::MINUTE;
use crate::domain::slo::objective::Objective;
use crate::domain::slo::window::Window;
use crate::source::{
    Answer, Asked, Cells, Clock, Counts, CountsAsk, Discovered, LabelSets, Pagers, Query, Range, Sampling,
    SignalPoints, Signals, SignalsAsk, Source, SourceError, Toll,
};

/// How what was written down becomes objectives again; what cannot be read is a sentence.
pub type Undefine = Arc<dyn Fn(&[Definition]) -> (Vec<Arc<Objective>>, Vec<String>) + Send + Sync>;

impl Recording {
    /// The source in place of backend number `index`; `None` where there is no such backend.
    pub fn source(&self, index: usize, clock: Clock, undefine: Undefine) -> Option<Arc<dyn Source>> {
        let backend = self.header.backends.get(index)?.clone();
        let tape = Arc::clone(&self.tapes[index]);
        Some(Arc::new(Replay { tape, backend, clock, undefine, heard: Mutex::default() }))
    }

    /// The last Unix milliseconds before `now` at which backend number `index` was well, where it was in trouble at `now`.
    pub fn last_good(&self, index: usize, now: i64) -> Option<i64> {
        self.tapes.get(index)?.last_good(now)
    }
}

/// A service as it was recorded.
pub(super) fn service(served: &Served) -> Arc<Service> {
    Arc::new(Service {
        name: served.name.clone(),
        source: served.source.clone(),
        preset: served.preset.clone(),
        selector: served.selector.clone(),
        own: Vec::new(),
        latency_limit: None,
    })
}

/// With the points that may have come late.
fn late(range: Range) -> Range {
    if range.step == MINUTE { Range { from: range.from - EARLIER * MINUTE, ..range } } else { range }
}

struct Replay {
    tape: Arc<Tape>,
    backend: Backend,
    clock: Clock,
    undefine: Undefine,
    /// Up to when the refused samples of an objective were told, and its cells that came late.
    heard: Mutex<HashMap<String, (i64, i64)>>,
}

impl Replay {
    fn now(&self) -> i64 {
        (self.clock)().timestamp_millis()
    }

    fn cells(&self, asked: &Asked, range: Range, now: i64) -> Result<Cells, SourceError> {
        let (id, width) = (&asked.objective.id, asked.cell.as_seconds());
        if let Some(error) = self.tape.fault(id, now) {
            return Err(error);
        }
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        let (dropped_to, late_to) = heard.entry(id.clone()).or_insert((i64::MIN, i64::MIN));
        let dropped = self.tape.dropped(id, std::mem::replace(dropped_to, now), now);
        let mut ends: BTreeSet<i64> =
            (0..range.points()).map(|place| range.from + place * range.step).collect();
        if range.step == MINUTE {
            ends.extend(self.tape.late(id, std::mem::replace(late_to, now), now));
        }
        let points =
            ends.into_iter().filter_map(|end| Some((end, self.tape.cell(id, width, end, now)?))).collect();
        Ok(Cells { points, seen_since: self.tape.since(id, now), dropped })
    }

    fn count(&self, ask: &CountsAsk) -> Result<Counts, SourceError> {
        let now = self.now();
        let warnings = self.tape.state(Topic::Counts, ask.range.step, now)?;
        let slos: Vec<_> = ask.asked.iter().map(|asked| self.cells(asked, ask.range, now)).collect();
        let points = slos.iter().flatten().map(|cells| cells.points.len() as u64).sum();
        let heard = ask.pagers.iter().map(|labels| self.tape.pager(labels, ask.range, now)).collect();
        let pagers = Pagers { heard, any: self.tape.any_alert(now) };
        Ok(Counts { slos, pagers, toll: Toll { requests: 1, points, warnings } })
    }

    fn draw(&self, ask: &SignalsAsk) -> Result<Signals, SourceError> {
        let now = self.now();
        let warnings = self.tape.state(Topic::Signals, ask.range.step, now)?;
        let mut figures = Vec::new();
        for service in &ask.services {
            for figure in self.tape.figures.iter().filter(|figure| figure.service == service.name) {
                let Some((unit, limit, trouble)) = at_or_first(&figure.heads, now).cloned() else { continue };
                let points = figure.values(late(ask.range), now);
                let (lane, name) = (figure.lane, figure.name.clone());
                let service = service.name.clone();
                figures.push(SignalPoints { service, lane, name, unit, limit, points, trouble });
            }
        }
        let points = figures.iter().map(|figure| figure.points.len() as u64).sum();
        Ok(Signals { figures, toll: Toll { requests: 1, points, warnings } })
    }

    fn look(&self) -> Result<Discovered, SourceError> {
        let now = self.now();
        let warnings = self.tape.state(Topic::Found, 0, now)?;
        let toll = Toll { requests: 1, points: 0, warnings };
        let Some(found) = at_or_first(&self.tape.found, now) else {
            return Ok(Discovered { toll, ..Discovered::default() });
        };
        let (objectives, problems) = (self.undefine)(&found.objectives);
        let services = found.services.as_ref().map(|services| services.iter().map(service).collect());
        let doubts = found.doubts.iter().cloned().chain(problems).collect();
        Ok(Discovered { objectives, services, doubts, unseen: found.unseen.clone(), toll })
    }

    fn label_sets_of(&self, objectives: &[Arc<Objective>]) -> Result<LabelSets, SourceError> {
        let now = self.now();
        let warnings = self.tape.state(Topic::Labels, 0, now)?;
        let sets = |objective: &Arc<Objective>| {
            let known = self.tape.labels.get(&objective.id).and_then(|known| at_or_first(known, now));
            known.cloned().unwrap_or_else(|| Ok(Vec::new()))
        };
        let found = objectives.iter().map(sets).collect();
        Ok(LabelSets { found, toll: Toll { requests: 1, points: 0, warnings } })
    }

    fn samplings(&self, objectives: &[Arc<Objective>]) -> Result<Vec<Option<Sampling>>, SourceError> {
        let now = self.now();
        self.tape.state(Topic::Intervals, 0, now)?;
        let of = |objective: &Arc<Objective>| {
            *self.tape.intervals.get(&objective.id).and_then(|known| at_or_first(known, now)).unwrap_or(&None)
        };
        Ok(objectives.iter().map(of).collect())
    }
}

impl Source for Replay {
    fn address(&self) -> String {
        let way = at_or_first(&self.tape.ways, self.now());
        way.map_or_else(|| self.backend.address.clone(), |way| way.address.clone())
    }

    fn health(&self, now: DateTime<Utc>) -> Health {
        let way = at_or_first(&self.tape.ways, now.timestamp_millis());
        way.map(super::way::Way::health).unwrap_or_default()
    }

    fn lag(&self) -> i64 {
        self.backend.lag
    }

    fn counts<'a>(&'a self, ask: &'a CountsAsk) -> Answer<'a, Counts> {
        Box::pin(ready(self.count(ask)))
    }

    fn signals<'a>(&'a self, ask: &'a SignalsAsk) -> Answer<'a, Signals> {
        Box::pin(ready(self.draw(ask)))
    }

    fn sample_intervals<'a>(
        &'a self,
        objectives: &'a [Arc<Objective>],
        _at: i64,
    ) -> Answer<'a, Vec<Option<Sampling>>> {
        Box::pin(ready(self.samplings(objectives)))
    }

    fn label_sets<'a>(&'a self, objectives: &'a [Arc<Objective>], _at: i64) -> Answer<'a, LabelSets> {
        Box::pin(ready(self.label_sets_of(objectives)))
    }

    fn discovers(&self) -> bool {
        self.backend.discovers
    }

    fn discover(&self, _at: i64) -> Answer<'_, Discovered> {
        Box::pin(ready(self.look()))
    }

    fn queries(&self, objective: &Objective, window: Window) -> Vec<Query> {
        let known = self.tape.queries.get(&(objective.id.clone(), window.as_seconds()));
        let query = |(part, text): &(String, String)| Query { part: part.clone(), text: text.clone() };
        known.into_iter().flatten().map(query).collect()
    }
}
