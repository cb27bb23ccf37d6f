//! The maintenance windows of the log, as corrections of budgets.

use super::entities::Maintenance;
use super::state::State;
use crate::domain::slo::calendar::Span;
use crate::domain::slo::correction::{Correction, When};

impl State {
    /// The windows that were, are, or will be; one that was called off is none.
    pub fn corrections(&self) -> Vec<Correction> {
        self.maintenance.iter().filter_map(correction).collect()
    }
}

fn correction(window: &Maintenance) -> Option<Correction> {
    let (from, to) = window.span()?;
    Some(Correction {
        title: window.text.clone(),
        when: When::Once(Span { from: from.timestamp(), to: to.timestamp() }),
        services: window.services.clone(),
        slos: window.slos.clone(),
        excluded: window.excluded,
        reason: window.reason.clone(),
    })
}
