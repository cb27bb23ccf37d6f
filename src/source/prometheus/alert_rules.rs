//! Doubts about the alert rules that a backend evaluates itself, as far as its list of rules tells.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use super::client::Client;
use super::discover::rules::{Rule, rules};
use super::lint::parse::parse;
use super::lint::tree::{Kind, Node, Reach};
use crate::domain::slo::objective::Objective;
use crate::source::{SourceError, Toll};
use crate::text::cleaned;

/// Longest name shown, in characters.
const SHOWN: usize = 60;
const COMPARISONS: &[&str] = &[">", ">=", "<", "<="];

/// Sentences, each once, in the order of the rules.
pub(super) async fn doubts(
    client: &Client,
    objectives: &[Arc<Objective>],
) -> Result<Vec<String>, SourceError> {
    Ok(match rules(client, &mut Toll::default()).await? {
        Ok(rules) => of_rules(&rules, objectives),
        Err(why) => vec![format!("its alert rules are not looked at: {why}")],
    })
}

pub(super) fn of_rules(rules: &[Rule], objectives: &[Arc<Objective>]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let alerts = rules.iter().filter(|rule| rule.is_alert());
    let all = alerts.flat_map(|rule| {
        let name: String = cleaned(&rule.name).chars().take(SHOWN).collect();
        of_rule(rule, objectives).into_iter().map(move |doubt| format!("alert {name}: {doubt}"))
    });
    all.filter(|doubt| seen.insert(doubt.clone())).collect()
}

fn of_rule(rule: &Rule, objectives: &[Arc<Objective>]) -> Vec<String> {
    let mut found = Vec::new();
    if let Ok(root) = parse(&rule.query) {
        let several = root.any(&|node| node.binary(&["and"]).is_some());
        if rule.duration <= 0.0 && !several {
            found.push("neither `for` nor a second window: one blip fires it".to_owned());
        }
        if is_of_slo(rule, objectives) || burns(rule, &root) {
            found.extend(late(rule, &root));
        }
        if root.any(&no_buckets) {
            found.push(
                "histogram_quantile needs buckets over time: sum by (le) (rate(…_bucket[5m]))".to_owned(),
            );
        }
        if !several && !is_of_slo(rule, objectives) {
            found.extend(bare_ratio(&root));
        }
    }
    if !rule.annotations.keys().any(|key| key.to_ascii_lowercase().contains("runbook")) {
        found.push("no runbook annotation".to_owned());
    }
    found
}

/// Whether it may be about how fast a budget goes, by its name, what it reads, or its form. To any other a long `for` is
/// what its author wants.
fn burns(rule: &Rule, root: &Node) -> bool {
    let tells = |name: &str| {
        let name = name.to_ascii_lowercase();
        ["burn", "budget", "slo:", "slo_", "ratio_rate"].iter().any(|word| name.contains(word))
    };
    let reads = |node: &Node| node.selected().is_some_and(|selected| tells(&selected.name));
    tells(&rule.name) || root.any(&reads) || root.any(&|node| bare_ratio(node).is_some())
}

/// It waits longer than a quarter of the longest window it looks at.
fn late(rule: &Rule, root: &Node) -> Option<String> {
    let mut window = Duration::ZERO;
    root.each(&mut |node, _| {
        if let Kind::Matrix(_, Reach::Fixed(reach)) | Kind::Subquery(Reach::Fixed(reach)) = node.kind {
            window = window.max(reach);
        }
    });
    let (wait, window) = (rule.duration, window.as_secs_f64());
    (window > 0.0 && wait * 4.0 > window).then(|| {
        format!("`for` of {wait} s is longer than a quarter of its window of {window} s: it comes late")
    })
}

/// A quantile of something that is neither rated nor recorded.
fn no_buckets(node: &Node) -> bool {
    let raw = |part: &Node| matches!(&part.kind, Kind::Instant(selected) if !selected.name.contains(':'));
    node.call() == Some("histogram_quantile") && node.parts.iter().skip(1).any(|part| part.any(&raw))
}

/// A fixed threshold on a quotient of which the upper side counts errors.
fn bare_ratio(root: &Node) -> Option<String> {
    let (ratio, limit) = root.bare().binary(COMPARISONS)?;
    let limit = limit.value()?;
    let (part, total) = ratio.bare().binary(&["/"])?;
    let is_error = part.any(&|node| {
        node.selected().is_some_and(|selected| {
            let name = selected.name.to_ascii_lowercase();
            let fails = selected.matchers.iter().any(|matcher| {
                ["500", "503", "error"].iter().any(|bad| matcher.passes(bad)) && !matcher.passes("200")
            });
            fails || name.contains("error") || name.contains("fail")
        })
    });
    let counted = total.any(&|node| matches!(node.kind, Kind::Matrix(..)));
    (is_error && counted).then(|| {
        format!("a threshold of {limit} on an error ratio that is no SLO's: too strict for some targets, too lax for others")
    })
}

