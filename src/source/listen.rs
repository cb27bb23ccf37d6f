//! What was heard of the backend's own alerts, for each objective that says which are its.

use std::collections::BTreeMap;

use super::lines::{Line, Only};
use super::{Pagers, Range};
use crate::domain::slo::ledger::{MINUTE, Resolution};
use crate::domain::slo::pager::Heard;

/// A range that ends earlier than this before now says nothing of the present.
const RECENT: i64 = 2 * MINUTE;

#[derive(Default)]
pub(super) struct Ear {
    /// The ids of the objectives that are asked for, with their labels and what was heard.
    all: Vec<(String, BTreeMap<String, String>, Heard)>,
}

impl Ear {
    /// Listens for these lines from now on; what was heard of those that stay is kept.
    pub(super) fn follow(&mut self, lines: &[Line]) {
        let mut old: BTreeMap<_, _> =
            self.all.drain(..).map(|(id, labels, heard)| ((id, labels), heard)).collect();
        let counted = lines.iter().map(|line| &line.objective).filter(|slo| !slo.is_parent());
        for objective in counted.filter(|slo| !slo.about.pager.is_empty()) {
            let key = (objective.id.clone(), objective.about.pager.clone());
            let heard = old.remove(&key).unwrap_or_default();
            self.all.push((key.0, key.1, heard));
        }
    }

    /// What to ask beside the counts of `range`: all, when it is the present of all objectives that is asked.
    pub(super) fn questions(
        &self,
        resolution: Resolution,
        range: Range,
        only: Option<&Only>,
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

    /// What was heard for the objective `id`, when it says which alerts are its.
    pub(super) fn heard(&self, id: &str) -> Option<Heard> {
        self.all.iter().find(|known| known.0 == id).map(|known| known.2.clone())
    }
}
