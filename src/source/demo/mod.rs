//! Made-up numbers that tell a story: the same for the same seed and instant.

use std::sync::Arc;

use super::{BackendSpec, Kind, SettingError, Source};

pub const KIND: Kind = Kind { name: "demo", keys: &["scenario", "seed"], connect };

fn connect(_spec: &BackendSpec) -> Result<Arc<dyn Source>, SettingError> {
    Err(SettingError { key: "type".into(), problem: "not built yet".into(), hint: None })
}