/// An objective names it as its pager, or the tool that wrote it says so.
fn is_of_slo(rule: &Rule, objectives: &[Arc<Objective>]) -> bool {
    let is = |(name, value): (&String, &String)| match name.as_str() {
        "alertname" => *value == rule.name,
        name => rule.label(name) == value,
    };
    let tool = rule.labels.keys().any(|label| label == "slo" || label.contains("sloth_"));
    let pager = |slo: &Arc<Objective>| !slo.about.pager.is_empty() && slo.about.pager.iter().all(is);
    tool || objectives.iter().any(pager)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::discover::rules::read;
    use super::*;
    use crate::domain::slo::objective::About;
    use crate::domain::slo::sli::{Latency, Sli};
    use crate::domain::slo::window::Window;

    fn said(rule: Value, objectives: &[Arc<Objective>]) -> String {
        let mut rule = rule;
        rule["type"] = json!("alerting");
        let body = json!({"status": "success", "data": {"groups": [{"rules": [rule.clone(), rule]}]}});
        of_rules(&read(body.to_string().as_bytes()).unwrap(), objectives).join("\n")
    }

    fn alert(query: &str, wait: f64) -> String {
        said(
            json!({"name": "A", "query": query, "duration": wait, "annotations": {"runbook_url": "a.md"}}),
            &[],
        )
    }

    const RATIO: &str =
        "sum(rate(http_requests_total{code=~\"5..\"}[1h])) / sum(rate(http_requests_total[1h]))";

    #[test]
    fn blips_and_runbooks() {
        assert_eq!(alert("up == 0", 60.0), "");
        assert!(alert("up == 0", 0.0).contains("neither `for` nor a second window"));
        assert_eq!(alert("a:rate5m > 0.1 and a:rate1h > 0.1", 0.0), "");
        let bare = said(json!({"name": "A\u{1b}[2J", "query": "up == 0", "duration": 60}), &[]);
        assert_eq!(bare, "alert A: no runbook annotation", "once, and clean");
    }

    #[test]
    fn waits_of_more_than_a_quarter_of_the_window() {
        let two = format!("{RATIO} > 0.01 and {RATIO} > 0.02");
        assert_eq!(alert(&two, 900.0), "");
        assert!(alert(&two, 901.0).contains("`for` of 901 s"));
        assert!(alert("max_over_time(error_budget_burn[1h]) > 1", 901.0).contains("`for` of 901 s"));
        assert_eq!(alert("error_budget_burn > 1", 3600.0), "", "no window to compare with");
    }

    #[test]
    fn a_long_wait_of_what_burns_no_budget_is_its_authors_wish() {
        let rule = |labels: Value| {
            json!({"name": "KubePodCrashLooping", "query": "max_over_time(waiting[5m]) >= 1", "duration": 900,
                "labels": labels, "annotations": {"runbook_url": "a.md"}})
        };
        assert_eq!(said(rule(json!({})), &[]), "");
        assert!(said(rule(json!({"sloth_id": "a-b"})), &[]).contains("`for` of 900 s"));
    }

    #[test]
    fn quantiles_without_buckets() {
        assert!(alert("histogram_quantile(0.99, http_seconds) > 1", 60.0).contains("needs buckets"));
        for sound in ["sum by (le) (rate(http_seconds_bucket[5m]))", "job:http_seconds_bucket:rate5m"] {
            assert_eq!(alert(&format!("histogram_quantile(0.99, {sound}) > 1"), 60.0), "", "{sound}");
        }
    }

    #[test]
    fn thresholds_on_error_ratios() {
        assert!(alert(&format!("{RATIO} > 0.01"), 300.0).contains("threshold of 0.01"));
        assert_eq!(alert(&format!("{RATIO} > 0.01 and {RATIO} > 0.01"), 300.0), "");
        assert_eq!(alert("sum(rate(hits_total[1h])) / sum(rate(gets_total[1h])) < 0.5", 300.0), "");
        let sli = Sli::Latency(Latency { histogram: "rt".into(), threshold: 0.3, native: false });
        let bare = Objective::new("a", "b", "main", sli, "99.9%".parse().unwrap(), Window::days(30));
        let pager = |name: &str| [("alertname".to_owned(), name.to_owned())].into();
        let of = |name| Objective { about: About { pager: pager(name), ..About::default() }, ..bare.clone() };
        let rule = json!({"name": "A", "query": format!("{RATIO} > 0.01"), "duration": 300,
            "annotations": {"runbook": "a.md"}});
        assert_eq!(said(rule.clone(), &[Arc::new(of("A"))]), "");
        assert!(said(rule, &[Arc::new(of("B"))]).contains("no SLO's"));
    }

    #[test]
    fn what_is_no_promql_is_left_alone() {
        assert_eq!(alert("sum(", 0.0), "");
    }
}
