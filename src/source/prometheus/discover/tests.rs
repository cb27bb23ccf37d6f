//! Series and rules in the shapes of each tool, and the objectives that they come to.

use serde_json::{Value, json};

use super::rules::read;
use super::*;
use crate::domain::slo::method::Method;
use crate::domain::slo::sli::{Events, Latency, Ratio, Side};
use crate::domain::slo::tier::{Severity, pyrra as pyrra_tiers, sloth as sloth_tiers};

fn series(name: &str, value: f64, labels: &[(&str, &str)]) -> Record {
    let labels = labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Record { name: name.to_owned(), labels: labels.collect(), value }
}

fn evidence(records: Vec<Record>, rules: Option<Vec<Value>>) -> Evidence<'static> {
    let body = |rules| json!({"status": "success", "data": {"groups": [{"rules": Value::Array(rules)}]}});
    let rules = rules.map(|rules| read(body(rules).to_string().as_bytes()).unwrap());
    Evidence { records, rules, backend: "main" }
}

fn rule(name: &str, slo: (&str, &str), query: &str) -> Value {
    json!({"type": "recording", "name": name, "query": query, "labels": {slo.0: slo.1}})
}

const SLOTH: (&str, &str) = ("sloth_id", "shop-ok");
const NAMES: [(&str, &str); 4] =
    [SLOTH, ("sloth_service", "shop"), ("sloth_slo", "ok"), ("sloth_objective", "99.9")];

fn info() -> Vec<Record> {
    vec![series(sloth::INFO, 1.0, &NAMES), series("slo:time_period:days", 28.0, &[SLOTH])]
}

fn errors(window: &str) -> Value {
    let query = format!("(sum(rate(e[{window}]))) / (sum(rate(t[{window}])))");
    rule(&format!("slo:sli_error:ratio_rate{window}"), SLOTH, &query)
}

fn period(query: &str) -> Value {
    rule("slo:sli_error:ratio_rate4w", SLOTH, query)
}

const OPTIMIZED: &str = "sum_over_time(slo:sli_error:ratio_rate5m{sloth_id=\"shop-ok\"}[4w])";

#[test]
fn sloth_by_its_rules() {
    let side = |window: &str| {
        format!(
            "max(slo:sli_error:ratio_rate{window}{{sloth_id=\"shop-ok\"}} > (13.44 * 0.001)) without (sloth_window)"
        )
    };
    let page = json!({"type": "alerting", "name": "High", "query": format!("({} and {})", side("5m"), side("1h")),
        "labels": {"sloth_severity": "page"}, "annotations": {"runbook_url": "high.md"}});
    let rules = vec![errors("5m"), errors("30m"), period(OPTIMIZED), page];
    let found = sloth::find(&evidence(info(), Some(rules))).remove(0).unwrap();
    assert_eq!(
        (found.id.as_str(), found.window, found.target.to_string().as_str()),
        ("shop/ok", Window::days(28), "99.9%")
    );
    let of = |metric: &str| format!("sum(rate({metric}[{{{{.window}}}}]))");
    assert_eq!(found.sli, Sli::Events(Events { side: Side::Bad, part: of("e"), total: of("t") }));
    assert_eq!(found.method, Method::RatioTimeslices { slice: Window::minutes(5) });
    assert_eq!(
        (found.tiers.len(), found.tiers[0].factor, found.tiers[0].severity),
        (1, 13.44, Severity::Page)
    );
    assert_eq!((found.runbook.as_deref(), found.group.clone()), (Some("high.md"), None));
    assert_eq!((found.alerts.as_str(), &found.about.pager["sloth_id"]), ("sloth", &"shop-ok".to_owned()));
}

#[test]
fn sloth_whose_period_goes_back_to_the_events_counts_them() {
    let rules = vec![errors("5m"), period("(sum(rate(e[4w]))) / (sum(rate(t[4w])))")];
    assert_eq!(sloth::find(&evidence(info(), Some(rules))).remove(0).unwrap().method, Method::Occurrences);
}

