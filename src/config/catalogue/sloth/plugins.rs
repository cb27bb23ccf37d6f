//! What the SLI plugins count that everybody uses. Facts from `slok/sloth-common-sli-plugins`.

pub(super) struct Plugin {
    pub(super) id: &'static str,
    pub(super) counts: Counts,
    /// Labels that an option must give a value for.
    pub(super) on: &'static [On],
}

pub(super) struct On {
    pub(super) label: &'static str,
    pub(super) op: &'static str,
    pub(super) option: &'static str,
}

const fn on(label: &'static str, op: &'static str, option: &'static str) -> On {
    On { label, op, option }
}

pub(super) enum Counts {
    /// Counters; bad ones have `matcher` besides what both have.
    Errors { bad: &'static str, matcher: &'static str, total: &'static str },
    /// A classic histogram with the option `bucket`; `matcher` is on both of its series.
    Slow { histogram: &'static str, matcher: &'static str, excludes_errors: bool },
    /// The regular expression of bad response codes is an option.
    CorednsErrors,
    /// What is put back in the queue is not counted.
    KooperErrors,
    /// Samples of `up`.
    Targets,
    /// A constant: no errors at all.
    Nothing,
    /// A constant: a burn rate.
    Fake,
}

const fn errors(bad: &'static str, matcher: &'static str) -> Counts {
    Counts::Errors { bad, matcher, total: bad }
}

const fn slow(histogram: &'static str, excludes_errors: bool) -> Counts {
    Counts::Slow { histogram, matcher: "", excludes_errors }
}

const ISTIO: &[On] =
    &[on("destination_service_name", "=", "service"), on("destination_service_namespace", "=", "namespace")];
const KOOPER: &[On] = &[on("controller", "=", "controller")];
const TRAEFIK_1: &[On] = &[on("backend", "=~", "backend_regex")];
const TRAEFIK_2: &[On] = &[on("service", "=~", "service_name_regex")];

const FAILED: &str = r#"code=~"(5..|429)""#;
pub(super) const KOOPER_EVENTS: &str = "kooper_controller_processed_event_duration_seconds";

const fn plugin(id: &'static str, counts: Counts, on: &'static [On]) -> Plugin {
    Plugin { id, counts, on }
}

pub(super) const PLUGINS: &[Plugin] = &[
    plugin("sloth-common/coredns/availability", Counts::CorednsErrors, &[]),
    plugin("sloth-common/coredns/latency", slow("coredns_dns_request_duration_seconds", false), &[]),
    plugin("sloth-common/fake", Counts::Fake, &[]),
    plugin(
        "sloth-common/haproxy/frontend/availability",
        errors("haproxy_frontend_http_responses_total", r#"code="5xx""#),
        &[],
    ),
    plugin(
        "sloth-common/istio/v1/availability",
        errors("istio_requests_total", r#"response_code=~"(5..|429)""#),
        ISTIO,
    ),
    plugin("sloth-common/istio/v1/latency", slow("istio_request_duration_milliseconds", true), ISTIO),
    plugin("sloth-common/kubernetes/apiserver/availability", errors("apiserver_request_total", FAILED), &[]),
    plugin(
        "sloth-common/kubernetes/apiserver/latency",
        Counts::Slow {
            histogram: "apiserver_request_duration_seconds",
            matcher: r#"verb!="WATCH""#,
            excludes_errors: false,
        },
        &[],
    ),
    plugin("sloth-common/kubernetes/kooper/availability", Counts::KooperErrors, KOOPER),
    plugin("sloth-common/kubernetes/kooper/latency", slow(KOOPER_EVENTS, false), KOOPER),
    plugin(
        "sloth-common/kubernetes/kooper/queue-congestion",
        slow("kooper_controller_event_in_queue_duration_seconds", false),
        KOOPER,
    ),
    plugin(
        "sloth-common/kubernetes/nginx-ingress/availability",
        errors("nginx_ingress_controller_requests", r#"status=~"(5..|429)""#),
        &[],
    ),
    plugin("sloth-common/noop", Counts::Nothing, &[]),
    plugin(
        "sloth-common/prometheus/rules/eval-availability",
        Counts::Errors {
            bad: "prometheus_rule_evaluation_failures_total",
            matcher: "",
            total: "prometheus_rule_evaluations_total",
        },
        &[],
    ),
    plugin("sloth-common/prometheus/targets/availability", Counts::Targets, &[]),
    plugin(
        "sloth-common/slok-go-http-metrics/availability",
        errors("http_request_duration_seconds_count", FAILED),
        &[],
    ),
    plugin("sloth-common/slok-go-http-metrics/latency", slow("http_request_duration_seconds", true), &[]),
    plugin(
        "sloth-common/traefik/v1/availability",
        errors("traefik_backend_requests_total", FAILED),
        TRAEFIK_1,
    ),
    plugin(
        "sloth-common/traefik/v1/latency",
        slow("traefik_backend_request_duration_seconds", true),
        TRAEFIK_1,
    ),
    plugin(
        "sloth-common/traefik/v2/availability",
        errors("traefik_service_requests_total", r#"code=~"(5..)""#),
        TRAEFIK_2,
    ),
    plugin(
        "sloth-common/traefik/v2/latency",
        slow("traefik_service_request_duration_seconds", true),
        TRAEFIK_2,
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_twenty_one_with_names_of_their_own() {
        let ids: std::collections::BTreeSet<_> = PLUGINS.iter().map(|plugin| plugin.id).collect();
        assert_eq!((PLUGINS.len(), ids.len()), (21, 21));
    }
}
