//! Dots in cells: two by four in braille, one a cell in ASCII. A higher layer takes a cell from a lower one.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::super::text::set;

#[derive(Clone, Copy, Default)]
struct Dots {
    bits: u8,
    layer: u8,
    hot: bool,
}

pub(super) struct Canvas {
    width: usize,
    height: usize,
    across: usize,
    down: usize,
    cells: Vec<Dots>,
}

const BITS: [[u8; 4]; 2] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]];

impl Canvas {
    pub(super) fn new(width: u16, height: u16, ascii: bool) -> Self {
        let (width, height) = (usize::from(width), usize::from(height));
        let (across, down) = if ascii { (1, 1) } else { (2, 4) };
        Self { width, height, across, down, cells: vec![Dots::default(); width * height] }
    }

    pub(super) fn dots_per_cell(&self) -> (usize, usize) {
        (self.across, self.down)
    }

    pub(super) fn columns(&self) -> usize {
        self.width * self.across
    }

    pub(super) fn rows(&self) -> usize {
        self.height * self.down
    }

    pub(super) fn set(&mut self, column: usize, row: usize, layer: usize, hot: bool) {
        let place = row / self.down * self.width + column / self.across;
        let Some(cell) = self.cells.get_mut(place) else { return };
        let layer = layer.min(usize::from(u8::MAX)) as u8;
        if cell.bits != 0 && cell.layer > layer {
            return;
        }
        if cell.layer != layer {
            *cell = Dots { layer, ..Dots::default() };
        }
        cell.bits |= BITS[column % self.across][row % self.down];
        cell.hot |= hot;
    }

    pub(super) fn draw(&self, plot: Rect, buf: &mut Buffer, style_of: impl Fn(usize, bool) -> Style) {
        let top = self.cells.iter().map(|cell| cell.layer).max().unwrap_or(0);
        for (y, row) in (plot.y..plot.bottom()).zip(self.cells.chunks(self.width)) {
            for (x, cell) in (plot.x..plot.right()).zip(row).filter(|(_, cell)| cell.bits != 0) {
                set(buf, (x, y), self.glyph(*cell, top), style_of(usize::from(cell.layer), cell.hot));
            }
        }
    }

    fn glyph(&self, cell: Dots, top: u8) -> char {
        match (self.across, cell.layer) {
            (2, _) => char::from_u32(0x2800 + u32::from(cell.bits)).unwrap_or('⠿'),
            (_, 0) => '-',
            (_, layer) if layer == top => '*',
            _ => '.',
        }
    }
}
