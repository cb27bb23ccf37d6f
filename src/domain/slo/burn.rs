//! Burn rates: how many times faster than sustainable the budget is being spent.

use super::tally::Tally;
use super::target::Target;
use super::window::Window;

/// The windows in which burn is always known, shortest first.
pub const WINDOWS: [Window; 7] = [
    Window::minutes(5),
    Window::minutes(30),
    Window::hours(1),
    Window::hours(2),
    Window::hours(6),
    Window::days(1),
    Window::days(3),
];

/// `(bad/total)/(1 − target)`; `None` without traffic. A 100 % target burns at 0 or infinitely fast.
pub fn rate(tally: Tally, target: Target) -> Option<f64> {
    let errors = tally.error_ratio()?;
    if target.budget() > 0.0 {
        Some(errors / target.budget())
    } else {
        Some(if errors > 0.0 { f64::INFINITY } else { 0.0 })
    }
}

/// The share of the budget of `slo` that burning at `rate` for `span` spends.
pub fn spent(rate: f64, span: Window, slo: Window) -> f64 {
    rate * span.as_seconds() as f64 / slo.as_seconds() as f64
}

/// Seconds until `remaining` is spent at a constant `rate`: `remaining × window / rate`. 0 when nothing is
/// left, `None` when it never will be.
pub fn time_to_empty(remaining: f64, rate: f64, slo: Window) -> Option<f64> {
    if remaining <= 0.0 {
        return Some(0.0);
    }
    (rate > 0.0).then(|| remaining * slo.as_seconds() as f64 / rate)
}
