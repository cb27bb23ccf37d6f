//! The heat strip: a few levels side by side, whose shape is read before any figure.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::widgets::Widget;

use super::sparkline::BLOCKS;
use super::text::set;

/// Levels from 0 (lowest) to 8, each with its own style and one blank between; `None` is not known.
#[derive(Debug, Clone, Copy, Default)]
pub struct Strip<'a> {
    pub cells: &'a [(Option<u8>, Style)],
    pub unknown: Style,
    pub ascii: bool,
}

impl Strip<'_> {
    /// The columns that `n` cells take.
    pub fn width(n: u16) -> u16 {
        (2 * n).saturating_sub(1)
    }

    fn glyph(&self, level: Option<u8>) -> char {
        match level {
            None if self.ascii => '-',
            None => '·',
            Some(level) if self.ascii => char::from(b'0' + level.min(8)),
            Some(level) => BLOCKS[usize::from(level.clamp(1, 8))],
        }
    }
}

impl Widget for &Strip<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let area = area.intersection(buf.area);
        if area.is_empty() {
            return;
        }
        for (x, (level, style)) in (area.x..area.right()).step_by(2).zip(self.cells) {
            let style = if level.is_none() { self.unknown } else { *style };
            set(buf, (x, area.y), self.glyph(*level), style);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_and_unknowns() {
        let plain = Style::new();
        let cells = [0, 1, 4, 8, 99].map(|level| (Some(level), plain));
        let cells = [cells.as_slice(), &[(None, plain)]].concat();
        let mut buf = Buffer::empty(Rect::new(0, 0, 11, 1));
        Strip { cells: &cells, ..Strip::default() }.render(buf.area, &mut buf);
        assert_eq!(super::super::to_text(&buf), "▁ ▁ ▄ █ █ ·\n");
        Strip { cells: &cells, ascii: true, ..Strip::default() }.render(buf.area, &mut buf);
        assert_eq!(super::super::to_text(&buf), "0 1 4 8 8 -\n");
        assert_eq!(Strip::width(6), 11);
    }
}
