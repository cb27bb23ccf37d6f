//! Rules that need nothing but the objectives.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Finding, Rule};
use crate::domain::quantity::several;
use crate::domain::slo::objective::Objective;
use crate::domain::slo::tier::Severity;
use crate::domain::slo::window::Window;

/// Three to five per service are what people keep in mind.
const MOST: usize = 5;
/// Months of which people write a number.
const MONTHS: u8 = 12;

/// Words of a name that speak of a resource.
const RESOURCES: &[&str] = &[
    "cpu",
    "memory",
    "heap",
    "disk",
    "saturation",
    "utilization",
    "utilisation",
    "load",
    "queue",
    "backlog",
    "goroutines",
    "threads",
];

pub(super) const RULES: &[fn(&Objective) -> Option<Finding>] = &[minutes, runbook, page, saturation];

/// More than five SLOs of one service, said at the sixth.
pub(super) fn too_many(all: &[Arc<Objective>]) -> Vec<Finding> {
    let mut services: BTreeMap<&str, Vec<&Objective>> = BTreeMap::new();
    for objective in all {
        services.entry(&objective.service).or_default().push(objective);
    }
    let finding = |(_, of): (&str, Vec<&Objective>)| {
        let message =
            format!("this service has {} SLOs; nobody weighs more than {MOST} against each other", of.len());
        let hint = "keep those that users would notice first, and watch the rest as signals";
        of.get(MOST).map(|beyond| Finding::new(Rule::TooManySlos, beyond, "service", message, hint))
    };
    services.into_iter().filter_map(finding).collect()
}

fn minutes(objective: &Objective) -> Option<Finding> {
    let hint = month_in_minutes(&objective.window.to_string())?;
    let message = format!("the SLO looks back no further than {}", objective.window);
    Some(Finding::new(Rule::MonthInMinutes, objective, "window", message, hint))
}

/// Advice for an SLO window such as `1m` or `3m`, which is minutes and was probably meant as months.
pub fn month_in_minutes(text: &str) -> Option<String> {
    let months: u8 = text.trim().strip_suffix('m')?.parse().ok()?;
    (1..=MONTHS).contains(&months).then(|| {
        let days = Window::days(30 * i64::from(months));
        format!("`m` is minutes; for {} write \"{days}\"", several(months.into(), "month"))
    })
}

fn runbook(objective: &Objective) -> Option<Finding> {
    let missing = objective.runbook.as_ref().is_none_or(|text| text.trim().is_empty());
    let message = "no runbook: whoever is paged for this starts from nothing";
    missing.then(|| {
        Finding::new(
            Rule::MissingRunbook,
            objective,
            "runbook",
            message,
            "write down at least whom to ask and where to look",
        )
    })
}

fn page(objective: &Objective) -> Option<Finding> {
    let pages = objective.tiers.iter().any(|tier| tier.severity == Severity::Page);
    let message = "no tier pages: an outage opens a ticket at most";
    let hint = "add a tier with severity \"page\", or take a preset such as \"workbook\"";
    (!pages).then(|| Finding::new(Rule::NoPage, objective, "alerts", message, hint))
}

fn saturation(objective: &Objective) -> Option<Finding> {
    let mut words = objective.name.split(|c: char| !c.is_alphanumeric());
    let word = words.find_map(|word| RESOURCES.iter().find(|known| word.eq_ignore_ascii_case(known)))?;
    let message = format!("`{word}` is a resource: users do not feel it until requests fail or slow down");
    let hint = "watch it as a saturation signal, and set the SLO on errors or latency";
    Some(Finding::new(Rule::SaturationSlo, objective, "name", message, hint))
}
