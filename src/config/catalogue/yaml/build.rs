//! The tree from the parser's events, within bounds.

use std::collections::HashMap;
use std::rc::Rc;

use granit_parser::{Event, Parser, ScalarStyle, Tag};

use super::open::Open;
use super::scalar::TAGS;
use super::size::{DEEPEST, MOST_BYTES, MOST_NODES, Size};
use super::syntax::{blamed, report_error};
use super::{Node, Scalar, Value};
use crate::config::code;
use crate::config::place::Span;
use crate::config::report::Report;
use crate::config::shown::quoted;

/// The documents of `text` that can be read, empty ones left out. One that cannot is told of, and the
/// next `---` starts anew; what is larger than anyone writes ends the file.
pub(crate) fn parse(text: &str, report: &Report<'_>) -> Vec<Rc<Node>> {
    let options = granit_parser::options! {
        flow_nesting_limit: DEEPEST,
        block_nesting_limit: DEEPEST,
        simple_key_max_lookahead: 64 * 1024,
    };
    let mut parser = Parser::new_from_str_with_options(text, options);
    let mut builder = Builder::new(report);
    loop {
        match parser.next() {
            Some(Ok((event, span))) => {
                let span = span.byte_range().unwrap_or(0..0);
                if builder.take(event, span).is_err() {
                    return builder.documents;
                }
            }
            Some(Err(error)) => {
                let start = error.marker().byte_offset().unwrap_or(0);
                report_error(report, error.kind(), &blamed(text, error.kind(), start));
                builder.abandon();
                if !matches!(parser.proceed_next_document(), Ok(true)) {
                    return builder.documents;
                }
            }
            None => return builder.documents,
        }
    }
}

/// The file is too large once its aliases are written out; this has been told.
struct TooLarge;

struct Builder<'r, 'a> {
    report: &'r Report<'a>,
    documents: Vec<Rc<Node>>,
    open: Vec<Open>,
    /// By the parser's number; none while the collection is still open.
    anchors: HashMap<usize, Option<Rc<Node>>>,
    spent: Size,
    /// Where the last value ended.
    end: usize,
}

impl<'r, 'a> Builder<'r, 'a> {
    fn new(report: &'r Report<'a>) -> Self {
        let (documents, open, anchors) = (Vec::new(), Vec::new(), HashMap::new());
        Self { report, documents, open, anchors, spent: Size::default(), end: 0 }
    }

    /// Forgets the document that is being read.
    fn abandon(&mut self) {
        self.open.clear();
        self.anchors.clear();
    }

    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), TooLarge> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.scalar(&text, style, anchor, tag.as_deref(), span)
            }
            Event::SequenceStart(_, anchor, tag) => self.start(Open::sequence(span, anchor), tag.as_deref()),
            Event::MappingStart(_, anchor, tag) => self.start(Open::mapping(span, anchor), tag.as_deref()),
            Event::SequenceEnd | Event::MappingEnd => {
                self.finish(&span);
                Ok(())
            }
            Event::Alias(anchor) => self.alias(anchor, &span),
            Event::DocumentStart(..) | Event::DocumentEnd => {
                self.abandon();
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<&Tag>,
        span: Span,
    ) -> Result<(), TooLarge> {
        let size = Size::of_text(text);
        self.spend(size, &span)?;
        self.end = self.end.max(span.end);
        let tag = self.core_tag(tag, &span);
        let scalar = Scalar { text: text.to_owned(), plain: style == ScalarStyle::Plain, tag };
        self.place(Rc::new(Node { span, value: Value::Scalar(scalar), size }), anchor);
        Ok(())
    }

    fn start(&mut self, open: Open, tag: Option<&Tag>) -> Result<(), TooLarge> {
        self.core_tag(tag, &open.span);
        self.spend(Size { nodes: 1, bytes: 0, height: 1 }, &open.span)?;
        if open.anchor != 0 {
            self.anchors.insert(open.anchor, None);
        }
        self.open.push(open);
        Ok(())
    }

    fn finish(&mut self, span: &Span) {
        let Some(open) = self.open.pop() else { return };
        // The end of a block collection is found where the next thing starts.
        self.end = if span.is_empty() { self.end } else { self.end.max(span.end) };
        let anchor = open.anchor;
        let node = open.close(self.end, self.report);
        self.place(Rc::new(node), anchor);
    }

    fn alias(&mut self, anchor: usize, span: &Span) -> Result<(), TooLarge> {
        self.end = self.end.max(span.end);
        if let Some(Some(node)) = self.anchors.get(&anchor) {
            let node = Rc::clone(node);
            self.spend(node.size, span)?;
            self.place(node, 0);
        } else {
            self.report.error(code::SYNTAX, span, "this alias stands for what it is a part of");
            let value = Value::Scalar(Scalar { text: String::new(), plain: true, tag: None });
            self.place(Rc::new(Node { span: span.clone(), value, size: Size::of_text("") }), 0);
        }
        Ok(())
    }

    /// Puts a whole node where it belongs.
    fn place(&mut self, node: Rc<Node>, anchor: usize) {
        if anchor != 0 {
            self.anchors.insert(anchor, Some(Rc::clone(&node)));
        }
        match self.open.last_mut() {
            Some(open) => open.add(node, self.report),
            None if node.is_null() => {}
            None => self.documents.push(node),
        }
    }

    fn spend(&mut self, size: Size, span: &Span) -> Result<(), TooLarge> {
        self.spent.nodes = self.spent.nodes.saturating_add(size.nodes);
        self.spent.bytes = self.spent.bytes.saturating_add(size.bytes);
        let message = if self.spent.nodes > MOST_NODES {
            format!("more than {MOST_NODES} values, aliases written out")
        } else if self.spent.bytes > MOST_BYTES {
            format!("more than {} MiB of text, aliases written out", MOST_BYTES / 1024 / 1024)
        } else if self.open.len() + size.height > DEEPEST {
            format!("lists and mappings lie more than {DEEPEST} deep in each other")
        } else {
            return Ok(());
        };
        let found = self.report.error(code::TOO_LARGE, span, &message);
        found.hint("the file is not read from here on; is it the right one?");
        Err(TooLarge)
    }

    /// The name of a core tag; others are told of, for nothing here knows them.
    fn core_tag(&self, tag: Option<&Tag>, span: &Span) -> Option<&'static str> {
        let tag = tag?;
        let core = TAGS.iter().copied().find(|name| tag.core_suffix() == Some(name));
        let name = format!("{}{}", tag.original_handle(), tag.suffix());
        if core.is_none() && name == "!" {
            return Some("str");
        }
        if core.is_none() {
            let message = format!("the tag `{}` means nothing here", quoted(&name));
            let found = self.report.warning(code::NOT_CARRIED, span, &message);
            found.hint("the value is taken as it stands");
        }
        core
    }
}
