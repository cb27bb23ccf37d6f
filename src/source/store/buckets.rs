//! What a store has in each bucket of time, and what that comes to in cells. A bucket that is absent is a gap.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::slo::grid::ceil;
use crate::source::Range;
use crate::source::prometheus::answer::MOST;

/// Equal stretches of time that end at multiples of `width` seconds: the bucket at `t` is of `(t − width, t]`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::source) struct Buckets {
    width: i64,
    known: BTreeMap<i64, Bucket>,
    /// Ends of those that hold something that cannot be counted with.
    broken: BTreeSet<i64>,
    /// What the store does not know at all, where it tells that from what has no data.
    pub(in crate::source) absent: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::source) struct Bucket {
    pub(in crate::source) value: f64,
    /// How many samples made it, where that is told.
    pub(in crate::source) samples: Option<f64>,
}

/// The widest buckets that every cell of `range` is made of.
pub(in crate::source) fn width_for(range: Range, cell: i64) -> i64 {
    [range.step, range.from].into_iter().fold(cell, gcd).max(1)
}

fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a.abs() } else { gcd(b, a.rem_euclid(b)) }
}

/// NaN, infinities and what is beyond counting are not.
pub(in crate::source) fn is_countable(value: f64) -> bool {
    value.abs() <= MOST
}

/// What a counter grew by from each sample to the next, at the time of the later one. One that falls began anew at 0.
pub(in crate::source) fn increases(samples: impl IntoIterator<Item = (i64, f64)>) -> Vec<(i64, f64)> {
    let mut before = None;
    let grown = |(time, value): (i64, f64)| {
        let old: Option<f64> = before.replace(value);
        old.map(|old| (time, if value < old { value } else { value - old }))
    };
    samples.into_iter().filter_map(grown).collect()
}

impl Buckets {
    pub(in crate::source) fn new(width: i64) -> Self {
        Self { width, ..Self::default() }
    }

    /// Adds what was counted up to `time` to the bucket that `time` lies in.
    pub(in crate::source) fn add(&mut self, time: i64, value: f64, samples: Option<f64>) {
        let end = ceil(time, self.width);
        if !is_countable(value) {
            self.broken.insert(end);
            return;
        }
        let new = Bucket { value, samples };
        let sum = |old: &mut Bucket| {
            old.value += value;
            old.samples = old.samples.zip(samples).map(|(a, b)| a + b);
        };
        self.known.entry(end).and_modify(sum).or_insert(new);
    }

    pub(in crate::source) fn len(&self) -> usize {
        self.known.len() + self.broken.len()
    }

    /// How many that end after `time` hold what cannot be counted with.
    pub(in crate::source) fn dropped_after(&self, time: i64) -> u64 {
        self.broken.range(time + 1..).count() as u64
    }

    /// The end and the content of each, oldest first, without those that hold what cannot be counted with.
    pub(in crate::source) fn iter(&self) -> impl DoubleEndedIterator<Item = (i64, Bucket)> {
        self.known.iter().filter(|(end, _)| !self.broken.contains(end)).map(|(end, bucket)| (*end, *bucket))
    }

    /// The same buckets with other values; those without one are gaps.
    pub(in crate::source) fn map(&self, change: impl Fn(i64, f64) -> Option<f64>) -> Self {
        let changed = self
            .iter()
            .filter_map(|(end, bucket)| Some((end, Bucket { value: change(end, bucket.value)?, ..bucket })));
        Self { known: changed.collect(), ..self.clone() }
    }

    /// The mean over the last `span` seconds at each bucket that is known, a second. What was counted over a longer time,
    /// as slow data is, is of that time.
    pub(in crate::source) fn rates(&self, span: i64) -> Self {
        let span = self.spacing().unwrap_or_default().max(span);
        self.map(|end, _| {
            Some(self.within(end, span)?.iter().map(|one| one.value).sum::<f64>() / span as f64)
        })
    }

    /// Whether something in the cell that ends at `end` cannot be counted with.
    pub(in crate::source) fn is_broken(&self, end: i64, cell: i64) -> bool {
        self.broken.range(end - cell + 1..=end).next().is_some()
    }

