//! Objectives to write rules for, and tiers for them.

use std::sync::Arc;

use burnwatch::domain::slo::objective::{Group, Objective};
use burnwatch::domain::slo::sli::{Events, Latency, Side, Sli};
use burnwatch::domain::slo::tier::{self, Tier};
use burnwatch::domain::slo::window::Window;
use burnwatch::source::prometheus::rules::{RuleFile, Style, rules};

/// Requests of `service`, of which those with a code of 5xx are bad.
pub(crate) fn requests(service: &str) -> Sli {
    Sli::Events(Events {
        side: Side::Bad,
        part: format!("http_requests_total{{service=\"{service}\",code=~\"5..\"}}"),
        total: format!("http_requests_total{{service=\"{service}\"}}"),
    })
}

pub(crate) fn latency(service: &str, threshold: f64) -> Sli {
    let histogram = format!("http_request_duration_seconds{{service=\"{service}\"}}");
    Sli::Latency(Latency { histogram, threshold, native: false })
}

/// `api/availability` with these tiers.
pub(crate) fn objective(sli: Sli, target: &str, days: i64, tiers: Vec<Tier>) -> Objective {
    let window = Window::days(days);
    let objective = Objective::new("api", "availability", "main", sli, target.parse().unwrap(), window);
    Objective { tiers, ..objective }
}

/// The same for each set of these labels.
pub(crate) fn grouped(by: &[&str], objective: Objective) -> Objective {
    let by = by.iter().map(|name| (*name).to_owned()).collect();
    let group = Group { parent: objective.id.clone(), by, ..Group::default() };
    Objective { group: Some(group), ..objective }
}

/// The tiers of a preset at so many days.
pub(crate) fn preset(name: &str, days: i64) -> Vec<Tier> {
    tier::preset(name, Window::days(days)).unwrap().unwrap()
}

/// The rules of one objective, of which nothing may be left out.
pub(crate) fn written(objective: Objective, style: Style) -> RuleFile {
    let written = rules(&[Arc::new(objective)], style);
    assert!(written.left_out.is_empty(), "{:?}", written.left_out);
    written.file
}
