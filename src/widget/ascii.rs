//! The last net: whatever was drawn, only ASCII leaves.

use ratatui::buffer::Buffer;

use super::text::width;

/// Replaces every symbol that is not ASCII by one that is: shapes by their like, letters without their accents, the rest by `?`.
pub fn to_ascii(buf: &mut Buffer) {
    for cell in &mut buf.content {
        if !cell.symbol().is_ascii() {
            let wide = width(cell.symbol()) > 1;
            let plain = cell.symbol().chars().next().map_or(' ', ascii);
            // A wide symbol covers the next cell, which the terminal would otherwise show as it was before.
            if wide {
                cell.set_symbol("??")
            } else {
                cell.set_char(plain)
            };
        }
    }
}

/// The ASCII character that says the same.
fn ascii(symbol: char) -> char {
    match symbol {
        ' '..='~' => symbol,
        '\u{2800}'..='\u{28ff}' => density((symbol as u32 & 0xff).count_ones()),
        '\u{2500}'..='\u{257f}' => line(symbol),
        '\u{2580}'..='\u{259f}' => block(symbol),
        '\u{c0}'..='\u{ff}' => letter(symbol),
        _ => sign(symbol),
    }
}

fn density(dots: u32) -> char {
    [' ', '.', '.', ':', ':', '*', '*', '#', '#'].get(dots as usize).copied().unwrap_or('#')
}

fn line(symbol: char) -> char {
    match symbol {
        '─' | '━' | '┄' | '┅' | '┈' | '┉' | '╌' | '╍' | '╴' | '╶' | '╸' | '╺' | '╼' | '╾' => {
            '-'
        }
        '═' => '=',
        '│' | '┃' | '┆' | '┇' | '┊' | '┋' | '╎' | '╏' | '║' | '╵' | '╷' | '╹' | '╻' | '╽' | '╿' => {
            '|'
        }
        '╱' => '/',
        '╲' => '\\',
        '╳' => 'x',
        _ => '+',
    }
}

fn block(symbol: char) -> char {
    match symbol {
        '▁' | '░' => '.',
        '▂' => ':',
        '▃' | '▖' | '▗' | '▘' | '▝' => '-',
        '▄' | '▀' | '▔' => '=',
        '▅' => '+',
        '▆' => '*',
        '▞' | '▚' | '▒' => 'x',
        '▏' | '▎' | '▕' | '▌' | '▍' | '▐' => '|',
        _ => '#',
    }
}

fn letter(symbol: char) -> char {
    match symbol {
        'À'..='Å' => 'A',
        'à'..='å' => 'a',
        'È'..='Ë' => 'E',
        'è'..='ë' => 'e',
        'Ì'..='Ï' => 'I',
        'ì'..='ï' => 'i',
        'Ò'..='Ö' | 'Ø' => 'O',
        'ò'..='ö' | 'ø' => 'o',
        'Ù'..='Ü' => 'U',
        'ù'..='ü' => 'u',
        'Ç' => 'C',
        'ç' => 'c',
        'Ñ' => 'N',
        'ñ' => 'n',
        'ß' => 's',
        '×' => 'x',
        '÷' => '/',
        _ => '?',
    }
}

