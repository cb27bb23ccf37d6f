//! Names that commands are given: whether there is such a thing, and what comes nearest.

use std::sync::Arc;

use super::Session;
use crate::cli::exit::Failure;
use crate::domain::slo::objective::Objective;
use crate::text::clean;

impl Session {
    pub(in crate::cli) fn known_slo(&self, id: &str) -> Result<(), Failure> {
        // Which children there are is not known before the backend is asked.
        let parent = |slo: &Arc<Objective>| slo.is_parent() && id.starts_with(&format!("{}{{", slo.id));
        if self.objectives().any(parent) {
            return Ok(());
        }
        known("SLO", id, self.objectives().map(|slo| slo.id.as_str()))
    }

    /// What to say of something that is neither an SLO nor a service with SLOs.
    pub(in crate::cli) fn unknown_gate(&self, subject: &str) -> Failure {
        if self.known_service(subject).is_ok() {
            return Failure::configuration(format!("error: service `{}` has no SLO to ask", clean(subject)));
        }
        let names = self.objectives().flat_map(|slo| [slo.id.as_str(), slo.service.as_str()]);
        let failure = known("SLO or service", subject, names).err();
        failure.unwrap_or_else(|| Failure::configuration(format!("error: there is no `{subject}`")))
    }

    /// One that is configured, or that an SLO is about.
    pub(in crate::cli) fn known_service(&self, name: &str) -> Result<(), Failure> {
        let own = self.config.services.iter().map(|service| service.name.as_str());
        known("service", name, own.chain(self.objectives().map(|slo| slo.service.as_str())))
    }
}

fn known<'a>(what: &str, name: &str, names: impl Iterator<Item = &'a str> + Clone) -> Result<(), Failure> {
    if names.clone().any(|known| known == name) {
        return Ok(());
    }
    let like = |known: &&str| (strsim::jaro_winkler(known, name) * 1000.0) as u32;
    let near = names.max_by_key(like).map_or(String::new(), |near| format!("; perhaps `{near}`?"));
    Err(Failure::configuration(clean(&format!("error: there is no {what} `{name}`{near}"))))
}
