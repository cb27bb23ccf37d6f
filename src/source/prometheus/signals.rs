//! The golden signals of services: every figure of all of them in one question.

use std::sync::Arc;

use super::answer::Series;
use super::batch::{Batcher, Outcome, Question, Refused, When};
use super::client::Client;
use super::counts::single;
use super::presets::{self, Candidate, OWN, Recipe};
use crate::domain::promql::scan::without_comments;
use crate::domain::promql::substitute;
use crate::domain::signal::{Lane, OwnSignal, Service, Unit};
use crate::source::{SignalPoints, Signals, SignalsAsk, SourceError, Toll};

/// Up to this many points a longer chain of `or` is cheap.
const SHORT: i64 = 12;
/// The chain is quadratic in its length: 500 in five requests took a Prometheus a quarter of the time of one.
const SHORT_SIZE: usize = 100;
const LONG_SIZE: usize = 32;

/// Where a figure's points come from, as places in the list of questions.
enum Origin {
    /// The first of these that has data.
    First(Vec<Asked>),
    /// Failed requests, none where only traffic is known.
    ErrorRate {
        errors: usize,
        traffic: Asked,
    },
    ErrorShare {
        errors: usize,
        traffic: Asked,
    },
    Nowhere(String),
}

#[derive(Clone)]
struct Asked {
    question: usize,
    needs: String,
    unit: Unit,
}

struct Planned {
    lane: Lane,
    name: String,
    limit: Option<f64>,
    unit: Unit,
    origin: Origin,
}

#[derive(Default)]
struct Plan {
    questions: Vec<Question>,
    figures: Vec<(Arc<Service>, Planned)>,
}

pub(super) async fn signals(
    client: &Client,
    refused: &Refused,
    ask: &SignalsAsk,
) -> Result<Signals, SourceError> {
    let mut plan = Plan::default();
    ask.services.iter().for_each(|service| plan.service(service));
    let size = if ask.range.points() <= SHORT { SHORT_SIZE } else { LONG_SIZE };
    let batcher = Batcher { client, refused, when: When::Over(ask.range), size, strict: false };
    let mut toll = Toll::default();
    let outcomes = batcher.ask(&plan.questions, &mut toll).await?;
    let texts = plan.questions.iter().map(|question| question.text.as_str());
    let answers: Vec<Result<Series, String>> = outcomes.into_iter().zip(texts).map(answer).collect();
    let figures = plan.figures.iter().map(|(service, planned)| planned.figure(service, &answers)).collect();
    Ok(Signals { figures, toll })
}

fn answer((outcome, text): (Outcome, &str)) -> Result<Series, String> {
    single(outcome, "query", text).map_err(|error| error.to_string())
}

impl Plan {
    fn service(&mut self, service: &Arc<Service>) {
        let preset = service.preset.as_deref().unwrap_or(OWN);
        let mut figures = match presets::recipe(preset, &service.selector) {
            Some(recipe) => self.preset(service, recipe),
            None if preset == OWN => Vec::new(),
            None => vec![unknown(preset)],
        };
        for own in &service.own {
            let planned = self.own(own);
            match figures.iter_mut().find(|known| known.lane == own.lane && known.name == own.name) {
                Some(known) => *known = planned,
                None => figures.push(planned),
            }
        }
        self.figures.extend(figures.into_iter().map(|planned| (service.clone(), planned)));
    }

    /// The figures of the preset that the service does not replace by its own. What only they would need is not asked.
    fn preset(&mut self, service: &Service, recipe: Recipe) -> Vec<Planned> {
        let replaced =
            |lane: Lane, name: &str| service.own.iter().any(|own| own.lane == lane && own.name == name);
        let [requests, rate, ratio] =
            [(Lane::Traffic, "requests"), (Lane::Errors, "rate"), (Lane::Errors, "ratio")]
                .map(|(lane, name)| replaced(lane, name));
        let mut figures = Vec::new();
        for (lane, name, candidates) in recipe.others {
            let asked = if replaced(lane, name) { Vec::new() } else { self.ask_all(candidates) };
            let limit = if lane == Lane::Latency { service.latency_limit } else { None };
            let unit = asked.first().map_or(Unit::Number, |first| first.unit);
            figures.push(Planned { lane, name: name.to_owned(), limit, unit, origin: Origin::First(asked) });
        }
        let Some((traffic, errors)) = recipe.requests else { return figures };
        if requests && rate && ratio {
            figures.extend([
                plain(Lane::Traffic, "requests"),
                plain(Lane::Errors, "ratio"),
                plain(Lane::Errors, "rate"),
            ]);
            return figures;
        }
        let traffic = self.ask(traffic);
        let errors = self.ask(errors).question;
        let of = |lane, name, unit, origin| Planned { unit, origin, ..plain(lane, name) };
        figures.push(of(Lane::Traffic, "requests", Unit::PerSecond, Origin::First(vec![traffic.clone()])));
        let share = Origin::ErrorShare { errors, traffic: traffic.clone() };
        figures.push(of(Lane::Errors, "ratio", Unit::Share, share));
        figures.push(of(Lane::Errors, "rate", Unit::PerSecond, Origin::ErrorRate { errors, traffic }));
        figures
    }

