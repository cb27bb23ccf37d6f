//! What the log knows of SLOs: maintenance, as corrections of budgets, and steps of policies.

use chrono::{DateTime, Utc};

use super::entities::Maintenance;
use super::state::State;
use crate::domain::incident::Incident;
use crate::domain::slo::correction::Correction;
use crate::domain::slo::ledger::HOUR;
use crate::domain::slo::refill;
use crate::domain::slo::status::SloStatus;

impl State {
    /// The windows that were, are, or will be; one that was called off is none.
    pub fn corrections(&self) -> Vec<Correction> {
        self.maintenance.iter().filter_map(correction).collect()
    }

    /// The incident whose errors leave the SLO's window with its next refill.
    pub fn leaving(&self, slo: &SloStatus) -> Option<&Incident> {
        refill::leaving(slo, self.incidents.values().map(AsRef::as_ref))
    }

    /// Since when an SLO has been in its policy step. The ledger knows that a change of long ago lies within an
    /// hour, and the log to the minute; where they speak of different changes, the ledger is right.
    pub fn step_since(&self, slo: &SloStatus) -> Option<DateTime<Utc>> {
        let step = slo.step.as_ref()?;
        let logged =
            self.policy.get(slo.id()).filter(|change| change.to == step.word).map(|change| change.at);
        let walked = slo.step_since().and_then(|at| DateTime::from_timestamp(at, 0));
        let same = |one: DateTime<Utc>, other: DateTime<Utc>| (one - other).num_seconds().abs() <= HOUR;
        match (walked, logged) {
            (Some(walked), Some(logged)) if same(walked, logged) => Some(logged),
            (walked, logged) => walked.or(logged),
        }
    }
}

fn correction(window: &Maintenance) -> Option<Correction> {
    Some(Correction {
        title: window.text.clone(),
        when: window.when()?,
        services: window.services.clone(),
        slos: window.slos.clone(),
        excluded: window.excluded,
        reason: window.reason.clone(),
    })
}
