//! `promtool test rules`: the alerts fire and clear at the minutes that were worked out by hand.
//!
//! Ten requests a second, and from minute 480 on for 14 minutes every one fails; the target is 99 %.
//! After `k` of these minutes the errors are `k/60` of the last hour, `k/360` of six hours, and `k/(480+k)` of a day
//! or three, for history begins at minute 0. No minute depends on whether a window takes the sample at its begin.

use burnwatch::domain::slo::objective::Objective;
use burnwatch::domain::slo::sli::Sli;
use burnwatch::domain::slo::tier::{Comparison, Severity, Tier};
use burnwatch::domain::slo::window::Window;
use burnwatch::source::prometheus::rules::Style;
use serde_json::json;

use crate::promtool::test;
use crate::tiers::{objective, preset, requests, written};

const SERIES: &str = r#"  - interval: 1m
    input_series:
      - series: 'http_requests_total{service="api",code="200"}'
        values: '0+600x480 288000x13 288600+600x200'
      - series: 'http_requests_total{service="api",code="500"}'
        values: '0x480 600+600x13 8400x200'
"#;

/// One line of the list of expectations: what of `name` fires at `minute`.
pub(crate) fn at(minute: i64, name: &str, alerts: &[(serde_json::Value, serde_json::Value)]) -> String {
    let alerts: Vec<_> = alerts
        .iter()
        .map(|(labels, notes)| json!({"exp_labels": labels, "exp_annotations": notes}))
        .collect();
    let line = json!({"eval_time": format!("{minute}m"), "alertname": name, "exp_alerts": alerts});
    format!("      - {line}\n")
}

pub(crate) fn passes(objective: Objective, style: Style, series: &str, expected: &[String], values: &str) {
    let tests = format!("{series}    alert_rule_test:\n{}{values}", expected.concat());
    test(&written(objective, style), &tests).unwrap_or_else(|said| panic!("{style:?}: {said}\n{tests}"));
}

fn api(days: i64, tiers: Vec<Tier>) -> Objective {
    let mut api = objective(requests("api"), "99%", days, tiers);
    api.runbook = Some("https://runbooks.test/api#errors".to_owned());
    api.about.labels.insert("team".to_owned(), "edge".to_owned());
    api
}

#[test]
fn under_our_own_names() {
    // A third of an hour's 14.4 % is reached with k/60 > 0.144, so k = 9; three days' 1 % with k/(480+k) > 0.01,
    // so k = 5; six hours' 6 % would need k = 22 and a day's 3 % k = 15.
    let hostile = "{{ query \"up\" }} 'kept' \"as\" it: is";
    let expected = |severity: &str| {
        let labels =
            json!({"slo": "api/availability", "service": "api", "team": "edge", "severity": severity});
        let notes = json!({
            "summary": "api/availability spends its error budget too fast",
            "description": hostile,
            "runbook_url": "https://runbooks.test/api#errors",
        });
        (labels, notes)
    };
    let name = "ApiAvailabilityBurn";
    let mut objective = api(30, preset("sloth", 30));
    objective.about.annotations.insert("description".to_owned(), hostile.to_owned());
    let errors = |minute: i64, value: &str| {
        format!(
            "      - {{eval_time: {minute}m, expr: 'burnwatch:slo_errors:ratio_rate5m{{slo=\"api/availability\"}} * 1', \
             exp_samples: [{{labels: '{{slo=\"api/availability\",service=\"api\",team=\"edge\"}}', value: {value}}}]}}\n"
        )
    };
    passes(
        objective,
        Style::Burnwatch,
        SERIES,
        &[
            at(484, name, &[]),
            at(485, name, &[expected("ticket")]),
            at(488, name, &[expected("ticket")]),
            at(489, name, &[expected("page"), expected("ticket")]),
            at(497, name, &[expected("page"), expected("ticket")]),
            at(499, name, &[expected("ticket")]),
        ],
        &format!("    promql_expr_test:\n{}{}{}", errors(470, "0"), errors(489, "1"), errors(600, "0")),
    );
}

