//! What is remembered of one target: when its page was read, and the samples of the series that somebody wants.

use std::collections::{BTreeMap, HashMap, VecDeque};

use super::exposition::Sample;

pub(super) type Labels = Vec<(String, String)>;

/// Times are in milliseconds since 1970.
pub(super) type Millis = i64;

/// A clock may be corrected by so much without anybody noticing.
pub(super) const JITTER: Millis = 5_000;

/// More series than may be kept of a page over time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooMany;

#[derive(Debug, Default)]
pub(super) struct Track {
    /// When the page was read, oldest first.
    visits: VecDeque<Millis>,
    /// By metric, then by labels.
    series: HashMap<String, BTreeMap<Labels, Line>>,
}

/// The samples of one series, oldest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Line {
    samples: VecDeque<(Millis, f64)>,
    /// Since when it counts, in Unix seconds of the target's clock, where that is told.
    born: Option<f64>,
}

impl Track {
    /// Takes a page in, which was read at `now`. Fails, and leaves the page out, where more than `most` series would be
    /// kept of the time of `keep`.
    pub(super) fn visit(
        &mut self,
        now: Millis,
        samples: Vec<Sample>,
        keep: Millis,
        most: usize,
    ) -> Result<(), TooMany> {
        let last = self.visits.back().copied();
        // A clock that was set back would order samples wrongly: what is from the future is forgotten.
        if last.is_some_and(|last| last > now + JITTER) {
            *self = Self::default();
        }
        let before = self.visits.back().copied();
        let now = before.map_or(now, |before| now.max(before + 1));
        self.forget(now - keep);
        let created = created(&samples);
        let samples: Vec<_> = samples.into_iter().map(sorted).collect();
        let is_new = |sample: &&Sample| {
            let lines = self.series.get(&sample.name);
            !lines.is_some_and(|lines| lines.contains_key(&sample.labels))
        };
        if samples.iter().filter(is_new).count() + self.len() > most {
            return Err(TooMany);
        }
        for Sample { name, labels, value, .. } in samples {
            let born = created.get(&origin(&name, &labels)).copied();
            let line = self.series.entry(name).or_default().entry(labels).or_default();
            line.take(now, value, before, born);
        }
        self.visits.push_back(now);
        Ok(())
    }

    /// How many series are kept.
    fn len(&self) -> usize {
        self.series.values().map(BTreeMap::len).sum()
    }

    fn forget(&mut self, oldest: Millis) {
        while self.visits.front().is_some_and(|visit| *visit < oldest) {
            self.visits.pop_front();
        }
        for lines in self.series.values_mut() {
            lines.retain(|_, line| {
                while line.samples.front().is_some_and(|sample| sample.0 < oldest) {
                    line.samples.pop_front();
                }
                !line.samples.is_empty()
            });
        }
        self.series.retain(|_, lines| !lines.is_empty());
    }

    pub(super) fn of(&self, name: &str) -> impl Iterator<Item = (&Labels, &Line)> {
        self.series.get(name).into_iter().flatten()
    }

    /// Whether it is known what the page said at `time`: it was read before and after, not further apart than `gap`.
    pub(super) fn covers(&self, time: Millis, since: Millis, gap: Millis) -> bool {
        let after = self.visits.partition_point(|visit| *visit < time);
        let Some(next) = self.visits.get(after) else { return false };
        if *next == time {
            return *next >= since;
        }
        let before = after.checked_sub(1).and_then(|place| self.visits.get(place));
        before.is_some_and(|before| *before >= since && next - before <= gap)
    }

    /// The last reading at or before `time`, if it is no older than `gap`.
    pub(super) fn last_visit(&self, time: Millis, gap: Millis) -> Option<Millis> {
        let after = self.visits.partition_point(|visit| *visit <= time);
        let last = after.checked_sub(1).and_then(|place| self.visits.get(place)).copied()?;
        (time - last <= gap).then_some(last)
    }
}

fn sorted(mut sample: Sample) -> Sample {
    sample.labels.sort_unstable();
    sample
}

impl Line {
    /// Takes the value that was read at `now`; the page was read `before`. A counter that was `born` since then began at
    /// 0, also where it has grown beyond what it was. Of a series that is on a page twice the first stands, as in
    /// Prometheus.
    fn take(&mut self, now: Millis, value: f64, before: Option<Millis>, born: Option<f64>) {
        let last = self.samples.back().copied();
        if last.is_some_and(|last| last.0 >= now) {
            return;
        }
        let is_news = last.is_none() || (born != self.born && self.born.is_some());
        let since = before.filter(|before| {
            let lately = *before as f64..=(now + JITTER) as f64;
            is_news && born.is_some_and(|born| lately.contains(&(born * 1000.0)))
        });
        self.born = born.or(self.born);
        match (since, last) {
            (Some(before), None) => self.samples.push_back((before, 0.0)),
            // What is less than it was began anew in any case.
            (Some(_), Some((read, old))) if value >= old && read + 1 < now => {
                self.samples.push_back((read + 1, 0.0));
            }
            _ => {}
        }
        self.samples.push_back((now, value));
    }

