//! Errors divided by a number instead of by all events.

use crate::source::prometheus::lint::counted::counted;
use crate::source::prometheus::lint::finding::{Finding, Rule};
use crate::source::prometheus::lint::tree::{Node, is_guard};

/// `rate(errors[5m]) / 0.001`. A divisor of 1 and above converts units, such as 60 or 100.
pub(super) fn none(node: &Node, above: &[&Node]) -> Option<Finding> {
    let (left, right) = node.binary(&["/"]).filter(|_| !is_guard(node, above))?;
    let share = right.value().is_some_and(|value| value > 0.0 && value < 1.0);
    let divided = left.any(&|inner| inner.binary(&["/"]).is_some_and(|(_, below)| !below.is_constant()));
    (share && !divided && !counted(left).is_empty()).then(|| {
        Finding::new(
            Rule::NoTotal,
            node.span(),
            "events a second divided by a number: without the total this is no share of the events",
            "divide by the rate of all events first: `sum(rate(bad[…])) / sum(rate(all[…]))`",
        )
    })
}
