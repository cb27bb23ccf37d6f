//! The one reader of real time.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::Instant;

use crate::source::Clock;

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that asks the system; all others are given the time"
)]
pub fn now() -> DateTime<Utc> {
    Utc::now()
}

/// Real time, or the instant that `--at` fixes for the whole program.
pub fn clock(fixed: Option<DateTime<Utc>>) -> Clock {
    match fixed {
        Some(at) => Arc::new(move || at),
        None => Arc::new(now),
    }
}

/// The time of a recording: it runs from where it was set on, stands while it is held, and ends with the recording.
pub struct Reel {
    end: DateTime<Utc>,
    /// Times as fast as real time.
    speed: f64,
    state: Mutex<State>,
}

#[derive(Clone, Copy)]
struct State {
    from: DateTime<Utc>,
    /// Since when it runs; `None` while it is held.
    runs: Option<Instant>,
}

impl Reel {
    /// Held at `from`.
    pub fn new(from: DateTime<Utc>, end: DateTime<Utc>, speed: f64) -> Arc<Self> {
        Arc::new(Self { end, speed, state: Mutex::new(State { from, runs: None }) })
    }

    pub fn hold(&self, at: DateTime<Utc>) {
        self.set(State { from: at, runs: None });
    }

    pub fn run(&self, from: DateTime<Utc>) {
        self.set(State { from, runs: Some(Instant::now()) });
    }

    fn set(&self, state: State) {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = state;
    }

    fn now(&self) -> DateTime<Utc> {
        let State { from, runs } = *self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(since) = runs else { return from };
        let passed =
            TimeDelta::try_milliseconds((since.elapsed().as_secs_f64() * 1000.0 * self.speed) as i64);
        let now = passed.and_then(|passed| from.checked_add_signed(passed)).unwrap_or(self.end);
        now.min(self.end.max(from))
    }

    pub fn clock(self: &Arc<Self>) -> Clock {
        let reel = Arc::clone(self);
        Arc::new(move || reel.now())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[tokio::test(start_paused = true)]
    async fn the_time_of_a_recording_runs_at_its_speed_and_ends() {
        let at = |text: &str| -> DateTime<Utc> { format!("2026-02-17T10:{text}Z").parse().unwrap() };
        let reel = Reel::new(at("00:00"), at("05:00"), 60.0);
        let clock = reel.clock();
        tokio::time::advance(Duration::from_secs(9)).await;
        assert_eq!(clock(), at("00:00"), "held");
        reel.run(at("01:00"));
        tokio::time::advance(Duration::from_secs(2)).await;
        assert_eq!(clock(), at("03:00"));
        tokio::time::advance(Duration::from_secs(60)).await;
        assert_eq!(clock(), at("05:00"));
        reel.hold(at("00:30"));
        assert_eq!(clock(), at("00:30"));
    }
}
