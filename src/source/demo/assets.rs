//! What comes with the program: the demo's configuration and its runbooks.

use super::scenario::Scenario;

/// The configuration of the demo, telling the scenario `outage` with seed 1.
pub const CONFIG: &str = include_str!("demo.toml");

/// Name and Markdown of each runbook.
pub const RUNBOOKS: &[(&str, &str)] = &[
    ("high-error-rate.md", include_str!("runbooks/high-error-rate.md")),
    ("latency.md", include_str!("runbooks/latency.md")),
    ("db-runbook.md", include_str!("runbooks/db-runbook.md")),
    ("cache.md", include_str!("runbooks/cache.md")),
    ("batch-jobs.md", include_str!("runbooks/batch-jobs.md")),
    ("escalation.md", include_str!("runbooks/escalation.md")),
];

const TOLD: &str = "scenario = \"outage\"";
const US: &str = "name = \"prom-us\"";

/// The configuration of the demo for another scenario. In the blackout one of the two backends is dead from
/// the start, and the other dies after half a minute.
pub fn config(scenario: Scenario) -> String {
    let told = CONFIG.replace(TOLD, &format!("scenario = \"{}\"", scenario.name()));
    if scenario == Scenario::Blackout { told.replace(US, &format!("{US}\ndead = true")) } else { told }
}
