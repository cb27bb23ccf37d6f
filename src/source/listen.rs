//! What was heard of the backend's own alerts, for each objective that says which are its.

use std::collections::BTreeMap;

use super::lines::Line;
use super::{Pagers, Range};
use crate::domain::slo::ledger::{MINUTE, Resolution};
use crate::domain::slo::pager::Heard;

/// A range that ends earlier than this before now says nothing of the present.
const RECENT: i64 = 2 * MINUTE;

#[derive(Default)]
pub(super) struct Ear {
    /// The places of the objectives that are asked for, with their labels and what was heard.
    all: Vec<(usize, BTreeMap<String, String>, Heard)>,
}

impl Ear {
    pub(super) fn new(lines: &[Line]) -> Self {
        let labels = lines.iter().map(|line| line.objective.about.pager.clone()).enumerate();
        let known = labels.filter(|(_, labels)| !labels.is_empty());
        Self { all: known.map(|(index, labels)| (index, labels, Heard::default())).collect() }
    }

    /// What to ask beside the counts of `range`: all, when it is the present of all objectives that is asked.
    pub(super) fn questions(
        &self,
        resolution: Resolution,
        range: Range,
        only: Option<usize>,
        now: i64,
    ) -> Vec<BTreeMap<String, String>> {
        if resolution != Resolution::Fine || only.is_some() || range.to < now - RECENT {
            return Vec::new();
        }
        self.all.iter().map(|(_, labels, _)| labels.clone()).collect()
    }

    /// Takes the answer to all questions in; the answer to none is nothing.
    pub(super) fn take(&mut self, answer: Pagers) {
        for ((_, _, heard), told) in self.all.iter_mut().zip(answer.heard) {
            // One alert in all the time is proof that there is a pager.
            heard.any |= answer.any;
            match told {
                Ok(minutes) => {
                    heard.refused = None;
                    heard.record(minutes);
                }
                Err(error) => heard.refused = Some(error.to_string()),
            }
        }
    }

    /// What was heard for objective number `index`, when it says which alerts are its.
    pub(super) fn heard(&self, index: usize) -> Option<Heard> {
        self.all.iter().find(|known| known.0 == index).map(|known| known.2.clone())
    }
}
