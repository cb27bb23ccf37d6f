//! From the buckets of a store to the cells of an objective.

use super::buckets::{Bucket, Buckets};
use super::need::RATE_SPAN;
use crate::domain::slo::sli::{Counted, Sli};
use crate::domain::slo::window::Window;
use crate::source::{Cells, Range};

/// Seconds after which nothing more is waited for: what came until then is all there is.
pub(super) const LATE: i64 = 900;

/// The cells that end at the points of `range`, from the buckets of what the indicator needs. A cell that can still
/// grow is not told before it is [`LATE`].
pub(super) fn cells(sli: &Sli, cell: Window, range: Range, found: &[Buckets]) -> Result<Cells, Counted> {
    let [part, rest @ ..] = found else { return Ok(Cells::default()) };
    let (part, total) = (judged(sli, part), rest.first());
    let width = cell.as_seconds();
    let leading = total.unwrap_or(&part);
    let mut cells = Cells::default();
    let Some(mut whole_to) = leading.whole_to(range.to, width) else {
        let counted = part.iter().any(|(_, bucket)| bucket.value > 0.0);
        return if total.is_some() && counted { Err(Counted::NoTotal) } else { Ok(cells) };
    };
    if total.is_some() {
        whole_to = leading.whole_beside(&part, whole_to);
    }
    whole_to = whole_to.max(range.to - LATE);
    let mut newest = Counted::Gap;
    let is_broken = |end: i64| found.iter().any(|one| one.is_broken(end, width));
    let ends = (0..range.points()).map(|i| range.from + i * range.step);
    for end in ends.filter(|end| *end <= whole_to && !is_broken(*end)) {
        let counted =
            counted(sli, part.within(end, width), total.map(|total| total.within(end, width)), cell);
        if let Counted::Cell { tally, seen } = counted {
            cells.points.push((end, tally));
            cells.seen_since = cells.seen_since.or(seen.then_some(end));
        }
        if counted != Counted::Gap {
            newest = counted;
        }
    }
    match newest {
        Counted::Gap | Counted::Cell { .. } => Ok(cells),
        Counted::NoTotal | Counted::NoShare | Counted::NoBucket => Err(newest),
    }
}

/// What is compared with a bound becomes 1 where it is good and 0 where it is not.
fn judged(sli: &Sli, part: &Buckets) -> Buckets {
    let share = |good: bool| Some(f64::from(u8::from(good)));
    match sli {
        Sli::Threshold(threshold) => part.map(|_, value| share(threshold.is_good(value))),
        Sli::Freshness(freshness) => {
            let oldest = freshness.max_age.as_seconds() as f64;
            part.map(|end, stamp| share(end as f64 - stamp <= oldest))
        }
        Sli::Throughput(throughput) => {
            part.rates(RATE_SPAN).map(|_, rate| share(rate >= throughput.at_least))
        }
        Sli::Ratio(_) => part.map(|_, value| (value >= 0.0).then_some(value)),
        _ => part.clone(),
    }
}

type Found = Option<Vec<Bucket>>;

