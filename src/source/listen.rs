//! What was heard of the backend's own alerts, for each objective that says which are its.

use std::collections::BTreeSet;

use super::line::{Line, Only};
use super::{Pagers, Range};
use crate::domain::slo::group::Labels;
use crate::domain::slo::ledger::{MINUTE, Resolution};
use crate::domain::slo::objective::Objective;
use crate::domain::slo::pager::Heard;

/// A range that ends earlier than this before now says nothing of the present.
const RECENT: i64 = 2 * MINUTE;

#[derive(Default)]
pub(super) struct Ear {
    /// By the labels that are asked for; several objectives may share them.
    all: Vec<(Labels, Heard)>,
}

impl Ear {
    /// Listens for the alerts of these, and remembers what was heard of those that it listened for before.
    pub(super) fn listen(&mut self, lines: &[Line]) {
        let wanted: BTreeSet<Labels> = lines
            .iter()
            .map(|line| line.objective.alarm_labels())
            .filter(|labels| !labels.is_empty())
            .collect();
        self.all.retain(|(labels, _)| wanted.contains(labels));
        let fresh = wanted.into_iter().filter(|labels| !self.all.iter().any(|known| known.0 == *labels));
        let fresh: Vec<_> = fresh.map(|labels| (labels, Heard::default())).collect();
        self.all.extend(fresh);
    }

    /// What to ask beside the counts of `range`: all, when it is the present of all objectives that is asked.
    pub(super) fn questions(
        &self,
        resolution: Resolution,
        range: Range,
        only: Option<&Only>,
        now: i64,
    ) -> Vec<Labels> {
        if resolution != Resolution::Fine || only.is_some() || range.to < now - RECENT {
            return Vec::new();
        }
        self.all.iter().map(|(labels, _)| labels.clone()).collect()
    }

    /// Takes the answer to all questions in; the answer to none is nothing.
    pub(super) fn take(&mut self, answer: Pagers) {
        for ((_, heard), told) in self.all.iter_mut().zip(answer.heard) {
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

    /// What was heard for an objective that says which alerts are its.
    pub(super) fn heard(&self, objective: &Objective) -> Option<Heard> {
        let labels = objective.alarm_labels();
        self.all.iter().find(|known| known.0 == labels).map(|known| known.1.clone())
    }
}
