//! The critical path: what the end of a request waited for.
//!
//! From Zhang et al., "CRISP: Critical Path Analysis of Large-Scale Microservice Architectures" (USENIX ATC 2022),
//! section 3, as Jaeger draws it too. Begin at the end of the root span and go back in time: the child that ended last
//! before this moment is what was waited for; from its end to the moment the span itself was at work; go on within
//! that child, and in the span from the child's start. Children that run beside it are not on the path.
//!
//! Made to hold for every trace: a child counts only as far as it lies within its parent (clocks differ, and work may
//! go on after the answer), and one that nobody waits for does not count: it only follows from its parent, or takes a
//! message out of a queue. The parts of the path never overlap, and
//! their sum is the duration of the root.

use super::{Nanos, Trace};

/// A span, and the part of it that the path may use.
struct Stretch {
    place: usize,
    from: Nanos,
    to: Nanos,
}

pub(super) fn mark(trace: &mut Trace) {
    let Some(root) = trace.root_place() else { return };
    let children = children(trace);
    let mut stack = vec![Stretch { place: root, from: trace.nodes[root].start, to: trace.nodes[root].end }];
    while let Some(here) = stack.pop() {
        let awaited = awaited(trace, &children[here.place], &here);
        let node = &mut trace.nodes[here.place];
        node.on_path = true;
        let mut until = here.to;
        for child in awaited {
            if child.to < until {
                node.critical.push((child.to, until));
            }
            until = child.from;
            stack.push(child);
        }
        if here.from < until {
            node.critical.push((here.from, until));
        }
        node.critical.reverse();
    }
}

/// The children that were waited for one after the other, the last first.
fn awaited(trace: &Trace, children: &[usize], within: &Stretch) -> Vec<Stretch> {
    let parent = &trace.nodes[within.place].span;
    let clipped = |place: &usize| {
        let node = &trace.nodes[*place];
        let (from, to) = (node.start.max(within.from), node.end.min(within.to));
        (from < to && node.span.is_awaited_by(parent)).then_some(Stretch { place: *place, from, to })
    };
    let mut candidates: Vec<Stretch> = children.iter().filter_map(clipped).collect();
    // Of those that end together, the longest says most.
    candidates.sort_by_key(|child| (std::cmp::Reverse(child.to), child.from));
    let mut until = within.to;
    candidates.retain(|child| {
        let before = child.to <= until;
        if before {
            until = child.from;
        }
        before
    });
    candidates
}

fn children(trace: &Trace) -> Vec<Vec<usize>> {
    let mut children = vec![Vec::new(); trace.nodes.len()];
    for (place, node) in trace.nodes.iter().enumerate() {
        if let Some(parent) = node.parent {
            children[parent].push(place);
        }
    }
    children
}