    /// How much a counter grew in `(from, to]`. Between two samples it grows evenly; one that falls began anew at 0.
    /// Nothing where no two samples speak of that time.
    pub(super) fn increase(&self, from: Millis, to: Millis) -> Option<f64> {
        let mut sum = None;
        let mut before: Option<(Millis, f64)> = None;
        let begin = self.samples.partition_point(|sample| sample.0 <= from).saturating_sub(1);
        for (time, value) in self.samples.range(begin..).filter(|sample| sample.1.is_finite()).copied() {
            if let Some((since, old)) = before
                && since < to
                && time > from
            {
                let grown = if value < old { value } else { value - old };
                let inside = (time.min(to) - since.max(from)) as f64 / (time - since) as f64;
                *sum.get_or_insert(0.0) += grown * inside;
            }
            if time >= to {
                break;
            }
            before = Some((time, value));
        }
        sum
    }

    /// The value that was read at `visit`.
    pub(super) fn at(&self, visit: Millis) -> Option<f64> {
        let place = self.samples.partition_point(|sample| sample.0 < visit);
        self.samples.get(place).filter(|sample| sample.0 == visit).map(|sample| sample.1)
    }

    /// The samples of `(from, to]` that are numbers.
    pub(super) fn within(&self, from: Millis, to: Millis) -> impl Iterator<Item = f64> {
        let inside = self.samples.iter().filter(move |sample| sample.0 > from && sample.0 <= to);
        inside.map(|sample| sample.1).filter(|value| value.is_finite())
    }
}

/// What `…_created` of a counter or a histogram is told under.
fn origin(name: &str, labels: &Labels) -> (String, Labels) {
    let base =
        ["_total", "_bucket", "_count", "_sum", "_created"].iter().find_map(|end| name.strip_suffix(end));
    let labels = labels.iter().filter(|label| label.0 != "le").cloned().collect();
    (base.unwrap_or(name).to_owned(), labels)
}

