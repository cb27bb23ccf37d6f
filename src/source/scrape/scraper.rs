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
use super::track::{JITTER, Labels, Millis, TooMany, Track};
use crate::domain::quantity::several;
use crate::domain::slo::ledger::BASE;
use crate::source::http::link::{Link, Request, Way};
use crate::source::http::text::plain;
use crate::source::http::{Reply, failure};
use crate::source::{SourceError, Toll};

/// Selectors that are kept in mind; who wants more wants a Prometheus.
const MOST_WANTED: usize = 10_000;
/// Samples are kept for the widest cell, and so much more.
const SPARE: Millis = 600_000;
/// Milliseconds between a sample's own time and ours: what is as old as that is no news, as in Prometheus.
const STRAY: f64 = 300_000.0;

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
        let since = self.now().unwrap_or(Millis::MAX);
        if let Some(known) = wanted.since.get_mut(&key) {
            // Nothing is wanted since a time that is to come: the clock was set back, and the tracks begin anew.
            if since < *known - JITTER {
                *known = since;
            }
            return Want { choice, since: *known };
        }
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
        let near = last.is_some_and(|last| (now - last).abs() < self.interval / 2);
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
            Ok(reply) => self.read(reply, now, names, most).await,
            Err(error) => Err(error),
        };
        let taken = page.and_then(|Page { samples, strays }| {
            let address = self.link.address();
            toll.points += samples.len() as u64;
            if strays > 0 {
                let series = several(strays, "sample");
                toll.warnings.push(format!(
                    "{address}: {series} not taken: by their own timestamps they are more than 5 minutes from now"
                ));
            }
            let visited = lock(&self.track).visit(now, samples, keep, most);
            visited.map_err(|TooMany| SourceError::TooManySeries { address, limit: most })
        });
        *lock(&self.trouble) = taken.err();
        toll
    }

    /// What keeps it from being read.
    pub(super) fn trouble(&self) -> Option<SourceError> {
        lock(&self.trouble).clone()
    }

    /// The format of its page, and how many samples are on it, whether anybody wants them or not.
    pub(super) async fn describe(&self, toll: &mut Toll) -> Result<(&'static str, usize), SourceError> {
        let request = Request { way: Way::Query, path: "", params: &[] };
        let reply = self.link.ask(request, toll, page).await?;
        let format = if is_open_metrics(&reply) { "OpenMetrics" } else { "Prometheus text" };
        let counted = tokio::task::spawn_blocking(move || {
            let mut count = 0;
            let add = |_| {
                count += 1;
                Ok(())
            };
            exposition::read(&reply.body, is_open_metrics(&reply), |_| true, add).map(|()| count)
        });
        match counted.await {
            Ok(Ok(count)) => Ok((format, count)),
            Ok(Err(what)) => Err(self.unreadable(&what)),
            Err(_) => Err(self.cut_short()),
        }
    }

    fn unreadable(&self, what: &str) -> SourceError {
        let what = format!("not a page of metrics: {}", plain(what, 200));
        SourceError::BadAnswer { address: self.link.address(), what }
    }

    fn cut_short(&self) -> SourceError {
        SourceError::BadAnswer { address: self.link.address(), what: "reading was cut short".to_owned() }
    }

    /// A page may be large: it is read where that keeps nobody waiting.
    async fn read(&self, reply: Reply, now: Millis, names: &Names, most: usize) -> Result<Page, SourceError> {
        let (names, own) = (Arc::clone(names), self.labels.clone());
        let read = tokio::task::spawn_blocking(move || samples(&reply, now, &names, &own, most));
        match read.await {
            Ok(Ok(page)) => Ok(page),
            Ok(Err(None)) => Err(SourceError::TooManySeries { address: self.link.address(), limit: most }),
            Ok(Err(Some(what))) => Err(self.unreadable(&what)),
            Err(_) => Err(self.cut_short()),
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

/// What somebody wants of a page.
struct Page {
    samples: Vec<Sample>,
    /// How many were left out as their own timestamps are far from now.
    strays: usize,
}

fn is_open_metrics(reply: &Reply) -> bool {
    reply.content_type.to_ascii_lowercase().contains("openmetrics")
}

/// The samples that somebody wants, with the labels of their target; none as the error means that there are too many.
fn samples(
    reply: &Reply,
    now: Millis,
    names: &HashMap<String, Vec<Choice>>,
    own: &Labels,
    most: usize,
) -> Result<Page, Option<String>> {
    let births: HashSet<String> = names
        .keys()
        .filter_map(|name| ["_total", "_bucket", "_count"].iter().find_map(|end| name.strip_suffix(end)))
        .map(|base| format!("{base}_created"))
        .collect();
    let (mut kept, mut strays) = (Vec::new(), 0);
    let mut surplus = false;
    let is_near = |time: f64| (time * 1000.0 - now as f64).abs() <= STRAY;
    let read = exposition::read(
        &reply.body,
        is_open_metrics(reply),
        |name| names.contains_key(name) || births.contains(name),
        |mut sample| {
            sample.labels = labelled(sample.labels, own);
            let choices = names.get(&sample.name);
            let fits = choices.is_none_or(|choices| choices.iter().any(|choice| choice.fits(&sample.labels)));
            match sample.time {
                _ if !fits => {}
                Some(time) if !is_near(time) => strays += 1,
                _ => kept.push(sample),
            }
            surplus = kept.len() > most;
            if surplus { Err(String::new()) } else { Ok(()) }
        },
    );
    match read {
        Err(_) if surplus => Err(None),
        Err(what) => Err(Some(what)),
        Ok(()) => Ok(Page { samples: kept, strays }),
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
