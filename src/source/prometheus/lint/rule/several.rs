//! Expressions that leave more than one series.

use crate::source::prometheus::lint::finding::{Finding, Rule, shown};
use crate::source::prometheus::lint::names::recorded;
use crate::source::prometheus::lint::tree::{Grouping, Kind, Node};

/// Labels by which series remain apart.
enum Apart {
    All,
    By(Vec<String>),
    Without(Vec<String>),
}

pub(super) fn series(root: &Node) -> Vec<Finding> {
    let Some(labels) = apart(root) else { return Vec::new() };
    let by = match labels {
        Apart::By(labels) => shown(&labels.join(", ")),
        Apart::Without(labels) if !labels.is_empty() => {
            format!("set of labels besides {}", shown(&labels.join(", ")))
        }
        Apart::All | Apart::Without(_) => "set of labels".to_owned(),
    };
    let message = format!("one series is left for each {by}; an SLO needs one in all");
    let hint = "add them up with `sum(…)`, or write one SLO for each";
    vec![Finding::new(Rule::SeveralSeries, outermost(root), message, hint)]
}

fn outermost(root: &Node) -> Option<std::ops::Range<usize>> {
    root.name_at.clone().or_else(|| root.span())
}

/// `None` where one series is left, or where nothing can be said.
fn apart(node: &Node) -> Option<Apart> {
    let first = || node.parts.first().and_then(apart);
    match &node.kind {
        Kind::Parens | Kind::Negative | Kind::Subquery(_) => first(),
        Kind::Aggregate { op, grouping } => aggregated(op, grouping, node),
        Kind::Call(name) => called(name, node),
        Kind::Binary { op, .. } if ["and", "unless"].contains(&op.as_str()) => first(),
        Kind::Binary { .. } => node.parts.iter().find_map(apart),
        Kind::Instant(_) | Kind::Matrix(..) | Kind::Number(_) | Kind::Text => None,
    }
}

fn aggregated(op: &str, grouping: &Grouping, node: &Node) -> Option<Apart> {
    if ["topk", "bottomk", "limitk", "limit_ratio"].contains(&op) {
        return node.parts.first().and_then(apart);
    }
    match grouping {
        Grouping::All => None,
        Grouping::By(labels) => {
            let free: Vec<_> = labels.iter().filter(|label| !is_pinned(node, label)).cloned().collect();
            (!free.is_empty()).then_some(Apart::By(free))
        }
        // What labels a recorded series has is not known; most often that is why one is taken off.
        Grouping::Without(_) if !node.any(&|n| n.selected().is_some_and(|s| recorded(&s.name).is_none())) => {
            None
        }
        Grouping::Without(labels) => Some(Apart::Without(labels.clone())),
    }
}

/// Whether every selector below has exactly one value of `label`.
fn is_pinned(node: &Node, label: &str) -> bool {
    !node.any(&|inner| inner.selected().is_some_and(|s| !s.of(label).iter().any(|matcher| matcher.pins())))
}

fn called(name: &str, node: &Node) -> Option<Apart> {
    match name {
        "rate" | "irate" | "increase" => match &node.parts.first()?.kind {
            Kind::Matrix(..) => Some(Apart::All),
            _ => node.parts.first().and_then(apart),
        },
        "vector" | "scalar" | "time" | "absent" | "absent_over_time" => None,
        "histogram_quantile" | "histogram_fraction" => match apart(node.parts.last()?)? {
            Apart::By(labels) => {
                let rest: Vec<_> = labels.into_iter().filter(|label| label != "le").collect();
                (!rest.is_empty()).then_some(Apart::By(rest))
            }
            others => Some(others),
        },
        _ => node.parts.iter().find_map(apart),
    }
}
