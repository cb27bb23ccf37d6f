//! Prometheus and everything that speaks its HTTP query API.

mod alarms;
mod alert_rules;
pub(in crate::source) mod answer;
mod batch;
mod client;
pub(in crate::source) mod counts;
mod discover;
#[cfg(fuzzing)]
pub mod doors;
mod exemplars;
mod flavor;
pub(in crate::source) mod identify;
mod intervals;
mod kinds;
mod label_sets;
mod le;
pub mod lint;
mod narrow;
pub mod presets;
pub mod promql;
pub mod rules;
mod settings;
mod signals;
mod wire;

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{
    Answer, BackendSpec, Counts, CountsAsk, Discovered, Identity, Kind, LabelSets, Query, Range, Sampling,
    SettingError, Signals, SignalsAsk, Source, Toll, http,
};
use crate::domain::health::Health;
use crate::domain::signal::Service;
use crate::domain::slo::objective::Objective;
use crate::domain::slo::window::Window;
use crate::domain::trace::Exemplars;
use batch::Refused;
use client::Client;
use discover::Search;
use flavor::Dialect;
use kinds::Pair;
use settings::Wanted;

pub use presets::known_presets;

pub const KIND: Kind = Kind {
    name: "prometheus",
    keys: &[http::settings::KEYS, flavor::KEYS, settings::KEYS],
    connect,
    lanes: presets::lanes,
    lasting: true,
};

struct Prometheus {
    client: Client,
    refused: Refused,
    /// Its name in the configuration.
    name: String,
    /// What is looked for.
    wanted: Wanted,
}

fn connect(spec: &BackendSpec) -> Result<Arc<dyn Source>, SettingError> {
    let wanted = settings::wanted(spec)?;
    let (dialect, spec) = Dialect::read(spec)?;
    Ok(Arc::new(Prometheus {
        client: Client { link: http::settings::link(&spec, flavor::API)?, dialect },
        refused: Refused::default(),
        name: spec.name.clone(),
        wanted,
    }))
}

impl Source for Prometheus {
    fn address(&self) -> String {
        self.client.address()
    }

    fn identity(&self) -> String {
        self.client.link.home()
    }

    fn health(&self, now: DateTime<Utc>) -> Health {
        self.client.health(now)
    }

    fn wake(&self) {
        self.client.link.wake();
        self.refused.forget();
    }

    fn identify(&self) -> Answer<'_, Identity> {
        Box::pin(identify::identify(&self.client))
    }

    fn probe(&self) -> Answer<'_, Toll> {
        Box::pin(self.client.probe())
    }

    fn counts<'a>(&'a self, ask: &'a CountsAsk) -> Answer<'a, Counts> {
        Box::pin(counts::counts(&self.client, &self.refused, ask))
    }

    fn signals<'a>(&'a self, ask: &'a SignalsAsk) -> Answer<'a, Signals> {
        Box::pin(signals::signals(&self.client, &self.refused, ask))
    }

    fn exemplars<'a>(&'a self, service: &'a Service, range: Range) -> Answer<'a, Exemplars> {
        Box::pin(exemplars::exemplars(&self.client, service, range))
    }

    fn sample_intervals<'a>(
        &'a self,
        objectives: &'a [Arc<Objective>],
        at: i64,
    ) -> Answer<'a, Vec<Option<Sampling>>> {
        Box::pin(intervals::intervals(&self.client, &self.refused, objectives, at))
    }

    fn label_sets<'a>(&'a self, objectives: &'a [Arc<Objective>], at: i64) -> Answer<'a, LabelSets> {
        Box::pin(label_sets::label_sets(&self.client, &self.refused, objectives, at))
    }

    fn discovers(&self) -> bool {
        !self.wanted.is_nothing()
    }

    fn discover(&self, at: i64) -> Answer<'_, Discovered> {
        Box::pin(async move {
            let search = Search { wanted: &self.wanted, backend: &self.name, at };
            discover::discover(&self.client, &self.refused, &search).await
        })
    }

    fn alert_doubts<'a>(&'a self, objectives: &'a [Arc<Objective>]) -> Answer<'a, Vec<String>> {
        Box::pin(alert_rules::doubts(&self.client, objectives))
    }

    fn queries(&self, objective: &Objective, window: Window) -> Vec<Query> {
        let query = |part: &str, text: &str| Query { part: part.to_owned(), text: text.to_owned() };
        match kinds::pair(objective, window) {
            Ok(Pair { side, part, total }) => {
                let total = total.map(|total| query("total", &total));
                [query(side, &part)].into_iter().chain(total).collect()
            }
            // What cannot be understood is shown as it stands in the configuration.
            Err(_) => objective.sli.written().into_iter().map(|(key, text)| query(key, text)).collect(),
        }
    }
}