#[test]
fn sloth_by_its_series_where_rules_are_not_told_or_not_known() {
    let ratio = series("slo:sli_error:ratio_rate5m", 0.1, &[SLOTH, ("sloth_window", "5m"), ("route", "/a")]);
    let records: Vec<Record> = info().into_iter().chain([ratio]).collect();
    let raw = rule("slo:sli_error:ratio_rate5m", SLOTH, "(a[5m] / b[5m])");
    for rules in [None, Some(vec![raw])] {
        let told = rules.is_some();
        let found = sloth::find(&evidence(records.clone(), rules)).remove(0).unwrap();
        let ratio = "slo:sli_error:ratio_rate5m{sloth_id=\"shop-ok\"}".to_owned();
        assert_eq!(found.sli, Sli::Ratio(Ratio { side: Side::Bad, ratio }));
        assert_eq!(found.group.unwrap().by, ["route"]);
        assert_eq!(found.about.notes.len(), 1);
        let usual = if told { Vec::new() } else { sloth_tiers(Window::days(28)).unwrap() };
        assert_eq!(found.tiers, usual, "without alerts there are no tiers, and unknown ones are Sloth's");
    }
}

#[test]
fn sloth_that_cannot_be_taken_over_says_why() {
    let with = |objective: &str, value: f64| {
        let names =
            [SLOTH, ("sloth_service", "\u{1b}[2J"), ("sloth_slo", "ok"), ("sloth_objective", objective)];
        let records = vec![series(sloth::INFO, 1.0, &names), series(sloth::OBJECTIVE, value, &[SLOTH])];
        sloth::find(&evidence(records, None)).remove(0).unwrap_err().why
    };
    assert_eq!(with("99", 0.99), "it has no name that can be shown");
    assert_eq!(with("", f64::NAN), "its objective is not between 0 and 100 %");
    let orphan = series("slo:sli_error:ratio_rate5m", 0.0, &[SLOTH]);
    assert!(sloth::find(&evidence(vec![orphan], None)).is_empty());
}

const PYRRA: (&str, &str) = ("slo", "shop-errors");

fn burning(burn: &str, alerts: bool) -> Vec<Value> {
    let mut rules = vec![
        rule("http:burnrate5m", PYRRA, burn),
        rule("http:increase4w", PYRRA, "sum by (code) (increase(http_total[4w]))"),
        rule("http:increase5m", PYRRA, "sum by (code) (increase(http_total[5m]))"),
    ];
    let rows = [(14, "5m", "1h", 120), (7, "30m", "6h", 900), (2, "2h", "1d", 3600), (1, "6h", "4d", 10_800)];
    rules.extend(rows.into_iter().filter(|_| alerts).map(|(factor, short, long, wait)| {
        let side = |window: &str| format!("http:burnrate{window}{{slo=\"shop-errors\"}} > ({factor} * (1 - 0.99))");
        let severity = if factor > 2 { "critical" } else { "warning" };
        json!({"type": "alerting", "name": "ErrorBudgetBurn", "query": format!("{} and {}", side(short), side(long)),
            "duration": wait, "labels": {"slo": "shop-errors", "severity": severity}})
    }));
    rules
}

fn pyrra_of(burn: &str) -> Finding {
    pyrra::find(&evidence(Vec::new(), Some(burning(burn, true)))).remove(0)
}

const RATIO: &str = "sum by (route) (rate(http_total{code=~\"5..\",job=\"shop\"}[5m])) / sum by (route) (rate(http_total{job=\"shop\"}[5m]))";

#[test]
fn pyrra_by_its_rules() {
    let found = pyrra_of(RATIO).unwrap();
    assert_eq!(
        (found.id.as_str(), found.window, found.target.budget()),
        ("shop/shop-errors", Window::days(28), 0.01)
    );
    let of = |more: &str| format!("http_total{{{more}job=\"shop\"}}");
    assert_eq!(found.sli, Sli::Events(Events { side: Side::Bad, part: of("code=~\"5..\","), total: of("") }));
    assert_eq!(
        (found.group.unwrap().by, found.tiers),
        (vec!["route".to_owned()], pyrra_tiers(Window::days(28)).unwrap())
    );
}

