//! The five services of the demo and what is counted of them.

use super::traffic::Shape;

/// One service: who comes, how fast it answers, how full it is.
#[derive(Debug)]
pub(super) struct Profile {
    pub(super) name: &'static str,
    pub(super) shape: Shape,
    /// Events a minute at the peak.
    pub(super) peak: f64,
    /// Seconds: p50, p95, p99 on an ordinary day.
    pub(super) latency: [f64; 3],
    /// Seconds between two scrapes.
    pub(super) scraped_every: i64,
    /// Minutes over which its rates are taken.
    pub(super) rate_minutes: i64,
    pub(super) objectives: &'static [Counted],
    pub(super) saturations: &'static [Gauge],
    /// Place of the objective that counts its errors.
    pub(super) errors: usize,
}

/// What is counted for one objective.
#[derive(Debug)]
pub(super) struct Counted {
    pub(super) id: &'static str,
    /// Share of events that are bad on an ordinary day; `None` when there never was such a series.
    pub(super) ordinary: Option<f64>,
}

/// Something that can be full, 0–1.
#[derive(Debug)]
pub(super) struct Gauge {
    pub(super) name: &'static str,
    pub(super) idle: f64,
    /// What the peak's traffic adds.
    pub(super) load: f64,
    /// What 35 days add.
    pub(super) growth: f64,
    pub(super) limit: f64,
}

const fn gauge(name: &'static str, idle: f64, load: f64, growth: f64, limit: f64) -> Gauge {
    Gauge { name, idle, load, growth, limit }
}

const fn counted(id: &'static str, ordinary: f64) -> Counted {
    Counted { id, ordinary: Some(ordinary) }
}

pub(super) const PROFILES: [Profile; 5] = [
    Profile {
        name: "checkout",
        shape: Shape::People,
        peak: 4400.0 * 60.0,
        latency: [0.084, 0.205, 0.34],
        scraped_every: 15,
        rate_minutes: 5,
        objectives: &[counted("checkout/availability", 0.000_17), counted("checkout/latency", 0.0202)],
        saturations: &[
            gauge("db-pool", 0.16, 0.40, 0.03, 0.8),
            gauge("cpu", 0.14, 0.40, 0.0, 0.8),
            gauge("memory", 0.58, 0.09, 0.0, 0.85),
            gauge("disk", 0.38, 0.0, 0.02, 0.85),
        ],
        errors: 0,
    },
    Profile {
        name: "payments",
        shape: Shape::People,
        peak: 420.0 * 60.0,
        latency: [0.19, 0.48, 0.82],
        scraped_every: 15,
        rate_minutes: 5,
        objectives: &[counted("payments/errors", 0.000_014), counted("payments/latency", 0.0032)],
        saturations: &[
            gauge("cpu", 0.12, 0.28, 0.0, 0.8),
            gauge("memory", 0.49, 0.06, 0.0, 0.85),
            gauge("disk", 0.44, 0.0, 0.03, 0.85),
        ],
        errors: 0,
    },
    Profile {
        name: "search",
        shape: Shape::People,
        peak: 1050.0 * 60.0,
        latency: [0.062, 0.21, 0.39],
        scraped_every: 15,
        rate_minutes: 5,
        objectives: &[
            counted("search/latency", 0.0014),
            Counted { id: "search/availability", ordinary: None },
        ],
        saturations: &[
            gauge("cpu", 0.18, 0.36, 0.0, 0.8),
            gauge("memory", 0.61, 0.05, 0.02, 0.85),
            gauge("disk", 0.52, 0.0, 0.06, 0.85),
            gauge("cache-misses", 0.09, 0.02, 0.0, 0.6),
        ],
        errors: 1,
    },
    Profile {
        name: "api",
        shape: Shape::People,
        peak: 2100.0 * 60.0,
        latency: [0.031, 0.11, 0.24],
        scraped_every: 15,
        rate_minutes: 5,
        objectives: &[counted("api/availability", 0.000_045)],
        saturations: &[
            gauge("cpu", 0.10, 0.33, 0.0, 0.8),
            gauge("memory", 0.41, 0.08, 0.0, 0.85),
            gauge("disk", 0.29, 0.0, 0.01, 0.85),
        ],
        errors: 0,
    },
    Profile {
        name: "batch",
        shape: Shape::Machines,
        peak: 3.4,
        latency: [18.0, 74.0, 160.0],
        scraped_every: 300,
        rate_minutes: 30,
        objectives: &[counted("batch/jobs", 0.0165)],
        saturations: &[
            gauge("cpu", 0.52, -0.14, 0.0, 0.9),
            gauge("memory", 0.44, 0.0, 0.0, 0.85),
            gauge("disk", 0.69, 0.0, 0.08, 0.85),
        ],
        errors: 0,
    },
];

pub(super) fn profile(name: &str) -> Option<usize> {
    PROFILES.iter().position(|profile| profile.name == name)
}

/// The places of an objective: its service, and itself in there.
pub(super) fn objective(id: &str) -> Option<(usize, usize)> {
    PROFILES.iter().enumerate().find_map(|(service, profile)| {
        profile.objectives.iter().position(|counted| counted.id == id).map(|place| (service, place))
    })
}
