//! `OpenSLO` read and linked, from one file and from several.

use super::super::draft::{Alerts, Draft, Linked};
use super::super::{Object as Any, read};
use super::{link as link_refs, *};
use crate::config::diagnostic::Diagnostic;
use crate::config::document::Document;
use crate::domain::slo::calendar::Unit;
use crate::domain::slo::method::Method;
use crate::domain::slo::sli::{Rule, Sli as Kind};

fn objects(file: &str, text: &str) -> (Vec<Object>, Vec<String>) {
    let found = read(&Document::new(Some(file.into()), text));
    let told = found.findings.iter().map(Diagnostic::line).collect();
    let own = |object| if let Any::OpenSlo(object) = object { Some(*object) } else { None };
    (found.objects.into_iter().filter_map(own).collect(), told)
}

fn link(objects: &[Object]) -> Linked {
    link_refs(&objects.iter().collect::<Vec<_>>())
}

/// Of one file without findings when it is read.
fn linked(text: &str) -> Linked {
    let (objects, told) = objects("a.yaml", text);
    assert_eq!(told, Vec::<String>::new(), "{text}");
    link(&objects)
}

fn drafts(text: &str) -> Vec<Draft> {
    let linked = linked(text);
    assert_eq!(linked.findings, [], "{text}");
    linked.drafts
}

fn told(text: &str) -> Vec<String> {
    objects("a.yaml", text).1
}

fn notes(draft: &Draft) -> String {
    draft.notes.iter().map(|note| note.text.as_str()).collect::<Vec<_>>().join("; ")
}

const SLO: &str = "\
apiVersion: openslo/v1
kind: SLO
metadata:
  name: pages
  displayName: Front pages
  labels: {env: [prod, eu], team: web}
  annotations: {acme.example/runbook_url: pages.md}
spec:
  description: Pages come
  service: shop
  indicator:
    metadata: {name: good-pages}
    spec:
      ratioMetric:
        counter: true
        good: {metricSource: {type: PROMETHEUS, spec: {query: 'sum by (route)(http_total{code!~\"5..\"})'}}}
        total: {metricSource: {type: prometheus, spec: {query: 'sum by (route)(http_total)'}}}
  timeWindow: [{duration: 4w, isRolling: true}]
  budgetingMethod: Occurrences
  objectives:
  - {displayName: Good, op: gt, target: 0.995}
  alertPolicies:
";

#[test]
fn one_objective_is_one_draft_under_the_name_of_its_slo() {
    let drafts = drafts(SLO);
    let [draft] = drafts.as_slice() else { panic!("{drafts:#?}") };
    assert_eq!((draft.service.value.as_str(), draft.name.value.as_str()), ("shop", "pages"));
    assert_eq!(draft.title.as_deref(), Some("Front pages"));
    assert_eq!(draft.labels["env"], "prod,eu");
    assert_eq!(draft.runbook.as_deref(), Some("pages.md"));
    assert_eq!(draft.goal.value, Goal::Ratio("0.995".to_owned()));
    assert_eq!(draft.window, Some(Horizon::Rolling(Window::days(28))));
    assert_eq!((draft.method, &draft.alerts), (Method::Occurrences, &Alerts::Unsaid));
    let Some(Kind::Events(events)) = &draft.sli else { panic!("{draft:#?}") };
    assert_eq!((events.side, events.part.as_str()), (Side::Good, "http_total{code!~\"5..\"}"));
    assert_eq!((events.total.as_str(), draft.group_by.as_slice()), ("http_total", &["route".to_owned()][..]));
    // `op` on a ratio is in the official examples, against the standard's own text.
    assert_eq!((draft.notes.len(), draft.notes[0].spot.text().as_str()), (1, "a.yaml:21"));
    assert!(draft.notes[0].text.contains("means nothing"));
    assert_eq!(draft.spot.place.line, 21);
    assert_eq!(draft.origin.keys["spec.service"].value.line, 10);
}

