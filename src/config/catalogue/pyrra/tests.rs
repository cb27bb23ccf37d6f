//! Reading Pyrra's objectives, and what is refused.

use super::*;
use crate::config::catalogue::Object;
use crate::config::catalogue::tests::{messages, outcome};

const RATIO: &str = "\
apiVersion: pyrra.dev/v1alpha1
kind: ServiceLevelObjective
metadata:
  name: shop-errors
  namespace: monitoring
  labels: {prometheus: k8s, pyrra.dev/team: payments}
  annotations: {pyrra.dev/runbook_url: https://runbooks.example/shop, other: x}
spec:
  target: \"99.90\"
  window: 4w
  description: Orders go through.
  indicator:
    ratio:
      errors: {metric: 'hits_total{code=~\"5..\"}'}
      total: {metric: hits_total}
      grouping: [handler]
status: {type: PrometheusRule}
";

fn only(text: &str) -> Slo {
    let (mut objects, told) = outcome(text);
    assert_eq!(told, Vec::<String>::new());
    let Some(Object::Pyrra(slo)) = objects.pop() else { panic!("{objects:?}") };
    *slo
}

/// The first file with another indicator.
fn indicator(indicator: &str) -> String {
    let start = RATIO.find("    ratio:").unwrap();
    let end = RATIO.find("status:").unwrap();
    format!("{}    {indicator}\n", &RATIO[..start]) + &RATIO[end..]
}

#[test]
fn an_objective_is_read_with_its_places() {
    let slo = only(RATIO);
    assert_eq!((slo.name.value.as_str(), slo.target.value.as_str()), ("shop-errors", "99.90"));
    assert_eq!(slo.window.value.as_seconds(), 28 * 86_400);
    assert_eq!(slo.labels.keys().collect::<Vec<_>>(), ["team"]);
    assert_eq!(slo.runbook().unwrap().value, "https://runbooks.example/shop");
    assert_eq!(slo.alerting, Alerting::default());
    assert_eq!(slo.origin.keys["spec.indicator.ratio.errors.metric"].value.line, 14);
    let Kind::Ratio { errors, total } = &slo.indicator.kind else { panic!() };
    assert_eq!((errors.name.as_str(), total.name.as_str()), ("hits_total", "hits_total"));
    let five = Matcher { label: "code".to_owned(), op: "=~", value: "5..".to_owned() };
    assert_eq!((&errors.matchers, total.matchers.len()), (&vec![five], 0));
    assert_eq!(slo.indicator.grouping[0].value, "handler");
}

#[test]
fn a_target_may_be_a_bare_number_and_a_list_holds_many() {
    assert_eq!(only(&RATIO.replace("\"99.90\"", "99.90")).target.value, "99.90");
    let item = RATIO[RATIO.find("metadata").unwrap()..].replace('\n', "\n  ");
    let list = "apiVersion: pyrra.dev/v1alpha1\nkind: ServiceLevelObjectiveList\nmetadata: {}\nitems:\n";
    let (objects, found) = outcome(&format!("{list}- {item}\n- {}", item.replace("shop-errors", "other")));
    assert_eq!((objects.len(), found), (2, Vec::new()));
}

#[test]
fn the_other_indicators_are_read() {
    let latency = "latency: {success: {metric: 'x_bucket{le=\"0.5\"}'}, total: {metric: x_count}}";
    let Kind::Latency { le, .. } = only(&indicator(latency)).indicator.kind else { panic!() };
    assert_eq!(le, "0.5");
    let native = "latencyNative: {total: {metric: x}, latency: 200ms}";
    let Kind::LatencyNative { seconds, .. } = only(&indicator(native)).indicator.kind else { panic!() };
    assert_eq!(seconds.value, 0.2);
    let gauge = "bool_gauge: {metric: 'probe_success{job=\"web\"}', grouping: [instance]}";
    let gauge = only(&indicator(gauge)).indicator;
    assert_eq!(gauge.grouping.len(), 1);
    assert!(matches!(gauge.kind, Kind::BoolGauge { metric } if metric.name == "probe_success"));
}

#[test]
fn alerts_have_switches_names_and_severities() {
    let alerting = "  alerting:\n    absent: false\n    name: Burn\n    severities: {fastBurn: page, slowBurn: ''}\nstatus:";
    let slo = only(&RATIO.replace("status:", alerting));
    assert!(slo.alerting.burnrates && !slo.alerting.absent);
    assert_eq!((slo.alerting.name.as_str(), slo.alerting.absent_name.as_str()), ("Burn", "SLOMetricAbsent"));
    let severities = &slo.alerting.severities;
    assert_eq!((severities.fast.as_str(), severities.slow.as_str()), ("page", "warning"));
    let off = only(&RATIO.replace("status:", "  alerting: {disabled: true}\nstatus:"));
    assert!(!off.alerting.burnrates && off.alerting.absent);
}

#[test]
fn what_pyrra_refuses_is_refused() {
    for (from, to, told) in [
        ("  name: shop-errors\n", "", "3:1 error the ServiceLevelObjective has no `metadata.name`"),
        ("\"99.90\"", "\"-99\"", "9:11 error the target `-99` is not above 0 and at most 100 percent"),
        ("\"99.90\"", "\"9999\"", "9:11 error the target `9999` is not above 0 and at most 100 percent"),
        ("\"99.90\"", "99.9%", "9:11 error `target` in `spec` must be a number in decimal digits, not text"),
        ("\"99.90\"", "", "9:3 error `target` in `spec` must be a number, not empty"),
        ("  window: 4w\n", "", "8:1 error `spec` has no `window`"),
        (
            "total: {metric: hits_total}",
            "total: {metric: sum(hits_total)}",
            "15:23 error `(hits_total)` follows the selector",
        ),
        (
            "total: {metric: hits_total}",
            "total: {}",
            "15:7 error `spec.indicator.ratio.total` has no `metric`",
        ),
        ("    ratio:", "    ration:", "12:3 error `spec.indicator` says nothing to measure"),
        ("    ratio:", "    ration:", "13:5 error unknown key `ration` in `spec.indicator`"),
        (
            "    ratio:",
            "    bool_gauge: {metric: up}\n    ratio:",
            "13:5 error an objective has one indicator",
        ),
        ("  description:", "  descripton:", "11:3 error unknown key `descripton` in `spec`"),
    ] {
        assert!(RATIO.contains(from), "{from}");
        let (objects, all) = outcome(&RATIO.replace(from, to));
        assert!(all.iter().any(|line| line.split(" | ").next() == Some(told)), "{told}\n{all:#?}");
        assert_eq!(objects.len(), usize::from(to.contains("descripton")), "{told}");
    }
    let unit =
        "10:11 error `2t` is not a duration; write a number and a unit, such as `5m`, `1h30m` or `30d`";
    assert_eq!(messages(&RATIO.replace("4w", "2t")), [unit]);
}

#[test]
fn latency_needs_one_bucket() {
    for (success, told) in [
        ("x_bucket", "error the metric of `success` does not select one bucket"),
        ("x_bucket{le=~\"1|2\"}", "error the metric of `success` does not select one bucket"),
        ("x_bucket{le=\"fast\"}", "error `le` is `fast`, which is no number"),
        ("x{le=\"1\"}", "warning successes are usually counted by a histogram's bucket"),
    ] {
        let text = format!("latency: {{success: {{metric: '{success}'}}, total: {{metric: x_count}}}}");
        assert_eq!(messages(&indicator(&text)), [format!("13:33 {told}")]);
    }
    let native = messages(&indicator("latencyNative: {total: {metric: x}, latency: foo}"));
    assert_eq!(native, ["13:50 error `foo` is not a duration"]);
}

#[test]
fn what_is_odd_or_left_out_is_told() {
    for (from, to, told) in [
        ("\"99.90\"", "\"0.9134\"", "9:11 warning the target is in percent: `0.9134` is less than one"),
        (
            "  window: 4w",
            "  performanceOverAccuracy: true\n  window: 4w",
            "10:3 warning Pyrra trades accuracy for speed here, and burnwatch does not",
        ),
        (
            "  window: 4w",
            "  ruleOutput: {shortRulesLabels: {a: b}}\n  window: 4w",
            "10:3 warning labels for Pyrra's rule files are not carried over",
        ),
        (
            "'hits_total{code=~\"5..\"}'",
            "hits_total",
            "14:24 warning the part and the total are the same metric",
        ),
    ] {
        assert_eq!(messages(&RATIO.replace(from, to)), [told]);
    }
}