    fn own(&mut self, own: &OwnSignal) -> Planned {
        let text = substitute(&without_comments(&own.query), "5m");
        let unit = own.unit();
        let asked = self.ask(Candidate { needs: text.clone(), text, unit });
        let origin = Origin::First(vec![asked]);
        Planned { lane: own.lane, name: own.name.clone(), limit: own.limit, unit, origin }
    }

    fn ask_all(&mut self, candidates: Vec<Candidate>) -> Vec<Asked> {
        candidates.into_iter().map(|candidate| self.ask(candidate)).collect()
    }

    fn ask(&mut self, candidate: Candidate) -> Asked {
        let question = self.questions.len();
        self.questions.push(Question { id: format!("s{question}"), text: candidate.text });
        Asked { question, needs: candidate.needs, unit: candidate.unit }
    }
}

fn plain(lane: Lane, name: &str) -> Planned {
    let origin = Origin::First(Vec::new());
    Planned { lane, name: name.to_owned(), limit: None, unit: Unit::Number, origin }
}

fn unknown(preset: &str) -> Planned {
    let known = presets::known_presets().join(", ");
    let trouble = format!("unknown preset `{preset}`; known are {known}");
    Planned { origin: Origin::Nowhere(trouble), ..plain(Lane::Traffic, "requests") }
}

impl Planned {
    fn figure(&self, service: &Service, answers: &[Result<Series, String>]) -> SignalPoints {
        let (points, unit) = match &self.origin {
            Origin::Nowhere(trouble) => (Err(trouble.clone()), self.unit),
            Origin::First(asked) => first(asked, answers, self.unit),
            Origin::ErrorRate { errors, traffic } => (errors_of(*errors, traffic, answers, false), self.unit),
            Origin::ErrorShare { errors, traffic } => (errors_of(*errors, traffic, answers, true), self.unit),
        };
        let (points, trouble) = match points {
            Ok(points) => (points, None),
            Err(trouble) => (Vec::new(), Some(trouble)),
        };
        let (lane, name, limit) = (self.lane, self.name.clone(), self.limit);
        SignalPoints { service: service.name.clone(), lane, name, unit, limit, points, trouble }
    }
}

type Points = Result<Vec<(i64, f64)>, String>;

/// The points, or which series is missing. A series without a finite value is no trouble: there was nothing to divide.
fn first(asked: &[Asked], answers: &[Result<Series, String>], unit: Unit) -> (Points, Unit) {
    let mut missing = Vec::new();
    for one in asked {
        match &answers[one.question] {
            Err(trouble) => return (Err(trouble.clone()), unit),
            Ok(series) if series.samples.is_empty() && series.dropped.is_empty() => {
                missing.push(one.needs.as_str());
            }
            Ok(series) => return (Ok(points(series)), one.unit),
        }
    }
    (Err(no_series(&missing)), unit)
}

fn no_series(missing: &[&str]) -> String {
    format!("no series {}", missing.join(", and none "))
}

/// Errors where there was traffic: absent ones are none. The share is of the traffic, and nothing without it.
fn errors_of(errors: usize, traffic: &Asked, answers: &[Result<Series, String>], share: bool) -> Points {
    let errors = answers[errors].as_ref().map_err(Clone::clone)?;
    let (traffic, _) = first(std::slice::from_ref(traffic), answers, traffic.unit);
    let mut failed = points(errors).into_iter().peekable();
    let at = |(time, total): (i64, f64)| {
        while failed.next_if(|point| point.0 < time).is_some() {}
        if errors.dropped.iter().any(|dropped| *dropped as i64 == time) {
            return None;
        }
        let rate = failed.next_if(|point| point.0 == time).map_or(0.0, |point| point.1);
        if share { (total > 0.0).then(|| (time, rate / total)) } else { Some((time, rate)) }
    };
    Ok(traffic?.into_iter().filter_map(at).collect())
}

fn points(series: &Series) -> Vec<(i64, f64)> {
    series.samples.iter().map(|(time, value)| (*time as i64, *value)).collect()
}
