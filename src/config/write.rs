//! Objectives as they would be typed in our own configuration, for what was read from other tools.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::domain::slo::calendar::Calendar;
use crate::domain::slo::method::Method;
use crate::domain::slo::objective::Objective;
use crate::domain::slo::sli::{Rule, Sli};
use crate::domain::slo::tier::{PRESETS, Tier, preset};
use crate::text::is_unsafe;

/// One `[[slo]]` with its tiers, and what of the original it does not say in a comment.
pub fn slo(objective: &Objective) -> String {
    let mut table = String::new();
    if let Some(place) = &objective.about.place {
        let _ = writeln!(table, "# {}", comment(place));
    }
    for note in &objective.about.notes {
        let _ = writeln!(table, "# not carried: {}", comment(note));
    }
    table.push_str("[[slo]]\n");
    for (key, value) in keys(objective) {
        let _ = writeln!(table, "{key} = {value}");
    }
    if preset_of(objective).is_none() {
        for tier in &objective.tiers {
            let _ = write!(table, "\n[[slo.alert]]\n{}", own_tier(tier));
        }
    }
    table
}

/// Keys and values in the order in which one would write them.
fn keys(objective: &Objective) -> Vec<(&'static str, String)> {
    let mut keys = vec![("service", text(&objective.service)), ("name", text(&objective.name))];
    let mut some = |key, value: Option<String>| keys.extend(value.map(|value| (key, value)));
    some("description", objective.description.as_deref().map(text));
    some("backend", Some(&objective.source).filter(|source| !source.is_empty()).map(|source| text(source)));
    some("target", Some(text(&objective.target.to_string())));
    some("window", Some(window(objective)));
    let method = Some(objective.method).filter(|method| *method != Method::Occurrences);
    some("method", method.map(|method| text(method.word())));
    some("slice", objective.method.slice().map(|slice| text(&slice.to_string())));
    if let Method::Timeslices { target, .. } = objective.method {
        some("slice_target", Some(text(&target.to_string())));
    }
    some("sla", objective.sla.map(|sla| text(&sla.to_string())));
    some("alerts", preset_of(objective).map(text));
    some("policy", Some(text(&objective.policy.name)));
    some("runbook", objective.runbook.as_deref().map(text));
    let group = objective.group.as_ref().map(|group| list(group.by.iter().map(|label| text(label))));
    some("group_by", group);
    some("labels", Some(&objective.about.labels).filter(|labels| !labels.is_empty()).map(inline));
    let annotations = Some(&objective.about.annotations).filter(|annotations| !annotations.is_empty());
    some("annotations", annotations.map(inline));
    some("pager", Some(&objective.about.pager).filter(|pager| !pager.is_empty()).map(inline));
    some("namespace", objective.about.namespace.as_deref().map(text));
    some("sli", Some(sli(&objective.sli)));
    keys
}

/// The preset whose tiers these are.
fn preset_of(objective: &Objective) -> Option<&'static str> {
    let same = |name: &&&str| {
        preset(name, objective.window).is_some_and(|tiers| tiers.is_ok_and(|tiers| tiers == objective.tiers))
    };
    let named = PRESETS.iter().find(|name| **name == objective.alerts).filter(same);
    named.or_else(|| PRESETS.iter().find(same)).copied()
}

fn window(objective: &Objective) -> String {
    let Some(Calendar { unit, count, zone, start }) = objective.calendar else {
        return text(&objective.window.to_string());
    };
    let mut parts = vec![format!("calendar = {}", text(unit.word()))];
    if count != 1 {
        parts.push(format!("count = {count}"));
    }
    parts.push(format!("timezone = {}", text(zone.name())));
    parts.extend(
        start.map(|start| format!("start = {}", text(&start.format("%Y-%m-%dT%H:%M:%S").to_string()))),
    );
    format!("{{ {} }}", parts.join(", "))
}

