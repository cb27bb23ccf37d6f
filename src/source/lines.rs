//! The ledgers of one backend's objectives, and how far each has been asked.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::cache::Cache;
use super::plan::floor;
use super::{Asked, Cells, CountsAsk, Query, Range, Source, SourceError, Toll};
use crate::domain::judge::{Books, Circumstances, judge};
use crate::domain::slo::ledger::{BASE, HOUR, Ledger, Resolution};
use crate::domain::slo::objective::Objective;
use crate::domain::slo::status::SloStatus;
use crate::domain::slo::tally::Tally;
use crate::domain::slo::window::Window;

/// One objective with its ledger.
pub struct Line {
    pub objective: Arc<Objective>,
    ledger: Arc<Ledger>,
    /// The same cells as slices, where the method has them.
    slices: Option<Arc<Ledger>>,
    key: String,
    queries: Arc<[Query]>,
    /// End of the newest fine cell that was asked for.
    asked_to: Option<i64>,
    fault: Option<Fault>,
    /// Seconds that the last fault had to wait, until history has been had.
    patience: i64,
}

impl Line {
    fn new(name: &str, source: &dyn Source, objective: Arc<Objective>) -> Self {
        let mut line = Self {
            key: cache_key(name, source, &objective),
            queries: source.queries(&objective, BASE).into(),
            ledger: Arc::new(Ledger::new(BASE, objective.reach())),
            slices: None,
            asked_to: None,
            fault: None,
            patience: 0,
            objective,
        };
        line.start_over(cell_for(&line.objective, None));
        line
    }

    /// Empty ledgers with cells of width `base`.
    fn start_over(&mut self, base: Window) {
        self.ledger = Arc::new(Ledger::new(base, self.objective.reach()));
        self.slices = self.objective.method.slice().map(|_| Arc::clone(&self.ledger));
    }

    /// The width of the cells that `resolution` is asked in: slices have to be seen one by one.
    fn width(&self, resolution: Resolution) -> Window {
        let hourly = resolution == Resolution::Hours && self.slices.is_none();
        if hourly { Window::seconds(HOUR) } else { self.ledger.base() }
    }

    fn asked(&self, resolution: Resolution) -> Asked {
        Asked { objective: Arc::clone(&self.objective), cell: self.width(resolution) }
    }

    fn record(&mut self, resolution: Resolution, points: &[(i64, Tally)], range: Range) {
        record(Arc::make_mut(&mut self.ledger), resolution, points, range);
        if let Some(slices) = &mut self.slices {
            let (method, width) = (self.objective.method, self.ledger.base());
            let weighed: Vec<_> =
                points.iter().map(|(end, tally)| (*end, method.weigh(*tally, width))).collect();
            record(Arc::make_mut(slices), resolution, &weighed, range);
        }
    }

    fn books(&self) -> Books {
        Books {
            counts: Arc::clone(&self.ledger),
            budget: Arc::clone(self.slices.as_ref().unwrap_or(&self.ledger)),
        }
    }

    /// What is kept on disk, under which key.
    fn kept(&self) -> impl Iterator<Item = (String, &Arc<Ledger>)> {
        let slices = self.slices.iter().map(|ledger| (self.slices_key(), ledger));
        [(self.key.clone(), &self.ledger)].into_iter().chain(slices)
    }

    fn slices_key(&self) -> String {
        format!("{} {:?}", self.key, self.objective.method)
    }

    /// End of the newest cell that all of its ledgers have.
    fn newest(&self) -> Option<i64> {
        let slices = self.slices.as_ref().map_or(Some(i64::MAX), |slices| slices.newest());
        self.ledger.newest().min(slices)
    }
}

/// Why an objective cannot be counted, and when to try again on its own.
struct Fault {
    text: String,
    retry_at: i64,
    /// The newest cell before the fault, unless older ones went missing as well.
    known_to: Option<i64>,
}

const FIRST_WAIT: i64 = 60;
const LONGEST_WAIT: i64 = 1800;

pub struct Lines {
    all: Vec<Line>,
    cache: Option<Cache>,
    recovered: Vec<Recovery>,
}

/// An objective that answers again, with the end of the newest cell since which it has to catch up;
/// `None` when history is missing too.
pub struct Recovery {
    pub index: usize,
    pub known_to: Option<i64>,
}

impl Lines {
    pub fn new(
        name: &str,
        source: &dyn Source,
        objectives: Vec<Arc<Objective>>,
        cache: Option<Cache>,
    ) -> Self {
        let lines = objectives.into_iter().map(|objective| Line::new(name, source, objective)).collect();
        Self { all: lines, cache, recovered: Vec::new() }
    }

    pub fn iter(&self) -> impl Iterator<Item = &Line> {
        self.all.iter()
    }

    /// The longest window of the objectives, or 30 days when there are none.
    pub fn longest_window(&self) -> Window {
        self.all.iter().map(|line| line.objective.reach()).max().unwrap_or(Window::days(30))
    }

