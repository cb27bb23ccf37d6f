//! How much of the budget is gone before an alert speaks up.

use super::{Finding, Rule};
use crate::domain::slo::objective::Objective;
use crate::domain::slo::tier::Tier;
use crate::domain::slo::window::Window;

/// An alert that must hold for `wait` before it fires, where that is more than a quarter of the tier's long window.
pub fn long_wait(objective: &Objective, tier: &Tier, wait: Window) -> Option<Finding> {
    if wait.as_seconds().saturating_mul(4) <= tier.long.as_seconds() {
        return None;
    }
    let gone = match gone(objective, tier, wait) {
        Some(share) => {
            format!("; of a full outage it says nothing until {:.0} % of the budget is gone", share * 100.0)
        }
        None => String::new(),
    };
    let message = format!(
        "the {} tier waits {wait}, more than a quarter of the {} it looks at{gone}",
        tier.severity.word(),
        tier.long
    );
    let hint = "leave the waiting out: the short window already keeps blips away";
    Some(Finding::new(Rule::LongWait, objective, "alerts", message, hint))
}

/// Share of the budget that a full outage takes before the alert fires: `(factor × budget × long + wait) / (budget ×
/// window)`, as the long window passes the factor once `factor × budget` of it is bad.
fn gone(objective: &Objective, tier: &Tier, wait: Window) -> Option<f64> {
    let seconds = |window: Window| window.as_seconds() as f64;
    let budget = objective.target.budget();
    let passes = tier.can_fire(objective.target) && budget > 0.0;
    passes.then(|| {
        (tier.factor * budget * seconds(tier.long) + seconds(wait)) / (budget * seconds(objective.window))
    })
}
