//! How far apart requests have to be, by what a backend says is left of its quota.

use std::time::Duration;

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
        let few = self.of.map_or(self.left < FEW, |of| self.left * 10 <= of);
        let reset = Duration::from_secs(self.reset);
        few.then(|| {
            if self.left == 0 { reset } else { reset / u32::try_from(self.left + 1).unwrap_or(u32::MAX) }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_of_a_quota_is_spread_out() {
        let wait = |left, of, reset| Quota { left, of, reset }.wait().map(|wait| wait.as_secs());
        assert_eq!(wait(11, Some(100), 60), None);
        assert_eq!(wait(9, Some(100), 60), Some(6));
        assert_eq!(wait(0, Some(100), 60), Some(60));
        assert_eq!(wait(20, None, 60), None);
        assert_eq!(wait(3, None, 60), Some(15));
        assert_eq!(wait(u64::MAX, None, u64::MAX), None);
    }
}
