//! SLOs that are found and not configured: a Prometheus with rules in the shapes that Sloth and Pyrra generate, and
//! the program with its URL alone.

use std::fmt::Write as _;

use assert_cmd::Command;
use serde_json::Value;
use tokio::time::{Duration, Instant};

use crate::program::{PROGRAM, environment};
use crate::server::Server;
use crate::web::instant;

/// Counters made by the server itself: at `api` 5 % fail and 10 % are slow, at `web` 1 in 500 fails, and of two probes
/// one is well.
const COUNTERS: &str = r#"
groups:
  - name: counters
    interval: 1s
    rules:
      - { record: requests_total, labels: { job: api, route: /a, code: "500" }, expr: vector(time()) * 5 }
      - { record: requests_total, labels: { job: api, route: /a, code: "200" }, expr: vector(time()) * 45 }
      - { record: requests_total, labels: { job: api, route: /b, code: "500" }, expr: vector(0) }
      - { record: requests_total, labels: { job: api, route: /b, code: "200" }, expr: vector(time()) * 50 }
      - { record: requests_total, labels: { job: web, code: "500" }, expr: vector(time()) * 1 }
      - { record: requests_total, labels: { job: web, code: "200" }, expr: vector(time()) * 499 }
      - { record: took_seconds_bucket, labels: { job: api, le: "0.3" }, expr: vector(time()) * 90 }
      - { record: took_seconds_bucket, labels: { job: api, le: "+Inf" }, expr: vector(time()) * 100 }
      - { record: took_seconds_count, labels: { job: api }, expr: vector(time()) * 100 }
      - { record: probe_ok, labels: { job: probe, instance: a }, expr: vector(1) }
      - { record: probe_ok, labels: { job: probe, instance: b }, expr: vector(0) }
"#;

/// A Sloth SLO over 30 days at 99.9 %; `{w}` stands for the window.
struct Sloth {
    service: &'static str,
    name: &'static str,
    error: &'static str,
    total: &'static str,
}

impl Sloth {
    fn id(&self) -> String {
        format!("{}-{}", self.service, self.name)
    }

    fn rules(&self) -> String {
        let (service, name, id) = (self.service, self.name, self.id());
        let labels = format!("sloth_id: {id}, sloth_service: {service}, sloth_slo: {name}, team: shop");
        let own = format!("sloth_id=\"{id}\", sloth_service=\"{service}\", sloth_slo=\"{name}\"");
        let mut text = format!("  - name: sloth-{id}\n    interval: 1s\n    rules:\n");
        let mut record = |name: &str, more: &str, expr: &str| {
            writeln!(text, "      - {{ record: '{name}', labels: {{ {labels}{more} }}, expr: '{expr}' }}")
                .unwrap();
        };
        for window in ["5m", "30m", "1h", "2h", "6h", "1d", "3d"] {
            let expr =
                format!("({})\n/\n({})", self.error, self.total).replace("{w}", window).replace('\n', " ");
            record(&format!("slo:sli_error:ratio_rate{window}"), &format!(", sloth_window: {window}"), &expr);
        }
        let short = format!("slo:sli_error:ratio_rate5m{{{own}}}[30d]");
        let period = format!("sum_over_time({short}) / ignoring (sloth_window) count_over_time({short})");
        record("slo:sli_error:ratio_rate30d", ", sloth_window: 30d", &period);
        record("slo:objective:ratio", "", "vector(0.9990000000000001)");
        record("slo:error_budget:ratio", "", "vector(1-0.9990000000000001)");
        record("slo:time_period:days", "", "vector(30)");
        let burn = format!(
            "slo:sli_error:ratio_rate5m{{{own}}} / on(sloth_id, sloth_slo, sloth_service) group_left \
             slo:error_budget:ratio{{{own}}}"
        );
        record("slo:current_burn_rate:ratio", "", &burn);
        let info = ", sloth_objective: \"99.9\", sloth_mode: cli-gen-prom, sloth_spec: prometheus/v1";
        record("sloth_slo_info", info, "vector(1)");
        let side = |window: &str, factor: &str| {
            format!(
                "max(slo:sli_error:ratio_rate{window}{{{own}}} > ({factor} * 0.0009999999999999432)) without (sloth_window)"
            )
        };
        let pair = |short, long, factor| format!("({} and {})", side(short, factor), side(long, factor));
        let page = format!("{} or {}", pair("5m", "1h", "14.4"), pair("30m", "6h", "6"));
        writeln!(
            text,
            "      - {{ alert: High, labels: {{ sloth_severity: page }}, annotations: {{ runbook_url: high.md }}, expr: '{page}' }}"
        )
        .unwrap();
        text
    }
}

