//! Backends: name, kind and the settings that the kind will judge.

use serde_json::{Map, Value};

use super::names::{Taken, allowed};
use super::{Base, top};
use crate::config::Backend;
use crate::config::code;
use crate::config::raw;
use crate::config::report::Report;
use crate::config::shown::quoted;
use crate::domain::path::expanded;

pub(super) fn backends(typed: &[raw::backend::Backend], base: Base<'_>, report: &Report<'_>) -> Vec<Backend> {
    let mut taken = Taken::new("backend");
    typed.iter().filter_map(|raw| backend(raw, &mut taken, base, report)).collect()
}

fn backend(
    raw: &raw::backend::Backend,
    taken: &mut Taken,
    base: Base<'_>,
    report: &Report<'_>,
) -> Option<Backend> {
    let timeout = top::timeout(raw.timeout.as_ref(), report);
    let kind = raw.kind.as_ref()?.value.clone();
    let name = raw.name.as_ref()?;
    let usable = allowed(name, report) && taken.take(&name.value, &name.span, report);
    usable.then(|| Backend {
        name: name.value.clone(),
        kind,
        timeout,
        settings: placed(raw, base, report),
        origin: raw.origin.clone(),
    })
}

/// The settings with every path as the rest of the file has paths: `~` is home, and relative ones start at its folder.
fn placed(raw: &raw::backend::Backend, base: Base<'_>, report: &Report<'_>) -> Map<String, Value> {
    let mut settings = raw.settings.clone();
    for (key, value) in &mut settings {
        let well = match (key.as_str(), value) {
            ("basic", Value::Object(table)) => all(table, is_path, base),
            ("headers", Value::Object(table)) => {
                let inner = table.values_mut().filter_map(Value::as_object_mut);
                inner.into_iter().all(|one| all(one, |name| name == "file", base))
            }
            (name, value) => !is_path(name) || place(value, base),
        };
        if !well {
            let span = raw.origin.keys.get(key).map_or(0..0, |places| places.value.span.clone());
            let message = format!("there is no home directory for `~` in `{}` to stand for", quoted(key));
            report.error(code::BAD_VALUE, &span, &message).hint("write the path from `/`");
        }
    }
    settings
}

/// Whether the setting `name` is the path of a file, whatever the kind of the backend.
fn is_path(name: &str) -> bool {
    name.ends_with("_file") || matches!(name, "client_cert" | "client_key")
}

fn all(table: &mut Map<String, Value>, named: impl Fn(&str) -> bool, base: Base<'_>) -> bool {
    table.iter_mut().filter(|(name, _)| named(name)).all(|(_, value)| place(value, base))
}

/// False where there is no home for `~`. What is no text is for the kind to refuse.
fn place(value: &mut Value, base: Base<'_>) -> bool {
    let Value::String(text) = value else { return true };
    let Some(path) = expanded(text, base.folder, base.home) else { return false };
    // A path that is no text came from no text.
    if let Some(path) = path.to_str().filter(|_| !text.is_empty()) {
        path.clone_into(text);
    }
    true
}
