//! A list or mapping that is still being read.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::size::Size;
use super::{Entry, Node, Value};
use crate::config::code;
use crate::config::place::{At, Span};
use crate::config::report::Report;
use crate::config::shown::quoted;

pub(super) struct Open {
    /// Where it starts.
    pub(super) span: Span,
    /// The parser's number of its name; 0 without one.
    pub(super) anchor: usize,
    parts: Parts,
}

enum Parts {
    Sequence(Vec<Rc<Node>>),
    Mapping { entries: Vec<Entry>, merged: Vec<Rc<Node>>, key: Option<Key> },
}

/// A key whose value comes next.
enum Key {
    Text(At<String>),
    /// `<<`
    Merge,
    /// No text; this has been told.
    Bad,
}

impl Open {
    pub(super) fn sequence(span: Span, anchor: usize) -> Self {
        Self { span, anchor, parts: Parts::Sequence(Vec::new()) }
    }

    pub(super) fn mapping(span: Span, anchor: usize) -> Self {
        Self { span, anchor, parts: Parts::Mapping { entries: Vec::new(), merged: Vec::new(), key: None } }
    }

    pub(super) fn add(&mut self, node: Rc<Node>, report: &Report<'_>) {
        match &mut self.parts {
            Parts::Sequence(items) => items.push(node),
            Parts::Mapping { entries, merged, key } => match key.take() {
                None => *key = Some(Key::of(&node, report)),
                Some(Key::Text(key)) => entries.push(Entry { key, value: node }),
                Some(Key::Merge) => collect_merged(&node, merged, report),
                Some(Key::Bad) => {}
            },
        }
    }

    /// The whole node, which ends at byte `end`.
    pub(super) fn close(self, end: usize, report: &Report<'_>) -> Node {
        let span = self.span.start..end.max(self.span.end);
        match self.parts {
            Parts::Sequence(items) => {
                let size = Size::around(items.iter().map(|item| item.size));
                Node { span, value: Value::Sequence(items), size }
            }
            Parts::Mapping { entries, merged, .. } => {
                let entries = with_merged(without_duplicates(entries, report), &merged);
                let parts =
                    entries.iter().flat_map(|entry| [Size::of_text(&entry.key.value), entry.value.size]);
                let size = Size::around(parts);
                Node { span, value: Value::Mapping(entries), size }
            }
        }
    }
}

impl Key {
    fn of(node: &Node, report: &Report<'_>) -> Self {
        match node.scalar() {
            Some(scalar) if scalar.plain && scalar.text == "<<" => Self::Merge,
            Some(scalar) if !node.is_null() => Self::Text(At::new(scalar.text.clone(), node.span.clone())),
            _ => {
                let message = format!("a key must be text, not {}", node.kind());
                let found = report.error(code::WRONG_TYPE, &node.span, &message);
                found.hint("a text that starts with a bracket needs quotes");
                Self::Bad
            }
        }
    }
}

/// `<<` takes a mapping or a list of them.
fn collect_merged(node: &Rc<Node>, merged: &mut Vec<Rc<Node>>, report: &Report<'_>) {
    match &node.value {
        Value::Mapping(_) => merged.push(Rc::clone(node)),
        Value::Sequence(items) if items.iter().all(|item| matches!(item.value, Value::Mapping(_))) => {
            merged.extend(items.iter().map(Rc::clone));
        }
        _ => {
            let message = format!("`<<` takes the keys of a mapping, not of {}", node.kind());
            report.error(code::WRONG_TYPE, &node.span, &message).hint("write `<<: *name` of a mapping");
        }
    }
}

fn without_duplicates(entries: Vec<Entry>, report: &Report<'_>) -> Vec<Entry> {
    let mut first: HashMap<String, Span> = HashMap::new();
    let mut kept = Vec::with_capacity(entries.len());
    for entry in entries {
        if let Some(first) = first.get(&entry.key.value) {
            let message = format!("the key `{}` comes twice", quoted(&entry.key.value));
            report.error(code::DUPLICATE, &entry.key.span, &message).also(first, "first here");
        } else {
            first.insert(entry.key.value.clone(), entry.key.span.clone());
            kept.push(entry);
        }
    }
    kept
}

/// A key of its own wins over a merged one, and an earlier mapping over a later.
fn with_merged(mut entries: Vec<Entry>, merged: &[Rc<Node>]) -> Vec<Entry> {
    if merged.is_empty() {
        return entries;
    }
    let mut known: HashSet<String> = entries.iter().map(|entry| entry.key.value.clone()).collect();
    for node in merged {
        let Value::Mapping(others) = &node.value else { continue };
        let new = others.iter().filter(|other| known.insert(other.key.value.clone()));
        entries.extend(new.cloned());
    }
    entries
}
