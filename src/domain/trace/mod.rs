//! Traces: spans as a backend told them, the tree they make, and what a request waited for.

mod build;
mod critical;
mod exemplar;
mod found;
mod id;
mod nanos;
mod rows;
mod secret;
mod span;
mod summary;
#[cfg(test)]
mod tests;

pub use exemplar::Exemplar;
pub use found::{Exemplars, ExemplarsAsk, Found, Outcome, RecentAsk, Summaries, troubles};
pub use id::{SpanId, TraceId};
pub use nanos::Nanos;
pub use rows::{Part, Row, rows};
pub use span::{Kind, Span};
pub use summary::Summary;

/// Types of `[[backend]]` that are asked for traces, and never for counts.
pub const BACKENDS: [&str; 4] = ["tempo", "jaeger", "zipkin", "demo-traces"];

/// What to do where none of them is configured.
pub const NO_BACKEND: &str = "no backend has traces: add a [[backend]] of type tempo, jaeger or zipkin";

/// What clocks of one machine may seem to differ by, where times are told in microseconds.
const ROUNDED: Nanos = Nanos(2_000);

/// All spans of a trace in the order of a waterfall: each right before its children, those by their start.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    pub id: TraceId,
    pub nodes: Vec<Node>,
    /// Earliest start and latest end of all spans, in Unix time.
    pub start: Nanos,
    pub end: Nanos,
    /// Spans that the backend had and that were left out here, at least; 0 when it is whole.
    pub cut: usize,
    /// Spans told more than once, each made one.
    pub doubles: usize,
}

/// A span at its place in the tree.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    pub span: Span,
    /// As told; where a span has no start, its parent's.
    pub start: Nanos,
    /// Where the duration is unknown, the end of its latest child.
    pub end: Nanos,
    pub depth: usize,
    pub parent: Option<usize>,
    /// The place after its last descendant.
    pub after: usize,
    /// Its parent is not in the trace, or it stands in a circle.
    pub orphan: bool,
    /// It begins before its parent does, or answers a call that had ended: their clocks differ.
    pub skewed: bool,
    /// When the request waited for this very span, and for none of its children.
    pub critical: Vec<(Nanos, Nanos)>,
    /// The critical path leads through it.
    pub on_path: bool,
}

impl Node {
    pub fn descendants(&self, place: usize) -> usize {
        self.after.saturating_sub(place + 1)
    }

    /// Time on the critical path that is its own.
    pub fn own(&self) -> Nanos {
        self.critical.iter().fold(Nanos(0), |sum, part| sum + (part.1 - part.0))
    }
}

impl Trace {
    pub fn duration(&self) -> Nanos {
        self.end - self.start
    }

    pub fn errors(&self) -> usize {
        self.nodes.iter().filter(|node| node.span.error.is_some()).count()
    }

    pub fn orphans(&self) -> usize {
        self.nodes.iter().filter(|node| node.orphan).count()
    }

    pub fn skewed(&self) -> usize {
        self.nodes.iter().filter(|node| node.skewed).count()
    }

    /// Spans on the critical path that end after their parents.
    fn outliving(&self) -> usize {
        let ends_late = |node: &&Node| {
            let parent = node.parent.and_then(|parent| self.nodes.get(parent));
            node.on_path && parent.is_some_and(|parent| node.end > parent.end + ROUNDED)
        };
        self.nodes.iter().filter(ends_late).count()
    }

    /// Spans that began something, and say that nobody called them.
    fn roots(&self) -> usize {
        self.nodes.iter().filter(|node| node.parent.is_none() && !node.orphan).count()
    }

    /// The span that the trace is named after, and whose end the critical path leads to: the earliest without a
    /// parent, or the longest where every parent is missing.
    pub fn root(&self) -> Option<&Node> {
        self.root_place().and_then(|place| self.nodes.get(place))
    }

    /// Names of the services in it.
    pub fn services(&self) -> std::collections::BTreeSet<&str> {
        self.nodes.iter().map(|node| node.span.service.as_str()).collect()
    }

    pub fn summary(&self) -> Summary {
        let root = self.root().map(|node| &node.span);
        Summary {
            id: self.id,
            service: root.map_or_else(String::new, |span| span.service.clone()),
            name: root.map_or_else(String::new, |span| span.name.clone()),
            start: self.start,
            duration: Some(self.duration()),
            spans: Some(self.nodes.len() + self.cut),
            failed: Some(self.errors() > 0),
        }
    }

    /// What the request waited for, the longest first: places and times of their own.
    pub fn waits(&self) -> Vec<(usize, Nanos)> {
        let own = |(place, node): (usize, &Node)| (!node.critical.is_empty()).then(|| (place, node.own()));
        let mut waits: Vec<_> = self.nodes.iter().enumerate().filter_map(own).collect();
        waits.sort_by_key(|(place, own)| (std::cmp::Reverse(*own), *place));
        waits
    }

    /// What is doubtful about it, in sentences.
    pub fn doubts(&self) -> Vec<String> {
        let mut doubts = Vec::new();
        let mut say = |count: usize, one: &str, more: &str| match count {
            0 => {}
            1 => doubts.push(format!("1 {one}")),
            count => doubts.push(format!("{count} {more}")),
        };
        say(self.cut, "span left out", "spans left out");
        say(self.orphans(), "span without its parent", "spans without their parents");
        say(
            self.skewed(),
            "span outside its parent's time: clocks differ",
            "spans outside their parents' time: clocks differ",
        );
        say(
            self.outliving(),
            "span on the critical path outlives its parent",
            "spans on the critical path outlive their parents",
        );
        say(
            self.roots().saturating_sub(1),
            "more root, beside the critical path",
            "more roots, beside the critical path",
        );
        say(self.doubles, "span told twice", "spans told twice");
        doubts
    }
}
