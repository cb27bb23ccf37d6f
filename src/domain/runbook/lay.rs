//! Lays a page out as plain lines of a given width; each span says what it means, not how it looks.

mod block;
mod table;
mod wrap;

use std::collections::BTreeSet;

use super::page::{Body, Page};
use block::Layer;

/// How to lay a page out.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// Cells; no line is ever wider.
    pub width: usize,
    /// Cells by which code is moved to the left.
    pub offset: usize,
    /// Only ASCII marks (the page's own text stays as it is).
    pub ascii: bool,
    /// Block indices of the folds that are shut.
    pub folded: &'a BTreeSet<usize>,
}

/// A page ready to draw.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Laid {
    pub lines: Vec<LaidLine>,
    /// Target of link n at index n − 1.
    pub links: Vec<String>,
    /// Cells of the widest line of code, for the end of sideways scrolling.
    pub code_width: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaidLine {
    /// Index of the block it belongs to; an empty line belongs to the block above it.
    pub block: usize,
    pub section: Option<usize>,
    pub kind: Kind,
    pub spans: Vec<Span>,
}

/// What a line is part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Blank,
    Front,
    Heading,
    Text,
    Item,
    Code,
    Table,
    Rule,
    Fold,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    pub text: String,
    pub tone: Tone,
}

/// What a run of text means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Heading1,
    Heading2,
    /// And deeper.
    Heading3,
    Text,
    Strong,
    Emphasis,
    Code,
    CodeBlock,
    /// With the link's number.
    Link(usize),
    Bullet,
    Rule,
    Quote,
    Muted,
    Image,
    Fold,
}

impl Span {
    pub(super) fn new(text: impl Into<String>, tone: Tone) -> Self {
        Self { text: text.into(), tone }
    }
}

impl Laid {
    /// The first line of a block, or of what is shown after it if it lies in a shut fold.
    pub fn line_of(&self, block: usize) -> usize {
        self.lines.partition_point(|line| line.block < block).min(self.lines.len().saturating_sub(1))
    }
}

/// Lays the page out. At width 0 there is nothing to draw and no line.
pub fn lay(page: &Page, options: &Options<'_>) -> Laid {
    let links = page.links.iter().map(|link| link.target.clone()).collect();
    let mut layer = Layer::new(page, options);
    if options.width > 0 {
        layer.front_matter();
        let mut at = 0;
        while let Some(block) = page.blocks.get(at) {
            layer.block(at, block);
            at = match &block.body {
                Body::Details { until, .. } if options.folded.contains(&at) => *until.max(&(at + 1)),
                _ => at + 1,
            };
        }
    }
    let (lines, code_width) = layer.done();
    Laid { lines, links, code_width }
}

#[cfg(test)]
mod tests;
