//! Rules under Pyrra's names: groups, series, labels and alerts as it lays them out, so that its dashboards go on
//! working. Source: pyrra-dev/pyrra, `slo/rules.go`.

mod counted;

use std::collections::BTreeMap;

use super::condition::{number, passes, windows};
use super::errors::ratio;
use super::{Group, Made, Rule, label, span, template};
use crate::domain::slo::method::Method;
use crate::domain::slo::objective::Objective;
use crate::domain::slo::sli::{Side, Sli};
use crate::domain::slo::tier::{Severity, Tier};
use crate::domain::slo::window::Window;
use counted::Counted;

const RESERVED: &[&str] = &["slo", "short", "long", "severity", "exhaustion", "le", "alertname"];
/// How often burn rates are recorded.
const OFTEN: &str = "30s";

pub(super) fn pager(objective: &Objective) -> BTreeMap<String, String> {
    [("alertname", alert_name(objective)), ("slo", slo(objective))]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
}

fn is_pyrras(objective: &Objective) -> bool {
    objective.about.tool.as_deref() == Some("pyrra")
}

/// One that was read from Pyrra's form keeps its name there.
fn slo(objective: &Objective) -> String {
    let kept = objective.about.pager.get("slo").filter(|_| is_pyrras(objective)).cloned();
    kept.unwrap_or_else(|| format!("{}-{}", objective.service, objective.name))
}

fn alert_name(objective: &Objective) -> String {
    let kept = objective.about.pager.get("alertname").filter(|_| is_pyrras(objective)).cloned();
    kept.unwrap_or_else(|| "ErrorBudgetBurn".to_owned())
}

pub(super) fn made(objective: &Objective) -> Result<Made, String> {
    label::stay(objective, RESERVED)?;
    let counted = Counted::of(objective)?;
    let slo = slo(objective);
    let mut labels = label::of(objective, RESERVED);
    let equal = counted.total_labels().into_iter();
    let free = |name: &String| !RESERVED.contains(&name.as_str()) && !objective.grouped_by().contains(name);
    labels.extend(equal.filter(|(name, _)| free(name)));
    labels.insert("slo".to_owned(), slo.clone());
    let sheet = Sheet { objective, counted, slo, labels };
    let mut groups = Vec::new();
    if objective.calendar.is_none() {
        let name = format!("{}-increase", sheet.slo);
        groups.push(Group {
            name,
            interval: Some(span::interval(objective.window)),
            rules: sheet.increases(),
        });
    }
    let rules =
        sheet.burn_rates()?.into_iter().chain(objective.tiers.iter().map(|tier| sheet.alert(tier))).collect();
    groups.push(Group { name: sheet.slo.clone(), interval: Some(OFTEN.to_owned()), rules });
    // Pyrra has none for an objective that is grouped.
    if objective.grouped_by().is_empty() {
        let name = format!("{}-generic", sheet.slo);
        groups.push(Group { name, interval: Some(OFTEN.to_owned()), rules: sheet.generic() });
    }
    Ok(Made { groups, remarks: remarks(objective) })
}

fn remarks(objective: &Objective) -> Vec<String> {
    let mut remarks = Vec::new();
    if let Method::Timeslices { .. } | Method::RatioTimeslices { .. } = objective.method {
        remarks.push("burn rates are of its slices; Pyrra's availability counts events".to_owned());
    }
    if let Sli::Events(events) | Sli::Correctness(events) = &objective.sli
        && events.side == Side::Good
    {
        remarks.push(
            "it counts good events; Pyrra's own pages look for errors and will not find them".to_owned(),
        );
    }
    remarks
}

/// One objective with what all its rules have.
struct Sheet<'a> {
    objective: &'a Objective,
    counted: Counted<'a>,
    slo: String,
    labels: BTreeMap<String, String>,
}

