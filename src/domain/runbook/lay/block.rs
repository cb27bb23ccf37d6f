//! One block to lines: indents, marks, bars, and the air between blocks.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::wrap::{clip, wrap};
use super::{Kind, LaidLine, Options, Span, Tone, table};
use crate::domain::runbook::page::{Block, Body, Inline, Page, Style};

const TAB: usize = 4;

pub(super) struct Layer<'a> {
    page: &'a Page,
    options: &'a Options<'a>,
    lines: Vec<LaidLine>,
    /// Column at which the text of each open list starts.
    columns: Vec<usize>,
    previous: Option<usize>,
    at: usize,
    code_width: usize,
}

impl<'a> Layer<'a> {
    pub(super) fn new(page: &'a Page, options: &'a Options<'a>) -> Self {
        Self { page, options, lines: Vec::new(), columns: Vec::new(), previous: None, at: 0, code_width: 0 }
    }

    pub(super) fn done(self) -> (Vec<LaidLine>, usize) {
        (self.lines, self.code_width)
    }

    /// At most two quiet lines; the title is left to the frame around the page.
    pub(super) fn front_matter(&mut self) {
        let shown = self.page.front_matter.iter().filter(|(key, value)| key != "title" && !value.is_empty());
        let words: Vec<String> = shown.map(|(key, value)| format!("{key}: {value}")).collect();
        let text = clip(&words.join("  "), self.options.width * 2);
        let inline = [Inline::Text { text, style: Style::default() }];
        for spans in wrap(&inline, self.options.width, Tone::Muted).into_iter().take(2) {
            self.push(Kind::Front, spans);
        }
        if !self.lines.is_empty() {
            self.push(Kind::Blank, Vec::new());
        }
    }

    pub(super) fn block(&mut self, at: usize, block: &Block) {
        self.air(block);
        self.at = at;
        self.previous = Some(at);
        match &block.body {
            Body::Heading { level, text } => self.heading(*level, text, block),
            Body::Paragraph(text) => self.text(text, block),
            Body::Item { number, task, text } => {
                self.item(&mark(*number, *task, self.options.ascii), text, block);
            }
            Body::Code { lines, .. } => self.code(lines, block),
            Body::Table(table) => {
                let prefix = self.prefix(block, self.column(block.depth));
                let width = self.options.width - width_of(&prefix);
                for spans in table::lay(table, width, self.options.ascii) {
                    self.prefixed(Kind::Table, &prefix, spans);
                }
            }
            Body::Rule => {
                let prefix = self.prefix(block, self.column(block.depth));
                let width = self.options.width - width_of(&prefix);
                let rule = Span::new(self.pick("─", "-").repeat(width), Tone::Rule);
                self.prefixed(Kind::Rule, &prefix, vec![rule]);
            }
            Body::Details { summary, until } => self.fold(summary, *until, block),
        }
    }

    fn heading(&mut self, level: u8, text: &[Inline], block: &Block) {
        let tone = match level {
            1 => Tone::Heading1,
            2 => Tone::Heading2,
            _ => Tone::Heading3,
        };
        let mark = "#".repeat(usize::from(level)) + " ";
        self.hang(Kind::Heading, (&mark, Tone::Muted), text, (block, tone));
    }

    fn text(&mut self, text: &[Inline], block: &Block) {
        let prefix = self.prefix(block, self.column(block.depth));
        let width = self.options.width - width_of(&prefix);
        for spans in wrap(text, width, Tone::Text) {
            self.prefixed(Kind::Text, &prefix, spans);
        }
    }

    fn item(&mut self, mark: &str, text: &[Inline], block: &Block) {
        self.columns.truncate(block.depth.saturating_sub(1));
        let column = self.hang(Kind::Item, (mark, Tone::Bullet), text, (block, Tone::Text));
        self.columns.push(column);
    }

    /// Text behind a mark, its further lines under its first word. Gives the column of the text.
    fn hang(&mut self, kind: Kind, mark: (&str, Tone), text: &[Inline], of: (&Block, Tone)) -> usize {
        let (block, tone) = of;
        let start = self.column(block.depth.saturating_sub(usize::from(kind == Kind::Item)));
        let first = self.prefix(block, start);
        let mark = (clip(mark.0, (self.options.width / 2).saturating_sub(width_of(&first))), mark.1);
        let column = start + mark.0.width();
        let rest = self.prefix(block, column);
        let width = self.options.width - width_of(&rest).max(width_of(&first) + mark.0.width());
        let mut lines = wrap(text, width, tone);
        if lines.is_empty() {
            lines.push(Vec::new());
        }
        for (index, spans) in lines.into_iter().enumerate() {
            if index == 0 {
                let marked = std::iter::once(Span::new(mark.0.clone(), mark.1)).chain(spans).collect();
                self.prefixed(kind, &first, marked);
            } else {
                self.prefixed(kind, &rest, spans);
            }
        }
        column
    }

    fn code(&mut self, lines: &[String], block: &Block) {
        let mut prefix = self.prefix(block, self.column(block.depth));
        let bar = self.pick("│ ", "| ");
        if width_of(&prefix) + 4 <= self.options.width {
            prefix.push(Span::new(bar, Tone::Rule));
        }
        let width = self.options.width - width_of(&prefix);
        for line in lines {
            let (spans, full) = window(line, self.options.offset, width);
            self.code_width = self.code_width.max(full);
            self.prefixed(Kind::Code, &prefix, spans);
        }
    }