    /// The buckets of the cell that ends at `end`; none where nothing, or what cannot be counted with, is in it.
    pub(in crate::source) fn within(&self, end: i64, cell: i64) -> Option<Vec<Bucket>> {
        if self.is_broken(end, cell) {
            return None;
        }
        let found: Vec<Bucket> = self.known.range(end - cell + 1..=end).map(|(_, bucket)| *bucket).collect();
        (!found.is_empty()).then_some(found)
    }

    /// Seconds from one bucket to the next, as most are.
    pub(in crate::source) fn spacing(&self) -> Option<i64> {
        let mut distances = self.distances();
        distances.sort_unstable();
        distances.get(distances.len() / 2).copied()
    }

    fn distances(&self) -> Vec<i64> {
        let ends: Vec<i64> = self.known.keys().copied().collect();
        ends.windows(2).map(|pair| pair[1] - pair[0]).collect()
    }

    /// Until when everything that is due has come: cells that end later may still grow. `asked_to` is the end of the
    /// newest cell that was asked for; what lies beyond it proves that all before it is there.
    pub(in crate::source) fn whole_to(&self, asked_to: i64, cell: i64) -> Option<i64> {
        let (mut last, newest) = self.known.iter().next_back().map(|(end, bucket)| (*end, *bucket))?;
        if last > asked_to {
            return Some(asked_to);
        }
        let spacing = self.spacing().unwrap_or(self.width);
        let is_usual = |distance: &i64| 2 * distance <= 3 * spacing && 3 * distance >= 2 * spacing;
        let regular = self.distances().iter().all(is_usual);
        if newest.samples.zip(self.usual_samples(last)).is_some_and(|(came, usual)| came < usual) {
            last -= spacing;
        }
        // Where points come as it pleases them, none is late before a whole cell is empty.
        Some(last + if regular { spacing - 1 } else { cell - 1 })
    }

    /// The median of those before `end`.
    fn usual_samples(&self, end: i64) -> Option<f64> {
        let mut samples: Vec<f64> = self.known.range(..end).filter_map(|(_, one)| one.samples).collect();
        samples.sort_by(f64::total_cmp);
        samples.get(samples.len() / 2).copied()
    }

