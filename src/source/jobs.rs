//! Who is asked what: the errands of a cold start, and of lines that come late or were away.

use std::collections::VecDeque;
use std::sync::Arc;

use super::lines::Only;
use super::plan::{self, Errand, floor};
use crate::domain::slo::ledger::{FINE_SPAN, MINUTE};
use crate::domain::slo::window::Window;

/// An errand, for all objectives or for some of them.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Job {
    pub(super) errand: Errand,
    pub(super) only: Option<Only>,
}

impl Job {
    pub(super) fn all(errand: Errand) -> Self {
        Self { errand, only: None }
    }

    /// Whether it asks for the objective `id`.
    pub(super) fn concerns(&self, id: &str) -> bool {
        self.only.as_ref().is_none_or(|only| only.contains(id))
    }
}

/// An objective, and the newest cell that is known of it.
pub(super) type Known = (String, Option<i64>);

/// Everything to ask of these objectives and of the signals. Who has kept a ledger asks for what it lacks alone.
pub(super) fn cold_start(now: i64, window: Window, known: &[Known]) -> VecDeque<Job> {
    let (recent, blank): (Vec<_>, Vec<_>) = known.iter().partition(|known| is_recent(known, now));
    let newest = recent.iter().filter_map(|known| known.1).min().filter(|_| blank.is_empty());
    if blank.is_empty() || recent.is_empty() {
        return plan::cold_start(now, window, newest).into_iter().map(Job::all).collect();
    }
    let (intervals, signals): (Vec<_>, Vec<_>) = plan::cold_start(now, window, None)
        .into_iter()
        .filter(|errand| !matches!(errand, Errand::Counts(..)))
        .partition(|errand| *errand == Errand::Intervals);
    let counts = catch_up(now, window, known);
    let (before, after) = (intervals.into_iter().map(Job::all), signals.into_iter().map(Job::all));
    before.chain(counts).chain(after).collect()
}

/// The cells that these objectives lack.
pub(super) fn catch_up(now: i64, window: Window, known: &[Known]) -> Vec<Job> {
    let (recent, blank): (Vec<_>, Vec<_>) = known.iter().partition(|known| is_recent(known, now));
    let newest = recent.iter().filter_map(|known| known.1).min();
    let jobs = |whose: Vec<&Known>, newest| {
        let only: Only = Arc::new(whose.iter().map(|known| known.0.clone()).collect());
        let errands = if whose.is_empty() { VecDeque::new() } else { plan::cold_start(now, window, newest) };
        let counts = errands.into_iter().filter(|errand| matches!(errand, Errand::Counts(..)));
        counts.map(move |errand| Job { errand, only: Some(Arc::clone(&only)) })
    };
    jobs(recent, newest).chain(jobs(blank, None)).collect()
}

/// The same for objectives that nothing is known of yet, not even how often they are sampled.
pub(super) fn welcome(now: i64, window: Window, known: &[Known]) -> Vec<Job> {
    if known.is_empty() {
        return Vec::new();
    }
    let only = Some(Arc::new(known.iter().map(|known| known.0.clone()).collect()));
    let first = Job { errand: Errand::Intervals, only };
    std::iter::once(first).chain(catch_up(now, window, known)).collect()
}

/// The signals of services that came late.
pub(super) fn greet(now: i64, names: Vec<String>) -> Vec<Job> {
    let only: Option<Only> = Some(Arc::new(names.into_iter().collect()));
    plan::signals(floor(now, MINUTE)).into_iter().map(|errand| Job { errand, only: only.clone() }).collect()
}

fn is_recent(known: &Known, now: i64) -> bool {
    known.1.is_some_and(|newest| newest > floor(now, MINUTE) - FINE_SPAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_768_903_217;
    const MONTH: Window = Window::days(30);

    fn whose(jobs: impl IntoIterator<Item = Job>) -> Vec<(bool, Option<Vec<String>>)> {
        let is_counts = |job: &Job| matches!(job.errand, Errand::Counts(..));
        jobs.into_iter()
            .map(|job| (is_counts(&job), job.only.map(|only| only.iter().cloned().collect())))
            .collect()
    }

    #[test]
    fn who_has_a_ledger_does_not_ask_for_the_history_of_others() {
        let known = [("a".to_owned(), Some(NOW - 600)), ("b".to_owned(), None)];
        let jobs = whose(cold_start(NOW, MONTH, &known));
        assert_eq!(jobs[0], (false, None), "intervals of all");
        assert_eq!(jobs[1], (true, Some(vec!["a".into()])));
        assert!(jobs[2..9].iter().all(|job| *job == (true, Some(vec!["b".into()]))), "{jobs:?}");
        assert_eq!(jobs[9..], [(false, None), (false, None)], "signals");
    }

    #[test]
    fn all_alike_are_one_plan() {
        for known in [None, Some(NOW - 600)] {
            let all = [("a".to_owned(), known), ("b".to_owned(), known)];
            let jobs: Vec<Job> = cold_start(NOW, MONTH, &all).into();
            let plan: Vec<Job> = plan::cold_start(NOW, MONTH, known).into_iter().map(Job::all).collect();
            assert_eq!(jobs, plan);
        }
        assert_eq!(cold_start(NOW, MONTH, &[]).len(), plan::cold_start(NOW, MONTH, None).len());
        assert!(welcome(NOW, MONTH, &[]).is_empty());
    }
}
