//! Any command that prints our JSON, or a Prometheus answer: the way in for services with a client of their own.

mod bins;
mod counts;
mod order;
mod output;
pub(in crate::source) mod run;
pub(in crate::source) mod settings;
mod signals;
pub mod trial;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::{
    Answer, BackendSpec, Counts, CountsAsk, Identity, Kind, Query, Sampling, SettingError, Signals,
    SignalsAsk, Source, SourceError, Toll, guard,
};
use crate::domain::health::Health;
use crate::domain::signal::Lane;
use crate::domain::slo::objective::Objective;
use crate::domain::slo::sli::Sli;
use crate::domain::slo::window::Window;
use order::{Runner, substituted};
pub use run::end_all;
use settings::Settings;

pub const KIND: Kind =
    Kind { name: "exec", keys: &[settings::KEYS, &[guard::limits::KEY]], connect, lanes, lasting: true };

/// For one run, where the configuration does not say.
pub const TIMEOUT: Duration = Duration::from_secs(10);

struct Exec {
    runner: Runner,
}

fn connect(spec: &BackendSpec) -> Result<Arc<dyn Source>, SettingError> {
    Ok(Arc::new(Exec { runner: Runner::new(spec, Settings::read(spec)?) }))
}

/// There are no presets: a service shows its own queries.
fn lanes(_preset: Option<&str>) -> Vec<Lane> {
    Vec::new()
}

impl Source for Exec {
    fn address(&self) -> String {
        self.runner.address()
    }

    fn health(&self, now: DateTime<Utc>) -> Health {
        self.runner.guard.health(now)
    }

    /// Where its program is; nothing is run for it.
    fn identify(&self) -> Answer<'_, Identity> {
        Box::pin(std::future::ready(Ok(self.runner.identity())))
    }

    /// Whether the program is still there. What a run takes is told by those that are needed.
    fn probe(&self) -> Answer<'_, Toll> {
        let settings = &self.runner.settings;
        let found = settings.program_is_there().then(Toll::default);
        let lost = || SourceError::Command {
            program: self.address(),
            what: format!("cannot be run: {} is gone, or its x bit", settings.program.display()),
            passing: true,
        };
        Box::pin(std::future::ready(found.ok_or_else(lost)))
    }

    fn took(&self) -> Vec<Duration> {
        self.runner.took()
    }

    fn wake(&self) {
        self.runner.guard.wake();
    }

    fn pace(&self) -> Option<Duration> {
        Some(self.runner.settings.pace)
    }

    fn lag(&self) -> i64 {
        // A bin is known when it has ended, and bins of a minute are what all others wait for as well.
        self.runner.settings.delay + self.runner.settings.step - 60
    }

    fn objection(&self, objective: &Objective) -> Option<SettingError> {
        objection(objective)
    }

    fn counts<'a>(&'a self, ask: &'a CountsAsk) -> Answer<'a, Counts> {
        Box::pin(counts::counts(&self.runner, ask))
    }

    fn signals<'a>(&'a self, ask: &'a SignalsAsk) -> Answer<'a, Signals> {
        Box::pin(signals::signals(&self.runner, ask))
    }

    /// A command tells counts of whole steps, not samples.
    fn sample_intervals<'a>(
        &'a self,
        objectives: &'a [Arc<Objective>],
        _at: i64,
    ) -> Answer<'a, Vec<Option<Sampling>>> {
        Box::pin(std::future::ready(Ok(vec![None; objectives.len()])))
    }

    fn queries(&self, objective: &Objective, window: Window) -> Vec<Query> {
        let query = |part: &str, text: String| Query { part: part.to_owned(), text };
        let texts = objective.sli.written().into_iter();
        let texts = texts.map(|(part, text)| query(part, substituted(text, window.as_seconds())));
        texts.chain([query("command", self.runner.settings.argv.join(" "))]).collect()
    }
}

fn objection(objective: &Objective) -> Option<SettingError> {
    let refused = |key: &str, problem: &str, hint: &str| {
        let hint = Some(hint.to_owned());
        Some(SettingError { key: key.to_owned(), problem: problem.to_owned(), hint })
    };
    if objective.group.is_some() {
        return refused("group_by", "a command tells no labels to be grouped by", "write one SLO for each");
    }
    if matches!(objective.sli, Sli::Latency(_)) {
        let hint = "write kind = \"events\" with a query that counts the fast ones as `good`";
        return refused("histogram", "a command knows no histograms", hint);
    }
    None
}

#[cfg(fuzzing)]
pub fn door(printed: &[u8]) -> super::doors::Told {
    let output = output::read("program", printed.to_vec(), super::doors::SERIES)?;
    let errors = output.series.iter().filter_map(|told| told.error.clone());
    for stamped_at_begin in [false, true] {
        let settings = Settings { stamped_at_begin, ..Settings::plain() };
        let plan = bins::Plan::new(&settings, super::Range { from: 0, to: 3600, step: 60 }, 300);
        for told in &output.series {
            plan.bins(told, |_, value| Some(value));
        }
    }
    let values = output.series.iter().flat_map(|told| told.points.iter().map(|point| point.1));
    Ok((output.warnings.iter().cloned().chain(errors).collect(), values.collect()))
}
