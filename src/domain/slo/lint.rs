//! Objectives that are valid and still doubtful. What the configuration's own keys allow, it checks itself.

mod reaction;
mod sampled;
mod whole;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::objective::Objective;
use super::tier::Tier;

pub use reaction::long_wait;
pub use sampled::sampled;
pub use whole::month_in_minutes;

/// Something doubtful in an objective. Never an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub rule: Rule,
    /// `service/name`
    pub objective: String,
    /// The key it concerns, as the configuration calls it.
    pub key: &'static str,
    pub message: String,
    pub suggestion: String,
}

/// The one list of rules. A word is never given to another rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// A service has more SLOs than anyone keeps in mind.
    TooManySlos,
    /// The SLO window is shorter than two samples.
    WindowTooShort,
    /// A window of a tier is shorter than two samples.
    TierTooShort,
    /// An alert waits longer than a quarter of the window it looks at.
    LongWait,
    /// `1m` is a minute where a month was meant.
    MonthInMinutes,
    MissingRunbook,
    /// No tier pages anybody.
    NoPage,
    /// By its name it is about a resource rather than about what users get.
    SaturationSlo,
}

impl Rule {
    pub const ALL: &[Self] = &[
        Self::TooManySlos,
        Self::WindowTooShort,
        Self::TierTooShort,
        Self::LongWait,
        Self::MonthInMinutes,
        Self::MissingRunbook,
        Self::NoPage,
        Self::SaturationSlo,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Self::TooManySlos => "too-many-slos",
            Self::WindowTooShort => "window-too-short",
            Self::TierTooShort => "tier-too-short",
            Self::LongWait => "long-wait",
            Self::MonthInMinutes => "month-in-minutes",
            Self::MissingRunbook => "missing-runbook",
            Self::NoPage => "no-page",
            Self::SaturationSlo => "saturation-slo",
        }
    }
}

/// What can be said without asking a backend. [`sampled`] needs to know more.
pub fn objectives(all: &[Arc<Objective>]) -> Vec<Finding> {
    let each = all.iter().flat_map(|objective| whole::RULES.iter().filter_map(|rule| rule(objective)));
    let waits = all.iter().flat_map(|objective| {
        let late = |tier: &Tier| long_wait(objective, tier, tier.wait?);
        objective.tiers.iter().filter_map(late)
    });
    each.chain(waits).chain(whole::too_many(all)).collect()
}

impl Finding {
    fn new(
        rule: Rule,
        objective: &Objective,
        key: &'static str,
        message: impl Into<String>,
        suggestion: impl Into<String>,
    ) -> Self {
        let (message, suggestion) = (message.into(), suggestion.into());
        Self { rule, objective: objective.id.clone(), key, message, suggestion }
    }
}
