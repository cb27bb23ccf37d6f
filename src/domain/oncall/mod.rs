//! Who is on call: people, rotations, layers, overrides, gaps and coverage.

pub mod civil;
pub mod coverage;
pub mod layer;
pub mod overrides;
pub mod person;
pub mod problem;
pub mod roster;
pub mod rotation;
pub mod schedule;
pub mod shift;
pub mod spans;
pub mod window;

pub use coverage::Coverage;
pub use layer::{Layer, Turns};
pub use overrides::{Mode, Override};
pub use person::{Person, PersonId};
pub use problem::Problem;
pub use roster::Roster;
pub use rotation::Rotation;
pub use schedule::{Duty, PRIMARY, SECONDARY, Schedule};
pub use shift::Shift;
pub use spans::{Gap, Span};
pub use window::Window;

#[cfg(test)]
mod golden;
