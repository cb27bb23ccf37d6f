//! Text made safe and made to fit: nothing from outside reaches a cell but through `clean`.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::style::Style;
use ratatui::text::Line;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

pub use crate::text::clean;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Align {
    #[default]
    Left,
    Right,
    Center,
}

/// The columns that `text` takes.
pub fn width(text: &str) -> usize {
    text.width()
}

/// The same for a screen: never so many that adding a place to it could overflow.
pub(super) fn cells(text: &str) -> u16 {
    text.width().min(10_000) as u16
}

/// `text` in exactly `width` columns: cut with `…`, or padded on the side that `align` leaves.
pub fn fit(text: &str, width: usize, align: Align) -> String {
    let text = cut(text, width);
    let spare = width.saturating_sub(text.width());
    let left = match align {
        Align::Left => 0,
        Align::Right => spare,
        Align::Center => spare / 2,
    };
    format!("{:left$}{text}{:right$}", "", "", right = spare - left)
}

/// `text`, cleaned, in at most `width` columns, its end replaced by `…` when it is longer.
pub fn cut(text: &str, width: usize) -> Cow<'_, str> {
    let text = clean(text);
    if text.width() <= width {
        return text;
    }
    if width == 0 {
        return Cow::Borrowed("");
    }
    let mut kept = head(&text, width - 1).trim_end().to_owned();
    kept.push('…');
    Cow::Owned(kept)
}

/// The longest beginning of `text` that takes at most `width` columns.
fn head(text: &str, width: usize) -> &str {
    let mut used = 0;
    let end = text.char_indices().find(|(_, c)| {
        used += c.width().unwrap_or(0);
        used > width
    });
    end.map_or(text, |(at, _)| &text[..at])
}

/// `text` in lines of at most `width` columns, broken at blanks, or inside a word that is longer than a line.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        wrap_paragraph(&clean(paragraph), width.max(1), &mut lines);
    }
    lines
}