#[test]
fn several_objectives_are_called_by_their_titles_or_numbers() {
    let names = |objectives: &str| -> Vec<String> {
        let found = drafts(&SLO.replace("  - {displayName: Good, op: gt, target: 0.995}\n", objectives));
        found.into_iter().map(|draft| draft.name.value).collect()
    };
    let titled = "  - {displayName: Very good, target: 0.9}\n  - {displayName: SLA, targetPercent: 99.95}\n";
    assert_eq!(names(titled), ["pages-very-good", "pages-sla"]);
    assert_eq!(names(&titled.replace("SLA", "very good!")), ["pages-0", "pages-1"]);
    assert_eq!(names("  - {target: 0.9}\n  - {target: 0.99}\n"), ["pages-0", "pages-1"]);
}

const ACROSS: &str = "\
apiVersion: openslo/v1
kind: SLO
metadata: {name: a}
spec:
  service: shop
  indicatorRef: ok
  timeWindow: [{duration: 1M, isRolling: false, calendar: {startTime: 2026-01-31 12:00:00, timeZone: Europe/Berlin}}]
  budgetingMethod: Timeslices
  objectives: [{target: 0.99, timeSliceTarget: 0.95, timeSliceWindow: 5}]
  alertPolicies: [{alertPolicyRef: wake}]
";

const SLI: &str = "\
- apiVersion: openslo.com/v2alpha
  kind: SLI
  metadata: {name: ok, annotations: {runbook: ok.md}}
  spec: {ratioMetric: {rawType: failure, raw: {dataSourceRef: main, spec: {query: 'sum(rate(bad[5m]))'}}}}
- apiVersion: openslo/v1
  kind: DataSource
  metadata: {name: main}
  spec: {type: Prometheus, connectionDetails: [{token: x}, {url: 'https://bob:pw@prom.example/x?key=y'}]}
---
apiVersion: openslo/v1
kind: AlertCondition
metadata: {name: fast}
spec: {severity: page, condition: {kind: burnrate, op: lte, threshold: 14.4, lookbackWindow: 1h, alertAfter: 0m}}
";

const POLICY: &str = "\
{\"apiVersion\": \"openslo/v1\", \"kind\": \"AlertPolicy\", \"metadata\": {\"name\": \"wake\"},
 \"spec\": {\"conditions\": [{\"conditionRef\": \"fast\"}], \"notificationTargets\": [{\"kind\": \"AlertNotificationTarget\",
 \"metadata\": {\"name\": \"mail\"}, \"spec\": {\"target\": \"mail\"}}]}}";

#[test]
fn references_go_across_files_and_versions_in_any_order() {
    let mut all = Vec::new();
    for (file, text) in [("c.json", POLICY), ("a.yaml", ACROSS), ("b.yaml", SLI)] {
        let (objects, told) = objects(file, text);
        assert_eq!(told, Vec::<String>::new(), "{file}");
        all.extend(objects);
    }
    let Linked { drafts, findings } = link(&all);
    assert_eq!(findings, []);
    let draft = &drafts[0];
    let Some(Horizon::Calendar(calendar)) = draft.window else { panic!() };
    assert_eq!((calendar.unit, calendar.count, calendar.zone), (Unit::Month, 1, chrono_tz::Europe::Berlin));
    assert_eq!(calendar.start.unwrap().to_string(), "2026-01-31 12:00:00");
    let target = "0.95".parse().unwrap();
    assert_eq!(draft.method, Method::Timeslices { slice: Window::minutes(5), target });
    let source = draft.source.clone().unwrap();
    assert_eq!(source.url.as_deref(), Some("https://prom.example/x"));
    assert_eq!((source.name.as_deref(), source.kind.as_deref()), (Some("main"), Some("Prometheus")));
    let Some(Kind::Ratio(ratio)) = &draft.sli else { panic!() };
    assert_eq!(ratio.side, Side::Bad);
    assert!(
        ratio.ratio.contains("(sum(rate(bad[5m]))")
            && ratio.ratio.contains("[{{.window}}:1m]")
            && draft.time_weighted
    );
    let Alerts::Own(conditions) = &draft.alerts else { panic!() };
    let tier = conditions[0].tier.unwrap();
    assert_eq!(
        (tier.short, tier.long, tier.factor, tier.wait),
        (Window::hours(1), Window::hours(1), 14.4, None)
    );
    assert_eq!((tier.comparison, conditions[0].name.as_str()), (Comparison::AtLeast, "wake/fast"));
    assert_eq!(draft.runbook.as_deref(), Some("ok.md"));
    let notes = notes(draft);
    assert!(
        ["bare number", "reaches the threshold", "one window"].iter().all(|part| notes.contains(part)),
        "{notes}"
    );
}

