//! The ledger of one SLO: counted events at three resolutions, from which every figure is taken.
//!
//! - fine: the base cell (5 minutes unless the metric is scraped slowly) ending at every minute of 6 h;
//! - middle: base cells on their own grid, for 3 d, or for as long as the hours where each cell has to be seen;
//! - hours: for the SLO window, twice.
//!
//! A window of whole base cells that ends on a minute of the last 6 h is an exact sum of fine cells;
//! longer windows go on in the middle grid and the hours, where an edge inside a cell is linear.

use std::collections::BTreeMap;

use super::grid::{Grid, Sum, ceil, floor};
use super::tally::Tally;
use super::window::Window;

mod fill;

pub const MINUTE: i64 = 60;
pub const HOUR: i64 = 3600;
pub const FINE_SPAN: i64 = 6 * HOUR;
pub const MIDDLE_SPAN: i64 = 3 * 24 * HOUR;
pub const BASE: Window = Window::minutes(5);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Resolution {
    Fine,
    Middle,
    Hours,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Ledger {
    base: Window,
    fine: Grid,
    middle: Grid,
    hours: Grid,
    in_cells: bool,
    /// End of the oldest cell for which the counted side had a series; until there is one it is taken as 0.
    pub bad_since: Option<i64>,
    /// Samples refused because they were NaN, infinite or beyond counting.
    pub dropped: u64,
    /// Seconds between two samples of the metric, where the backend can tell.
    pub sampled_every: Option<i64>,
    /// The same of its slowest series, where that differs by a factor of two or more.
    pub slowest_sampled: Option<i64>,
}

/// The events of a window, and how well they are known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    pub tally: Tally,
    /// Seconds of the window that hold data, of `window`.
    pub known: f64,
    pub window: Window,
    /// Bad events that an uneven cell at an edge could hide.
    pub doubt: f64,
}

impl Reading {
    pub fn coverage(&self) -> f64 {
        (self.known / self.window.as_seconds() as f64).clamp(0.0, 1.0)
    }
}

impl Ledger {
    /// An empty ledger for an SLO over `window`. `base` must divide an hour and be whole minutes.
    pub fn new(base: Window, window: Window) -> Self {
        Self::keeping(base, window, MIDDLE_SPAN)
    }

    /// The same, with base cells kept for as long as hours are: 0.8 MB for 30 days of 5 minutes, twice.
    pub fn of_cells(base: Window, window: Window) -> Self {
        Self { in_cells: true, ..Self::keeping(base, window, 2 * window.as_seconds()) }
    }

    fn keeping(base: Window, window: Window, middle: i64) -> Self {
        let width = base.as_seconds();
        Self {
            base,
            fine: Grid::new(MINUTE, width, FINE_SPAN),
            middle: Grid::new(width, width, middle + 2 * HOUR),
            hours: Grid::new(HOUR, HOUR, 2 * window.as_seconds() + 2 * HOUR),
            in_cells: false,
            bad_since: None,
            dropped: 0,
            sampled_every: None,
            slowest_sampled: None,
        }
    }

    /// Whether base cells are kept for as long as hours are.
    pub fn is_in_cells(&self) -> bool {
        self.in_cells
    }

    pub fn base(&self) -> Window {
        self.base
    }

    pub fn grid(&self, resolution: Resolution) -> &Grid {
        match resolution {
            Resolution::Fine => &self.fine,
            Resolution::Middle => &self.middle,
            Resolution::Hours => &self.hours,
        }
    }

    /// Takes an answer in. `to` is the end of the range that was asked for. Fine cells also fill the
    /// middle grid, and complete hours of it the hours, so that a running ledger asks for fine cells only.
    pub fn record(&mut self, resolution: Resolution, points: &[(i64, Tally)], to: i64) {
        match resolution {
            Resolution::Fine => {
                self.fine.record(points, to);
                let width = self.base.as_seconds();
                let aligned: Vec<_> = points.iter().filter(|point| point.0 % width == 0).copied().collect();
                self.middle.record(&aligned, floor(to, width));
                self.complete_hours(points);
            }
            Resolution::Middle => {
                self.middle.record(points, to);
                self.complete_hours(points);
            }
            Resolution::Hours => {
                // An hour known as the sum of its cells is better than one long increase.
                let fresh: Vec<_> =
                    points.iter().filter(|point| self.hour_of_cells(point.0).is_none()).copied().collect();
                self.hours.record(&fresh, to);
            }
        }
    }

