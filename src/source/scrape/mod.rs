//! Pages of metrics, read by burnwatch itself: SLOs and signals with no time-series database at all.

mod counts;
mod exposition;
mod groups;
mod plan;
mod quantile;
mod scraper;
mod select;
mod settings;
mod signals;
mod track;
mod view;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    Answer, BackendSpec, Counts, CountsAsk, Identity, Kind, LabelSets, Query, Sampling, SettingError,
    Signals, SignalsAsk, Source, Toll, http,
};
use crate::domain::health::Health;
use crate::domain::slo::objective::Objective;
use crate::domain::slo::window::Window;
use plan::Plan;
use scraper::Scraper;
use settings::Settings;

pub const KIND: Kind = Kind {
    name: "scrape",
    keys: &[http::settings::KEYS, settings::KEYS],
    connect,
    lanes: signals::lanes,
    lasting: true,
};

struct Scrape {
    scraper: Scraper,
}

fn connect(spec: &BackendSpec) -> Result<Arc<dyn Source>, SettingError> {
    Ok(Arc::new(Scrape { scraper: Scraper::new(Settings::read(spec)?) }))
}

impl Source for Scrape {
    fn address(&self) -> String {
        let mut targets = self.scraper.targets.iter().map(|target| target.link.address());
        let first = targets.next().unwrap_or_default();
        match targets.count() {
            0 => first,
            more => format!("{first} and {more} more"),
        }
    }

    /// Its history goes on when a target comes or goes.
    fn identity(&self) -> String {
        "pages".to_owned()
    }

    fn is_apart(&self) -> bool {
        true
    }

    /// Of one page its format and size; of several how many there are.
    fn identify(&self) -> Answer<'_, Identity> {
        Box::pin(async {
            let mut told = Identity::default();
            match &self.scraper.targets[..] {
                [target] => {
                    let (format, samples) = target.describe(&mut told.toll).await?;
                    told.product = Some(format.to_owned());
                    told.fact("samples", samples.to_string());
                }
                targets => {
                    told.fact("pages", targets.len().to_string());
                    let every = Window::seconds((self.scraper.interval / 1000).max(1));
                    told.fact("read every", every.to_string());
                }
            }
            Ok(told)
        })
    }

    /// Reads the only page. Of several each has to be asked by itself.
    fn probe(&self) -> Answer<'_, Toll> {
        Box::pin(async {
            let mut toll = Toll::default();
            if let [target] = &self.scraper.targets[..] {
                target.describe(&mut toll).await?;
            }
            Ok(toll)
        })
    }

    fn forgets(&self) -> bool {
        true
    }

    fn tick(&self, now: Option<DateTime<Utc>>) {
        self.scraper.tick(now);
    }

    fn pace(&self) -> Option<Duration> {
        Some(Duration::from_millis(self.scraper.interval.cast_unsigned()))
    }

    /// The addresses of all targets; none of them stands in for another.
    fn health(&self, now: DateTime<Utc>) -> Health {
        let mut all = Health { apart: true, ..Health::default() };
        for target in &self.scraper.targets {
            let mut one = target.link.health(now);
            for endpoint in &mut one.endpoints {
                // A page may come and not be one.
                let said = endpoint.said.take();
                endpoint.said = said.or_else(|| target.trouble().map(|trouble| trouble.to_string()));
            }
            all.endpoints.extend(one.endpoints);
            all.attempts += one.attempts;
            all.retries += one.retries;
            all.delayed += one.delayed;
            all.spared += one.spared;
            // The one that differs most.
            let offsets = all.clock_offset.into_iter().chain(one.clock_offset);
            all.clock_offset = offsets.max_by_key(TimeDelta::abs);
        }
        all
    }

    fn wake(&self) {
        self.scraper.targets.iter().for_each(|target| target.link.wake());
    }

    fn objection(&self, objective: &Objective) -> Option<SettingError> {
        Plan::objection(objective)
    }

    fn counts<'a>(&'a self, ask: &'a CountsAsk) -> Answer<'a, Counts> {
        Box::pin(counts::counts(&self.scraper, ask))
    }

    fn signals<'a>(&'a self, ask: &'a SignalsAsk) -> Answer<'a, Signals> {
        Box::pin(signals::signals(&self.scraper, ask))
    }

    fn sample_intervals<'a>(
        &'a self,
        objectives: &'a [Arc<Objective>],
        _at: i64,
    ) -> Answer<'a, Vec<Option<Sampling>>> {
        let sampling = Sampling::every((self.scraper.interval / 1000).max(1));
        Box::pin(std::future::ready(Ok(vec![Some(sampling); objectives.len()])))
    }

    fn label_sets<'a>(&'a self, objectives: &'a [Arc<Objective>], _at: i64) -> Answer<'a, LabelSets> {
        Box::pin(groups::label_sets(&self.scraper, objectives))
    }

    fn queries(&self, objective: &Objective, _window: Window) -> Vec<Query> {
        let query = |(part, text): (&str, &str)| Query {
            part: part.to_owned(),
            text: plan::spelled(text, objective),
        };
        objective.sli.written().into_iter().map(query).collect()
    }
}

/// The names, labels and values of a page, or what is wrong with it.
#[cfg(fuzzing)]
pub fn door(page: &[u8], open_metrics: bool) -> Result<Vec<(String, Vec<(String, String)>, f64)>, String> {
    let mut samples = Vec::new();
    let take = |sample: exposition::Sample| {
        samples.push((sample.name, sample.labels, sample.value));
        Ok(())
    };
    exposition::read(page, open_metrics, |_| true, take).map(|()| samples)
}
