//! Alert tiers: pairs of windows that page or open a ticket when both burn too fast.

use super::target::Target;
use super::window::Window;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    Ticket,
    Page,
}

impl Severity {
    pub fn word(self) -> &'static str {
        match self {
            Self::Ticket => "ticket",
            Self::Page => "page",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    Above,
    AtLeast,
}

impl Comparison {
    pub fn holds(self, value: f64, bound: f64) -> bool {
        match self {
            Self::Above => value > bound,
            Self::AtLeast => value >= bound,
        }
    }
}

/// Fires while the burn of both windows passes the factor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tier {
    pub severity: Severity,
    pub short: Window,
    pub long: Window,
    /// `share of the budget × SLO window / long window`.
    pub factor: f64,
    pub comparison: Comparison,
    /// How long both must burn before it fires, the `for` of an alert rule.
    pub wait: Option<Window>,
}

impl Tier {
    /// A tier that fires when `share` of the budget of `slo` goes within `long`.
    pub fn by_share(severity: Severity, short: Window, long: Window, share: f64, slo: Window) -> Self {
        let factor = share * slo.as_seconds() as f64 / long.as_seconds() as f64;
        Self { severity, short, long, factor, comparison: Comparison::Above, wait: None }
    }

    /// Burn never passes `1/budget`, so a factor there or above is dead.
    pub fn can_fire(&self, target: Target) -> bool {
        self.factor < target.max_burn()
    }
}

/// The SRE workbook's four pairs: 2 % of the budget in 1 h and 5 % in 6 h page, 10 % in 1 d and 10 % in 3 d
/// open a ticket, at any SLO window.
pub fn workbook(slo: Window) -> Vec<Tier> {
    [
        (Severity::Page, Window::minutes(5), Window::hours(1), 0.02),
        (Severity::Page, Window::minutes(30), Window::hours(6), 0.05),
        (Severity::Ticket, Window::hours(2), Window::days(1), 0.10),
        (Severity::Ticket, Window::hours(6), Window::days(3), 0.10),
    ]
    .map(|(severity, short, long, share)| Tier::by_share(severity, short, long, share, slo))
    .to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn factors(days: i64) -> Vec<f64> {
        workbook(Window::days(days)).iter().map(|tier| tier.factor).collect()
    }

    #[test]
    fn workbook_factors_at_any_window() {
        for (days, want) in [
            (30, [14.4, 6.0, 3.0, 1.0]),
            (28, [13.44, 5.6, 2.8, 28.0 / 30.0]),
            (7, [3.36, 1.4, 0.7, 7.0 / 30.0]),
        ] {
            for (got, want) in factors(days).into_iter().zip(want) {
                assert!((got - want).abs() < 1e-12, "{days}d: {got} {want}");
            }
        }
    }

    #[test]
    fn a_90_percent_target_can_never_burn_14_times() {
        let tiers = workbook(Window::days(30));
        let fires: Vec<bool> = tiers.iter().map(|tier| tier.can_fire("90%".parse().unwrap())).collect();
        assert_eq!(fires, [false, true, true, true]);
        // At exactly 1/B a strict comparison cannot be passed either.
        let exact = Tier { factor: 10.0, ..tiers[0] };
        assert!(!exact.can_fire("90%".parse().unwrap()));
    }
}