    /// Takes base cells of any age in, asked for those that end from `from` to `to` on the grid of their own width.
    /// Hours that were asked for whole are the sums of their cells.
    pub fn record_cells(&mut self, points: &[(i64, Tally)], from: i64, to: i64) {
        let mut hours: BTreeMap<i64, Tally> = BTreeMap::new();
        for (end, tally) in points {
            *hours.entry(ceil(*end, HOUR)).or_default() += *tally;
        }
        let asked = |end: i64| end <= to && end - HOUR + self.base.as_seconds() >= from;
        let whole: Vec<_> = hours.into_iter().filter(|(end, _)| asked(*end)).collect();
        self.hours.record(&whole, to);
        self.record(Resolution::Middle, points, to);
    }

    /// The same cells, each put through `change`, which is told where it ends and how wide it is.
    #[must_use]
    pub fn map(&self, change: impl Fn(i64, Window, Tally) -> Tally) -> Self {
        let grid = |grid: &Grid| {
            let width = Window::seconds(grid.width());
            grid.map(|end, tally| change(end, width, tally))
        };
        Self {
            base: self.base,
            fine: grid(&self.fine),
            middle: grid(&self.middle),
            hours: grid(&self.hours),
            ..*self
        }
    }

    /// Fills the hours that these cells belong to. A whole hour of cells replaces what the backend said; of a
    /// broken one the sum of what is known stands in, where nothing else does.
    fn complete_hours(&mut self, points: &[(i64, Tally)]) {
        let ends = points.iter().map(|point| point.0);
        let (Some(low), Some(high)) = (ends.clone().min(), ends.max()) else { return };
        let mut cells = Vec::new();
        for end in (ceil(low, HOUR)..=ceil(high, HOUR)).step_by(HOUR as usize) {
            let whole = self.hour_of_cells(end);
            let partial = || self.known_part(end).filter(|_| end <= high && self.hours.at(end).is_none());
            cells.extend(whole.or_else(partial).map(|tally| (end, tally)));
        }
        if let Some(last) = cells.last() {
            self.hours.record(&cells, last.0);
        }
    }

    fn hour_sum(&self, end: i64) -> Option<Sum> {
        self.middle.chain(end, (HOUR / self.base.as_seconds()) as usize)
    }

    fn hour_of_cells(&self, end: i64) -> Option<Tally> {
        self.hour_sum(end).filter(|sum| sum.known >= HOUR as f64 - 0.5).map(|sum| sum.tally)
    }

    fn known_part(&self, end: i64) -> Option<Tally> {
        self.hour_sum(end).filter(|sum| sum.known > 0.0).map(|sum| sum.tally)
    }

    /// End of the newest cell that holds data.
    pub fn newest(&self) -> Option<i64> {
        [self.fine.newest_known(), self.middle.newest_known(), self.hours.newest_known()]
            .into_iter()
            .flatten()
            .max()
    }

    /// End of the oldest cell that holds data.
    pub fn oldest(&self) -> Option<i64> {
        [self.fine.oldest_known(), self.middle.oldest_known(), self.hours.oldest_known()]
            .into_iter()
            .flatten()
            .min()
    }

    /// Seconds of the `window` that ends at `end` since the first sample there is, in whole cells: what is left of one
    /// at the very begin cannot be read.
    pub fn seen_span(&self, end: i64, window: Window) -> f64 {
        let (span, width) = (window.as_seconds(), self.base.as_seconds());
        let born = self.oldest().map_or(span, |oldest| floor(end - oldest, width) + width);
        span.min(born) as f64
    }

