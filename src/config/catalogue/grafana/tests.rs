//! Grafana objects, as they are answered by its interface.

use super::super::{Object, read};
use super::*;
use crate::config::diagnostic::Diagnostic;
use crate::config::document::Document;
use crate::domain::slo::sli::{Op, Sli};
use crate::domain::slo::window::Window;

const SLO: &str = r#"{
  "uuid": "u-1", "name": "API works", "description": "d",
  "query": {"type": "ratio", "ratio": {"successMetric": {"prometheusMetric": "ok_total{a=\"b\"}", "type": "counter"},
    "totalMetric": {"prometheusMetric": "all_total"}, "groupByLabels": ["cluster"]}},
  "objectives": [{"value": 0.995, "window": "28d"}],
  "labels": [{"key": "team", "value": "web"}],
  "alerting": {"fastBurn": {"annotations": [{"key": "runbook_url", "value": "api.md"}]},
    "advancedOptions": {"minFailures": 5}},
  "destinationDatasource": {"uid": "prom"}, "folder": {"uid": "f"}, "readOnly": {"provenance": "x"}
}"#;

fn drafts(text: &str) -> (Vec<Draft>, Vec<String>) {
    let found = read(&Document::new(Some("slo.json".into()), text));
    let draft = |object| if let Object::Draft(draft) = object { Some(*draft) } else { None };
    let told = found.findings.iter().map(Diagnostic::line).collect();
    (found.objects.into_iter().filter_map(draft).collect(), told)
}

fn with_query(query: &str) -> (Vec<Draft>, Vec<String>) {
    let query_at = SLO.find("{\"type\"").unwrap()..SLO.find(",\n  \"objectives").unwrap();
    let mut text = SLO.to_owned();
    text.replace_range(query_at, query);
    drafts(&text)
}

#[test]
fn a_ratio_with_its_alerting() {
    let (found, told) = drafts(SLO);
    assert_eq!(told, Vec::<String>::new());
    let draft = &found[0];
    assert_eq!((draft.service.value.as_str(), draft.name.value.as_str()), ("web", "api-works"));
    assert_eq!(draft.window, Some(Horizon::Rolling(Window::days(28))));
    let Some(Sli::Events(events)) = &draft.sli else { panic!() };
    assert_eq!(
        (events.part.as_str(), draft.group_by.as_slice()),
        ("ok_total{a=\"b\"}", &["cluster".to_owned()][..])
    );
    assert_eq!((&draft.alerts, draft.runbook.as_deref()), (&Alerts::Preset("grafana"), Some("api.md")));
    assert_eq!(draft.pager["grafana_slo_uuid"], "u-1");
    assert!(draft.notes[0].text.contains("5 failures"));
    let routed = SLO.replace(
        "\"fastBurn\": {",
        "\"fastBurn\": {\"labels\": [{\"key\": \"route\", \"value\": \"web\"}], ",
    );
    assert!(drafts(&routed).0[0].notes[1].text.ends_with("lack them: `route`"));
    let silent = SLO.replace("\"alerting\": {", "\"readOnly2\": {");
    let (found, told) = drafts(&silent);
    assert_eq!(found[0].alerts, Alerts::Own(Vec::new()));
    assert!(told[0].contains("unknown key `readOnly2`"));
}

#[test]
fn free_queries_and_thresholds() {
    let free = r#"{"type": "freeform", "freeform": {"query": "sum(rate(a[$__rate_interval])) / sum(rate(b[$__rate_interval]))"}}"#;
    let Some(Sli::Ratio(ratio)) = &with_query(free).0[0].sli else { panic!() };
    assert_eq!(ratio.ratio, "sum(rate(a[{{.window}}])) / sum(rate(b[{{.window}}]))");
    let braced = free.replace("$__rate_interval", "${__rate_interval}");
    assert_eq!(with_query(&braced).0[0].sli, with_query(free).0[0].sli);
    let bad = r#"{"type": "failureThreshold", "failureThreshold": {"failureThresholdExpression": "lag",
        "threshold": {"value": 5, "operator": "gt"}}}"#;
    let Some(Sli::Threshold(threshold)) = &with_query(bad).0[0].sli else { panic!() };
    assert_eq!((threshold.op, threshold.bound), (Op::AtMost, 5.0));
    let own = r#"{"type": "grafanaQueries", "grafanaQueries": [{"refId": "A"}]}"#;
    let (found, _) = with_query(own);
    assert_eq!(found[0].sli, None);
    assert!(found[0].notes.iter().any(|note| note.text.contains("not counted")));
}

#[test]
fn what_is_wrong_is_told() {
    for (query, wanted) in [
        (r#"{"type": "rato", "ratio": {}}"#, "did you mean `ratio`?"),
        (r#"{"type": "ratio", "freeform": {"query": "a"}}"#, "is of type ratio and has no `ratio`"),
        (
            r#"{"type": "threshold", "threshold": {"thresholdExpression": "a", "threshold": {"value": 1, "operator": "x"}}}"#,
            "`x` is not an operator",
        ),
        (
            r#"{"type": "ratio", "ratio": {"successMetric": {"prometheusMetric": "a"}, "totalMetric": {"prometheusMetric": "rate(b[5m])"}}}"#,
            "cannot be compared",
        ),
    ] {
        let (found, told) = with_query(query);
        assert!(found.is_empty() && told.iter().any(|line| line.contains(wanted)), "{query}: {told:#?}");
    }
    let two = SLO.replace(
        "\"28d\"}",
        "\"28d\"}, {\"value\": 99.9, \"window\": \"7x\"}, {\"value\": 0.9, \"window\": \"7d\"}",
    );
    let (found, told) = drafts(&two);
    let names: Vec<&str> = found.iter().map(|draft| draft.name.value.as_str()).collect();
    assert_eq!((names.as_slice(), told.len()), (&["api-works-0", "api-works-2"][..], 2));
}
