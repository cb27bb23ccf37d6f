//! `promtool check rules` takes every kind in every style, whatever its texts hold.

use std::sync::Arc;

use burnwatch::domain::slo::method::Method;
use burnwatch::domain::slo::objective::Objective;
use burnwatch::domain::slo::sli::{Events, Freshness, Latency, Op, Ratio, Side, Sli, Threshold, Throughput};
use burnwatch::domain::slo::tier::{Comparison, Tier};
use burnwatch::domain::slo::window::Window;
use burnwatch::source::prometheus::rules::{RuleFile, Style, rules};

use crate::promtool::check;
use crate::tiers::{grouped, latency, objective, preset, requests};

const STYLES: [Style; 3] = [Style::Burnwatch, Style::Sloth, Style::Pyrra];

fn events(side: Side, part: &str, total: &str) -> Sli {
    Sli::Events(Events { side, part: part.into(), total: total.into() })
}

/// Every kind, and whether Pyrra has an indicator for it.
fn kinds() -> Vec<(Sli, bool)> {
    let template = |metric: &str| format!("sum(rate({metric}[{{{{.window}}}}])) # per second\n  * 1");
    let native = Latency { histogram: "rt_seconds{job=\"a\"}".into(), threshold: 0.27, native: true };
    let ratio = |side, ratio: &str| Sli::Ratio(Ratio { side, ratio: ratio.into() });
    vec![
        (requests("api"), true),
        (events(Side::Good, "ok_total{job=\"a\",zone!=\"x\"}", "all_total{job=\"a\",path=~\"/a.*\"}"), true),
        (events(Side::Bad, &template("bad"), &template("all")), false),
        (Sli::Correctness(Events { side: Side::Good, part: "right".into(), total: "results".into() }), true),
        (latency("api", 0.3), true),
        (latency("api", 1.0), true),
        (Sli::Latency(native), true),
        (ratio(Side::Bad, "job:errors:ratio"), false),
        (ratio(Side::Good, "sum(rate(a[{{ .window }}])) / sum(rate(b[{{ .window }}]))"), false),
        (Sli::Threshold(Threshold { value: "a / b".into(), op: Op::AtMost, bound: -0.5 }), false),
        (Sli::Freshness(Freshness { timestamp: "done_seconds".into(), max_age: Window::hours(2) }), false),
        (Sli::Throughput(Throughput { counter: "rows_total".into(), at_least: 1e-7 }), false),
        (Sli::Bool("probe_success{job=\"a\",zone=~\"x|y\"}".into()), true),
    ]
}

/// One of each kind that the style can have, by its number.
fn of_kinds(style: Style, objective: impl Fn(Sli, usize) -> Objective) -> Vec<Arc<Objective>> {
    let fits = |(_, pyrra): &(Sli, bool)| style != Style::Pyrra || *pyrra;
    let slis = kinds().into_iter().filter(fits).map(|(sli, _)| sli);
    slis.enumerate().map(|(index, sli)| Arc::new(objective(sli, index))).collect()
}

fn accepted(objectives: &[Arc<Objective>], style: Style) -> RuleFile {
    let written = rules(objectives, style);
    assert!(written.left_out.is_empty(), "{:?}", written.left_out);
    let said = check(&written.file).unwrap_or_else(|said| panic!("{style:?}: {said}"));
    assert!(said.contains("SUCCESS"), "{said}");
    written.file
}

#[test]
fn every_kind_in_every_style() {
    for style in STYLES {
        let tiers = preset(if style == Style::Pyrra { "pyrra" } else { "sloth" }, 30);
        let objectives = of_kinds(style, |sli, index| Objective {
            tiers: tiers.clone(),
            ..named(&format!("kind-{index}"), sli)
        });
        let file = accepted(&objectives, style);
        let alerts = file.groups.iter().flat_map(|group| &group.rules).filter(|rule| rule.alert.is_some());
        assert!(alerts.count() >= 2 * objectives.len(), "{style:?}");
    }
}