    /// The events of the `window` that ends at `end`. `None` when the window is shorter than a cell.
    pub fn read(&self, end: i64, window: Window) -> Option<Reading> {
        let width = self.base.as_seconds();
        let span = window.as_seconds();
        if span < width {
            return None;
        }
        let start = end - span;
        let chained = self.fine_cells(end, span);
        let seam = end - chained as i64 * width;
        let mut sum =
            if chained == 0 { Sum::default() } else { self.fine.chain(end, chained).unwrap_or_default() };
        sum = sum.plus(self.coarse(start, seam));
        let doubt = if seam == start { 0.0 } else { self.edge_doubt(start) + self.edge_doubt(seam) };
        Some(Reading { tally: sum.tally, known: sum.known, window, doubt })
    }

    /// How many whole fine cells of the last `span` seconds can be chained back from `end`.
    fn fine_cells(&self, end: i64, span: i64) -> usize {
        let (Some(first), Some(last)) = (self.fine.first(), self.fine.last()) else { return 0 };
        if end > last || end < first {
            return 0;
        }
        // The fine grid may not have been filled to its start yet: no further than it reaches.
        let available = (end - first) / self.base.as_seconds() + 1;
        (span.min(FINE_SPAN) / self.base.as_seconds()).min(available) as usize
    }

    /// `(start, seam]` from the middle grid as far back as it reaches on a whole hour, then from the hours.
    fn coarse(&self, start: i64, seam: i64) -> Sum {
        let join = self.join();
        let cut = join.clamp(start, seam);
        self.hours.between(start, cut).plus(self.middle.between(cut, seam))
    }

    /// The first whole hour that the middle grid covers.
    fn join(&self) -> i64 {
        self.middle.first().map_or(i64::MAX, |first| ceil(first - self.base.as_seconds(), HOUR))
    }

