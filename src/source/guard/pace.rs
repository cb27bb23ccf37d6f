//! How far apart requests have to be, by what a backend says is left of its quota.

use std::time::Duration;

use tokio::time::Instant;

/// What headers such as `X-RateLimit-Remaining` and `X-RateLimit-Reset` tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Requests that may still be made, of how many in all where that is told.
    pub left: u64,
    pub of: Option<u64>,
    /// Seconds until there are all of them again.
    pub reset: u64,
}

/// Below a tenth of the quota, or below so many where its size is not told, the rest is spread out.
const FEW: u64 = 20;

impl Quota {
    /// How long to wait before the next request, so that what is left lasts until the quota is renewed; nothing while
    /// there is plenty.
    pub(super) fn wait(self) -> Option<Duration> {
        let few = self.of.map_or(self.left < FEW, |of| self.left.saturating_mul(10) <= of);
        let reset = Duration::from_secs(self.reset);
        few.then(|| {
            if self.left == 0 {
                reset
            } else {
                reset / u32::try_from(self.left.saturating_add(1)).unwrap_or(u32::MAX)
            }
        })
    }
}

/// When the next request may go, and how far behind it the one after.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    pub(super) next: Instant,
    every: Duration,
}

impl Pace {
    /// By what is left of a quota, told at `now`; those that wait already keep their turns. Nobody waits longer than `most`.
    pub(super) fn of(quota: Quota, before: Option<Self>, now: Instant, most: Duration) -> Option<Self> {
        let wait = quota.wait()?.min(most);
        // After a renewal there are all of them again.
        let every = if quota.left == 0 { Duration::ZERO } else { wait };
        let next = before.map_or(now, |before| before.next).max(now + wait);
        Some(Self { next, every })
    }

    /// Takes the next turn, and tells when it is; none is taken where that is at `by` or later.
    pub(super) fn take(&mut self, now: Instant, by: Instant) -> Result<Instant, Instant> {
        let turn = self.next.max(now);
        if turn >= by {
            return Err(turn);
        }
        self.next = turn + self.every;
        Ok(turn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_that_wait_go_one_after_another() {
        let now = Instant::now();
        let seconds = |count| Duration::from_secs(count);
        let (quota, by) = (Quota { left: 4, of: Some(100), reset: 10 }, now + seconds(9));
        let mut pace = Pace::of(quota, None, now, seconds(300)).unwrap();
        // Ten seconds for four and the one after: one every two.
        let turns: Vec<_> = (0..4).map(|_| pace.take(now, by)).collect();
        assert_eq!(turns, [2, 4, 6, 8].map(|count| Ok(now + seconds(count))));
        assert_eq!(pace.take(now, by), Err(now + seconds(10)));
        let told = Quota { left: 3, of: Some(100), reset: 8 };
        let pace = Pace::of(told, Some(pace), now + seconds(2), seconds(300)).unwrap();
        assert_eq!(pace.next, now + seconds(10), "behind those that have their turns");
        // Used up: all go when it is renewed.
        let mut pace = Pace::of(Quota { left: 0, ..quota }, None, now, seconds(5)).unwrap();
        assert_eq!([pace.take(now, by), pace.take(now, by)], [Ok(now + seconds(5)); 2]);
    }

    #[test]
    fn the_rest_of_a_quota_is_spread_out() {
        let wait = |left, of, reset| Quota { left, of, reset }.wait().map(|wait| wait.as_secs());
        assert_eq!(wait(11, Some(100), 60), None);
        assert_eq!(wait(9, Some(100), 60), Some(6));
        assert_eq!(wait(0, Some(100), 60), Some(60));
        assert_eq!(wait(20, None, 60), None);
        assert_eq!(wait(3, None, 60), Some(15));
        assert_eq!(wait(u64::MAX, None, u64::MAX), None);
        assert_eq!(wait(u64::MAX, Some(100), 60), None);
        assert_eq!(wait(u64::MAX, Some(u64::MAX), 60), Some(0));
    }
}
