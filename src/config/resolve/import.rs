//! Catalogue entries: where their files are, and what they mean where the files are silent.

use super::Base;
use super::names::Known;
use super::{objective, span, top};
use crate::config::catalogue::{Import, Terms};
use crate::config::raw;
use crate::config::report::Report;
use crate::domain::slo::window::Window;

/// The period of a Sloth process that is told nothing, and the window of most.
const WINDOW: Window = Window::days(30);

pub(super) fn imports(
    typed: &[raw::import::Import],
    known: &Known,
    base: Base<'_>,
    report: &Report<'_>,
) -> Vec<Import> {
    typed.iter().filter_map(|raw| import(raw, known, base, report)).collect()
}

fn import(raw: &raw::import::Import, known: &Known, base: Base<'_>, report: &Report<'_>) -> Option<Import> {
    let files = raw.files.as_ref().and_then(|typed| top::path(typed, base, report));
    let backend = known.backend(raw.backend.as_ref(), &raw.span, report);
    let window = match &raw.window {
        Some(typed) => span::rolling(typed, report),
        None => Some(WINDOW),
    };
    let policy = objective::policy(raw.policy.as_ref(), known, report);
    let terms =
        Terms { backend: backend?, backends: known.backends.clone(), window: window?, policy: policy? };
    Some(Import { files: files?, terms })
}