    fn edge_doubt(&self, time: i64) -> f64 {
        if time >= self.join() { self.middle.doubt(time) } else { self.hours.doubt(time) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One event a second; one of ten is bad during `(bad_from, bad_to]`. Cells are computed from these
    /// two lines alone, independently of the ledger.
    fn truth(from: i64, to: i64, bad: (i64, i64)) -> Tally {
        let overlap = (to.min(bad.1) - from.max(bad.0)).max(0);
        Tally::new(overlap as f64 / 10.0, (to - from) as f64)
    }

    fn filled(now: i64, bad: (i64, i64)) -> Ledger {
        let mut ledger = Ledger::new(BASE, Window::days(30));
        let cells = |step: i64, width: i64, span: i64| -> Vec<(i64, Tally)> {
            let last = floor(now, step);
            (0..=span / step).map(|i| last - i * step).map(|t| (t, truth(t - width, t, bad))).collect()
        };
        ledger.record(Resolution::Fine, &cells(60, 300, FINE_SPAN), now);
        ledger.record(Resolution::Middle, &cells(300, 300, MIDDLE_SPAN), now);
        ledger.record(Resolution::Hours, &cells(3600, 3600, 60 * 86_400), now);
        ledger
    }

    #[test]
    fn who_was_born_a_while_ago_is_known_since_then_at_any_minute() {
        for offset in 0..5 {
            let birth = 1_768_903_200 + offset * 60;
            let mut ledger = Ledger::new(BASE, Window::days(30));
            for end in (birth + 300..birth + 5400).step_by(60) {
                ledger.record(Resolution::Fine, &[(end, Tally::new(0.0, 300.0))], end);
                let known = ledger.read(end, Window::days(30)).unwrap().known;
                let seen = ledger.seen_span(end, Window::days(30));
                let whole = (end - birth) / 300 * 300;
                assert!(known >= seen && seen == whole as f64, "{offset} {} {known} {seen}", end - birth);
            }
        }
    }

    #[test]
    fn every_window_agrees_with_the_truth_at_any_minute() {
        let hour = 1_768_903_200; // a whole hour
        for minute in [0, 1, 7, 33, 59] {
            let now = hour + minute * 60;
            // An outage well inside all windows from 1h on.
            let bad = (now - 2400, now - 600);
            let ledger = filled(now, bad);
            for window in [
                Window::minutes(5),
                Window::minutes(30),
                Window::hours(1),
                Window::hours(6),
                Window::days(1),
                Window::days(3),
                Window::days(30),
            ] {
                let reading = ledger.read(now, window).unwrap();
                let want = truth(now - window.as_seconds(), now, bad);
                assert!(
                    (reading.tally.bad - want.bad).abs() < 1e-6,
                    "{window} at +{minute}: {reading:?} {want:?}"
                );
                assert!(
                    (reading.tally.total - want.total).abs() < 1e-6 * want.total,
                    "{window} at +{minute}"
                );
                assert!((reading.coverage() - 1.0).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn an_edge_inside_an_uneven_cell_is_in_doubt_by_what_it_holds() {
        let now = 1_768_903_200 + 1800;
        // All bad events lie in the first ten minutes of the hour that the 30 d window's edge cuts in half.
        let edge = now - 30 * 86_400;
        let ledger = filled(now, (edge - 1800, edge - 1200));
        let reading = ledger.read(now, Window::days(30)).unwrap();
        assert!((reading.tally.bad - 30.0).abs() < 1e-6, "half of the cell's 60 bad events");
        assert!(reading.doubt >= 30.0, "and the doubt covers the difference to the true 0");
    }

    #[test]
    fn gaps_count_as_unknown() {
        let now = 1_768_903_200;
        let mut ledger = Ledger::new(BASE, Window::days(30));
        let fine: Vec<_> = (0..=60)
            .filter(|i| !(20..40).contains(i))
            .map(|i| (now - i * 60, Tally::new(0.0, 300.0)))
            .collect();
        ledger.record(Resolution::Fine, &fine, now);
        let hour = ledger.read(now, Window::hours(1)).unwrap();
        // Ends at −20, −25, −30 and −35 minutes are missing.
        assert_eq!(hour.known, 3600.0 - 4.0 * 300.0);
        assert_eq!(hour.tally.total, 8.0 * 300.0);
    }

    #[test]
    fn running_on_fine_cells_alone_fills_the_coarse_grids() {
        let start = 1_768_903_200;
        let mut ledger = Ledger::new(BASE, Window::days(30));
        for minute in 0..=600 {
            let t = start + minute * 60;
            ledger.record(Resolution::Fine, &[(t, Tally::new(1.0, 300.0))], t);
        }
        let now = start + 36_000;
        assert_eq!(ledger.grid(Resolution::Hours).at(now), Some(Tally::new(12.0, 3600.0)));
        let reading = ledger.read(now, Window::hours(9)).unwrap();
        assert!((reading.tally.total - 9.0 * 3600.0).abs() < 1e-6, "{reading:?}");
    }

    #[test]
    fn history_in_cells_fills_whole_hours_only() {
        let end = 1_768_903_200;
        let mut ledger = Ledger::new(BASE, Window::days(30));
        // Ten days old, far beyond the middle grid: three hours of cells, of which the oldest was cut in half.
        let old = end - 10 * 86_400;
        let from = old - 2 * HOUR - 1500;
        let cells: Vec<_> = (0..=(old - from) / 300).map(|i| (old - i * 300, Tally::new(1.0, 5.0))).collect();
        ledger.record(Resolution::Fine, &[(end, Tally::ZERO)], end);
        ledger.record_cells(&cells, from, old);
        let hours = ledger.grid(Resolution::Hours);
        assert_eq!(hours.at(old), Some(Tally::new(12.0, 60.0)));
        assert_eq!(hours.at(old - HOUR), Some(Tally::new(12.0, 60.0)));
        assert_eq!(hours.at(old - 2 * HOUR), None, "only half of it was asked for");
    }

    #[test]
    fn windows_shorter_than_a_cell_are_not_guessed() {
        let ledger = Ledger::new(Window::minutes(15), Window::days(30));
        assert_eq!(ledger.read(0, Window::minutes(5)), None);
    }
}
