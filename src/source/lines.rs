//! The ledgers of one backend's objectives, and which objectives there are: those written, and the children of groups.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::cache::Cache;
use super::family::Family;
use super::listen::Ear;
use super::plan::floor;
use super::{CountsAsk, Range, Source, SourceError, Toll};
use crate::domain::judge::{Circumstances, judge};
use crate::domain::slo::ledger::Resolution;
use crate::domain::slo::objective::Objective;
use crate::domain::slo::pager::GRACE;
use crate::domain::slo::status::SloStatus;
use crate::domain::slo::window::Window;

mod kept;

pub use super::line::{Line, Only, Recovery};

pub struct Lines {
    name: String,
    /// As the configuration has them, parents among them.
    written: Vec<Arc<Objective>>,
    /// Objectives that are made of others, from any backend.
    composites: Vec<Arc<Objective>>,
    /// By the key of the parent.
    families: BTreeMap<String, Family>,
    /// Every parent is followed by its children.
    all: Vec<Line>,
    cache: Option<Cache>,
    recovered: Vec<Recovery>,
    ear: Ear,
    /// Lines that have no ledger yet.
    added: BTreeSet<String>,
    /// Keys of children that nobody will ask for again.
    forgotten: Vec<String>,
}

impl Lines {
    pub fn new(
        name: &str,
        source: &dyn Source,
        objectives: Vec<Arc<Objective>>,
        cache: Option<Cache>,
    ) -> Self {
        let mut lines = Self {
            name: name.to_owned(),
            written: objectives,
            composites: Vec::new(),
            families: BTreeMap::new(),
            all: Vec::new(),
            cache,
            recovered: Vec::new(),
            added: BTreeSet::new(),
            forgotten: Vec::new(),
            ear: Ear::default(),
        };
        lines.rebuild(source);
        lines
    }

    /// Objectives beside those there are; [`Self::settle`] brings back what is kept of them.
    pub fn add(&mut self, source: &dyn Source, objectives: Vec<Arc<Objective>>) {
        self.written.extend(objectives);
        self.rebuild(source);
    }

    /// These objectives instead. Lines that are counted as before keep their ledgers, and children stay.
    pub fn replace(&mut self, source: &dyn Source, objectives: Vec<Arc<Objective>>) {
        self.written = objectives;
        self.rebuild(source);
    }

    fn rebuild(&mut self, source: &dyn Source) {
        let mut old: HashMap<String, Line> =
            std::mem::take(&mut self.all).into_iter().map(|line| (line.objective.id.clone(), line)).collect();
        let mut families = BTreeMap::new();
        for objective in self.written.clone() {
            let parent = self.line(source, &mut old, objective);
            if !parent.objective.is_parent() {
                self.all.push(parent);
                continue;
            }
            let key = family_key(&parent);
            let family = self.families.remove(&key).unwrap_or_default();
            let written = Arc::clone(&parent.objective);
            self.all.push(parent);
            for member in &family.members {
                let mut line = self.line(source, &mut old, Arc::new(written.child(&member.labels)));
                line.gone_since = member.gone.then_some(member.seen_at);
                self.all.push(line);
            }
            families.insert(key, family);
        }
        self.families = families;
        self.added.retain(|id| !old.contains_key(id));
        let children = old.into_values().filter(|line| line.objective.child_of().is_some());
        self.forgotten.extend(children.flat_map(|line| line.keys()));
        self.ear.listen(&self.all);
    }

    /// The line of `objective`: the one there was, with what it has counted, or a new one.
    fn line(
        &mut self,
        source: &dyn Source,
        old: &mut HashMap<String, Line>,
        objective: Arc<Objective>,
    ) -> Line {
        let old = old.remove(&objective.id);
        if let Some(line) = old {
            if *line.objective == *objective && line.serves(&self.composites) {
                return line;
            }
            let mut new = Line::new(&self.name, source, objective);
            new.serve_all(&self.composites);
            if !new.adopt(line) {
                self.added.insert(new.objective.id.clone());
            }
            return new;
        }
        let mut new = Line::new(&self.name, source, objective);
        new.serve_all(&self.composites);
        self.added.insert(new.objective.id.clone());
        new
    }

