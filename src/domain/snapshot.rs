//! Everything that backends told, at one instant; immutable, shared by `Arc`.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::composed::{composed, members};
use super::feed::Feed;
use super::health::Health;
use super::quantity::duration;
use super::signal::ServiceSignals;
use super::slo::correction::Correction;
use super::slo::objective::Objective;
use super::slo::sli::Sli;
use super::slo::status::SloStatus;

/// Nobody waits longer than this for a mark, however seldom or patiently the backend is asked.
const LONG_WAIT: TimeDelta = TimeDelta::seconds(15);

/// How a backend is doing.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceStatus {
    pub name: String,
    /// `prometheus`, `demo`, …
    pub kind: String,
    /// Where it is, without credentials.
    pub address: String,
    pub feed: Feed<()>,
    /// Share of the history fetched so far; `None` when complete.
    pub loading: Option<f64>,
    /// How long the last answer took, in milliseconds.
    pub took_ms: Option<u64>,
    pub requests: u64,
    pub points: u64,
    pub dropped: u64,
    /// What it brought itself, as `12 SLOs of sloth, 3 of pyrra · 4 services by http`; `None` where none were looked for.
    pub found: Option<String>,
    /// The services whose signals it has, each with its preset.
    pub presets: Vec<(String, String)>,
    /// What the backend itself said with its last answer.
    pub warnings: Vec<String>,
    /// A poll that has not been answered yet, since when.
    pub waiting_since: Option<DateTime<Utc>>,
    pub health: Health,
}

impl SourceStatus {
    /// A backend that has not been asked yet, to be asked this often.
    pub fn new(name: &str, kind: &str, address: &str, refresh: TimeDelta) -> Self {
        Self {
            name: name.to_owned(),
            kind: kind.to_owned(),
            address: address.to_owned(),
            feed: Feed::new(refresh),
            loading: None,
            took_ms: None,
            requests: 0,
            points: 0,
            dropped: 0,
            found: None,
            presets: Vec::new(),
            warnings: Vec::new(),
            waiting_since: None,
            health: Health::default(),
        }
    }

    pub fn is_fresh(&self, now: DateTime<Utc>) -> bool {
        self.feed.is_fresh(now) && self.health.clocks_agree() && self.long_wait(now).is_none()
    }

    /// How long an answer has been waited for, where that is too long to go by what was told before.
    fn long_wait(&self, now: DateTime<Utc>) -> Option<TimeDelta> {
        let wait = now - self.waiting_since?;
        (wait >= LONG_WAIT.min(self.feed.every * 2)).then_some(wait)
    }

    /// Why it is not fresh.
    pub fn doubt(&self, now: DateTime<Utc>) -> String {
        let trouble = self.feed.trouble.as_ref().map(|trouble| trouble.text.clone());
        let clock = || self.health.clock_doubt().filter(|_| !self.health.clocks_agree());
        let wait = || self.long_wait(now).or(self.feed.age(now));
        trouble.or_else(clock).unwrap_or_else(|| match wait() {
            Some(wait) => format!("no answer for {}", duration(wait)),
            None => "no answer yet".to_owned(),
        })
    }

    pub fn word(&self, now: DateTime<Utc>) -> &'static str {
        match (&self.feed.trouble, self.feed.last_success) {
            (None, None) => "starting",
            (Some(_), None) => "down",
            (None, Some(_)) if self.is_fresh(now) => "ok",
            (_, Some(_)) => "stale",
        }
    }
}

/// What one backend contributes.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceReport {
    pub status: SourceStatus,
    pub slos: Vec<Arc<SloStatus>>,
    pub services: Vec<Arc<ServiceSignals>>,
}

/// The reports of all backends, in the order of the configuration, and what is composed of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    reports: Vec<Option<Arc<SourceReport>>>,
    composites: Arc<[Arc<Objective>]>,
    /// Maintenance, planned and recorded, that composites are judged by; members are by that of their backends.
    corrections: Arc<[Correction]>,
    /// One for each of `composites`, once a backend has reported.
    composed: Vec<Arc<SloStatus>>,
}

impl Snapshot {
    pub fn new(sources: usize) -> Self {
        Self { reports: vec![None; sources], ..Self::default() }
    }

    /// The same with those of `objectives` that are composites, to be composed of what backends report.
    #[must_use]
    pub fn composing(self, objectives: &[Arc<Objective>]) -> Self {
        let composite = |objective: &&Arc<Objective>| matches!(objective.sli, Sli::Composite(_));
        Self { composites: objectives.iter().filter(composite).cloned().collect(), ..self }
    }

    /// The same with composites that are judged by these maintenance windows.
    #[must_use]
    pub fn correcting(self, corrections: Arc<[Correction]>) -> Self {
        let next = Self { corrections, ..self };
        Self {
            composed: if next.reports().next().is_some() { next.compose(&[], &[]) } else { Vec::new() },
            ..next
        }
    }

    /// The same with the report of source number `index` replaced.
    #[must_use]
    pub fn with(&self, index: usize, report: Arc<SourceReport>) -> Self {
        let mut reports = self.reports.clone();
        if index >= reports.len() {
            reports.resize(index + 1, None);
        }
        let news: Vec<_> = report.slos.iter().map(|slo| slo.id().to_owned()).collect();
        reports[index] = Some(report);
        let mut next = Self {
            reports,
            composites: Arc::clone(&self.composites),
            corrections: Arc::clone(&self.corrections),
            composed: Vec::new(),
        };
        let before = if self.is_complete() { &self.composed[..] } else { &[] };
        next.composed = next.compose(before, &news);
        next
    }

