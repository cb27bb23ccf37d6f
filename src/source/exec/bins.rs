//! From points to cells: a command counts in bins of its own width and stamp, and tells them late.

use std::collections::BTreeMap;

use super::order::Span;
use super::output::Told;
use super::settings::Settings;
use crate::domain::slo::grid::{ceil, floor};
use crate::source::Range;
use crate::source::store::buckets::Buckets;

/// Which bins to ask for, and which cells they give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) span: Span,
    /// Ends of the cells, which may be before what was asked: figures that came late.
    pub(super) cells: Range,
    width: i64,
    begin: bool,
}

/// What of one series lies in a cell: the sum of its values, and how many there are.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Heap {
    pub(super) sum: f64,
    pub(super) count: f64,
}

impl Plan {
    /// For cells of `width` seconds at the points of `range`. A bin that is not whole yet is not asked for, but later.
    pub(super) fn new(settings: &Settings, range: Range, width: i64) -> Self {
        let step = least_common(range.step, settings.step);
        let to = floor(range.to - settings.delay, step);
        let late = settings.delay + settings.step - 60;
        let first = floor(range.from - late, range.step);
        let span = Span { from: floor(first - width, step), to, step };
        let cells = Range { from: first, to, step: range.step };
        Self { span, cells, width, begin: settings.stamped_at_begin }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.cells.to < self.cells.from
    }

    pub(super) fn ends(&self) -> impl Iterator<Item = i64> {
        let Range { from, to, step } = self.cells;
        (from..=to).step_by(step.max(1) as usize)
    }

    /// End of the bin that a point of `time` is of.
    fn end(&self, time: i64) -> i64 {
        let step = self.span.step;
        if self.begin { floor(time, step) + step } else { ceil(time, step) }
    }

    /// `told` with one point a bin, at its end: all that was counted in it.
    pub(super) fn summed(&self, told: &Told) -> Told {
        let mut sums: BTreeMap<i64, f64> = BTreeMap::new();
        for (time, number) in &told.points {
            *sums.entry(self.end(*time)).or_default() += number;
        }
        let stamp = |end: i64| if self.begin { end - self.span.step } else { end };
        let points = sums.into_iter().map(|(end, sum)| (stamp(end), sum)).collect();
        Told { points, ..told.clone() }
    }

    /// `told` in buckets as far apart as the cells, each point put through `value`. A bin that is wider is in each of the
    /// buckets that it spans, whole.
    pub(super) fn bins(&self, told: &Told, value: impl Fn(i64, f64) -> Option<f64>) -> Buckets {
        let Span { from, to, .. } = self.span;
        let apart = self.cells.step;
        let mut bins = Buckets::new(apart);
        let known = told.points.iter().copied();
        let broken = told.dropped.iter().map(|time| (*time, f64::NAN));
        for (time, number) in known.chain(broken) {
            let end = self.end(time);
            let inside = end > from && end <= to;
            let number = if number.is_nan() { Some(number) } else { value(end, number) };
            let Some(number) = number.filter(|_| inside) else { continue };
            (0..self.parts()).for_each(|part| bins.add(end - part * apart, number, Some(1.0)));
        }
        bins
    }

    /// Buckets that a bin spans.
    fn parts(&self) -> i64 {
        self.span.step / self.cells.step
    }

    /// The cell that ends at `end`; none where nothing was told of it, or what is no number.
    pub(super) fn cell(&self, bins: &Buckets, end: i64) -> Option<Heap> {
        let inside = bins.within(end, self.width)?;
        let sum: f64 = inside.iter().map(|bucket| bucket.value).sum();
        let count: f64 = inside.iter().filter_map(|bucket| bucket.samples).sum();
        // Each part of a wide bin holds the whole: shared out here, without dust.
        let parts = self.parts() as f64;
        Some(Heap { sum: sum / parts, count: count / parts })
    }

    /// Whether something in the cell is no number.
    pub(super) fn is_broken(&self, bins: &Buckets, end: i64) -> bool {
        bins.is_broken(end, self.width)
    }
}

