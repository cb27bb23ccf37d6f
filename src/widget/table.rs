//! Rows and columns: what to drop when it is narrow, where each cell stands, and the selected row.

mod layout;
#[cfg(test)]
mod tests;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::Line;
use ratatui::widgets::Widget;

pub use layout::Layout;

use super::text::{Align, put_line, set, width};

/// A column. When the width runs out, the columns with the lowest priority go first.
#[derive(Debug, Clone, Copy, Default)]
pub struct Column<'a> {
    pub title: &'a str,
    pub min: u16,
    pub ideal: u16,
    pub priority: u8,
    pub align: Align,
}

/// One cell: styled spans in one line.
pub type Cell<'a> = Line<'a>;

/// A header and rows. Cells that hold more than text stay empty here and are drawn over at [`Layout::cell`].
#[derive(Debug, Clone, Default)]
pub struct Table<'a> {
    pub columns: &'a [Column<'a>],
    pub rows: &'a [Vec<Cell<'a>>],
    pub selected: Option<usize>,
    /// The first row shown.
    pub offset: usize,
    pub header: Style,
    /// The style under the selected row, and of the bar at its left.
    pub selection: Style,
    pub bar: Style,
    pub ascii: bool,
}

impl Table<'_> {
    pub fn layout(&self, area: Rect) -> Layout {
        Layout::new(self.columns, area, self.offset, self.rows.len())
    }

    fn render_header(&self, layout: &Layout, buf: &mut Buffer) {
        for (place, column) in self.columns.iter().enumerate() {
            if let Some(cell) = layout.header(place) {
                let title = Line::styled(column.title, self.header);
                put_line(buf, (cell.x, cell.y), &title, cell.width, column.align);
            }
        }
    }

    /// Lays the selection under the row; reversed video takes the first cell alone, so that gauges keep their sense.
    fn render_selection(&self, number: usize, layout: &Layout, row: Rect, buf: &mut Buffer) {
        set(buf, (row.x, row.y), if self.ascii { '>' } else { '▌' }, self.bar);
        if !self.selection.add_modifier.contains(Modifier::REVERSED) {
            buf.set_style(row, Style { fg: None, ..self.selection });
        } else if let Some(cell) = layout.cell(number, 0) {
            buf.set_style(cell, Style::reset().patch(self.selection));
        }
    }
}

/// The offset that keeps `selected` among `visible` rows of `len`, moving `offset` as little as possible.
pub fn scroll(offset: usize, selected: Option<usize>, visible: usize, len: usize) -> usize {
    let last = len.saturating_sub(visible);
    let Some(selected) = selected else { return offset.min(last) };
    let lowest = (selected + 1).saturating_sub(visible);
    offset.clamp(lowest, selected.max(lowest)).min(last)
}

impl Widget for &Table<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let layout = self.layout(area.intersection(buf.area));
        self.render_header(&layout, buf);
        for (number, row) in self.rows.iter().enumerate().skip(self.offset) {
            let Some(whole) = layout.row(number) else { break };
            for (place, line) in row.iter().enumerate() {
                if let (Some(cell), Some(column)) = (layout.cell(number, place), self.columns.get(place)) {
                    put_line(buf, (cell.x, cell.y), line, cell.width, column.align);
                }
            }
            if self.selected == Some(number) {
                self.render_selection(number, &layout, whole, buf);
            }
        }
    }
}

/// Figures padded so that their decimal points stand in one column; what has no point ends before it.
pub fn decimal(figures: &[String]) -> Vec<String> {
    let parts = || figures.iter().map(|figure| figure.split_at(figure.find('.').unwrap_or(figure.len())));
    let whole = parts().map(|(whole, _)| width(whole)).max().unwrap_or(0);
    let rest = parts().map(|(_, rest)| width(rest)).max().unwrap_or(0);
    let pad = |(left, right): (&str, &str)| {
        let (before, after) = (whole - width(left), rest - width(right));
        format!("{:before$}{left}{right}{:after$}", "", "")
    };
    parts().map(pad).collect()
}
