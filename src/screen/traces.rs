//! Traces: from what is in view to the list, from the list to a trace, and what has to be asked for that.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::enter::enter_from_here;
use super::runbook_jump;
use crate::domain::incident::Incident;
use crate::domain::signal::Lane;
use crate::domain::trace::{Exemplars, ExemplarsAsk, Found, Nanos, RecentAsk, Summaries, TraceId};
use crate::panel::subject;
use crate::state::{Effect, Listing, Model, PanelId, Screen, Seen};

/// Traces of each sort in the list.
const LIMIT: usize = 20;
/// Exemplars are asked for again after this time.
const FRESH: TimeDelta = TimeDelta::minutes(1);

/// Lists the traces of the service in view, and those that the notes of the incident in view name. Where there is
/// neither, the list says so.
pub fn list(model: &mut Model) {
    let incident = incident(model);
    let of_incident = incident.and_then(service_of);
    let service = of_incident.or_else(|| service(model));
    let noted = incident.map(|incident| (incident.id(), noted(incident))).filter(|noted| !noted.1.is_empty());
    let now = subject::seen_at(model).timestamp();
    let ask = service.map(|service| RecentAsk {
        slower_than: limit(model, &service),
        service,
        from: now - model.view.range_seconds(),
        to: now,
        limit: LIMIT,
    });
    let since = model.now;
    model.traces.list = ask.map(|ask| Listing { ask, noted, since, number: None, answer: None });
    model.view.cursors.remove(&PanelId::TraceList);
    enter_from_here(model, Screen::Traces);
}

fn incident(model: &Model) -> Option<&Incident> {
    let here = model.view.screen == Screen::Incident
        || model.view.screen == Screen::Incidents
        || model.view.focus == PanelId::Incidents;
    subject::incident(model).filter(|_| here)
}

fn service_of(incident: &Incident) -> Option<String> {
    let of_slo = || incident.slos.first().and_then(|id| id.split('/').next()).map(str::to_owned);
    incident.services.first().cloned().or_else(of_slo)
}

fn service(model: &Model) -> Option<String> {
    let shown = || subject::service(model).map(|service| service.service.clone());
    let of_slo = || runbook_jump::wanted(model).map(|slo| slo.objective.service.clone());
    let signals = matches!(model.view.screen, Screen::Signals | Screen::Traces)
        || matches!(model.view.focus, PanelId::Signals | PanelId::Services);
    if signals { shown().or_else(of_slo) } else { of_slo().or_else(shown) }
}

fn noted(incident: &Incident) -> Vec<TraceId> {
    let mut found: Vec<TraceId> = Vec::new();
    let lines =
        incident.timeline.entries().iter().filter(|entry| !entry.struck).map(|entry| entry.text.as_str());
    for id in lines.chain([incident.title.as_str()]).flat_map(TraceId::find_in) {
        if !found.contains(&id) {
            found.push(id);
        }
    }
    found
}

/// What the service's latency ought to stay below.
fn limit(model: &Model, service: &str) -> Option<Nanos> {
    let signals = model.snapshot().service(service)?;
    let seconds = signals.lane(Lane::Latency).find_map(|figure| figure.limit)?;
    Some(Nanos((seconds * 1e9) as u64))
}

/// The same again, where the screen is about traces.
pub(super) fn again(model: &mut Model) {
    let now = model.now;
    match model.view.screen {
        Screen::Traces => {
            let to = subject::seen_at(model).timestamp();
            if let Some(list) = &mut model.traces.list {
                let span = list.ask.to - list.ask.from;
                list.ask = RecentAsk { from: to - span, to, ..list.ask.clone() };
                (list.number, list.since) = (None, now);
            }
        }
        Screen::Trace => {
            if let Some(open) = &mut model.traces.open {
                (open.number, open.since) = (None, now);
            }
        }
        _ => {}
    }
}

/// What has to be asked now.
pub(super) fn questions(model: &mut Model) -> Vec<Effect> {
    let mut effects = Vec::new();
    if model.setup.tracers.is_empty() {
        return effects;
    }
    let number = model.traces.asked + 1;
    if let Some(list) = model.traces.list.as_mut().filter(|list| list.number.is_none()) {
        list.number = Some(number);
        effects.push(Effect::FetchTraces(number, list.ask.clone()));
    }
    let number = number + effects.len() as u64;
    if let Some(open) = model.traces.open.as_mut().filter(|open| open.number.is_none()) {
        open.number = Some(number);
        effects.push(Effect::FetchTrace(number, open.id));
    }
    model.traces.asked += effects.len() as u64;
    effects.extend(exemplars(model));
    effects
}

/// Exemplars are asked for while the charts they belong to are shown, and no more often than once a minute.
fn exemplars(model: &mut Model) -> Option<Effect> {
    if model.view.screen != Screen::Signals || model.frozen.is_some() {
        return None;
    }
    let service = subject::service(model)?;
    let (name, source, range) = (service.service.clone(), service.source.clone(), model.view.range_seconds());
    let known = model.traces.exemplars.as_ref().filter(|seen| seen.service == name);
    if known.is_some_and(|seen| seen.range == range && model.now - seen.at < FRESH) {
        return None;
    }
    let answer = known.and_then(|seen| seen.answer.clone());
    let number = model.traces.number();
    model.traces.exemplars = Some(Seen { service: name.clone(), range, at: model.now, number, answer });
    let to = model.now.timestamp();
    Some(Effect::FetchExemplars(number, ExemplarsAsk { service: name, source, from: to - range, to }))
}

pub(super) fn on_list(model: &mut Model, number: u64, answer: Arc<Summaries>) {
    keep(model, |now, traces| {
        traces.keep(&answer.outcomes, now);
        let awaited = traces.list.as_mut().filter(|list| list.number == Some(number));
        if let Some(list) = awaited {
            list.answer = Some(answer);
        }
    });
}

pub(super) fn on_trace(model: &mut Model, number: u64, answer: Arc<Found>) {
    keep(model, |now, traces| {
        traces.keep(&answer.outcomes, now);
        let awaited = traces.open.as_mut().filter(|open| open.number == Some(number));
        if let Some(open) = awaited {
            open.answer = Some(answer);
        }
    });
}

pub(super) fn on_exemplars(model: &mut Model, number: u64, answer: Arc<Exemplars>) {
    let awaited = model.traces.exemplars.as_mut().filter(|seen| seen.number == number);
    if let Some(seen) = awaited {
        seen.answer = Some(answer);
    }
}

fn keep(model: &mut Model, then: impl FnOnce(DateTime<Utc>, &mut crate::state::Traces)) {
    then(model.now, &mut model.traces);
}

/// The id of the trace in view.
pub(super) fn copy(model: &mut Model) -> Vec<Effect> {
    let id = match model.view.screen {
        Screen::Trace => model.traces.open.as_ref().map(|open| open.id),
        _ => crate::panel::trace_list::selected(model),
    };
    let Some(id) = id else { return Vec::new() };
    model.notice("copy", format!("{id} was given to the terminal's clipboard, if it has one"));
    vec![Effect::Copy(id.to_string())]
}
