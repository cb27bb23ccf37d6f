//! The golden signals of the demo's services, from the same counts as their objectives.

use super::book::Book;
use super::noise::Noise;
use super::service::{Gauge, PROFILES, Profile};
use super::story::{HISTORY, Story};
use crate::domain::signal::{Lane, Service, Unit};
use crate::domain::slo::tally::Tally;
use crate::source::SignalPoints;

const QUANTILES: [&str; 3] = ["p50", "p95", "p99"];
/// How many times slower each quantile is at the height of the outage, and in a spike of the database.
const OUTAGE_SLOWDOWN: [f64; 3] = [1.02, 9.2, 12.0];
const SPIKE_SLOWDOWN: [f64; 3] = [1.05, 1.9, 2.9];

/// The minutes asked for, relative to the start of the program, with their Unix times.
pub(super) type Minutes = Vec<(i64, i64)>;

/// Makes the figures of one service.
pub(super) struct Painter<'a> {
    pub(super) service: &'a Service,
    pub(super) profile: &'static Profile,
    pub(super) book: &'a Book,
    pub(super) story: Story,
    pub(super) seed: u64,
    pub(super) minutes: &'a Minutes,
}

impl Painter<'_> {
    pub(super) fn figures(&self) -> Vec<SignalPoints> {
        let mut figures: Vec<_> = (0..QUANTILES.len()).map(|rank| self.latency(rank)).collect();
        figures.extend(self.counted());
        figures.extend(self.profile.saturations.iter().map(|gauge| self.saturation(gauge)));
        for own in &self.service.own {
            match figures.iter_mut().find(|figure| figure.lane == own.lane && figure.name == own.name) {
                Some(figure) => figure.limit = own.limit.or(figure.limit),
                None => figures.push(SignalPoints {
                    limit: own.limit,
                    ..in_trouble(self.service, own.lane, &own.name, "the demo has no such figure")
                }),
            }
        }
        figures
    }

    fn figure(&self, lane: Lane, name: &str, unit: Unit, points: Vec<(i64, f64)>) -> SignalPoints {
        SignalPoints { unit, points, trouble: None, ..in_trouble(self.service, lane, name, "") }
    }

    fn known(&self, value: impl Fn(i64) -> f64) -> Vec<(i64, f64)> {
        let scraped = |minute: i64| minute > HISTORY && Story::scraped(self.profile.name, minute);
        self.minutes.iter().filter(|at| scraped(at.0)).map(|at| (at.1, value(at.0))).collect()
    }

    fn latency(&self, rank: usize) -> SignalPoints {
        let (name, ordinary) = (QUANTILES[rank], self.profile.latency[rank]);
        let noise = Noise::new(self.seed, &format!("{}/{name}", self.profile.name));
        let wobble = [0.03, 0.06, 0.10][rank];
        let points = self.known(|minute| {
            let load = self.profile.shape.at(minute);
            let chance = 1.0 + wobble * (noise.even(minute) - 0.5 + noise.drift(minute));
            ordinary * (0.92 + 0.08 * load) * chance * self.slowdown(rank, minute)
        });
        let limit = self.service.latency_limit;
        SignalPoints { limit, ..self.figure(Lane::Latency, name, Unit::Seconds, points) }
    }

    fn slowdown(&self, rank: usize, minute: i64) -> f64 {
        let (stress, spike) = (self.story.stress(minute), self.story.spike(minute));
        let by = |most: f64, share: f64| 1.0 + (most - 1.0) * share;
        match self.profile.name {
            "checkout" => by(OUTAGE_SLOWDOWN[rank], stress).max(by(SPIKE_SLOWDOWN[rank], spike)),
            "payments" => by(SPIKE_SLOWDOWN[rank], 0.4 * spike),
            "search" => by(2.6, self.story.trouble("search/latency", minute) / 0.22),
            _ => 1.0,
        }
    }

    /// Traffic and errors.
    fn counted(&self) -> Vec<SignalPoints> {
        let window = self.profile.rate_minutes;
        let ends = self.minutes.iter().map(|at| at.0);
        let cells = self.book.cells(self.profile.errors, window, ends);
        let seen: Vec<(i64, Tally)> =
            self.minutes.iter().zip(cells).filter_map(|(at, cell)| Some((at.1, cell?))).collect();
        let seconds = (window * 60) as f64;
        let points = |value: &dyn Fn(Tally) -> Option<f64>| {
            seen.iter().filter_map(|(at, cell)| Some((*at, value(*cell)?))).collect()
        };
        vec![
            self.figure(
                Lane::Traffic,
                "requests",
                Unit::PerSecond,
                points(&|cell| Some(cell.total / seconds)),
            ),
            self.figure(Lane::Errors, "ratio", Unit::Share, points(&Tally::error_ratio)),
            self.figure(Lane::Errors, "rate", Unit::PerSecond, points(&|cell| Some(cell.bad / seconds))),
        ]
    }

    fn saturation(&self, gauge: &Gauge) -> SignalPoints {
        let noise = Noise::new(self.seed, &format!("{}/{}", self.profile.name, gauge.name));
        let wobble = if gauge.name == "disk" { 0.002 } else { 0.018 };
        let points = self.known(|minute| {
            let load = self.profile.shape.at(minute) * self.story.traffic(self.profile.name, minute);
            let age = (minute - HISTORY) as f64 / -HISTORY as f64;
            let chance = wobble * (noise.even(minute) - 0.5 + noise.drift(minute));
            let full = gauge.idle + gauge.load * load + gauge.growth * age + chance;
            (full + self.pressure(gauge.name, minute)).clamp(0.0, 1.0)
        });
        let limit = Some(gauge.limit);
        SignalPoints { limit, ..self.figure(Lane::Saturation, gauge.name, Unit::Share, points) }
    }

    /// What the story adds to a gauge.
    fn pressure(&self, gauge: &str, minute: i64) -> f64 {
        let misses = self.story.scenario.has_outage() && minute > super::story::DB_SPIKES;
        match (self.profile.name, gauge) {
            ("checkout", "db-pool") => self.story.pool(minute) + 0.12 * self.story.spike(minute),
            ("checkout", "memory") => 0.02 * self.story.stress(minute),
            ("search", "cache-misses") if misses => 0.29,
            _ => 0.0,
        }
    }
}

/// A figure that cannot be had.
fn in_trouble(service: &Service, lane: Lane, name: &str, why: &str) -> SignalPoints {
    let unit = match (lane, name) {
        (Lane::Latency, _) => Unit::Seconds,
        (Lane::Errors, "ratio") | (Lane::Saturation, _) => Unit::Share,
        (Lane::Traffic | Lane::Errors, _) => Unit::PerSecond,
    };
    SignalPoints {
        service: service.name.clone(),
        lane,
        name: name.to_owned(),
        unit,
        limit: None,
        points: Vec::new(),
        trouble: Some(why.to_owned()),
    }
}

/// One figure in each lane of a service that is not in the story.
pub(super) fn unknown(service: &Service) -> Vec<SignalPoints> {
    let names = PROFILES.map(|profile| profile.name).join(", ");
    let why = format!("the demo has no service `{}`; it has {names}", service.name);
    [(Lane::Latency, "p99"), (Lane::Traffic, "requests"), (Lane::Errors, "ratio"), (Lane::Saturation, "cpu")]
        .map(|(lane, name)| in_trouble(service, lane, name, &why))
        .to_vec()
}
