//! Services with metrics of well-known names, one of each convention, in a real Prometheus: found with one request, and
//! their figures by arithmetic.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use assert_cmd::Command;
use burnwatch::domain::signal::{Lane, Service};
use burnwatch::source::{BackendSpec, Discovered, Range, SignalPoints, SignalsAsk, Source, prometheus};
use chrono::DateTime;
use serde_json::{Value, json};

use crate::program::{PROGRAM, environment};
use crate::server::Server;

const NOW: i64 = 1_768_903_200;
const STEP: i64 = 15;

/// One series: a counter by its rate a second, or a gauge by its value.
#[derive(Clone, Copy)]
enum Course {
    Rate(f64),
    Value(f64),
}

/// Name, labels, course.
type Series = (String, String, Course);

use Course::{Rate, Value as Is};

/// A histogram in which 60 of 100 took up to 0.1, 90 up to 0.5 and all up to 1, of the same unit as `le`.
fn histogram(name: &str, labels: &str, scale: f64, rate: f64) -> Vec<Series> {
    let comma = if labels.is_empty() { "" } else { "," };
    let bucket = |(le, share): (f64, f64)| {
        (format!("{name}_bucket"), format!("{labels}{comma}le=\"{}\"", le * scale), Rate(share * rate))
    };
    let mut series: Vec<Series> = [(0.1, 0.6), (0.5, 0.9), (1.0, 1.0)].into_iter().map(bucket).collect();
    series.push((format!("{name}_bucket"), format!("{labels}{comma}le=\"+Inf\""), Rate(rate)));
    series.push((format!("{name}_count"), labels.to_owned(), Rate(rate)));
    series
}

fn one(name: &str, labels: &str, course: Course) -> Vec<Series> {
    vec![(name.to_owned(), labels.to_owned(), course)]
}

/// In each convention 80 a second are well and 20 fail, but for what is said.
fn series() -> Vec<Series> {
    [over_http(), calls(), around()].concat()
}

