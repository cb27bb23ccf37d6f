//! The backends of a session: connected, and each with its desk.

use std::sync::Arc;
use std::time::Duration;

use super::Session;
use crate::cli::exit::Failure;
use crate::config::{Backend, Diagnostic};
use crate::domain::trace::BACKENDS;
use crate::source::cache::Cache;
use crate::source::claims::Claims;
use crate::source::desk::{Brief, Desk};
use crate::source::{BackendSpec, KINDS, Source, exec, kind};

impl Session {
    /// A desk for each backend, or every problem of their settings.
    pub(in crate::cli) fn desks(&self, timeout: Option<Duration>) -> Result<Vec<Desk>, Failure> {
        let mut desks = Vec::new();
        let mut problems = Vec::new();
        let claims = self.claims();
        for backend in &self.config.backends {
            match self.connect(backend, timeout) {
                Ok(source) => desks.push(self.desk(backend, source).discovering(Arc::clone(&claims))),
                Err(found) => problems.extend(found),
            }
        }
        if problems.is_empty() { Ok(desks) } else { Err(self.failure(&problems)) }
    }

    /// What is configured, which wins over what backends bring.
    pub(in crate::cli) fn claims(&self) -> Arc<Claims> {
        let services = self.config.services.iter().map(|service| service.name.as_str());
        Arc::new(Claims::of(&self.config.objectives).and_services(services))
    }

    pub(in crate::cli) fn connect(
        &self,
        backend: &Backend,
        timeout: Option<Duration>,
    ) -> Result<Arc<dyn Source>, Vec<Diagnostic>> {
        let place = self.config.backends.iter().position(|known| known.name == backend.name).unwrap_or(0);
        let replayed = self.replay.as_ref().and_then(|replay| replay.source(place));
        let source = match replayed {
            Some(source) => source,
            None => self.connect_really(backend, timeout)?,
        };
        Ok(match &self.recorder {
            Some(recorder) => recorder.around(source, place, Arc::clone(&self.clock)),
            None => source,
        })
    }

    fn connect_really(
        &self,
        backend: &Backend,
        timeout: Option<Duration>,
    ) -> Result<Arc<dyn Source>, Vec<Diagnostic>> {
        let Some(kind) = kind(&backend.kind) else {
            let known: Vec<_> = KINDS.iter().map(|kind| kind.name).chain(BACKENDS).collect();
            let hint = format!("known types: {}", known.join(", "));
            return Err(vec![backend.diagnostic_at(
                "type",
                &format!("no backend has the type `{}`", backend.kind),
                Some(&hint),
            )]);
        };
        let unknown = backend.unknown_keys(&kind.keys.concat());
        if !unknown.is_empty() {
            return Err(unknown);
        }
        (kind.connect)(&self.spec(backend, timeout))
            .map_err(|error| vec![backend.diagnostic_at(&error.key, &error.problem, error.hint.as_deref())])
    }

    pub(in crate::cli) fn spec(&self, backend: &Backend, timeout: Option<Duration>) -> BackendSpec {
        // Commands take longer to start than a request to be answered.
        let least = if backend.kind == exec::KIND.name { exec::TIMEOUT } else { Duration::ZERO };
        BackendSpec {
            name: backend.name.clone(),
            timeout: timeout.or(backend.timeout).unwrap_or(self.config.timeout.max(least)),
            settings: backend.settings.clone(),
            started: self.now,
        }
    }

    pub(in crate::cli) fn desk(&self, backend: &Backend, source: Arc<dyn Source>) -> Desk {
        let config = &self.config;
        // A past instant is looked at once; the cache is of the present.
        let lasting = kind(&backend.kind).is_some_and(|kind| kind.lasting);
        // A recording is to have everything, also what an earlier run was told.
        let keep = lasting && !self.read_only && self.fixed.is_none() && self.recorder.is_none();
        let cache = self.state_dir.as_ref().filter(|_| keep).map(|folder| Cache::new(folder.join("cache")));
        Desk::new(Brief {
            name: backend.name.clone(),
            kind: backend.kind.clone(),
            source,
            objectives: config.objectives.iter().filter(|slo| slo.source == backend.name).cloned().collect(),
            services: config
                .services
                .iter()
                .filter(|service| service.source == backend.name)
                .cloned()
                .collect(),
            refresh: self.replay.as_ref().map_or(config.refresh, |replay| replay.expected(config.refresh)),
            clock: Arc::clone(&self.clock),
            cache,
        })
        .at_pace(self.replay.as_ref().map(|replay| replay.pace(config.refresh)))
        .in_real_time(self.fixed.is_none())
        .serving(&config.objectives)
        .with_maintenance(&config.maintenance)
    }
}