    fn is_complete(&self) -> bool {
        self.reports.iter().all(Option::is_some)
    }

    /// The composites; those of `before` stay where there is no news of their members.
    fn compose(&self, before: &[Arc<SloStatus>], news: &[String]) -> Vec<Arc<SloStatus>> {
        let complete = self.is_complete();
        let compose = |(place, objective): (usize, &Arc<Objective>)| {
            let concerned = || members(objective).any(|id| news.iter().any(|new| new == id));
            let same = |kept: &&Arc<SloStatus>| kept.objective == *objective;
            let kept = before.get(place).filter(same).filter(|_| !concerned()).cloned();
            let composed = || composed(objective, |id| self.told(id), complete, &self.corrections);
            kept.or_else(|| composed().map(Arc::new))
        };
        self.composites.iter().enumerate().filter_map(compose).collect()
    }

    /// What a backend itself reports of an SLO.
    fn told(&self, id: &str) -> Option<&Arc<SloStatus>> {
        self.reports.iter().flatten().flat_map(|report| &report.slos).find(|slo| slo.id() == id)
    }

    /// Whether figures of `slo` come from the backend called `source`.
    pub fn is_from(&self, slo: &SloStatus, source: &str) -> bool {
        let of = |slo: &SloStatus| slo.objective.source == source;
        of(slo) || members(&slo.objective).filter_map(|id| self.told(id)).any(|member| of(member))
    }

    /// The reports there are, with their places.
    pub fn reports(&self) -> impl Iterator<Item = (usize, &Arc<SourceReport>)> {
        self.reports.iter().enumerate().filter_map(|(index, report)| Some((index, report.as_ref()?)))
    }

    /// The part that comes from the sources whose name is `wanted`.
    #[must_use]
    pub fn only(&self, wanted: impl Fn(&str) -> bool) -> Self {
        let reports = self.reports.iter().flatten().filter(|report| wanted(&report.status.name));
        Self { reports: reports.map(|report| Some(Arc::clone(report))).collect(), ..Self::default() }
    }

    pub fn sources(&self) -> impl Iterator<Item = &SourceStatus> {
        self.reports.iter().flatten().map(|report| &report.status)
    }

    pub fn source(&self, name: &str) -> Option<&SourceStatus> {
        self.sources().find(|source| source.name == name)
    }

    /// Backends that were configured, whether they reported yet or not.
    pub fn source_count(&self) -> usize {
        self.reports.len()
    }

    pub fn slos(&self) -> impl Iterator<Item = &Arc<SloStatus>> {
        self.reports.iter().flatten().flat_map(|report| &report.slos).chain(&self.composed)
    }

    pub fn slo(&self, id: &str) -> Option<&Arc<SloStatus>> {
        self.slos().find(|slo| slo.id() == id)
    }

    /// The SLO of this id; of a group, the worst of its children.
    pub fn named(&self, id: &str) -> Option<&Arc<SloStatus>> {
        self.slo(id).or_else(|| self.worst_first().into_iter().find(|slo| slo.objective.is_named(id)))
    }

    /// Worst first; equals keep the order of the configuration.
    pub fn worst_first(&self) -> Vec<&Arc<SloStatus>> {
        let mut slos: Vec<_> = self.slos().collect();
        slos.sort_by(|a, b| a.trouble().partial_cmp(&b.trouble()).unwrap_or(std::cmp::Ordering::Equal));
        slos
    }

    pub fn services(&self) -> impl Iterator<Item = &Arc<ServiceSignals>> {
        self.reports.iter().flatten().flat_map(|report| &report.services)
    }

    pub fn service(&self, name: &str) -> Option<&Arc<ServiceSignals>> {
        self.services().find(|service| service.service == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::health::Health;

    #[test]
    fn who_waits_long_or_by_another_clock_is_not_fresh_and_says_why() {
        let at = |seconds| DateTime::from_timestamp(seconds, 0).unwrap_or_default();
        let mut source = SourceStatus::new("main", "prometheus", "http://p", TimeDelta::minutes(5));
        assert_eq!((source.is_fresh(at(0)), source.doubt(at(0)).as_str()), (false, "no answer yet"));
        source.feed.succeed((), at(0));
        source.waiting_since = Some(at(60));
        assert!(source.is_fresh(at(74)));
        assert_eq!((source.is_fresh(at(75)), source.doubt(at(75)).as_str()), (false, "no answer for 15s"));
        source.waiting_since = None;
        assert_eq!((source.is_fresh(at(601)), source.doubt(at(601)).as_str()), (false, "no answer for 10m"));
        source.health = Health { clock_offset: Some(TimeDelta::hours(1)), ..Health::default() };
        assert!(!source.is_fresh(at(75)) && source.doubt(at(75)).contains("1h ahead"));
        source.feed.fail("refused", "it is refused".to_owned(), at(80));
        assert_eq!(source.doubt(at(80)), "it is refused");
    }
}
