//! What one backend answered, by subject and by when it was known.

use std::collections::{BTreeMap, HashMap};

use super::convert;
use super::line::{Counted, Drawn, Found, Line, Paged, Said, Topic, is_instant};
use super::points;
use super::way::Way;
use crate::domain::signal::{Lane, Unit};
use crate::domain::slo::group::Labels;
use crate::domain::slo::pager::Alarm;
use crate::domain::slo::tally::Tally;
use crate::source::{Minutes, Range, Sampling, SourceError};

/// Milliseconds after which a point was asked for as history, and is as true before as after that.
const HISTORY: i64 = 180_000;

/// Seconds between two samples: no backend knows of any further apart.
const LONGEST_INTERVAL: i64 = 86_400;

/// Values with the Unix milliseconds since when they were known, oldest first.
pub(super) type Known<T> = Vec<(i64, T)>;

/// The error of a question, if it had one, and what was said beside its answer.
type Went = (Option<SourceError>, Vec<String>);

/// Points in time (Unix seconds), each as it was known.
type Points<T> = BTreeMap<i64, Known<T>>;

#[derive(Debug, Default)]
pub(super) struct Tape {
    /// How questions of a kind and step went: the error, if any, and what was said beside the answer.
    states: BTreeMap<(Topic, i64), Known<Went>>,
    cells: HashMap<String, BTreeMap<i64, Points<Tally>>>,
    /// Ends of cells that were told after they had been asked for.
    late: HashMap<String, Known<i64>>,
    faults: HashMap<String, Known<Option<SourceError>>>,
    since: HashMap<String, Known<i64>>,
    dropped: HashMap<String, Known<u64>>,
    pagers: HashMap<BTreeMap<String, String>, Known<Result<Minutes, SourceError>>>,
    any: Known<bool>,
    pub(super) figures: Vec<Figure>,
    pub(super) intervals: HashMap<String, Known<Option<Sampling>>>,
    pub(super) labels: HashMap<String, Known<Result<Vec<Labels>, SourceError>>>,
    pub(super) found: Known<Found>,
    pub(super) ways: Known<Way>,
    pub(super) queries: HashMap<(String, i64), Vec<(String, String)>>,
    /// When the last line was answered: time only goes on, whatever the clock of the recorder did.
    last: i64,
}

/// One figure of a service.
#[derive(Debug)]
pub(super) struct Figure {
    pub(super) service: String,
    pub(super) lane: Lane,
    pub(super) name: String,
    pub(super) heads: Known<(Unit, Option<f64>, Option<String>)>,
    values: Points<f64>,
}

/// The last that was known at `now`; of what was not known yet, the first.
pub(super) fn at_or_first<T>(known: &Known<T>, now: i64) -> Option<&T> {
    at(known, now).or(known.first().map(|first| &first.1))
}

fn at<T>(known: &Known<T>, now: i64) -> Option<&T> {
    let place = known.partition_point(|one| one.0 <= now).checked_sub(1)?;
    Some(&known[place].1)
}

/// What was known at `now` of the point at `second`: also what was only asked later, as history.
fn point<T: Copy>(known: &Known<T>, second: i64, now: i64) -> Option<T> {
    let history = || known.first().filter(|first| first.0 - second * 1000 > HISTORY).map(|first| first.1);
    at(known, now).copied().or_else(history)
}

/// Whether it is news.
fn learn<T: PartialEq>(known: &mut Known<T>, to: i64, value: T) -> bool {
    let news = known.last().is_none_or(|last| last.1 != value);
    if news {
        known.push((to, value));
    }
    news
}

