//! Signals of services from their own queries.

use super::bins::Plan;
use super::order::{Outcome, Question, Runner, substituted};
use crate::domain::signal::{Lane, OwnSignal, Service, Unit};
use crate::source::{SignalPoints, Signals, SignalsAsk, SourceError, Toll};

pub(super) async fn signals(runner: &Runner, ask: &SignalsAsk) -> Result<Signals, SourceError> {
    let plan = Plan::new(&runner.settings, ask.range, ask.range.step);
    let wanted: Vec<(&Service, &OwnSignal)> = ask
        .services
        .iter()
        .flat_map(|service| service.own.iter().map(move |own| (&**service, own)))
        .collect();
    let question = |(service, own): &(&Service, &OwnSignal)| Question {
        text: substituted(&own.query, plan.span.step),
        service: service.name.clone(),
        part: own.lane.word().to_owned(),
        subject: own.name.clone(),
    };
    let questions: Vec<Question> = wanted.iter().map(question).collect();
    let mut toll = Toll::default();
    let outcomes = if questions.is_empty() || plan.is_empty() {
        Vec::new()
    } else {
        runner.ask(&questions, plan.span, &mut toll).await?
    };
    let own =
        wanted.iter().zip(outcomes).map(|((service, own), outcome)| figure(service, own, &plan, outcome));
    let strange = ask.services.iter().filter_map(|service| no_preset(service));
    Ok(Signals { figures: own.chain(strange).collect(), toll })
}

/// Several points of a minute are taken in the mean.
fn figure(service: &Service, own: &OwnSignal, plan: &Plan, outcome: Outcome) -> SignalPoints {
    let (points, trouble) = match outcome {
        Err(error) => (Vec::new(), Some(error.to_string())),
        Ok(told) if told.points.is_empty() && told.dropped.is_empty() => {
            (Vec::new(), Some(format!("no points for {}", own.query)))
        }
        Ok(told) => {
            let bins = plan.bins(&told, |_, value| Some(value));
            let at = |end| Some((end, plan.cell(&bins, end).map(|heap| heap.sum / heap.count)?));
            (plan.ends().filter_map(at).collect(), None)
        }
    };
    let (service, name, unit) = (service.name.clone(), own.name.clone(), own.unit());
    SignalPoints { service, lane: own.lane, name, unit, limit: own.limit, points, trouble }
}

fn no_preset(service: &Service) -> Option<SignalPoints> {
    let preset = service.preset.as_deref().filter(|preset| *preset != "own")?;
    let preset = crate::text::clean(preset);
    Some(SignalPoints {
        service: service.name.clone(),
        lane: Lane::Traffic,
        name: "requests".to_owned(),
        unit: Unit::PerSecond,
        limit: None,
        points: Vec::new(),
        trouble: Some(format!("a command knows no preset `{preset}`: give the service queries of its own")),
    })
}