fn wrap_paragraph(text: &str, width: usize, lines: &mut Vec<String>) {
    let mut line = String::new();
    for word in text.split_whitespace() {
        let mut word = word;
        if !line.is_empty() && line.width() + 1 + word.width() > width {
            lines.push(std::mem::take(&mut line));
        }
        while word.width() > width {
            let part = head(word, width);
            let part =
                if part.is_empty() { &word[..word.chars().next().map_or(0, char::len_utf8)] } else { part };
            lines.push(part.to_owned());
            word = &word[part.len()..];
        }
        if !line.is_empty() && !word.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
}

/// Lines of at most `room` columns of a text whose parts stand between ` · `; parts stay whole where they fit.
pub fn pack(text: &str, room: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for part in clean(text).split(" · ") {
        match lines.last_mut().filter(|line| width(line) + 3 + width(part) <= room) {
            Some(line) => *line = format!("{line} · {part}"),
            None => lines.extend(wrap(part, room)),
        }
    }
    lines
}

/// Draws `text`, cleaned and cut to `width` columns, and returns the column after it.
pub fn put(buf: &mut Buffer, (x, y): (u16, u16), text: &str, width: u16, style: Style) -> u16 {
    let text = cut(text, usize::from(width));
    if !has_cell(buf, x, y) {
        return x;
    }
    buf.set_stringn(x, y, &text, usize::from(width), style).0
}

/// Draws a line of styled spans in exactly `width` columns; each span is cleaned, the whole is cut with `…`.
pub fn put_line(buf: &mut Buffer, (x, y): (u16, u16), line: &Line<'_>, width: u16, align: Align) {
    if !has_cell(buf, x, y) {
        return;
    }
    let wanted: usize = line.spans.iter().map(|span| clean(&span.content).width()).sum();
    let spare = width.saturating_sub(wanted.min(usize::from(width)) as u16);
    let end = x.saturating_add(width);
    let mut at = match align {
        Align::Left => x,
        Align::Right => x + spare,
        Align::Center => x + spare / 2,
    };
    let mut left = wanted;
    for span in &line.spans {
        let text = clean(&span.content);
        let room = usize::from(end.saturating_sub(at));
        left -= text.width();
        let style = line.style.patch(span.style);
        let tight = text.width() > room || (left > 0 && text.width() == room);
        if tight && room > 0 {
            let mut kept = head(&text, room - 1).to_owned();
            kept.push('…');
            buf.set_stringn(at, y, &kept, room, style);
            return;
        }
        at = buf.set_stringn(at, y, &text, room, style).0;
    }
}

/// True when the buffer holds the cell; drawing elsewhere would panic.
pub(super) fn has_cell(buf: &Buffer, x: u16, y: u16) -> bool {
    buf.area.contains((x, y).into())
}

/// Sets one cell, if the buffer holds it.
pub(super) fn set(buf: &mut Buffer, (x, y): (u16, u16), glyph: char, style: Style) {
    if let Some(cell) = buf.cell_mut((x, y)) {
        cell.set_char(glyph).set_style(style);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use ratatui::layout::Rect;

    #[test]
    fn plain_text_is_not_copied() {
        assert!(matches!(clean("checkout/availability"), Cow::Borrowed(_)));
        assert!(matches!(clean("Größe 12 µs"), Cow::Borrowed(_)));
    }

    #[test]
    fn escapes_and_invisible_characters_do_not_come_through() {
        assert_eq!(clean("a\u{1b}[31mred\u{1b}[0m b"), "ared b");
        assert_eq!(clean("\u{1b}]0;title\u{7}x\u{1b}]8;;http://h\u{1b}\\y"), "xy");
        assert_eq!(clean("\u{9b}2Jx\u{9d}52;c;AAAA\u{9c}y"), "xy");
        assert_eq!(clean("\u{1b}(Bx\u{1b}cy"), "xy");
        assert_eq!(clean("a\tb\r\nc\u{7}d"), "a b  cd");
        assert_eq!(clean("user\u{202e}txt.exe\u{2066}\u{200b}\u{feff}"), "usertxt.exe");
        assert_eq!(clean("an unfinished \u{1b}]0;string\nnext"), "an unfinished 0;string next");
        assert_eq!(clean("e\u{301}\u{301}\u{301}\u{301}"), "e\u{301}\u{301}\u{301}");
    }

    #[test]
    fn fitting_is_exact_with_wide_characters() {
        assert_eq!(fit("abc", 5, Align::Left), "abc  ");
        assert_eq!(fit("abc", 5, Align::Right), "  abc");
        assert_eq!(fit("abc", 6, Align::Center), " abc  ");
        assert_eq!(fit("availability", 6, Align::Left), "avail…");
        assert_eq!(fit("日本語", 4, Align::Left), "日… ");
        assert_eq!(fit("abc", 0, Align::Left), "");
    }

    #[test]
    fn wrapping_breaks_at_blanks_and_in_long_words() {
        assert_eq!(wrap("the quick brown fox", 9), ["the quick", "brown fox"]);
        assert_eq!(wrap("a abcdefgh b", 4), ["a", "abcd", "efgh", "b"]);
        assert_eq!(wrap("one\n\ntwo", 9), ["one", "", "two"]);
        assert_eq!(wrap("日本", 1), ["日", "本", ""]);
    }

    #[test]
    fn a_line_of_spans_is_cut_as_one() {
        let mut buf = Buffer::empty(Rect::new(0, 0, 8, 2));
        let line = Line::from(vec!["checkout".into(), "/lat".into()]);
        put_line(&mut buf, (0, 0), &line, 8, Align::Left);
        put_line(&mut buf, (0, 1), &Line::from(vec!["12".into(), " %".into()]), 8, Align::Right);
        assert_eq!(super::super::to_text(&buf), "checkou…\n    12 %\n");
    }

    proptest! {
        #[test]
        fn any_text_is_tamed(text in any::<String>(), columns in 0usize..40) {
            let safe = clean(&text);
            prop_assert!(!safe.chars().any(crate::text::is_unsafe));
            prop_assert_eq!(clean(&safe).into_owned(), safe.as_ref());
            prop_assert_eq!(fit(&text, columns, Align::Right).width(), columns);
        }
    }

    #[test]
    fn parts_between_dots_stay_whole_where_they_fit() {
        let tiers = "page 14.4× 1h & 5m · page 6× 6h & 30m · ticket 3× 1d & 2h";
        assert_eq!(pack(tiers, 40), ["page 14.4× 1h & 5m · page 6× 6h & 30m", "ticket 3× 1d & 2h"]);
        assert_eq!(pack("page 6× 6h & 30m", 9), ["page 6×", "6h & 30m"]);
    }
}
