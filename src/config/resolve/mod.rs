//! From what was typed to what is meant; every problem is reported, and the rest goes on.

mod alerts;
mod backend;
mod import;
mod maintenance;
mod method;
mod names;
mod objective;
mod pager;
mod people;
mod policy;
mod service;
mod sli;
mod span;
mod top;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::raw;
use super::report::Report;
use super::{Allowed, Config};

use crate::domain::trace::BACKENDS;
use names::Known;

/// What relative paths and `~` stand for.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Base<'b> {
    pub(crate) folder: Option<&'b Path>,
    pub(crate) home: Option<&'b Path>,
}

pub(crate) fn resolve(raw: &raw::File, path: Option<PathBuf>, base: Base<'_>, report: &Report<'_>) -> Config {
    let policies = policy::policies(&raw.policies, report);
    let known = Known::of(raw, policies, report);
    let (tracers, backends) = backend::backends(&raw.backends, base, report)
        .into_iter()
        .partition(|one| BACKENDS.contains(&one.kind.as_str()));
    let services = raw.services.iter().filter_map(|service| service::service(service, &known, report));
    let services: Vec<_> = services.map(Arc::new).collect();
    let objectives = objective::objectives(&raw.slos, &known, report);
    let (people, schedules) = people::roster(&raw.people, &raw.schedules, report);
    let origin =
        |table: &raw::service::Service| Some((table.name.as_ref()?.value.clone(), table.origin.clone()));
    Config {
        path,
        refresh: top::refresh(raw.refresh.as_ref(), report),
        timeout: top::timeout(raw.timeout.as_ref(), report).unwrap_or(super::TIMEOUT),
        theme: top::word(raw.theme.as_ref(), "theme", report),
        state_dir: raw.state_dir.as_ref().and_then(|path| top::path(path, base, report)),
        runbooks: raw.runbooks.iter().filter_map(|path| top::path(path, base, report)).collect(),
        user: top::word(raw.user.as_ref(), "user", report),
        imports: import::imports(&raw.imports, &known, base, report),
        backends,
        tracers,
        services,
        objectives: objectives.into_iter().map(Arc::new).collect(),
        maintenance: maintenance::maintenance(raw, report),
        people,
        schedules,
        allowed: allowed(raw, report),
        origin: raw.origin.clone(),
        service_origins: raw.services.iter().filter_map(origin).collect(),
        objective_origins: objective::origins(&raw.slos),
        schedule_origins: people::origins(&raw.schedules),
    }
}

fn allowed(raw: &raw::File, report: &Report<'_>) -> Allowed {
    let mut allowed = Allowed::default();
    allowed.everywhere(&raw.allow, report);
    for slo in &raw.slos {
        allowed.of_slo(&slo.id().unwrap_or_default(), &slo.allow, report);
    }
    allowed
}
