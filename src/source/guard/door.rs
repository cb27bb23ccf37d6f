//! The door for fuzzing into what the guard makes of an answer.

use std::time::Duration;

use chrono::DateTime;

use super::*;

/// What comes of a failure and of a quota: how the endpoint stands then, and how long it is left alone.
pub fn door(error: &SourceError, quota: Option<Quota>) -> (Health, Option<Duration>) {
    let guard =
        Guard::new(vec!["http://backend.test".to_owned()], Duration::from_secs(5), Limits::default(), 1);
    for quota in quota.into_iter().chain(quota) {
        guard.heed(0, quota);
    }
    let wish = retry::wish(error);
    for attempt in 0..5 {
        let wait = retry::wait(attempt, 0.5).max(wish.unwrap_or_default());
        // The moment has to be told.
        let _ = Instant::now() + wait;
        if let Ok(leave) = guard.leave(0) {
            leave.settle(Some(error));
        }
    }
    (guard.health(DateTime::UNIX_EPOCH), wish)
}
