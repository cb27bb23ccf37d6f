//! Backends: name, kind and the settings that the kind will judge.

use super::names::{Taken, allowed};
use super::top;
use crate::config::Backend;
use crate::config::raw;
use crate::config::report::Report;

pub(super) fn backends(typed: &[raw::backend::Backend], report: &Report<'_>) -> Vec<Backend> {
    let mut taken = Taken::new("backend");
    typed.iter().filter_map(|raw| backend(raw, &mut taken, report)).collect()
}

fn backend(raw: &raw::backend::Backend, taken: &mut Taken, report: &Report<'_>) -> Option<Backend> {
    let timeout = top::timeout(raw.timeout.as_ref(), report);
    let kind = raw.kind.as_ref()?.value.clone();
    let name = raw.name.as_ref()?;
    let usable = allowed(name, report) && taken.take(&name.value, &name.span, report);
    usable.then(|| Backend {
        name: name.value.clone(),
        kind,
        timeout,
        settings: raw.settings.clone(),
        origin: raw.origin.clone(),
    })
}
