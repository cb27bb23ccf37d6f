//! Gathers the parser's events: one arm an event, block by block.

use std::collections::HashMap;

use pulldown_cmark::{Alignment, BlockQuoteKind, CodeBlockKind, CowStr, Event, HeadingLevel, Tag, TagEnd};

use super::inline::Inlines;
use crate::domain::runbook::fences::Source;
use crate::domain::runbook::page::{
    Align, Block, Body, Inline, Link, Page, Section, Style, Table, plain, slug,
};
use crate::text::{clean_code, cleaned};

pub(super) struct Builder<'a> {
    source: &'a Source,
    /// Byte offset of each line of the source.
    starts: Vec<usize>,
    pub(super) page: Page,
    pub(super) inlines: Inlines,
    line: usize,
    /// Next number of each open list; none for bullets.
    lists: Vec<Option<u64>>,
    quote: usize,
    item: Option<Pending>,
    code: Option<(String, String)>,
    table: Option<Table>,
    pub(super) html: Option<String>,
    /// Open folds: the index of their block.
    pub(super) folds: Vec<usize>,
    /// Text between `<summary>` and its end.
    pub(super) summary: Option<String>,
    slugs: HashMap<String, usize>,
}

struct Pending {
    number: Option<u64>,
    task: Option<bool>,
    line: usize,
}

