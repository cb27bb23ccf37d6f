//! The demo as a source: the story behind the same trait as a real backend.

use std::future::ready;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::super::{
    Answer, BackendSpec, Cells, Counts, CountsAsk, Identity, Pagers, Query, Range, Sampling, SignalPoints,
    Signals, SignalsAsk, Source, SourceError, Toll,
};
use super::book::Book;
use super::query::queries;
use super::service::{self, PROFILES};
use super::settings::Settings;
use super::signals::{self, Minutes, Painter};
use super::story::Story;
use super::traces;
use crate::domain::signal::Service;
use crate::domain::slo::objective::Objective;
use crate::domain::slo::window::Window;
use crate::domain::trace::Exemplars;

pub(super) struct Demo {
    name: String,
    settings: Settings,
    timeout: Duration,
    /// Minute of the start, in minutes since 1970.
    zero: i64,
    born: Instant,
    books: Vec<Book>,
}

impl Demo {
    pub(super) fn new(spec: &BackendSpec, settings: &Settings) -> Self {
        Self {
            name: spec.name.clone(),
            settings: *settings,
            timeout: spec.timeout,
            zero: spec.started.timestamp().div_euclid(60),
            born: Instant::now(),
            books: Book::all(settings.scenario, settings.seed),
        }
    }

    /// How it fails, once it does: lived time decides, because a dead backend keeps its history too.
    fn alive(&self) -> Result<(), SourceError> {
        let address = self.address();
        if self.settings.dead {
            return Err(SourceError::Refused { address });
        }
        let lives = self.settings.dies_after.and_then(|seconds| u64::try_from(seconds).ok());
        if lives.is_some_and(|seconds| self.born.elapsed() >= Duration::from_secs(seconds)) {
            return Err(SourceError::Timeout { address, seconds: self.timeout.as_secs() });
        }
        Ok(())
    }

    fn minutes(&self, range: Range) -> Minutes {
        let points = (0..range.points().max(0)).map(|index| range.from + index * range.step);
        points.map(|unix| (unix.div_euclid(60) - self.zero, unix)).collect()
    }

    fn count(&self, objective: &Objective, cell: Window, minutes: &Minutes) -> Result<Cells, SourceError> {
        let Some((service, place)) = service::objective(&objective.id) else {
            return Err(SourceError::Uncountable(unknown(&objective.id)));
        };
        let ends = minutes.iter().map(|at| at.0);
        let cells = self.books[service].cells(place, cell.as_seconds() / 60, ends);
        let points: Vec<_> =
            minutes.iter().zip(cells).filter_map(|(at, tally)| Some((at.1, tally?))).collect();
        let born = PROFILES[service].objectives[place].ordinary.is_some();
        let seen_since = points.first().filter(|_| born).map(|point| point.0);
        Ok(Cells { points, seen_since, dropped: 0 })
    }

    fn count_all(&self, ask: &CountsAsk) -> Result<Counts, SourceError> {
        self.alive()?;
        let minutes = self.minutes(ask.range);
        let slos: Vec<_> =
            ask.asked.iter().map(|asked| self.count(&asked.objective, asked.cell, &minutes)).collect();
        let points = slos.iter().flatten().map(|cells| cells.points.len() as u64).sum();
        Ok(Counts {
            slos,
            pagers: Pagers::default(),
            toll: Toll { requests: 1, points, warnings: Vec::new() },
        })
    }

    fn figures(&self, service: &Service, minutes: &Minutes) -> Vec<SignalPoints> {
        let Some(place) = service::profile(&service.name) else { return signals::unknown(service) };
        let (profile, book) = (&PROFILES[place], &self.books[place]);
        let story = Story { scenario: self.settings.scenario };
        Painter { service, profile, book, story, seed: self.settings.seed, minutes }.figures()
    }

    fn all_figures(&self, ask: &SignalsAsk) -> Result<Signals, SourceError> {
        self.alive()?;
        let minutes = self.minutes(ask.range);
        let figures: Vec<_> =
            ask.services.iter().flat_map(|service| self.figures(service, &minutes)).collect();
        let points = figures.iter().map(|figure| figure.points.len() as u64).sum();
        Ok(Signals { figures, toll: Toll { requests: 1, points, warnings: Vec::new() } })
    }
}

fn unknown(id: &str) -> String {
    let known: Vec<_> =
        PROFILES.iter().flat_map(|profile| profile.objectives).map(|counted| counted.id).collect();
    format!("the demo does not count `{id}`; it counts {}", known.join(", "))
}

impl Source for Demo {
    fn address(&self) -> String {
        format!("demo://{}/{}", self.name, self.settings.scenario.name())
    }

    fn identify(&self) -> Answer<'_, Identity> {
        let identity = self.alive().map(|()| Identity {
            product: Some("burnwatch demo".to_owned()),
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            facts: vec![("story".to_owned(), self.settings.scenario.name().to_owned())],
            ..Identity::default()
        });
        Box::pin(ready(identity))
    }

    fn probe(&self) -> Answer<'_, Toll> {
        Box::pin(ready(self.alive().map(|()| Toll { requests: 1, ..Toll::default() })))
    }

    fn counts<'a>(&'a self, ask: &'a CountsAsk) -> Answer<'a, Counts> {
        Box::pin(ready(self.count_all(ask)))
    }

    fn signals<'a>(&'a self, ask: &'a SignalsAsk) -> Answer<'a, Signals> {
        Box::pin(ready(self.all_figures(ask)))
    }

    fn sample_intervals<'a>(
        &'a self,
        objectives: &'a [Arc<Objective>],
        _at: i64,
    ) -> Answer<'a, Vec<Option<Sampling>>> {
        let interval = |objective: &Arc<Objective>| {
            service::objective(&objective.id)
                .map(|(service, _)| Sampling::every(PROFILES[service].scraped_every))
        };
        Box::pin(ready(self.alive().map(|()| objectives.iter().map(interval).collect())))
    }

    fn exemplars<'a>(&'a self, service: &'a Service, range: Range) -> Answer<'a, Exemplars> {
        let minutes = (range.from.div_euclid(60) - self.zero, range.to.div_euclid(60) - self.zero);
        let told = self.alive().map(|()| Exemplars {
            found: traces::exemplars(self.settings.scenario, &service.name, self.zero, minutes),
            requests: 1,
            trouble: None,
        });
        Box::pin(ready(told))
    }

    fn queries(&self, objective: &Objective, window: Window) -> Vec<Query> {
        queries(objective, window)
    }

    fn default_preset(&self) -> &'static str {
        "http"
    }
}
