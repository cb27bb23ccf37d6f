//! From spans in any order to a tree, whatever is missing, doubled or circular among them.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::{Kind, Nanos, Node, Span, SpanId, Trace, TraceId, critical};

impl Trace {
    /// `cut` spans were left out before. None without spans.
    pub fn of(id: TraceId, spans: Vec<Span>, cut: usize) -> Option<Self> {
        let Threads { halves, spans, doubles } = Threads::of(spans);
        let parents = parents(&spans, &halves);
        let mut nodes = in_order(spans, &parents);
        ends(&mut nodes);
        let start = nodes.iter().map(|node| node.start).min()?;
        let end = nodes.iter().map(|node| node.end).max()?;
        let mut trace = Self { id, nodes, start, end, cut, doubles };
        critical::mark(&mut trace);
        Some(trace)
    }

    /// Place of [`Self::root`].
    pub(super) fn root_place(&self) -> Option<usize> {
        let tops = || (0..self.nodes.len()).filter(|place| self.nodes[*place].parent.is_none());
        let length = |place: &usize| self.nodes[*place].end - self.nodes[*place].start;
        let first =
            tops().filter(|place| !self.nodes[*place].orphan).min_by_key(|place| self.nodes[*place].start);
        first.or_else(|| tops().max_by_key(length))
    }
}

/// The spans, each once. In Zipkin, the client's and the server's half of a call may share one id.
struct Threads {
    spans: Vec<Span>,
    /// By id: the only span, or the caller's half; and the answering half.
    halves: HashMap<SpanId, (usize, Option<usize>)>,
    doubles: usize,
}

impl Threads {
    fn of(told: Vec<Span>) -> Self {
        let mut threads = Self { spans: Vec::with_capacity(told.len()), halves: HashMap::new(), doubles: 0 };
        for span in told {
            let place = threads.spans.len();
            match threads.halves.entry(span.id) {
                Entry::Vacant(free) => {
                    free.insert((place, None));
                }
                Entry::Occupied(mut taken) => {
                    let first = taken.get().0;
                    match (taken.get().1, threads.spans[first].kind, span.kind) {
                        (None, Kind::Client, Kind::Server) => taken.insert((first, Some(place))),
                        (None, Kind::Server, Kind::Client) => taken.insert((place, Some(first))),
                        _ => {
                            threads.doubles += 1;
                            continue;
                        }
                    };
                }
            }
            threads.spans.push(span);
        }
        threads
    }
}

/// The place of each span's parent; `Err` where it names one that is not there.
fn parents(
    spans: &[Span],
    halves: &HashMap<SpanId, (usize, Option<usize>)>,
) -> Vec<Result<Option<usize>, ()>> {
    let parent = |(place, span): (usize, &Span)| {
        if let Some((caller, Some(answering))) = halves.get(&span.id)
            && *answering == place
        {
            return Ok(Some(*caller));
        }
        let Some(id) = span.parent else { return Ok(None) };
        let found = halves.get(&id).map(|(caller, answering)| answering.unwrap_or(*caller));
        found.filter(|parent| *parent != place).map(Some).ok_or(())
    };
    spans.iter().enumerate().map(parent).collect()
}

/// A span that waits for its place: where its parent stands, and how deep.
struct Waiting {
    place: usize,
    parent: Option<usize>,
    orphan: bool,
    start: Nanos,
}

/// Depth first, from the tops down; what stands in a circle hangs under its earliest span.
fn in_order(spans: Vec<Span>, parents: &[Result<Option<usize>, ()>]) -> Vec<Node> {
    let first = spans.iter().filter_map(|span| span.start).min().unwrap_or_default();
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); spans.len()];
    let mut tops = Vec::new();
    for (place, parent) in parents.iter().enumerate() {
        match parent {
            Ok(Some(parent)) => children[*parent].push(place),
            Ok(None) => tops.push((place, false)),
            Err(()) => tops.push((place, true)),
        }
    }
    let begin = |place: usize| spans[place].start.unwrap_or(first);
    tops.sort_by_key(|(place, _)| begin(*place));
    let circular = circles(parents, &begin);
    let tops: Vec<_> = tops.into_iter().chain(circular.into_iter().map(|place| (place, true))).collect();
    let mut spans: Vec<Option<Span>> = spans.into_iter().map(Some).collect();
    let mut nodes: Vec<Node> = Vec::with_capacity(spans.len());
    for (top, orphan) in tops {
        let start = spans[top].as_ref().and_then(|span| span.start).unwrap_or(first);
        let mut stack = vec![Waiting { place: top, parent: None, orphan, start }];
        while let Some(next) = stack.pop() {
            let Some(span) = spans[next.place].take() else { continue };
            let here = nodes.len();
            nodes.push(node(span, &next, &nodes));
            let start =
                |child: &usize| spans[*child].as_ref().and_then(|span| span.start).unwrap_or(next.start);
            let mut under: Vec<Waiting> = children[next.place]
                .iter()
                .map(|child| Waiting {
                    place: *child,
                    parent: Some(here),
                    orphan: false,
                    start: start(child),
                })
                .collect();
            under.sort_by_key(|child| std::cmp::Reverse(child.start));
            stack.extend(under);
        }
    }
    nodes
}

/// The earliest span of each circle of parents, by their start.
fn circles(parents: &[Result<Option<usize>, ()>], begin: &impl Fn(usize) -> Nanos) -> Vec<usize> {
    let above = |place: usize| parents[place].ok().flatten();
    let mut seen: Vec<Option<usize>> = vec![None; parents.len()];
    let mut found = Vec::new();
    for from in 0..parents.len() {
        let mut next = Some(from);
        while let Some(place) = next.filter(|place| seen[*place].is_none()) {
            seen[place] = Some(from);
            next = above(place);
        }
        // Up to a span that was met on this very way: it stands in a circle.
        if let Some(met) = next.filter(|place| seen[*place] == Some(from)) {
            let around = std::iter::successors(above(met), |place| above(*place).filter(|_| *place != met));
            found.extend(around.min_by_key(|place| begin(*place)));
        }
    }
    found.sort_by_key(|place| begin(*place));
    found
}

fn node(span: Span, waiting: &Waiting, nodes: &[Node]) -> Node {
    let parent = waiting.parent.map(|parent| &nodes[parent]);
    Node {
        start: waiting.start,
        end: waiting.start + span.duration.unwrap_or_default(),
        depth: parent.map_or(0, |parent| parent.depth + 1),
        parent: waiting.parent,
        after: nodes.len() + 1,
        orphan: waiting.orphan,
        skewed: parent.is_some_and(|parent| waiting.start < parent.start),
        critical: Vec::new(),
        on_path: false,
        span,
    }
}

/// From the last to the first: where subtrees end, and when spans without a duration do.
fn ends(nodes: &mut [Node]) {
    for place in (0..nodes.len()).rev() {
        let (after, end) = (nodes[place].after, nodes[place].end);
        if let Some(parent) = nodes[place].parent {
            let parent = &mut nodes[parent];
            parent.after = parent.after.max(after);
            if parent.span.duration.is_none() {
                parent.end = parent.end.max(end);
            }
        }
    }
}
