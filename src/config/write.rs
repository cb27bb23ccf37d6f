//! Objectives as they would be typed in our own configuration, for what was read from other tools.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::domain::slo::calendar::Calendar;
use crate::domain::slo::method::Method;
use crate::domain::slo::objective::Objective;
use crate::domain::slo::sli::{Missing, Rule, Sli};
use crate::domain::slo::tier::{PRESETS, Tier, preset};

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
    some("pager", Some(&objective.about.pager).filter(|pager| !pager.is_empty()).map(inline));
    some("sli", Some(sli(&objective.sli)));
    keys
}

/// The preset whose tiers these are; none for an objective without any, which takes an empty list of its own.
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
            parts.push(format!("max_age = {}", text(&freshness.max_age.to_string())))
        }
        Sli::Throughput(throughput) => parts.push(format!("at_least = {}", number(throughput.at_least))),
        Sli::Composite(composite) => {
            let member = |member: &crate::domain::slo::sli::Member| {
                format!("{{ id = {}, weight = {} }}", text(&member.id), number(member.weight))
            };
            parts.push(format!("members = {}", list(composite.members.iter().map(member))));
            let rule = if composite.rule == Rule::Worst { "worst" } else { "weighted" };
            let missing = match composite.missing {
                Missing::Good => "good",
                Missing::Bad => "bad",
                Missing::Ignore => "ignore",
            };
            parts.push(format!("rule = {}, missing = {}", text(rule), text(missing)));
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
    if literal && !value.chars().any(char::is_control) { format!("'{value}'") } else { quoted(value) }
}

/// A basic string; TOML escapes as JSON does, and delete besides.
fn quoted(value: &str) -> String {
    serde_json::Value::from(value).to_string().replace('\u{7f}', "\\u007f")
}

fn number(value: f64) -> String {
    format!("{value}")
}

/// On one line, and harmless.
fn comment(value: &str) -> String {
    super::shown::clean(value)
}