#[test]
fn the_description_has_the_figures() {
    let mut objective = api(30, preset("sloth", 30)[..2].to_vec());
    objective.description = Some("Answers that are not 5xx.".to_owned());
    let labels = json!({"slo": "api/availability", "service": "api", "team": "edge", "severity": "page"});
    let notes = json!({
        "summary": "api/availability spends its error budget too fast",
        "description": "100% bad in the short window; 99% over 30d allows 1%. This is the page for a burn above 14.4 \
                        over 5m and 1h, or above 6 over 30m and 6h.\nAnswers that are not 5xx.",
        "runbook_url": "https://runbooks.test/api#errors",
    });
    let expected = [at(489, "ApiAvailabilityBurn", &[(labels, notes)])];
    passes(objective, Style::Burnwatch, SERIES, &expected, "");
}

#[test]
fn under_names_of_sloth() {
    let expected = |severity: &str| {
        let labels = json!({"sloth_id": "api-availability", "sloth_service": "api", "sloth_slo": "availability",
                            "sloth_severity": severity, "team": "edge"});
        let notes = json!({
            "title": format!("({severity}) api availability SLO error budget burn rate is too fast."),
            "summary": "api availability SLO error budget burn rate is over expected.",
            "runbook_url": "https://runbooks.test/api#errors",
        });
        (labels, notes)
    };
    // Sloth records in one group and alerts in another: whichever goes first, an alert may be a minute late.
    let name = "ApiAvailabilityBurn";
    passes(
        api(30, preset("sloth", 30)),
        Style::Sloth,
        SERIES,
        &[
            at(484, name, &[]),
            at(486, name, &[expected("ticket")]),
            at(488, name, &[expected("ticket")]),
            at(490, name, &[expected("page"), expected("ticket")]),
            at(497, name, &[expected("page"), expected("ticket")]),
            at(500, name, &[expected("ticket")]),
        ],
        "",
    );
}

#[test]
fn under_names_of_pyrra_after_their_wait() {
    // k/60 > 0.14 from k = 9 on, and two minutes more; k/(480+k) > 0.02 from k = 10 on, and an hour more while the
    // last two hours keep 14/120; four days' 1 % from k = 5 on, and three hours more while six hours keep 14/360.
    let expected = |severity: &str, short: &str, long: &str, exhaustion: &str| {
        let labels = json!({"slo": "api-availability", "service": "api", "team": "edge", "severity": severity,
                            "short": short, "long": long, "exhaustion": exhaustion});
        (labels, json!({"runbook_url": "https://runbooks.test/api#errors"}))
    };
    let fast = || expected("critical", "5m", "1h", "2d");
    let slow = || expected("warning", "2h", "1d", "2w");
    let long = || expected("warning", "6h", "4d", "4w");
    let name = "ErrorBudgetBurn";
    passes(
        api(28, preset("pyrra", 28)),
        Style::Pyrra,
        SERIES,
        &[
            at(490, name, &[]),
            at(491, name, &[fast()]),
            at(499, name, &[]),
            at(549, name, &[]),
            at(550, name, &[slow()]),
            at(620, name, &[]),
            at(664, name, &[]),
            at(665, name, &[long()]),
            at(690, "SLOMetricAbsent", &[]),
        ],
        "",
    );
}

/// One tier that looks back for so many minutes.
fn page(short: i64, long: i64) -> Tier {
    Tier {
        severity: Severity::Page,
        short: Window::minutes(short),
        long: Window::minutes(long),
        factor: 14.4,
        comparison: Comparison::Above,
        wait: None,
    }
}

/// What the errors of five minutes are recorded as at minute 30.
fn recorded(sli: Sli, series: &str, value: Option<f64>) {
    let samples = value.map_or(String::new(), |value| format!("{{labels: '{{}}', value: {value}}}"));
    let values = format!(
        "    promql_expr_test:\n      - {{eval_time: 30m, expr: 'sum(burnwatch:slo_errors:ratio_rate5m)', exp_samples: [{samples}]}}\n"
    );
    let series = format!("  - interval: 1m\n    input_series:\n{series}");
    let quiet = at(30, "ApiAvailabilityBurn", &[]);
    let quiet = if value.is_none_or(|value| value == 0.0) { vec![quiet] } else { Vec::new() };
    passes(objective(sli, "99%", 3, vec![page(5, 10)]), Style::Burnwatch, &series, &quiet, &values);
}

