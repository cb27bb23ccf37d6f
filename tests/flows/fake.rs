//! A backend that answers, refuses or hangs as it is told, and notes what it is asked.

use std::collections::{BTreeMap, BTreeSet};
use std::future::pending;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use burnwatch::domain::signal::{Lane, Service, Unit};
use burnwatch::domain::slo::group::Labels;
use burnwatch::domain::slo::objective::{Group, Objective};
use burnwatch::domain::slo::sli::{Events, Side, Sli};
use burnwatch::domain::slo::tally::Tally;
use burnwatch::domain::slo::window::Window;
use burnwatch::source::{
    Answer, Cells, Counts, CountsAsk, Discovered, LabelSets, Pagers, Query, Range, Sampling, SignalPoints,
    Signals, SignalsAsk, Source, SourceError, Toll,
};

/// Events of each objective in five minutes.
const TRAFFIC: f64 = 30_000.0;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Mood {
    Answer,
    Refuse,
    /// Never says a word.
    Hang,
    /// Gives up after this long.
    TimeOut(Duration),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Topic {
    Objectives,
    Intervals,
    LabelSets,
    Counts,
    Signals,
}

/// One question, also one that got no answer.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) topic: Topic,
    pub(crate) range: Range,
    /// Objectives or services.
    pub(crate) subjects: Vec<String>,
}

pub(crate) struct Script {
    pub(crate) mood: Mood,
    /// Share of bad events by objective; 1 in 100 000 unless said otherwise.
    pub(crate) errors: BTreeMap<String, f64>,
    /// Objectives whose query is refused, and with what words.
    pub(crate) refused: BTreeMap<String, String>,
    /// Routes of the grouped objectives, by the parent's id.
    pub(crate) routes: BTreeMap<String, Vec<String>>,
    /// Objectives that the backend brings itself.
    pub(crate) brings: Vec<Arc<Objective>>,
    /// Objectives of which nothing is counted any more.
    pub(crate) silent: BTreeSet<String>,
    /// What the backend says beside its answers.
    pub(crate) warnings: Vec<String>,
    /// The words of a refusal by the whole backend.
    pub(crate) refusal: String,
}

pub(crate) struct Fake {
    name: String,
    script: Mutex<Script>,
    asked: Mutex<Vec<Asked>>,
}

impl Fake {
    pub(crate) fn new(name: &str, mood: Mood) -> Arc<Self> {
        let script = Script {
            mood,
            errors: BTreeMap::new(),
            refused: BTreeMap::new(),
            routes: BTreeMap::new(),
            brings: Vec::new(),
            silent: BTreeSet::new(),
            warnings: Vec::new(),
            refusal: format!("fake://{name}"),
        };
        Arc::new(Self { name: name.to_owned(), script: Mutex::new(script), asked: Mutex::default() })
    }

    pub(crate) fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap()
    }

    pub(crate) fn turn(&self, mood: Mood) {
        self.script().mood = mood;
    }

    /// What was asked since the last time.
    pub(crate) fn take_asked(&self) -> Vec<Asked> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }

    async fn hear(&self, topic: Topic, range: Range, subjects: Vec<String>) -> Result<(), SourceError> {
        self.asked.lock().unwrap().push(Asked { topic, range, subjects });
        let (mood, address) = {
            let script = self.script();
            (script.mood, script.refusal.clone())
        };
        match mood {
            Mood::Answer => Ok(()),
            Mood::Refuse => Err(SourceError::Refused { address }),
            Mood::Hang => pending().await,
            Mood::TimeOut(after) => {
                tokio::time::sleep(after).await;
                Err(SourceError::Timeout { address, seconds: after.as_secs() })
            }
        }
    }

    fn count(&self, objective: &Objective, cell: Window, range: Range) -> Result<Cells, SourceError> {
        let script = self.script();
        if let Some(message) = script.refused.get(&objective.id) {
            return Err(SourceError::Query { message: message.clone() });
        }
        if script.silent.contains(&objective.id) {
            return Ok(Cells::default());
        }
        let errors = script.errors.get(&objective.id).copied().unwrap_or(1e-5);
        let total = TRAFFIC * cell.as_seconds() as f64 / 300.0;
        let points = (0..range.points())
            .map(|i| (range.from + i * range.step, Tally::new(errors * total, total)))
            .collect();
        Ok(Cells { points, seen_since: Some(range.from), dropped: 0 })
    }

    fn toll(&self) -> Toll {
        Toll { requests: 1, points: 1, warnings: self.script().warnings.clone() }
    }
}

