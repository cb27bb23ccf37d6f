//! Rules that need to know how often a backend takes samples.

use super::{Finding, Rule};
use crate::domain::slo::objective::Objective;
use crate::domain::slo::window::Window;

/// Windows shorter than two samples, of which `rate` and `increase` know nothing. `interval` is the time between
/// two samples of the objective's series.
pub fn sampled(objective: &Objective, interval: Window) -> Vec<Finding> {
    let least = Window::seconds(interval.as_seconds().saturating_mul(2));
    let hint = format!("take at least {least}, better twice that");
    let say = |rule, key, what: &str, window: Window| {
        let message = format!("{what} of {window} holds less than two samples, which come every {interval}");
        (window < least).then(|| Finding::new(rule, objective, key, message, hint.clone()))
    };
    let whole = say(Rule::WindowTooShort, "window", "a window", objective.window);
    // The short one of a tier is the first to see too little.
    let tiers = objective.tiers.iter().filter_map(|tier| {
        let what = format!("the {} tier's window", tier.severity.word());
        say(Rule::TierTooShort, "alerts", &what, tier.short.min(tier.long))
    });
    whole.into_iter().chain(tiers).collect()
}