const SLOTHS: [Sloth; 2] = [
    Sloth {
        service: "api",
        name: "requests",
        error: "sum(rate(requests_total{job=\"api\",code=~\"5..\"}[{w}]))",
        total: "sum(rate(requests_total{job=\"api\"}[{w}]))",
    },
    Sloth {
        service: "web",
        name: "by-code",
        error: "sum(rate(requests_total{job=\"web\",code=\"500\"}[{w}]))",
        total: "sum(rate(requests_total{job=\"web\"}[{w}]))",
    },
];

/// A Pyrra SLO over a week at 99 %: what it records for each window, and over the whole.
struct Pyrra {
    name: &'static str,
    base: &'static str,
    burn: &'static str,
    whole: &'static [(&'static str, &'static str)],
}

const PYRRAS: [Pyrra; 3] = [
    Pyrra {
        name: "api-errors",
        base: "requests",
        burn: "sum by (route) (rate(requests_total{code=~\"5..\",job=\"api\"}[{w}])) / sum by (route) (rate(requests_total{job=\"api\"}[{w}]))",
        whole: &[("requests:increase1w", "sum by (code, route) (increase(requests_total{job=\"api\"}[1w]))")],
    },
    Pyrra {
        name: "api-latency",
        base: "took_seconds",
        burn: "(sum(rate(took_seconds_count{job=\"api\"}[{w}])) - sum(rate(took_seconds_bucket{job=\"api\",le=\"0.3\"}[{w}]))) / sum(rate(took_seconds_count{job=\"api\"}[{w}]))",
        whole: &[("took_seconds:increase1w", "sum(increase(took_seconds_count{job=\"api\"}[1w]))")],
    },
    Pyrra {
        name: "probes",
        base: "probe_ok",
        burn: "(sum(count_over_time(probe_ok{job=\"probe\"}[{w}])) - sum(sum_over_time(probe_ok{job=\"probe\"}[{w}]))) / sum(count_over_time(probe_ok{job=\"probe\"}[{w}]))",
        whole: &[
            ("probe_ok:count1w", "sum(count_over_time(probe_ok{job=\"probe\"}[1w]))"),
            ("probe_ok:sum1w", "sum(sum_over_time(probe_ok{job=\"probe\"}[1w]))"),
        ],
    },
];

impl Pyrra {
    fn rules(&self) -> String {
        let (name, base) = (self.name, self.base);
        let mut text = format!("  - name: {name}\n    interval: 1s\n    rules:\n");
        for (record, expr) in self.whole {
            writeln!(text, "      - {{ record: '{record}', labels: {{ slo: {name} }}, expr: '{expr}' }}")
                .unwrap();
        }
        for window in ["1m", "8m", "15m", "30m", "1h30m", "6h", "1d"] {
            let burn = self.burn.replace("{w}", window);
            writeln!(
                text,
                "      - {{ record: '{base}:burnrate{window}', labels: {{ slo: {name} }}, expr: '{burn}' }}"
            )
            .unwrap();
        }
        for (factor, short, long, wait, severity) in [
            (14, "1m", "15m", "1m", "critical"),
            (7, "8m", "1h30m", "4m", "critical"),
            (2, "30m", "6h", "15m", "warning"),
            (1, "1h30m", "1d", "45m", "warning"),
        ] {
            let side =
                |window: &str| format!("{base}:burnrate{window}{{slo=\"{name}\"}} > ({factor} * (1-0.99))");
            let labels =
                format!("slo: {name}, short: {short}, long: {long}, severity: {severity}, team: shop");
            writeln!(
                text,
                "      - {{ alert: ErrorBudgetBurn, for: {wait}, labels: {{ {labels} }}, expr: '{} and {}' }}",
                side(short),
                side(long)
            )
            .unwrap();
        }
        text
    }
}

fn rules() -> String {
    let sloths = SLOTHS.iter().map(Sloth::rules);
    COUNTERS.trim_start().to_owned() + &sloths.chain(PYRRAS.iter().map(Pyrra::rules)).collect::<String>()
}

/// Waits until all that is compared is recorded; the next whole minutes after that, from the server's own clock.
async fn recorded(server: &Server) -> i64 {
    let deadline = Instant::now() + Duration::from_secs(60);
    while Instant::now() < deadline {
        let now = crate::web::now(server.port).await;
        let burning = instant(server.port, "count(slo:current_burn_rate:ratio >= 0)", now).await;
        let whole = instant(server.port, "count(requests:increase1w >= 0)", now).await;
        let slow = instant(server.port, "count(took_seconds:increase1w > 0)", now).await;
        if (burning, whole, slow) == (Some(2.0), Some(4.0), Some(1.0)) {
            return now - now.rem_euclid(60) + 120;
        }
        tokio::task::yield_now().await;
    }
    panic!("the server does not record");
}

