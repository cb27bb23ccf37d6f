//! Reads the pages of all targets when somebody asks, and keeps of them what somebody wants.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use futures_util::future::join_all;
use tokio::time::Instant;

use super::exposition::{self, Sample};
use super::select::Choice;
use super::settings::Settings;
use super::track::{Labels, Millis, Track};
use crate::domain::slo::ledger::BASE;
use crate::source::http::link::{Link, Request, Way};
use crate::source::http::text::plain;
use crate::source::http::{Reply, failure};
use crate::source::{SourceError, Toll};

/// Selectors that are kept in mind; who wants more wants a Prometheus.
const MOST_WANTED: usize = 10_000;
/// Samples are kept for the widest cell, and so much more.
const SPARE: Millis = 600_000;

pub(super) struct Scraper {
    pub(super) targets: Vec<Target>,
    /// Between two readings.
    pub(super) interval: Millis,
    most: usize,
    keep: AtomicI64,
    wanted: Mutex<Wanted>,
    /// What time it was, and when that was told.
    told: Mutex<Option<(DateTime<Utc>, Instant)>>,
    /// When pages were read last; held while they are.
    last: tokio::sync::Mutex<Option<Millis>>,
}

pub(super) struct Target {
    pub(super) link: Link,
    labels: Labels,
    track: Mutex<Track>,
    trouble: Mutex<Option<SourceError>>,
}

/// A choice, and since when its series are kept.
#[derive(Clone, Debug)]
pub(super) struct Want {
    pub(super) choice: Choice,
    pub(super) since: Millis,
}

#[derive(Default)]
struct Wanted {
    since: HashMap<String, Millis>,
    names: Arc<HashMap<String, Vec<Choice>>>,
    /// Whether something was added since the last reading.
    news: bool,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Scraper {
    pub(super) fn new(settings: Settings) -> Self {
        let target =
            |(link, labels)| Target { link, labels, track: Mutex::default(), trouble: Mutex::default() };
        Self {
            targets: settings.targets.into_iter().map(target).collect(),
            interval: settings.interval.as_millis() as Millis,
            most: settings.limits.series,
            keep: AtomicI64::new(BASE.as_seconds() * 1000 + SPARE),
            wanted: Mutex::default(),
            told: Mutex::default(),
            last: tokio::sync::Mutex::default(),
        }
    }

    /// Readings further apart than this leave a gap between them.
    pub(super) fn gap(&self) -> Millis {
        (self.interval * 5 / 2).max(60_000)
    }

    pub(super) fn tick(&self, now: Option<DateTime<Utc>>) {
        *lock(&self.told) = now.map(|now| (now, Instant::now()));
    }

    pub(super) fn now(&self) -> Option<Millis> {
        lock(&self.told).map(|(now, at)| now.timestamp_millis() + at.elapsed().as_millis() as Millis)
    }

    /// Keeps samples for cells of `width` seconds from now on.
    pub(super) fn keep_for(&self, width: i64) {
        self.keep.fetch_max(width * 1000 + SPARE, Ordering::Relaxed);
    }

    pub(super) fn kept(&self) -> Millis {
        self.keep.load(Ordering::Relaxed)
    }

    /// Has the series of `choice` kept from the next reading on.
    pub(super) fn want(&self, choice: Choice) -> Want {
        let key = format!("{choice:?}");
        let mut wanted = lock(&self.wanted);
        if let Some(since) = wanted.since.get(&key) {
            return Want { choice, since: *since };
        }
        let since = self.now().unwrap_or(Millis::MAX);
        if wanted.since.len() < MOST_WANTED && since < Millis::MAX {
            wanted.since.insert(key, since);
            let names = Arc::make_mut(&mut wanted.names);
            names.entry(choice.name.clone()).or_default().push(choice.clone());
            wanted.news = true;
        }
        Want { choice, since }
    }

    /// Reads all pages, unless that was done just now. Fails where no target answers.
    pub(super) async fn look(&self) -> Result<Toll, SourceError> {
        let mut last = self.last.lock().await;
        let Some(now) = self.now() else {
            let message = "pages of metrics tell of the present alone: another instant cannot be looked at";
            return Err(SourceError::Query { message: message.to_owned() });
        };
        let mut toll = Toll::default();
        let near = last.is_some_and(|last| (last..last + self.interval / 2).contains(&now));
        let names = {
            let mut wanted = lock(&self.wanted);
            let news = std::mem::take(&mut wanted.news);
            (news || !near).then(|| Arc::clone(&wanted.names))
        };
        if let Some(names) = names {
            *last = Some(now);
            let visits = self.targets.iter().map(|target| target.visit(now, &names, self.most, self.kept()));
            for cost in join_all(visits).await {
                toll.add(cost);
            }
        }
        self.verdict(toll)
    }

    fn verdict(&self, mut toll: Toll) -> Result<Toll, SourceError> {
        let troubles: Vec<SourceError> =
            self.targets.iter().filter_map(|target| lock(&target.trouble).clone()).collect();
        match troubles.first() {
            Some(first) if troubles.len() == self.targets.len() => Err(first.clone()),
            _ => {
                toll.warnings
                    .extend(troubles.iter().map(|trouble| format!("a target is not read: {trouble}")));
                Ok(toll)
            }
        }
    }

    /// What is known of each target.
    pub(super) fn tracks(&self) -> Vec<MutexGuard<'_, Track>> {
        self.targets.iter().map(|target| lock(&target.track)).collect()
    }
}

