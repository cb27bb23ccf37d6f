//! What one backend is asked, and what is kept of its answers.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::cache::Cache;
use super::claims::Claims;
use super::jobs::{self, Job};
use super::lines::{Line, Lines};
use super::plan::{self, Errand};
use super::scout::Scout;
use super::signals_board::SignalsBoard;
use super::{Clock, Source, SourceError, Toll};
use crate::domain::signal::Service;
use crate::domain::slo::correction::Correction;
use crate::domain::slo::ledger::{FINE_SPAN, MINUTE, Resolution};
use crate::domain::slo::objective::Objective;
use crate::domain::slo::window::Window;
use crate::domain::snapshot::{SourceReport, SourceStatus};

mod diary;
mod looks;
mod report;

/// How one backend is to be asked.
pub struct Brief {
    pub name: String,
    pub kind: String,
    pub source: Arc<dyn Source>,
    pub objectives: Vec<Arc<Objective>>,
    pub services: Vec<Arc<Service>>,
    pub refresh: Duration,
    pub clock: Clock,
    /// Where ledgers survive a restart, if anywhere.
    pub cache: Option<Cache>,
}

pub struct Desk {
    source: Arc<dyn Source>,
    clock: Clock,
    /// `clock` is real time, so that another one can be held against it.
    real_time: bool,
    every: Duration,
    /// How often it asks, where its clock runs faster than time.
    pace: Option<Duration>,
    lines: Lines,
    board: SignalsBoard,
    jobs: VecDeque<Job>,
    planned: usize,
    /// Where the backend brings objectives itself.
    scout: Option<Scout>,
    /// When label sets are to be looked for again.
    label_sets_due: i64,
    status: SourceStatus,
    saved_at: Option<DateTime<Utc>>,
    /// Why ledgers do not survive a restart, since the last attempt to keep them.
    cache_problem: Option<String>,
    last: Option<SourceReport>,
    /// Maintenance: that of the configuration, and after it that of the log.
    corrections: Arc<[Correction]>,
    planned_corrections: usize,
}

/// How often ledgers are written to disk.
const SAVE_EVERY: TimeDelta = TimeDelta::minutes(5);
/// The same where what is lost is lost for good.
const SAVE_SOON: TimeDelta = TimeDelta::minutes(1);

impl Desk {
    pub fn new(brief: Brief) -> Self {
        let every = brief.source.pace().unwrap_or(brief.refresh);
        let refresh = TimeDelta::from_std(every).unwrap_or(TimeDelta::MAX);
        let asleep = SourceStatus::new(&brief.name, brief.kind.as_str(), &brief.source.address(), refresh);
        let status = SourceStatus { loading: Some(0.0), ..asleep };
        Self {
            lines: Lines::new(&brief.name, &*brief.source, brief.objectives, brief.cache),
            board: SignalsBoard::new(brief.services, brief.name, brief.source.default_preset()),
            source: brief.source,
            clock: brief.clock,
            real_time: false,
            every,
            pace: None,
            jobs: VecDeque::new(),
            planned: 0,
            scout: None,
            label_sets_due: 0,
            status,
            saved_at: None,
            cache_problem: None,
            last: None,
            corrections: Arc::default(),
            planned_corrections: 0,
        }
    }

    /// The same, with the objectives that the backend brings itself, if it does.
    #[must_use]
    pub fn discovering(mut self, claims: Arc<Claims>) -> Self {
        let written = self.lines.written().to_vec();
        let scout = || Scout::new(&self.status.name, claims, written);
        self.scout = self.source.discovers().then(scout);
        self
    }

    /// The same, in real time: a backend whose clock differs is told of.
    #[must_use]
    pub fn in_real_time(mut self, real_time: bool) -> Self {
        self.real_time = real_time;
        self
    }

    /// The same, keeping of its objectives what `composites` need of them.
    #[must_use]
    pub fn serving(mut self, composites: &[Arc<Objective>]) -> Self {
        self.lines.serve(composites);
        self
    }

    /// The maintenance windows of the configuration.
    #[must_use]
    pub fn with_maintenance(mut self, planned: &[Correction]) -> Self {
        self.planned_corrections = planned.len();
        self.corrections = planned.into();
        self
    }

    /// The maintenance windows of the log, in place of those it had before.
    pub fn correct(&mut self, logged: &[Correction]) {
        let planned = &self.corrections[..self.planned_corrections];
        self.corrections = planned.iter().chain(logged).cloned().collect();
    }

    /// Whom it asks.
    pub fn source(&self) -> Arc<dyn Source> {
        Arc::clone(&self.source)
    }