    /// How far these are known who come together with `others`: an answer that is written a moment later than the other
    /// holds the newest cell back, one that has ended does not.
    pub(in crate::source) fn whole_beside(&self, others: &Self, whole_to: i64) -> i64 {
        let Some(last) = others.known.keys().next_back() else { return whole_to };
        let usual = 10 * others.known.len() >= 9 * self.known.len();
        if usual && *last <= whole_to { whole_to.min((*last).max(whole_to - self.width)) } else { whole_to }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One event in each minute that ends at these minutes.
    fn minutes(ends: &[i64]) -> Buckets {
        let mut buckets = Buckets::new(60);
        for end in ends {
            buckets.add(end * 60, 1.0, None);
        }
        buckets
    }

    fn sum(buckets: &Buckets, end: i64, cell: i64) -> Option<f64> {
        Some(buckets.within(end, cell)?.iter().map(|one| one.value).sum())
    }

    #[test]
    fn buckets_are_as_wide_as_the_cells_allow() {
        let width = |from, step, cell| width_for(Range { from, to: from, step }, cell);
        assert_eq!(width(600, 60, 300), 60);
        assert_eq!(width(3600, 3600, 3600), 3600);
        assert_eq!(width(86_400, 900, 900), 900);
        assert_eq!(width(660, 300, 300), 60, "a grid that does not begin at a whole cell");
    }

    #[test]
    fn a_counter_that_falls_began_anew() {
        let samples = [(10, 5.0), (20, 9.0), (40, 2.0), (50, 2.0), (60, 7.0)];
        assert_eq!(increases(samples), [(20, 4.0), (40, 2.0), (50, 0.0), (60, 5.0)]);
        assert_eq!(increases([(10, 5.0)]), [], "one sample counts nothing");
    }

    #[test]
    fn a_gap_is_no_zero() {
        let buckets = minutes(&[1, 2, 3, 9, 10]);
        assert_eq!(sum(&buckets, 300, 300), Some(3.0));
        assert_eq!(sum(&buckets, 480, 300), None, "from the fourth minute to the eighth there is nothing");
        assert_eq!(sum(&buckets, 540, 300), Some(1.0));
    }

    #[test]
    fn what_cannot_be_counted_with_makes_a_gap_of_its_cell() {
        // The last is what an unsigned counter shows that fell below zero.
        for value in [f64::NAN, f64::NEG_INFINITY, 18_446_744_073_709_551_615.0] {
            let mut buckets = minutes(&[1, 2, 3, 4, 5, 6, 7]);
            buckets.add(100, value, None);
            assert_eq!((sum(&buckets, 300, 300), sum(&buckets, 420, 300)), (None, Some(5.0)));
            assert_eq!((buckets.dropped_after(119), buckets.dropped_after(120)), (1, 0));
            assert_eq!(buckets.iter().count(), 6);
        }
    }

    #[test]
    fn a_minute_that_has_not_come_is_waited_for() {
        let buckets = minutes(&[1, 2, 3, 4, 5]);
        assert_eq!(buckets.whole_to(360, 300), Some(359), "the sixth is due");
        assert_eq!(buckets.whole_to(300, 300), Some(359));
        assert_eq!(minutes(&[1, 2, 3, 4, 5, 6]).whole_to(300, 300), Some(300), "what is beyond proves it");
        assert_eq!(minutes(&[]).whole_to(300, 300), None);
    }

    #[test]
    fn slow_data_is_not_late_before_its_next_point() {
        let slow = minutes(&[5, 10, 15, 20]);
        assert_eq!(slow.spacing(), Some(300));
        assert_eq!(slow.whole_to(1500, 900), Some(1499));
        let odd = minutes(&[1, 2, 7, 8, 12]);
        assert_eq!(odd.whole_to(1500, 300), Some(12 * 60 + 299), "no rule in it");
    }

    #[test]
    fn a_newest_minute_with_fewer_samples_is_partial() {
        let of = |samples: [f64; 4]| {
            let mut buckets = Buckets::new(60);
            (0_i64..).zip(samples).for_each(|(i, count)| buckets.add(i * 60 + 60, 1.0, Some(count)));
            buckets.whole_to(240, 300)
        };
        assert_eq!(of([6.0, 6.0, 6.0, 6.0]), Some(299));
        assert_eq!(of([6.0, 6.0, 6.0, 4.0]), Some(239));
        assert_eq!(of([5.0, 6.0, 6.0, 7.0]), Some(299));
    }

    #[test]
    fn errors_that_are_written_later_hold_back_one_point_and_no_more() {
        let total = minutes(&[1, 2, 3, 4, 5]);
        assert_eq!(total.whole_beside(&minutes(&[1, 2, 3, 4, 5]), 300), 300);
        assert_eq!(total.whole_beside(&minutes(&[0, 1, 2, 3, 4]), 300), 240);
        assert_eq!(total.whole_beside(&minutes(&[1, 2]), 300), 300, "they have ended");
        assert_eq!(total.whole_beside(&minutes(&[]), 300), 300);
    }

    #[test]
    fn a_rate_is_of_the_last_minutes() {
        let rates = minutes(&[1, 2, 3, 4, 5, 6]).rates(300);
        let found: Vec<f64> = rates.iter().map(|(_, one)| one.value).collect();
        assert!((found[5] - 5.0 / 300.0).abs() < 1e-12 && (found[0] - 1.0 / 300.0).abs() < 1e-12);
        let mut slow = Buckets::new(60);
        (1..5).for_each(|i| slow.add(i * 600, 1200.0, None));
        let found: Vec<f64> = slow.rates(300).iter().map(|(_, one)| one.value).collect();
        assert_eq!(found, [2.0; 4], "1200 in ten minutes are 2 a second, not 4");
    }
}
