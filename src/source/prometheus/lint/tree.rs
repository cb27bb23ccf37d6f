//! A query as a tree of our own, whatever parser made it.

use std::ops::Range;
use std::time::Duration;

use super::matcher::Matcher;

#[derive(Debug)]
pub(in crate::source::prometheus) struct Node {
    pub(in crate::source::prometheus) kind: Kind,
    /// Operands, arguments, or what is aggregated.
    pub(in crate::source::prometheus) parts: Vec<Node>,
    /// Bytes of the name it begins with.
    pub(in crate::source::prometheus) name_at: Option<Range<usize>>,
}

#[derive(Debug)]
pub(in crate::source::prometheus) enum Kind {
    Aggregate {
        op: String,
        grouping: Grouping,
    },
    Call(&'static str),
    Binary {
        op: String,
        /// Whether a comparison gives 0 and 1.
        bool: bool,
    },
    Parens,
    Negative,
    Subquery(Reach),
    /// Without a range.
    Instant(Selected),
    Matrix(Selected, Reach),
    Number(f64),
    Text,
}

#[derive(Debug)]
pub(in crate::source::prometheus) enum Grouping {
    All,
    By(Vec<String>),
    Without(Vec<String>),
}

impl Grouping {
    /// Whether `label` is gone afterwards.
    pub(in crate::source::prometheus) fn drops(&self, label: &str) -> bool {
        let named = |labels: &[String]| labels.iter().any(|l| l == label);
        match self {
            Self::All => true,
            Self::By(labels) => !named(labels),
            Self::Without(labels) => named(labels),
        }
    }
}

/// How far back a range looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::source::prometheus) enum Reach {
    /// `{{.window}}`
    Window,
    Fixed(Duration),
}

#[derive(Debug)]
pub(in crate::source::prometheus) struct Selected {
    /// Empty where a pattern stands for it.
    pub(in crate::source::prometheus) name: String,
    pub(in crate::source::prometheus) matchers: Vec<Matcher>,
    /// Whether `offset` or `@` moves it.
    pub(in crate::source::prometheus) moved: bool,
    /// Whether it has sets of matchers joined by `or`, as `VictoriaMetrics` allows; `matchers` is empty then.
    pub(in crate::source::prometheus) alternatives: bool,
}

impl Selected {
    pub(in crate::source::prometheus) fn of<'a>(&'a self, label: &str) -> Vec<&'a Matcher> {
        self.matchers.iter().filter(|matcher| matcher.label() == label).collect()
    }
}

impl Node {
    /// Without the parentheses around it.
    pub(in crate::source::prometheus) fn bare(&self) -> &Self {
        match (&self.kind, &self.parts[..]) {
            (Kind::Parens, [inner]) => inner.bare(),
            _ => self,
        }
    }

    /// From the first name in it to the last.
    pub(in crate::source::prometheus) fn span(&self) -> Option<Range<usize>> {
        let mut span: Option<Range<usize>> = None;
        self.each(&mut |node, _| {
            if let Some(at) = &node.name_at {
                span = Some(span.as_ref().map_or(at.clone(), |s| s.start.min(at.start)..s.end.max(at.end)));
            }
        });
        span
    }

    /// Visits every node, with those above it from the root on.
    pub(in crate::source::prometheus) fn each<'a>(&'a self, visit: &mut dyn FnMut(&'a Self, &[&'a Self])) {
        self.descend(&mut Vec::new(), visit);
    }

    fn descend<'a>(&'a self, above: &mut Vec<&'a Self>, visit: &mut dyn FnMut(&'a Self, &[&'a Self])) {
        visit(self, above);
        above.push(self);
        for part in &self.parts {
            part.descend(above, visit);
        }
        above.pop();
    }

    pub(in crate::source::prometheus) fn any(&self, test: &dyn Fn(&Self) -> bool) -> bool {
        let mut found = false;
        self.each(&mut |node, _| found |= test(node));
        found
    }

    /// The two sides, if this is `op`.
    pub(in crate::source::prometheus) fn binary(&self, wanted: &[&str]) -> Option<(&Self, &Self)> {
        match (&self.kind, &self.parts[..]) {
            (Kind::Binary { op, .. }, [left, right]) if wanted.contains(&op.as_str()) => Some((left, right)),
            _ => None,
        }
    }

    pub(in crate::source::prometheus) fn call(&self) -> Option<&'static str> {
        if let Kind::Call(name) = self.kind { Some(name) } else { None }
    }

    pub(in crate::source::prometheus) fn selected(&self) -> Option<&Selected> {
        match &self.kind {
            Kind::Instant(selected) | Kind::Matrix(selected, _) => Some(selected),
            _ => None,
        }
    }

    /// Whether it is the same wherever and whenever it is asked.
    pub(in crate::source::prometheus) fn is_constant(&self) -> bool {
        match self.kind {
            Kind::Number(_) => true,
            Kind::Parens | Kind::Negative | Kind::Binary { .. } => self.parts.iter().all(Self::is_constant),
            _ => false,
        }
    }

    /// The value of numbers and what is reckoned from them.
    pub(in crate::source::prometheus) fn value(&self) -> Option<f64> {
        let side = |index: usize| self.parts.get(index)?.value();
        match &self.kind {
            Kind::Number(value) => Some(*value),
            Kind::Parens => side(0),
            Kind::Negative => Some(-side(0)?),
            Kind::Binary { op, .. } => match op.as_str() {
                "+" => Some(side(0)? + side(1)?),
                "-" => Some(side(0)? - side(1)?),
                "*" => Some(side(0)? * side(1)?),
                "/" => Some(side(0)? / side(1)?),
                _ => None,
            },
            _ => None,
        }
    }
}

/// Whether `node` only decides when there is an answer: it stands right of `and` or `unless`.
pub(in crate::source::prometheus) fn is_guard(node: &Node, above: &[&Node]) -> bool {
    let below = above.iter().skip(1).copied().chain([node]);
    let mut pairs = above.iter().zip(below);
    pairs.any(|(parent, child)| {
        parent.binary(&["and", "unless"]).is_some_and(|(_, right)| std::ptr::eq(right, child))
    })
}
