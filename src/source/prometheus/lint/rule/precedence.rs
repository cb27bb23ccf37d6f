//! `or` binds looser than arithmetic.

use crate::source::prometheus::lint::counted::counted;
use crate::source::prometheus::lint::finding::{Finding, Rule};
use crate::source::prometheus::lint::tree::Node;

const ARITHMETIC: &[&str] = &["/", "*", "%", "+", "-", "^"];

/// `a or vector(0) / b` gives the count `a` whenever there is one; so does `sum(a) or sum(c) / sum(b)`.
pub(super) fn or_precedence(node: &Node, _: &[&Node]) -> Option<Finding> {
    let (left, right) = node.binary(&["or"])?;
    right.binary(ARITHMETIC)?;
    let fallback = leftmost(right);
    let filled = fallback.call() == Some("vector") && right.any(&|inner| inner.selected().is_some());
    let halved = right
        .binary(&["/"])
        .is_some_and(|(_, below)| !counted(below).is_empty() && !counted(fallback).is_empty())
        && !counted(left).is_empty()
        && !left.any(&|inner| inner.binary(&["/"]).is_some());
    (filled || halved).then(|| {
        Finding::new(
            Rule::OrPrecedence,
            right.span(),
            "`or` binds looser than arithmetic: this gives the left side undivided whenever it exists",
            "put the `or` with both its sides in parentheses: `(… or vector(0)) / …`",
        )
    })
}

/// The operand an unparenthesised chain of arithmetic begins with.
fn leftmost(node: &Node) -> &Node {
    node.binary(ARITHMETIC).map_or(node, |(left, _)| leftmost(left))
}
