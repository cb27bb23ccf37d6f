//! Prometheus and everything that speaks its HTTP query API.

use std::sync::Arc;

use super::{BackendSpec, Kind, SettingError, Source};

pub const KIND: Kind = Kind { name: "prometheus", keys: &["url"], connect, lasting: true };

fn connect(_spec: &BackendSpec) -> Result<Arc<dyn Source>, SettingError> {
    Err(SettingError { key: "type".into(), problem: "not built yet".into(), hint: None })
}