#[test]
fn every_kind_for_each_label_set_in_every_style() {
    for style in STYLES {
        let by = |sli, index| grouped(&["job", "route"], named(&format!("by-{index}"), sli));
        let objectives = of_kinds(style, by);
        let file = accepted(&objectives, style);
        let recorded = file.groups.iter().flat_map(|group| &group.rules);
        let apart = recorded.filter(|rule| rule.expr.contains(" by (job, route) "));
        assert!(apart.count() >= 7 * (objectives.len() - 1), "{style:?}");
    }
}

fn named(name: &str, sli: Sli) -> Objective {
    Objective::new("api", name, "main", sli, "99.5%".parse().unwrap(), Window::days(30))
}

#[test]
fn every_method_in_every_style() {
    let target = "95%".parse().unwrap();
    let slice = Window::minutes(5);
    for method in [Method::Timeslices { slice, target }, Method::RatioTimeslices { slice }] {
        for style in STYLES {
            let objectives =
                of_kinds(style, |sli, index| Objective { method, ..named(&format!("m-{index}"), sli) });
            accepted(&objectives, style);
        }
    }
}

#[test]
fn comparisons_waits_and_a_target_of_all() {
    for style in STYLES {
        let tiers: Vec<Tier> = preset("pyrra", 28)
            .into_iter()
            .map(|tier| Tier { comparison: Comparison::AtLeast, ..tier })
            .collect();
        let all =
            Objective { target: "100%".parse().unwrap(), ..objective(requests("api"), "99%", 28, tiers) };
        let file = accepted(&[Arc::new(all)], style);
        let alerts = file.groups.iter().flat_map(|group| &group.rules).filter(|rule| rule.alert.is_some());
        let burns: Vec<_> = alerts.filter(|rule| !rule.expr.starts_with("absent")).collect();
        // Nothing can be spent: any error is too much, and no error never is.
        assert!(burns.iter().all(|rule| rule.expr.contains("> 0") && !rule.expr.contains(">=")), "{burns:?}");
    }
}

#[test]
fn every_preset_in_every_style() {
    for name in burnwatch::domain::slo::tier::PRESETS {
        for style in STYLES {
            let file = accepted(&[Arc::new(objective(requests("api"), "99%", 30, preset(name, 30)))], style);
            let reached =
                file.groups.iter().flat_map(|group| &group.rules).any(|rule| rule.expr.contains(">= ("));
            assert_eq!(reached, ["grafana", "datadog"].contains(name), "{name} {style:?}");
        }
    }
}

/// Texts that try to leave their place: quotes, line ends, YAML, templates, escape sequences, bidi marks.
const HOSTILE: [&str; 9] = [
    "\"} or vector(1) # '",
    "a\nb: [\n\n  - c\n",
    "{{ query \"up\" }} {{ $value }} {{",
    "\u{1b}[31m\u{202e}\u{200b}\u{85}\u{2028}\u{feff}",
    "*anchor &ref !!binary %TAG |- > @ `",
    "yes",
    "\\u0041 \\ '' \"\"",
    "\t tab \r\n \u{0}",
    "𝔲𝔫𝔦 \u{10ffff} \u{fffe}",
];

#[test]
fn hostile_texts_are_accepted_everywhere() {
    for text in HOSTILE {
        for style in STYLES {
            let text = text.to_owned();
            let mut hostile = Objective::new(
                &text,
                &text,
                "main",
                requests("api"),
                "99%".parse().unwrap(),
                Window::days(30),
            );
            hostile.description = Some(text.clone());
            hostile.runbook = Some(text.clone());
            for (name, value) in [("team", &text), (&text, &text), ("severity", &text)] {
                hostile.about.labels.insert(name.to_owned(), value.clone());
                hostile.about.annotations.insert(name.to_owned(), value.clone());
            }
            if hostile.alert_name() == "Burn" {
                hostile.about.notes.push("no letter to make a name of".to_owned());
            }
            accepted(&[Arc::new(hostile)], style);
        }
    }
}