    /// The objectives as they were given, parents among them.
    pub fn written(&self) -> &[Arc<Objective>] {
        &self.written
    }

    /// Keeps what `composites` need of their members. To be called before anything is asked.
    pub fn serve(&mut self, composites: &[Arc<Objective>]) {
        self.composites = composites.to_vec();
        for line in &mut self.all {
            line.serve_all(composites);
        }
    }

    /// The same for the lines that come, and those that [`Self::replace`] finds in need of more than they have.
    pub fn will_serve(&mut self, composites: &[Arc<Objective>]) {
        self.composites = composites.to_vec();
    }

    pub fn iter(&self) -> impl Iterator<Item = &Line> {
        self.all.iter()
    }

    /// The lines that the backend is asked to count.
    fn counted(&self) -> impl Iterator<Item = &Line> {
        self.all.iter().filter(|line| !line.objective.is_parent())
    }

    pub fn counts_nothing(&self) -> bool {
        self.counted().next().is_none()
    }

    /// The longest window of the objectives, or 30 days when there are none.
    pub fn longest_window(&self) -> Window {
        self.all.iter().map(|line| line.reach).max().unwrap_or(Window::days(30))
    }

    /// How far all objectives in good order have been asked; `None` before the first answer.
    pub fn asked_to(&self) -> Option<i64> {
        let well = self.all.iter().filter(|line| line.fault.is_none());
        well.filter_map(|line| line.asked_to).min().or_else(|| {
            // All are at fault: go on asking from where they were, or from nowhere.
            self.all.iter().filter_map(|line| line.asked_to).min()
        })
    }

    /// Every objective may be asked again, also one that was refused not long ago.
    pub fn wake(&mut self) {
        self.all.iter_mut().for_each(Line::wake);
    }

    pub fn forget_progress(&mut self) {
        for line in &mut self.all {
            line.asked_to = None;
        }
    }

    /// Every line that is counted, with the newest cell it has from an earlier run.
    pub fn known(&self) -> Vec<(String, Option<i64>)> {
        self.counted().map(|line| (line.objective.id.clone(), line.newest())).collect()
    }

    pub fn dropped(&self) -> u64 {
        self.all.iter().map(|line| line.ledger.dropped).sum()
    }

    /// Whether there are groups whose label sets have to be looked for.
    pub fn has_groups(&self) -> bool {
        !self.families.is_empty()
    }

    /// Whether some group has no children that are known.
    pub fn has_empty_groups(&self) -> bool {
        self.families.values().any(|family| family.members.is_empty())
    }

    /// Looks for the label sets of all groups. New ones become lines, to be settled.
    pub async fn ask_label_sets(&mut self, source: &dyn Source, now: i64) -> Result<Toll, SourceError> {
        let parents: Vec<_> = self.all.iter().filter(|line| line.objective.is_parent()).collect();
        let objectives: Vec<_> = parents.iter().map(|line| Arc::clone(&line.objective)).collect();
        let keys: Vec<_> = parents.into_iter().map(family_key).collect();
        let answer = source.label_sets(&objectives, now).await;
        for (place, (key, objective)) in keys.iter().zip(&objectives).enumerate() {
            let Some(family) = self.families.get_mut(key) else { continue };
            match &answer {
                // The backend's own trouble is told as such, and is no fault of the group.
                Err(_) => {}
                Ok(sets) => match sets.found.get(place) {
                    Some(Ok(sets)) => family.meet(sets.clone(), now, objective.reach().as_seconds()),
                    Some(Err(error)) => family.fault = Some(error.to_string()),
                    None => {}
                },
            }
        }
        let toll = answer?.toll;
        self.rebuild(source);
        Ok(toll)
    }

    /// What is not shown of the groups.
    pub fn warnings(&self) -> Vec<String> {
        let parents = self.all.iter().filter(|line| line.objective.is_parent());
        let said = |line: &Line| self.families.get(&family_key(line)).map(|f| f.warnings(&line.objective.id));
        parents.filter_map(said).flatten().collect()
    }

