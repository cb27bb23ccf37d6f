//! Where something stands in a file.

use std::ops::Range;

/// Bytes of the file.
pub type Span = Range<usize>;

/// A value and where it was written.
#[derive(Clone, Debug, PartialEq)]
pub struct At<T> {
    pub value: T,
    pub span: Span,
}

impl<T> At<T> {
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }

    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> At<U> {
        At { value: change(self.value), span: self.span }
    }
}

/// A span with the line and column of its start, both from 1; the column counts characters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    pub span: Span,
    pub line: usize,
    pub column: usize,
}

/// The lines of a text.
#[derive(Debug)]
pub struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
    /// Characters before each [`STRIDE`] of bytes: a file of one line would be counted over and over.
    counted: Vec<usize>,
}

const STRIDE: usize = 512;

impl<'a> Lines<'a> {
    pub fn new(text: &'a str) -> Self {
        let breaks = text.match_indices('\n').map(|(index, _)| index + 1);
        let mut before = 0;
        let counted = text.as_bytes().chunks(STRIDE).map(|chunk| {
            let first = before;
            before += characters(chunk);
            first
        });
        let counted = counted.collect();
        Self { text, starts: std::iter::once(0).chain(breaks).collect(), counted }
    }

    pub fn text(&self) -> &'a str {
        self.text
    }

    /// Spans beyond the text, or inside a character, are moved to where they can be shown.
    pub fn place(&self, span: &Span) -> Place {
        let start = boundary(self.text, span.start);
        let end = boundary(self.text, span.end).max(start);
        let line = self.starts.partition_point(|first| *first <= start);
        let first = self.starts[line - 1];
        Place { span: start..end, line, column: self.between(first, start) + 1 }
    }

    /// How many characters start between two bytes.
    fn between(&self, first: usize, end: usize) -> usize {
        if end - first < STRIDE {
            return characters(&self.text.as_bytes()[first..end]);
        }
        self.before(end) - self.before(first)
    }

    /// How many characters start before the byte `index`.
    fn before(&self, index: usize) -> usize {
        let chunk = index / STRIDE;
        let counted = self.counted.get(chunk).or(self.counted.last()).copied().unwrap_or(0);
        let from = chunk.min(self.counted.len().saturating_sub(1)) * STRIDE;
        counted + characters(&self.text.as_bytes()[from..index])
    }
}

/// How many characters start in these bytes of a text.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| (**byte & 0xc0) != 0x80).count()
}

/// The nearest start of a character at or before `index`.
pub(super) fn boundary(text: &str, index: usize) -> usize {
    let index = index.min(text.len());
    (0..=index).rev().find(|index| text.is_char_boundary(*index)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_may_end_in_crlf() {
        let text = "a = 1\r\nnäme = \"ü\"\nx";
        let lines = Lines::new(text);
        let at = |word: &str| {
            let start = text.find(word).unwrap();
            let place = lines.place(&(start..start + word.len()));
            (place.line, place.column)
        };
        assert_eq!(at("a = 1"), (1, 1));
        assert_eq!(at("näme"), (2, 1));
        assert_eq!(at("\"ü\""), (2, 8));
        assert_eq!(at("x"), (3, 1));
    }

    #[test]
    fn columns_are_right_far_into_a_long_line() {
        let text = format!("ü\n{}x{}", "ü".repeat(3 * STRIDE), "y".repeat(STRIDE));
        let lines = Lines::new(&text);
        let x = text.find('x').unwrap();
        assert_eq!(lines.place(&(x..x + 1)), Place { span: x..x + 1, line: 2, column: 3 * STRIDE + 1 });
        let end = text.len();
        assert_eq!(lines.place(&(end..end)).column, 4 * STRIDE + 2);
        let exact = "x".repeat(STRIDE);
        assert_eq!(Lines::new(&exact).place(&(STRIDE..STRIDE)).column, STRIDE + 1);
    }

    #[test]
    fn a_span_outside_the_text_is_brought_back() {
        let lines = Lines::new("ü");
        assert_eq!(lines.place(&(1..99)), Place { span: 0..2, line: 1, column: 1 });
        assert_eq!(lines.place(&(50..99)), Place { span: 2..2, line: 1, column: 2 });
        assert_eq!(Lines::new("").place(&(0..0)), Place { span: 0..0, line: 1, column: 1 });
    }
}
