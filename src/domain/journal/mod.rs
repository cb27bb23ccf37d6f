//! The event log: lines to events, events to the state of things.

mod apply;
mod apply_incident;
pub mod entities;
pub mod event;
pub mod fold;
pub mod intent;
pub mod kind;
pub mod payload;
pub mod reader;
mod repeat;
mod slo;
pub mod state;
mod text;
pub mod ulid;

pub use apply::CLOCK_SLACK;
pub use entities::{Again, Change, Handoff, Maintenance, PolicyChange};
pub use event::{Event, FORMAT, LineError, parse_line};
pub use fold::Fold;
pub use intent::{Author, Envelope, Intent, Unfit};
pub use reader::Reader;
pub use state::{Planned, Rejected, State};
pub use ulid::ulid;

#[cfg(test)]
mod scenario;
