//! How the way to a backend stands: its addresses, which of them answers, and what is held back.

use chrono::{DateTime, TimeDelta, Utc};

use super::quantity::duration;

/// Clocks that differ by less do not change a figure that is told by the minute.
const CLOCKS_AGREE: TimeDelta = TimeDelta::minutes(1);
/// Less than this is the way there and back, and whole seconds.
const CLOCK_DOUBT: TimeDelta = TimeDelta::seconds(10);

/// Whether an address is asked: always, not just now, or by one probe.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Circuit {
    #[default]
    Closed,
    HalfOpen,
    Open,
}

impl Circuit {
    pub fn word(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::HalfOpen => "half-open",
            Self::Open => "open",
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Endpoint {
    /// Without credentials.
    pub address: String,
    pub circuit: Circuit,
    /// Failures among its latest outcomes.
    pub failures: u32,
    /// When it is asked again; set while its circuit is open, or its quota is nearly used up.
    pub next_try: Option<DateTime<Utc>>,
    /// What was wrong the last time, if it was not well.
    pub said: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Health {
    /// In the order in which they are tried; empty where nothing is guarded.
    pub endpoints: Vec<Endpoint>,
    /// Which of them answered last.
    pub answering: usize,
    /// All of them are asked, for figures of their own: none stands in for another.
    pub apart: bool,
    /// All attempts, also those that failed.
    pub attempts: u64,
    /// Attempts beyond the first.
    pub retries: u64,
    /// Requests that waited for the limit of requests a second.
    pub delayed: u64,
    /// Questions that were not put, to spare the backend.
    pub spared: u64,
    /// How far the backend's clock is ahead of ours, where it tells.
    pub clock_offset: Option<TimeDelta>,
}

impl Health {
    /// The best of its addresses: one that is asked is enough.
    pub fn circuit(&self) -> Circuit {
        self.endpoints.iter().map(|endpoint| endpoint.circuit).min().unwrap_or_default()
    }

    /// Whether its clock and ours tell the same time, as far as it matters to figures.
    pub fn clocks_agree(&self) -> bool {
        self.clock_offset.is_none_or(|offset| offset.abs() < CLOCKS_AGREE)
    }

    /// What to say of clocks that differ.
    pub fn clock_doubt(&self) -> Option<String> {
        let offset = self.clock_offset.filter(|offset| offset.abs() >= CLOCK_DOUBT)?;
        let by = duration(offset.abs());
        Some(if offset > TimeDelta::zero() {
            format!(
                "its clock is {by} ahead of this machine's: figures are {by} old if its clock is right; set this clock, or that one"
            )
        } else {
            format!(
                "its clock is {by} behind this machine's: it has nothing of the last {by} if its clock is right; set this clock, or that one"
            )
        })
    }

    /// When it is asked again, where no address is asked just now.
    pub fn next_try(&self) -> Option<DateTime<Utc>> {
        let times: Option<Vec<_>> = self.endpoints.iter().map(|endpoint| endpoint.next_try).collect();
        times?.into_iter().min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(circuit: Circuit, next_try: Option<i64>) -> Endpoint {
        let next_try = next_try.and_then(|at| DateTime::from_timestamp(at, 0));
        Endpoint { address: "http://p".into(), circuit, failures: 0, next_try, said: None }
    }

    #[test]
    fn clocks_that_differ_are_doubted_and_by_a_minute_disagree() {
        let of = |seconds| Health { clock_offset: Some(TimeDelta::seconds(seconds)), ..Health::default() };
        for (seconds, agree, words) in [
            (9, true, ""),
            (-30, true, "30s behind"),
            (59, true, "59s ahead"),
            (3600, false, "1h ahead"),
            (-60, false, "1m behind"),
        ] {
            let health = of(seconds);
            assert_eq!(health.clocks_agree(), agree, "{seconds}");
            assert!(health.clock_doubt().unwrap_or_default().contains(words), "{:?}", health.clock_doubt());
        }
        assert_eq!(of(9).clock_doubt(), None);
    }

    #[test]
    fn one_address_that_is_asked_is_enough() {
        let of = |endpoints: &[Endpoint]| Health { endpoints: endpoints.to_vec(), ..Health::default() };
        let open = |at| endpoint(Circuit::Open, Some(at));
        let health = of(&[open(20), open(10)]);
        assert_eq!((health.circuit(), health.next_try()), (Circuit::Open, DateTime::from_timestamp(10, 0)));
        let health = of(&[open(20), endpoint(Circuit::Closed, None)]);
        assert_eq!((health.circuit(), health.next_try()), (Circuit::Closed, None));
        assert_eq!(of(&[]).circuit(), Circuit::Closed);
    }
}
