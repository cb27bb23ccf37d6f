//! Services whose signals leave a doubt.

use std::sync::Arc;

use super::{Lane, Service};
use crate::domain::slo::objective::Objective;

/// The word of the rule that a service shows how full it is.
pub const NO_SATURATION: &str = "no-saturation";

/// Something doubtful in a service. Never an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub service: String,
    pub message: String,
    pub suggestion: String,
}

/// Services with SLOs and without any signal of saturation, in the order given. `by_preset` tells which signals a
/// service has beside its own.
pub fn unsaturated(
    services: &[Arc<Service>],
    objectives: &[Arc<Objective>],
    by_preset: impl Fn(&Service) -> Vec<Lane>,
) -> Vec<Finding> {
    let promises = |service: &Service| objectives.iter().any(|slo| slo.service == service.name);
    let is_watched = |service: &Service| {
        let own = service.own.iter().any(|signal| signal.lane == Lane::Saturation);
        own || by_preset(service).contains(&Lane::Saturation)
    };
    let doubtful = services.iter().filter(|service| promises(service) && !is_watched(service));
    doubtful.map(|service| finding(&service.name)).collect()
}

fn finding(service: &str) -> Finding {
    let message =
        format!("service `{service}` has SLOs and no saturation signal: nothing warns before it is full");
    let hint = "put what fills up first, such as a pool, a queue or a disk, under [service.saturation]";
    Finding { service: service.to_owned(), message, suggestion: hint.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::signal::OwnSignal;
    use crate::domain::slo::sli::{Latency, Sli};
    use crate::domain::slo::window::Window;

    fn service(name: &str, preset: Option<&str>, own: &[Lane]) -> Arc<Service> {
        let signal =
            |lane: &Lane| OwnSignal { lane: *lane, name: "x".to_owned(), query: "x".to_owned(), limit: None };
        Arc::new(Service {
            name: name.to_owned(),
            source: "main".to_owned(),
            preset: preset.map(str::to_owned),
            selector: String::new(),
            own: own.iter().map(signal).collect(),
            latency_limit: None,
        })
    }

    fn slo(service: &str) -> Arc<Objective> {
        let sli = Sli::Latency(Latency { histogram: "rt".into(), threshold: 0.3, native: false });
        let target = "99.9%".parse().unwrap();
        Arc::new(Objective::new(service, "latency", "main", sli, target, Window::days(30)))
    }

    #[test]
    fn a_service_with_slos_shows_how_full_it_is() {
        let services = [
            service("bare", None, &[Lane::Latency]),
            service("own", None, &[Lane::Saturation]),
            service("preset", Some("full"), &[]),
            service("no-slo", None, &[]),
        ];
        let slos = ["bare", "bare", "own", "preset", "not-configured"].map(slo);
        let by_preset = |service: &Service| service.preset.iter().map(|_| Lane::Saturation).collect();
        let found: Vec<_> =
            unsaturated(&services, &slos, by_preset).into_iter().map(|finding| finding.service).collect();
        assert_eq!(found, ["bare"], "once, however many SLOs");
    }
}
