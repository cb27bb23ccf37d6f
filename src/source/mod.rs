//! Where numbers, events and pages come from.
//!
//! A backend is one module with one line in [`KINDS`]. It answers two questions: what was counted for
//! these objectives in these cells, and what are the signals of these services.

pub mod cache;
mod cell;
pub mod claims;
pub mod datadog;
pub mod demo;
pub mod desk;
#[cfg(fuzzing)]
pub mod doors;
pub mod error;
pub mod exec;
mod family;
pub mod graphite;
pub mod guard;
pub mod http;
pub mod identity;
pub mod influxdb;
mod jobs;
pub mod journal_file;
pub mod line;
pub mod lines;
mod listen;
pub(crate) mod plain_file;
pub mod plan;
pub mod poller;
pub(crate) mod private;
pub mod prometheus;
mod range;
pub mod record;
pub mod runbook_folder;
pub mod runbook_watch;
mod scout;
pub mod scrape;
pub mod signals_board;
mod store;
pub mod task;
mod tracer_kinds;
pub mod traces;

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use crate::domain::health::Health;
use crate::domain::signal::{Lane, Service, Unit};
use crate::domain::slo::group::Labels;
use crate::domain::slo::objective::Objective;
use crate::domain::slo::pager::Alarm;
use crate::domain::slo::tally::Tally;
use crate::domain::slo::window::Window;
use crate::domain::trace::Exemplars;

pub use crate::domain::slo::status::Query;
pub use error::SourceError;
pub use identity::Identity;
pub use range::Range;
pub use tracer_kinds::{TRACER_KINDS, tracer_kind};

/// What time it is, as the runtime has it; `--at` and tests fix it.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, SourceError>> + Send + 'a>>;

/// One objective to be counted in cells of its own width.
#[derive(Clone, Debug)]
pub struct Asked {
    pub objective: Arc<Objective>,
    pub cell: Window,
}

/// Asks for the events of the cell that ends at each point of `range`.
#[derive(Clone, Debug)]
pub struct CountsAsk {
    pub asked: Vec<Asked>,
    pub range: Range,
    /// Labels of the backend's own alerts that are to be told in the same request, one set an objective.
    pub pagers: Vec<BTreeMap<String, String>>,
}

impl CountsAsk {
    /// All in cells of one width.
    pub fn new(objectives: Vec<Arc<Objective>>, cell: Window, range: Range) -> Self {
        let asked = objectives.into_iter().map(|objective| Asked { objective, cell }).collect();
        Self { asked, range, pagers: Vec::new() }
    }
}

/// The answer for one objective; points without data are absent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cells {
    pub points: Vec<(i64, Tally)>,
    /// End of the oldest of these cells in which the counted side had a series.
    pub seen_since: Option<i64>,
    /// Samples refused because they were NaN, infinite or beyond counting.
    pub dropped: u64,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counts {
    /// In the order of the question. An error concerns this objective alone.
    pub slos: Vec<Result<Cells, SourceError>>,
    pub pagers: Pagers,
    pub toll: Toll,
}

/// The alerts that stood at each point.
pub type Minutes = Vec<(i64, Vec<Alarm>)>;

/// What the backend's own alerts were at each point of the range.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pagers {
    /// In the order of the question; empty where the backend has no such thing.
    pub heard: Vec<Result<Minutes, SourceError>>,
    /// Whether there were any alerts at all, of whatever rule.
    pub any: bool,
}

/// What an answer cost, and what the backend said beside it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Toll {
    pub requests: u64,
    pub points: u64,
    pub warnings: Vec<String>,
}

/// The label sets of grouped objectives.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LabelSets {
    /// In the order of the question: every set has all labels that the objective is grouped by. An error concerns
    /// this objective alone.
    pub found: Vec<Result<Vec<Labels>, SourceError>>,
    pub toll: Toll,
}

/// SLOs that other tools record in a backend, and the services it knows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Discovered {
    pub objectives: Vec<Arc<Objective>>,
    /// Services that are counted in a well-known way; `None` where none were looked for, or that failed.
    pub services: Option<Vec<Arc<Service>>>,
    /// What was found and cannot be taken over, and why, in sentences.
    pub doubts: Vec<String>,
    /// Why there may be more than these; `None` where all were looked for.
    pub unseen: Option<String>,
    pub toll: Toll,
}

#[derive(Clone, Debug)]
pub struct SignalsAsk {
    pub services: Vec<Arc<Service>>,
    pub range: Range,
}

#[derive(Clone, Debug, PartialEq)]
pub struct SignalPoints {
    pub service: String,
    pub lane: Lane,
    pub name: String,
    pub unit: Unit,
    pub limit: Option<f64>,
    pub points: Vec<(i64, f64)>,
    /// Set when the figure cannot be had: names the metric that is absent, or what the backend said.
    pub trouble: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Signals {
    /// Every figure of every service asked for, also those in trouble.
    pub figures: Vec<SignalPoints>,
    pub toll: Toll,
}

/// Seconds between two samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sampling {
    /// Of the series that are sampled most often.
    pub every: i64,
    /// Of those that are sampled least, where that is less than half as often.
    pub slowest: Option<i64>,
}

impl Sampling {
    /// All series alike.
    pub fn every(seconds: i64) -> Self {
        Self { every: seconds, slowest: None }
    }
}

pub trait Source: Send + Sync {
    /// Where it is, without credentials.
    fn address(&self) -> String;

