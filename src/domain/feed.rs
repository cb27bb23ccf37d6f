//! A value that is fetched again and again: the last good one, when it came, and present trouble.

use chrono::{DateTime, TimeDelta, Utc};

/// What keeps a source from answering.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    pub since: DateTime<Utc>,
    /// What kind of trouble, in a word or two: `refused`, `timeout`, `not found`, …
    pub class: &'static str,
    /// A sentence for the reader: what, where, what to do.
    pub text: String,
    /// Failed attempts in a row.
    pub attempts: u32,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Feed<T> {
    pub value: Option<T>,
    pub last_success: Option<DateTime<Utc>>,
    pub trouble: Option<Trouble>,
    /// How often it is asked for.
    pub every: TimeDelta,
}

impl<T> Feed<T> {
    pub fn new(every: TimeDelta) -> Self {
        Self { value: None, last_success: None, trouble: None, every }
    }

    pub fn succeed(&mut self, value: T, at: DateTime<Utc>) {
        self.value = Some(value);
        self.last_success = Some(at);
        self.trouble = None;
    }

    /// Keeps the last good value.
    pub fn fail(&mut self, class: &'static str, text: String, at: DateTime<Utc>) {
        let (since, attempts) = self.trouble.as_ref().map_or((at, 0), |old| (old.since, old.attempts));
        self.trouble = Some(Trouble { since, class, text, attempts: attempts + 1 });
    }

    pub fn age(&self, now: DateTime<Utc>) -> Option<TimeDelta> {
        self.last_success.map(|at| now - at)
    }

    /// Answered lately and not failing: no older than two intervals.
    pub fn is_fresh(&self, now: DateTime<Utc>) -> bool {
        self.trouble.is_none() && self.age(now).is_some_and(|age| age <= self.every * 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failing_keeps_the_value_and_counts_attempts() {
        let at = |seconds| DateTime::from_timestamp(seconds, 0).unwrap();
        let mut feed = Feed::new(TimeDelta::seconds(15));
        assert!(!feed.is_fresh(at(0)));
        feed.succeed(1, at(0));
        assert!(feed.is_fresh(at(30)));
        assert!(!feed.is_fresh(at(31)));
        feed.fail("refused", "it is refused".into(), at(15));
        feed.fail("refused", "it is refused".into(), at(30));
        assert_eq!(feed.value, Some(1));
        assert!(!feed.is_fresh(at(15)));
        assert_eq!(
            feed.trouble,
            Some(Trouble { since: at(15), class: "refused", text: "it is refused".into(), attempts: 2 })
        );
        feed.succeed(2, at(45));
        assert!(feed.is_fresh(at(45)));
    }
}
