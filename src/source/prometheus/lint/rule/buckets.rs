//! Buckets of a histogram overlap: each counts all events up to its bound.

use crate::source::prometheus::lint::counted::growth;
use crate::source::prometheus::lint::finding::{Finding, Rule, shown};
use crate::source::prometheus::lint::tree::{Kind, Node, is_guard};

/// Buckets that are added up without a `le` that picks one.
pub(super) fn without_le(node: &Node, above: &[&Node]) -> Option<Finding> {
    let (_, of) = growth(node).filter(|_| !is_guard(node, above))?;
    let selected =
        of.selected().filter(|s| s.name.ends_with("_bucket") && !s.alternatives && s.of("le").is_empty())?;
    adds_up(above).then(|| {
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

/// Whether something above adds the buckets up. A function of histograms wants them all.
fn adds_up(above: &[&Node]) -> bool {
    for outer in above.iter().rev() {
        match &outer.kind {
            Kind::Call(name) if name.starts_with("histogram_") => return false,
            Kind::Aggregate { op, grouping }
                if ["sum", "avg"].contains(&op.as_str()) && grouping.drops("le") =>
            {
                return true;
            }
            _ => {}
        }
    }
    false
}
