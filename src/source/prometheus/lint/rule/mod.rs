//! The rules. One that looks at each place by itself is a line in `PLACES`, one that needs the whole in `WHOLES`.

mod buckets;
mod counters;
mod histogram;
mod means;
mod precedence;
mod quantiles;
mod ranges;
mod selectors;
mod several;
mod system;
mod totals;
mod units;

use super::finding::Finding;
use super::tree::{Node, is_guard};
use crate::domain::slo::sli::Side;

pub(super) use histogram::of_histogram;

/// Judges one node, given those above it.
type Place = fn(&Node, &[&Node]) -> Option<Finding>;
type Whole = fn(&Node) -> Vec<Finding>;

const PLACES: &[Place] = &[
    means::average,
    means::mean_latency,
    precedence::or_precedence,
    counters::sum_before_rate,
    counters::rate_of_gauge,
    counters::irate,
    buckets::without_le,
    quantiles::as_events,
    quantiles::without_le,
    quantiles::without_rate,
    ranges::differ,
    totals::none,
    system::resource,
];

const WHOLES: &[Whole] = &[ranges::fixed, several::series, quotients];

pub(super) fn of_expression(root: &Node) -> Vec<Finding> {
    let mut found = Vec::new();
    root.each(&mut |node, above| found.extend(PLACES.iter().filter_map(|rule| rule(node, above))));
    found.extend(WHOLES.iter().flat_map(|rule| rule(root)));
    found
}

pub(super) fn of_pair(side: Option<Side>, part: &Node, total: &Node) -> Vec<Finding> {
    let mut found = selectors::compare(side, part, total);
    // Sides that are asked apart are each brought to events.
    found.extend(side.is_none().then(|| units::differ(part, total)).flatten());
    found
}

/// A quotient is a pair in one expression; which side it counts is not known.
fn quotients(root: &Node) -> Vec<Finding> {
    let mut found = Vec::new();
    root.each(&mut |node, above| {
        if let Some((part, total)) = node.binary(&["/"]).filter(|_| !is_guard(node, above)) {
            found.extend(of_pair(None, part, total));
        }
    });
    found
}
