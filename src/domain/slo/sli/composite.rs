//! An indicator made of other objectives.

/// What makes a cell of a composite bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// A cell is bad when any member misses its own target in it.
    Worst,
    /// The members' error ratios, by weight.
    Weighted,
}

/// How a member without data counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Missing {
    /// What it lacks, the composite lacks.
    #[default]
    Unknown,
    Good,
    Bad,
    /// The others share its weight.
    Ignore,
}

impl Rule {
    pub fn word(self) -> &'static str {
        match self {
            Self::Worst => "worst",
            Self::Weighted => "weighted",
        }
    }
}

impl Missing {
    /// By the names of the configuration.
    pub const ALL: [(&'static str, Self); 4] =
        [("unknown", Self::Unknown), ("good", Self::Good), ("bad", Self::Bad), ("ignore", Self::Ignore)];

    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(_, missing)| *missing == self).map_or("", |(word, _)| word)
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// Id of an objective that is not composite itself.
    pub id: String,
    /// Above 0; normalised over the members.
    pub weight: f64,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Composite {
    pub members: Vec<Member>,
    pub rule: Rule,
    pub missing: Missing,
}