fn own_tier(tier: &Tier) -> String {
    let mut table = format!(
        "severity = {}\nshort = {}\nlong = {}\nfactor = {}\n",
        text(tier.severity.word()),
        text(&tier.short.to_string()),
        text(&tier.long.to_string()),
        number(tier.factor)
    );
    let _ = writeln!(table, "op = {}", text(tier.comparison.word()));
    if let Some(wait) = tier.wait {
        let _ = writeln!(table, "for = {}", text(&wait.to_string()));
    }
    table
}

fn sli(sli: &Sli) -> String {
    let mut parts = vec![format!("kind = {}", text(sli.kind()))];
    parts.extend(sli.written().into_iter().map(|(key, written)| format!("{key} = {}", text(written))));
    match sli {
        Sli::Latency(latency) => {
            parts.push(format!("threshold = {}", text(&latency.threshold_text())));
            if latency.native {
                parts.push("native = true".to_owned());
            }
        }
        Sli::Threshold(threshold) => {
            parts.push(format!("op = {}", text(&threshold.op.to_string())));
            parts.push(format!("bound = {}", number(threshold.bound)));
        }
        Sli::Freshness(freshness) => {
            parts.push(format!("max_age = {}", text(&freshness.max_age.to_string())));
        }
        Sli::Throughput(throughput) => parts.push(format!("at_least = {}", number(throughput.at_least))),
        Sli::Composite(composite) => {
            let member = |member: &crate::domain::slo::sli::Member| {
                // To the worst of them all are alike.
                let weight = (composite.rule == Rule::Weighted).then(|| number(member.weight));
                let weight = weight.map_or_else(String::new, |weight| format!(", weight = {weight}"));
                format!("{{ id = {}{weight} }}", text(&member.id))
            };
            parts.push(format!("members = {}", list(composite.members.iter().map(member))));
            parts.push(format!(
                "rule = {}, missing = {}",
                text(composite.rule.word()),
                text(composite.missing.word())
            ));
        }
        Sli::Events(_) | Sli::Correctness(_) | Sli::Ratio(_) | Sli::Bool(_) => {}
    }
    format!("{{ {} }}", parts.join(", "))
}

fn list(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(", "))
}

fn inline(map: &BTreeMap<String, String>) -> String {
    let parts = map.iter().map(|(key, value)| format!("{} = {}", quoted(key), text(value)));
    format!("{{ {} }}", parts.collect::<Vec<_>>().join(", "))
}

/// Without quotes where that can be read again: `'` where it has none of its own, else escaped.
fn text(value: &str) -> String {
    let literal = value.contains(['"', '\\']) && !value.contains('\'');
    if literal && !value.chars().any(is_unsafe) { format!("'{value}'") } else { quoted(value) }
}