impl Tape {
    /// Takes a line in; the error says what is wrong with it.
    pub(super) fn take(&mut self, line: Line) -> Result<(), &'static str> {
        let sound = |millis: i64| is_instant(millis.div_euclid(1000));
        if !sound(line.at) || !sound(line.to) {
            return Err("its times make no sense");
        }
        let to = line.to.max(self.last);
        self.last = to;
        if let Some(way) = line.way {
            self.ways.push((to, way));
        }
        let mut state = |topic, step, error| {
            learn(self.states.entry((topic, step)).or_default(), to, (error, line.warnings.clone()));
        };
        match line.said {
            Said::Failed { topic, step, error } => state(topic, step, Some(error)),
            Said::Counts { range, slos, pagers, any } => {
                let range = read_range(range)?;
                state(Topic::Counts, range.step, None);
                slos.into_iter().try_for_each(|counted| self.count(to, range, counted))?;
                for paged in pagers {
                    self.page(to, paged);
                }
                learn(&mut self.any, to, any);
            }
            Said::Signals { range, figures } => {
                let range = read_range(range)?;
                state(Topic::Signals, range.step, None);
                figures.into_iter().try_for_each(|drawn| self.draw(to, range, drawn))?;
            }
            Said::Intervals(intervals) => {
                state(Topic::Intervals, 0, None);
                for (id, told) in intervals {
                    let sound = |seconds: i64| (1..=LONGEST_INTERVAL).contains(&seconds);
                    if told.is_some_and(|(every, slowest)| !sound(every) || !slowest.is_none_or(sound)) {
                        return Err("its intervals make no sense");
                    }
                    let sampling = told.map(|(every, slowest)| Sampling { every, slowest });
                    learn(self.intervals.entry(id).or_default(), to, sampling);
                }
            }
            Said::Labels(sets) => {
                state(Topic::Labels, 0, None);
                for (id, sets) in sets {
                    learn(self.labels.entry(id).or_default(), to, sets);
                }
            }
            Said::Found(found) => {
                state(Topic::Found, 0, None);
                self.found.push((to, *found));
            }
            Said::FoundAgain => state(Topic::Found, 0, None),
            Said::Queries { slo, window, texts } => {
                self.queries.insert((slo, window), texts);
            }
            Said::Full => {}
        }
        Ok(())
    }

    fn count(&mut self, to: i64, range: Range, counted: Counted) -> Result<(), &'static str> {
        let Counted { slo, cell, points, since, dropped, error } = counted;
        let bad = error.is_some();
        learn(self.faults.entry(slo.clone()).or_default(), to, error);
        if bad {
            return Ok(());
        }
        if !since.is_none_or(is_instant) {
            return Err("its times make no sense");
        }
        if cell <= 0 {
            return Err("its cells have no width");
        }
        self.since.entry(slo.clone()).or_default().extend(since.map(|since| (to, since)));
        self.dropped.entry(slo.clone()).or_default().extend(Some((to, dropped)).filter(|_| dropped > 0));
        let told = points::read::<2>(range, &points).ok_or("its points cannot be read")?;
        let late = self.late.entry(slo.clone()).or_default();
        let known = self.cells.entry(slo).or_default().entry(cell).or_default();
        for (end, [bad, total]) in told {
            let news = learn(known.entry(end).or_default(), to, Tally::new(bad, total));
            late.extend((news && end < range.from).then_some((to, end)));
        }
        Ok(())
    }

    fn page(&mut self, to: i64, paged: Paged) {
        let alarms = |minutes: Vec<(i64, Vec<super::line::Rung>)>| {
            minutes.iter().map(|(at, rungs)| (*at, rungs.iter().map(convert::alarm).collect())).collect()
        };
        self.pagers.entry(paged.labels).or_default().push((to, paged.minutes.map(alarms)));
    }

    fn draw(&mut self, to: i64, range: Range, drawn: Drawn) -> Result<(), &'static str> {
        let lane =
            Lane::ALL.into_iter().find(|lane| lane.word() == drawn.lane).ok_or("it has an unknown lane")?;
        let unit = convert::UNITS.iter().find(|unit| unit.1 == drawn.unit).ok_or("it has an unknown unit")?.0;
        let told = points::read::<1>(range, &drawn.points).ok_or("its points cannot be read")?;
        let is = |figure: &Figure| {
            figure.service == drawn.service && figure.lane == lane && figure.name == drawn.name
        };
        let place = self.figures.iter().position(is).unwrap_or_else(|| {
            let (service, name) = (drawn.service.clone(), drawn.name.clone());
            self.figures.push(Figure { service, lane, name, heads: Vec::new(), values: BTreeMap::new() });
            self.figures.len() - 1
        });
        let figure = &mut self.figures[place];
        learn(&mut figure.heads, to, (unit, drawn.limit, drawn.trouble));
        for (end, [value]) in told {
            learn(figure.values.entry(end).or_default(), to, value);
        }
        Ok(())
    }

    /// How a question of this kind went at `now`: what was said beside the answer, or the error.
    pub(super) fn state(&self, topic: Topic, step: i64, now: i64) -> Result<Vec<String>, SourceError> {
        let exact = self.states.get(&(topic, step));
        let alike = || self.states.iter().find(|((known, _), _)| *known == topic).map(|state| state.1);
        match exact.or_else(alike).and_then(|known| at_or_first(known, now)) {
            None => Ok(Vec::new()),
            Some((None, warnings)) => Ok(warnings.clone()),
            Some((Some(error), _)) => Err(error.clone()),
        }
    }

    /// The last milliseconds up to `now` at which the newest counts or signals were answered.
    pub(super) fn last_good(&self, now: i64) -> Option<i64> {
        let states =
            self.states.iter().filter(|((topic, _), _)| matches!(topic, Topic::Counts | Topic::Signals));
        let failing = |known: &Known<Went>| {
            let told = &known[..known.partition_point(|one| one.0 <= now)];
            told.last()?.1.0.as_ref()?;
            let well = told.iter().rposition(|one| one.1.0.is_none())?;
            // States that are alike are kept once: it was well until just before it failed.
            told.get(well + 1).map(|failed| failed.0 - 1)
        };
        states.filter_map(|(_, known)| failing(known)).min()
    }

    pub(super) fn fault(&self, id: &str, now: i64) -> Option<SourceError> {
        match self.faults.get(id) {
            None => Some(SourceError::Uncountable("it is not in this recording".to_owned())),
            Some(known) => at_or_first(known, now).cloned().flatten(),
        }
    }

    /// The cell of `width` seconds that ends at `end`, or the sum of the smaller ones that it consists of.
    pub(super) fn cell(&self, id: &str, width: i64, end: i64, now: i64) -> Option<Tally> {
        let widths = self.cells.get(id)?;
        let of = |width: &i64, end: i64| point(widths.get(width)?.get(&end)?, end, now);
        of(&width, end).or_else(|| {
            let smaller = widths.keys().rev().filter(|own| **own < width && width % **own == 0);
            smaller.into_iter().find_map(|own| {
                let parts = (0..width / own).filter_map(|place| of(own, end - place * own));
                parts.reduce(|a, b| Tally::new(a.bad + b.bad, a.total + b.total))
            })
        })
    }

    /// The cells that were told late after `after` and up to `now`, in milliseconds.
    pub(super) fn late(&self, id: &str, after: i64, now: i64) -> impl Iterator<Item = i64> {
        let known = self.late.get(id).into_iter().flatten();
        known.filter(move |one| one.0 > after && one.0 <= now).map(|one| one.1)
    }

    pub(super) fn since(&self, id: &str, now: i64) -> Option<i64> {
        let known = self.since.get(id)?;
        let told = known.iter().filter(|one| one.0 <= now).map(|one| one.1).min();
        told.or(known.first().map(|first| first.1))
    }

    /// Samples refused in answers after `after` and up to `now`, in milliseconds.
    pub(super) fn dropped(&self, id: &str, after: i64, now: i64) -> u64 {
        let known = self.dropped.get(id).into_iter().flatten();
        let told = known.filter(|one| one.0 > after && one.0 <= now);
        told.fold(0, |sum, one| u64::saturating_add(sum, one.1))
    }

    pub(super) fn pager(
        &self,
        labels: &BTreeMap<String, String>,
        range: Range,
        now: i64,
    ) -> Result<Minutes, SourceError> {
        let Some(known) = self.pagers.get(labels) else { return Ok(Vec::new()) };
        if let Some(Err(error)) = at_or_first(known, now) {
            return Err(error.clone());
        }
        let inside = |minute: &&(i64, Vec<Alarm>)| (range.from..=range.to).contains(&minute.0);
        let told =
            known.iter().take_while(|one| one.0 <= now).filter_map(|one| one.1.as_ref().ok()).flatten();
        let minutes: BTreeMap<i64, Vec<Alarm>> = told.filter(inside).cloned().collect();
        Ok(minutes.into_iter().collect())
    }

    pub(super) fn any_alert(&self, now: i64) -> bool {
        at_or_first(&self.any, now).copied().unwrap_or_default()
    }
}

impl Figure {
    pub(super) fn values(&self, range: Range, now: i64) -> Vec<(i64, f64)> {
        let on_grid = |end: &i64| (end - range.from) % range.step == 0;
        let inside = self.values.range(range.from..=range.to).filter(|(end, _)| on_grid(end));
        inside.filter_map(|(end, known)| Some((*end, point(known, *end, now)?))).collect()
    }
}

fn read_range([from, to, step]: [i64; 3]) -> Result<Range, &'static str> {
    const MOST: i64 = 1_000_000;
    let sound = is_instant(from) && is_instant(to) && step > 0 && to >= from && (to - from) / step < MOST;
    sound.then_some(Range { from, to, step }).ok_or("its range makes no sense")
}
