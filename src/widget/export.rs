//! A drawn buffer as plain text or as text with ANSI styles.

use std::fmt::Write;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

use super::palette::named;
use super::text::width;

/// The symbols of each row; the cell behind a wide symbol holds none.
pub(super) fn rows(buf: &Buffer) -> impl Iterator<Item = impl Iterator<Item = (u16, &Cell)>> {
    buf.content.chunks(usize::from(buf.area.width.max(1))).map(|row| {
        let mut covered = 0;
        (0u16..).zip(row).filter(move |(_, cell)| {
            if covered > 0 {
                covered -= 1;
                return false;
            }
            covered = width(cell.symbol()).saturating_sub(1);
            true
        })
    })
}

/// One line a row, without blanks at the end.
pub fn to_text(buf: &Buffer) -> String {
    let mut out = String::with_capacity(buf.content.len());
    for row in rows(buf) {
        let start = out.len();
        out.extend(row.map(|(_, cell)| cell.symbol()));
        let end = start + out[start..].trim_end_matches(' ').len();
        out.truncate(end);
        out.push('\n');
    }
    out
}

/// One line a row with the colours as they are in the styles; each line ends with styles reset.
pub fn to_ansi(buf: &Buffer) -> String {
    let mut out = String::with_capacity(4 * buf.content.len());
    for row in rows(buf) {
        let mut last = (Color::Reset, Color::Reset, Modifier::empty());
        for (_, cell) in row {
            let style = (cell.fg, cell.bg, cell.modifier);
            if style != last {
                push_style(&mut out, cell);
                last = style;
            }
            out.push_str(cell.symbol());
        }
        if last != (Color::Reset, Color::Reset, Modifier::empty()) {
            out.push_str("\u{1b}[0m");
        }
        out.push('\n');
    }
    out
}

const MODIFIERS: [(Modifier, u8); 8] = [
    (Modifier::BOLD, 1),
    (Modifier::DIM, 2),
    (Modifier::ITALIC, 3),
    (Modifier::UNDERLINED, 4),
    (Modifier::SLOW_BLINK, 5),
    (Modifier::REVERSED, 7),
    (Modifier::HIDDEN, 8),
    (Modifier::CROSSED_OUT, 9),
];

fn push_style(out: &mut String, cell: &Cell) {
    out.push_str("\u{1b}[0");
    for (modifier, code) in MODIFIERS {
        if cell.modifier.contains(modifier) {
            // Writing to a String cannot fail.
            let _ = write!(out, ";{code}");
        }
    }
    push_color(out, cell.fg, 30);
    push_color(out, cell.bg, 40);
    out.push('m');
}

/// `base` is 30 for the foreground, 40 for the background.
fn push_color(out: &mut String, color: Color, base: u8) {
    let _ = match color {
        Color::Reset => Ok(()),
        Color::Rgb(r, g, b) => write!(out, ";{};2;{r};{g};{b}", base + 8),
        Color::Indexed(index) => write!(out, ";{};5;{index}", base + 8),
        _ => match named(color) {
            Some(index @ 0..=7) => write!(out, ";{}", base + index),
            Some(index) => write!(out, ";{}", base + 52 + index),
            None => Ok(()),
        },
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    #[test]
    fn text_has_no_blanks_at_the_end_and_wide_symbols_once() {
        let mut buf = Buffer::empty(Rect::new(0, 0, 6, 2));
        buf.set_string(0, 0, "日本 a", Style::new());
        assert_eq!(to_text(&buf), "日本 a\n\n");
    }

    #[test]
    fn ansi_keeps_the_depth_of_each_colour() {
        let mut buf = Buffer::empty(Rect::new(0, 0, 4, 2));
        buf.set_string(0, 0, "a", Style::new().fg(Color::Rgb(1, 2, 3)).bg(Color::Indexed(240)));
        buf.set_string(1, 0, "bc", Style::new().fg(Color::LightRed).add_modifier(Modifier::BOLD));
        buf.set_string(3, 0, "d", Style::new().bg(Color::Blue));
        assert_eq!(
            to_ansi(&buf),
            "\u{1b}[0;38;2;1;2;3;48;5;240ma\u{1b}[0;1;91mbc\u{1b}[0;44md\u{1b}[0m\n    \n"
        );
    }
}