/// A basic string. TOML escapes as JSON does; what a terminal could act on is written as a code.
fn quoted(value: &str) -> String {
    let mut out = String::new();
    for c in serde_json::Value::from(value).to_string().chars() {
        if is_unsafe(c) {
            let _ = write!(out, "\\U{:08x}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}

/// With its exponent where it is large: a whole number of TOML ends at 64 bits.
fn number(value: f64) -> String {
    if value.abs() < 1e15 { format!("{value}") } else { format!("{value:?}") }
}

/// On one line, and harmless.
fn comment(value: &str) -> String {
    super::shown::clean(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Document, load};
    use crate::domain::slo::calendar::Unit;
    use crate::domain::slo::objective::Group;
    use crate::domain::slo::sli::{
        Composite, Events, Freshness, Latency, Member, Op, Ratio, Side, Threshold, Throughput,
    };
    use crate::domain::slo::tier::{Comparison, Severity, workbook};
    use crate::domain::slo::window::Window;

    fn objective(sli: Sli) -> Objective {
        let source = if matches!(sli, Sli::Composite(_)) { "" } else { "main" };
        Objective::new("a b", "it's", source, sli, "99.95%".parse().unwrap(), Window::days(28))
    }

    fn hard(text: &str) -> String {
        format!("{text}{{a=\"'b'\\\\\",c=~\".+\"}}\n\t# \u{7f}\u{9b}31m\u{202e}\u{e0001}é")
    }

    /// Written, and read again by the configuration.
    fn read_again(objective: &Objective) -> Objective {
        let backend = "[[backend]]\nname = 'main'\ntype = 'prometheus'\n";
        let member = "[[slo]]\nservice = 'm'\nname = 'n'\ntarget = '99%'\nwindow = '28d'\nsli = { kind = 'bool', metric = 'up' }\n";
        let text = format!("{backend}{member}{}", slo(objective));
        let loaded = load(&Document::new(None, &text), None);
        let config = loaded.unwrap_or_else(|found| panic!("{found:?}\n{text}")).config;
        Objective::clone(&config.objectives[1])
    }

    #[test]
    fn every_kind_reads_as_it_was_written() {
        let events = Events { side: Side::Good, part: hard("x"), total: "y".into() };
        let member = |weight| Member { id: "m/n".into(), weight };
        let missing = crate::domain::slo::sli::Missing::Bad;
        for sli in [
            Sli::Events(events.clone()),
            Sli::Correctness(events),
            Sli::Latency(Latency { histogram: "h".into(), threshold: 0.25, native: true }),
            Sli::Ratio(Ratio { side: Side::Bad, ratio: "r".into() }),
            Sli::Threshold(Threshold { value: hard("v"), op: Op::AtMost, bound: 0.5 }),
            Sli::Freshness(Freshness { timestamp: "t".into(), max_age: Window::hours(26) }),
            Sli::Throughput(Throughput { counter: "c".into(), at_least: 1.5 }),
            Sli::Bool(hard("up")),
            Sli::Composite(Composite { members: vec![member(2.0)], rule: Rule::Weighted, missing }),
            Sli::Composite(Composite { members: vec![member(1.0)], rule: Rule::Worst, missing }),
        ] {
            let written = objective(sli);
            assert_eq!(read_again(&written), written);
        }
    }

    #[test]
    fn windows_methods_tiers_and_labels_read_as_they_were_written() {
        let plain = objective(Sli::Bool("up".into()));
        let start = "2026-01-07T09:00:00".parse().unwrap();
        let calendar =
            Calendar { unit: Unit::Week, count: 2, zone: chrono_tz::Europe::Berlin, start: Some(start) };
        let own = Tier {
            severity: Severity::Page,
            short: Window::minutes(7),
            long: Window::minutes(64),
            factor: 13.44,
            comparison: Comparison::AtLeast,
            wait: Some(Window::minutes(2)),
        };
        let map = |key: &str| BTreeMap::from([(key.to_owned(), hard("v"))]);
        let mut about = plain.about.clone();
        (about.labels, about.annotations, about.pager) = (map("team/x"), map("summary"), map("slo"));
        about.namespace = Some("team-a".to_owned());
        let (id, sprint) = (plain.id.clone(), workbook(calendar.nominal()));
        for written in [
            Objective {
                calendar: Some(calendar),
                window: calendar.nominal(),
                tiers: sprint,
                ..plain.clone()
            },
            Objective { alerts: "own".into(), tiers: vec![own], ..plain.clone() },
            // One window, as OpenSLO and Nobl9 have it.
            Objective {
                alerts: "own".into(),
                tiers: vec![Tier { short: own.long, factor: 1e20, ..own }],
                ..plain.clone()
            },
            Objective { alerts: "none".into(), tiers: Vec::new(), ..plain.clone() },
            Objective { method: Method::RatioTimeslices { slice: Window::minutes(10) }, ..plain.clone() },
            Objective {
                method: Method::Timeslices { slice: Window::minutes(1), target: "90%".parse().unwrap() },
                ..plain.clone()
            },
            Objective { sla: Some("99.5%".parse().unwrap()), runbook: Some(hard("r")), ..plain.clone() },
            Objective { about, description: Some(hard("d")), ..plain.clone() },
            Objective {
                group: Some(Group { parent: id, by: vec!["route".into()], labels: BTreeMap::new() }),
                ..plain.clone()
            },
        ] {
            assert_eq!(read_again(&written), written);
        }
    }
}
