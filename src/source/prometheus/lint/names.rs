//! What names give away: gauges, resources of a machine, and labels that say how a request ended or whose it was.

/// Counters by convention; whatever else their names contain, they only grow.
const COUNTERS: &[&str] = &["_total", "_count", "_sum", "_bucket", "_created"];

const GAUGES: &[&str] =
    &["up", "probe_success", "go_goroutines", "go_threads", "node_load1", "node_load5", "node_load15"];

const GAUGE_ENDS: &[&str] = &[
    "_up",
    "_info",
    "_ratio",
    "_percent",
    "_percentage",
    "_utilization",
    "_utilisation",
    "_saturation",
    "_celsius",
    "_in_flight",
    "_inflight",
    "_in_flight_requests",
    "_inflight_requests",
    "_in_progress",
    "_queue_length",
    "_queue_depth",
    "_queue_size",
    "_pool_size",
    "_timestamp_seconds",
    "_timestamp",
    "_start_time_seconds",
    "_uptime_seconds",
    "_age_seconds",
    "_lag_seconds",
    "_goroutines",
    "_open_fds",
    "_usage_bytes",
    "_free_bytes",
    "_avail_bytes",
    "_available_bytes",
    "_limit_bytes",
    "_size_bytes",
    "_used_bytes",
    "_working_set_bytes",
    "_resident_memory_bytes",
    "_virtual_memory_bytes",
];

/// Whether the name alone says that the value also falls.
pub(super) fn is_gauge(name: &str) -> bool {
    let ends = |list: &[&str]| list.iter().any(|end| name.ends_with(end));
    !name.contains(':')
        && !ends(COUNTERS)
        && (GAUGES.contains(&name) || ends(GAUGE_ENDS) || name.starts_with("node_memory_"))
}

const SYSTEM: &[&str] = &[
    "node_cpu",
    "node_memory_",
    "node_load",
    "node_filesystem_",
    "node_disk_",
    "node_network_",
    "node_pressure_",
    "windows_cpu_",
    "windows_memory_",
    "container_cpu_",
    "container_memory_",
    "container_fs_",
    "container_network_",
    "machine_cpu_",
    "machine_memory_",
    "process_cpu_",
    "process_resident_memory_",
    "process_virtual_memory_",
    "process_open_fds",
    "process_max_fds",
    "process_network_",
    "go_goroutines",
    "go_threads",
    "go_memstats_",
    "go_gc_",
    "go_sched_",
    "jvm_",
    "python_gc_",
    "nodejs_heap_",
    "nodejs_eventloop_",
    "nodejs_gc_",
];

const SYSTEM_ENDS: &[&str] =
    &["_saturation", "_utilization", "_utilisation", "_queue_depth", "_queue_length"];

/// Whether it measures a machine or a runtime rather than what a user gets.
pub(super) fn is_system(name: &str) -> bool {
    SYSTEM.iter().any(|start| name.starts_with(start)) || SYSTEM_ENDS.iter().any(|end| name.ends_with(end))
}

/// Whether its values are 0 and 1, so that their mean is a share.
pub(super) fn is_boolean(name: &str) -> bool {
    let ends =
        ["_up", "_success", "_healthy", "_health", "_ready", "_available", "_ok", "_reachable", "_alive"];
    ["up", "probe_success"].contains(&name) || ends.iter().any(|end| name.ends_with(end))
}

/// Labels that carry an HTTP status as a number.
pub(super) fn is_status(label: &str) -> bool {
    let label = label.to_ascii_lowercase();
    ["code", "status"].contains(&label.as_str())
        || ["status_code", "statuscode", "response_code", "http_code", "http_status", "code_class"]
            .iter()
            .any(|end| label.ends_with(end))
}

/// Labels that say whose request it was, where it ran or what it asked for, never how it ended.
pub(super) fn is_scope(label: &str) -> bool {
    const SCOPES: &[&str] = &[
        "job",
        "service",
        "service_name",
        "app",
        "application",
        "component",
        "namespace",
        "cluster",
        "env",
        "environment",
        "region",
        "zone",
        "tenant",
        "team",
        "instance",
        "pod",
        "container",
        "host",
        "hostname",
        "ingress",
        "vhost",
        "server",
        "backend",
        "upstream",
        "handler",
        "path",
        "route",
        "uri",
        "url",
        "endpoint",
        "method",
        "verb",
        "grpc_service",
        "grpc_method",
        "destination_service",
        "destination_service_name",
        "destination_workload",
        "source_workload",
        "exported_job",
        "exported_service",
        "exported_namespace",
    ];
    SCOPES.contains(&label)
}

/// The histogram or summary a series belongs to: its name without `_bucket`, `_count` or `_sum`.
pub(super) fn family(name: &str) -> &str {
    ["_bucket", "_count", "_sum"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name)
}

/// The last part of a recorded name such as `job:requests:rate5m`; `None` for a name as it is exposed.
pub(super) fn recorded(name: &str) -> Option<&str> {
    name.rsplit_once(':').map(|(_, operations)| operations)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_are_no_gauges_whatever_they_are_called() {
        for name in
            ["go_goroutines", "http_requests_in_flight", "node_memory_MemFree_bytes", "up", "build_info"]
        {
            assert!(is_gauge(name), "{name}");
        }
        for name in [
            "http_requests_total",
            "response_size_bytes_sum",
            "response_size_bytes_bucket",
            "upload_bytes",
            "errors",
            "backups",
            "job:cpu:ratio",
        ] {
            assert!(!is_gauge(name), "{name}");
        }
    }

    #[test]
    fn a_business_name_is_no_system_name() {
        for name in
            ["node_cpu_seconds_total", "jvm_gc_pause_seconds_count", "process_open_fds", "worker_queue_depth"]
        {
            assert!(is_system(name), "{name}");
        }
        for name in [
            "process_payments_total",
            "go_live_checks_total",
            "container_shipments_total",
            "node_visits_total",
        ] {
            assert!(!is_system(name), "{name}");
        }
    }
}
