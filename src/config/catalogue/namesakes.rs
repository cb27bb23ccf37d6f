//! Pyrra's SLOs of one name in several namespaces, which its own alerts and series do not tell apart.

use std::collections::BTreeMap;

use super::draft::{Draft, Tool};
use crate::domain::slo::namesake::{apart, name_within, not_compared};
use crate::domain::slo::tool::part_of_id;

/// Gives those that would have one id their namespace, as discovery does, and all of one name what tells their alerts
/// apart. Those of one service and namespace are doubles.
pub(super) fn tell_apart(drafts: &mut [Draft]) {
    let mut alike: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, draft) in drafts.iter().enumerate().filter(|(_, draft)| draft.tool == Tool::Pyrra) {
        alike.entry(part_of_id(&draft.name.value)).or_default().push(at);
    }
    for places in alike.into_values().filter(|places| places.len() > 1) {
        let before: Vec<Known> = places.iter().map(|at| Known::of(&drafts[*at])).collect();
        places.iter().zip(&before).for_each(|(at, own)| own.part(&mut drafts[*at], &before));
    }
}

/// What an SLO is known by, as it was written.
struct Known {
    service: String,
    namespace: Option<String>,
    /// The labels of its alerts.
    signs: BTreeMap<String, String>,
}

impl Known {
    fn of(draft: &Draft) -> Self {
        let signs = draft.labels.iter().chain(&draft.pager);
        Self {
            service: part_of_id(&draft.service.value),
            namespace: draft.namespace.clone(),
            signs: signs.map(|(name, value)| (name.clone(), value.clone())).collect(),
        }
    }

    fn is_double(&self, other: &Self) -> bool {
        self.service == other.service && self.namespace == other.namespace
    }

    fn part(&self, draft: &mut Draft, all: &[Self]) {
        let others = || all.iter().filter(|other| !self.is_double(other));
        if others().next().is_none() {
            return;
        }
        if let Some(labels) = apart(&self.signs, || others().map(|other| &other.signs)) {
            draft.pager.extend(labels);
        } else {
            draft.pager.clear();
            draft.notes.push(draft.spot.note(&not_compared(&draft.name.value)));
        }
        let namespace =
            self.namespace.as_ref().filter(|_| others().any(|other| other.service == self.service));
        if let Some(namespace) = namespace {
            draft.name.value = name_within(&draft.name.value, namespace);
        }
    }
}
