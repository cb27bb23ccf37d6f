//! Which objectives there are already, across all backends: one that is found does not double one that is known.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use crate::domain::slo::objective::Objective;

#[derive(Debug, Default)]
pub struct Claims {
    /// Ids and pager labels of what is configured.
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

impl Claims {
    pub fn of(objectives: &[Arc<Objective>]) -> Self {
        let claims = Self::default();
        claims.configure(objectives);
        claims
    }

    /// These are configured from now on.
    pub fn configure(&self, objectives: &[Arc<Objective>]) {
        let pagers = objectives.iter().map(|slo| identity(slo)).filter(|labels| !labels.is_empty());
        let ids = objectives.iter().map(|slo| slo.id.clone());
        *self.written.lock().unwrap_or_else(PoisonError::into_inner) =
            Written { ids: ids.collect(), pagers: pagers.collect() };
    }

    pub(super) fn claim(&self, objective: &Objective, backend: &str) -> Claim {
        let written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        if written.ids.contains(&objective.id) || written.pagers.contains(&identity(objective)) {
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

/// The labels that say which SLO its alerts are of. A file also knows what these are called; series do not.
fn identity(objective: &Objective) -> BTreeMap<String, String> {
    let mut labels = objective.about.pager.clone();
    labels.remove("alertname");
    labels
}