impl Source for Fake {
    fn address(&self) -> String {
        format!("fake://{}", self.name)
    }

    fn counts<'a>(&'a self, ask: &'a CountsAsk) -> Answer<'a, Counts> {
        Box::pin(async move {
            let ids = ask.asked.iter().map(|one| one.objective.id.clone()).collect();
            self.hear(Topic::Counts, ask.range, ids).await?;
            let slos = ask.asked.iter().map(|one| self.count(&one.objective, one.cell, ask.range)).collect();
            Ok(Counts { slos, pagers: Pagers::default(), toll: self.toll() })
        })
    }

    fn signals<'a>(&'a self, ask: &'a SignalsAsk) -> Answer<'a, Signals> {
        Box::pin(async move {
            let names = ask.services.iter().map(|service| service.name.clone()).collect();
            self.hear(Topic::Signals, ask.range, names).await?;
            let figures = ask.services.iter().map(|service| traffic(&service.name, ask.range)).collect();
            Ok(Signals { figures, toll: self.toll() })
        })
    }

    fn sample_intervals<'a>(
        &'a self,
        objectives: &'a [Arc<Objective>],
        at: i64,
    ) -> Answer<'a, Vec<Option<Sampling>>> {
        Box::pin(async move {
            self.hear(Topic::Intervals, Range { from: at, to: at, step: 60 }, Vec::new()).await?;
            Ok(vec![Some(Sampling::every(15)); objectives.len()])
        })
    }

    fn discovers(&self) -> bool {
        true
    }

    fn discover(&self, at: i64) -> Answer<'_, Discovered> {
        Box::pin(async move {
            self.hear(Topic::Objectives, Range { from: at, to: at, step: 60 }, Vec::new()).await?;
            let objectives = self.script().brings.clone();
            Ok(Discovered { objectives, toll: self.toll(), ..Discovered::default() })
        })
    }

    fn label_sets<'a>(&'a self, objectives: &'a [Arc<Objective>], at: i64) -> Answer<'a, LabelSets> {
        Box::pin(async move {
            let ids = objectives.iter().map(|objective| objective.id.clone()).collect();
            self.hear(Topic::LabelSets, Range { from: at, to: at, step: 60 }, ids).await?;
            let script = self.script();
            let one = |objective: &Arc<Objective>| {
                if let Some(message) = script.refused.get(&objective.id) {
                    return Err(SourceError::Query { message: message.clone() });
                }
                let routes = script.routes.get(&objective.id).into_iter().flatten();
                Ok(routes.map(|route| Labels::from([("route".to_owned(), route.clone())])).collect())
            };
            let found = objectives.iter().map(one).collect();
            Ok(LabelSets { found, toll: Toll { requests: 1, ..Toll::default() } })
        })
    }

    fn queries(&self, objective: &Objective, _window: Window) -> Vec<Query> {
        vec![Query { part: "bad".to_owned(), text: objective.id.clone() }]
    }
}

fn traffic(service: &str, range: Range) -> SignalPoints {
    SignalPoints {
        service: service.to_owned(),
        lane: Lane::Traffic,
        name: "requests".to_owned(),
        unit: Unit::PerSecond,
        limit: None,
        points: (0..range.points()).map(|i| (range.from + i * range.step, 100.0)).collect(),
        trouble: None,
    }
}

/// `service/name`, counted by backend `source`, at 99.9 % over 30 days.
pub(crate) fn objective(id: &str, source: &str) -> Arc<Objective> {
    let (service, name) = id.split_once('/').unwrap();
    let sli = Sli::Events(Events { side: Side::Bad, part: "errors".into(), total: "requests".into() });
    Arc::new(Objective::new(service, name, source, sli, "99.9%".parse().unwrap(), Window::days(30)))
}

/// The same, with a child for each route.
pub(crate) fn grouped(id: &str, source: &str) -> Arc<Objective> {
    let group = Group { parent: id.to_owned(), by: vec!["route".to_owned()], ..Group::default() };
    Arc::new(Objective { group: Some(group), ..(*objective(id, source)).clone() })
}

pub(crate) fn service(name: &str, source: &str) -> Arc<Service> {
    Arc::new(Service {
        name: name.to_owned(),
        source: source.to_owned(),
        preset: None,
        selector: String::new(),
        own: Vec::new(),
        latency_limit: None,
    })
}
