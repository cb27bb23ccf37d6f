//! Which story the demo tells.

use crate::cli::args::Common;
use crate::cli::exit::Failure;
use crate::source::demo::Scenario;

pub(super) fn scenario(common: &Common) -> Result<Scenario, Failure> {
    let name = common.scenario.as_deref().unwrap_or(Scenario::Outage.name());
    Scenario::named(name).ok_or_else(|| {
        let known: Vec<_> = Scenario::ALL.iter().map(|scenario| scenario.name()).collect();
        Failure::configuration(format!(
            "error: the demo has no scenario `{name}`; it has {}",
            known.join(", ")
        ))
    })
}
