//! Objects of Nobl9 read and linked.

use super::super::draft::{Alerts, Draft, Linked};
use super::super::{Object as Any, link as link_all, read};
use super::*;
use crate::config::diagnostic::Diagnostic;
use crate::config::document::Document;
use crate::domain::slo::sli::{Missing, Rule, Sli};
use crate::domain::slo::tier::Severity;
use crate::domain::slo::window::Window;

fn linked(text: &str) -> (Linked, Vec<String>) {
    let found = read(&Document::new(Some("n9.yaml".into()), text));
    let objects: Vec<Any> = found.objects;
    let told = found.findings.iter().map(Diagnostic::line).collect();
    (link_all(&objects), told)
}

fn drafts(text: &str) -> Vec<Draft> {
    let (linked, told) = linked(text);
    assert_eq!((linked.findings.as_slice(), told.as_slice()), (&[][..], &[][..]), "{text}");
    linked.drafts
}

const SLO: &str = "\
apiVersion: n9/v1alpha
kind: SLO
metadata: {name: api, displayName: API, project: main, labels: {team: [green, blue]}}
spec:
  description: d
  service: shop
  indicator: {metricSource: {name: prom, project: infra, kind: Agent}}
  budgetingMethod: Timeslices
  objectives:
  - {name: ok, displayName: Good, value: 1, target: 0.95, timeSliceTarget: 0.9, primary: true, countMetrics: {incremental: true,
      bad: {prometheus: {promql: 'sum(errors_total)'}}, total: {prometheus: {promql: 'sum(all_total)'}}}}
  - {name: fast, value: 0.2, op: lte, target: 0.9, timeSliceTarget: 0.9, rawMetric: {query: {prometheus: {promql: 'lag'}}}}
  timeWindows: [{unit: Month, count: 1, isRolling: false, calendar: {startTime: '2026-01-01 00:00:00', timeZone: UTC}}]
  alertPolicies: [pair, odd]
  attachments: [{url: 'https://runbooks.example/api', displayName: Runbook}]
  anomalyConfig: {noData: {alertMethods: []}}
";

const POLICIES: &str = "\
- apiVersion: n9/v1alpha
  kind: AlertPolicy
  metadata: {name: pair, project: main}
  spec: {severity: High, alertMethods: [], conditions: [
    {measurement: averageBurnRate, value: 6, alertingWindow: 6h, op: gte},
    {measurement: averageBurnRate, value: 6.0, alertingWindow: 30m, op: gte}]}
- apiVersion: n9/v1alpha
  kind: AlertPolicy
  metadata: {name: odd, project: main}
  spec: {severity: Low, alertMethods: [], conditions: [{measurement: timeToBurnBudget, value: 72h, alertingWindow: 10m, op: lt}]}
- apiVersion: n9/v1alpha
  kind: Agent
  metadata: {name: prom, project: infra}
  spec: {releaseChannel: stable, prometheus: {url: 'http://bob:pw@prom.example:9090', step: 15}}
";

#[test]
fn objectives_become_drafts_with_policies_and_agents_of_other_documents() {
    let found = drafts(&format!("{SLO}---\n{POLICIES}"));
    let names: Vec<_> =
        found.iter().map(|draft| (draft.service.value.as_str(), draft.name.value.as_str())).collect();
    assert_eq!(names, [("shop", "api-ok"), ("shop", "api-fast")]);
    let Some(Sli::Events(events)) = &found[0].sli else { panic!() };
    assert_eq!(
        (events.side, events.part.as_str(), events.total.as_str()),
        (Side::Bad, "errors_total", "all_total")
    );
    let Some(Sli::Threshold(threshold)) = &found[1].sli else { panic!() };
    assert_eq!((threshold.value.as_str(), threshold.op, threshold.bound), ("lag", Op::AtMost, 0.2));
    assert_eq!(found[0].method.slice(), Some(Window::minutes(1)));
    let Alerts::Own(conditions) = &found[0].alerts else { panic!() };
    let tier = conditions[0].tier.unwrap();
    assert_eq!(
        (tier.severity, tier.short, tier.long, tier.factor),
        (Severity::Page, Window::minutes(30), Window::hours(6), 6.0)
    );
    assert_eq!(conditions[1].tier, None);
    assert_eq!(found[0].notes.len(), 1);
    assert!(found[0].notes[0].text.contains("odd: alerts on timeToBurnBudget"));
    let source = found[0].source.clone().unwrap();
    assert_eq!(
        (source.name.as_deref(), source.url.as_deref()),
        (Some("prom"), Some("http://prom.example:9090"))
    );
    assert_eq!(found[0].runbook.as_deref(), Some("https://runbooks.example/api"));
    assert_eq!(found[0].labels["team"], "green,blue");
}