fn line(series: &str, values: &str) -> String {
    format!("      - {{series: '{series}', values: '{values}'}}\n")
}

#[test]
fn no_errors_no_traffic_and_no_data_are_three_things() {
    let total = line("http_requests_total{service=\"api\",code=\"200\"}", "0+600x60");
    let idle = line("http_requests_total{service=\"api\",code=\"200\"}", "600x60");
    let errors = line("http_requests_total{service=\"api\",code=\"500\"}", "0+200x60");
    recorded(requests("api"), &total, Some(0.0));
    recorded(requests("api"), &idle, None);
    recorded(requests("api"), &line("other", "1x60"), None);
    recorded(requests("api"), &format!("{total}{errors}"), Some(0.25));
    let good = Sli::Events(burnwatch::domain::slo::sli::Events {
        side: burnwatch::domain::slo::sli::Side::Good,
        part: "http_requests_total{code=\"200\"}".into(),
        total: "http_requests_total".into(),
    });
    recorded(good.clone(), &format!("{total}{errors}"), Some(0.25));
    recorded(good, &errors, Some(1.0));
}

#[test]
fn the_other_kinds_say_what_they_mean() {
    use burnwatch::domain::slo::sli::{Freshness, Op, Ratio, Side, Threshold};
    let probes = [line("probe_success{a=\"1\"}", "1x60"), line("probe_success{a=\"2\"}", "0x60")].concat();
    recorded(Sli::Bool("probe_success".into()), &probes, Some(0.5));
    let threshold = Threshold { value: "depth".into(), op: Op::AtMost, bound: 10.0 };
    recorded(Sli::Threshold(threshold), &line("depth", "5x27 20x60"), Some(0.6));
    let freshness = Freshness { timestamp: "done_seconds".into(), max_age: Window::minutes(10) };
    recorded(Sli::Freshness(freshness), &line("done_seconds", "1020x60"), Some(0.6));
    let ratio = |ratio: &str| Sli::Ratio(Ratio { side: Side::Good, ratio: ratio.into() });
    recorded(ratio("share"), &line("share", "0.75x60"), Some(0.25));
    // Nothing of nothing is no number.
    recorded(
        ratio("sum(rate(a[{{.window}}])) / sum(rate(b[{{.window}}]))"),
        &[line("a", "1x60"), line("b", "1x60")].concat(),
        None,
    );
    let latency = crate::tiers::latency("api", 0.3);
    let bucket = line("http_request_duration_seconds_bucket{service=\"api\",le=\"0.3\"}", "0+450x60");
    let count = line("http_request_duration_seconds_count{service=\"api\"}", "0+600x60");
    recorded(latency.clone(), &format!("{bucket}{count}"), Some(0.25));
    // A bucket that does not exist is a mistake, not a slow service.
    recorded(latency, &count, None);
}

#[test]
fn slices_are_judged_each_by_itself() {
    use burnwatch::domain::slo::method::Method;
    // Of the twelve slices of the hour one is half bad, one has a few errors, and in one nobody came.
    let series = [
        line("http_requests_total{service=\"api\",code=\"200\"}", "0+600x50 30000x4 30600+600x10"),
        line("http_requests_total{service=\"api\",code=\"500\"}", "0x20 600+600x4 3000x14 3006+6x4 3030x40"),
    ]
    .concat();
    let slice = Window::minutes(5);
    let few = 30.0 / 3030.0;
    for (method, value) in [
        (Method::Timeslices { slice, target: "90%".parse().unwrap() }, 1.0 / 12.0),
        (Method::RatioTimeslices { slice }, (0.5 + few) / 11.0),
    ] {
        let mut api = objective(requests("api"), "99%", 3, vec![page(30, 60)]);
        api.method = method;
        let near = format!("abs(sum(burnwatch:slo_errors:ratio_rate1h) - {value}) < bool 1e-12");
        let values = format!(
            "    promql_expr_test:\n      - {{eval_time: 60m, expr: '{near}', exp_samples: [{{labels: '{{}}', value: 1}}]}}\n"
        );
        let series = format!("  - interval: 1m\n    input_series:\n{series}");
        passes(api, Style::Burnwatch, &series, &[], &values);
    }
}
