//! Rules as text: one objective in each style, and what cannot be expressed.

use std::sync::Arc;

use chrono_tz::Tz;

use super::*;
use crate::domain::slo::calendar::{Calendar, Unit};
use crate::domain::slo::objective::{About, Group as By};
use crate::domain::slo::sli::{Composite, Events, Latency, Missing, Ratio, Rule as Judged, Side};
use crate::domain::slo::tier::{Comparison, Severity};
use crate::domain::slo::window::Window;

fn events() -> Sli {
    Sli::Events(Events {
        side: Side::Bad,
        part: r#"http_requests_total{job="api",code=~"5.."}"#.into(),
        total: r#"http_requests_total{job="api"}"#.into(),
    })
}

fn tier(severity: Severity, short: &str, long: &str, factor: f64, wait: Option<&str>) -> Tier {
    Tier {
        severity,
        short: short.parse().unwrap(),
        long: long.parse().unwrap(),
        factor,
        comparison: Comparison::Above,
        wait: wait.map(|wait| wait.parse().unwrap()),
    }
}

fn objective(sli: Sli) -> Objective {
    let mut objective =
        Objective::new("api", "availability", "main", sli, "99%".parse().unwrap(), Window::days(28));
    objective.tiers = vec![
        tier(Severity::Page, "5m", "1h", 14.0, Some("2m")),
        tier(Severity::Page, "30m", "6h", 7.0, Some("15m")),
        tier(Severity::Ticket, "2h", "1d", 2.0, Some("1h")),
        tier(Severity::Ticket, "6h", "4d", 1.0, Some("3h")),
    ];
    objective.runbook = Some("https://runbooks.test/api#errors".to_owned());
    objective.about.labels = [("team".to_owned(), "edge".to_owned())].into();
    objective
}

fn written(objective: Objective, style: Style) -> Written {
    rules(&[Arc::new(objective)], style)
}

fn page(objective: Objective, style: Style) -> String {
    let written = written(objective, style);
    assert_eq!((written.left_out, written.remarks), (vec![], vec![]));
    yaml(&written.file)
}

fn refusal(objective: Objective, style: Style) -> String {
    let written = written(objective, style);
    assert!(written.file.groups.is_empty(), "{written:?}");
    written.left_out[0].text.clone()
}

#[test]
fn names_of_our_own() {
    let mut objective = objective(events());
    objective.tiers = crate::domain::slo::tier::workbook(Window::days(30));
    objective.window = Window::days(30);
    objective.description = Some("Answers that are not 5xx.\nAsk the edge team.".to_owned());
    insta::assert_snapshot!("own", page(objective, Style::Burnwatch));
}

#[test]
fn names_of_sloth() {
    let mut objective = objective(events());
    objective.tiers = crate::domain::slo::tier::workbook(Window::days(28));
    objective.method = Method::RatioTimeslices { slice: Window::minutes(5) };
    insta::assert_snapshot!("sloth", page(objective, Style::Sloth));
}

