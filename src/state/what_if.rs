//! What-if as it stands: the knobs as they are turned, and what that came to.

use std::sync::Arc;

use crate::domain::slo::status::SloStatus;
use crate::domain::slo::whatif::{Change, Column, column, what_if};

/// Both sides of one change of one SLO. Made when something changes, not when it is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Trial {
    of: Arc<SloStatus>,
    change: Change,
    pub now: Column,
    pub then: Column,
}

impl Trial {
    pub fn new(of: &Arc<SloStatus>, change: Change) -> Self {
        let now = column(SloStatus::clone(of));
        let then = if change.is_none() { now.clone() } else { column(what_if(of, &change)) };
        Self { of: Arc::clone(of), change, now, then }
    }

    /// Whether this is still the answer for `of`.
    pub fn answers(&self, of: &Arc<SloStatus>, change: &Change) -> bool {
        Arc::ptr_eq(&self.of, of) && self.change == *change
    }
}