#[test]
fn what_nobody_defines_is_told_with_the_nearest_name() {
    let sli = "---\napiVersion: openslo/v1\nkind: SLI\nmetadata: {name: good-pages}\nspec: {thresholdMetric: \
               {metricSource: {metricSourceRef: prom, type: Prometheus, spec: {query: up}}}}\n";
    let start = SLO.find("  indicator:").unwrap()..SLO.find("  timeWindow").unwrap();
    let mut slo = SLO.to_owned();
    slo.replace_range(start, "  indicatorRef: god-pages\n");
    let found = linked(&format!("{slo}    - alertPolicyRef: none\n{sli}"));
    assert_eq!(found.drafts, []);
    let lines: Vec<String> = found.findings.iter().map(Diagnostic::line).collect();
    assert_eq!(
        lines,
        [
            "a.yaml:17:23: there is no AlertPolicy called `none`; load the file with that AlertPolicy too",
            "a.yaml:11:17: there is no SLI called `god-pages`; did you mean `good-pages`?",
        ]
    );
    let twice = format!("{}{sli}", slo.replace("  alertPolicies:", "  - {target: 0.9}\n  alertPolicies:"));
    assert_eq!(linked(&twice).findings.len(), 1);
    let found = linked(&format!("{}{sli}", slo.replace("god-", "good-")));
    assert_eq!(
        found.findings[0].message,
        "this objective needs `op` and `value`, for its indicator is a threshold metric"
    );
}

#[test]
fn two_of_one_name_are_told_with_both_places() {
    let (mut all, _) = objects("a.yaml", SLO);
    all.extend(objects("b.yaml", SLO).0);
    let found = link(&all);
    assert_eq!(found.drafts.len(), 1);
    let line = found.findings[0].line();
    assert_eq!(line, "b.yaml:4:9: a second SLO is called `pages`; the first is at a.yaml:4, and counts");
}

#[test]
fn what_is_no_counter_by_name_is_told_only_where_it_matters() {
    let unsaid = SLO.replace("        counter: true\n", "");
    assert!(notes(&drafts(&unsaid)[0]).contains("`counter` is not given; by their names these are counters"));
    assert_eq!(drafts(&unsaid)[0].sli, drafts(SLO)[0].sli, "also where they are summed `by` labels");
    let gauges = unsaid.replace("http_total", "http_now");
    assert!(notes(&drafts(&gauges)[0]).contains("these are no counters"), "{gauges}");
    let ranged = unsaid
        .replace("(http_total{code!~\"5..\"})", "(rate(http_total{code!~\"5..\"}[{{.window}}]))")
        .replace("(http_total)", "(rate(http_total[{{ .window }}]))");
    assert_eq!(ranged.matches("window").count(), 2, "{ranged}");
    assert!(!notes(&drafts(&ranged)[0]).contains("counter"), "{}", notes(&drafts(&ranged)[0]));
}

