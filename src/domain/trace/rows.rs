//! The rows of a waterfall: which spans are in sight, and where their bars lie on the time axis.

use std::collections::BTreeSet;

use super::{Nanos, Trace};

/// One row; places on the axis are shares of the trace's duration, 0–1.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Place of the span in [`Trace::nodes`].
    pub place: usize,
    pub depth: usize,
    /// Rows that are folded away under it.
    pub hidden: usize,
    pub has_children: bool,
    /// A span that failed is folded away under it.
    pub hides_error: bool,
    pub from: f64,
    pub to: f64,
    /// The parts of the bar, or of what is folded under it, that the critical path uses.
    pub critical: Vec<(f64, f64)>,
}

/// The spans in sight, in their order; those in `folded` hide what is under them.
pub fn rows(trace: &Trace, folded: &BTreeSet<usize>) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut place = 0;
    while let Some(node) = trace.nodes.get(place) {
        let descendants = node.descendants(place);
        let hides = folded.contains(&place) && descendants > 0;
        let under = if hides { place + 1..node.after } else { 0..0 };
        let mut parts = node.critical.clone();
        parts.extend(trace.nodes[under.clone()].iter().flat_map(|node| &node.critical));
        rows.push(Row {
            place,
            depth: node.depth,
            hidden: under.len(),
            has_children: descendants > 0,
            hides_error: trace.nodes[under].iter().any(|node| node.span.error.is_some()),
            from: share(trace, node.start),
            to: share(trace, node.end),
            critical: joined(parts)
                .iter()
                .map(|(from, to)| (share(trace, *from), share(trace, *to)))
                .collect(),
        });
        place = if hides { node.after } else { place + 1 };
    }
    rows
}

fn share(trace: &Trace, at: Nanos) -> f64 {
    let whole = trace.duration().as_seconds();
    if whole > 0.0 { (at - trace.start).as_seconds() / whole } else { 0.0 }
}

/// The same parts in order, neighbours made one.
fn joined(mut parts: Vec<(Nanos, Nanos)>) -> Vec<(Nanos, Nanos)> {
    parts.sort_unstable();
    let mut joined: Vec<(Nanos, Nanos)> = Vec::new();
    for part in parts {
        match joined.last_mut() {
            Some(last) if last.1 >= part.0 => last.1 = last.1.max(part.1),
            _ => joined.push(part),
        }
    }
    joined
}
