//! What `burnwatch rules` writes, found again.

use std::sync::Arc;

use serde_json::{Value, json};

use super::super::rules::read;
use super::*;
use crate::domain::slo::calendar::Unit;
use crate::domain::slo::method::Method;
use crate::domain::slo::sli::{Events, Latency};
use crate::source::prometheus::rules::{Rule as Written, Style, rules};

/// The objective as another one finds it, from series and rules or from series alone.
fn found(objective: &Objective, told: bool) -> Finding {
    let written = rules(&[Arc::new(objective.clone())], Style::Burnwatch);
    assert_eq!(written.left_out, []);
    let all = || written.file.groups.iter().flat_map(|group| &group.rules);
    let own = |rule: &Written| {
        let mut labels = rule.labels.clone();
        if rule.record.as_deref() != Some(INFO) {
            labels.extend(
                objective.group.iter().flat_map(|group| &group.by).map(|by| (by.clone(), "a".to_owned())),
            );
        }
        labels
    };
    let record = |rule: &Written| Some(Record { name: rule.record.clone()?, labels: own(rule), value: 1.0 });
    let rule = |rule: &Written| -> Value {
        let kind = if rule.alert.is_some() { "alerting" } else { "recording" };
        let seconds = rule.wait.as_ref().map_or(0, |wait| wait.parse::<Window>().unwrap().as_seconds());
        json!({"type": kind, "name": rule.record.as_ref().or(rule.alert.as_ref()), "query": rule.expr,
            "duration": seconds, "labels": rule.labels, "annotations": rule.annotations})
    };
    let rules = json!({"data": {"groups": [{"rules": all().map(rule).collect::<Vec<_>>()}]}});
    let evidence = Evidence {
        records: all().filter_map(record).collect(),
        rules: told.then(|| read(rules.to_string().as_bytes()).unwrap()),
        backend: "main",
    };
    find(&evidence).remove(0)
}

fn errors() -> Objective {
    let sli = Sli::Events(Events {
        side: Side::Bad,
        part: "http_total{code=~\"5..\"}".into(),
        total: "http_total".into(),
    });
    let mut one = Objective::new("shop", "ok", "main", sli, "99.9%".parse().unwrap(), Window::days(30));
    one.runbook = Some("ok.md".to_owned());
    one.about.labels = [("team".to_owned(), "shop".to_owned())].into();
    one
}

#[test]
fn an_slo_is_found_as_it_was_written() {
    let one = errors();
    let other = found(&one, true).unwrap();
    assert_eq!(
        (&other.id, other.target, other.window, &other.tiers),
        (&one.id, one.target, one.window, &one.tiers)
    );
    assert_eq!((&other.runbook, &other.about.labels), (&one.runbook, &one.about.labels));
    let all = "sum(increase(http_total[{{.window}}]))";
    let bad = format!("(sum(increase(http_total{{code=~\"5..\"}}[{{{{.window}}}}])) or {all} * 0)");
    assert_eq!(other.sli, Sli::Events(Events { side: Side::Bad, part: bad, total: all.to_owned() }));
    let pager = [("alertname", "ShopOkBurn"), ("slo", "shop/ok")];
    assert_eq!(other.about.pager, pager.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
    assert_eq!((other.about.notes.len(), other.group), (0, None));
}

#[test]
fn groups_calendars_and_slices_are_found() {
    let by = Group { parent: "shop/ok".into(), by: vec!["route".into()], labels: BTreeMap::new() };
    assert_eq!(found(&Objective { group: Some(by.clone()), ..errors() }, true).unwrap().group, Some(by));
    let start = "2026-01-07T09:00:00".parse().unwrap();
    let sprint = Calendar { unit: Unit::Week, count: 2, zone: chrono_tz::Europe::Berlin, start: Some(start) };
    let one = Objective { calendar: Some(sprint), window: sprint.nominal(), ..errors() };
    let other = found(&one, true).unwrap();
    assert_eq!((other.calendar, other.window), (one.calendar, one.window));
    let slices = Method::RatioTimeslices { slice: Window::minutes(5) };
    let ratio = Sli::Ratio(Ratio { side: Side::Bad, ratio: format!("{ERRORS}5m{{slo=\"shop/ok\"}}") });
    for (one, told) in [(Objective { method: slices, ..errors() }, true), (errors(), false)] {
        let other = found(&one, told).unwrap();
        assert_eq!((other.sli, other.about.notes.len()), (ratio.clone(), 1));
    }
    let latency = Sli::Latency(Latency { histogram: "took".into(), threshold: 0.3, native: false });
    let other = found(&Objective { sli: latency, ..errors() }, true).unwrap();
    assert!(matches!(other.sli, Sli::Events(Events { side: Side::Bad, .. })), "{:?}", other.sli);
}

#[test]
fn what_cannot_be_taken_over_says_why() {
    let why = |change: &[(&str, &str)]| {
        let usual = [("slo", "shop/ok"), ("service", "shop"), ("objective", "99%"), ("window", "4w")];
        let labels =
            usual.iter().chain(change).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let info = Record { name: INFO.to_owned(), labels: labels.collect(), value: 1.0 };
        find(&Evidence { records: vec![info], rules: None, backend: "main" }).remove(0).unwrap_err().why
    };
    assert_eq!(why(&[("objective", "2")]), "its objective is not between 0 and 100 %");
    for window in ["", "fortnight", "99999999999d", "9999 years (UTC)"] {
        assert_eq!(why(&[("window", window)]), "its window is none that is known", "{window}");
    }
    assert_eq!(why(&[]), "nothing records its share of errors over an hour or less");
}