fn created(samples: &[Sample]) -> HashMap<(String, Labels), f64> {
    let told = samples.iter().filter(|sample| sample.name.ends_with("_created"));
    let origin = |sample: &Sample| {
        let mut labels = sample.labels.clone();
        labels.sort_unstable();
        (origin(&sample.name, &labels), sample.value)
    };
    told.map(origin).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEEP: Millis = 900_000;
    const GAP: Millis = 60_000;

    fn sample(name: &str, label: &str, value: f64) -> Sample {
        Sample { name: name.to_owned(), labels: vec![("l".to_owned(), label.to_owned())], value, time: None }
    }

    fn line(samples: &[(Millis, f64)]) -> Line {
        Line { samples: samples.iter().copied().collect(), born: None }
    }

    fn visit(track: &mut Track, now: Millis, page: Vec<Sample>) {
        track.visit(now, page, KEEP, 100).unwrap();
    }

    fn only<'a>(track: &'a Track, name: &'a str) -> &'a Line {
        track.of(name).next().unwrap().1
    }

    #[test]
    fn growth_is_even_between_samples_and_a_fall_is_a_new_begin() {
        let line = line(&[(0, 10.0), (10, 20.0), (20, 4.0), (30, 5.0)]);
        assert_eq!(line.increase(0, 30), Some(15.0), "10, then 4 after the fall, then 1");
        assert_eq!(line.increase(5, 10), Some(5.0));
        assert_eq!(line.increase(5, 15), Some(7.0));
        assert_eq!(line.increase(-20, 40), Some(15.0));
        assert_eq!((0..6).map(|i| line.increase(i * 5, i * 5 + 5).unwrap()).sum::<f64>(), 15.0);
    }

    #[test]
    fn silence_is_not_zero() {
        let line = line(&[(10, 10.0), (20, 20.0)]);
        assert_eq!(line.increase(20, 30), None);
        assert_eq!(line.increase(0, 10), None);
        assert_eq!(self::line(&[(10, 10.0)]).increase(0, 20), None);
        let broken = self::line(&[(10, 10.0), (15, f64::NAN), (20, 20.0)]);
        assert_eq!(broken.increase(10, 20), Some(10.0));
    }

    #[test]
    fn a_target_is_known_between_readings_that_are_near() {
        let mut track = Track::default();
        for now in [0, 15_000, 30_000, 200_000, 215_000] {
            visit(&mut track, now, vec![sample("a_total", "x", 1.0)]);
        }
        let covered = |time| track.covers(time, 0, GAP);
        assert!(covered(0) && covered(7_000) && covered(30_000) && covered(215_000) && covered(201_000));
        assert!(!covered(-1) && !covered(31_000) && !covered(199_000) && !covered(216_000));
        assert!(!track.covers(20_000, 16_000, GAP), "nobody wanted it before");
        assert_eq!(track.last_visit(16_000, GAP), Some(15_000));
        assert_eq!(track.last_visit(100_000, GAP), None);
    }

    #[test]
    fn a_series_that_appears_counts_from_its_first_sample_or_from_its_birth() {
        let mut track = Track::default();
        visit(&mut track, 1_000_000, vec![]);
        let page =
            vec![sample("a_total", "x", 3.0), sample("b_total", "x", 3.0), sample("b_created", "x", 1010.0)];
        visit(&mut track, 1_015_000, page);
        assert_eq!(only(&track, "a_total").increase(1_000_000, 1_015_000), None);
        assert_eq!(only(&track, "b_total").increase(1_000_000, 1_015_000), Some(3.0));
        let old = vec![sample("c_total", "x", 9.0), sample("c_created", "x", 5.0)];
        visit(&mut track, 1_030_000, old);
        assert_eq!(only(&track, "c_total").increase(1_000_000, 1_030_000), None);
    }

    #[test]
    fn memory_is_bounded_and_a_clock_set_back_begins_anew() {
        let mut track = Track::default();
        for i in 0..1000 {
            visit(&mut track, i * 15_000, vec![sample("a_total", &format!("{}", i / 100), i as f64)]);
        }
        assert_eq!(track.visits.len(), 61);
        assert_eq!(track.of("a_total").count(), 1, "old series go");
        visit(&mut track, 0, vec![sample("a_total", "9", 1.0)]);
        assert_eq!((track.visits.len(), only(&track, "a_total").samples.len()), (1, 1));
    }

    #[test]
    fn of_a_series_that_is_on_a_page_twice_the_first_counts() {
        let mut track = Track::default();
        visit(&mut track, 0, vec![sample("a_total", "x", 5.0)]);
        visit(&mut track, 15_000, vec![sample("a_total", "x", 8.0), sample("a_total", "x", 900.0)]);
        visit(&mut track, 30_000, vec![sample("a_total", "x", 9.0), sample("a_total", "x", 9.0)]);
        assert_eq!(only(&track, "a_total").increase(0, 30_000), Some(4.0));
    }

    /// One page of a counter that is told since when it counts.
    fn told(value: f64, born: f64) -> Vec<Sample> {
        vec![sample("a_total", "x", value), sample("a_created", "x", born)]
    }

    #[test]
    fn a_counter_that_was_born_anew_began_at_0_though_it_is_higher_than_before() {
        let grown = |last: Vec<Sample>| {
            let mut track = Track::default();
            visit(&mut track, 1_000_000, told(50.0, 5.0));
            visit(&mut track, 1_015_000, told(60.0, 5.0));
            visit(&mut track, 1_030_000, last);
            only(&track, "a_total").increase(1_000_000, 1_030_000)
        };
        assert_eq!(grown(told(70.0, 5.0)), Some(20.0));
        assert_eq!(grown(told(70.0, 1_020.0)), Some(80.0), "10 before, and 70 since it began anew");
        assert_eq!(grown(told(7.0, 1_020.0)), Some(17.0));
        // A clock that is an hour ahead, or births that wander, tell nothing.
        assert_eq!(grown(told(70.0, 4_620.0)), Some(20.0));
        assert_eq!(grown(told(70.0, 6.0)), Some(20.0));
        assert_eq!(grown(vec![sample("a_total", "x", 70.0)]), Some(20.0));
    }

    #[test]
    fn a_birth_that_is_to_come_is_none() {
        let mut track = Track::default();
        visit(&mut track, 1_000_000, vec![]);
        visit(&mut track, 1_015_000, told(900.0, 4_600.0));
        assert_eq!(
            only(&track, "a_total").increase(1_000_000, 1_015_000),
            None,
            "its clock is an hour ahead"
        );
    }

    #[test]
    fn series_that_come_and_go_are_bounded_over_time() {
        let mut track = Track::default();
        let page = |from: usize| (from..from + 40).map(|i| sample("a_total", &i.to_string(), 1.0)).collect();
        assert_eq!(track.visit(0, page(0), KEEP, 100), Ok(()));
        assert_eq!(track.visit(15_000, page(40), KEEP, 100), Ok(()));
        assert_eq!(track.visit(30_000, page(80), KEEP, 100), Err(TooMany), "120 series");
        assert_eq!(track.visit(30_000, page(40), KEEP, 100), Ok(()), "none of them is new");
        assert_eq!(track.visit(KEEP + 1_000, page(80), KEEP, 100), Ok(()), "the first 40 are forgotten");
    }
}