    fn fold(&mut self, summary: &str, until: usize, block: &Block) {
        let shut = self.options.folded.contains(&self.at);
        let mark = if shut { self.pick("▸ ", "[+] ") } else { self.pick("▾ ", "[-] ") };
        let hidden = until.saturating_sub(self.at + 1);
        let note = if shut { format!(" ({hidden} hidden)") } else { String::new() };
        let text = [Inline::Text { text: format!("{summary}{note}"), style: Style::default() }];
        self.hang(Kind::Fold, (mark, Tone::Fold), &text, (block, Tone::Fold));
    }

    /// An empty line where two blocks should not touch.
    fn air(&mut self, block: &Block) {
        let Some(above) = self.previous.and_then(|at| self.page.blocks.get(at)) else { return };
        let in_list = above.depth > 0 && block.depth > 0;
        let close = match (&above.body, &block.body) {
            (_, Body::Heading { .. }) => false,
            (Body::Heading { .. } | Body::Details { .. }, _) => true,
            (_, Body::Item { .. } | Body::Code { .. }) | (Body::Code { .. }, _) => in_list,
            _ => false,
        };
        if !close {
            let mut spans = self.prefix(block, 0);
            spans.truncate(block.quote.min(above.quote));
            self.push(Kind::Blank, spans);
        }
    }

    fn column(&self, depth: usize) -> usize {
        let column = self.columns.get(..depth.min(self.columns.len())).and_then(<[usize]>::last);
        column.copied().unwrap_or(0).min(self.options.width / 2)
    }

    /// Quote bars and blanks before the text; together at most half of the width.
    fn prefix(&self, block: &Block, column: usize) -> Vec<Span> {
        let bar = self.pick("▌ ", "> ");
        let room = self.options.width / 2;
        let bars = block.quote.min(room / bar.width());
        let mut spans: Vec<Span> = (0..bars).map(|_| Span::new(bar, Tone::Quote)).collect();
        let blanks = column.min(room - bars * bar.width());
        if blanks > 0 {
            spans.push(Span::new(" ".repeat(blanks), Tone::Text));
        }
        spans
    }

    fn prefixed(&mut self, kind: Kind, prefix: &[Span], spans: Vec<Span>) {
        let line = prefix.iter().cloned().chain(spans).filter(|span| !span.text.is_empty()).collect();
        self.push(kind, line);
    }

    fn push(&mut self, kind: Kind, spans: Vec<Span>) {
        let section = self.page.section_of(self.at);
        self.lines.push(LaidLine { block: self.at, section, kind, spans });
    }

    fn pick(&self, wide: &'static str, ascii: &'static str) -> &'static str {
        if self.options.ascii { ascii } else { wide }
    }
}

fn width_of(spans: &[Span]) -> usize {
    spans.iter().map(|span| span.text.width()).sum()
}

fn mark(number: Option<u64>, task: Option<bool>, ascii: bool) -> String {
    let mut mark = match (number, task) {
        (Some(number), _) => format!("{number}. "),
        (None, Some(_)) => String::new(),
        (None, None) => if ascii { "- " } else { "• " }.to_owned(),
    };
    match task {
        Some(true) => mark.push_str("[x] "),
        Some(false) => mark.push_str("[ ] "),
        None => {}
    }
    mark
}

/// The part of a code line that shows through a window, `<` and `>` where it is cut, and the line's full width.
pub(super) fn window(line: &str, offset: usize, width: usize) -> (Vec<Span>, usize) {
    let mut shown = String::new();
    let mut column = 0;
    let (from, to) = (offset, offset.saturating_add(width));
    for c in line.chars() {
        let cells = if c == '\t' { TAB - column % TAB } else { c.width().unwrap_or(0) };
        let (start, end) = (column, column + cells);
        column = end;
        if c != '\t' && start >= from && end <= to {
            if cells > 0 || !shown.is_empty() {
                shown.push(c);
            }
        } else {
            let visible = end.min(to).saturating_sub(start.max(from));
            shown.extend(std::iter::repeat_n(' ', visible));
        }
    }
    (marked(&shown, from > 0 && column > 0, column > to, width), column)
}

fn marked(shown: &str, left: bool, right: bool, width: usize) -> Vec<Span> {
    let mut chars: Vec<char> = shown.chars().collect();
    if width < 3 {
        return vec![Span::new(shown, Tone::CodeBlock)];
    }
    let mut spans = Vec::with_capacity(3);
    if left {
        spans.push(Span::new("<", Tone::Muted));
        replace(&mut chars, false);
    }
    if right {
        replace(&mut chars, true);
    }
    spans.push(Span::new(chars.into_iter().collect::<String>(), Tone::CodeBlock));
    if right {
        spans.push(Span::new(">", Tone::Muted));
    }
    spans
}

/// Takes one cell away at an end; half of a wide character becomes a blank.
fn replace(chars: &mut Vec<char>, at_end: bool) {
    while !chars.is_empty() {
        let c = if at_end { chars.pop() } else { Some(chars.remove(0)) };
        match c.and_then(UnicodeWidthChar::width) {
            Some(0) | None => {}
            Some(1) => return,
            Some(_) if at_end => return chars.push(' '),
            Some(_) => return chars.insert(0, ' '),
        }
    }
}
