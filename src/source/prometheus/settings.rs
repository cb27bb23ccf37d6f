//! The keys of a Prometheus backend beside those of HTTP.

use crate::domain::slo::tool::Tool;
use crate::source::http::settings::field::{fault, list_of_text};
use crate::source::{BackendSpec, SettingError};

pub(super) const KEYS: &[&str] = &["discover"];

/// The tools whose SLOs are to be looked for.
pub(super) fn wanted(spec: &BackendSpec) -> Result<Vec<Tool>, SettingError> {
    let Some(list) = spec.settings.get("discover") else { return Ok(Vec::new()) };
    let mut wanted = Vec::new();
    for word in list_of_text("discover", list)? {
        let known: Vec<&str> = Tool::ALL.into_iter().map(Tool::word).collect();
        let hint = format!("known are {}", known.join(", "));
        let tool = word.parse().map_err(|()| {
            fault(
                "discover",
                format!("SLOs of `{}` cannot be looked for", crate::text::clean(word)),
                Some(&hint),
            )
        })?;
        if !wanted.contains(&tool) {
            wanted.push(tool);
        }
    }
    Ok(wanted)
}
