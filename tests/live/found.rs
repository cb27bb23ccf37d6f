//! SLOs that are found and not configured, on a real Prometheus: of one name in two files, in Grafana's shapes, and of
//! rules that the program itself has written.

use std::fs;

use assert_cmd::Command;
use serde_json::Value;
use tokio::time::{Duration, Instant};

use crate::program::{PROGRAM, environment};
use crate::server::Server;
use crate::web::instant;

/// 1 in 20 fails at `api`.
const COUNTERS: &str = r#"
groups:
  - name: counters
    interval: 1s
    rules:
      - { record: requests_total, labels: { job: api, route: /a, code: "500" }, expr: vector(time()) * 5 }
      - { record: requests_total, labels: { job: api, route: /a, code: "200" }, expr: vector(time()) * 95 }
"#;

/// The next whole minutes after `query` has a result, from the server's own clock.
async fn recorded(server: &Server, query: &str) -> i64 {
    let deadline = Instant::now() + Duration::from_secs(60);
    while Instant::now() < deadline {
        let now = crate::web::now(server.port).await;
        if instant(server.port, query, now).await.is_some() {
            return now - now.rem_euclid(60) + 120;
        }
        tokio::task::yield_now().await;
    }
    panic!("the server does not record {query}");
}

/// What the program prints, with this configuration if there is one.
fn burnwatch(config: Option<&str>, args: &[&str]) -> String {
    let home = tempfile::tempdir().unwrap();
    let mut command = Command::new(PROGRAM);
    command.env_clear().envs(environment(home.path())).current_dir(home.path()).args(args);
    if let Some(config) = config {
        fs::write(home.path().join("burnwatch.toml"), config).unwrap();
        command.args(["--config", "burnwatch.toml"]);
    }
    String::from_utf8(command.output().unwrap().stdout).unwrap()
}

fn status(config: Option<&str>, at: i64, args: &[&str]) -> Value {
    let at = chrono::DateTime::from_timestamp(at, 0).unwrap().to_rfc3339();
    let told = burnwatch(config, &[args, &["status", "--json", "--at", &at, "--timeout", "60s"]].concat());
    serde_json::from_str(&told).unwrap_or_else(|why| panic!("{why}: {told}"))
}

fn found(server: &Server, at: i64) -> Value {
    status(None, at, &["--prometheus", &server.url()])
}

fn ids(status: &Value) -> Vec<&str> {
    status["slos"].as_array().unwrap().iter().map(|slo| slo["id"].as_str().unwrap()).collect()
}

/// Pyrra's `errors` about one job, whose rules name the cluster as its metric does.
fn pyrra(cluster: &str, target: &str) -> String {
    let matchers = format!("job=\"api\",code!=\"{cluster}\"");
    let labels = format!("slo: errors, job: api, cluster: {cluster}");
    let burn = |window: &str| {
        let of = |more: &str| format!("sum(rate(requests_total{{{more}{matchers}}}[{window}]))");
        let expr = format!("{} / {}", of("code=\"500\","), of(""));
        format!("      - {{ record: 'requests:burnrate{window}', labels: {{ {labels} }}, expr: '{expr}' }}\n")
    };
    let side = |window: &str| {
        format!("requests:burnrate{window}{{cluster=\"{cluster}\",slo=\"errors\"}} > (2 * (1-{target}))")
    };
    format!(
        "groups:\n  - name: errors\n    interval: 1s\n    rules:\n{}{}\
         \x20     - {{ record: 'requests:increase1w', labels: {{ {labels} }}, expr: 'sum(increase(requests_total[1w]))' }}\n\
         \x20     - {{ record: pyrra_objective, labels: {{ {labels} }}, expr: '{target}' }}\n\
         \x20     - {{ alert: ErrorBudgetBurn, labels: {{ {labels}, severity: critical }}, expr: '{} and {}' }}\n",
        burn("5m"),
        burn("1h"),
        side("5m"),
        side("1h")
    )
}

#[tokio::test]
async fn slos_of_one_name_are_told_apart_by_their_files() {
    let files = [
        ("counters.yml", COUNTERS.trim_start().to_owned()),
        ("team-a-errors-0a1b2c3d-1111-2222-3333-444455556666.yml", pyrra("a", "0.99")),
        ("team-b-errors-0a1b2c3d-1111-2222-3333-444455556677.yml", pyrra("b", "0.9")),
    ];
    let files = files.each_ref().map(|(name, rules)| (*name, rules.as_str()));
    let server = Server::evaluating_files(&files);
    let at = recorded(
        &server,
        "count(requests:burnrate5m > 0) == 2 and on () ALERTS{cluster=\"a\",alertstate=\"firing\"}",
    )
    .await;
    let told = found(&server, at);
    assert_eq!(ids(&told), ["api/errors@team-a", "api/errors@team-b"], "{told:#}");
    assert_eq!(
        (&told["slos"][0]["target"], &told["slos"][1]["target"]),
        (&Value::from(0.99), &Value::from(0.9))
    );
    assert_eq!(told["sources"][0]["warnings"], Value::Array(Vec::new()));
    // 5 % are bad: five times what the one may, and half of what the other may.
    let left = |slo: usize| told["slos"][slo]["budget"]["remaining"].as_f64().unwrap();
    assert!((left(0) + 4.0).abs() < 0.01 && (left(1) - 0.5).abs() < 0.01, "{} {}", left(0), left(1));
    let page = |slo: usize| told["slos"][slo]["pager"]["severities"][0]["pager_fires"].clone();
    assert_eq!((page(0), page(1)), (Value::from(true), Value::from(false)), "{told:#}");
}