/// Both divide an hour, and so does what comes out.
fn least_common(a: i64, b: i64) -> i64 {
    let (mut x, mut y) = (a, b);
    while y != 0 {
        (x, y) = (y, x % y);
    }
    a / x.max(1) * b
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn settings(step: i64, delay: i64, begin: bool) -> Settings {
        Settings { step, delay, stamped_at_begin: begin, ..Settings::plain() }
    }

    fn told(points: &[(i64, f64)]) -> Told {
        Told { points: points.to_vec(), ..Told::default() }
    }

    const NOW: i64 = 1_768_903_200;

    fn minutes(last: i64) -> Range {
        Range { from: NOW - last * 60, to: NOW, step: 60 }
    }

    #[test]
    fn five_bins_of_a_minute_are_a_cell() {
        let plan = Plan::new(&settings(60, 0, false), minutes(1), 300);
        assert_eq!(plan.span, Span { from: NOW - 360, to: NOW, step: 60 });
        let points: Vec<_> = (0..6).map(|i| (NOW - i * 60, 10.0)).collect();
        let bins = plan.bins(&told(&points), |_, value| Some(value));
        assert_eq!(plan.ends().collect::<Vec<_>>(), [NOW - 60, NOW]);
        assert_eq!(plan.cell(&bins, NOW), Some(Heap { sum: 50.0, count: 5.0 }));
        let one = plan.bins(&told(&points[..1]), |_, value| Some(value));
        assert_eq!(plan.cell(&one, NOW - 60), None, "nothing was told of it");
    }

    #[test]
    fn points_stamped_at_the_begin_are_of_the_bin_that_follows() {
        let plan = Plan::new(&settings(60, 0, true), minutes(1), 60);
        let bins = plan.bins(&told(&[(NOW - 60, 7.0), (NOW, 9.0)]), |_, value| Some(value));
        assert_eq!(plan.cell(&bins, NOW).unwrap().sum, 7.0);
        assert_eq!(plan.cell(&bins, NOW - 60), None);
    }

    #[test]
    fn late_figures_shift_what_is_asked_without_a_hole() {
        // Bins of five minutes that are whole after three: whatever the minute, each cell comes once at least.
        let settings = settings(300, 180, false);
        let mut seen = BTreeSet::new();
        for minute in 0..60 {
            let to = NOW + minute * 60;
            let plan = Plan::new(&settings, Range { from: to - 60, to, step: 60 }, 300);
            assert!(plan.span.to <= to - 180 && plan.span.to % 300 == 0 && plan.span.from % 300 == 0);
            assert!(plan.span.from <= plan.cells.from - 300, "whole cells");
            seen.extend(plan.ends());
        }
        assert!((NOW..=NOW + 3300).step_by(60).all(|end| seen.contains(&end)));
    }

    #[test]
    fn wide_bins_are_spread() {
        let plan = Plan::new(&settings(600, 0, false), minutes(10), 300);
        let bins = plan.bins(&told(&[(NOW, 100.0)]), |_, value| Some(value));
        let cell = plan.cell(&bins, NOW - 120).unwrap();
        assert!((cell.sum - 50.0).abs() < 1e-9 && (cell.count - 0.5).abs() < 1e-9, "{cell:?}");
        let cut = plan.cell(&bins, NOW - 420).unwrap();
        assert!((cut.sum - 30.0).abs() < 1e-9, "three of its ten minutes: {cut:?}");
    }

    #[test]
    fn widths_meet_where_both_fit() {
        for (a, b, both) in [(60, 60, 60), (60, 300, 300), (600, 900, 1800), (3600, 900, 3600)] {
            assert_eq!(least_common(a, b), both);
        }
    }

    #[test]
    fn a_bin_that_is_no_number_breaks_its_cells() {
        let plan = Plan::new(&settings(60, 0, false), minutes(10), 300);
        let bins = plan.bins(&Told { dropped: vec![NOW - 360], ..Told::default() }, |_, value| Some(value));
        assert!(plan.is_broken(&bins, NOW - 360) && plan.is_broken(&bins, NOW - 120));
        assert!(!plan.is_broken(&bins, NOW - 60));
    }
}
