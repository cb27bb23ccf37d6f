//! The kinds of trace backends.

use super::demo;
use super::traces::{TracerKind, jaeger, tempo, zipkin};

/// The one list of them; [`crate::domain::trace::BACKENDS`] has their names.
pub const TRACER_KINDS: &[TracerKind] = &[tempo::KIND, jaeger::KIND, zipkin::KIND, demo::TRACES];

pub fn tracer_kind(name: &str) -> Option<&'static TracerKind> {
    TRACER_KINDS.iter().find(|kind| kind.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_configuration_knows_every_kind() {
        assert!(TRACER_KINDS.iter().map(|kind| kind.name).eq(crate::domain::trace::BACKENDS));
        assert!(TRACER_KINDS.iter().all(|one| crate::source::kind(one.name).is_none()));
    }
}
