//! The trace backends of a session.

use std::sync::Arc;
use std::time::Duration;

use super::exit::Failure;
use super::session::Session;
use crate::config::{Backend, Diagnostic};
use crate::runtime::inquiry::{Histograms, Witnesses};
use crate::source::desk::Desk;
use crate::source::traces::{Tracer, Tracing};
use crate::source::{BackendSpec, tracer_kind};
use crate::state::{Setup, TraceBackend};

impl Session {
    /// Those that are configured, or every problem of their settings.
    pub(super) fn tracers(&self, timeout: Option<Duration>) -> Result<Vec<Tracing>, Failure> {
        self.tracers_or_problems(timeout).map_err(|problems| self.failure(&problems))
    }

    pub(super) fn tracers_or_problems(
        &self,
        timeout: Option<Duration>,
    ) -> Result<Vec<Tracing>, Vec<Diagnostic>> {
        let mut tracers = Vec::new();
        let mut problems = Vec::new();
        for backend in &self.config.tracers {
            match self.tracer(backend, timeout) {
                Ok(tracer) => {
                    let (name, clock) = (backend.name.clone(), Arc::clone(&self.clock));
                    tracers.push(Tracing { name, tracer, clock });
                }
                Err(found) => problems.extend(found),
            }
        }
        if problems.is_empty() { Ok(tracers) } else { Err(problems) }
    }

    pub(super) fn tracer(
        &self,
        backend: &Backend,
        timeout: Option<Duration>,
    ) -> Result<Arc<dyn Tracer>, Vec<Diagnostic>> {
        let Some(kind) = tracer_kind(&backend.kind) else {
            let problem = format!("`{}` is no kind of trace backend", backend.kind);
            return Err(vec![backend.diagnostic_at("type", &problem, None)]);
        };
        let spec = BackendSpec {
            name: backend.name.clone(),
            timeout: timeout.or(backend.timeout).unwrap_or(self.config.timeout),
            settings: backend.settings.clone(),
            started: self.now,
        };
        let mut problems = backend.unknown_keys(kind.keys);
        let tracer = (kind.connect)(&spec).map_err(|error| {
            problems.push(backend.diagnostic_at(&error.key, &error.problem, error.hint.as_deref()));
        });
        tracer.ok().filter(|_| problems.is_empty()).ok_or(problems)
    }

    /// Everyone who can be asked about traces; metric backends as the desks have them, so that they are guarded once.
    pub(super) fn witnesses(&self, desks: &[Desk], timeout: Option<Duration>) -> Result<Witnesses, Failure> {
        let tracers = self.tracers(timeout)?;
        let mut histograms = Vec::new();
        for (backend, desk) in self.config.backends.iter().zip(desks) {
            let services =
                self.config.services.iter().filter(|service| service.source == backend.name).cloned();
            histograms.push(Histograms {
                name: backend.name.clone(),
                source: desk.source(),
                services: services.collect(),
            });
        }
        Ok(Witnesses { tracers, histograms })
    }

    /// What does not change while the program runs.
    pub(super) fn setup_with(&self, witnesses: &Witnesses) -> Setup {
        let named = self.config.tracers.iter().zip(&witnesses.tracers);
        let tracers = named.map(|(backend, tracing)| TraceBackend {
            name: backend.name.clone(),
            kind: backend.kind.clone(),
            address: tracing.tracer.address(),
        });
        Setup { tracers: tracers.collect(), ..self.setup() }
    }
}
