//! `promtool test rules` on a group: of two routes one fails, and its alerts alone fire.
//!
//! Both have ten requests a second. From minute 480 on for 14 minutes every one to `/a` fails, as in `fired`; `/b` has
//! no series of errors at all.

use burnwatch::source::prometheus::rules::Style;
use serde_json::{Value, json};

use crate::fired::{at, passes};
use crate::tiers::{grouped, objective, preset, requests};

const SERIES: &str = r#"  - interval: 1m
    input_series:
      - series: 'http_requests_total{service="api",code="200",route="/a"}'
        values: '0+600x480 288000x13 288600+600x200'
      - series: 'http_requests_total{service="api",code="500",route="/a"}'
        values: '0x480 600+600x13 8400x200'
      - series: 'http_requests_total{service="api",code="200",route="/b"}'
        values: '0+600x694'
"#;

fn fires(style: Style, days: i64, name: &str, quiet: i64, minutes: &[(i64, Value, Value)], values: &str) {
    let tiers = preset(if style == Style::Pyrra { "pyrra" } else { "sloth" }, days)[..2].to_vec();
    let api = grouped(&["route"], objective(requests("api"), "99%", days, tiers));
    let mut expected = vec![at(quiet, name, &[])];
    for (minute, labels, notes) in minutes {
        expected.push(at(*minute, name, &[(labels.clone(), notes.clone())]));
    }
    passes(api, style, SERIES, &expected, values);
}

#[test]
fn under_our_own_names() {
    let labels = json!({"slo": "api/availability", "service": "api", "route": "/a", "severity": "page"});
    let notes = json!({
        "summary": "api/availability{route=/a} spends its error budget too fast",
        "description": "100% bad in the short window; 99% over 30d allows 1%. This is the page for a burn above 14.4 \
                        over 5m and 1h, or above 6 over 30m and 6h.",
    });
    let sample = |route: &str, value: &str| {
        format!(
            "{{labels: '{{slo=\"api/availability\",service=\"api\",route=\"{route}\"}}', value: {value}}}"
        )
    };
    let values = format!(
        "    promql_expr_test:\n      - {{eval_time: 489m, expr: 'burnwatch:slo_errors:ratio_rate5m * 1', exp_samples: [{}, {}]}}\n",
        sample("/a", "1"),
        sample("/b", "0")
    );
    let firing = [489, 493].map(|minute| (minute, labels.clone(), notes.clone()));
    fires(Style::Burnwatch, 30, "ApiAvailabilityBurn", 488, &firing, &values);
}

#[test]
fn under_names_of_sloth() {
    let labels = json!({"sloth_id": "api-availability", "sloth_service": "api", "sloth_slo": "availability",
                        "sloth_severity": "page", "route": "/a"});
    let notes = json!({
        "title": "(page) api availability (route=/a) SLO error budget burn rate is too fast.",
        "summary": "api availability (route=/a) SLO error budget burn rate is over expected.",
    });
    // The share of the budget that each route spends, which Sloth's dashboards draw.
    let burn = |route: &str, value: &str| {
        format!(
            "{{labels: '{{sloth_id=\"api-availability\",sloth_service=\"api\",sloth_slo=\"availability\",route=\"{route}\"}}', value: {value}}}"
        )
    };
    let values = format!(
        "    promql_expr_test:\n      - {{eval_time: 490m, expr: 'round(max without (sloth_window) (slo:current_burn_rate:ratio))', exp_samples: [{}, {}]}}\n",
        burn("/a", "100"),
        burn("/b", "0")
    );
    fires(Style::Sloth, 30, "ApiAvailabilityBurn", 488, &[(490, labels, notes)], &values);
}

#[test]
fn under_names_of_pyrra() {
    let labels = json!({"slo": "api-availability", "service": "api", "route": "/a", "severity": "critical",
                        "short": "5m", "long": "1h", "exhaustion": "2d"});
    let counts = "    promql_expr_test:\n      - {eval_time: 660m, expr: 'count by (route) (http_requests:increase4w)', \
                  exp_samples: [{labels: '{route=\"/a\"}', value: 2}, {labels: '{route=\"/b\"}', value: 1}]}\n";
    fires(Style::Pyrra, 28, "ErrorBudgetBurn", 490, &[(491, labels, json!({}))], counts);
}