    /// How far all objectives in good order have been asked; `None` before the first answer.
    pub fn asked_to(&self) -> Option<i64> {
        if self.all.is_empty() {
            return None;
        }
        self.all.iter().filter(|line| line.fault.is_none()).filter_map(|line| line.asked_to).min().or_else(
            || {
                // All are at fault: go on asking from where they were, or from nowhere.
                self.all.iter().filter_map(|line| line.asked_to).min()
            },
        )
    }

    pub fn forget_progress(&mut self) {
        for line in &mut self.all {
            line.asked_to = None;
        }
    }

    /// The newest cell that every ledger has from an earlier run.
    pub fn known_to(&self) -> Option<i64> {
        self.all.iter().map(Line::newest).min().flatten()
    }

    pub fn dropped(&self) -> u64 {
        self.all.iter().map(|line| line.ledger.dropped).sum()
    }

    pub async fn restore(&mut self) {
        let Some(cache) = self.cache.clone() else { return };
        let asks: Vec<_> = self
            .all
            .iter()
            .map(|line| (line.kept().map(|(key, _)| key).collect::<Vec<_>>(), line.objective.reach()))
            .collect();
        let found = tokio::task::spawn_blocking(move || {
            let load = |(keys, window): &(Vec<String>, Window)| {
                keys.iter().map(|key| cache.load(key, *window).map(Arc::new)).collect::<Option<Vec<_>>>()
            };
            asks.iter().map(load).collect::<Vec<_>>()
        });
        for (line, ledgers) in self.all.iter_mut().zip(found.await.unwrap_or_default()) {
            // Counts and slices belong together: one without the other is asked again.
            let mut ledgers = ledgers.unwrap_or_default().into_iter();
            if let Some(counts) = ledgers.next() {
                line.ledger = counts;
                line.slices = ledgers.next();
            }
        }
    }

    /// Writes every ledger; tells why not, with the path.
    pub async fn save(&self) -> Option<String> {
        let cache = self.cache.clone()?;
        let kept = self.all.iter().flat_map(Line::kept);
        let kept: Vec<_> = kept.map(|(key, ledger)| (key, Arc::clone(ledger))).collect();
        let folder = cache.folder().display().to_string();
        let written = tokio::task::spawn_blocking(move || {
            kept.iter().try_for_each(|(key, ledger)| cache.save(key, ledger))
        });
        let error = written.await.ok()?.err()?;
        Some(format!("cannot keep ledgers in {folder}: {error}"))
    }

    /// Widens the cells of metrics that are sampled too slowly for five minutes.
    pub async fn detect_intervals(&mut self, source: &dyn Source, now: i64) -> Result<Toll, SourceError> {
        let objectives: Vec<_> = self.all.iter().map(|line| Arc::clone(&line.objective)).collect();
        if objectives.is_empty() {
            return Ok(Toll::default());
        }
        let intervals = source.sample_intervals(&objectives, now).await?;
        for (line, interval) in self.all.iter_mut().zip(intervals) {
            let base = interval.map_or(line.ledger.base(), |_| cell_for(&line.objective, interval));
            if base != line.ledger.base() {
                line.start_over(base);
            }
            Arc::make_mut(&mut line.ledger).sampled_every = interval;
        }
        Ok(Toll { requests: 1, ..Toll::default() })
    }

    /// Asks for the cells of `range` (of objective number `only`, or of all) and takes them in.
    pub async fn fetch(
        &mut self,
        source: &dyn Source,
        resolution: Resolution,
        range: Range,
        only: Option<usize>,
        now: i64,
    ) -> Result<Toll, SourceError> {
        let mut toll = Toll::default();
        for (range, indices) in self.questions(resolution, range, only, now) {
            let asked = indices.iter().map(|index| self.all[*index].asked(resolution)).collect();
            let answer = source.counts(&CountsAsk { asked, range }).await?;
            toll.add(answer.toll);
            for (index, cells) in indices.into_iter().zip(answer.slos) {
                self.take(index, cells, resolution, range, now);
            }
        }
        Ok(toll)
    }

    /// What to ask of the objectives that may be asked now: one question, but for middle cells, which end on a
    /// grid of their own width.
    fn questions(
        &mut self,
        resolution: Resolution,
        range: Range,
        only: Option<usize>,
        now: i64,
    ) -> Vec<(Range, Vec<usize>)> {
        let mut questions: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
        for (index, line) in self.all.iter_mut().enumerate() {
            if only.is_some_and(|only| only != index) {
                continue;
            }
            if let Some(fault) = line.fault.as_mut().filter(|fault| fault.retry_at > now) {
                fault.known_to = fault.known_to.filter(|_| resolution == Resolution::Fine);
                continue;
            }
            let own = line.width(resolution).as_seconds();
            let step = if resolution == Resolution::Fine { range.step } else { own };
            questions.entry(step).or_default().push(index);
        }
        let on_grid = |step| Range { from: floor(range.from, step), to: floor(range.to, step), step };
        let parts = |(step, indices): (i64, Vec<usize>)| {
            on_grid(step).newest_first(MOST_POINTS).map(move |part| (part, indices.clone()))
        };
        questions.into_iter().flat_map(parts).collect()
    }

