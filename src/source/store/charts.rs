//! The signals of services: their own queries, a bucket for each point of the chart.

use std::collections::BTreeMap;

use super::buckets::Buckets;
use super::cells::LATE;
use super::count::{fetch, with_late};
use super::need::{Fold, Need};
use super::{Outcome, Points, Question, Span, Store};
use crate::domain::signal::{Lane, OwnSignal, Service, Unit};
use crate::source::{Range, SettingError, SignalPoints, Signals, SignalsAsk, SourceError, Toll};

/// The queries of the service itself and nothing else.
const OWN: &str = "own";

type Planned = Result<Question, SettingError>;

pub(super) async fn signals<S: Store>(store: &S, ask: &SignalsAsk) -> Result<Signals, SourceError> {
    let own = ask.services.iter().flat_map(|service| service.own.iter().map(move |own| (service, own)));
    let range = with_late(ask.range);
    let planned: Vec<_> = own.map(|(service, own)| (service, own, question(store, own, range))).collect();
    let mut toll = Toll::default();
    let questions = planned.iter().filter_map(|(_, _, question)| question.as_ref().ok());
    let answers = fetch(store, questions, &mut toll).await?;
    let strangers = ask.services.iter().filter_map(|service| stranger(service, S::NAME));
    let figures = planned.iter().map(|(service, own, planned)| {
        let per_second = own.unit() == Unit::PerSecond;
        let (points, trouble) = match points(planned, per_second, range, &answers) {
            Ok(points) => (points, None),
            Err(trouble) => (Vec::new(), Some(trouble)),
        };
        SignalPoints {
            service: service.name.clone(),
            lane: own.lane,
            name: own.name.clone(),
            unit: own.unit(),
            limit: own.limit,
            points,
            trouble,
        }
    });
    Ok(Signals { figures: strangers.chain(figures).collect(), toll })
}

fn question<S: Store>(store: &S, own: &OwnSignal, range: Range) -> Planned {
    let fold = Fold::Chart { per_second: own.unit() == Unit::PerSecond };
    let need = Need { key: &own.name, text: &own.query, fold };
    let width = range.step;
    let span = Span { from: range.from - width, to: range.to + width, width };
    Ok(Question { query: store.query(&need, width)?, span })
}

/// What is drawn of one figure, or why it is not. Where it is `per_second`, events are divided by the time in which they
/// were counted.
fn points(
    planned: &Planned,
    per_second: bool,
    range: Range,
    answers: &BTreeMap<Question, Outcome>,
) -> Result<Vec<(i64, f64)>, String> {
    let question = planned.as_ref().map_err(ToString::to_string)?;
    let found = match answers.get(question) {
        Some(Ok(Buckets { absent: Some(what), .. })) => return Err(what.clone()),
        Some(Ok(found)) => found,
        Some(Err(error)) => return Err(error.to_string()),
        None => return Ok(Vec::new()),
    };
    let Some(whole_to) = found.whole_to(range.to, range.step) else {
        return Err(format!("`{}` gives nothing", question.query.text));
    };
    let inside = range.from..=range.to.min(whole_to.max(range.to - LATE));
    let counts = question.query.points != Points::Values;
    let seconds = found.spacing().unwrap_or_default().max(range.step) as f64;
    let per = if per_second && counts { seconds } else { 1.0 };
    Ok(found
        .iter()
        .filter(|(end, _)| inside.contains(end))
        .map(|(end, one)| (end, one.value / per))
        .collect())
}

/// A service that wants a preset, which only Prometheus has.
fn stranger(service: &Service, name: &str) -> Option<SignalPoints> {
    let preset = service.preset.as_deref().filter(|preset| *preset != OWN)?;
    Some(SignalPoints {
        service: service.name.clone(),
        lane: Lane::Traffic,
        name: "requests".to_owned(),
        unit: Unit::Number,
        limit: None,
        points: Vec::new(),
        trouble: Some(format!(
            "{name} has no preset `{preset}`: write the queries under [service.traffic] and so on"
        )),
    })
}
