//! When an incident passed each of its marks, and the intervals people ask for.

use std::str::FromStr;

use chrono::{DateTime, TimeDelta, Utc};

use super::status::Status;

/// A mark in the life of an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Clock {
    ImpactStart,
    /// Somebody was paged.
    Paged,
    Detected,
    Acknowledged,
    /// The first commander was there.
    Commander,
    Identified,
    /// The first attempt to mitigate.
    Mitigating,
    /// The impact was over.
    Mitigated,
    Resolved,
    Closed,
}

impl Clock {
    pub const ALL: [Self; 10] = [
        Self::ImpactStart,
        Self::Paged,
        Self::Detected,
        Self::Acknowledged,
        Self::Commander,
        Self::Identified,
        Self::Mitigating,
        Self::Mitigated,
        Self::Resolved,
        Self::Closed,
    ];

    /// The name in the log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ImpactStart => "impact_start",
            Self::Paged => "paged",
            Self::Detected => "detected",
            Self::Acknowledged => "acknowledged",
            Self::Commander => "commander",
            Self::Identified => "identified",
            Self::Mitigating => "mitigating",
            Self::Mitigated => "mitigated",
            Self::Resolved => "resolved",
            Self::Closed => "closed",
        }
    }

    /// The mark that reaching a status makes; monitoring means that the impact is over.
    pub fn of(status: Status) -> Option<Self> {
        match status {
            Status::Detected => Some(Self::Detected),
            Status::Acknowledged => Some(Self::Acknowledged),
            Status::Investigating => None,
            Status::Identified => Some(Self::Identified),
            Status::Mitigating => Some(Self::Mitigating),
            Status::Monitoring => Some(Self::Mitigated),
            Status::Resolved => Some(Self::Resolved),
            Status::Closed => Some(Self::Closed),
        }
    }
}

impl FromStr for Clock {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|clock| clock.as_str() == text).ok_or(())
    }
}

/// The marks made so far; one that is not known is `None`, never zero.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clocks([Option<DateTime<Utc>>; 10]);

impl Clocks {
    pub fn get(&self, clock: Clock) -> Option<DateTime<Utc>> {
        self.0[clock as usize]
    }

    /// Makes a mark; the first stamp wins.
    pub fn stamp(&mut self, clock: Clock, at: DateTime<Utc>) {
        self.0[clock as usize].get_or_insert(at);
    }

    /// Corrects a mark, or takes it away.
    pub fn correct(&mut self, clock: Clock, at: Option<DateTime<Utc>>) {
        self.0[clock as usize] = at;
    }

    /// When it began: impact, else detection.
    pub fn start(&self) -> Option<DateTime<Utc>> {
        self.get(Clock::ImpactStart).or_else(|| self.get(Clock::Detected))
    }

    /// When somebody was told: the page, else detection.
    pub fn told(&self) -> Option<DateTime<Utc>> {
        self.get(Clock::Paged).or_else(|| self.get(Clock::Detected))
    }

    /// TTD = detected − impact start.
    pub fn to_detect(&self) -> Option<TimeDelta> {
        self.between(self.get(Clock::ImpactStart), Clock::Detected)
    }

    /// TTA = acknowledged − page.
    pub fn to_acknowledge(&self) -> Option<TimeDelta> {
        self.since_told(Clock::Acknowledged)
    }

    /// TTM = mitigated − impact start.
    pub fn to_mitigate(&self) -> Option<TimeDelta> {
        self.between(self.get(Clock::ImpactStart), Clock::Mitigated)
    }

    /// TTR = resolved − impact start; the R is "resolve".
    pub fn to_resolve(&self) -> Option<TimeDelta> {
        self.between(self.get(Clock::ImpactStart), Clock::Resolved)
    }

    /// From the page to a mark.
    pub fn since_told(&self, clock: Clock) -> Option<TimeDelta> {
        self.between(self.told(), clock)
    }

    fn between(&self, begin: Option<DateTime<Utc>>, end: Clock) -> Option<TimeDelta> {
        Some(self.get(end)? - begin?)
    }
}
