//! Presets: the tiers that other tools use, by the name one writes in a configuration.

use super::catalogue::{CatalogueError, sloth};
use super::pyrra::{ShortestWindow, pyrra};
use super::{Comparison, Severity, Tier};
use crate::domain::slo::window::Window;

/// What [`preset`] knows.
pub const PRESETS: &[&str] = &["workbook", "sloth", "pyrra", "grafana", "datadog", "none"];

/// Why a preset has no tiers for a window. A sentence that says what there is.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum PresetError {
    #[error(transparent)]
    Sloth(#[from] CatalogueError),
    #[error(transparent)]
    Pyrra(#[from] ShortestWindow),
    #[error("Datadog has tiers for windows of 7d, 30d and 90d, not for {0}")]
    Datadog(Window),
}

/// The tiers of the preset `name` for an SLO over `slo`; `None` when there is no such preset.
pub fn preset(name: &str, slo: Window) -> Option<Result<Vec<Tier>, PresetError>> {
    Some(match name {
        "workbook" => Ok(workbook(slo)),
        // Nobody is to be told; the budget is watched all the same.
        "none" => Ok(Vec::new()),
        "sloth" => sloth(slo).map_err(PresetError::from),
        "pyrra" => pyrra(slo).map_err(PresetError::from),
        "grafana" => Ok(grafana()),
        "datadog" => datadog(slo),
        _ => return None,
    })
}

/// The four pairs of windows that nearly everybody uses, short and long.
const PAIRS: [(Severity, Window, Window); 4] = [
    (Severity::Page, Window::minutes(5), Window::hours(1)),
    (Severity::Page, Window::minutes(30), Window::hours(6)),
    (Severity::Ticket, Window::hours(2), Window::days(1)),
    (Severity::Ticket, Window::hours(6), Window::days(3)),
];

/// The SRE workbook's four pairs: 2 % of the budget in 1 h and 5 % in 6 h page, 10 % in 1 d and 10 % in 3 d
/// open a ticket, at any SLO window.
pub fn workbook(slo: Window) -> Vec<Tier> {
    let shares = PAIRS.into_iter().zip([0.02, 0.05, 0.10, 0.10]);
    shares.map(|((severity, short, long), share)| Tier::by_share(severity, short, long, share, slo)).collect()
}

/// Grafana SLO's pairs: the factors of 30 days at any window, reached or passed.
pub fn grafana() -> Vec<Tier> {
    fixed(&[14.4, 6.0, 3.0, 1.0])
}

/// Datadog's tables, for 7, 30 and 90 days: pairs that page in 1 h and 6 h and warn in 1 d, reached or passed.
pub fn datadog(slo: Window) -> Result<Vec<Tier>, PresetError> {
    let tables = [(7, [16.8, 5.6, 2.8]), (30, [14.4, 6.0, 3.0]), (90, [21.6, 10.8, 4.5])];
    let found = tables.iter().find(|(days, _)| Window::days(*days) == slo);
    found.map(|(_, factors)| fixed(factors)).ok_or(PresetError::Datadog(slo))
}

fn fixed(factors: &[f64]) -> Vec<Tier> {
    let tier = |((severity, short, long), factor): (_, &f64)| Tier {
        severity,
        short,
        long,
        factor: *factor,
        comparison: Comparison::AtLeast,
        wait: None,
    };
    PAIRS.into_iter().zip(factors).map(tier).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn factors(tiers: &[Tier]) -> Vec<f64> {
        tiers.iter().map(|tier| tier.factor).collect()
    }

    #[test]
    fn workbook_factors_at_any_window() {
        for (days, want) in [
            (30, [14.4, 6.0, 3.0, 1.0]),
            (28, [13.44, 5.6, 2.8, 28.0 / 30.0]),
            (7, [3.36, 1.4, 0.7, 7.0 / 30.0]),
        ] {
            for (got, want) in factors(&workbook(Window::days(days))).into_iter().zip(want) {
                assert!((got - want).abs() < 1e-12, "{days}d: {got} {want}");
            }
        }
    }

    #[test]
    fn grafana_does_not_scale_and_fires_on_reaching() {
        let tiers = preset("grafana", Window::days(7)).unwrap().unwrap();
        assert_eq!(factors(&tiers), [14.4, 6.0, 3.0, 1.0]);
        assert!(tiers.iter().all(|tier| tier.comparison == Comparison::AtLeast && tier.wait.is_none()));
    }

    /// The documented shares: 10/20/40 % of a week, 2/5/10 % of 30 days, 1/3/5 % of 90 days in 1 h, 6 h, 1 d.
    #[test]
    fn datadog_has_three_tables_that_are_shares_of_the_budget() {
        let spans = [Window::hours(1), Window::hours(6), Window::days(1)];
        for (days, shares) in [(7, [0.1, 0.2, 0.4]), (30, [0.02, 0.05, 0.1]), (90, [0.01, 0.03, 0.05])] {
            let tiers = datadog(Window::days(days)).unwrap();
            assert_eq!(tiers.len(), 3);
            for ((tier, span), share) in tiers.iter().zip(spans).zip(shares) {
                let spent = tier.factor * span.as_minutes() / Window::days(days).as_minutes();
                assert_eq!((tier.long, tier.comparison), (span, Comparison::AtLeast));
                assert_eq!(tier.short.as_seconds() * 12, span.as_seconds());
                assert!((spent - share).abs() < 1e-12, "{days}d: {tier:?}");
            }
        }
        let error = datadog(Window::days(28)).unwrap_err().to_string();
        assert_eq!(error, "Datadog has tiers for windows of 7d, 30d and 90d, not for 28d");
    }

    #[test]
    fn every_name_is_known_and_no_other() {
        let month = Window::days(30);
        assert!(PRESETS.iter().all(|name| preset(name, month).is_some_and(|tiers| tiers.is_ok())));
        assert!(preset("nobl9", month).is_none());
    }
}
