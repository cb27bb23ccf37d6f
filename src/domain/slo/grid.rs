//! One resolution of the ledger: cells on a regular grid with running sums.

use super::tally::Tally;

/// Cells of `width` seconds that end every `step` seconds. With `step < width` the cells overlap,
/// and every `width / step`-th cell forms a chain without overlap.
///
/// The cell at `t` holds the events of `(t − width, t]`; an absent cell is a gap, not a zero.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    step: i64,
    width: i64,
    keep: usize,
    first: i64,
    cells: Vec<Option<Tally>>,
    sums: Vec<Sum>,
}

/// The instant on a grid of `step` seconds at or before `time`.
pub fn floor(time: i64, step: i64) -> i64 {
    time - time.rem_euclid(step)
}

/// The instant on a grid of `step` seconds at or after `time`.
pub fn ceil(time: i64, step: i64) -> i64 {
    time.saturating_add((-time).rem_euclid(step))
}

/// What a stretch of the grid holds: the events seen, and for how many seconds they are known.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sum {
    pub tally: Tally,
    pub known: f64,
}

impl Sum {
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self { tally: self.tally + other.tally, known: self.known + other.known }
    }

    fn minus(self, other: Self) -> Self {
        Self { tally: self.tally - other.tally, known: self.known - other.known }
    }

    fn share(self, part: f64) -> Self {
        Self { tally: self.tally * part, known: self.known * part }
    }
}

impl Grid {
    /// `step` must divide `width`; `span` is how many seconds are kept.
    pub fn new(step: i64, width: i64, span: i64) -> Self {
        let keep = ((span + width) / step) as usize + 1;
        Self { step, width, keep, first: 0, cells: Vec::new(), sums: Vec::new() }
    }

    pub fn step(&self) -> i64 {
        self.step
    }

    pub fn width(&self) -> i64 {
        self.width
    }

    /// End of the oldest cell.
    pub fn first(&self) -> Option<i64> {
        (!self.cells.is_empty()).then_some(self.first)
    }

    /// End of the newest cell, known or not.
    pub fn last(&self) -> Option<i64> {
        self.first().map(|first| first + (self.cells.len() as i64 - 1) * self.step)
    }

    /// End of the newest cell that holds something.
    pub fn newest_known(&self) -> Option<i64> {
        let index = self.cells.iter().rposition(Option::is_some)?;
        Some(self.first + index as i64 * self.step)
    }

    pub fn oldest_known(&self) -> Option<i64> {
        let index = self.cells.iter().position(Option::is_some)?;
        Some(self.first + index as i64 * self.step)
    }

