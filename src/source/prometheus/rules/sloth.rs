//! Rules under Sloth's names: groups, series, labels and alerts as its core plugins lay them out, so that its
//! dashboards go on working. Source: slok/sloth, `internal/plugin/slo/core`.

use std::collections::BTreeMap;

use super::condition::{Alert, alerts, number, passes, windows};
use super::errors::{of_events, ratio};
use super::{Group, Made, Rule, label, span, template};
use crate::domain::slo::method::Method;
use crate::domain::slo::objective::Objective;
use crate::domain::slo::tier::{self, Severity, Tier};
use crate::domain::slo::window::Window;

const ID: &str = "sloth_id";
const SERVICE: &str = "sloth_service";
const SLO: &str = "sloth_slo";
const RESERVED: &[&str] = &[
    ID,
    SERVICE,
    SLO,
    "sloth_window",
    "sloth_severity",
    "sloth_version",
    "sloth_mode",
    "sloth_spec",
    "sloth_objective",
    "long",
    "alertname",
];

/// The labels by which Sloth knows an SLO; those it gave one that was read from its form stay.
pub(super) fn identity(objective: &Objective) -> BTreeMap<String, String> {
    let id = format!("{}-{}", objective.service, objective.name);
    [(ID, id), (SERVICE, objective.service.clone()), (SLO, objective.name.clone())]
        .map(|(name, value)| {
            let kept = objective.about.pager.get(name).cloned();
            (name.to_owned(), kept.unwrap_or(value))
        })
        .into()
}

pub(super) fn made(objective: &Objective) -> Result<Made, String> {
    label::stay(objective, RESERVED)?;
    let identity = identity(objective);
    let mut labels = label::of(objective, RESERVED);
    labels.extend(identity.clone());
    let filter = label::matchers(identity.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let sheet = Sheet { objective, labels, filter };
    let id = &identity[ID];
    let group = |part: &str, rules| Group { name: format!("sloth-slo-{part}-{id}"), interval: None, rules };
    let mut groups = vec![group("sli-recordings", sheet.errors()?), group("meta-recordings", sheet.about())];
    let alerts = sheet.alerts();
    if !alerts.is_empty() {
        groups.push(group("alerts", alerts));
    }
    Ok(Made { groups, remarks: Vec::new() })
}

/// One objective with the labels and matchers that all its rules have.
struct Sheet<'a> {
    objective: &'a Objective,
    labels: BTreeMap<String, String>,
    filter: String,
}