    fn take(
        &mut self,
        index: usize,
        cells: Result<Cells, SourceError>,
        resolution: Resolution,
        range: Range,
        now: i64,
    ) {
        let line = &mut self.all[index];
        match cells {
            Ok(cells) => {
                let healed = line.fault.take();
                if resolution == Resolution::Hours
                    || healed.as_ref().is_some_and(|fault| fault.known_to.is_some())
                {
                    line.patience = 0;
                }
                if let Some(fault) = healed {
                    self.recovered.push(Recovery { index, known_to: fault.known_to });
                }
                line.record(resolution, &cells.points, range);
                let ledger = Arc::make_mut(&mut line.ledger);
                ledger.bad_since = ledger.bad_since.into_iter().chain(cells.seen_since).min();
                ledger.dropped += cells.dropped;
                if resolution == Resolution::Fine {
                    line.asked_to = line.asked_to.max(Some(range.to));
                }
            }
            Err(error) => {
                line.patience = (line.patience * 2).clamp(FIRST_WAIT, LONGEST_WAIT);
                let before = line.fault.as_ref().map_or_else(|| line.ledger.newest(), |fault| fault.known_to);
                line.fault = Some(Fault {
                    text: error.to_string(),
                    retry_at: now + line.patience,
                    known_to: before.filter(|_| resolution == Resolution::Fine),
                });
                if resolution == Resolution::Fine {
                    line.asked_to = line.asked_to.or(Some(range.to));
                }
            }
        }
    }

    pub fn take_recovered(&mut self) -> Vec<Recovery> {
        std::mem::take(&mut self.recovered)
    }

    /// Judges every objective; faults are each objective's own.
    pub fn judge(&self, why: &Circumstances) -> Vec<Arc<SloStatus>> {
        let judge_line = |line: &Line| {
            let fault = line.fault.as_ref().map(|fault| fault.text.clone());
            let judged = judge(&line.objective, line.books(), &Circumstances { fault, ..why.clone() });
            Arc::new(SloStatus { queries: Arc::clone(&line.queries), ..judged })
        };
        self.all.iter().map(judge_line).collect()
    }
}

/// Fewer than a backend refuses to answer at once.
const MOST_POINTS: i64 = 8_000;

/// Hours that come as cells are added up; all else is taken as it is.
fn record(ledger: &mut Ledger, resolution: Resolution, points: &[(i64, Tally)], range: Range) {
    if resolution == Resolution::Hours && range.step < HOUR {
        ledger.record_cells(points, range.from, range.to);
    } else {
        ledger.record(resolution, points, range.to);
    }
}

/// The cells to count an objective in: its slices, or minutes where its tiers look at odd ones, and never so narrow
/// that a cell could miss a sample.
fn cell_for(objective: &Objective, interval: Option<i64>) -> Window {
    let safe = interval.map_or(BASE, base_for);
    let odd = |window: Window| window.as_seconds() % BASE.as_seconds() != 0;
    let minutes = objective.tiers.iter().any(|tier| odd(tier.short) || odd(tier.long));
    match objective.method.slice() {
        Some(slice) if interval.is_none() => slice,
        Some(slice) => slice.max(narrowest(interval)),
        None if minutes && interval.is_some_and(|interval| interval <= DENSE) => Window::minutes(1),
        None => safe,
    }
}

/// Seconds between samples up to which a minute surely holds two.
const DENSE: i64 = 24;

fn narrowest(interval: Option<i64>) -> Window {
    match interval {
        Some(interval) if interval <= DENSE => Window::minutes(1),
        Some(interval) => base_for(interval),
        None => BASE,
    }
}

/// The narrowest cell that surely holds two samples, of those that divide an hour.
fn base_for(interval: i64) -> Window {
    if interval <= 120 {
        return BASE;
    }
    let wanted = interval * 5 / 2;
    let fitting = [600, 900, 1200, 1800].into_iter().find(|width| *width >= wanted);
    Window::seconds(fitting.unwrap_or(HOUR))
}

fn cache_key(name: &str, source: &dyn Source, objective: &Objective) -> String {
    let queries: Vec<String> = source.queries(objective, BASE).into_iter().map(|query| query.text).collect();
    format!("{name} {} {} {}", source.address(), objective.sli.kind(), queries.join(" / "))
}

impl Toll {
    pub fn add(&mut self, other: Self) {
        self.requests += other.requests;
        self.points += other.points;
        self.warnings.extend(other.warnings);
        self.warnings.dedup();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slow_scrapes_get_cells_that_hold_two_samples() {
        for (interval, minutes) in [(15, 5), (120, 5), (150, 10), (240, 10), (300, 15), (600, 30), (1800, 60)]
        {
            assert_eq!(base_for(interval), Window::minutes(minutes), "{interval}s");
        }
    }
}