    /// The cells with the ends of their spans, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = (i64, Option<Tally>)> + '_ {
        self.cells.iter().enumerate().map(|(i, cell)| (self.first + i as i64 * self.step, *cell))
    }

    pub fn at(&self, end: i64) -> Option<Tally> {
        self.cells.get(self.index(end)?).copied().flatten()
    }

    fn index(&self, end: i64) -> Option<usize> {
        let offset = end - self.first;
        if self.cells.is_empty() || offset < 0 || offset % self.step != 0 {
            return None;
        }
        let index = (offset / self.step) as usize;
        (index < self.cells.len()).then_some(index)
    }

    fn stride(&self) -> usize {
        (self.width / self.step) as usize
    }

    /// Takes cells in; `to` is how far the answer reached, so that silence becomes a known gap.
    pub fn record(&mut self, points: &[(i64, Tally)], to: i64) {
        let low = points.iter().map(|point| point.0).chain([to]).min().unwrap_or(to);
        self.make_room(low, floor(to, self.step));
        let mut lowest = self.cells.len();
        for (end, tally) in points {
            if let Some(index) = self.index(*end) {
                self.cells[index] = Some(*tally);
                lowest = lowest.min(index);
            }
        }
        self.trim();
        self.sum_from(lowest.min(self.sums.len()));
    }

    /// The same grid with every cell that is known put through `change`, which is told where it ends.
    #[must_use]
    pub fn map(&self, change: impl Fn(i64, Tally) -> Tally) -> Self {
        let cells = self.iter().map(|(end, cell)| cell.map(|tally| change(end, tally))).collect();
        let mut mapped = Self { cells, sums: Vec::new(), ..*self };
        mapped.sum_from(0);
        mapped
    }

    fn make_room(&mut self, low: i64, high: i64) {
        let low = ceil(low, self.step);
        if self.cells.is_empty() {
            self.first = low.max(high - self.keep as i64 * self.step);
        }
        if low < self.first {
            let oldest = self.last().unwrap_or(high).max(high) - (self.keep as i64 - 1) * self.step;
            let missing = (self.first - low.max(oldest)) / self.step;
            if missing > 0 {
                self.cells.splice(0..0, std::iter::repeat_n(None, missing as usize));
                self.first -= missing * self.step;
                self.sums.clear();
            }
        }
        let wanted = (high - self.first) / self.step + 1;
        if wanted > self.cells.len() as i64 {
            self.cells.resize(wanted as usize, None);
        }
    }

    fn trim(&mut self) {
        if self.cells.len() > self.keep {
            // Dropped in blocks, so that a steady stream does not shift the cells every time.
            let spare = (self.keep / 8).max(self.stride());
            if self.cells.len() > self.keep + spare {
                let drop = self.cells.len() - self.keep;
                self.cells.drain(..drop);
                self.first += drop as i64 * self.step;
                self.sums.clear();
            }
        }
    }

    fn sum_from(&mut self, index: usize) {
        let stride = self.stride();
        let start = index.min(self.sums.len());
        self.sums.truncate(start);
        for i in start..self.cells.len() {
            let before = i.checked_sub(stride).map_or(Sum::default(), |j| self.sums[j]);
            let here = self.cells[i].map_or(Sum::default(), |tally| Sum { tally, known: self.width as f64 });
            self.sums.push(before.plus(here));
        }
    }

    /// The sum of `count` cells without overlap, the last of which ends at `end`. Cells before the
    /// grid's start count as unknown. `None` when `end` is not on the grid.
    pub fn chain(&self, end: i64, count: usize) -> Option<Sum> {
        let index = self.index(end)?;
        if count == 1 {
            let cell = self.cells[index];
            return Some(cell.map_or(Sum::default(), |tally| Sum { tally, known: self.width as f64 }));
        }
        let before = index.checked_sub(count * self.stride()).map_or(Sum::default(), |j| self.sums[j]);
        Some(self.sums[index].minus(before))
    }

    /// The events of `(from, to]` on a grid without overlap, each edge linear inside its cell.
    pub fn between(&self, from: i64, to: i64) -> Sum {
        debug_assert_eq!(self.step, self.width);
        self.up_to(to).minus(self.up_to(from))
    }

    fn up_to(&self, time: i64) -> Sum {
        let Some(last) = self.last() else { return Sum::default() };
        let start = self.first - self.step;
        let time = time.clamp(start, last);
        let whole = (time - start) / self.step;
        let rest = (time - start) % self.step;
        let sum = if whole == 0 { Sum::default() } else { self.sums[whole as usize - 1] };
        if rest == 0 {
            return sum;
        }
        let cell = self.cells[whole as usize]
            .map_or(Sum::default(), |tally| Sum { tally, known: self.width as f64 });
        sum.plus(cell.share(rest as f64 / self.step as f64))
    }

    /// The most by which an edge at `time` can be wrong: what an uneven cell could hide, in bad events.
    pub fn doubt(&self, time: i64) -> f64 {
        let end = ceil(time, self.step);
        if end == time {
            return 0.0;
        }
        let part = (time - (end - self.step)) as f64 / self.step as f64;
        self.at(end).map_or(0.0, |cell| cell.bad * part.max(1.0 - part))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(step: i64, width: i64, cells: &[Option<f64>]) -> Grid {
        let mut grid = Grid::new(step, width, 100_000);
        let points: Vec<_> = cells
            .iter()
            .enumerate()
            .filter_map(|(i, bad)| bad.map(|bad| (600 + i as i64 * step, Tally::new(bad, 10.0))))
            .collect();
        grid.record(&points, 600 + (cells.len() as i64 - 1) * step);
        grid
    }

    #[test]
    fn overlapping_cells_form_chains() {
        let grid = filled(60, 120, &[Some(1.0), Some(2.0), Some(4.0), Some(8.0), None, Some(16.0)]);
        // Ends 600, 660, …, 900; the chain of 900 is 900, 780, 660.
        let sum = grid.chain(900, 3).unwrap();
        assert_eq!(sum.tally, Tally::new(26.0, 30.0));
        assert_eq!(sum.known, 360.0);
        // The chain of 840 has a gap at its head.
        assert_eq!(grid.chain(840, 2).unwrap(), Sum { tally: Tally::new(4.0, 10.0), known: 120.0 });
        assert_eq!(grid.chain(841, 1), None);
    }

    #[test]
    fn edges_are_linear_inside_a_cell() {
        let grid = filled(300, 300, &[Some(10.0), None, Some(30.0)]);
        // Cells (300,600], (600,900] unknown, (900,1200].
        let sum = grid.between(450, 1100);
        assert!((sum.tally.bad - (5.0 + 20.0)).abs() < 1e-12);
        assert!((sum.known - 350.0).abs() < 1e-12);
        assert_eq!(grid.between(-5000, 50_000).tally.bad, 40.0);
        assert!((grid.doubt(1100) - 20.0).abs() < 1e-9);
        assert_eq!(grid.doubt(1200), 0.0);
    }

    #[test]
    fn later_answers_replace_and_older_ones_are_put_before() {
        let mut grid = filled(60, 60, &[Some(1.0), Some(1.0)]);
        grid.record(&[(660, Tally::new(5.0, 10.0)), (720, Tally::new(2.0, 10.0))], 780);
        assert_eq!(grid.last(), Some(780));
        assert_eq!(grid.newest_known(), Some(720));
        grid.record(&[(300, Tally::new(7.0, 10.0))], 300);
        assert_eq!(grid.oldest_known(), Some(300));
        assert_eq!(grid.between(0, 10_000).tally.bad, 1.0 + 5.0 + 2.0 + 7.0);
    }

    #[test]
    fn keeps_no_more_than_its_span() {
        let mut grid = Grid::new(60, 60, 600);
        for t in 1..1000 {
            grid.record(&[(t * 60, Tally::new(1.0, 1.0))], t * 60);
        }
        assert!(grid.iter().count() <= 20);
        assert_eq!(grid.chain(999 * 60, 10).unwrap().tally.total, 10.0);
        // Points far older than the span are not taken in again.
        grid.record(&[(60, Tally::new(1.0, 1.0))], 60);
        assert!(grid.first().unwrap() > 900 * 60);
    }
}