    /// The same, asking so often rather than as often as its figures are expected.
    #[must_use]
    pub fn at_pace(mut self, pace: Option<Duration>) -> Self {
        self.pace = pace;
        self
    }

    pub fn every(&self) -> Duration {
        self.pace.unwrap_or(self.every)
    }

    pub fn has_errands(&self) -> bool {
        !self.jobs.is_empty()
    }

    pub fn is_failing(&self) -> bool {
        self.status.feed.trouble.is_some()
    }

    /// The backend is asked the next time, for everything, also where it was to be left alone.
    pub fn wake(&mut self) {
        self.source.wake();
        self.lines.wake();
    }

    /// How long the backend is still left alone, where it is.
    pub fn rest(&self) -> Option<Duration> {
        let now = (self.clock)();
        let next_try = self.source.health(now).next_try()?;
        Some((next_try - now).to_std().unwrap_or_default())
    }

    fn now(&self) -> i64 {
        (self.clock)().timestamp()
    }

    /// Brings back what an earlier run knew, and plans what is missing.
    pub async fn restore(&mut self) {
        self.lines.settle(&*self.source).await;
        self.plan_all();
        if self.lines.has_groups() {
            self.jobs.push_front(Job::all(Errand::LabelSets));
        }
        if self.scout.is_some() {
            self.jobs.push_front(Job::all(Errand::Discover));
        }
    }

    fn plan_all(&mut self) {
        self.jobs = jobs::cold_start(self.now(), self.lines.longest_window(), &self.lines.known());
        self.planned = self.jobs.len();
    }

    /// How far back today's figures look.
    fn essential_window(&self) -> Window {
        self.lines.iter().map(|line| line.objective.memory()).max().unwrap_or(Window::days(30))
    }

    /// These objectives instead of those there were, as far as they are this backend's or are composed. Who is
    /// counted as before keeps its figures.
    pub async fn replace_objectives(&mut self, all: Vec<Arc<Objective>>) {
        self.lines.will_serve(&all);
        let mine = |objective: &&Arc<Objective>| objective.source == self.status.name;
        let mut objectives: Vec<_> = all.iter().filter(mine).cloned().collect();
        if let Some(scout) = &mut self.scout {
            scout.replace(&all, objectives);
            objectives = scout.objectives();
        }
        self.take_objectives(objectives).await;
    }

    async fn take_objectives(&mut self, objectives: Vec<Arc<Objective>>) {
        self.lines.replace(&*self.source, objectives);
        self.welcome().await;
        if self.lines.has_empty_groups() {
            self.jobs.push_front(Job::all(Errand::LabelSets));
        }
    }

    /// Gives new lines the history that is kept of them, and plans the rest.
    async fn welcome(&mut self) {
        let known = self.lines.settle(&*self.source).await;
        if self.lines.asked_to().is_none() {
            // Nothing has been asked yet: they come along with all the others.
            return self.plan_all();
        }
        let jobs = jobs::welcome(self.now(), self.lines.longest_window(), &known);
        self.push(jobs);
    }

    fn push(&mut self, jobs: Vec<Job>) {
        self.planned = jobs.len() + if self.jobs.is_empty() { 0 } else { self.planned };
        self.jobs.extend(jobs);
    }

    /// Whether anything that today's figures need is still to be asked.
    pub fn is_loading(&self) -> bool {
        let (window, now) = (self.essential_window(), self.now());
        self.jobs.iter().any(|job| job.errand.is_essential(window, now))
    }

    /// One step of work: a refresh when it is due and there is something to go on from, else an errand.
    pub async fn step(&mut self, refresh_due: bool) {
        self.source.tick(self.real_time.then(|| (self.clock)()));
        let begun = tokio::time::Instant::now();
        let was_failing = self.is_failing();
        let outcome = match self.lines.asked_to() {
            Some(asked_to) if self.now() - asked_to > FINE_SPAN => {
                // Asleep for longer than the fine grid reaches back: begin anew, keeping the ledgers.
                self.lines.forget_progress();
                self.plan_all();
                self.run_job().await
            }
            Some(_) if refresh_due => self.refresh().await,
            _ => self.run_job().await,
        };
        self.note(was_failing, &outcome, begun.elapsed());
        let now = (self.clock)();
        match outcome {
            // Nothing was asked, so nothing is known of the backend.
            Ok(toll) if toll.requests == 0 => {}
            Ok(toll) => {
                self.status.feed.succeed((), now);
                self.take_toll(toll);
                self.status.took_ms = Some(begun.elapsed().as_millis() as u64);
            }
            // That it is left alone is no news: what it is left alone for stands.
            Err(SourceError::Resting { .. }) if self.is_failing() => {}
            Err(error) => self.status.feed.fail(error.class(), error.to_string(), now),
        }
        self.save_if_due(now).await;
    }

