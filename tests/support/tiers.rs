//! Objectives to write rules for, with the tiers of other tools written out by hand.

use std::sync::Arc;

use burnwatch::domain::slo::objective::Objective;
use burnwatch::domain::slo::sli::{Events, Latency, Side, Sli};
use burnwatch::domain::slo::tier::{Comparison, Severity, Tier};
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
pub(crate) fn objective(sli: Sli, target: &str, days: i64, tiers: &[Tier]) -> Objective {
    let window = Window::days(days);
    let objective = Objective::new("api", "availability", "main", sli, target.parse().unwrap(), window);
    Objective { tiers: tiers.to_vec(), ..objective }
}

/// Severity, short, long, factor, wait, as in the tool's own table.
pub(crate) fn tier(page: bool, short: &str, long: &str, factor: f64, wait: &str) -> Tier {
    Tier {
        severity: if page { Severity::Page } else { Severity::Ticket },
        short: short.parse().unwrap(),
        long: long.parse().unwrap(),
        factor,
        comparison: Comparison::Above,
        wait: wait.parse().ok(),
    }
}

/// Sloth's 30 days.
pub(crate) fn sloth_30d() -> [Tier; 4] {
    [
        tier(true, "5m", "1h", 14.4, ""),
        tier(true, "30m", "6h", 6.0, ""),
        tier(false, "2h", "1d", 3.0, ""),
        tier(false, "6h", "3d", 1.0, ""),
    ]
}

/// Pyrra at four weeks.
pub(crate) fn pyrra_4w() -> [Tier; 4] {
    [
        tier(true, "5m", "1h", 14.0, "2m"),
        tier(true, "30m", "6h", 7.0, "15m"),
        tier(false, "2h", "1d", 2.0, "1h"),
        tier(false, "6h", "4d", 1.0, "3h"),
    ]
}

/// Pyrra at 30 days, whose windows are rounded to whole minutes.
pub(crate) fn pyrra_30d() -> [Tier; 4] {
    [
        tier(true, "5m", "1h4m", 14.0, "2m"),
        tier(true, "32m", "6h26m", 7.0, "16m"),
        tier(false, "2h9m", "1d1h43m", 2.0, "1h4m"),
        tier(false, "6h26m", "4d6h51m", 1.0, "3h13m"),
    ]
}

/// The rules of one objective, of which nothing may be left out.
pub(crate) fn written(objective: Objective, style: Style) -> RuleFile {
    let written = rules(&[Arc::new(objective)], style);
    assert!(written.left_out.is_empty(), "{:?}", written.left_out);
    written.file
}