/// The program's own words about the server at this instant.
fn burnwatch(server: &Server, at: i64, args: &[&str]) -> (i32, String) {
    let home = tempfile::tempdir().unwrap();
    let at = chrono::DateTime::from_timestamp(at, 0).unwrap().to_rfc3339();
    let mut command = Command::new(PROGRAM);
    command.env_clear().envs(environment(home.path())).current_dir(home.path());
    command.args(args).args(["--prometheus", &server.url(), "--at", &at, "--timeout", "60s"]);
    let output = command.output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    (output.status.code().unwrap(), told)
}

fn status(server: &Server, at: i64) -> Value {
    let (_, told) = burnwatch(server, at, &["status", "--json"]);
    serde_json::from_str(&told).unwrap_or_else(|why| panic!("{why}: {told}"))
}

fn slo<'a>(status: &'a Value, id: &str) -> &'a Value {
    let all = status["slos"].as_array().unwrap();
    all.iter().find(|slo| slo["id"] == id).unwrap_or_else(|| panic!("{id} is not among {all:#?}"))
}

fn near(told: &Value, truth: f64, what: &str) {
    let told = told.as_f64().unwrap_or_else(|| panic!("{what}: {told}"));
    println!("{what}: {told} beside {truth}");
    assert!((told - truth).abs() <= 0.01 * truth.abs(), "{what}: {told} is not {truth}");
}

#[tokio::test]
async fn a_url_alone_opens_with_the_slos_of_sloth_and_pyrra() {
    let server = Server::evaluating(&rules());
    let at = recorded(&server).await;
    let status = status(&server, at);
    assert_eq!(status["sources"][0]["found"], "2 SLOs of sloth, 3 of pyrra · no service", "{status:#}");
    assert_eq!(status["sources"][0]["warnings"], Value::Array(Vec::new()));
    for sloth in &SLOTHS {
        let found = slo(&status, &format!("{}/{}", sloth.service, sloth.name));
        let query = format!("slo:current_burn_rate:ratio{{sloth_id=\"{}\"}}", sloth.id());
        let truth = instant(server.port, &query, at).await.unwrap();
        near(&found["burn"]["5m"], truth, &sloth.id());
        assert_eq!((&found["target"], found["alerts"].as_array().unwrap().len()), (&Value::from(0.999), 2));
        near(&found["alerts"][0]["factor"], 14.4, "factor");
    }
    let counted = |query: &'static str| instant(server.port, query, at);
    let bad = counted("sum(requests:increase1w{code=\"500\",route=\"/a\"})").await.unwrap();
    let all = counted("sum(requests:increase1w{route=\"/a\"})").await.unwrap();
    let a = slo(&status, "api/api-errors{route=\"/a\"}");
    near(&a["budget"]["remaining"], 1.0 - bad / all / 0.01, "left of /a");
    assert_eq!(a["alerts"].as_array().unwrap().len(), 4);
    near(&slo(&status, "api/api-errors{route=\"/b\"}")["budget"]["remaining"], 1.0, "left of /b");
    let slow = counted("took_seconds:burnrate1d").await.unwrap();
    near(&slo(&status, "api/api-latency")["budget"]["remaining"], 1.0 - slow / 0.01, "left of latency");
    let (well, asked) =
        (counted("probe_ok:sum1w").await.unwrap(), counted("probe_ok:count1w").await.unwrap());
    near(
        &slo(&status, "probe/probes")["budget"]["remaining"],
        1.0 - (1.0 - well / asked) / 0.01,
        "left of probes",
    );
}

#[tokio::test]
async fn commands_take_ids_that_are_found() {
    let server = Server::evaluating(&rules());
    let at = recorded(&server).await;
    let (_, told) = burnwatch(&server, at, &["status", "web/by-code"]);
    assert!(told.contains("web/by-code") && !told.contains("api/requests"), "{told}");
    let (code, told) = burnwatch(&server, at, &["explain", "api/requests"]);
    assert!(code == 0 && told.contains("api/requests: 99.9%"), "{told}");
    let (code, told) = burnwatch(&server, at, &["status", "web/by-cod"]);
    assert_eq!((code, told.trim()), (4, "error: there is no SLO `web/by-cod`; perhaps `web/by-code`?"));
}

#[tokio::test]
async fn without_any_slo_all_is_as_before_and_that_is_said() {
    let server = Server::evaluating(COUNTERS);
    let now = crate::web::now(server.port).await;
    let (_, told) = burnwatch(&server, now, &["status"]);
    assert!(told.contains("found no SLO of another tool"), "{told}");
}
