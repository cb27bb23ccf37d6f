//! Doubts about objectives and their queries, as findings with a place in the file.

use std::ops::Range;

use super::session::Session;
use crate::config::place::Lines;
use crate::config::{Diagnostic, Origin, code};
use crate::domain::signal::{Lane, Service, lint as signals};
use crate::domain::slo::lint::{self as lint_of_slo, objectives, sampled};
use crate::domain::slo::objective::Objective;
use crate::domain::slo::sli::{Events, Sli};
use crate::domain::slo::status::SloStatus;
use crate::domain::slo::window::Window;
use crate::domain::snapshot::Snapshot;
use crate::source::kind;
use crate::source::prometheus::lint::{self, Finding};
use crate::widget::clean;

/// Every doubt that the user does not allow, in the order of the SLOs.
pub(super) fn doubts(session: &Session) -> Vec<Diagnostic> {
    let config = &session.config;
    let mut found = Vec::new();
    for doubt in objectives(&config.objectives) {
        let Some(code) = code::of_lint(doubt.rule.word()) else { continue };
        if let Some(origin) = config.objective_origins.get(&doubt.objective)
            && !config.allowed.permits(code, Some(&doubt.objective))
        {
            found.push(origin.value_warning(code, doubt.key, &doubt.message, &doubt.suggestion));
        }
    }
    for objective in &config.objectives {
        let speaks_promql = config
            .backends
            .iter()
            .any(|backend| backend.name == objective.source && backend.kind == "prometheus");
        if let (true, Some(origin)) = (speaks_promql, config.objective_origins.get(&objective.id)) {
            found.extend(of_queries(session, objective, origin));
        }
    }
    found.extend(of_services(session));
    found.sort_by_key(|finding| (finding.file.clone(), finding.place.span.start));
    found
}

/// Services that only their SLOs speak for. Who allows it for one SLO allows it for its service.
fn of_services(session: &Session) -> Vec<Diagnostic> {
    let config = &session.config;
    let by_preset = |service: &Service| {
        let backend = config.backends.iter().find(|backend| backend.name == service.source);
        let kind = backend.and_then(|backend| kind(&backend.kind));
        kind.map_or(Lane::ALL.to_vec(), |kind| (kind.lanes)(service.preset.as_deref()))
    };
    let say = |doubt: signals::Finding| {
        let slos = config.objectives.iter().filter(|slo| slo.service == doubt.service);
        let code = code::of_lint(signals::NO_SATURATION)?;
        let allowed = slos.into_iter().any(|slo| config.allowed.permits(code, Some(&slo.id)));
        let origin = config.service_origins.get(&doubt.service).filter(|_| !allowed)?;
        Some(origin.value_warning(code, "saturation", &doubt.message, &doubt.suggestion))
    };
    signals::unsaturated(&config.services, &config.objectives, by_preset)
        .into_iter()
        .filter_map(say)
        .collect()
}

/// Windows that hold less than two samples, now that the backends have told how often they take them.
pub(super) fn sampled_doubts(session: &Session, snapshot: &Snapshot) -> Vec<String> {
    let doubts = |slo: &SloStatus| {
        let every = slo.counts.sampled_every.map(Window::seconds);
        every.map(|every| sampled(&slo.objective, every)).unwrap_or_default()
    };
    let told = |doubt: lint_of_slo::Finding| {
        let code = code::of_lint(doubt.rule.word())?;
        let allowed = session.config.allowed.permits(code, Some(&doubt.objective));
        let text = format!("warning[{code}]: {}: {}; {}", doubt.objective, doubt.message, doubt.suggestion);
        (!allowed).then(|| clean(&text).into_owned())
    };
    let whole = snapshot.slos().filter(|slo| slo.objective.child_of().is_none());
    whole.flat_map(|slo| doubts(slo)).filter_map(told).collect()
}

fn of_queries(session: &Session, objective: &Objective, origin: &Origin) -> Vec<Diagnostic> {
    let allowed = |code| session.config.allowed.permits(code, Some(&objective.id));
    let text = session.texts.of(&origin.file);
    let place = |(key, finding): (&str, Finding)| {
        let code = code::of_lint(finding.rule.word()).filter(|code| !allowed(code))?;
        let key = format!("sli.{key}");
        let warning = origin.value_warning(code, &key, &finding.message, &finding.suggestion);
        Some(narrowed(warning, text, finding.span.and_then(|span| written(objective, &key, span))))
    };
    doubtful(&objective.sli).into_iter().filter_map(place).collect()
}

/// Findings with the key of the configuration that they are about.
fn doubtful(sli: &Sli) -> Vec<(&'static str, Finding)> {
    let of = |key: &'static str, found: Vec<Finding>| found.into_iter().map(move |finding| (key, finding));
    match sli {
        Sli::Events(events) | Sli::Correctness(events) => {
            let Events { side, part, total } = events;
            let alone = of(side.word(), lint::expression(part)).chain(of("total", lint::expression(total)));
            alone.chain(of(side.word(), lint::pair(*side, part, total))).collect()
        }
        Sli::Latency(latency) => of("histogram", lint::histogram(&latency.histogram)).collect(),
        Sli::Ratio(_) | Sli::Throughput(_) => {
            sli.written().into_iter().flat_map(|(key, text)| of(key, lint::expression(text))).collect()
        }
        Sli::Threshold(_) | Sli::Freshness(_) | Sli::Bool(_) | Sli::Composite(_) => Vec::new(),
    }
}

/// The part of an expression that a finding is about.
fn written(objective: &Objective, key: &str, span: Range<usize>) -> Option<String> {
    let written = objective.sli.written();
    let (_, text) = written.iter().find(|(name, _)| key.ends_with(&format!(".{name}")))?;
    text.get(span).map(str::to_owned)
}

/// Points at `part` alone, where the value in the file shows it as it is.
fn narrowed(mut warning: Diagnostic, text: &str, part: Option<String>) -> Diagnostic {
    let value = warning.place.span.clone();
    let found = part.and_then(|part| Some((text.get(value.clone())?.find(&part)?, part.len())));
    if let Some((at, length)) = found {
        let start = value.start + at;
        warning.place = Lines::new(text).place(&(start..start + length));
    }
    warning
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::slo::lint as objectives;

    #[test]
    fn every_rule_has_a_code_of_its_own() {
        let queries = lint::Rule::ALL.iter().map(|rule| rule.word());
        let words = queries.chain(objectives::Rule::ALL.iter().map(|rule| rule.word()));
        let of_pages = [crate::domain::runbook::dead::DEAD_LINK, crate::cli::repairs::BROKEN];
        let words = words.chain([signals::NO_SATURATION]).chain(of_pages);
        let mut codes: Vec<_> = words.map(|word| code::of_lint(word).unwrap()).collect();
        assert_eq!(codes.len(), code::lint_words().count());
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), code::lint_words().count());
    }
}
