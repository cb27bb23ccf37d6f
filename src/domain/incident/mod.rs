//! Incidents: severity, status, clocks, roles and timeline, in the order in which they matter.

pub mod clocks;
pub mod record;
pub mod role;
pub mod severity;
pub mod status;
pub mod timeline;

pub use clocks::{Clock, Clocks};
pub use record::{Incident, open_worst_first, worst_first};
pub use role::{Assignment, COMMANDER};
pub use severity::Severity;
pub use status::Status;
pub use timeline::{Entry, EntryKind, Timeline};

#[cfg(test)]
mod golden;
