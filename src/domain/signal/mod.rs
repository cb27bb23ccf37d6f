//! The golden signals of a service: latency, traffic, errors, saturation.

pub mod lint;

use super::series::Series;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lane {
    Latency,
    Traffic,
    Errors,
    Saturation,
}

impl Lane {
    pub const ALL: [Self; 4] = [Self::Latency, Self::Traffic, Self::Errors, Self::Saturation];

    pub fn word(self) -> &'static str {
        match self {
            Self::Latency => "latency",
            Self::Traffic => "traffic",
            Self::Errors => "errors",
            Self::Saturation => "saturation",
        }
    }
}

/// A service as configured: where its signals come from.
#[derive(Clone, Debug, PartialEq)]
pub struct Service {
    pub name: String,
    /// Name of the backend.
    pub source: String,
    /// Name of a set of queries that the backend knows, such as `http`.
    pub preset: Option<String>,
    /// Label matchers that narrow the preset's queries to this service.
    pub selector: String,
    /// Own queries; one with the name of a preset's figure replaces it.
    pub own: Vec<OwnSignal>,
    /// Latency (seconds) that the chart marks.
    pub latency_limit: Option<f64>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct OwnSignal {
    pub lane: Lane,
    /// `p99`, `requests`, `ratio`, `db-pool`, …
    pub name: String,
    pub query: String,
    /// Value at which it is too much.
    pub limit: Option<f64>,
}

impl OwnSignal {
    /// A gauge whose limit is above 1 cannot be a share.
    pub fn unit(&self) -> Unit {
        match (self.lane, self.name.as_str()) {
            (Lane::Latency, _) => Unit::Seconds,
            (Lane::Traffic, _) | (Lane::Errors, "rate") => Unit::PerSecond,
            (Lane::Errors, _) | (Lane::Saturation, "cpu" | "memory" | "disk") => Unit::Share,
            (Lane::Saturation, _) if self.limit.is_some_and(|limit| limit <= 1.0) => Unit::Share,
            (Lane::Saturation, _) => Unit::Number,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    Seconds,
    PerSecond,
    /// 0–1, shown as per cent.
    Share,
    /// A bare number.
    Number,
}

/// One figure over time, on a one-minute grid.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    pub lane: Lane,
    pub name: String,
    pub unit: Unit,
    pub series: Series,
    /// The same a week earlier, moved to the present.
    pub week_ago: Series,
    pub limit: Option<f64>,
    /// Why there is nothing to show, such as the metric that is absent.
    pub trouble: Option<String>,
}

/// A figure is of now when its newest value is no older than this many seconds.
pub const FRESH: i64 = 180;

impl Figure {
    pub fn latest(&self) -> Option<f64> {
        self.series.latest(FRESH)
    }

    /// Change against the same minutes last week, as a share: the mean of five minutes each.
    pub fn change(&self) -> Option<f64> {
        let end = self.series.end();
        let mean = |series: &Series| {
            let values: Vec<f64> = (0..5).filter_map(|i| series.at(end - i * 60)).collect();
            (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
        };
        let (now, then) = (mean(&self.series)?, mean(&self.week_ago)?);
        (then > 0.0).then(|| now / then - 1.0)
    }

    pub fn over_limit(&self) -> bool {
        matches!((self.latest(), self.limit), (Some(value), Some(limit)) if value >= limit)
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct ServiceSignals {
    pub service: String,
    pub source: String,
    /// The preset in use, or `own`.
    pub preset: String,
    pub figures: Vec<Figure>,
}

impl ServiceSignals {
    pub fn lane(&self, lane: Lane) -> impl Iterator<Item = &Figure> {
        self.figures.iter().filter(move |figure| figure.lane == lane)
    }

    pub fn figure(&self, lane: Lane, name: &str) -> Option<&Figure> {
        self.lane(lane).find(|figure| figure.name == name)
    }

    /// The saturations, fullest first.
    pub fn fullest(&self) -> Vec<&Figure> {
        let mut found: Vec<_> = self.lane(Lane::Saturation).collect();
        found.sort_by(|a, b| b.latest().unwrap_or(-1.0).total_cmp(&a.latest().unwrap_or(-1.0)));
        found
    }
}
