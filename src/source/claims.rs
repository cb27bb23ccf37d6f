//! Which objectives there are already, across all backends: one that is found does not double one that is known.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use crate::domain::slo::namesake::{is_within, name_within};
use crate::domain::slo::objective::Objective;

#[derive(Debug, Default)]
pub struct Claims {
    /// Ids, also with their namespaces, and pager labels of what is configured.
    written: Mutex<Written>,
    /// The backend that found it first, by id.
    found: Mutex<BTreeMap<String, String>>,
}

#[derive(Debug, Default)]
struct Written {
    ids: BTreeSet<String>,
    pagers: BTreeSet<BTreeMap<String, String>>,
}

/// Whose an objective is that a backend has found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Claim {
    Own,
    /// It is configured, perhaps under another name.
    Configured,
    /// Another backend has it too, by this name.
    Elsewhere(String),
}

/// Whether an SLO of the labels `found` is the one that was `written` with these, and perhaps with more. The name of the
/// alerts need not have been written.
fn is_same(found: &BTreeMap<String, String>, written: &BTreeMap<String, String>) -> bool {
    let is_in = |(name, value): (&String, &String)| match written.get(name) {
        Some(other) => other == value,
        None => name == "alertname",
    };
    found.keys().any(|name| name != "alertname") && found.iter().all(is_in)
}

impl Claims {
    pub fn of(objectives: &[Arc<Objective>]) -> Self {
        let claims = Self::default();
        claims.configure(objectives);
        claims
    }

    /// These are configured from now on.
    pub fn configure(&self, objectives: &[Arc<Objective>]) {
        let pagers = objectives.iter().map(|slo| slo.about.pager.clone()).filter(|labels| !labels.is_empty());
        let within = |slo: &Arc<Objective>| Some(name_within(&slo.id, slo.about.namespace.as_ref()?));
        let ids = objectives.iter().flat_map(|slo| [slo.id.clone()].into_iter().chain(within(slo)));
        *self.written.lock().unwrap_or_else(PoisonError::into_inner) =
            Written { ids: ids.collect(), pagers: pagers.collect() };
    }

    pub(super) fn claim(&self, objective: &Objective, backend: &str) -> Claim {
        let written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        let is_known = || written.pagers.iter().any(|pager| is_same(&objective.about.pager, pager));
        // Who finds one of several namesakes alone does not see that it has any.
        let has_namesakes = || written.ids.iter().any(|id| is_within(id, &objective.id));
        if written.ids.contains(&objective.id) || has_namesakes() || is_known() {
            return Claim::Configured;
        }
        drop(written);
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        let owner = found.entry(objective.id.clone()).or_insert_with(|| backend.to_owned());
        if owner == backend { Claim::Own } else { Claim::Elsewhere(owner.clone()) }
    }

    /// Gives back what `backend` does not find any more.
    pub(super) fn release(&self, id: &str, backend: &str) {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if found.get(id).is_some_and(|owner| owner == backend) {
            found.remove(id);
        }
    }
}
