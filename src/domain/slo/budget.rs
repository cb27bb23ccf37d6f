//! Error budgets: what may go wrong in a window, and what is left of it.

use super::tally::Tally;
use super::target::Target;
use super::window::Window;

/// The budget of one window, in events and in minutes of complete outage at this window's mean traffic.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Budget {
    /// `budget ratio × total`; 0 for a 100 % target.
    pub allowed_bad: f64,
    /// `1 − (bad/total)/(1 − target)`, never clamped; `None` without traffic, and for a 100 % target that
    /// has bad events, where no finite share says it.
    pub remaining: Option<f64>,
    /// `allowed_bad − bad`.
    pub remaining_bad: f64,
    /// The whole budget as minutes of complete outage: `budget ratio × window`.
    pub minutes: f64,
    /// `remaining × minutes`.
    pub minutes_left: Option<f64>,
    /// Of a calendar period: what would remain if it ended now, `1 − errors so far / budget`.
    pub to_date: Option<f64>,
}

impl Budget {
    pub fn of(tally: Tally, target: Target, window: Window) -> Self {
        let allowed_bad = target.budget() * tally.total;
        let minutes = target.budget() * window.as_minutes();
        let remaining = if tally.total <= 0.0 {
            None
        } else if target.budget() > 0.0 {
            Some(1.0 - tally.bad / allowed_bad)
        } else {
            (tally.bad <= 0.0).then_some(1.0)
        };
        Self {
            allowed_bad,
            remaining,
            remaining_bad: allowed_bad - tally.bad,
            minutes,
            minutes_left: remaining.map(|share| share * minutes),
            to_date: None,
        }
    }

    /// The budget of a period of which `tally` has been and `expected` events will have been at its end. What
    /// remains is of the whole period; `to_date` is of what has been alone.
    pub fn of_period(tally: Tally, expected: f64, target: Target, period: Window) -> Self {
        let whole = Self::of(Tally::new(tally.bad, expected.max(tally.total)), target, period);
        Self { to_date: Some(Self::of(tally, target, period).remaining).flatten(), ..whole }
    }

    /// What a policy goes by: what remains, and less than any share where not one event may be bad and some were.
    /// `None` where there is nothing to judge by.
    pub fn standing(&self) -> Option<f64> {
        let broken = self.allowed_bad <= 0.0 && self.remaining_bad < 0.0;
        self.remaining.or(broken.then_some(f64::NEG_INFINITY))
    }

    /// How much of the budget one bad event costs.
    pub fn cost_of_one(&self) -> Option<f64> {
        (self.allowed_bad > 0.0).then(|| 1.0 / self.allowed_bad)
    }
}

/// What separates the SLO from the promise made to customers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sla {
    pub target: Target,
    /// `None` without traffic.
    pub met: Option<bool>,
    /// The distance between the two targets, as a share (0.004 = 0.4 percentage points).
    pub buffer_points: f64,
    /// The same as minutes of complete outage in the window.
    pub buffer_minutes: f64,
    /// Where on the SLO's budget the promise breaks, as a remaining share (a looser promise is negative).
    pub breaks_at: Option<f64>,
}

impl Sla {
    pub fn of(tally: Tally, sla: Target, slo: Target, window: Window) -> Self {
        let points = sla.budget() - slo.budget();
        Self {
            target: sla,
            met: tally.error_ratio().map(|errors| errors <= sla.budget()),
            buffer_points: points,
            buffer_minutes: points * window.as_minutes(),
            breaks_at: (slo.budget() > 0.0).then(|| 1.0 - sla.budget() / slo.budget()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_has_two_honest_remainders() {
        // One error among the first hundred requests of a month that will have a million, at 99.9 %.
        let target = "99.9%".parse().unwrap();
        let budget = Budget::of_period(Tally::new(1.0, 100.0), 1e6, target, Window::days(31));
        assert!((budget.to_date.unwrap() - -9.0).abs() < 1e-9, "{budget:?}");
        assert!((budget.remaining.unwrap() - 0.999).abs() < 1e-9);
        assert!((budget.allowed_bad - 1000.0).abs() < 1e-9);
    }
}
