//! Plugins that shape the rules Sloth generates. They are not run here, so what they change is told of.

use crate::config::catalogue::reader::Reader;
use crate::config::catalogue::yaml::Value;
use crate::config::code;
use crate::config::place::At;
use crate::config::shown::quoted;

/// Those of a service, or of one SLO with what it takes over.
#[derive(Clone, Debug, Default)]
pub(super) struct Chain {
    plugins: Vec<Plugin>,
}

#[derive(Clone, Debug)]
struct Plugin {
    id: At<String>,
    disable_optimized: bool,
}

const SLI_RULES: &str = "sloth.dev/core/sli_rules/v1";
const CORRECTED: &str = "sloth.dev/contrib/denominator_corrected_rules/v1";

/// Part of every chain, or without any effect on numbers and alerts.
const HARMLESS: &[&str] = &[
    SLI_RULES,
    "sloth.dev/core/alert_rules/v1",
    "sloth.dev/core/metadata_rules/v1",
    "sloth.dev/core/validate/v1",
    "sloth.dev/core/debug/v1",
    "sloth.dev/core/noop/v1",
    "sloth.dev/contrib/validate_victoria_metrics/v1",
];

impl Chain {
    pub(super) fn ids(&self) -> Vec<At<String>> {
        let others = self.plugins.iter().filter(|plugin| !HARMLESS.contains(&plugin.id.value.as_str()));
        others.map(|plugin| plugin.id.clone()).collect()
    }

    pub(super) fn optimized(&self) -> bool {
        !self.plugins.iter().any(|plugin| plugin.disable_optimized)
    }
}

/// `above` are the plugins of the service.
pub(super) fn chain(mut reader: Reader<'_, '_>, above: Option<&Chain>) -> Chain {
    let alone = reader.flag("overridePrevious").is_some_and(|flag| flag.value);
    let mut plugins = match above {
        Some(above) if !alone => above.plugins.clone(),
        _ => Vec::new(),
    };
    let before = plugins.len();
    for mut part in reader.maps("chain").unwrap_or_default() {
        let id = part.text("id");
        let id = part.required("id", id);
        let disable_optimized = part.map("config").is_some_and(|config| disables(&config));
        part.skip("config");
        part.number("priority");
        part.finish_ignored("Sloth");
        if let Some(id) = id {
            tell(&id, &reader);
            plugins.push(Plugin { id, disable_optimized });
        }
    }
    if alone && plugins.len() == before {
        let message = "`overridePrevious` leaves no plugins, so Sloth would generate nothing";
        reader.report().error(code::CONFLICT, &reader.span(), message);
    }
    reader.finish_ignored("Sloth");
    Chain { plugins }
}

/// The free settings of a plugin are not ours to check, but for this one.
fn disables(config: &Reader<'_, '_>) -> bool {
    config.entries().iter().any(|entry| {
        entry.key.value == "disableOptimized"
            && matches!(&entry.value.value, Value::Scalar(scalar) if scalar.flag() == Some(true))
    })
}

fn tell(id: &At<String>, reader: &Reader<'_, '_>) {
    let (message, hint) = match id.value.as_str() {
        known if HARMLESS.contains(&known) => return,
        CORRECTED => (
            "Sloth weighs the errors of this SLO by its traffic; here they are taken as they come".to_owned(),
            "at low traffic burn rates and pages will differ from Sloth's",
        ),
        other => (
            format!("the SLO plugin `{}` is not carried over", quoted(other)),
            "what it changes in the rules that Sloth generates is not seen here",
        ),
    };
    reader.report().warning(code::NOT_CARRIED, &id.span, &message).hint(hint);
}
