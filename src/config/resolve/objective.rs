//! Objectives: target, window, SLA and what they refer to.

use std::collections::BTreeMap;

use super::alerts::alerts;
use super::method::method;
use super::names::{Known, Taken, allowed, reference};
use super::pager::{pager, texts};
use super::sli::{references, sli};
use super::span::span;
use crate::config::code;
use crate::config::doubt;
use crate::config::group::group;
use crate::config::nearest::suggest;
use crate::config::origin::Origin;
use crate::config::place::At;
use crate::config::raw;
use crate::config::report::Report;
use crate::config::shown::quoted;
use crate::domain::slo::method::Method;
use crate::domain::slo::objective::{About, Objective};
use crate::domain::slo::policy::Policy;
use crate::domain::slo::target::Target;

const POLICY: &str = "four-step";

pub(super) fn objectives(typed: &[raw::slo::Slo], known: &Known, report: &Report<'_>) -> Vec<Objective> {
    let mut taken = Taken::new("SLO");
    references(typed, known.imports, report);
    typed.iter().filter_map(|raw| objective(raw, known, &mut taken, report)).collect()
}

pub(super) fn origins(typed: &[raw::slo::Slo]) -> BTreeMap<String, Origin> {
    let origin = |raw: &raw::slo::Slo| Some((raw.id()?, raw.origin.clone()));
    typed.iter().filter_map(origin).collect()
}

fn objective(
    raw: &raw::slo::Slo,
    known: &Known,
    taken: &mut Taken,
    report: &Report<'_>,
) -> Option<Objective> {
    let id = named(raw, taken, report);
    let source = source(raw, known, report);
    let goal = goal(raw, report);
    let span = raw.window.as_ref().and_then(|typed| span(typed, report));
    let alerts = alerts(raw, span.map(|span| span.window), report);
    if let (Some(alerts), Some(goal), Some(typed)) = (&alerts, &goal, &raw.target) {
        doubt::of_tiers(&alerts.tiers, goal.target).for_each(|doubt| report.doubt(&typed.span, &doubt));
    }
    let method = method(raw, report);
    let slice = method.and_then(Method::slice);
    if let (Some(slice), Some(alerts), Some(typed)) = (slice, &alerts, &raw.slice) {
        doubt::of_slices(&alerts.tiers, slice).for_each(|doubt| report.doubt(&typed.span, &doubt));
    }
    let policy = policy(raw.policy.as_ref(), known, report);
    let sli = raw.sli.as_ref().and_then(|raw| sli(raw, report));
    let none = || Some(BTreeMap::new());
    let labels = raw.labels.as_ref().map_or_else(none, |typed| texts("label", typed, report));
    let annotations = raw.annotations.as_ref().map_or_else(none, |typed| texts("annotation", typed, report));
    let pager = raw.pager.as_ref().map_or_else(none, |typed| pager(typed, report));
    let group = group(id.as_deref().unwrap_or_default(), raw.group_by.as_ref(), sli.as_ref(), report);
    let namespace = raw.namespace.as_ref().map(|typed| typed.value.clone());
    let about =
        About { labels: labels?, annotations: annotations?, pager: pager?, namespace, ..About::default() };
    let (goal, alerts) = (goal?, alerts?);
    Some(Objective {
        id: id?,
        service: raw.service.as_ref()?.value.clone(),
        name: raw.name.as_ref()?.value.clone(),
        description: raw.description.as_ref().map(|text| text.value.clone()),
        source: source?,
        sli: sli?,
        target: goal.target,
        window: span?.window,
        method: method?,
        sla: goal.sla,
        alerts: alerts.name,
        tiers: alerts.tiers,
        policy: policy?,
        runbook: raw.runbook.as_ref().map(|text| text.value.clone()),
        calendar: span?.calendar,
        group,
        about,
    })
}

fn named(raw: &raw::slo::Slo, taken: &mut Taken, report: &Report<'_>) -> Option<String> {
    let service = raw.service.as_ref().map(|name| allowed(name, report));
    let name = raw.name.as_ref().map(|name| allowed(name, report));
    let id = raw.id().filter(|_| service == Some(true) && name == Some(true))?;
    let span = &raw.name.as_ref()?.span;
    taken.take(&id, span, report).then_some(id)
}

/// The SLO's own backend, its service's, or the first; a composite has none.
fn source(raw: &raw::slo::Slo, known: &Known, report: &Report<'_>) -> Option<String> {
    if raw.is_composite() {
        let Some(typed) = &raw.backend else { return Some(String::new()) };
        let message = "a composite has no backend: it is made of what its members' backends tell";
        report.error(code::CONFLICT, &typed.span, message).hint("leave `backend` out");
        return None;
    }
    let mut of_service = None;
    if let Some(typed) = &raw.service {
        match known.services.iter().find(|(name, _)| *name == typed.value) {
            Some((_, backend)) => of_service.clone_from(backend),
            None if known.services.is_empty() => {}
            None => {
                let names: Vec<&str> = known.services.iter().map(|(name, _)| name.as_str()).collect();
                let message =
                    format!("service `{}` has no [[service]], so it shows no signals", quoted(&typed.value));
                report.warning(code::NO_SIGNALS, &typed.span, &message).maybe_hint(suggest(
                    &typed.value,
                    "configured",
                    &names,
                ));
            }
        }
    }
    match (&raw.backend, of_service) {
        (None, Some(backend)) => Some(backend),
        (typed, _) => known.backend(typed.as_ref(), &raw.span, report),
    }
}

struct Goal {
    target: Target,
    sla: Option<Target>,
}

fn goal(raw: &raw::slo::Slo, report: &Report<'_>) -> Option<Goal> {
    let aim = raw.target.as_ref().and_then(|typed| target(typed, report));
    let sla = raw.sla.as_ref().map(|typed| (typed, target(typed, report)));
    let target = aim?;
    if let (Some(doubt), Some(typed)) = (doubt::of_target(target), &raw.target) {
        report.doubt(&typed.span, &doubt);
    }
    let Some((typed, sla)) = sla else { return Some(Goal { target, sla: None }) };
    let sla = sla?;
    if sla.ratio() > target.ratio() {
        let message = format!("the SLA of {sla} promises more than the SLO of {target} aims at");
        report.warning(code::SLA_STRICTER, &typed.span, &message).hint("an SLO is stricter than its SLA");
    } else if sla.ratio() >= target.ratio() {
        let message = format!("SLA and SLO are both {sla}: a missed goal is at once a broken promise");
        report.warning(code::NO_BUFFER, &typed.span, &message).hint("make the SLO stricter than the SLA");
    }
    Some(Goal { target, sla: Some(sla) })
}

fn target(typed: &At<String>, report: &Report<'_>) -> Option<Target> {
    match typed.value.parse() {
        Ok(target) => Some(target),
        Err(error) => {
            report.error(code::BAD_TARGET, &typed.span, &format!("{error}"));
            None
        }
    }
}

pub(super) fn policy(typed: Option<&At<String>>, known: &Known, report: &Report<'_>) -> Option<Policy> {
    let Some(typed) = typed else { return Policy::preset(POLICY) };
    let names: Vec<&str> = known.policies.keys().map(String::as_str).collect();
    let name = reference("policy", &typed.value, &typed.span, &names, report)?;
    known.policies.get(&name).cloned().flatten()
}
