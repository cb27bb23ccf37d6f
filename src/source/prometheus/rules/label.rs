//! Labels of rules: names that Prometheus takes, and matchers that find them again.

use std::collections::BTreeMap;

use super::template;

use crate::domain::promql::Matcher;
pub(super) use crate::domain::promql::quoted;
use crate::domain::slo::objective::Objective;

/// A name that Prometheus takes, as near as can be; `None` for one that is all its own or nothing.
pub(super) fn name(text: &str) -> Option<String> {
    let legal = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    let name: String = text.chars().map(legal).take(128).collect();
    let name = if name.starts_with(|c: char| c.is_ascii_digit()) { format!("_{name}") } else { name };
    (!name.is_empty() && !name.starts_with("__")).then_some(name)
}

/// The objective's own labels that are none of `reserved`, and none that its series bring along.
pub(super) fn of(objective: &Objective, reserved: &[&str]) -> BTreeMap<String, String> {
    named(&objective.about.labels)
        .filter(|(name, _)| !reserved.contains(&name.as_str()) && !objective.grouped_by().contains(name))
        .collect()
}

/// What its alerts were labelled with beside what a tool knows them by, and none of `reserved`.
pub(super) fn of_alerts(objective: &Objective, reserved: &[&str]) -> BTreeMap<String, String> {
    let kept = named(&objective.about.pager).filter(|(name, _)| {
        let tools = name.starts_with("sloth_") || name.starts_with("grafana_slo_");
        let identity = tools || ["alertname", "slo", "alertstate"].contains(&name.as_str());
        !identity && !reserved.contains(&name.as_str()) && !objective.grouped_by().contains(name)
    });
    kept.map(|(name, value)| (name, template::escape(&value))).collect()
}

/// Whether the labels that tell the series of a group apart stay as they are under a rule that writes `taken`.
pub(super) fn stay(objective: &Objective, taken: &[&str]) -> Result<(), String> {
    match objective.grouped_by().iter().find(|name| taken.contains(&name.as_str())) {
        Some(name) => Err(format!(
            "it is grouped by `{name}`, a label that the rules of this style write themselves; group it by another, \
             or write another style"
        )),
        None => Ok(()),
    }
}

/// `route=…,code=…` of the series that an alert is about, as a template; none of an objective without group.
pub(super) fn told_apart(objective: &Objective) -> Option<String> {
    let pair = |name: &String| format!("{name}={{{{ $labels.{name} }}}}");
    let pairs: Vec<String> = objective.grouped_by().iter().map(pair).collect();
    (!pairs.is_empty()).then(|| pairs.join(","))
}

/// Pairs under names that Prometheus takes.
pub(super) fn named(pairs: &BTreeMap<String, String>) -> impl Iterator<Item = (String, String)> {
    pairs.iter().filter_map(|(key, value)| Some((name(key)?, value.clone())))
}

/// `{a="b", c="d"}`.
pub(super) fn matchers<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let pairs: Vec<String> =
        pairs.into_iter().map(|(name, value)| Matcher::equal(name, value).to_string()).collect();
    format!("{{{}}}", pairs.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_legal_or_left_out() {
        for (text, legal) in [
            ("team", Some("team")),
            ("app.kubernetes.io/name", Some("app_kubernetes_io_name")),
            ("1st", Some("_1st")),
            ("é", Some("_")),
            ("__name__", None),
            ("..", None),
            ("", None),
        ] {
            assert_eq!(name(text).as_deref(), legal, "{text}");
        }
    }

    #[test]
    fn matchers_stand_in_braces() {
        assert_eq!(matchers([("a", "b"), ("c", "d")]), r#"{a="b", c="d"}"#);
    }
}
