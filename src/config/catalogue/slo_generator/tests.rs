//! The methods of the backend prometheus.

use super::super::{Object, read};
use super::*;
use crate::config::diagnostic::Diagnostic;
use crate::config::document::Document;

const SLO: &str = "\
apiVersion: sre.google.com/v2
kind: ServiceLevelObjective
metadata: {name: api-ok, labels: {service_name: shop, feature_name: api, slo_name: ok}, annotations: {runbook: api.md}}
spec:
  description: d
  backend: prometheus
  method: good_bad_ratio
  exporters: [prometheus]
  service_level_indicator:
    filter_good: ok_total{code=~\"2..\"}
    filter_valid: all_total
  goal: 0.999
";

fn drafts(text: &str) -> (Vec<Draft>, Vec<String>) {
    let found = read(&Document::new(Some("slo.yaml".into()), text));
    let draft = |object| if let Object::Draft(draft) = object { Some(*draft) } else { None };
    let told = found.findings.iter().map(Diagnostic::line).collect();
    (found.objects.into_iter().filter_map(draft).collect(), told)
}

fn draft(text: &str) -> Draft {
    let (mut drafts, told) = drafts(text);
    assert_eq!(told, Vec::<String>::new());
    drafts.remove(0)
}

#[test]
fn filters_are_counters() {
    let draft = draft(SLO);
    assert_eq!((draft.service.value.as_str(), draft.name.value.as_str()), ("shop", "api-ok"));
    assert_eq!((draft.window, draft.runbook.as_deref()), (None, Some("api.md")));
    let Some(Sli::Events(events)) = draft.sli else { panic!() };
    assert_eq!((events.part.as_str(), events.total.as_str()), ("ok_total{code=~\"2..\"}", "all_total"));
}

#[test]
fn good_and_bad_make_the_total() {
    let Some(Sli::Events(events)) =
        draft(&SLO.replace("filter_valid: all_total", "filter_bad: bad_total")).sli
    else {
        panic!()
    };
    assert_eq!((events.side, events.part.as_str()), (Side::Bad, "bad_total"));
    assert_eq!(
        events.total,
        "(sum(increase(ok_total{code=~\"2..\"}[{{.window}}])) or vector(0)) + \
         (sum(increase(bad_total[{{.window}}])) or vector(0))"
    );
}

/// slo-generator puts `operators` around each filter, whether `[window]` is written in it or not; its manual writes it.
#[test]
fn a_filter_with_its_window_is_a_counter_too() {
    let parts = |text: &str| {
        let Some(Sli::Events(events)) = draft(text).sli else { panic!() };
        (events.part, events.total)
    };
    let written = SLO.replace("\"2..\"}", "\"2..\"}[window]").replace("all_total", "all_total [window]");
    assert_eq!(parts(&written), parts(SLO));
    let moved =
        SLO.replace("\"2..\"}", "\"2..\"}[window] offset 5m").replace("all_total", "all_total[window]");
    assert_eq!(parts(&moved).0, "sum(increase(ok_total{code=~\"2..\"}[{{.window}}] offset 5m))");
    let own = |operators: &str| {
        let line = format!("filter_valid: all_total[window]\n    operators: {operators}");
        SLO.replace("filter_valid: all_total", &line)
    };
    assert_eq!(parts(&own("[rate, sum]")).1, "sum(rate(all_total[{{.window}}]))");
    assert!(drafts(&own("['sum(x) or sum']")).1[0].contains("is not the name of a function"));
    let both = parts(&written.replace("filter_valid: all_total", "filter_bad: bad_total"));
    assert_eq!(both.0, "bad_total");
    assert!(both.1.starts_with("(sum(increase(ok_total{code=~\"2..\"}[{{.window}}])) or vector(0)) + "));
}

#[test]
fn the_other_methods() {
    let start = SLO.find("    filter_good").unwrap()..SLO.find("  goal").unwrap();
    let with = |method: &str, sli: &str| {
        let mut text = SLO.to_owned();
        text.replace_range(start.clone(), sli);
        text.replace("good_bad_ratio", method)
    };
    let query = with("query_sli", "    expression: sum(rate(a[window])) / sum(rate(b[window] offset 5m))\n");
    let Some(Sli::Events(events)) = draft(&query).sli else { panic!() };
    assert_eq!((events.side, events.part.as_str()), (Side::Good, "sum(rate(a[{{.window}}]))"));
    assert_eq!(events.total, "sum(rate(b[{{.window}}] offset 5m))");
    let cut = with("distribution_cut", "    expression: rt_bucket{a=\"b\"}\n    threshold_bucket: 0.25\n");
    let Some(Sli::Latency(latency)) = draft(&cut).sli else { panic!() };
    assert_eq!((latency.histogram.as_str(), latency.threshold), ("rt{a=\"b\"}", 0.25));
    assert_eq!(draft(&cut.replace("\"b\"}", "\"b\"}[window]")).sli, draft(&cut).sli);
    assert!(drafts(&cut.replace("_bucket{", "{")).1[0].contains("is not the buckets of a histogram"));
    assert!(
        drafts(&with("cut", "    expression: a\n")).1.iter().any(|line| line.contains("is not a method"))
    );
}

#[test]
fn other_backends_are_kept_and_a_goal_of_one_is_allowed() {
    let draft = draft(&SLO.replace("backend: prometheus", "backend: datadog").replace("0.999", "1.0"));
    assert_eq!((draft.sli, draft.goal.value.target().unwrap().budget()), (None, 0.0));
    assert!(draft.notes[0].text.contains("no backend here answers `datadog`"));
    assert!(drafts(&SLO.replace("0.999", "99.9")).1[0].contains("is not a ratio below 1"));
    let policy =
        |name: &str| drafts(&SLO.replace("  goal", &format!("  error_budget_policy: {name}\n  goal"))).1;
    assert_eq!(policy("default"), Vec::<String>::new());
    assert!(policy("strict")[0].contains("the error budget policy `strict` is not carried over"));
    assert!(drafts(&SLO.replace("filter_valid", "filter_all")).1[0].contains("needs `filter_bad` or"));
}