#[test]
fn names_of_pyrra() {
    insta::assert_snapshot!("pyrra", page(objective(events()), Style::Pyrra));
    let latency = Latency { histogram: r#"rt_seconds{job="api"}"#.into(), threshold: 1.0, native: false };
    insta::assert_snapshot!("pyrra-latency", page(objective(Sli::Latency(latency)), Style::Pyrra));
}

#[test]
fn a_month_is_rounded_as_pyrra_rounds_it() {
    let mut objective = objective(events());
    objective.window = Window::days(30);
    objective.tiers = vec![tier(Severity::Page, "5m", "64m", 14.0, Some("2m"))];
    let text = page(objective, Style::Pyrra);
    for part in ["http_requests:burnrate1h4m\n", "http_requests:increase30d\n", "exhaustion: '2d3h25m42s'\n"]
    {
        assert!(text.contains(part), "{part}\n{text}");
    }
}

#[test]
fn what_rules_cannot_say_is_said() {
    let composite = Composite { members: vec![], rule: Judged::Worst, missing: Missing::Ignore };
    for style in [Style::Burnwatch, Style::Sloth, Style::Pyrra] {
        let why = refusal(objective(Sli::Composite(composite.clone())), style);
        assert!(why.contains("its members"), "{why}");
    }
    let ratio = || Sli::Ratio(Ratio { side: Side::Bad, ratio: "sum(a[{{.window}}]) / b".into() });
    assert!(refusal(objective(ratio()), Style::Pyrra).contains("no indicator of the kind ratio"));
    assert_eq!(written(objective(ratio()), Style::Sloth).left_out, []);
}

fn grouped(by: &[&str], sli: Sli) -> Objective {
    let by = by.iter().map(|name| (*name).to_owned()).collect();
    let group = By { parent: "api/availability".into(), by, ..By::default() };
    Objective { group: Some(group), tiers: objective(events()).tiers[..1].to_vec(), ..objective(sli) }
}

#[test]
fn a_group_is_counted_for_each_label_set() {
    for (name, style) in [("own", Style::Burnwatch), ("sloth", Style::Sloth), ("pyrra", Style::Pyrra)] {
        insta::assert_snapshot!(format!("{name}-by"), page(grouped(&["route", "job"], events()), style));
    }
    let latency = Latency { histogram: "rt_seconds".into(), threshold: 1.0, native: false };
    let text = page(grouped(&["route"], Sli::Latency(latency)), Style::Pyrra);
    for part in [
        r#"'sum by (route) (increase(rt_seconds_bucket{le=~"1|1\\.0"}[4w]))'"#,
        "'clamp((sum by (route) (increase(rt_seconds_count[5m])) - sum by (route) (increase(rt_seconds_bucket",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
}

#[test]
fn a_label_that_the_rules_write_groups_nothing() {
    for (label, refusing) in [
        ("slo", &[Style::Burnwatch, Style::Pyrra][..]),
        ("sloth_slo", &[Style::Sloth]),
        ("short", &[Style::Pyrra]),
        ("long", &[Style::Burnwatch, Style::Sloth, Style::Pyrra]),
        ("service", &[]),
    ] {
        for style in [Style::Burnwatch, Style::Sloth, Style::Pyrra] {
            let written = written(grouped(&[label], events()), style);
            let said = written.left_out.iter().any(|why| why.text.contains(&format!("grouped by `{label}`")));
            assert_eq!(said, refusing.contains(&style), "{label} {style:?} {written:?}");
        }
    }
}

#[test]
fn the_service_of_a_series_is_not_overwritten() {
    let text = page(grouped(&["service"], events()), Style::Burnwatch);
    let (errors, about) = text.split_once("burnwatch:slo_objective:ratio").unwrap();
    assert!(!errors.contains("service: api") && about.contains("service: api"), "{text}");
}

#[test]
fn a_calendar_has_alerts_and_no_period() {
    for style in [Style::Burnwatch, Style::Sloth, Style::Pyrra] {
        let calendar = Some(Calendar::new(Unit::Month, Tz::Europe__Berlin));
        let written = written(Objective { calendar, window: Window::days(30), ..objective(events()) }, style);
        assert!(written.remarks[0].text.contains("month (Europe/Berlin)"), "{written:?}");
        let rules: Vec<&Rule> = written.file.groups.iter().flat_map(|group| &group.rules).collect();
        assert!(rules.iter().filter(|rule| rule.alert.is_some()).count() >= 2, "{style:?}");
        let looks_back = |rule: &&&Rule| rule.expr.contains("[30d]");
        assert_eq!(rules.iter().filter(looks_back).count(), 0, "{style:?}");
    }
}

#[test]
fn a_tier_below_a_slice_is_left_out_and_said() {
    let method = Method::Timeslices { slice: Window::minutes(10), target: "95%".parse().unwrap() };
    let written = written(Objective { method, ..objective(events()) }, Style::Burnwatch);
    assert!(written.remarks[0].text.contains("its page over 5m and 1h is left out"), "{written:?}");
    assert!(!yaml(&written.file).contains("ratio_rate5m"));
}

#[test]
fn a_tier_that_cannot_fire_is_written_and_said() {
    let target = "90%".parse().unwrap();
    let written = written(Objective { target, ..objective(events()) }, Style::Burnwatch);
    assert_eq!(written.remarks.len(), 1, "{written:?}");
    assert!(written.remarks[0].text.contains("page over 5m and 1h can never fire"), "{written:?}");
}

#[test]
fn two_of_the_same_name_do_not_spoil_the_file() {
    let one = Objective::new("a-b", "c", "main", events(), "99%".parse().unwrap(), Window::days(30));
    let two = Objective::new("a", "b-c", "main", events(), "99%".parse().unwrap(), Window::days(30));
    let both = [Arc::new(one), Arc::new(two)];
    assert!(rules(&both, Style::Burnwatch).left_out.is_empty());
    for style in [Style::Sloth, Style::Pyrra] {
        let written = rules(&both, style);
        assert_eq!(written.left_out[0].id, "a/b-c");
        assert!(written.left_out[0].text.contains("another SLO has the same group"), "{written:?}");
    }
}

#[test]
fn sloth_records_the_windows_of_alerts_that_are_off_and_keeps_their_name() {
    let about = |labels: &[(&str, &str)]| About {
        pager: labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        ..About::default()
    };
    let silent = Objective { tiers: Vec::new(), ..objective(events()) };
    let recorded = |objective: Objective| -> Vec<String> {
        let file = rules(&[Arc::new(objective)], Style::Sloth).file;
        let named = file.groups.into_iter().flat_map(|group| group.rules);
        named.filter_map(|rule| rule.record.or(rule.alert)).collect()
    };
    let own = recorded(silent.clone());
    assert!(!own.iter().any(|name| name.ends_with("rate5m")), "{own:?}");
    let sloths = recorded(Objective { about: about(&[("sloth_id", "a-b")]), ..silent });
    for window in ["5m", "30m", "1h", "2h", "6h", "1d", "3d"] {
        assert!(sloths.contains(&format!("slo:sli_error:ratio_rate{window}")), "{sloths:?}");
    }
    assert!(sloths.contains(&"slo:current_burn_rate:ratio".to_owned()), "{sloths:?}");
    let named = about(&[("sloth_id", "a-b"), ("alertname", "Ours")]);
    let named = recorded(Objective { about: named, ..objective(events()) });
    assert_eq!(named.iter().filter(|name| *name == "Ours").count(), 4, "{named:?}");
}

#[test]
fn alerts_keep_the_labels_that_they_are_sent_by() {
    let pager = [
        ("slo", "x"),
        ("sloth_id", "a-b"),
        ("alertname", "A"),
        ("route", "web"),
        ("severity", "sms"),
        ("t", "{{ query }}"),
    ];
    let pager = pager.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let objective =
        Objective { about: About { pager: pager.into(), ..About::default() }, ..objective(events()) };
    for (style, severity) in [(Style::Burnwatch, "page"), (Style::Sloth, "sms"), (Style::Pyrra, "critical")] {
        let written = rules(&[Arc::new(objective.clone())], style);
        let mut alerts = written.file.groups.iter().flat_map(|group| &group.rules);
        let alert =
            alerts.find(|rule| rule.alert.as_deref().is_some_and(|name| name != "SLOMetricAbsent")).unwrap();
        assert_eq!((&*alert.labels["route"], &*alert.labels["severity"]), ("web", severity), "{style:?}");
        assert_eq!(alert.labels["t"], "{{\"{{\"}} query }}");
        assert!(!alert.labels.contains_key("alertname") && !alert.labels.contains_key("sloth_id"));
    }
}

#[test]
fn the_pager_knows_the_alerts_by_their_labels() {
    let mut objective = objective(events());
    let text = |style, objective: &Objective| {
        let pairs = pager(objective, style).into_iter();
        pairs.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(text(Style::Burnwatch, &objective), "alertname=ApiAvailabilityBurn slo=api/availability");
    assert_eq!(
        text(Style::Sloth, &objective),
        "sloth_id=api-availability sloth_service=api sloth_slo=availability"
    );
    assert_eq!(text(Style::Pyrra, &objective), "alertname=ErrorBudgetBurn slo=api-availability");
    // What another tool called it is not forgotten when that tool's names are written.
    objective.about = About {
        tool: Some("pyrra".to_owned()),
        pager: [("slo".to_owned(), "api-errors".to_owned())].into(),
        ..About::default()
    };
    assert_eq!(text(Style::Pyrra, &objective), "alertname=ErrorBudgetBurn slo=api-errors");
    assert_eq!(text(Style::Burnwatch, &objective), "alertname=ApiAvailabilityBurn slo=api/availability");
}