fn sign(symbol: char) -> char {
    match symbol {
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => ' ',
        '·' | '•' | '∙' | '⋅' | '◌' => '.',
        '‐' | '‑' | '‒' | '–' | '—' | '−' | '↔' => '-',
        '…' | '≈' | '∼' => '~',
        '▲' | '⚠' | '△' => '!',
        '▼' | '▾' | '▽' | '↓' => 'v',
        '●' | '◉' | '★' | '⬤' | '◆' => '*',
        '◐' | '◑' | '○' | '◯' | '◇' | '□' | '▫' | '◻' => 'o',
        '■' | '▪' | '◼' | '≠' => '#',
        '→' | '▶' | '▸' | '›' | '»' | '❯' | '≥' => '>',
        '←' | '◀' | '◂' | '‹' | '«' | '❮' | '≤' => '<',
        '↑' | '▴' => '^',
        '✓' | '✔' => '+',
        '✗' | '✘' | '✕' => 'x',
        '‘' | '’' | '′' => '\'',
        '“' | '”' | '″' => '"',
        'µ' | 'μ' => 'u',
        'Σ' | '∑' => 'S',
        'Δ' => 'D',
        '∞' => '8',
        _ => '?',
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    fn mapped(text: &str) -> String {
        let mut buf = Buffer::empty(Rect::new(0, 0, width(text) as u16, 1));
        buf.set_string(0, 0, text, Style::new());
        to_ascii(&mut buf);
        buf.content.iter().map(ratatui::buffer::Cell::symbol).collect()
    }

    #[test]
    fn whatever_the_widgets_draw_has_a_like() {
        use crate::widget::{Chart, Gauge, Marker, Segment, Series, Strip, Table, Timeline, chart::Shape};
        use ratatui::widgets::Widget;
        let mut buf = Buffer::empty(Rect::new(0, 0, 40, 14));
        let row = |y, height| Rect::new(0, y, 40, height);
        for (y, value) in [(0, Some(0.51)), (1, Some(-0.3)), (2, None)] {
            Gauge { value, tick: Some(0.8), ..Gauge::default() }.render(row(y, 1), &mut buf);
        }
        let levels: Vec<_> =
            (0..9).map(|level| (Some(level), Style::new())).chain([(None, Style::new())]).collect();
        Strip { cells: &levels, ..Strip::default() }.render(row(3, 1), &mut buf);
        let marker = |at, shape| Marker { at, label: "now", shape, ..Marker::default() };
        let markers = [marker(0.2, Shape::Flag), marker(0.5, Shape::Dashed), marker(0.8, Shape::Solid)];
        let values: Vec<_> = (0..80u32).map(|i| Some(f64::from(i * i % 7))).collect();
        let series = [Series { values: &values, ..Series::default() }];
        let threshold = Some((3.0, Style::new()));
        Chart { series: &series, high: 6.0, threshold, markers: &markers, ..Chart::default() }
            .render(row(4, 6), &mut buf);
        let part = Segment { label: "a name that is cut", style: Style::new(), from: 0.1, to: 0.3 };
        Timeline { segments: &[part], now: Some(0.5), ..Timeline::default() }.render(row(10, 1), &mut buf);
        let rows = [vec!["a".into()]];
        Table { rows: &rows, selected: Some(0), ..Table::default() }.render(row(11, 2), &mut buf);
        assert!(buf.content.iter().filter(|cell| !cell.symbol().is_ascii()).count() > 200);
        to_ascii(&mut buf);
        assert!(buf.content.iter().all(|cell| cell.symbol().is_ascii() && cell.symbol() != "?"));
    }

    #[test]
    fn signs_and_letters_have_a_like() {
        let ours = "─│┄┊╌╎╱▏┃▼▲●◐○→×·–−…▁▂▃▄▅▆▇█▖▞▌╵✓⠉⣀⣿";
        assert!(!mapped(ours).contains('?'), "{}", mapped(ours));
        assert_eq!(mapped(" ▁▂▃▄▅▆▇█"), " .:-=+*##");
        assert_eq!(mapped("203× · 2–3 −16 a… ▲ ●◐○"), "203x . 2-3 -16 a~ ! *oo");
        assert_eq!(mapped("Größe µs"), "Grose us");
    }

    #[test]
    fn what_has_no_like_is_a_question_mark_a_cell() {
        assert_eq!(mapped("a語b"), "a?? b");
        assert_eq!(mapped("λ"), "?");
    }

    #[test]
    fn nothing_but_ascii_is_left() {
        for symbol in (0x80..0x3_0000).filter_map(char::from_u32) {
            assert!(ascii(symbol).is_ascii_graphic() || ascii(symbol) == ' ', "{symbol:?}");
        }
    }
}