    fn take_toll(&mut self, toll: Toll) {
        self.status.requests += toll.requests;
        self.status.points += toll.points;
        self.status.warnings = toll.warnings;
    }

    async fn run_job(&mut self) -> Result<Toll, SourceError> {
        let Some(job) = self.jobs.front() else { return self.refresh().await };
        let Job { errand, only } = job.clone();
        let now = self.now();
        let toll = match errand {
            Errand::Discover => {
                let outcome = self.look_for_objectives().await;
                self.jobs.retain(|job| job.errand != Errand::Discover);
                if outcome.is_err() {
                    self.jobs.push_front(Job::all(Errand::Discover));
                }
                return outcome;
            }
            Errand::LabelSets => {
                let outcome = self.look_for_label_sets().await;
                self.jobs.retain(|job| job.errand != Errand::LabelSets);
                if outcome.is_err() {
                    self.jobs.push_front(Job::all(Errand::LabelSets));
                }
                return outcome;
            }
            Errand::Intervals => self.lines.detect_intervals(&*self.source, only.as_ref(), now).await,
            Errand::Counts(resolution, range) => {
                self.lines.fetch(&*self.source, resolution, range, only.as_ref(), now).await
            }
            Errand::Signals(range) => self.board.fetch(&*self.source, range, only.as_ref()).await,
            Errand::WeekAgo(range) => self.board.fetch_week_ago(&*self.source, range, only.as_ref()).await,
        }?;
        self.jobs.pop_front();
        self.catch_up();
        Ok(toll)
    }

    async fn refresh(&mut self) -> Result<Toll, SourceError> {
        let now = self.now();
        let mut toll = Toll::default();
        if let Some(asked_to) = self.lines.asked_to() {
            let range = plan::refresh(now, asked_to, FINE_SPAN);
            toll.add(self.lines.fetch(&*self.source, Resolution::Fine, range, None, now).await?);
            self.catch_up();
        }
        if let Some(asked_to) = self.board.asked_to() {
            let range = plan::refresh(now, asked_to, plan::SIGNAL_SPAN);
            toll.add(self.board.fetch(&*self.source, range, None).await?);
            if self.board.week_ago_runs_out(now) && !self.has_errands() {
                self.jobs.push_back(Job::all(plan::week_ago(plan::floor(now, MINUTE))));
            }
        }
        if self.scout.as_ref().is_some_and(|scout| scout.is_due(now)) {
            toll.add(self.look_for_objectives().await?);
        }
        if self.lines.has_groups() && (now >= self.label_sets_due || self.lines.counts_nothing()) {
            toll.add(self.look_for_label_sets().await?);
        }
        Ok(toll)
    }

    /// Objectives that answered again after a fault get their history asked.
    fn catch_up(&mut self) {
        let known: Vec<_> =
            self.lines.take_recovered().into_iter().map(|one| (one.id, one.known_to)).collect();
        let jobs = jobs::catch_up(self.now(), self.lines.longest_window(), &known);
        self.push(jobs);
    }

    async fn save_if_due(&mut self, now: DateTime<Utc>) {
        let every = if self.source.forgets() { SAVE_SOON } else { SAVE_EVERY };
        let due = self.saved_at.is_none_or(|at| now - at >= every);
        if due && !self.is_loading() && !self.is_failing() {
            self.saved_at = Some(now);
            self.cache_problem = self.lines.save(self.source.forgets()).await;
        }
    }

    /// Asks until today's figures are complete or `deadline` passes, for one-shot commands.
    pub async fn gather(&mut self, deadline: tokio::time::Instant, signals: bool) -> SourceReport {
        self.restore().await;
        loop {
            if !signals {
                let (window, now) = (self.essential_window(), self.now());
                self.jobs.retain(|job| job.errand.is_essential(window, now));
            }
            if !self.has_errands() || self.is_failing() {
                break;
            }
            let step = async {
                // It may want fewer questions; a recording wants nothing any more.
                let rest = self.rest().filter(|_| self.pace.is_none());
                tokio::time::sleep(rest.unwrap_or_default()).await;
                self.step(false).await;
            };
            if tokio::time::timeout_at(deadline, step).await.is_err() {
                let error = SourceError::Timeout { address: self.source.address(), seconds: 0 };
                let text = error.to_string().replace(" within 0 s", " before the deadline of this command");
                self.status.feed.fail(error.class(), text, (self.clock)());
            }
        }
        self.report()
    }

    pub fn objectives(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter()
    }
}
