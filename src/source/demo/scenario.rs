//! The stories that the demo can tell.

/// A story; its name is the value of the setting `scenario`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Scenario {
    /// The connection pool of checkout is exhausted since 25 minutes.
    #[default]
    Outage,
    /// Nothing happens.
    Calm,
    /// The API spends its budget three to four times too fast since a day.
    SlowBurn,
    /// The outage, seen by backends that die.
    Blackout,
}

impl Scenario {
    pub const ALL: [Self; 4] = [Self::Outage, Self::Calm, Self::SlowBurn, Self::Blackout];

    pub fn name(self) -> &'static str {
        match self {
            Self::Outage => "outage",
            Self::Calm => "calm",
            Self::SlowBurn => "slow-burn",
            Self::Blackout => "blackout",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scenario| scenario.name() == name)
    }

    /// Whether checkout is down.
    pub(super) fn has_outage(self) -> bool {
        matches!(self, Self::Outage | Self::Blackout)
    }
}