const GRAFANA: &str = r"
groups:
  - name: grafana
    interval: 1s
    rules:
      - { record: grafana_slo_info, labels: { grafana_slo_uuid: abc123, grafana_slo_name: Checkout is up, service: checkout }, expr: vector(1) }
      - { record: grafana_slo_objective, labels: { grafana_slo_uuid: abc123, grafana_slo_window: 28d }, expr: vector(0.9) }
      - { record: grafana_slo_success_rate_5m, labels: { grafana_slo_uuid: abc123, route: /a }, expr: vector(9.5) }
      - { record: grafana_slo_success_rate_5m, labels: { grafana_slo_uuid: abc123, route: /b }, expr: vector(Inf) }
      - { record: grafana_slo_total_rate_5m, labels: { grafana_slo_uuid: abc123, route: /a }, expr: vector(10) }
      - { record: grafana_slo_total_rate_5m, labels: { grafana_slo_uuid: abc123, route: /b }, expr: vector(NaN) }
      - { record: grafana_slo_objective, labels: { grafana_slo_uuid: free1 }, expr: vector(0.8) }
      - { record: grafana_slo_objective_window_seconds, labels: { grafana_slo_uuid: free1 }, expr: vector(604800) }
      - { record: grafana_slo_sli_5m, labels: { grafana_slo_uuid: free1, route: /a }, expr: vector(1) }
      - { record: grafana_slo_sli_5m, labels: { grafana_slo_uuid: free1, route: /b }, expr: vector(0.8) }
";

#[tokio::test]
async fn grafanas_ratios_and_shares_are_counted() {
    let server = Server::evaluating(GRAFANA.trim_start());
    let at = recorded(&server, "grafana_slo_sli_5m{route=\"/b\"}").await;
    let told = found(&server, at);
    assert_eq!(ids(&told), ["checkout/checkout-is-up", "grafana/free1"], "{told:#}");
    let left = |slo: usize| told["slos"][slo]["budget"]["remaining"].as_f64().unwrap();
    assert!((left(0) - 0.5).abs() < 0.001 && (left(1) - 0.5).abs() < 0.001, "{} {}", left(0), left(1));
    assert_eq!(
        (&told["slos"][0]["window"], &told["slos"][1]["window"]),
        (&Value::from("28d"), &Value::from("7d"))
    );
}

fn own(url: &str) -> String {
    format!(
        r#"
[[backend]]
name = "main"
type = "prometheus"
url = "{url}"

[[slo]]
service = "shop"
name = "requests"
target = "99%"
window = "30d"
runbook = "shop.md"
labels = {{ team = "shop" }}
sli = {{ kind = "events", bad = 'requests_total{{code="500"}}', total = 'requests_total' }}

[[slo]]
service = "shop"
name = "by-route"
target = "90%"
window = "7d"
group_by = ["route"]
sli = {{ kind = "events", bad = 'requests_total{{code="500"}}', total = 'requests_total' }}

[[slo]]
service = "shop"
name = "month"
target = "99%"
window = {{ calendar = "month", timezone = "Europe/Berlin" }}
sli = {{ kind = "bool", metric = 'up_or_not' }}
"#
    )
}

#[tokio::test]
async fn what_one_burnwatch_has_written_another_finds() {
    let rules = burnwatch(Some(&own("http://127.0.0.1:1")), &["rules"]);
    let groups = rules.split_once("groups:\n").unwrap_or_else(|| panic!("{rules}")).1;
    let quick: Vec<&str> = groups.lines().filter(|line| !line.starts_with("    interval:")).collect();
    let quick = quick.join("\n").replace("    rules:", "    interval: 1s\n    rules:");
    let gauge = "      - { record: up_or_not, labels: { job: api }, expr: vector(1) }\n";
    let server = Server::evaluating(&format!("{}{gauge}{quick}\n", COUNTERS.trim_start()));
    let at = recorded(&server, "count(burnwatch:slo_errors:ratio_rate5m >= 0) == 3").await;
    let (ours, theirs) = (found(&server, at), status(Some(&own(&server.url())), at, &[]));
    assert_eq!(ours["sources"][0]["found"], "3 SLOs of burnwatch · no service", "{ours:#}");
    assert_eq!(ids(&ours), ids(&theirs));
    for (one, other) in ours["slos"].as_array().unwrap().iter().zip(theirs["slos"].as_array().unwrap()) {
        for key in ["id", "service", "target", "window", "labels", "runbook"] {
            assert_eq!(one[key], other[key], "{key} of {}", one["id"]);
        }
        let left = |slo: &Value| slo["budget"]["remaining"].as_f64();
        let (one_left, other_left) = (left(one), left(other));
        println!("{}: {one_left:?} {other_left:?}", one["id"]);
        let near = one_left
            .zip(other_left)
            .map_or(one_left == other_left, |(one, other)| (one - other).abs() < 0.01);
        assert!(near, "{}: {one_left:?} is not {other_left:?}", one["id"]);
        let tiers = |slo: &Value| slo["alerts"].as_array().map(Vec::len);
        assert_eq!(tiers(one), tiers(other));
    }
}