#[test]
fn composites_are_their_members_and_one_more() {
    let text = "\
apiVersion: openslo/v1
kind: SLO
metadata: {name: journey}
spec:
  service: shop
  budgetingMethod: RatioTimeslices
  objectives:
  - {displayName: Search, target: 0.99, timeSliceWindow: 1m, indicatorRef: up, op: gte, value: 1}
  - {displayName: Pay, target: 0.95, timeSliceWindow: 1m, compositeWeight: 3, indicatorRef: up, op: gte, value: 1}
---
apiVersion: openslo/v1
kind: SLI
metadata: {name: up}
spec: {thresholdMetric: {metricSource: {type: Prometheus, spec: {query: up}}}}
";
    let found = drafts(text);
    let names: Vec<&str> = found.iter().map(|draft| draft.name.value.as_str()).collect();
    assert_eq!(names, ["journey-search", "journey-pay", "journey"]);
    let Some(Kind::Composite(composite)) = &found[2].sli else { panic!() };
    assert_eq!((composite.rule, composite.members[1].weight), (Rule::Weighted, 3.0));
    assert_eq!(composite.members[1].id, "shop/journey-pay");
    assert_eq!(found[2].goal.value, Goal::Ratio("0.95".to_owned()));
    assert!(notes(&found[2]).contains("adds up"));
    let parted = drafts(&text.replace("service: shop", "service: eu/shop"));
    let Some(Kind::Composite(composite)) = &parted[2].sli else { panic!() };
    assert_eq!(composite.members[1].id, "eu-shop/journey-pay", "as the member itself is called");
    assert!(
        told(&text.replace("  budgeting", "  indicatorRef: up\n  budgeting"))[0].contains("both in `spec`")
    );
    let wakes = "  budgetingMethod: RatioTimeslices
  alertPolicies:
  - {kind: AlertPolicy, metadata: {name: wake}, spec: {notificationTargets: [{targetRef: mail}], conditions: [{kind: AlertCondition, \
       metadata: {name: fast}, spec: {severity: page, condition: {kind: burnrate, op: gt, threshold: 2, lookbackWindow: 1h}}}]}}
";
    let paging = linked(&text.replace("  budgetingMethod: RatioTimeslices\n", wakes)).drafts;
    let tiers = |draft: &Draft| {
        let Alerts::Own(conditions) = &draft.alerts else { panic!("{:?}", draft.alerts) };
        conditions.len()
    };
    assert_eq!(paging.iter().map(tiers).collect::<Vec<_>>(), [0, 0, 1], "the policy is of the whole");
    assert_eq!(
        paging.iter().map(|draft| notes(draft).contains("one window")).collect::<Vec<_>>(),
        [false, false, true]
    );
}

#[test]
fn other_sources_are_kept_and_not_asked() {
    let found = drafts(&SLO.replace("PROMETHEUS", "Datadog").replace("type: prometheus", "type: Datadog"));
    assert_eq!(found[0].sli, None);
    assert!(notes(&found[0]).contains("no backend here answers `Datadog`"));
    let part = drafts(&SLO.replace("PROMETHEUS", "Datadog"));
    assert_eq!(part[0].sli, None, "the total alone can be asked");
    assert!(notes(&part[0]).contains("no backend here answers `Datadog`"));
    let named = SLO.replace("type: PROMETHEUS", "type: prometheus, metricSourceRef: a").replace(
        "type: prometheus, spec: {query: 'sum by (route)(http_total)'",
        "type: prometheus, metricSourceRef: b, spec: {query: x_total",
    );
    assert!(notes(&drafts(&named)[0]).contains("different sources"), "{named}");
}

#[test]
fn v1alpha_as_sloth_reads_it() {
    let text = "\
apiVersion: openslo/v1alpha
kind: SLO
metadata: {name: pages, displayName: x}
spec:
  service: shop
  timeWindows: [{unit: Day, count: 30, isRolling: true}]
  budgetingMethod: Occurrences
  objectives:
  - target: 0.999
    ratioMetrics:
      incremental: true
      good: {source: prometheus, queryType: promql, query: 'sum(rate(a{code!=\"500\"}[{{.window}}]))'}
      total: {source: prometheus, queryType: promql, query: 'sum(rate(a[{{ .window }}]))'}
";
    let found = drafts(text);
    assert_eq!(found[0].name.value, "pages-0");
    assert_eq!(found[0].alerts, Alerts::Preset("sloth"));
    assert_eq!(found[0].pager["sloth_id"], "shop-pages-0");
    assert_eq!(found[0].window, Some(Horizon::Rolling(Window::days(30))));
    assert!(notes(&found[0]).contains("Sloth takes the mean of ratios of 5m"), "{}", notes(&found[0]));
    let Some(Kind::Events(events)) = &found[0].sli else { panic!() };
    assert_eq!(events.total, "sum(rate(a[{{.window}}]))");
    assert_eq!(drafts(&text.replace(", isRolling: true", ""))[0].window, found[0].window);
    assert!(told(&text.replace("isRolling: true", "isRolling: false"))[0].contains("needs a `calendar`"));
    assert!(told(&text.replace("Occurrences", "Timeslices"))[0].contains("has no `timeSliceTarget`"));
}

