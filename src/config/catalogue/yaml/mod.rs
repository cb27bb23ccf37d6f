//! YAML, and JSON with it, as a tree that remembers where everything was written.

mod build;
mod open;
mod scalar;
mod size;
mod syntax;

use std::rc::Rc;

use crate::config::place::{At, Span};

pub(crate) use build::parse;
pub(crate) use scalar::{Kind, Scalar};

use size::Size;

/// What an alias stands for is shared, and its spans are where it was written first.
#[derive(Debug)]
pub(crate) struct Node {
    /// All of a scalar or a flow collection; for a block collection from its first to its last line.
    pub(crate) span: Span,
    pub(crate) value: Value,
    size: Size,
}

#[derive(Debug)]
pub(crate) enum Value {
    Scalar(Scalar),
    Sequence(Vec<Rc<Node>>),
    /// In the order of the file; no key comes twice.
    Mapping(Vec<Entry>),
}

#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key: At<String>,
    pub(crate) value: Rc<Node>,
}

impl Node {
    /// The type in the words of a message.
    pub(crate) fn kind(&self) -> &'static str {
        match &self.value {
            Value::Scalar(scalar) => scalar.kind().words(),
            Value::Sequence(_) => "a list",
            Value::Mapping(_) => "a mapping",
        }
    }

    pub(crate) fn scalar(&self) -> Option<&Scalar> {
        if let Value::Scalar(scalar) = &self.value { Some(scalar) } else { None }
    }

    /// Nothing was written, or `null`.
    pub(crate) fn is_null(&self) -> bool {
        self.scalar().is_some_and(|scalar| scalar.kind() == Kind::Null)
    }
}

#[cfg(test)]
mod tests;
