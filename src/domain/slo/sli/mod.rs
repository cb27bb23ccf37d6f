//! Kinds of indicator. Each says what to count; all come out as a [`Tally`].

mod events;
mod latency;

pub use events::{Events, Side};
pub use latency::Latency;

use super::tally::Tally;

/// The one list of kinds.
#[derive(Clone, Debug, PartialEq)]
pub enum Sli {
    Events(Events),
    Latency(Latency),
}

/// What the two counts of one cell come to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Counted {
    /// Nothing was known of this cell.
    Gap,
    Cell {
        tally: Tally,
        /// Whether the counted side had a series of its own, rather than being taken as none.
        seen: bool,
    },
    /// Bad or good events were counted, but not how many there were in all.
    NoTotal,
    /// Requests were counted, but none of the histogram's buckets ends at the threshold.
    NoBucket,
}

impl Sli {
    /// The kind's name in the configuration.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Events(_) => "events",
            Self::Latency(_) => "latency",
        }
    }

    /// Joins the counts of one cell: the side that is counted (bad, or good) and the total.
    pub fn count(&self, part: Option<f64>, total: Option<f64>) -> Counted {
        match self {
            Self::Events(events) => events.count(part, total),
            Self::Latency(_) => Latency::count(part, total),
        }
    }

    /// What the objective promises, to follow "99.9 % of": `requests are not bad`.
    pub fn promise(&self) -> String {
        match self {
            Self::Events(_) => "events are good".to_owned(),
            Self::Latency(latency) => format!("requests take less than {}", latency.threshold_text()),
        }
    }
}

/// The rule that all kinds share: no total is a gap, unless something was counted without it.
fn without_total(part: Option<f64>) -> Counted {
    if part.is_some_and(|count| count > 0.0) { Counted::NoTotal } else { Counted::Gap }
}