impl<'a> Builder<'a> {
    pub(super) fn new(page: Page, source: &'a Source) -> Self {
        let starts =
            std::iter::once(0).chain(source.text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self {
            source,
            starts,
            page,
            inlines: Inlines::default(),
            line: 1,
            lists: Vec::new(),
            quote: 0,
            item: None,
            code: None,
            table: None,
            html: None,
            folds: Vec::new(),
            summary: None,
            slugs: HashMap::new(),
        }
    }

    /// Notes where the next event stands.
    pub(super) fn at(&mut self, offset: usize) {
        let index = self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        self.line = self.source.origin.get(index).copied().unwrap_or(self.line);
    }

    pub(super) fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(end) => self.end(end),
            Event::Text(text) => self.text(&text),
            Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.inlines.code(cleaned(&text));
            }
            Event::Html(html) => match &mut self.html {
                Some(block) => block.push_str(&html),
                None => self.markup(&html),
            },
            Event::InlineHtml(html) => self.markup(&html),
            Event::FootnoteReference(name) => self.inlines.text(&format!("[{}]", cleaned(&name))),
            Event::SoftBreak => self.inlines.text(" "),
            Event::HardBreak => self.inlines.line_break(),
            Event::Rule => {
                self.flush();
                self.push(Body::Rule);
            }
            Event::TaskListMarker(ticked) => {
                if let Some(item) = &mut self.item {
                    item.task = Some(ticked);
                }
            }
        }
    }

    fn text(&mut self, text: &str) {
        match (&mut self.code, &mut self.html) {
            (Some((_, code)), _) => code.push_str(text),
            (None, Some(html)) => html.push_str(text),
            (None, None) => self.inlines.text(&cleaned(text)),
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        if !matches!(
            tag,
            Tag::Emphasis
                | Tag::Strong
                | Tag::Strikethrough
                | Tag::Link { .. }
                | Tag::Image { .. }
                | Tag::TableCell
        ) {
            self.flush();
        }
        match tag {
            Tag::List(first) => self.lists.push(first),
            Tag::Item => self.open_item(),
            Tag::BlockQuote(kind) => {
                self.quote += 1;
                if let Some(kind) = kind {
                    self.callout(kind);
                }
            }
            Tag::CodeBlock(kind) => self.code = Some((language(&kind), String::new())),
            Tag::HtmlBlock => self.html = Some(String::new()),
            Tag::Table(align) => {
                self.table =
                    Some(Table { align: align.iter().map(|a| alignment(*a)).collect(), ..Table::default() });
            }
            Tag::TableRow => {
                if let Some(table) = &mut self.table {
                    table.rows.push(Vec::new());
                }
            }
            Tag::Emphasis => self.inlines.emphasis += 1,
            Tag::Strong => self.inlines.strong += 1,
            Tag::Strikethrough => self.inlines.struck += 1,
            Tag::Link { dest_url, .. } => self.inlines.open_link(&dest_url),
            Tag::Image { dest_url, .. } => self.inlines.open_image(&dest_url),
            Tag::Heading { id, .. } => self.inlines.id = id.map(|id| cleaned(&id)),
            _ => {}
        }
    }

    fn end(&mut self, end: TagEnd) {
        match end {
            TagEnd::Heading(level) => self.heading(level),
            TagEnd::List(_) => {
                self.flush();
                self.lists.pop();
            }
            TagEnd::BlockQuote(_) => {
                self.flush();
                self.quote -= 1;
            }
            TagEnd::CodeBlock => self.close_code(),
            TagEnd::HtmlBlock => {
                let html = self.html.take().unwrap_or_default();
                self.markup(&html);
                self.flush();
            }
            TagEnd::TableCell => self.close_cell(),
            TagEnd::Table => {
                if let Some(table) = self.table.take() {
                    self.push(Body::Table(table));
                }
            }
            TagEnd::Emphasis => self.inlines.emphasis -= 1,
            TagEnd::Strong => self.inlines.strong -= 1,
            TagEnd::Strikethrough => self.inlines.struck -= 1,
            TagEnd::Link => self.inlines.close_link(),
            TagEnd::Image => self.inlines.close_image(),
            TagEnd::Item => {
                self.flush();
                self.emit_item(Vec::new());
            }
            TagEnd::Paragraph => self.flush(),
            _ => {}
        }
    }

    fn open_item(&mut self) {
        let number = self.lists.last_mut().and_then(|next| {
            let number = *next;
            *next = next.map(|n| n.saturating_add(1));
            number
        });
        self.item = Some(Pending { number, task: None, line: self.line });
    }

    fn callout(&mut self, kind: BlockQuoteKind) {
        let word = match kind {
            BlockQuoteKind::Note => "Note",
            BlockQuoteKind::Tip => "Tip",
            BlockQuoteKind::Important => "Important",
            BlockQuoteKind::Warning => "Warning",
            BlockQuoteKind::Caution => "Caution",
        };
        let style = Style { strong: true, ..Style::default() };
        self.push(Body::Paragraph(vec![Inline::Text { text: word.into(), style }]));
    }

    fn heading(&mut self, level: HeadingLevel) {
        let id = self.inlines.id.take();
        let text = self.inlines.take();
        let title = plain(&text);
        let level = level as u8;
        if title.is_empty() {
            return;
        }
        let anchor = self.unique(id.unwrap_or_else(|| slug(&title)));
        self.page.sections.push(Section { level, title, anchor, block: self.page.blocks.len() });
        self.push_with_links(Body::Heading { level, text });
    }

    fn unique(&mut self, slug: String) -> String {
        let seen = self.slugs.entry(slug.clone()).or_insert(0);
        *seen += 1;
        if *seen == 1 { slug } else { format!("{slug}-{}", *seen - 1) }
    }

    fn close_code(&mut self) {
        let Some((language, text)) = self.code.take() else { return };
        let lines = text.lines().map(clean_code).collect();
        self.push(Body::Code { language, lines });
    }

    fn close_cell(&mut self) {
        let cell = self.inlines.take();
        self.number_links();
        if let Some(table) = &mut self.table {
            match table.rows.last_mut() {
                Some(row) => row.push(cell),
                None => table.head.push(cell),
            }
        }
    }

    /// Ends the running paragraph: the text of a waiting list item, or a block of its own.
    pub(super) fn flush(&mut self) {
        let text = self.inlines.take();
        if text.is_empty() {
            return;
        }
        if let Some(summary) = &mut self.summary {
            summary.push_str(&plain(&text));
            return;
        }
        if self.item.is_some() {
            self.emit_item(text);
        } else {
            self.push_with_links(Body::Paragraph(text));
        }
    }

    fn emit_item(&mut self, text: Vec<Inline>) {
        let Some(Pending { number, task, line }) = self.item.take() else { return };
        self.number_links();
        self.place(Body::Item { number, task, text }, line);
    }

    fn push_with_links(&mut self, body: Body) {
        self.number_links();
        self.place(body, self.line);
    }

    fn number_links(&mut self) {
        let (block, line) = (self.page.blocks.len(), self.line);
        let fresh = self.inlines.links.drain(..).map(|(text, target)| Link { text, target, block, line });
        self.page.links.extend(fresh);
    }

    /// A block that is no running text; a list item that starts with it gets its own line first.
    pub(super) fn push(&mut self, body: Body) {
        self.emit_item(Vec::new());
        self.place(body, self.line);
    }

    fn place(&mut self, body: Body, line: usize) {
        self.page.blocks.push(Block { depth: self.lists.len(), quote: self.quote, line, body });
    }

    pub(super) fn finish(mut self) -> Page {
        self.flush();
        while !self.folds.is_empty() {
            self.close_fold();
        }
        self.number_links();
        let last = self.page.blocks.len().saturating_sub(1);
        for link in &mut self.page.links {
            link.block = link.block.min(last);
        }
        self.page
    }

    pub(super) fn close_fold(&mut self) {
        let end = self.page.blocks.len();
        let fold = self.folds.pop().and_then(|at| self.page.blocks.get_mut(at));
        if let Some(Block { body: Body::Details { until, .. }, .. }) = fold {
            *until = end;
        }
    }
}

fn language(kind: &CodeBlockKind<'_>) -> String {
    let info: &CowStr<'_> = match kind {
        CodeBlockKind::Fenced(info) => info,
        CodeBlockKind::Indented => return String::new(),
    };
    cleaned(info.split([' ', ',', '{']).next().unwrap_or_default())
}

fn alignment(align: Alignment) -> Align {
    match align {
        Alignment::Center => Align::Center,
        Alignment::Right => Align::Right,
        Alignment::None | Alignment::Left => Align::Left,
    }
}
