//! Who or what holds when: segments on one row, gaps hatched, a mark at now.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::widgets::Widget;

use super::text::{cells, clean, put, set};

/// A stretch between two fractions of the width.
#[derive(Debug, Clone, Copy)]
pub struct Segment<'a> {
    pub label: &'a str,
    pub style: Style,
    pub from: f64,
    pub to: f64,
}

/// Segments in order; later ones lie on top, what none covers is a gap.
#[derive(Debug, Clone, Copy, Default)]
pub struct Timeline<'a> {
    pub segments: &'a [Segment<'a>],
    pub now: Option<f64>,
    pub gap: Style,
    pub now_style: Style,
    pub ascii: bool,
}

impl Timeline<'_> {
    fn glyphs(&self) -> (char, char, char) {
        if self.ascii { ('/', '|', '^') } else { ('╱', '▏', '┃') }
    }
}

impl Widget for &Timeline<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let area = area.intersection(buf.area);
        if area.is_empty() {
            return;
        }
        let (hatch, edge, now) = self.glyphs();
        let column = |at: f64| area.x + (at.clamp(0.0, 1.0) * f64::from(area.width)).round() as u16;
        let is_inside = |at: &f64| (0.0..=1.0).contains(at);
        let now_at = self.now.filter(is_inside).map(|at| column(at).min(area.right() - 1));
        let spans = self.segments.iter().map(|segment| (column(segment.from), column(segment.to)));
        // Only what is bare is hatched: a style without a colour would take on the gap's.
        for x in area.x..area.right() {
            if !spans.clone().any(|(start, end)| (start..end).contains(&x)) {
                set(buf, (x, area.y), hatch, self.gap);
            }
        }
        for segment in self.segments {
            let (start, end) = (column(segment.from), column(segment.to));
            for x in start..end {
                set(buf, (x, area.y), if x == start { edge } else { ' ' }, segment.style);
            }
            let text = clean(segment.label);
            let first = first_free(start + 1, cells(&text), now_at);
            if end > first {
                put(buf, (first, area.y), &text, end - first, segment.style);
            }
        }
        if let Some(x) = now_at {
            set(buf, (x, area.y), now, self.now_style);
        }
    }
}

/// Where a label of `wide` columns begins, so that the mark at now does not hide a letter of it.
fn first_free(start: u16, wide: u16, now: Option<u16>) -> u16 {
    match now {
        Some(x) if (start..=start + wide).contains(&x) => x + 2,
        _ => start,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_gaps_and_now() {
        let plain = Style::new();
        let part = |label, from, to| Segment { label, style: plain, from, to };
        let segments = [part("alice", 0.0, 0.4), part("charlie", 0.4, 0.7), part("eve", 0.85, 1.0)];
        let line = Timeline { segments: &segments, now: Some(0.1), ..Timeline::default() };
        let mut buf = Buffer::empty(Rect::new(0, 0, 20, 1));
        line.render(buf.area, &mut buf);
        assert_eq!(super::super::to_text(&buf), "▏ ┃ ali…▏char…╱╱╱▏e…\n");
    }
}
