//! The well-known ways of counting requests: names of metrics and labels, one line of [`FAMILIES`] each.

use super::saturation::{self, Saturation};

/// Matchers of HTTP answers that failed, by the labels that are in use.
const HTTP_FAILED: &[&str] = &["code=~\"5..\"", "status=~\"5..\"", "status_code=~\"5..\""];
/// What the semantic conventions of OpenTelemetry call an error of a server; a failure before any answer has a type and no code.
const OTEL_FAILED: &[&str] =
    &["http_response_status_code=~\"5..\"", "http_response_status_code=\"\",error_type!=\"\""];
const RPC_FAILED: &[&str] = &[
    "rpc_response_status_code=~\"UNKNOWN|DEADLINE_EXCEEDED|UNIMPLEMENTED|INTERNAL|UNAVAILABLE|DATA_LOSS\"",
    "rpc_response_status_code=\"\",error_type!=\"\"",
];
/// The same codes as numbers.
const RPC_OLD_FAILED: &[&str] = &["rpc_grpc_status_code=~\"2|4|12|13|14|15\""];
const GRPC_FAILED: &[&str] =
    &["grpc_code=~\"Unknown|DeadlineExceeded|Unimplemented|Internal|Unavailable|DataLoss\""];
/// The numbers of a gRPC call whose HTTP answer is 200.
const ISTIO_FAILED: &[&str] =
    &["response_code=~\"5..\"", "response_code!~\"5..\",grpc_response_status=~\"2|4|12|13|14|15\""];

const OTEL_NAMES: &[&str] = &["service_name", "exported_job", "job"];
const OTEL_SPACES: &[&str] = &["service_namespace", "namespace"];
const JOB_NAMES: &[&str] = &["service", "job"];

/// A convention of metric and label names.
pub(in crate::source::prometheus) struct Family {
    pub(in crate::source::prometheus) name: &'static str,
    /// The counter of requests; without one, the histogram counts them.
    pub(super) counter: Option<&'static str>,
    /// The histogram of durations, and its unit in seconds.
    pub(super) histogram: Option<(&'static str, f64)>,
    /// Matcher that every request has to meet; empty for all.
    pub(super) only: &'static str,
    /// Matchers of what failed; a request counts once however many it meets.
    pub(super) failed: &'static [&'static str],
    pub(super) saturation: Saturation,
    /// Labels that name the service; the first that is there counts.
    pub(in crate::source::prometheus) names: &'static [&'static str],
    /// Labels that tell services of one name apart.
    pub(in crate::source::prometheus) spaces: &'static [&'static str],
}

/// No counter, no histogram, nothing said of where.
const BLANK: Family = Family {
    name: "",
    counter: None,
    histogram: None,
    only: "",
    failed: &[],
    saturation: saturation::none,
    names: JOB_NAMES,
    spaces: &["namespace"],
};

const OTEL: Family = Family { saturation: saturation::otel, names: OTEL_NAMES, spaces: OTEL_SPACES, ..BLANK };

/// Where a service is counted in several ways, the first of these is taken: nearest to its own code first.
pub(in crate::source::prometheus) const FAMILIES: &[Family] = &[
    Family {
        name: "otel-http",
        histogram: Some(("http_server_request_duration_seconds", 1.0)),
        failed: OTEL_FAILED,
        ..OTEL
    },
    Family {
        name: "otel-http-old",
        histogram: Some(("http_server_duration_milliseconds", 0.001)),
        failed: &["http_status_code=~\"5..\""],
        ..OTEL
    },
    Family {
        name: "http",
        counter: Some("http_requests_total"),
        histogram: Some(("http_request_duration_seconds", 1.0)),
        failed: HTTP_FAILED,
        saturation: saturation::machine,
        ..BLANK
    },
    Family {
        name: "http-duration",
        histogram: Some(("http_request_duration_seconds", 1.0)),
        failed: HTTP_FAILED,
        saturation: saturation::machine,
        ..BLANK
    },
    Family {
        name: "micrometer",
        histogram: Some(("http_server_requests_seconds", 1.0)),
        failed: &["status=~\"5..\""],
        saturation: saturation::micrometer,
        names: &["application", "service", "job"],
        ..BLANK
    },
    Family {
        name: "otel-rpc",
        histogram: Some(("rpc_server_call_duration_seconds", 1.0)),
        failed: RPC_FAILED,
        ..OTEL
    },
    Family {
        name: "otel-rpc-old",
        histogram: Some(("rpc_server_duration_milliseconds", 0.001)),
        failed: RPC_OLD_FAILED,
        ..OTEL
    },
    Family {
        name: "grpc",
        counter: Some("grpc_server_handled_total"),
        histogram: Some(("grpc_server_handling_seconds", 1.0)),
        failed: GRPC_FAILED,
        saturation: saturation::grpc,
        ..BLANK
    },
    Family {
        name: "istio",
        counter: Some("istio_requests_total"),
        histogram: Some(("istio_request_duration_milliseconds", 0.001)),
        // The client's side counts the same requests again.
        only: "reporter=~\"destination|waypoint\"",
        failed: ISTIO_FAILED,
        names: &["destination_service_name"],
        spaces: &["destination_service_namespace"],
        ..BLANK
    },
    Family {
        name: "nginx-ingress",
        counter: Some("nginx_ingress_controller_requests"),
        histogram: Some(("nginx_ingress_controller_request_duration_seconds", 1.0)),
        failed: &["status=~\"5..\""],
        names: &["ingress"],
        spaces: &["exported_namespace", "namespace"],
        ..BLANK
    },
    Family {
        name: "traefik",
        counter: Some("traefik_service_requests_total"),
        histogram: Some(("traefik_service_request_duration_seconds", 1.0)),
        failed: &["code=~\"5..\""],
        saturation: saturation::traefik,
        names: &["exported_service", "service"],
        spaces: &[],
        ..BLANK
    },
    Family { name: "kube-state", saturation: saturation::kube, names: &["namespace"], spaces: &[], ..BLANK },
];

/// Metric whose series tell that a service is counted this way.
const KUBE: &str = "kube_deployment_spec_replicas";

impl Family {
    /// Whether requests are counted by the histogram itself, which may then be a native one.
    pub(in crate::source::prometheus) fn may_be_native(&self) -> bool {
        self.counter.is_none() && self.histogram.is_some()
    }

    /// The metric whose series tell of the requests.
    pub(in crate::source::prometheus) fn metric(&self, native: bool) -> String {
        match (self.counter, self.histogram) {
            (Some(counter), _) => counter.to_owned(),
            (None, Some((histogram, _))) if native => histogram.to_owned(),
            (None, Some((histogram, _))) => format!("{histogram}_count"),
            (None, None) => KUBE.to_owned(),
        }
    }

    /// Matcher that every request has to meet; empty for all.
    pub(in crate::source::prometheus) fn only(&self) -> &'static str {
        self.only
    }

    /// Whether `label` tells what became of a request.
    pub(in crate::source::prometheus) fn fails_by(&self, label: &str) -> bool {
        let of = |matcher: &str| matcher.split(['=', '!']).next() == Some(label);
        self.failed.iter().flat_map(|matchers| matchers.split("\",")).any(of)
    }
}
