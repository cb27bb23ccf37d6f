//! From spans in any order to a tree, whatever is missing, doubled or circular among them.

use std::collections::HashMap;

use super::{Kind, Nanos, Node, ROUNDED, Span, SpanId, Trace, TraceId, critical};

/// Spans kept of one id.
const HALVES: usize = 8;

impl Trace {
    /// `cut` spans were left out before. None without spans.
    pub fn of(id: TraceId, spans: Vec<Span>, cut: usize) -> Option<Self> {
        let threads = Threads::of(spans);
        let parents = threads.parents();
        let Threads { spans, doubles, .. } = threads;
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

/// The spans, each once.
struct Threads {
    spans: Vec<Span>,
    /// Places by id: in Zipkin, the client's and the server's half of a call may share one.
    by_id: HashMap<SpanId, Vec<usize>>,
    doubles: usize,
}

impl Threads {
    fn of(told: Vec<Span>) -> Self {
        let mut threads = Self { spans: Vec::with_capacity(told.len()), by_id: HashMap::new(), doubles: 0 };
        for span in told {
            threads.add(span);
        }
        threads
    }

    fn add(&mut self, span: Span) {
        let halves = self.by_id.entry(span.id).or_default();
        let known = halves.iter().find(|place| self.spans[**place].is_again(&span));
        if let Some(place) = known.or(halves.get(HALVES - 1)) {
            self.spans[*place].take_in(&span);
            self.doubles += 1;
        } else {
            halves.push(self.spans.len());
            self.spans.push(span);
        }
    }

    /// The place of each span's parent; `Err` where it names one that is not there.
    fn parents(&self) -> Vec<Result<Option<usize>, ()>> {
        let parent = |(place, span): (usize, &Span)| {
            let halves = &self.by_id[&span.id];
            let caller = halves.iter().find(|half| self.spans[**half].kind == Kind::Client);
            if let (Kind::Server, Some(caller)) = (span.kind, caller) {
                return Ok(Some(*caller));
            }
            let Some(id) = span.parent else { return Ok(None) };
            let halves = self.by_id.get(&id).into_iter().flatten().copied();
            // Of two halves the one of the same service, or the answering one.
            let stranger = |half: &usize| {
                let half = &self.spans[*half];
                (half.service != span.service, half.kind == Kind::Client)
            };
            halves.filter(|half| *half != place).min_by_key(stranger).map(Some).ok_or(())
        };
        self.spans.iter().enumerate().map(parent).collect()
    }
}

impl Span {
    /// Whether it is this very span: an id may be shared by two halves of a call, which differ in kind or service.
    fn is_again(&self, other: &Self) -> bool {
        let blank = |span: &Self| span.kind == Kind::Internal;
        self.service == other.service && (self.kind == other.kind || blank(self) || blank(other))
    }

    /// Takes over what the same span says elsewhere, such as when it was told in parts; no failure is lost.
    fn take_in(&mut self, other: &Self) {
        self.parent = self.parent.or(other.parent);
        self.start = self.start.or(other.start);
        self.duration = self.duration.or(other.duration);
        if self.kind == Kind::Internal {
            self.kind = other.kind;
        }
        if let Some(why) = &other.error {
            self.fail(why);
        }
        for (key, value) in &other.attributes {
            if self.attributes.iter().all(|(known, _)| known != key) {
                self.attribute(key, value);
            }
        }
    }
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
        skewed: parent.is_some_and(|parent| is_skewed(parent, &span, waiting.start)),
        critical: Vec::new(),
        on_path: false,
        span,
    }
}

/// Clocks differ where a span begins before its parent, or answers a call that had ended.
fn is_skewed(parent: &Node, span: &Span, start: Nanos) -> bool {
    let answers = parent.span.kind == Kind::Client && span.kind == Kind::Server;
    let ended = parent.span.duration.is_some() && start > parent.end + ROUNDED;
    start < parent.start || (answers && ended)
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