type Names = Arc<HashMap<String, Vec<Choice>>>;

impl Target {
    async fn visit(&self, now: Millis, names: &Names, most: usize, keep: Millis) -> Toll {
        let mut toll = Toll::default();
        let request = Request { way: Way::Query, path: "", params: &[] };
        let page = match self.link.ask(request, &mut toll, page).await {
            Ok(reply) => self.read(reply, names, most).await,
            Err(error) => Err(error),
        };
        let trouble = match page {
            Ok(samples) => {
                toll.points += samples.len() as u64;
                lock(&self.track).visit(now, samples, keep);
                None
            }
            Err(error) => Some(error),
        };
        *lock(&self.trouble) = trouble;
        toll
    }

    /// A page may be large: it is read where that keeps nobody waiting.
    async fn read(&self, reply: Reply, names: &Names, most: usize) -> Result<Vec<Sample>, SourceError> {
        let (names, own, address) = (Arc::clone(names), self.labels.clone(), self.link.address());
        let read = tokio::task::spawn_blocking(move || samples(&reply, &names, &own, most));
        match read.await {
            Ok(Ok(samples)) => Ok(samples),
            Ok(Err(None)) => Err(SourceError::TooManySeries { address, limit: most }),
            Ok(Err(Some(what))) => Err(SourceError::BadAnswer { address, what }),
            Err(_) => Err(SourceError::BadAnswer { address, what: "reading was cut short".to_owned() }),
        }
    }
}

/// A reply that holds a page.
fn page(reply: Reply) -> Result<Reply, SourceError> {
    let html = reply.content_type.contains("html")
        || reply.body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'<');
    match reply.status {
        200 if html => {
            let what = "HTML instead of metrics: a login page, or the wrong path?".to_owned();
            Err(SourceError::BadAnswer { address: reply.origin, what })
        }
        200 => Ok(reply),
        _ => Err(failure::status(&reply)),
    }
}

/// The samples that somebody wants, with the labels of their target; none as the error means that there are too many.
fn samples(
    reply: &Reply,
    names: &HashMap<String, Vec<Choice>>,
    own: &Labels,
    most: usize,
) -> Result<Vec<Sample>, Option<String>> {
    let births: HashSet<String> = names
        .keys()
        .filter_map(|name| ["_total", "_bucket", "_count"].iter().find_map(|end| name.strip_suffix(end)))
        .map(|base| format!("{base}_created"))
        .collect();
    let open_metrics = reply.content_type.contains("openmetrics");
    let mut kept = Vec::new();
    let mut surplus = false;
    let read = exposition::read(
        &reply.body,
        open_metrics,
        |name| names.contains_key(name) || births.contains(name),
        |mut sample| {
            sample.labels = labelled(sample.labels, own);
            let choices = names.get(&sample.name);
            if choices.is_none_or(|choices| choices.iter().any(|choice| choice.fits(&sample.labels))) {
                kept.push(sample);
            }
            surplus = kept.len() > most;
            if surplus { Err(String::new()) } else { Ok(()) }
        },
    );
    match read {
        Err(_) if surplus => Err(None),
        Err(what) => Err(Some(format!("not a page of metrics: {}", plain(&what, 200)))),
        Ok(()) => Ok(kept),
    }
}

/// The labels of the target stand; one of the page with the same name is kept beside it, as in Prometheus.
fn labelled(labels: Labels, own: &Labels) -> Labels {
    let mut all = own.clone();
    for (name, value) in labels {
        let taken = own.iter().any(|(known, _)| *known == name);
        let name = if taken { format!("exported_{name}") } else { name };
        // An empty label is one that is not there.
        if !value.is_empty() && !all.iter().any(|(known, _)| *known == name) {
            all.push((name, value));
        }
    }
    all
}
