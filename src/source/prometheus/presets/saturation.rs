//! How full things are, as far as each convention of metrics tells it.

use super::{Candidate, series};
use crate::domain::signal::{Lane, Unit};

/// A figure beside requests and their durations.
pub(super) type Figure = (Lane, &'static str, Vec<Candidate>);
pub(super) type Saturation = fn(&str) -> Vec<Figure>;

pub(super) fn none(_selector: &str) -> Vec<Figure> {
    Vec::new()
}

fn full(name: &'static str, candidates: Vec<Candidate>) -> Figure {
    (Lane::Saturation, name, candidates)
}

/// Of the machines that a service runs on, or of its processes and containers.
pub(super) fn machine(selector: &str) -> Vec<Figure> {
    vec![full("cpu", cpu(selector)), full("memory", memory(selector)), full("disk", disk(selector))]
}

/// Of a Java machine, or of a process; and the requests that are being answered.
pub(super) fn otel(selector: &str) -> Vec<Figure> {
    let java = series("jvm_cpu_recent_utilization_ratio", selector, "");
    let heap = "jvm_memory_type=\"heap\"";
    let cpu = Candidate { text: format!("max({java})"), needs: java, unit: Unit::Share };
    let active = series("http_server_active_requests", selector, "");
    vec![
        full("cpu", vec![cpu, process(selector)]),
        full("memory", vec![part("jvm_memory_used_bytes", "jvm_memory_limit_bytes", selector, heap)]),
        full(
            "in-flight",
            vec![Candidate { text: format!("sum({active})"), needs: active, unit: Unit::Number }],
        ),
    ]
}

pub(super) fn micrometer(selector: &str) -> Vec<Figure> {
    let java = series("process_cpu_usage", selector, "");
    let heap = part("jvm_memory_used_bytes", "jvm_memory_max_bytes", selector, "area=\"heap\"");
    vec![
        full("cpu", vec![Candidate { text: format!("max({java})"), needs: java, unit: Unit::Share }]),
        full("memory", vec![heap]),
    ]
}

pub(super) fn grpc(selector: &str) -> Vec<Figure> {
    let started = series("grpc_server_started_total", selector, "");
    let handled = series("grpc_server_handled_total", selector, "");
    let open =
        Candidate { text: format!("sum({started}) - sum({handled})"), needs: started, unit: Unit::Number };
    let files = series("process_open_fds", selector, "");
    let most = series("process_max_fds", selector, "");
    let files = Candidate { text: format!("max({files} / ({most} > 0))"), needs: files, unit: Unit::Share };
    vec![full("cpu", vec![process(selector)]), full("files", vec![files]), full("in-flight", vec![open])]
}

/// Known to version 2 alone; later ones count them for the whole proxy.
pub(super) fn traefik(selector: &str) -> Vec<Figure> {
    let open = series("traefik_service_open_connections", selector, "");
    let text = format!("sum({open})");
    vec![full("connections", vec![Candidate { text, needs: open, unit: Unit::Number }])]
}

/// The fullest container against its limit, the replicas that are missing, and the restarts.
pub(super) fn kube(selector: &str) -> Vec<Figure> {
    let real = "container!=\"\"";
    let used = series("container_cpu_usage_seconds_total", selector, real);
    let cpu = of_limit(&format!("rate({used}[5m])"), "cpu", selector, used.clone());
    let held = series("container_memory_working_set_bytes", selector, real);
    let memory = of_limit(&held.clone(), "memory", selector, held);
    let away = series("kube_deployment_status_replicas_unavailable", selector, "");
    let wanted = series("kube_deployment_spec_replicas", selector, "");
    let missing =
        Candidate { text: format!("sum({away}) / (sum({wanted}) > 0)"), needs: away, unit: Unit::Share };
    let restarts = series("kube_pod_container_status_restarts_total", selector, "");
    let restarts =
        Candidate { text: format!("sum(rate({restarts}[5m]))"), needs: restarts, unit: Unit::PerSecond };
    vec![
        (Lane::Errors, "restarts", vec![restarts]),
        full("cpu", vec![cpu]),
        full("memory", vec![memory]),
        full("unavailable", vec![missing]),
    ]
}

/// Containers without a limit are left out.
fn of_limit(used: &str, resource: &str, selector: &str, needs: String) -> Candidate {
    const BY: &str = "(namespace, pod, container)";
    let limit = series("kube_pod_container_resource_limits", selector, &format!("resource=\"{resource}\""));
    let text = format!("max(sum by {BY} ({used}) / on {BY} (max by {BY} ({limit}) > 0))");
    Candidate { text, needs, unit: Unit::Share }
}

/// What is used of what there is, all pools together.
fn part(used: &str, limit: &str, selector: &str, matcher: &str) -> Candidate {
    let (used, limit) = (series(used, selector, matcher), series(limit, selector, matcher));
    // Pools without a limit have one of -1, and must not count on either side.
    let text = format!("sum({used} and ({limit} > 0)) / sum({limit} > 0)");
    Candidate { text, needs: used, unit: Unit::Share }
}

/// The cores that each process uses.
fn process(selector: &str) -> Candidate {
    let process = series("process_cpu_seconds_total", selector, "");
    Candidate { text: format!("avg(rate({process}[5m]))"), needs: process, unit: Unit::Number }
}

/// The share of the machines' time that was not idle; else the cores that each process uses.
fn cpu(selector: &str) -> Vec<Candidate> {
    let idle = series("node_cpu_seconds_total", selector, "mode=\"idle\"");
    vec![
        Candidate { text: format!("1 - avg(rate({idle}[5m]))"), needs: idle, unit: Unit::Share },
        process(selector),
    ]
}

/// Of the machines; else of the fullest container against its limit.
fn memory(selector: &str) -> Vec<Candidate> {
    let free = series("node_memory_MemAvailable_bytes", selector, "");
    let size = series("node_memory_MemTotal_bytes", selector, "");
    let used = series("container_memory_working_set_bytes", selector, "");
    let limit = series("container_spec_memory_limit_bytes", selector, "");
    vec![
        Candidate { text: format!("1 - sum({free}) / sum({size})"), needs: free, unit: Unit::Share },
        Candidate { text: format!("max({used} / ({limit} > 0))"), needs: used, unit: Unit::Share },
    ]
}

/// The fullest file system that is kept on a disk.
fn disk(selector: &str) -> Vec<Candidate> {
    let kept = "fstype!~\"tmpfs|ramfs|overlay|squashfs|iso9660\"";
    let free = series("node_filesystem_avail_bytes", selector, kept);
    let size = series("node_filesystem_size_bytes", selector, kept);
    vec![Candidate { text: format!("max(1 - {free} / ({size} > 0))"), needs: free, unit: Unit::Share }]
}