    /// How the way to it stands at `now`.
    fn health(&self, _now: DateTime<Utc>) -> Health {
        Health::default()
    }

    /// Ends any rest: somebody wants an answer now.
    fn wake(&self) {}

    /// What it says that it is; nothing where it cannot say.
    fn identify(&self) -> Answer<'_, Identity> {
        Box::pin(std::future::ready(Ok(Identity::default())))
    }

    /// One small question, to see how long the way takes; no request where there is none to put.
    fn probe(&self) -> Answer<'_, Toll> {
        Box::pin(std::future::ready(Ok(Toll::default())))
    }

    /// What its figures belong to, where that is not its address alone: kept ledgers are known by it.
    fn identity(&self) -> String {
        self.address()
    }

    /// Whether it can never tell again what it told once, so that ledgers are to be kept more often.
    fn forgets(&self) -> bool {
        false
    }

    /// Told before each step of work: what time it is, or nothing where the present is not what is looked at.
    fn tick(&self, _now: Option<DateTime<Utc>>) {}

    /// Whether each of its addresses has figures of its own, so that none stands in for another.
    fn is_apart(&self) -> bool {
        false
    }

    /// How long its latest answers took, where it knows that better than who asked.
    fn took(&self) -> Vec<Duration> {
        Vec::new()
    }

    /// How often it is to be asked, where that is its own matter.
    fn pace(&self) -> Option<Duration> {
        None
    }

    /// Seconds by which its newest figures are behind the present even when all is well.
    fn lag(&self) -> i64 {
        0
    }

    fn counts<'a>(&'a self, ask: &'a CountsAsk) -> Answer<'a, Counts>;

    fn signals<'a>(&'a self, ask: &'a SignalsAsk) -> Answer<'a, Signals>;

    /// How far apart the samples of each objective's metric are, where the backend can tell.
    fn sample_intervals<'a>(
        &'a self,
        objectives: &'a [Arc<Objective>],
        at: i64,
    ) -> Answer<'a, Vec<Option<Sampling>>>;

    /// Which label sets these grouped objectives have at `at`; none where the backend knows no labels.
    fn label_sets<'a>(&'a self, objectives: &'a [Arc<Objective>], _at: i64) -> Answer<'a, LabelSets> {
        let none = LabelSets { found: vec![Ok(Vec::new()); objectives.len()], toll: Toll::default() };
        Box::pin(std::future::ready(Ok(none)))
    }

    /// Whether [`Self::discover`] has anything to look for.
    fn discovers(&self) -> bool {
        false
    }

    /// The SLOs that other tools record at `at`, and the services.
    fn discover(&self, _at: i64) -> Answer<'_, Discovered> {
        Box::pin(std::future::ready(Ok(Discovered::default())))
    }

    /// What is doubtful about the backend's own alert rules, in sentences; nothing where it knows none. `objectives`
    /// tell which of them are an SLO's.
    fn alert_doubts<'a>(&'a self, _objectives: &'a [Arc<Objective>]) -> Answer<'a, Vec<String>> {
        Box::pin(std::future::ready(Ok(Vec::new())))
    }

    /// Why `objective` cannot be counted here as it is written, by the key of its indicator.
    fn objection(&self, _objective: &Objective) -> Option<SettingError> {
        None
    }

    /// The exemplars of a service's latency; none where the backend keeps none.
    fn exemplars<'a>(&'a self, _service: &'a Service, _range: Range) -> Answer<'a, Exemplars> {
        Box::pin(std::future::ready(Ok(Exemplars::default())))
    }

    /// What would be asked for `objective` over `window`.
    fn queries(&self, objective: &Objective, window: Window) -> Vec<Query>;

    /// The preset a service uses, if it names none.
    fn default_preset(&self) -> &'static str {
        "own"
    }
}

/// A `[[backend]]` as the configuration has it; `settings` are the kind's own.
#[derive(Clone, PartialEq)]
pub struct BackendSpec {
    pub name: String,
    pub timeout: Duration,
    pub settings: Map<String, Value>,
    /// When the program started, or `--at`: made-up numbers are laid out around it.
    pub started: DateTime<Utc>,
}

impl fmt::Debug for BackendSpec {
    /// Without the values of its settings, which may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<&String> = self.settings.keys().collect();
        f.debug_struct("BackendSpec")
            .field("name", &self.name)
            .field("settings", &keys)
            .finish_non_exhaustive()
    }
}

/// A setting that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct SettingError {
    /// The key in the `[[backend]]` table.
    pub key: String,
    pub problem: String,
    pub hint: Option<String>,
}

/// A kind of backend.
pub struct Kind {
    pub name: &'static str,
    /// The keys it reads beside `name`, `type` and `timeout`, in groups.
    pub keys: &'static [&'static [&'static str]],
    pub connect: fn(&BackendSpec) -> Result<Arc<dyn Source>, SettingError>,
    /// The signals that a service has by its preset, or by none.
    pub lanes: fn(Option<&str>) -> Vec<Lane>,
    /// Whether what it tells of the past stays true from one run to the next, and may be kept on disk.
    pub lasting: bool,
}

/// The one list of backends.
pub const KINDS: &[Kind] =
    &[prometheus::KIND, influxdb::KIND, graphite::KIND, datadog::KIND, scrape::KIND, exec::KIND, demo::KIND];

pub fn kind(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}
