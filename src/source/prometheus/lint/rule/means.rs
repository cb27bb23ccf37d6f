//! Means, in which outliers vanish.

use crate::source::prometheus::lint::finding::{Finding, Rule, shown};
use crate::source::prometheus::lint::names::{is_boolean, recorded};
use crate::source::prometheus::lint::tree::{Kind, Node, is_guard};

const COUNT: &str = "count the events that were too slow or wrong, and divide by all of them";

/// `avg` and `avg_over_time`, unless of zeros and ones: their mean is a share.
pub(super) fn average(node: &Node, above: &[&Node]) -> Option<Finding> {
    let name = match &node.kind {
        Kind::Aggregate { op, .. } if op == "avg" => "avg",
        Kind::Call("avg_over_time") => "avg_over_time",
        _ => return None,
    };
    if is_guard(node, above) || node.any(&|inner| gives_booleans(inner)) {
        return None;
    }
    let ratios = node.any(&|inner| is_ratio(inner));
    let message = if ratios {
        format!("`{name}` of ratios: a quiet minute counts as much as a busy one")
    } else {
        format!("`{name}`: a mean hides the few that had it bad")
    };
    let hint = if ratios { "add up the events of both sides, then divide once" } else { COUNT };
    Some(Finding::new(Rule::Mean, node.name_at.clone(), message, hint))
}

fn is_ratio(node: &Node) -> bool {
    let operations = node.selected().and_then(|selected| recorded(&selected.name));
    node.binary(&["/"]).is_some() || operations.is_some_and(|operations| operations.contains("ratio"))
}

fn gives_booleans(node: &Node) -> bool {
    matches!(node.kind, Kind::Binary { bool: true, .. })
        || node.selected().is_some_and(|s| is_boolean(&s.name))
}

/// `x_sum / x_count`.
pub(super) fn mean_latency(node: &Node, above: &[&Node]) -> Option<Finding> {
    let (left, right) = node.binary(&["/"]).filter(|_| !is_guard(node, above))?;
    let (sums, counts) = (stems(left, "_sum"), stems(right, "_count"));
    let stem = sums.iter().find(|stem| counts.contains(stem))?;
    Some(Finding::new(
        Rule::Mean,
        node.span(),
        format!(
            "{} over {} is a mean: it hides the slow few",
            shown(&format!("{stem}_sum")),
            shown(&format!("{stem}_count"))
        ),
        "divide the bucket at the threshold by the count, or use the kind `latency`",
    ))
}

fn stems<'a>(node: &'a Node, end: &str) -> Vec<&'a str> {
    let mut found = Vec::new();
    node.each(&mut |inner, _| {
        found.extend(inner.selected().and_then(|selected| selected.name.strip_suffix(end)));
    });
    found
}
