//! Alert tiers: pairs of windows that page or open a ticket when both burn too fast.

mod catalogue;
mod preset;
mod pyrra;
mod sight;

use super::target::Target;
use super::window::Window;

pub use catalogue::{Budgeted, Catalogue, CatalogueError, sloth};
pub use preset::{PRESETS, PresetError, datadog, grafana, preset, workbook};
pub use pyrra::{ShortestWindow, pyrra};
pub use sight::Sight;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    Ticket,
    Page,
}

/// Words for alerts that wake someone, and for those that wait until morning, as tools and customs have them.
const PAGES: &[&str] =
    &["page", "critical", "crit", "high", "emergency", "fatal", "urgent", "p1", "sev1", "sev-1"];
const TICKETS: &[&str] = &["ticket", "warning", "warn", "medium", "low", "info"];

impl Severity {
    /// What a tool's word means, in any case; `None` for a word of somebody's own.
    pub fn of_word(word: &str) -> Option<Self> {
        let word = word.trim();
        let is_in = |words: &[&str]| words.iter().any(|known| known.eq_ignore_ascii_case(word));
        if is_in(PAGES) { Some(Self::Page) } else { is_in(TICKETS).then_some(Self::Ticket) }
    }

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
    pub fn word(self) -> &'static str {
        match self {
            Self::Above => ">",
            Self::AtLeast => ">=",
        }
    }

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

    /// Burn never passes `1/budget`, so a factor above it is dead, and one exactly there is too if it has to be passed.
    pub fn can_fire(&self, target: Target) -> bool {
        match self.comparison {
            Comparison::Above => self.factor < target.max_burn(),
            Comparison::AtLeast => self.factor <= target.max_burn(),
        }
    }

    /// The same, but firing as soon as the factor is reached.
    #[must_use]
    pub fn at_least(self) -> Self {
        Self { comparison: Comparison::AtLeast, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_tools_and_customs() {
        for word in ["page", "Critical", "crit", "fatal", " high ", "P1", "sev1"] {
            assert_eq!(Severity::of_word(word), Some(Severity::Page), "{word}");
        }
        for word in ["ticket", "warning", "WARN", "Medium", "low", "info"] {
            assert_eq!(Severity::of_word(word), Some(Severity::Ticket), "{word}");
        }
        assert_eq!(Severity::of_word("sometimes"), None);
        assert_eq!(Severity::of_word(""), None);
    }

    #[test]
    fn a_90_percent_target_can_never_burn_14_times() {
        let tiers = workbook(Window::days(30));
        let fires: Vec<bool> = tiers.iter().map(|tier| tier.can_fire("90%".parse().unwrap())).collect();
        assert_eq!(fires, [false, true, true, true]);
        // At exactly 1/B a strict comparison cannot be passed, but a total outage reaches it.
        let exact = Tier { factor: 2.0, ..tiers[0] };
        assert!(!exact.can_fire("50%".parse().unwrap()));
        assert!(exact.at_least().can_fire("50%".parse().unwrap()));
    }
}
