//! The keys of a Prometheus backend beside those of HTTP.

use crate::domain::slo::tool::Tool;
use crate::source::http::settings::field::{fault, list_of_text};
use crate::source::{BackendSpec, SettingError};

pub(super) const KEYS: &[&str] = &["discover"];

/// Stands among the tools for services that are counted in a well-known way.
const SERVICES: &str = "services";

/// What a backend is to bring itself.
#[derive(Default)]
pub(super) struct Wanted {
    /// The tools whose SLOs are to be looked for.
    pub(super) tools: Vec<Tool>,
    pub(super) services: bool,
}

impl Wanted {
    pub(super) fn is_nothing(&self) -> bool {
        self.tools.is_empty() && !self.services
    }
}

pub(super) fn wanted(spec: &BackendSpec) -> Result<Wanted, SettingError> {
    let mut wanted = Wanted::default();
    let Some(list) = spec.settings.get("discover") else { return Ok(wanted) };
    for word in list_of_text("discover", list)? {
        if word == SERVICES {
            wanted.services = true;
            continue;
        }
        let known: Vec<&str> = Tool::ALL.into_iter().map(Tool::word).chain([SERVICES]).collect();
        let hint = format!("known are {}", known.join(", "));
        let tool = word.parse().map_err(|()| {
            fault("discover", format!("`{}` cannot be looked for", crate::text::clean(word)), Some(&hint))
        })?;
        if !wanted.tools.contains(&tool) {
            wanted.tools.push(tool);
        }
    }
    Ok(wanted)
}
