//! `rate` on one side and `increase` on the other.

use crate::source::prometheus::lint::counted::counted;
use crate::source::prometheus::lint::finding::{Finding, Rule};
use crate::source::prometheus::lint::tree::{Kind, Node};

/// Numbers in either side may convert the one into the other, so then nothing is said.
pub(super) fn differ(part: &Node, total: &Node) -> Option<Finding> {
    let (first, second) = (per_second(part)?, per_second(total)?);
    (first != second && !converts(part) && !converts(total)).then(|| {
        let say = |per_second| if per_second { "events a second" } else { "events" };
        Finding::new(
            Rule::UnitsDiffer,
            part.span(),
            format!(
                "the part counts {}, the total {}: the ratio is off by the window's seconds",
                say(first),
                say(second)
            ),
            "use `increase` on both sides, or `rate` on both",
        )
    })
}

/// Whether all counters are read as rates, or none.
fn per_second(node: &Node) -> Option<bool> {
    let all = counted(node);
    let first = all.first()?.per_second;
    all.iter().all(|counted| counted.per_second == first).then_some(first)
}

fn converts(node: &Node) -> bool {
    node.any(&|inner| match &inner.kind {
        Kind::Binary { op, .. } => ["*", "/"].contains(&op.as_str()),
        _ => false,
    })
}
