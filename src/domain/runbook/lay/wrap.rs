//! Running text broken into lines at blanks; a word longer than a line is broken where it must be.

use unicode_width::UnicodeWidthChar;

use super::{Span, Tone};
use crate::domain::runbook::page::{Inline, Style};

/// Lines of at most `width` cells (at least 1); `base` is the tone of plain words.
pub(super) fn wrap(text: &[Inline], width: usize, base: Tone) -> Vec<Vec<Span>> {
    let mut wrapper = Wrapper { width: width.max(1), ..Wrapper::default() };
    for piece in text {
        match piece {
            Inline::Text { text, style } => wrapper.text(text, tone_of(*style, base)),
            Inline::Code(text) => wrapper.text(text, Tone::Code),
            Inline::Link { text, number, .. } => {
                let blank = text.ends_with(' ');
                wrapper.text(text.trim_end(), Tone::Link(*number));
                wrapper.text(&format!("[{number}]"), Tone::Link(*number));
                wrapper.text(if blank { " " } else { "" }, base);
            }
            Inline::Image { alt, path } => wrapper.text(&image(alt, path), Tone::Image),
            Inline::Break => wrapper.new_line(),
        }
    }
    wrapper.new_line();
    wrapper.lines
}

fn tone_of(style: Style, base: Tone) -> Tone {
    match (base, style) {
        (Tone::Text, Style { struck: true, .. }) => Tone::Muted,
        (Tone::Text, Style { strong: true, .. }) => Tone::Strong,
        (Tone::Text, Style { emphasis: true, .. }) => Tone::Emphasis,
        _ => base,
    }
}

fn image(alt: &str, path: &str) -> String {
    match (alt.trim(), path.trim()) {
        ("", path) => format!("[image: {path}]"),
        (alt, "") => format!("[image: {alt}]"),
        (alt, path) => format!("[image: {alt}, {path}]"),
    }
}

#[derive(Default)]
struct Wrapper {
    width: usize,
    lines: Vec<Vec<Span>>,
    line: Vec<Span>,
    line_cells: usize,
    word: Vec<Span>,
    word_cells: usize,
    /// Tone of the blank before the word under construction.
    blank: Option<Tone>,
}

impl Wrapper {
    fn text(&mut self, text: &str, tone: Tone) {
        for c in text.chars() {
            if c.is_whitespace() {
                self.end_word();
                self.blank = Some(tone);
            } else {
                self.char(c, tone);
            }
        }
    }

    fn char(&mut self, c: char, tone: Tone) {
        let cells = c.width().unwrap_or(0);
        let (c, cells) = if cells > self.width { ('?', 1) } else { (c, cells) };
        if self.word_cells + cells > self.width {
            self.end_word();
            self.end_line();
        }
        push(&mut self.word, c, tone);
        self.word_cells += cells;
    }

    fn end_word(&mut self) {
        if self.word.is_empty() {
            return;
        }
        let gap = usize::from(self.blank.is_some() && !self.line.is_empty());
        if self.line_cells + gap + self.word_cells > self.width {
            self.end_line();
        } else if let (1, Some(tone)) = (gap, self.blank) {
            push(&mut self.line, ' ', tone);
            self.line_cells += 1;
        }
        self.blank = None;
        self.line_cells += self.word_cells;
        self.word_cells = 0;
        for span in self.word.drain(..) {
            match self.line.last_mut() {
                Some(last) if last.tone == span.tone => last.text.push_str(&span.text),
                _ => self.line.push(span),
            }
        }
    }

    fn end_line(&mut self) {
        if !self.line.is_empty() {
            self.lines.push(std::mem::take(&mut self.line));
        }
        self.line_cells = 0;
    }

    fn new_line(&mut self) {
        self.end_word();
        self.end_line();
        self.blank = None;
    }
}

fn push(spans: &mut Vec<Span>, c: char, tone: Tone) {
    match spans.last_mut() {
        Some(last) if last.tone == tone => last.text.push(c),
        _ => spans.push(Span::new(c, tone)),
    }
}

/// The start of `text` that fits into `width` cells.
pub(super) fn clip(text: &str, width: usize) -> String {
    let mut cells = 0;
    let fits = |c: &char| {
        cells += c.width().unwrap_or(0);
        cells <= width
    };
    text.chars().take_while(fits).collect()
}
