//! The event log: lines to events, events to the state of things.

mod apply;
mod apply_incident;
pub mod entities;
pub mod event;
pub mod fold;
pub mod kind;
pub mod payload;
pub mod reader;
pub mod state;
mod text;

pub use entities::{Change, Handoff, Maintenance, PolicyChange};
pub use event::{Event, FORMAT, LineError, parse_line};
pub use fold::Fold;
pub use reader::Reader;
pub use state::{Rejected, State};

#[cfg(test)]
mod scenario;