fn counted(sli: &Sli, part: Found, total: Option<Found>, cell: Window) -> Counted {
    let sum = |found: Found| found.map(|found| found.iter().map(|one| one.value).sum::<f64>());
    if let Some(total) = total {
        return sli.count(sum(part), sum(total), cell);
    }
    let Some(part) = part else { return Counted::Gap };
    if matches!(sli, Sli::Bool(_)) {
        let samples = |one: &Bucket| one.samples.unwrap_or(1.0);
        let good = part.iter().map(|one| one.value * samples(one)).sum();
        return sli.count(Some(good), Some(part.iter().map(samples).sum()), cell);
    }
    let mean = part.iter().map(|one| one.value).sum::<f64>() / part.len() as f64;
    sli.count(Some(mean), None, cell)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::slo::sli::{Events, Freshness, Op, Ratio, Side, Threshold, Throughput};
    use crate::domain::slo::tally::Tally;

    const FIVE: Window = Window::minutes(5);
    const RANGE: Range = Range { from: 300, to: 600, step: 60 };

    /// Minutes from the first on; NaN is absent.
    fn minutes(values: &[f64]) -> Buckets {
        let mut buckets = Buckets::new(60);
        let known = (1_i64..).zip(values).filter(|(_, value)| !value.is_nan());
        known.for_each(|(minute, value)| buckets.add(minute * 60, *value, None));
        buckets
    }

    fn bad() -> Sli {
        Sli::Events(Events { side: Side::Bad, part: "b".into(), total: "t".into() })
    }

    fn of(sli: &Sli, found: &[Buckets]) -> Vec<(i64, Tally)> {
        cells(sli, FIVE, RANGE, found).unwrap().points
    }

    #[test]
    fn minutes_become_cells_and_what_is_due_is_waited_for() {
        let total = minutes(&[10.0; 9]);
        let errors = minutes(&[0.0, 0.0, 2.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0]);
        let expected = [(300, 2.0), (360, 2.0), (420, 2.0), (480, 0.0), (540, 1.0)];
        let expected = expected.map(|(end, bad)| (end, Tally::new(bad, 50.0)));
        assert_eq!(of(&bad(), &[errors, total]), expected, "the tenth minute is not there yet");
    }

    #[test]
    fn a_store_that_fell_silent_tells_gaps() {
        let nan = f64::NAN;
        let total = minutes(&[10.0, 10.0, nan, nan, nan, nan, nan, nan, nan, 10.0]);
        let found = of(&bad(), &[Buckets::new(60), total]);
        let ends: Vec<i64> = found.iter().map(|point| point.0).collect();
        assert_eq!(ends, [300, 360, 600], "from 420 to 540 nothing is known");
        assert_eq!(found[0].1, Tally::new(0.0, 20.0));
    }

    #[test]
    fn errors_without_a_total_are_told() {
        let none = Buckets::new(60);
        assert_eq!(cells(&bad(), FIVE, RANGE, &[minutes(&[1.0; 9]), none.clone()]), Err(Counted::NoTotal));
        assert_eq!(cells(&bad(), FIVE, RANGE, &[none.clone(), none]), Ok(Cells::default()));
    }

    #[test]
    fn time_is_judged_by_the_minute() {
        let threshold = Threshold { value: "v".into(), op: Op::AtMost, bound: 3.0 };
        let values = minutes(&[1.0, 5.0, 3.0, 4.0, 2.0]);
        let range = Range { from: 300, to: 300, step: 60 };
        let one = |sli: &Sli, found: &Buckets| {
            cells(sli, FIVE, range, std::slice::from_ref(found)).unwrap().points[0].1
        };
        assert_eq!(one(&Sli::Threshold(threshold), &values), Tally::new(2.0, 5.0));
        let stamp = minutes(&[0.0, 0.0, 0.0, 200.0, 200.0]);
        let freshness = Freshness { timestamp: "t".into(), max_age: Window::minutes(2) };
        let bad = one(&Sli::Freshness(freshness), &stamp).bad;
        assert!((bad - 1.0).abs() < 1e-12, "180 s old at the third: {bad}");
        let ratio = Ratio { side: Side::Bad, ratio: "r".into() };
        let shares = minutes(&[0.2, 0.4, -1.0, 0.0, 0.2]);
        assert!((one(&Sli::Ratio(ratio), &shares).bad - 1.0).abs() < 1e-12, "the mean of four");
    }

    #[test]
    fn what_is_late_is_waited_for_and_not_for_ever() {
        // The events of the last minute before the silence, of which half have come.
        let mut total = Buckets::new(60);
        (1..6).for_each(|minute| total.add(minute * 60, 10.0, Some(if minute == 5 { 3.0 } else { 6.0 })));
        let newest = |to: i64| {
            let range = Range { from: 60, to, step: 60 };
            let found = [Buckets::new(60), total.clone()];
            cells(&bad(), FIVE, range, &found).unwrap().points.last().copied().unwrap()
        };
        assert_eq!(newest(360), (240, Tally::new(0.0, 40.0)), "the fifth minute may still grow");
        assert_eq!(newest(300 + LATE), (300, Tally::new(0.0, 50.0)), "it does not any more");
        // The cell from the third minute to the seventh has the third, the fourth and the fifth.
        assert_eq!(
            newest(420 + LATE),
            (420, Tally::new(0.0, 30.0)),
            "and the silence is no reason to forget"
        );
    }

    #[test]
    fn what_cannot_be_counted_with_is_a_gap_whichever_side_it_is_on() {
        let broken = |minute: i64| {
            let mut buckets = minutes(&[1.0; 10]);
            buckets.add(minute * 60, f64::INFINITY, None);
            buckets
        };
        let ends = |found: &[Buckets]| of(&bad(), found).iter().map(|point| point.0).collect::<Vec<_>>();
        assert_eq!(ends(&[minutes(&[1.0; 10]), broken(9)]), [300, 360, 420, 480]);
        assert_eq!(ends(&[broken(4), minutes(&[9.0; 10])]), [540, 600]);
    }

    #[test]
    fn a_percentage_of_good_is_not_taken_for_perfect_nor_for_nothing() {
        let good = Sli::Ratio(Ratio { side: Side::Good, ratio: "r".into() });
        assert_eq!(cells(&good, FIVE, RANGE, &[minutes(&[99.2; 9])]), Err(Counted::NoShare));
        assert_eq!(of(&good, &[minutes(&[0.9; 5])])[0].1.total, 5.0);
    }

    #[test]
    fn throughput_looks_at_five_minutes_each_minute() {
        let throughput = Throughput { counter: "c".into(), at_least: 1.0 };
        let mut values = vec![60.0; 5];
        values.extend([0.0; 5]);
        let found = of(&Sli::Throughput(throughput), &[minutes(&values)]);
        assert_eq!(found.last().unwrap().1, Tally::new(5.0, 5.0));
        // Only the fifth minute looks back at five full ones.
        assert_eq!(found[0].1, Tally::new(4.0, 5.0));
    }

    #[test]
    fn a_bool_counts_samples_where_they_are_told() {
        let mut buckets = Buckets::new(60);
        (1..6).for_each(|minute| buckets.add(minute * 60, if minute == 2 { 0.5 } else { 1.0 }, Some(6.0)));
        let found = cells(&Sli::Bool("m".into()), FIVE, Range { from: 300, to: 300, step: 60 }, &[buckets]);
        assert_eq!(found.unwrap().points, [(300, Tally::new(3.0, 30.0))]);
    }
}