#[test]
fn every_indicator_of_pyrra() {
    let slow = |le: &str| {
        pyrra_of(&format!(
            "(sum(rate(took_count{{job=\"a\"}}[5m])) - sum(rate(took_bucket{{job=\"a\",{le}}}[5m]))) / sum(rate(took_count{{job=\"a\"}}[5m]))"
        ))
    };
    let latency =
        |threshold, native| Sli::Latency(Latency { histogram: "took{job=\"a\"}".into(), threshold, native });
    assert_eq!(slow("le=\"0.3\"").unwrap().sli, latency(0.3, false));
    assert_eq!(slow(r#"le=~"1(\\.0)?""#).unwrap().sli, latency(1.0, false));
    let native = "1 - histogram_fraction(0, 0.2, sum(rate(took{job=\"a\"}[5m])))";
    assert_eq!(pyrra_of(native).unwrap().sli, latency(0.2, true));
    let gauge = "(sum(count_over_time(ok[5m])) - sum(sum_over_time(ok[5m]))) / sum(count_over_time(ok[5m]))";
    let found = pyrra_of(gauge).unwrap();
    assert_eq!((found.sli, found.id.as_str()), (Sli::Bool("ok".into()), "pyrra/shop-errors"));
}

#[test]
fn pyrra_that_cannot_be_taken_over_says_why() {
    for strange in [
        "vector(1)",
        "a / b",
        "sum(rate(a[5m] offset 1h)) / sum(rate(a[5m]))",
        "2 - histogram_fraction(0, 1, a)",
    ] {
        assert_eq!(
            pyrra_of(strange).unwrap_err().why,
            "its rules have a form that is not known",
            "{strange}"
        );
    }
    assert_eq!(pyrra_of("((((").unwrap_err().why, "its rules are not PromQL as far as it is known");
    let silent = evidence(Vec::new(), Some(burning(RATIO, false)));
    assert!(pyrra::find(&silent)[0].as_ref().unwrap_err().why.starts_with("nothing tells its target"));
    let generic =
        vec![series("pyrra_objective", 0.995, &[PYRRA]), series("pyrra_window", 604_800.0, &[PYRRA])];
    let found = pyrra::find(&evidence(generic, Some(burning(RATIO, false)))).remove(0).unwrap();
    assert_eq!(
        (found.target.to_string(), found.window, found.tiers),
        ("99.5%".into(), Window::days(7), Vec::new())
    );
    let stray = vec![series("pyrra_objective", 0.99, &[("slo", "lost")])];
    assert_eq!(pyrra::find(&evidence(stray, Some(Vec::new())))[0].as_ref().unwrap_err().id, "lost");
}

const UUID: (&str, &str) = ("grafana_slo_uuid", "ab12cd34ef56gh78ij90k");

/// Name, value and labels.
type Told<'a> = (&'a str, f64, &'a [(&'a str, &'a str)]);

fn grafana_of(records: &[Told<'_>]) -> Finding {
    let one = |(name, value, labels): &Told<'_>| {
        series(name, *value, &[&[UUID, ("__grafana_origin", "plugin/grafana-slo-app")], *labels].concat())
    };
    grafana::find(&evidence(records.iter().map(one).collect(), None)).remove(0)
}

const GOAL: Told<'static> = ("grafana_slo_objective", 0.95, &[("grafana_slo_window", "7d")]);

/// What Grafana records of a ratio that keeps the label `route`.
#[test]
fn grafana_by_its_series() {
    let found = grafana_of(&[
        GOAL,
        ("grafana_slo_info", 1.0, &[("grafana_slo_name", "Checkout is up (EU)"), ("service", "checkout")]),
        ("grafana_slo_success_rate_5m", 9.0, &[("route", "/a")]),
        ("grafana_slo_success_rate_5m", f64::NAN, &[("route", "/b")]),
        ("grafana_slo_total_rate_5m", 10.0, &[("route", "/a")]),
        ("grafana_slo_sli_5m", 0.9, &[("route", "/a")]),
    ])
    .unwrap();
    let of = |name: &str| {
        let series = format!("grafana_slo_{name}_rate_5m{{grafana_slo_uuid=\"{}\"}}", UUID.1);
        format!("sum(sum_over_time(({series} < Inf)[{{{{.window}}}}:1m])) * 60")
    };
    assert_eq!(found.sli, Sli::Events(Events { side: Side::Good, part: of("success"), total: of("total") }));
    assert_eq!(
        (found.id.as_str(), found.window, found.target.to_string().as_str()),
        ("checkout/checkout-is-up-eu", Window::days(7), "95%")
    );
    assert_eq!(
        (found.group, found.about.notes.len(), &*found.about.pager["grafana_slo_uuid"]),
        (None, 0, UUID.1)
    );
}

#[test]
fn grafana_that_tells_little() {
    let share = |name| grafana_of(&[("grafana_slo_objective", 0.95, &[]), (name, 0.99, &[])]).unwrap();
    for (name, long) in [("grafana_slo_sli_5m", "five minutes"), ("grafana_slo_sli_1h", "an hour")] {
        let found = share(name);
        let ratio = format!("{name}{{grafana_slo_uuid=\"{}\"}}", UUID.1);
        assert_eq!(found.sli, Sli::Ratio(Ratio { side: Side::Good, ratio }));
        assert_eq!((found.id.as_str(), found.window), ("grafana/ab12cd34ef56gh78ij90k", Window::days(28)));
        assert!(found.about.notes[0].contains(long) && found.about.notes[1].contains("28d"));
    }
    let seconds = ("grafana_slo_objective_window_seconds", 604_800.0, &[][..]);
    let several = [("service", "a")];
    let found = grafana_of(&[
        ("grafana_slo_objective", 0.95, &[]),
        seconds,
        ("grafana_slo_sli_5m", 1.0, &several),
        ("grafana_slo_sli_5m", 1.0, &[("service", "b")]),
    ]);
    let found = found.unwrap();
    assert_eq!(
        (found.window, found.service.as_str()),
        (Window::days(7), "grafana"),
        "the query keeps two services"
    );
}

#[test]
fn grafana_that_cannot_be_taken_over_says_why() {
    let why = |records: &[Told<'_>]| grafana_of(records).unwrap_err().why;
    assert_eq!(why(&[GOAL]), "nothing records its share of good");
    assert_eq!(why(&[("grafana_slo_sli_5m", 1.0, &[])]), "nothing tells its objective");
    assert_eq!(why(&[("grafana_slo_objective", 7.0, &[])]), "its objective is not between 0 and 1");
}

#[test]
fn what_is_left_out_is_counted_and_named() {
    let doubt = |id: &str| Err(Doubt { tool: Tool::Pyrra, id: id.into(), why: "no target".into() });
    let twice = || pyrra_of(RATIO);
    let (found, doubts) =
        sorted([doubt("a"), twice(), doubt("b\u{1b}[2J"), doubt("c"), doubt("d"), twice()].into_iter());
    assert_eq!(found.len(), 1);
    assert_eq!(
        doubts,
        [
            "left out of pyrra: `shop/shop-errors`: another one has the same service and name",
            "left out of pyrra: `a`, `b`, `c` and 1 more: no target",
        ]
    );
}

#[test]
fn shares_become_targets_as_they_were_meant() {
    let text = |share| target(share).map(|target| target.to_string());
    assert_eq!(text(0.999_000_000_000_000_1).unwrap(), "99.9%");
    assert_eq!(text(1.0).unwrap(), "100%");
    for wrong in [0.0, -1.0, 1.5, f64::NAN, f64::INFINITY] {
        assert_eq!(text(wrong), None);
    }
}