    /// Widens the cells of metrics that are sampled too slowly for five minutes.
    pub async fn detect_intervals(
        &mut self,
        source: &dyn Source,
        only: Option<&Only>,
        now: i64,
    ) -> Result<Toll, SourceError> {
        let wanted = |line: &Line| !line.objective.is_parent() && is_among(line, only);
        let lines = || self.all.iter().filter(|line| wanted(line));
        let objectives: Vec<_> = lines().map(|line| Arc::clone(&line.objective)).collect();
        if objectives.is_empty() {
            return Ok(Toll::default());
        }
        let intervals = source.sample_intervals(&objectives, now).await?;
        for (line, interval) in self.all.iter_mut().filter(|line| wanted(line)).zip(intervals) {
            line.take_sampling(interval);
        }
        Ok(Toll { requests: 1, ..Toll::default() })
    }

    /// Asks for the cells of `range` (of the objectives `only`, or of all) and takes them in.
    pub async fn fetch(
        &mut self,
        source: &dyn Source,
        resolution: Resolution,
        range: Range,
        only: Option<&Only>,
        now: i64,
    ) -> Result<Toll, SourceError> {
        let mut toll = Toll::default();
        let mut questions = self.questions(resolution, range, only, now);
        if questions.is_empty() && !self.ear.questions(resolution, range, only, now).is_empty() {
            // None may be counted now; the pager is asked all the same, for the present alone.
            questions.push((Range { from: range.from.max(range.to - GRACE), ..range }, Vec::new()));
        }
        for (range, indices) in questions {
            let asked = indices.iter().map(|index| self.all[*index].asked(resolution)).collect();
            let pagers = self.ear.questions(resolution, range, only, now);
            let answer = source.counts(&CountsAsk { asked, range, pagers }).await?;
            toll.add(answer.toll);
            self.ear.take(answer.pagers);
            for (index, cells) in indices.into_iter().zip(answer.slos) {
                let line = &mut self.all[index];
                match cells {
                    Ok(cells) => self.recovered.extend(line.accept(cells, resolution, range)),
                    Err(error) => line.refuse(&error, resolution, range.to, now),
                }
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
        only: Option<&Only>,
        now: i64,
    ) -> Vec<(Range, Vec<usize>)> {
        let mut questions: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
        for (index, line) in self.all.iter_mut().enumerate() {
            if line.objective.is_parent() || !is_among(line, only) {
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

    pub fn take_recovered(&mut self) -> Vec<Recovery> {
        std::mem::take(&mut self.recovered)
    }

    /// Judges every objective; faults are each objective's own. `loading` tells whose history is being fetched. A
    /// parent is judged as long as it has no children.
    pub fn judge(&self, why: &Circumstances, loading: impl Fn(&str) -> bool) -> Vec<Arc<SloStatus>> {
        let judge_line = |(place, line): (usize, &Line)| {
            let mut own = Circumstances { loading: loading(&line.objective.id), ..why.clone() };
            own.pager = self.ear.heard(&line.objective);
            own.fault = line.fault.as_ref().map(|fault| fault.text.clone());
            if line.objective.is_parent() {
                let next = self.all.get(place + 1).and_then(|next| next.objective.child_of());
                if next.is_some_and(|group| group.parent == line.objective.id) {
                    return None;
                }
                let family = self.families.get(&family_key(line))?;
                own.fault.clone_from(&family.fault);
                own.unanswered |= !family.answered;
            }
            let judged = judge(&line.objective, line.books(), &own);
            Some(Arc::new(SloStatus { queries: Arc::clone(&line.queries), ..judged }))
        };
        self.all.iter().enumerate().filter_map(judge_line).collect()
    }
}

/// Fewer than a backend refuses to answer at once.
const MOST_POINTS: i64 = 8_000;

fn is_among(line: &Line, only: Option<&Only>) -> bool {
    only.is_none_or(|only| only.contains(&line.objective.id))
}

/// What a parent's children are kept under.
fn family_key(parent: &Line) -> String {
    let by = parent.objective.group.as_ref().map_or_else(String::new, |group| group.by.join(","));
    format!("{} by {by} of {}", parent.key, parent.objective.id)
}

impl Toll {
    pub fn add(&mut self, other: Self) {
        self.requests += other.requests;
        self.points += other.points;
        self.warnings.extend(other.warnings);
        self.warnings.dedup();
    }
}