#[test]
fn composites_name_plain_objectives_and_circles_end() {
    let composite = "\
---
apiVersion: n9/v1alpha
kind: SLO
metadata: {name: whole, project: main}
spec:
  service: shop
  budgetingMethod: Occurrences
  timeWindows: [{unit: Day, count: 7, isRolling: true}]
  objectives:
  - {name: all, target: 0.95, composite: {maxDelay: 45m, aggregation: Reliability, components: {objectives: [
      {project: main, slo: api, objective: ok, weight: 2, whenDelayed: CountAsBad},
      {project: main, slo: api, objective: fast, weight: 1, whenDelayed: Ignore}]}}}
";
    let found = drafts(&format!("{SLO}{composite}---\n{POLICIES}"));
    let Some(Sli::Composite(whole)) = &found[2].sli else { panic!() };
    assert_eq!(
        (whole.rule, whole.missing, whole.members[0].id.as_str()),
        (Rule::Weighted, Missing::Bad, "shop/api-ok")
    );
    assert_eq!((found[2].name.value.as_str(), found[2].source.as_ref()), ("whole", None));
    assert!(found[2].notes[0].text.contains("for all"));
    let (_, told) = linked(&composite.replace("Reliability", "ErrorBudgetState"));
    assert!(told[0].contains("the aggregation `ErrorBudgetState` has no counterpart here"), "{told:?}");
    let circle = composite.replace("slo: api, objective: ok", "slo: whole, objective: all");
    let (linked, _) = linked(&format!("{SLO}{circle}---\n{POLICIES}"));
    assert_eq!(linked.drafts.len(), 2);
    assert_eq!(linked.findings[0].message, "`all` is a composite itself");
}

#[test]
fn a_policy_names_a_runbook_in_any_of_the_usual_words() {
    let slo = SLO.replace("displayName: Runbook", "displayName: Dashboard");
    let policies = POLICIES.replace(
        "{name: pair, project: main}",
        "{name: pair, project: main, annotations: {runbook_link: pair.md}}",
    );
    let (linked, _) = linked(&format!("{slo}---\n{policies}"));
    assert_eq!(linked.drafts[0].runbook.as_deref(), Some("pair.md"));
}

#[test]
fn what_is_wrong_is_told_where_it_is() {
    for (from, to, wanted) in [
        ("alertPolicies: [pair, odd]", "alertPolicies: [pait]", "did you mean `pair`?"),
        ("project: main, labels", "labels", "there is no AlertPolicy called `pair` in the project `default`"),
        ("displayName: Runbook", "displayName: Panel", "the attachment `Panel` is not carried"),
        ("kind: SLO", "kind: Slo", "says nothing about SLOs"),
        ("Timeslices", "Time", "not a budgeting method"),
        ("target: 0.95", "target: 1", "leaves no error budget"),
        ("unit: Month", "unit: Hour", "no calendar window is counted by the hour"),
        ("count: 1", "count: 99999999999", "must be a whole number"),
        ("incremental: true,", "", "has no `incremental`"),
        ("bad: {prometheus", "worse: {prometheus", "needs `total` with one of"),
        ("op: lte,", "", "has no `op`"),
        ("promql: 'lag'", "query: lag", "has no `promql`"),
        ("{alertMethods: []}", "{alertMethods: [{metadata: {name: a}}]}", "an alert on missing data has no"),
    ] {
        let (linked, mut told) = linked(&format!("{}---\n{POLICIES}", SLO.replacen(from, to, 1)));
        told.extend(linked.findings.iter().map(Diagnostic::line));
        assert!(told.iter().any(|line| line.contains(wanted)), "{from} -> {to}: {told:#?}");
    }
    let cooling = POLICIES.replace("severity: High,", "severity: High, coolDown: 5m,");
    let (_, told) = linked(&format!("{SLO}---\n{cooling}"));
    assert!(told[0].contains("`coolDown` is not carried"), "{told:?}");
    let (twice, _) = linked(&format!("{SLO}---\n{SLO}---\n{POLICIES}"));
    assert_eq!(
        twice.findings[0].line(),
        "n9.yaml:20:18: a second SLO is called `api`; the first is at n9.yaml:3, and counts"
    );
    assert_eq!(twice.drafts.len(), 2);
}

/// Its conditions must all hold: without one of them it would be an alert that fires more often.
#[test]
fn a_condition_that_cannot_be_read_leaves_no_alert() {
    let six = "value: 6.0, alertingWindow: 30m, op: gte";
    for (to, wanted) in [
        ("value: 6.0, alertingWindow: 30m, op: lt", "cannot fire by `lt`; known: gt, gte"),
        ("value: six, alertingWindow: 30m", "`value` in"),
        ("value: 6.0, alertingWindow: 30", "`30` is not a duration"),
    ] {
        let (linked, told) = linked(&format!("{SLO}---\n{}", POLICIES.replace(six, to)));
        assert!(told.len() == 1 && told[0].contains(wanted), "{to}: {told:#?}");
        let Alerts::Own(conditions) = &linked.drafts[0].alerts else { panic!() };
        assert_eq!(conditions[0].tier, None, "{to}");
        assert!(linked.drafts[0].notes[0].text.contains("pair: alerts on what cannot be read"));
    }
}

#[test]
fn other_products_are_kept_and_not_asked() {
    let found =
        drafts(&format!("{}---\n{POLICIES}", SLO.replace("{prometheus: {promql:", "{datadog: {query:")));
    assert_eq!(found[0].sli, None);
    assert!(found[0].notes.iter().any(|note| note.text.contains("no backend here answers `datadog`")));
}
