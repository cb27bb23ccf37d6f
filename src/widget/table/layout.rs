//! Where the columns and rows of a table stand.

use ratatui::layout::Rect;

use super::Column;

/// Columns before the first cell: the bar of the selected row and a blank.
const MARGIN: u16 = 2;
/// Blanks between two columns.
const GAP: u16 = 2;

/// The places of a table's cells in one area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    area: Rect,
    /// Left edge and width of each column; `None` where it was dropped.
    columns: Vec<Option<(u16, u16)>>,
    offset: usize,
    len: usize,
}

impl Layout {
    pub(super) fn new(columns: &[Column<'_>], area: Rect, offset: usize, len: usize) -> Self {
        let widths = widths(columns, area.width.saturating_sub(MARGIN));
        let mut x = area.x.saturating_add(MARGIN);
        let place = |width: Option<u16>| {
            let width = width?;
            let left = x;
            x += width + GAP;
            Some((left, width))
        };
        Self { area, columns: widths.into_iter().map(place).collect(), offset, len }
    }

    /// The rows that fit below the header.
    pub fn visible(&self) -> usize {
        usize::from(self.area.height.saturating_sub(1))
    }

    /// The whole width of row `number`, if it is shown.
    pub fn row(&self, number: usize) -> Option<Rect> {
        let below = number.checked_sub(self.offset)?;
        let shown = number < self.len && below < self.visible();
        shown.then(|| Rect { y: self.area.y + 1 + below as u16, height: 1, ..self.area })
    }

    /// The cell of row `number` in column `column`, if both are shown.
    pub fn cell(&self, number: usize, column: usize) -> Option<Rect> {
        self.at(column, self.row(number)?)
    }

    /// The title of column `column`, if it is shown.
    pub fn header(&self, column: usize) -> Option<Rect> {
        if self.area.is_empty() { None } else { self.at(column, Rect { height: 1, ..self.area }) }
    }

    fn at(&self, column: usize, row: Rect) -> Option<Rect> {
        let (x, width) = (*self.columns.get(column)?)?;
        Some(Rect { x, width, ..row })
    }
}

/// The width of each column in `room`. Columns are dropped by priority until the least widths fit; what is left over widens
/// the rest towards their ideal, the most important first. The last one standing is squeezed.
fn widths(columns: &[Column<'_>], room: u16) -> Vec<Option<u16>> {
    let mut order: Vec<usize> = (0..columns.len()).collect();
    // Of two columns that matter equally the right one goes first.
    order.sort_by_key(|&place| (std::cmp::Reverse(columns[place].priority), place));
    let least = |kept: &[usize]| {
        let gaps = u32::from(GAP) * kept.len().saturating_sub(1) as u32;
        gaps + kept.iter().map(|&place| u32::from(columns[place].min)).sum::<u32>()
    };
    while order.len() > 1 && least(&order) > u32::from(room) {
        order.pop();
    }
    let mut spare = u32::from(room).saturating_sub(least(&order)) as u16;
    let mut widths = vec![None; columns.len()];
    for place in order {
        let column = &columns[place];
        let more = column.ideal.saturating_sub(column.min).min(spare);
        spare -= more;
        widths[place] = Some((column.min + more).min(room));
    }
    widths
}
