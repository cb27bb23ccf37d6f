//! Moments on the time axis: flags above the plot, lines through it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::super::text::{cells, clean, set};
use super::label::{Labels, column};

/// How a moment is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shape {
    /// A flag above the plot with its label beside it.
    #[default]
    Flag,
    /// A broken line through the plot.
    Dashed,
    /// An unbroken line through the plot.
    Solid,
}

/// A moment at a fraction of the width. A flag's label stands beside it, a line's below the plot.
#[derive(Debug, Clone, Copy, Default)]
pub struct Marker<'a> {
    pub at: f64,
    pub label: &'a str,
    pub style: Style,
    /// Laid over the style of the chart's labels.
    pub label_style: Style,
    pub shape: Shape,
}

impl Marker<'_> {
    pub(super) fn needs_foot(&self) -> bool {
        self.shape != Shape::Flag && !self.label.is_empty()
    }

    fn glyph(&self, ascii: bool) -> char {
        match (self.shape, ascii) {
            (Shape::Flag, false) => '▼',
            (Shape::Flag, true) => 'v',
            (Shape::Dashed, false) => '┊',
            (Shape::Dashed, true) => ':',
            (Shape::Solid, false) => '│',
            (Shape::Solid, true) => '|',
        }
    }
}

pub(super) fn draw_lines(markers: &[Marker<'_>], plot: Rect, ascii: bool, buf: &mut Buffer) {
    for marker in markers.iter().filter(|marker| marker.shape != Shape::Flag) {
        let Some(x) = column(marker.at, plot) else { continue };
        for y in plot.y..plot.bottom() {
            set(buf, (x, y), marker.glyph(ascii), marker.style);
        }
    }
}

/// Flags from the right to the left: the newest keeps its label when there is no room for all.
pub(super) fn draw_words(markers: &[Marker<'_>], ascii: bool, labels: &mut Labels, buf: &mut Buffer) {
    let plot = labels.plot();
    for marker in markers {
        let Some(x) = column(marker.at, plot) else { continue };
        if marker.shape == Shape::Flag {
            labels.take_head(x);
            set(buf, (x, plot.y.saturating_sub(1)), marker.glyph(ascii), marker.style);
        } else if marker.needs_foot() {
            labels.foot(x, marker.label, marker.label_style, buf);
        }
    }
    for marker in markers.iter().rev().filter(|marker| marker.shape == Shape::Flag) {
        let Some(x) = column(marker.at, plot) else { continue };
        let text = clean(marker.label);
        let wide = cells(&text);
        let left = x.checked_sub(wide + 1).filter(|&left| left >= plot.x);
        let places = left.into_iter().chain([x + 2]);
        labels.head(places, &text, marker.label_style, buf);
    }
}