impl Sheet<'_> {
    /// The labels of recorded counts, which do not say what the counts are kept apart by.
    fn labels_but(&self, apart: &[String]) -> BTreeMap<String, String> {
        let kept = self.labels.iter().filter(|(name, _)| !apart.contains(name));
        kept.map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    fn increases(&self) -> Vec<Rule> {
        let labels = self.labels_but(&self.counted.apart());
        let with = |le: Option<&str>| {
            let le = le.map(|le| ("le".to_owned(), le.to_owned()));
            labels.clone().into_iter().chain(le).collect::<BTreeMap<_, _>>()
        };
        let counts = self.counted.over(&span::text(self.objective.window)).into_iter();
        let counts = counts.map(|count| Rule::record(&count.name, count.expr, with(count.le.as_deref())));
        let absent = self.counted.must_exist().into_iter();
        counts.chain(absent.map(|(selector, le)| self.absent(&selector, with(le)))).collect()
    }

    fn absent(&self, selector: &str, labels: BTreeMap<String, String>) -> Rule {
        let mut labels: BTreeMap<_, _> =
            labels.into_iter().map(|(name, value)| (name, template::escape(&value))).collect();
        labels.insert("severity".to_owned(), "critical".to_owned());
        Rule {
            alert: Some("SLOMetricAbsent".to_owned()),
            expr: format!("absent({selector}) == 1"),
            wait: self.absent_wait().map(span::text),
            labels,
            annotations: self.annotations(),
            ..Rule::default()
        }
    }

    /// As long as it takes the first tier to fire when everything fails, its own wait included, in whole minutes.
    fn absent_wait(&self) -> Option<Window> {
        let tier = self.objective.tiers.first()?;
        let share = tier.factor * self.objective.target.budget() * tier.long.as_seconds() as f64;
        // Dust must not cost a second where the product is a whole one.
        let seconds = (share + 1e-6) as i64 + tier.wait.map_or(0, Window::as_seconds);
        let minutes = (seconds + 30) / 60;
        (minutes > 0).then(|| Window::minutes(minutes))
    }

    fn burn_rates(&self) -> Result<Vec<Rule>, String> {
        let windows = windows(self.objective);
        let rule = |window: &Window| {
            let expr = ratio(self.objective, *window)?;
            Ok(Rule::record(&self.burn_rate(*window), expr, self.labels.clone()))
        };
        windows.iter().map(rule).collect()
    }

    fn burn_rate(&self, window: Window) -> String {
        format!("{}:burnrate{}", self.counted.base(), span::text(window))
    }

    fn alert(&self, tier: &Tier) -> Rule {
        let mut matchers = self.counted.total_matchers(RESERVED);
        matchers.push(format!("slo={}", label::quoted(&self.slo)));
        matchers.sort();
        let matchers = matchers.join(",");
        let passes = passes(tier, self.objective.target);
        let side = |window| format!("{}{{{matchers}}} {passes}", self.burn_rate(window));
        let mut labels: BTreeMap<String, String> =
            self.labels.iter().map(|(name, value)| (name.clone(), template::escape(value))).collect();
        labels.extend(label::of_alerts(self.objective, RESERVED));
        labels.extend(
            [
                ("short", span::text(tier.short)),
                ("long", span::text(tier.long)),
                ("severity", severity(tier.severity).to_owned()),
                ("exhaustion", span::text(exhausts(self.objective.window, tier.factor))),
            ]
            .map(|(name, value)| (name.to_owned(), value)),
        );
        Rule {
            alert: Some(alert_name(self.objective)),
            expr: format!("{} and {}", side(tier.short), side(tier.long)),
            wait: tier.wait.map(span::text),
            labels,
            annotations: self.annotations(),
            ..Rule::default()
        }
    }

    fn annotations(&self) -> BTreeMap<String, String> {
        let runbook = self.objective.runbook.iter();
        let runbook = runbook.map(|page| ("runbook_url".to_owned(), template::escape(page)));
        let text = self.objective.description.iter();
        let description = text.map(|text| ("description".to_owned(), template::escape(text)));
        let own = label::named(&self.objective.about.annotations);
        runbook.chain(description).chain(own.map(|(name, text)| (name, template::escape(&text)))).collect()
    }

    /// Series of the same name for every SLO, which Pyrra's Grafana dashboards read.
    fn generic(&self) -> Vec<Rule> {
        let objective = self.objective;
        let mut labels = label::of(objective, RESERVED);
        labels.insert("slo".to_owned(), self.slo.clone());
        let rule = |name: &str, expr: String| Rule::record(name, expr, labels.clone());
        let mut rules = vec![
            rule("pyrra_objective", format!("vector({})", number(objective.target.ratio()))),
            rule("pyrra_window", format!("vector({})", objective.window.as_seconds())),
        ];
        if objective.calendar.is_none() {
            let share = self.counted.availability(&span::text(objective.window), &self.slo);
            rules.push(rule("pyrra_availability", share));
        }
        let (requests, errors) = self.counted.now();
        rules.push(rule("pyrra_requests:rate5m", requests));
        rules.push(rule("pyrra_errors:rate5m", errors));
        rules
    }
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Page => "critical",
        Severity::Ticket => "warning",
    }
}

/// How long a whole budget lasts at `factor`.
fn exhausts(window: Window, factor: f64) -> Window {
    Window::seconds((window.as_seconds() as f64 / factor + 1e-6) as i64)
}
