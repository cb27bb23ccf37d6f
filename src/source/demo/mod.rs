//! Made-up numbers that tell a story: the same for the same seed and instant.
//!
//! The story is laid out in minutes around the instant at which the program started: what came before is
//! history, what comes after is told while one watches.

pub mod assets;
mod book;
mod curve;
mod events;
mod noise;
mod query;
mod scenario;
mod service;
mod settings;
mod signals;
mod source;
mod story;
mod tales;
mod traces;
mod traffic;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::domain::signal::Lane;

use super::traces::TracerKind;
use super::{BackendSpec, Kind, SettingError, Source};

pub use events::events;
pub use scenario::Scenario;

pub const KIND: Kind = Kind {
    name: "demo",
    keys: &[&["scenario", "seed", "dead", "dies_after"]],
    connect,
    lanes,
    lasting: false,
};

pub(super) const TRACES: TracerKind =
    TracerKind { name: "demo-traces", keys: &["scenario", "seed"], connect: traces::connect };

/// Its services have all of them, whatever they are called.
fn lanes(_preset: Option<&str>) -> Vec<Lane> {
    Lane::ALL.to_vec()
}

fn connect(spec: &BackendSpec) -> Result<Arc<dyn Source>, SettingError> {
    let settings = settings::Settings::read(spec)?;
    Ok(Arc::new(source::Demo::new(spec, &settings)))
}