impl Sheet<'_> {
    fn series(&self, window: Window) -> String {
        format!("{}{}", name(window), self.filter)
    }

    fn record(&self, name: &str, expr: String) -> Rule {
        Rule::record(name, expr, self.labels.clone())
    }

    fn errors(&self) -> Result<Vec<Rule>, String> {
        let objective = self.objective;
        let mut rules = Vec::new();
        let windows = recorded(objective);
        for window in &windows {
            // Sloth's alerts count events, also where its budget is a mean of slices.
            let expr = match objective.method {
                Method::Timeslices { .. } => ratio(objective, *window)?,
                _ => of_events(objective, *window)?,
            };
            rules.push(self.errors_over(*window, expr));
        }
        if objective.calendar.is_none() && !windows.contains(&objective.window) {
            let expr = match (objective.method, windows.first()) {
                (Method::RatioTimeslices { .. }, Some(short)) => self.mean_of(*short),
                _ => ratio(objective, objective.window)?,
            };
            rules.push(self.errors_over(objective.window, expr));
        }
        Ok(rules)
    }

    fn errors_over(&self, window: Window, expr: String) -> Rule {
        let mut rule = self.record(&name(window), expr);
        rule.labels.insert("sloth_window".to_owned(), span::text(window));
        rule
    }

    /// Each recorded ratio of the same weight, as Sloth does it.
    fn mean_of(&self, short: Window) -> String {
        let range = format!("{}[{}]", self.series(short), span::text(self.objective.window));
        format!("sum_over_time({range})\n/ ignoring (sloth_window)\ncount_over_time({range})")
    }

    fn about(&self) -> Vec<Rule> {
        let (objective, filter) = (self.objective, &self.filter);
        let target = objective.target;
        let days = objective.window.as_seconds() as f64 / 86_400.0;
        let mut rules = vec![
            self.record("slo:objective:ratio", format!("vector({})", number(target.ratio()))),
            self.record("slo:error_budget:ratio", format!("vector({})", number(target.budget()))),
            self.record("slo:time_period:days", format!("vector({})", number(days))),
        ];
        let burn = |window: Window| {
            format!(
                "{}\n/ on({ID}, {SLO}, {SERVICE}) group_left\nslo:error_budget:ratio{filter}",
                self.series(window)
            )
        };
        if let Some(short) = recorded(objective).first() {
            rules.push(self.record("slo:current_burn_rate:ratio", burn(*short)));
        }
        if objective.calendar.is_none() {
            rules.push(self.record("slo:period_burn_rate:ratio", burn(objective.window)));
            let left = format!("1 - slo:period_burn_rate:ratio{filter}");
            rules.push(self.record("slo:period_error_budget_remaining:ratio", left));
        }
        let mut info = self.record("sloth_slo_info", "vector(1)".to_owned());
        info.labels.extend(
            [
                ("sloth_version", "burnwatch".to_owned()),
                ("sloth_mode", "cli-gen-prom".to_owned()),
                ("sloth_spec", "prometheus/v1".to_owned()),
                ("sloth_objective", target.to_string().trim_end_matches('%').to_owned()),
            ]
            .map(|(name, value)| (name.to_owned(), value)),
        );
        rules.push(info);
        rules
    }

    fn alerts(&self) -> Vec<Rule> {
        alerts(self.objective).iter().map(|told| self.alert(told)).collect()
    }

    fn alert(&self, told: &Alert<'_>) -> Rule {
        let objective = self.objective;
        let side = |tier: &Tier, window| {
            let passes = passes(tier, objective.target);
            format!("    max({} {passes}) without (sloth_window)", self.series(window))
        };
        let both =
            |tier: &&Tier| format!("(\n{}\n    and\n{}\n)", side(tier, tier.short), side(tier, tier.long));
        let known = &objective.about.pager;
        let name = known.get("alertname").filter(|_| known.contains_key(ID)).cloned();
        // Sloth has one alert of a severity and no waits; what has both keeps its alerts apart.
        let apart = told.apart.iter().map(|long| ("long".to_owned(), long.clone()));
        let severity = ("sloth_severity".to_owned(), told.severity.word().to_owned());
        Rule {
            alert: Some(name.unwrap_or_else(|| objective.alert_name())),
            expr: told.tiers.iter().map(both).collect::<Vec<_>>().join("\nor\n"),
            wait: told.wait.map(span::text),
            labels: label::of_alerts(objective, RESERVED)
                .into_iter()
                .chain(apart)
                .chain([severity])
                .collect(),
            annotations: annotations(objective, told.severity),
            ..Rule::default()
        }
    }
}

/// The windows of the tiers and, of one that is Sloth's own, those of alerts that are switched off: Sloth records all.
fn recorded(objective: &Objective) -> Vec<Window> {
    let mut found = windows(objective);
    if objective.about.pager.contains_key(ID) && objective.calendar.is_none() {
        let usual = tier::sloth(objective.window).unwrap_or_default();
        found.extend(usual.iter().flat_map(|tier| [tier.short, tier.long]));
        found.sort();
        found.dedup();
    }
    found
}

fn name(window: Window) -> String {
    format!("slo:sli_error:ratio_rate{}", span::text(window))
}

fn annotations(objective: &Objective, severity: Severity) -> BTreeMap<String, String> {
    let set = label::told_apart(objective).map_or_else(String::new, |set| format!(" ({set})"));
    let names = format!("{{{{$labels.{SERVICE}}}}} {{{{$labels.{SLO}}}}}{set} SLO error budget burn rate is");
    let mut annotations = BTreeMap::from([
        ("title".to_owned(), format!("({}) {names} too fast.", severity.word())),
        ("summary".to_owned(), format!("{names} over expected.")),
    ]);
    annotations
        .extend(objective.runbook.iter().map(|page| ("runbook_url".to_owned(), template::escape(page))));
    let own = label::named(&objective.about.annotations);
    annotations.extend(own.map(|(name, text)| (name, template::escape(&text))));
    annotations
}
