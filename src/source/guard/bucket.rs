//! At most so many requests a second, with a burst: a token bucket on a monotonic clock.

use std::time::Duration;

use tokio::time::Instant;

#[derive(Debug)]
pub(super) struct Bucket {
    /// Tokens a second.
    rate: f64,
    burst: f64,
    /// Negative while requests wait for tokens to come.
    tokens: f64,
    at: Instant,
}

impl Bucket {
    pub(super) fn new(rate: f64, burst: u32, now: Instant) -> Self {
        let burst = f64::from(burst.max(1));
        Self { rate, burst, tokens: burst, at: now }
    }

    /// Takes a token, and tells how long to wait before it is there. Where that is longer than `most`, none is taken.
    pub(super) fn take(&mut self, now: Instant, most: Duration) -> Result<Duration, Duration> {
        let grown = now.saturating_duration_since(self.at).as_secs_f64() * self.rate;
        self.at = self.at.max(now);
        self.tokens = (self.tokens + grown).min(self.burst);
        let wait = Duration::from_secs_f64(((1.0 - self.tokens) / self.rate).max(0.0));
        if wait > most {
            return Err(wait);
        }
        self.tokens -= 1.0;
        Ok(wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    fn millis(count: u64) -> Duration {
        Duration::from_millis(count)
    }

    #[test]
    fn a_burst_goes_at_once_and_the_rest_at_the_rate() {
        let now = Instant::now();
        let mut bucket = Bucket::new(4.0, 2, now);
        let waits: Vec<_> = (0..5).map(|_| bucket.take(now, LONG).unwrap()).collect();
        assert_eq!(waits, [0, 0, 250, 500, 750].map(millis));
        // One and three quarters have come since, three were owed.
        assert_eq!(bucket.take(now + millis(500), LONG), Ok(millis(500)));
    }

    #[test]
    fn tokens_pile_up_to_the_burst_only() {
        let now = Instant::now();
        let mut bucket = Bucket::new(1.0, 3, now);
        let later = now + Duration::from_secs(3600);
        let waits: Vec<_> = (0..4).map(|_| bucket.take(later, LONG).unwrap().as_secs()).collect();
        assert_eq!(waits, [0, 0, 0, 1]);
    }

    #[test]
    fn who_will_not_wait_takes_nothing() {
        let now = Instant::now();
        let mut bucket = Bucket::new(1.0, 1, now);
        assert_eq!(bucket.take(now, LONG), Ok(millis(0)));
        assert_eq!(bucket.take(now, millis(999)), Err(millis(1000)));
        assert_eq!(bucket.take(now, millis(1000)), Ok(millis(1000)));
    }

    #[test]
    fn a_clock_that_stands_still_gives_no_tokens_twice() {
        let now = Instant::now();
        let mut bucket = Bucket::new(1.0, 1, now);
        let later = now + millis(2000);
        assert_eq!(bucket.take(later, LONG), Ok(millis(0)));
        assert_eq!(bucket.take(now, LONG), Ok(millis(1000)));
        assert_eq!(bucket.take(later, LONG), Ok(millis(2000)));
    }
}
