//! The only file that calls the parser: text in, our own tree out.

use std::ops::Range;
use std::time::Duration;

use promql_parser::label::METRIC_NAME;
use promql_parser::parser::{self, AggregateExpr, BinaryExpr, Expr, LabelModifier, VectorSelector};

use super::finding::Finding;
use super::matcher::Matcher;
use super::prepare::{WINDOW, not_promql, prepare};
use super::tree::{Grouping, Kind, Node, Reach, Selected};
use super::words::Words;

pub(in crate::source::prometheus) fn parse(text: &str) -> Result<Node, Finding> {
    let prepared = prepare(text)?;
    if prepared.is_empty() {
        return Err(not_promql("it is empty"));
    }
    let parsed = parser::parse(&prepared).map_err(|why| not_promql(&why))?;
    Ok(Builder { words: Words::of(text) }.node(parsed))
}

struct Builder<'a> {
    words: Words<'a>,
}

impl Builder<'_> {
    fn node(&mut self, parsed: Expr) -> Node {
        match parsed {
            Expr::Aggregate(aggregate) => self.aggregate(aggregate),
            Expr::Binary(binary) => self.binary(binary),
            Expr::Call(call) => {
                let at = self.words.find(call.func.name);
                let parts = call.args.args.into_iter().map(|part| self.node(*part)).collect();
                Node { kind: Kind::Call(call.func.name), parts, name_at: at }
            }
            Expr::Paren(inner) => self.around(Kind::Parens, *inner.expr),
            Expr::Unary(inner) => self.around(Kind::Negative, *inner.expr),
            Expr::Subquery(inner) => self.around(Kind::Subquery(reach(inner.range)), *inner.expr),
            Expr::NumberLiteral(number) => leaf(Kind::Number(number.val), None),
            Expr::VectorSelector(inner) => {
                let (selected, at) = self.selected(inner);
                leaf(Kind::Instant(selected), at)
            }
            Expr::MatrixSelector(inner) => {
                let (selected, at) = self.selected(inner.vs);
                leaf(Kind::Matrix(selected, reach(inner.range)), at)
            }
            Expr::StringLiteral(_) | Expr::Extension(_) => leaf(Kind::Text, None),
        }
    }

    fn around(&mut self, kind: Kind, inner: Expr) -> Node {
        Node { kind, parts: vec![self.node(inner)], name_at: None }
    }

    fn aggregate(&mut self, parsed: AggregateExpr) -> Node {
        let op = parsed.op.to_string();
        let name_at = self.words.find(&op);
        let grouping = match parsed.modifier {
            Some(LabelModifier::Include(by)) if !by.is_empty() => Grouping::By(by.labels),
            Some(LabelModifier::Exclude(without)) => Grouping::Without(without.labels),
            _ => Grouping::All,
        };
        Node { kind: Kind::Aggregate { op, grouping }, parts: vec![self.node(*parsed.expr)], name_at }
    }

    fn binary(&mut self, parsed: BinaryExpr) -> Node {
        let kind = Kind::Binary { op: parsed.op.to_string(), bool: parsed.return_bool() };
        let left = self.node(*parsed.lhs);
        Node { kind, parts: vec![left, self.node(*parsed.rhs)], name_at: None }
    }

    fn selected(&mut self, parsed: VectorSelector) -> (Selected, Option<Range<usize>>) {
        let moved = parsed.offset.is_some() || parsed.at.is_some();
        let at = parsed.name.as_ref().and_then(|name| self.words.find(name));
        let alternatives = !parsed.matchers.or_matchers.is_empty();
        let all = parsed.matchers.matchers.into_iter().map(Matcher);
        let (names, matchers): (Vec<_>, Vec<_>) = all.partition(|matcher| matcher.label() == METRIC_NAME);
        let quoted = || names.iter().find(|name| name.pins()).map(|name| name.value().to_owned());
        let name = parsed.name.or_else(quoted).unwrap_or_default();
        (Selected { name, matchers, moved, alternatives }, at)
    }
}

fn leaf(kind: Kind, name_at: Option<Range<usize>>) -> Node {
    Node { kind, parts: Vec::new(), name_at }
}

fn reach(range: Duration) -> Reach {
    if range == WINDOW { Reach::Window } else { Reach::Fixed(range) }
}
