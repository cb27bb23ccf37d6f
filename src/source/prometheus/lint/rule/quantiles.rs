//! Quantiles: seldom what an SLI needs, often computed from the wrong series.

use crate::source::prometheus::lint::counted::counted;
use crate::source::prometheus::lint::finding::{Finding, Rule, shown};
use crate::source::prometheus::lint::names::recorded;
use crate::source::prometheus::lint::tree::{Kind, Node, Selected, is_guard};

const SHAPE: &str = "write `histogram_quantile(q, sum by (le) (rate(x_bucket[…])))`";

pub(super) fn as_events(node: &Node, above: &[&Node]) -> Option<Finding> {
    let name = match &node.kind {
        Kind::Call(name)
            if ["histogram_quantile", "histogram_quantiles", "quantile_over_time"].contains(name) =>
        {
            *name
        }
        Kind::Aggregate { op, .. } if op == "quantile" => "quantile",
        _ => return None,
    };
    (!is_guard(node, above)).then(|| {
        Finding::new(
            Rule::QuantileAsEvents,
            node.name_at.clone(),
            format!("`{name}` gives seconds, not events: a budget cannot be counted in it"),
            "count the requests faster than the threshold: the kind `latency`, or the bucket with that `le`",
        )
    })
}

/// Classic buckets of which `le` has been summed away.
pub(super) fn without_le(node: &Node, _: &[&Node]) -> Option<Finding> {
    let of = argument(node)?;
    let mut lost = None;
    of.each(&mut |inner, _| {
        if let Kind::Aggregate { grouping, .. } = &inner.kind
            && buckets(inner).is_some()
            && grouping.drops("le")
        {
            lost = inner.name_at.clone().or_else(|| inner.span());
        }
    });
    let at = lost?;
    let message = "`histogram_quantile` needs `le`, and the aggregation inside drops it: there is no answer";
    Some(Finding::new(Rule::QuantileWithoutLe, Some(at), message, SHAPE))
}

/// A histogram as it stands since its process began, rather than what it grew by.
pub(super) fn without_rate(node: &Node, _: &[&Node]) -> Option<Finding> {
    // What a rate is multiplied by may well be an instant.
    let of = argument(node).filter(|of| counted(of).is_empty())?;
    let mut found = None;
    of.each(&mut |inner, _| {
        if let Kind::Instant(selected) = &inner.kind
            && recorded(&selected.name).is_none()
            && !selected.name.is_empty()
        {
            found = Some((selected, inner.name_at.clone()));
        }
    });
    let (selected, at) = found?;
    let message = format!(
        "{} without `rate`: the quantile of everything since each process began",
        shown(&selected.name)
    );
    Some(Finding::new(Rule::QuantileWithoutRate, at, message, SHAPE))
}

/// What `histogram_quantile` is taken of.
fn argument(node: &Node) -> Option<&Node> {
    node.call().filter(|name| *name == "histogram_quantile").and_then(|_| node.parts.get(1))
}

/// The classic buckets in `node`, if any.
fn buckets(node: &Node) -> Option<&Selected> {
    let mut found = None;
    node.each(&mut |inner, _| {
        found = found.or(inner.selected().filter(|selected| selected.name.ends_with("_bucket")));
    });
    found
}
