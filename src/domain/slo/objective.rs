//! An objective as it is meant: indicator, target, window, and what follows from missing it.

use super::policy::Policy;
use super::sli::Sli;
use super::target::Target;
use super::tier::Tier;
use super::window::Window;

#[derive(Clone, Debug, PartialEq)]
pub struct Objective {
    /// `service/name`, unique.
    pub id: String,
    pub service: String,
    pub name: String,
    pub description: Option<String>,
    /// Name of the backend that counts it.
    pub source: String,
    pub sli: Sli,
    pub target: Target,
    pub window: Window,
    pub method: Method,
    pub sla: Option<Target>,
    /// Where the tiers came from, such as `workbook`.
    pub alerts: String,
    pub tiers: Vec<Tier>,
    pub policy: Policy,
    /// Path or address of the runbook, as written.
    pub runbook: Option<String>,
}

impl Objective {
    /// The tier that is this window's own: the one that looks this far back, else the one that checks with it;
    /// of several the one with the lowest factor.
    pub fn tier_of(&self, window: Window) -> Option<&Tier> {
        let lowest = |wanted: &dyn Fn(&Tier) -> bool| {
            let found = self.tiers.iter().filter(|tier| wanted(tier));
            found.min_by(|a, b| a.factor.total_cmp(&b.factor))
        };
        lowest(&|tier| tier.long == window).or_else(|| lowest(&|tier| tier.short == window))
    }

    /// The name under which its alerts go, as an alert rule would be called.
    pub fn alert_name(&self) -> String {
        let camel = |text: &str| -> String {
            text.split(|c: char| !c.is_alphanumeric())
                .filter(|word| !word.is_empty())
                .map(|word| {
                    let mut letters = word.chars();
                    letters
                        .next()
                        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
                })
                .collect()
        };
        format!("{}{}Burn", camel(&self.service), camel(&self.name))
    }
}

/// How events become a budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    Occurrences,
}

impl Method {
    pub fn word(self) -> &'static str {
        match self {
            Self::Occurrences => "occurrences",
        }
    }
}
