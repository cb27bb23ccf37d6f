//! Kinds of indicator. Each says what to count; all come out as a [`Tally`].

mod composite;
mod events;
mod latency;
mod ratio;
mod sampled;

pub use composite::{Composite, Member, Missing, Rule};
pub use events::{Events, Side};
pub use latency::Latency;
pub use ratio::Ratio;
pub use sampled::{Freshness, Op, Threshold, Throughput};

use super::tally::Tally;
use super::window::Window;

/// The one list of kinds.
#[derive(Clone, Debug, PartialEq)]
pub enum Sli {
    Events(Events),
    /// Events whose results are checked rather than their status.
    Correctness(Events),
    Latency(Latency),
    Ratio(Ratio),
    Threshold(Threshold),
    Freshness(Freshness),
    Throughput(Throughput),
    /// A gauge that is 1 while all is well and 0 otherwise; every sample counts.
    Bool(String),
    Composite(Composite),
}

/// What tallies of an objective are counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Events,
    Samples,
    Minutes,
}

impl Unit {
    pub fn word(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::Samples => "samples",
            Self::Minutes => "minutes",
        }
    }
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
    /// What should be a share of good is far above 1.
    NoShare,
    /// Requests were counted, but none of the histogram's buckets ends at the threshold.
    NoBucket,
}

impl Sli {
    /// The kind's name in the configuration.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Events(_) => "events",
            Self::Correctness(_) => "correctness",
            Self::Latency(_) => "latency",
            Self::Ratio(_) => "ratio",
            Self::Threshold(_) => "threshold",
            Self::Freshness(_) => "freshness",
            Self::Throughput(_) => "throughput",
            Self::Bool(_) => "bool",
            Self::Composite(_) => "composite",
        }
    }

    pub fn unit(&self) -> Unit {
        match self {
            Self::Events(_) | Self::Correctness(_) | Self::Latency(_) => Unit::Events,
            Self::Bool(_) => Unit::Samples,
            Self::Ratio(_)
            | Self::Threshold(_)
            | Self::Freshness(_)
            | Self::Throughput(_)
            | Self::Composite(_) => Unit::Minutes,
        }
    }

    /// The expressions as written, under the keys of the configuration.
    pub fn written(&self) -> Vec<(&'static str, &str)> {
        match self {
            Self::Events(events) | Self::Correctness(events) => {
                vec![(events.side.word(), events.part.as_str()), ("total", &events.total)]
            }
            Self::Latency(latency) => vec![("histogram", &latency.histogram)],
            Self::Ratio(ratio) if ratio.side == Side::Bad => vec![("bad_ratio", &ratio.ratio)],
            Self::Ratio(ratio) => vec![("good_ratio", &ratio.ratio)],
            Self::Threshold(threshold) => vec![("value", &threshold.value)],
            Self::Freshness(freshness) => vec![("timestamp", &freshness.timestamp)],
            Self::Throughput(throughput) => vec![("counter", &throughput.counter)],
            Self::Bool(metric) => vec![("metric", metric)],
            Self::Composite(_) => Vec::new(),
        }
    }

    /// Joins the answers of one cell of width `cell`: the side that is counted (bad, or good) and the total.
    /// Kinds that are a share of time have no total; a composite is never asked.
    pub fn count(&self, part: Option<f64>, total: Option<f64>, cell: Window) -> Counted {
        match self {
            Self::Events(events) | Self::Correctness(events) => events.count(part, total),
            Self::Latency(_) => Latency::count(part, total),
            Self::Ratio(ratio) => ratio.count(part, cell),
            Self::Threshold(_) | Self::Freshness(_) | Self::Throughput(_) => sampled::count(part, cell),
            Self::Bool(_) => Events::good().count(part, total),
            Self::Composite(_) => Counted::Gap,
        }
    }

    /// What the objective promises, to follow "99.9 % of": `events are good`.
    pub fn promise(&self) -> String {
        match self {
            Self::Events(_) => "events are good".to_owned(),
            Self::Correctness(_) => "results are correct".to_owned(),
            Self::Latency(latency) => format!("requests take less than {}", latency.threshold_text()),
            Self::Ratio(_) => "time is good".to_owned(),
            Self::Threshold(threshold) => {
                format!("time the value is {} {}", threshold.op, threshold.bound)
            }
            Self::Freshness(freshness) => format!("time the data is at most {} old", freshness.max_age),
            Self::Throughput(throughput) => {
                format!("time at least {} a second get through", throughput.at_least)
            }
            Self::Bool(_) => "samples say that all is well".to_owned(),
            Self::Composite(composite) => match composite.rule {
                Rule::Worst => format!("time all {} members are well", composite.members.len()),
                Rule::Weighted => format!("the weight of {} members is good", composite.members.len()),
            },
        }
    }
}

/// The rule that all kinds share: no total is a gap, unless something was counted without it.
fn without_total(part: Option<f64>) -> Counted {
    if part.is_some_and(|count| count > 0.0) { Counted::NoTotal } else { Counted::Gap }
}
