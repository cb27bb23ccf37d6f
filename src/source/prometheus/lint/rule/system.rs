//! Metrics of machines and runtimes: a cause perhaps, never what a user gets.

use crate::source::prometheus::lint::finding::{Finding, Rule, shown};
use crate::source::prometheus::lint::names::is_system;
use crate::source::prometheus::lint::tree::{Node, Selected, is_guard};

pub(super) fn resource(node: &Node, above: &[&Node]) -> Option<Finding> {
    let selected = node.selected().filter(|_| !is_guard(node, above))?;
    finding(selected, node.name_at.clone())
}

pub(super) fn finding(selected: &Selected, at: Option<std::ops::Range<usize>>) -> Option<Finding> {
    is_system(&selected.name).then(|| {
        Finding::new(
            Rule::SystemMetric,
            at,
            format!(
                "{} measures a resource: users do not feel it until requests fail or slow down",
                shown(&selected.name)
            ),
            "watch it as a saturation signal, and set the SLO on errors or latency",
        )
    })
}
