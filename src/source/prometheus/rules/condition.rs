//! When a tier's windows burn too fast, as a comparison with the share of errors.

use super::span;
use crate::domain::slo::objective::Objective;
use crate::domain::slo::target::Target;
use crate::domain::slo::tier::{Comparison, Severity, Tier};
use crate::domain::slo::window::Window;

/// `> (14.4 * 0.001)`. With nothing to spend, any error is too much and none is fine, whatever the comparison.
pub(super) fn passes(tier: &Tier, target: Target) -> String {
    let operator = match tier.comparison {
        Comparison::Above => ">",
        Comparison::AtLeast => ">=",
    };
    if target.budget() > 0.0 {
        format!("{operator} ({} * {})", number(tier.factor), number(target.budget()))
    } else {
        "> 0".to_owned()
    }
}

/// A number without the dust of a division: `14.4`, not `14.400000000000002`.
pub(super) fn number(value: f64) -> String {
    let rounded: f64 = format!("{value:.13e}").parse().unwrap_or(value);
    format!("{rounded}")
}

/// The tiers that one alert can stand for: of one severity, and waiting as long.
pub(super) struct Alert<'a> {
    pub(super) severity: Severity,
    pub(super) wait: Option<Window>,
    pub(super) tiers: Vec<&'a Tier>,
    /// Their long windows, where another alert of the severity has to be told from this one.
    pub(super) apart: Option<String>,
}

/// The most urgent first.
pub(super) fn alerts(objective: &Objective) -> Vec<Alert<'_>> {
    let mut found: Vec<Alert<'_>> = Vec::new();
    for tier in &objective.tiers {
        let same = |alert: &&mut Alert<'_>| (alert.severity, alert.wait) == (tier.severity, tier.wait);
        if let Some(alert) = found.iter_mut().find(same) {
            alert.tiers.push(tier);
        } else {
            found.push(Alert { severity: tier.severity, wait: tier.wait, tiers: vec![tier], apart: None });
        }
    }
    found.sort_by_key(|alert| std::cmp::Reverse(alert.severity));
    let severities: Vec<Severity> = found.iter().map(|alert| alert.severity).collect();
    for alert in &mut found {
        let several = severities.iter().filter(|severity| **severity == alert.severity).count() > 1;
        let long = alert.tiers.iter().map(|tier| span::text(tier.long)).collect::<Vec<_>>().join(" ");
        alert.apart = several.then_some(long);
    }
    found
}

/// The windows of all tiers, shortest first.
pub(super) fn windows(objective: &Objective) -> Vec<Window> {
    let mut windows: Vec<Window> = objective.tiers.iter().flat_map(|tier| [tier.short, tier.long]).collect();
    windows.sort();
    windows.dedup();
    windows
}

/// A sentence for each tier that no share of errors can set off.
pub(super) fn dead(objective: &Objective) -> Vec<String> {
    let dead = objective.tiers.iter().filter(|tier| !tier.can_fire(objective.target));
    dead.map(|tier| {
        format!(
            "its {} over {} and {} can never fire: {} times the budget of {} is all there is",
            tier.severity.word(),
            span::text(tier.short),
            span::text(tier.long),
            number(tier.factor),
            objective.target
        )
    })
    .collect()
}

/// `burn above 14.4 over 5m and 1h, or above 6 over 30m and 6h`.
pub(super) fn words(tiers: &[&Tier]) -> String {
    let word = |tier: &&Tier| {
        let passes = if tier.comparison == Comparison::Above { "above" } else { "from" };
        format!(
            "{passes} {} over {} and {}",
            number(tier.factor),
            span::text(tier.short),
            span::text(tier.long)
        )
    };
    format!("burn {}", tiers.iter().map(word).collect::<Vec<_>>().join(", or "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_no_dust() {
        for (value, text) in [
            (14.400_000_000_000_002, "14.4"),
            (28.0 / 30.0, "0.93333333333333"),
            (0.1 + 0.2, "0.3"),
            (1e-5, "0.00001"),
        ] {
            assert_eq!(number(value), text);
        }
    }

    #[test]
    fn a_whole_budget_of_nothing_is_passed_by_any_error_and_by_no_other() {
        let tier = Tier {
            severity: Severity::Page,
            short: Window::minutes(5),
            long: Window::hours(1),
            factor: 14.4,
            comparison: Comparison::AtLeast,
            wait: None,
        };
        assert_eq!(passes(&tier, "99.9%".parse().unwrap()), ">= (14.4 * 0.001)");
        assert_eq!(passes(&tier, "100%".parse().unwrap()), "> 0");
    }
}
