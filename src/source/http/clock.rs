//! What the clock of a backend shows, by the dates of its answers.

use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::Instant;

/// How far its clock is ahead of ours, as it was when it last told. Later on nothing is known: our own clock may be set,
/// and this machine may sleep, which a monotonic clock does not count.
#[derive(Debug, Default)]
pub(super) struct TheirClock(Option<Told>);

#[derive(Debug)]
enum Told {
    /// What it showed, and when it showed that.
    Date(DateTime<Utc>, Instant),
    Ahead(TimeDelta),
}

impl TheirClock {
    pub(super) fn see(&mut self, date: DateTime<Utc>, at: Instant) {
        self.0 = Some(Told::Date(date, at));
    }

    /// Whole seconds; `now` and `at` are the present. `None` if it never told.
    pub(super) fn ahead(&mut self, now: DateTime<Utc>, at: Instant) -> Option<TimeDelta> {
        let ahead = match self.0.as_ref()? {
            Told::Date(date, seen) => *date + at.saturating_duration_since(*seen) - now,
            Told::Ahead(ahead) => *ahead,
        };
        self.0 = Some(Told::Ahead(ahead));
        Some(ahead)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_machine_that_slept_does_not_blame_the_backend() {
        let (start, ten) = (Instant::now(), DateTime::from_timestamp(1_768_903_200, 0).unwrap());
        let mut clock = TheirClock::default();
        assert_eq!(clock.ahead(ten, start), None);
        clock.see(ten + TimeDelta::seconds(7), start);
        let second = Duration::from_secs(1);
        assert_eq!(clock.ahead(ten + TimeDelta::seconds(1), start + second), Some(TimeDelta::seconds(7)));
        // Eight hours of sleep: two seconds for the monotonic clock.
        let morning = ten + TimeDelta::hours(8);
        assert_eq!(clock.ahead(morning, start + 2 * second), Some(TimeDelta::seconds(7)));
        clock.see(morning, start + 3 * second);
        assert_eq!(clock.ahead(morning, start + 3 * second), Some(TimeDelta::zero()));
    }
}
