//! Rules under names of our own: `burnwatch:slo_errors:ratio_rate5m{slo="checkout/availability"}`.

use std::collections::BTreeMap;

use super::condition::{Alert, alerts, number, passes, windows, words};
use super::errors::ratio;
use super::{Group, Made, Rule, label, span, template};
use crate::domain::slo::calendar::Calendar;
use crate::domain::slo::objective::Objective;
use crate::domain::slo::tier::{Severity, Tier};
use crate::domain::slo::window::Window;

const RESERVED: &[&str] =
    &["slo", "service", "severity", "long", "alertname", "objective", "window", "kind", "method"];

/// How the begin of a calendar's periods is written in the info.
pub(in crate::source::prometheus) const START: &str = "%Y-%m-%dT%H:%M:%S";
/// Labels of what is recorded and alerted; nobody can group by them.
const TAKEN: &[&str] = &["slo", "severity", "long", "alertname"];

pub(super) fn pager(objective: &Objective) -> BTreeMap<String, String> {
    [("alertname", objective.alert_name()), ("slo", objective.id.clone())]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
}

pub(super) fn made(objective: &Objective) -> Result<Made, String> {
    label::stay(objective, TAKEN)?;
    let whole = labels(objective);
    let mut labels = whole.clone();
    labels.retain(|name, _| !objective.grouped_by().contains(name));
    let mut rules = Vec::new();
    let windows = windows(objective);
    for window in &windows {
        rules.push(Rule::record(&series(*window), ratio(objective, *window)?, labels.clone()));
    }
    rules.extend(about(objective, &whole));
    rules.extend(alerts(objective).iter().map(|told| alert(objective, told)));
    let mut groups = vec![Group { name: format!("burnwatch {}", objective.id), interval: None, rules }];
    if objective.calendar.is_none() {
        groups.push(whole_window(objective, &labels, windows.contains(&objective.window))?);
    }
    Ok(Made { groups, remarks: Vec::new() })
}

fn labels(objective: &Objective) -> BTreeMap<String, String> {
    let mut labels = label::of(objective, RESERVED);
    labels.insert("slo".to_owned(), objective.id.clone());
    labels.insert("service".to_owned(), objective.service.clone());
    labels
}

fn series(window: Window) -> String {
    format!("burnwatch:slo_errors:ratio_rate{}", span::text(window))
}

fn selector(objective: &Objective, series: &str) -> String {
    format!("{series}{}", label::matchers([("slo", objective.id.as_str())]))
}

/// What is promised, as series that dashboards can draw.
fn about(objective: &Objective, labels: &BTreeMap<String, String>) -> Vec<Rule> {
    let constant =
        |name: &str, value: f64| Rule::record(name, format!("vector({})", number(value)), labels.clone());
    let mut info = labels.clone();
    info.extend(
        [
            ("objective", objective.target.to_string()),
            ("window", window_text(objective)),
            ("kind", objective.sli.kind().to_owned()),
            ("method", objective.method.word().to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value)),
    );
    // A text cannot say when the periods of a calendar begin that has a begin of its own.
    let start = objective.calendar.and_then(|calendar| calendar.start);
    info.extend(start.map(|start| ("start".to_owned(), start.format(START).to_string())));
    vec![
        constant("burnwatch:slo_objective:ratio", objective.target.ratio()),
        constant("burnwatch:slo_error_budget:ratio", objective.target.budget()),
        constant("burnwatch:slo_window:seconds", objective.window.as_seconds() as f64),
        Rule::record("burnwatch_slo_info", "vector(1)".to_owned(), info),
    ]
}

fn window_text(objective: &Objective) -> String {
    objective.calendar.map_or_else(|| span::text(objective.window), Calendar::text)
}

/// Both windows of a tier burn too fast.
fn both(objective: &Objective, tier: &Tier) -> String {
    let passes = passes(tier, objective.target);
    let side = |window| format!("  {} {passes}", selector(objective, &series(window)));
    format!("(\n{}\n  and\n{}\n)", side(tier.short), side(tier.long))
}

fn alert(objective: &Objective, told: &Alert<'_>) -> Rule {
    let apart = told.apart.iter().map(|long| ("long".to_owned(), long.clone()));
    let severity = ("severity".to_owned(), told.severity.word().to_owned());
    Rule {
        alert: Some(objective.alert_name()),
        expr: told.tiers.iter().map(|tier| both(objective, tier)).collect::<Vec<_>>().join("\nor\n"),
        wait: told.wait.map(span::text),
        // `slo`, `service` and the rest come with the series.
        labels: label::of_alerts(objective, RESERVED).into_iter().chain(apart).chain([severity]).collect(),
        annotations: annotations(objective, told.severity, &told.tiers),
        ..Rule::default()
    }
}

fn annotations(objective: &Objective, severity: Severity, tiers: &[&Tier]) -> BTreeMap<String, String> {
    let mut description = format!(
        "{{{{ $value | humanizePercentage }}}} bad in the short window; {} over {} allows {}%. This is the {} for a {}.",
        objective.target,
        window_text(objective),
        number(objective.target.budget() * 100.0),
        severity.word(),
        words(tiers)
    );
    if let Some(text) = &objective.description {
        description = format!("{description}\n{}", template::escape(text));
    }
    let set = label::told_apart(objective).map_or_else(String::new, |set| format!("{{{set}}}"));
    let summary = format!("{}{set} spends its error budget too fast", template::escape(&objective.id));
    let runbook =
        objective.runbook.iter().map(|runbook| ("runbook_url".to_owned(), template::escape(runbook)));
    let own = label::named(&objective.about.annotations).map(|(name, text)| (name, template::escape(&text)));
    [("summary".to_owned(), summary), ("description".to_owned(), description)]
        .into_iter()
        .chain(runbook)
        .chain(own)
        .collect()
}

/// What is left, asked seldom: it reads all of the window.
fn whole_window(
    objective: &Objective,
    labels: &BTreeMap<String, String>,
    known: bool,
) -> Result<Group, String> {
    let errors = series(objective.window);
    let mut rules = Vec::new();
    if !known {
        rules.push(Rule::record(&errors, ratio(objective, objective.window)?, labels.clone()));
    }
    if objective.target.budget() > 0.0 {
        let left = format!("1 - {} / {}", selector(objective, &errors), number(objective.target.budget()));
        rules.push(Rule::record("burnwatch:slo_budget_remaining:ratio", left, labels.clone()));
    }
    let name = format!("burnwatch {} window", objective.id);
    Ok(Group { name, interval: Some(span::interval(objective.window)), rules })
}
