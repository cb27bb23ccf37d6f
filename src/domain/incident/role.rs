//! Who does what in an incident.

use chrono::{DateTime, Utc};

/// The role every incident needs.
pub const COMMANDER: &str = "commander";

/// A role (commander, ops, comms, scribe, responder, or any text) and the person who has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    pub role: String,
    pub person: String,
    pub offered: DateTime<Utc>,
    /// Until then the person only has the offer.
    pub accepted: Option<DateTime<Utc>>,
    pub released: Option<DateTime<Utc>>,
}

impl Assignment {
    /// Accepted and not released.
    pub fn holds(&self) -> bool {
        self.accepted.is_some() && self.released.is_none()
    }
}
