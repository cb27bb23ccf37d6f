//! Buckets of a histogram overlap: each counts all events up to its bound.

use crate::source::prometheus::lint::counted::growth;
use crate::source::prometheus::lint::finding::{Finding, Rule, shown};
use crate::source::prometheus::lint::tree::{Grouping, Kind, Node, is_guard};

/// Buckets that are added up, or taken all at once, without a `le` that picks one.
pub(super) fn without_le(node: &Node, above: &[&Node]) -> Option<Finding> {
    let (_, of) = growth(node).filter(|_| !is_guard(node, above))?;
    let selected = of.selected().filter(|s| s.name.ends_with("_bucket") && s.of("le").is_empty())?;
    (!above.iter().any(|outer| keeps_le(outer))).then(|| {
        Finding::new(
            Rule::BucketWithoutLe,
            of.name_at.clone(),
            format!(
                "{} without `le` counts each event once for every bucket it fits in",
                shown(&selected.name)
            ),
            "pick one bucket by `le`, or count with `_count`",
        )
    })
}

fn keeps_le(outer: &Node) -> bool {
    let le = |labels: &[String]| labels.iter().any(|label| label == "le");
    match &outer.kind {
        Kind::Aggregate { grouping: Grouping::By(labels), .. } => le(labels),
        Kind::Call(name) => name.starts_with("histogram_") || name.starts_with("absent"),
        _ => false,
    }
}