/// Requests by HTTP.
fn over_http() -> Vec<Series> {
    let h = histogram;
    [
        h(
            "http_server_request_duration_seconds",
            "job=\"shop/cart\",service_name=\"cart\",http_response_status_code=\"200\"",
            1.0,
            80.0,
        ),
        h(
            "http_server_request_duration_seconds",
            "job=\"shop/cart\",service_name=\"cart\",http_response_status_code=\"503\",error_type=\"503\"",
            1.0,
            15.0,
        ),
        h(
            "http_server_request_duration_seconds",
            "job=\"shop/cart\",service_name=\"cart\",error_type=\"timeout\"",
            1.0,
            5.0,
        ),
        one("http_server_active_requests", "service_name=\"cart\"", Is(7.0)),
        h("http_server_duration_milliseconds", "job=\"old\",http_status_code=\"200\"", 1000.0, 80.0),
        h("http_server_duration_milliseconds", "job=\"old\",http_status_code=\"500\"", 1000.0, 20.0),
        one("http_requests_total", "job=\"web\",code=\"200\"", Rate(80.0)),
        one("http_requests_total", "job=\"web\",code=\"500\"", Rate(20.0)),
        h("http_request_duration_seconds", "job=\"web\"", 1.0, 100.0),
        h("http_request_duration_seconds", "job=\"tiny\",status=\"200\"", 1.0, 80.0),
        h("http_request_duration_seconds", "job=\"tiny\",status=\"500\"", 1.0, 20.0),
        h("http_server_requests_seconds", "application=\"spring\",job=\"x\",status=\"200\"", 1.0, 80.0),
        h("http_server_requests_seconds", "application=\"spring\",job=\"x\",status=\"500\"", 1.0, 20.0),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Calls, and a mesh.
fn calls() -> Vec<Series> {
    let h = histogram;
    let istio = |reporter: &str, rest: &str| {
        format!(
            "reporter=\"{reporter}\",destination_service_name=\"mail\",destination_service_namespace=\"shop\",{rest}"
        )
    };
    [
        h(
            "rpc_server_call_duration_seconds",
            "service_name=\"rpc\",rpc_response_status_code=\"OK\"",
            1.0,
            80.0,
        ),
        h(
            "rpc_server_call_duration_seconds",
            "service_name=\"rpc\",rpc_response_status_code=\"UNAVAILABLE\"",
            1.0,
            20.0,
        ),
        h(
            "rpc_server_duration_milliseconds",
            "service_name=\"rpc-old\",rpc_grpc_status_code=\"0\"",
            1000.0,
            70.0,
        ),
        h(
            "rpc_server_duration_milliseconds",
            "service_name=\"rpc-old\",rpc_grpc_status_code=\"5\"",
            1000.0,
            10.0,
        ),
        h(
            "rpc_server_duration_milliseconds",
            "service_name=\"rpc-old\",rpc_grpc_status_code=\"14\"",
            1000.0,
            20.0,
        ),
        one("grpc_server_handled_total", "job=\"grpc\",grpc_code=\"OK\"", Rate(80.0)),
        one("grpc_server_handled_total", "job=\"grpc\",grpc_code=\"Internal\"", Rate(20.0)),
        h("grpc_server_handling_seconds", "job=\"grpc\"", 1.0, 100.0),
        one("istio_requests_total", &istio("destination", "response_code=\"200\""), Rate(80.0)),
        one("istio_requests_total", &istio("destination", "response_code=\"503\""), Rate(12.0)),
        one(
            "istio_requests_total",
            &istio("destination", "response_code=\"200\",grpc_response_status=\"14\""),
            Rate(8.0),
        ),
        one("istio_requests_total", &istio("source", "response_code=\"503\""), Rate(900.0)),
        h("istio_request_duration_milliseconds", &istio("destination", "a=\"b\""), 1000.0, 100.0),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Ingresses and the cluster.
fn around() -> Vec<Series> {
    let h = histogram;
    [
        one(
            "nginx_ingress_controller_requests",
            "ingress=\"front\",exported_namespace=\"a\",status=\"200\"",
            Rate(80.0),
        ),
        one(
            "nginx_ingress_controller_requests",
            "ingress=\"front\",exported_namespace=\"a\",status=\"502\"",
            Rate(20.0),
        ),
        one(
            "nginx_ingress_controller_requests",
            "ingress=\"front\",exported_namespace=\"b\",status=\"200\"",
            Rate(3.0),
        ),
        h(
            "nginx_ingress_controller_request_duration_seconds",
            "ingress=\"front\",exported_namespace=\"a\"",
            1.0,
            100.0,
        ),
        one("traefik_service_requests_total", "service=\"pay@docker\",code=\"200\"", Rate(80.0)),
        one("traefik_service_requests_total", "service=\"pay@docker\",code=\"500\"", Rate(20.0)),
        h("traefik_service_request_duration_seconds", "service=\"pay@docker\"", 1.0, 100.0),
        one("traefik_service_open_connections", "service=\"pay@docker\"", Is(4.0)),
        one("kube_deployment_spec_replicas", "namespace=\"shop\",deployment=\"a\"", Is(3.0)),
        one("kube_deployment_spec_replicas", "namespace=\"shop\",deployment=\"b\"", Is(5.0)),
        one("kube_deployment_status_replicas_unavailable", "namespace=\"shop\",deployment=\"a\"", Is(2.0)),
        one("container_cpu_usage_seconds_total", "namespace=\"shop\",pod=\"a-1\",container=\"a\"", Rate(0.3)),
        one("container_cpu_usage_seconds_total", "namespace=\"shop\",pod=\"a-1\",container=\"\"", Rate(0.9)),
        one("container_memory_working_set_bytes", "namespace=\"shop\",pod=\"a-1\",container=\"a\"", Is(50.0)),
        one(
            "kube_pod_container_resource_limits",
            "namespace=\"shop\",pod=\"a-1\",container=\"a\",resource=\"cpu\"",
            Is(0.5),
        ),
        one(
            "kube_pod_container_resource_limits",
            "namespace=\"shop\",pod=\"a-1\",container=\"a\",resource=\"memory\"",
            Is(200.0),
        ),
        one(
            "kube_pod_container_status_restarts_total",
            "namespace=\"shop\",pod=\"a-1\",container=\"a\"",
            Rate(0.01),
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Half an hour of each.
fn samples() -> String {
    let mut text = String::new();
    for (name, labels, course) in series() {
        for at in (NOW - 1800..=NOW).step_by(STEP as usize) {
            let value = match course {
                Rate(rate) => rate * (at - NOW + 3600) as f64,
                Is(value) => value,
            };
            writeln!(text, "{name}{{{labels}}} {value} {at}").unwrap();
        }
    }
    text + "# EOF\n"
}

fn source(server: &Server) -> Arc<dyn Source> {
    let settings = json!({"url": server.url(), "discover": ["services"]});
    let Value::Object(settings) = settings else { unreachable!() };
    let started = DateTime::from_timestamp(NOW, 0).unwrap();
    let spec = BackendSpec { name: "main".into(), timeout: Duration::from_secs(20), settings, started };
    (prometheus::KIND.connect)(&spec).unwrap()
}

/// By name, with preset and selector, in the order in which they are found.
const WANTED: [(&str, &str); 13] = [
    ("cart", "otel-http"),
    ("old", "otel-http-old"),
    ("web", "http"),
    ("tiny", "http-duration"),
    ("spring", "micrometer"),
    ("rpc", "otel-rpc"),
    ("rpc-old", "otel-rpc-old"),
    ("grpc", "grpc"),
    ("mail", "istio"),
    ("a/front", "nginx-ingress"),
    ("b/front", "nginx-ingress"),
    ("pay@docker", "traefik"),
    ("namespace/shop", "kube-state"),
];

async fn figures(source: &dyn Source, services: Vec<Arc<Service>>) -> Vec<SignalPoints> {
    let range = Range { from: NOW - 120, to: NOW, step: 60 };
    let signals = source.signals(&SignalsAsk { services, range }).await.unwrap();
    // Thirteen services have a little more than a hundred expressions.
    assert_eq!(signals.toll.requests, 2, "a hundred figures with one request");
    signals.figures
}

fn near(figures: &[SignalPoints], service: &str, lane: Lane, name: &str, truth: f64) {
    let is = |figure: &&SignalPoints| figure.service == service && figure.lane == lane && figure.name == name;
    let figure = figures.iter().find(is).unwrap_or_else(|| panic!("{service} has no {name}"));
    let told = figure.points.last().unwrap_or_else(|| panic!("{service} {name}: {:?}", figure.trouble)).1;
    assert!((told - truth).abs() <= 1e-6 * truth.abs().max(1e-3), "{service} {name}: {told} is not {truth}");
}

#[tokio::test]
async fn each_convention_is_found_and_its_figures_are_right() {
    let server = Server::holding(&samples());
    let source = source(&server);
    let Discovered { services, doubts, toll, .. } = source.discover(NOW).await.unwrap();
    let services = services.unwrap();
    let told: Vec<_> =
        services.iter().map(|one| (one.name.as_str(), one.preset.as_deref().unwrap())).collect();
    assert_eq!(told, WANTED);
    assert_eq!((toll.requests, doubts), (1, Vec::new()));
    let figures = figures(&*source, services).await;
    for (name, _) in WANTED.iter().take(12).filter(|(name, _)| *name != "b/front") {
        near(&figures, name, Lane::Traffic, "requests", 100.0);
        near(&figures, name, Lane::Errors, "ratio", 0.2);
        near(&figures, name, Lane::Errors, "rate", 20.0);
        // 50 of the 60 within the first bucket; 5 of the 10 in the last; 9 of the same.
        near(&figures, name, Lane::Latency, "p50", 0.1 * 50.0 / 60.0);
        near(&figures, name, Lane::Latency, "p95", 0.75);
        near(&figures, name, Lane::Latency, "p99", 0.95);
    }
    near(&figures, "b/front", Lane::Traffic, "requests", 3.0);
    near(&figures, "b/front", Lane::Errors, "ratio", 0.0);
    near(&figures, "cart", Lane::Saturation, "in-flight", 7.0);
    near(&figures, "pay@docker", Lane::Saturation, "connections", 4.0);
    near(&figures, "namespace/shop", Lane::Saturation, "cpu", 0.6);
    near(&figures, "namespace/shop", Lane::Saturation, "memory", 0.25);
    near(&figures, "namespace/shop", Lane::Saturation, "unavailable", 0.25);
    near(&figures, "namespace/shop", Lane::Errors, "restarts", 0.01);
}

#[tokio::test]
async fn a_url_alone_tells_which_preset_is_used_for_what() {
    let server = Server::holding(&samples());
    let (_, told) = burnwatch(&server, &["status", "--json"]);
    let told: Value = serde_json::from_str(&told).unwrap_or_else(|why| panic!("{why}: {told}"));
    let main = &told["sources"][0];
    let found = main["found"].as_str().unwrap();
    assert!(found.contains(" · 1 service by grpc") && found.contains("2 by nginx-ingress"), "{found}");
    let services = main["services"].as_array().unwrap();
    assert_eq!(services.len(), WANTED.len());
    assert!(services.contains(&json!({"name": "mail", "preset": "istio"})), "{services:?}");
    let (_, screen) = burnwatch(&server, &["show", "sources", "--size", "120x40"]);
    assert!(screen.contains("nginx-ingress: a/front, b/front"), "{screen}");
    let (_, screen) = burnwatch(&server, &["show", "signals", "--size", "120x40"]);
    assert!(screen.contains("cart") && screen.contains("20"), "{screen}");
}

#[tokio::test]
async fn where_nothing_is_known_it_is_said_what_was_looked_for() {
    let server = Server::holding("own_total 1 1768903200\n# EOF\n");
    let (_, told) = burnwatch(&server, &["status", "--json"]);
    assert!(told.contains("no service was found by the metrics of the presets otel-http, "), "{told}");
    assert!(told.contains("[[service]]"), "{told}");
}

fn burnwatch(server: &Server, args: &[&str]) -> (i32, String) {
    let home = tempfile::tempdir().unwrap();
    let at = DateTime::from_timestamp(NOW, 0).unwrap().to_rfc3339();
    let mut command = Command::new(PROGRAM);
    command.env_clear().envs(environment(home.path())).current_dir(home.path());
    command.args(args).args(["--prometheus", &server.url(), "--at", &at, "--timeout", "60s"]);
    let output = command.output().unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
}