#[test]
fn what_is_wrong_is_told_where_it_is_and_the_rest_is_read() {
    for (from, to, wanted) in [
        ("0.995", "1", "21:41: a target of 1 leaves no error budget"),
        ("0.995", "99.5", "21:41: the target 99.5 is not a ratio below 1"),
        ("target: 0.995", "targetPercent: 100", "a target of 100 leaves no error budget"),
        ("target: 0.995", "target: 0.9, targetPercent: 90", "both given"),
        (
            "target: 0.995",
            "targetPercent: 0.57",
            "`targetPercent` is in percent: `0.57` is less than one; a ratio of 0.57 is written 57",
        ),
        ("target: 0.995", "weight: 1", "unknown key `weight`"),
        ("op: gt", "op: above", "`above` is not an operator"),
        ("name: pages", "name: Pages", "4:9: `Pages` is not a name"),
        ("Occurrences", "occurrences", "did you mean `Occurrences`?"),
        ("Occurrences", "Timeslices", "has no `timeSliceWindow`"),
        ("4w", "4w1d", "`4w1d` is not a duration"),
        ("4w", "99999999999w", "is not a duration"),
        ("4w", "é", "`é` is not a duration"),
        ("isRolling: true", "isRolling: false", "needs a `calendar`"),
        ("isRolling: true", "calendar: {startTime: 1, timeZone: Mars}", "`Mars` is not a time zone"),
        ("{duration: 4w, isRolling: true}", "x", "must be a list of mappings"),
        ("counter: true", "counter: [1]", "`counter` in"),
        ("total:", "raw:", "`raw` alone"),
        ("labels: {env: [prod, eu]", "labels: {env: {a: b}", "`env` in `metadata.labels` must be text"),
        ("labels: {env:", "labels: {a/env:", "`a/env` is not a key that `labels`"),
        ("acme.example/", "acme..example/", "is not a key that `annotations`"),
        ("service: shop", "service: ''", "`service` is empty"),
        ("kind: SLO", "kind: SLOO", "did you mean `SLO`?"),
        ("alertPolicies:", "alertPolicies: [{kind: AlertPolicy}]", "has no `metadata`"),
    ] {
        let lines = told(&format!("{}---\n{SLO}", SLO.replace(from, to)));
        assert!(lines.iter().any(|line| line.contains(wanted)), "{from} -> {to}: {lines:#?}");
        let found = objects("a.yaml", &format!("{}---\n{SLO}", SLO.replace(from, to))).0;
        assert!(found.iter().any(|object| object.metadata.name.spot.place.line > 20), "{from} -> {to}");
    }
}

#[test]
fn many_objectives_are_cut_off() {
    let many = "  - {target: 0.9}\n".repeat(51);
    let (found, told) =
        objects("a.yaml", &SLO.replace("  - {displayName: Good, op: gt, target: 0.995}\n", &many));
    assert!(told[0].contains("`spec` has 51 objectives; the first 50 are read"), "{told:?}");
    assert_eq!(link(&found).drafts.len(), 50);
}

proptest::proptest! {
    #[test]
    fn no_text_breaks_a_reader(
        tool in "(openslo/v1|openslo/v1alpha|openslo.com/v2alpha|n9/v1alpha|sre.google.com/v2)",
        put in r#"[\PC\t\n:{}\[\]&*!|'"%\#@,-]{0,8}"#,
        at in 0_usize..900,
    ) {
        let mut text = SLO.replace("openslo/v1", &tool);
        let at = (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap();
        text.insert_str(at, &put);
        let found = read(&Document::new(None, &text));
        let _ = super::super::link(&found.objects);
    }
}

mod told;
