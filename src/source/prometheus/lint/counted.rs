//! What an expression counts: the counters in it, and how each is read.

use std::ops::Range;

use super::tree::{Grouping, Kind, Node, Reach, Selected, is_guard};

/// A counter under `rate`, `irate` or `increase`.
pub(super) struct Counted<'a> {
    pub(super) selected: &'a Selected,
    pub(super) reach: Reach,
    pub(super) per_second: bool,
    pub(super) at: Option<Range<usize>>,
}

/// `rate`, `irate` or `increase`, and what it is taken of.
pub(super) fn growth(node: &Node) -> Option<(&'static str, &Node)> {
    let name = node.call().filter(|name| ["rate", "irate", "increase"].contains(name))?;
    node.parts.first().map(|of| (name, of.bare()))
}

/// All counters of `node`, but for those that only decide when there is an answer.
pub(super) fn counted(node: &Node) -> Vec<Counted<'_>> {
    let mut found = Vec::new();
    node.each(&mut |inner, above| {
        let Some((name, of)) = growth(inner).filter(|_| !is_guard(inner, above)) else { return };
        if let Kind::Matrix(selected, reach) = &of.kind {
            let per_second = name != "increase";
            found.push(Counted { selected, reach: *reach, per_second, at: of.name_at.clone() });
        }
    });
    found
}

/// A bare selector as it is asked: `sum(increase(selector[w]))`. Anything else stays what it is.
pub(super) fn as_asked(root: Node) -> Node {
    let name_at = root.name_at.clone();
    match root.kind {
        Kind::Instant(selected) => {
            let matrix = Node { kind: Kind::Matrix(selected, Reach::Window), parts: Vec::new(), name_at };
            let increase = Node { kind: Kind::Call("increase"), parts: vec![matrix], name_at: None };
            let sum = Kind::Aggregate { op: "sum".to_owned(), grouping: Grouping::All };
            Node { kind: sum, parts: vec![increase], name_at: None }
        }
        _ => root,
    }
}
