//! What is wrong or doubtful about a window, a target and its alerts, in the same words for every format.

use super::code;
use crate::domain::slo::objective::WINDOWS;
use crate::domain::slo::target::Target;
use crate::domain::slo::tier::Tier;
use crate::domain::slo::window::Window;

/// A finding that has no place yet.
pub(crate) struct Doubt {
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) hint: Option<&'static str>,
}

/// Of a window that no budget can be of.
pub(crate) fn bad_window(window: Window) -> Option<Doubt> {
    let message = format!("a window must be from {} to {}, not {window}", WINDOWS.start(), WINDOWS.end());
    let hint = Some("most SLOs use \"28d\" or \"30d\"");
    (!WINDOWS.contains(&window)).then_some(Doubt { code: code::BAD_VALUE, message, hint })
}

/// Of a slice that hours cannot be cut into.
pub(crate) fn bad_slice(slice: Window) -> Option<Doubt> {
    let message = format!("a slice must be whole minutes and divide an hour; {slice} does not");
    let hint = Some("such are 1m, 2m, 3m, 4m, 5m, 6m, 10m, 12m, 15m, 20m, 30m and 1h");
    (!slice.is_slice()).then_some(Doubt { code: code::BAD_VALUE, message, hint })
}

/// Of a window of a tier that counts cannot be added up over.
pub(crate) fn bad_minutes(window: Window) -> Option<Doubt> {
    let message = format!("`{window}` is not a whole number of minutes");
    (!window.is_whole_minutes()).then_some(Doubt { code: code::BAD_VALUE, message, hint: None })
}

/// Of a factor that no burn rate could be compared with.
pub(crate) fn bad_factor(factor: f64) -> Option<Doubt> {
    let message = format!("a factor must be a number above 0, not {factor}");
    let fits = factor > 0.0 && factor.is_finite();
    (!fits).then_some(Doubt { code: code::BAD_VALUE, message, hint: None })
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
