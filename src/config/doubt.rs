//! What is doubtful about a target and its alerts, in the same words for every format.

use super::code;
use crate::domain::slo::target::Target;
use crate::domain::slo::tier::Tier;
use crate::domain::slo::window::Window;

/// A warning that has no place yet.
pub(crate) struct Doubt {
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) hint: Option<&'static str>,
}

/// Of a target without a budget.
pub(crate) fn of_target(target: Target) -> Option<Doubt> {
    (target.budget() <= 0.0).then(|| Doubt {
        code: code::NO_BUDGET,
        message: "a target of 100% leaves no budget: the first bad event breaks it".to_owned(),
        hint: Some("aim lower than perfect, such as \"99.99%\""),
    })
}

/// Of each tier that no outage can set off.
pub(crate) fn of_tiers(tiers: &[Tier], target: Target) -> impl Iterator<Item = Doubt> {
    tiers.iter().filter(move |tier| !tier.can_fire(target)).map(move |tier| {
        let why = format!(
            "cannot fire: its factor {:.2} is never passed, as a target of {target} burns at most {:.2} times as fast \
             as allowed",
            tier.factor,
            target.max_burn()
        );
        of_tier(tier, &why)
    })
}

/// Of each tier that looks at less than a slice.
pub(crate) fn of_slices(tiers: &[Tier], slice: Window) -> impl Iterator<Item = Doubt> {
    let blind = tiers.iter().filter(move |tier| tier.short < slice);
    blind.map(move |tier| of_tier(tier, &format!("cannot be seen: it looks at less than a slice of {slice}")))
}

fn of_tier(tier: &Tier, what: &str) -> Doubt {
    let message = format!("the {} tier over {} and {} {what}", tier.severity.word(), tier.short, tier.long);
    Doubt { code: code::CANNOT_FIRE, message, hint: None }
}
