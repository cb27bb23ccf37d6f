//! What the user wrote and what it means.
//!
//! A [`Document`] is read as it was typed (`raw`), then resolved to a [`Config`]. Every problem is a
//! [`Diagnostic`] with its place in the file, and all of them are told at once. What only a backend,
//! a theme or a runbook folder can judge is judged by the command line, which points at the place
//! with the [`Origin`] that is kept for that.

mod allow;
pub mod catalogue;
pub mod code;
pub mod diagnostic;
pub mod document;
mod doubt;
mod fields;
mod group;
pub mod init;
pub mod nearest;
pub mod origin;
pub mod paths;
pub mod place;
mod quantity;
mod raw;
mod reader;
mod report;
mod resolve;
pub mod shown;
mod texts;
pub mod write;
pub mod zero;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};
use toml::de::DeTable;

use crate::domain::oncall::{Person, Schedule};
use crate::domain::signal::Service;
use crate::domain::slo::correction::Correction;
use crate::domain::slo::objective::Objective;

pub use allow::Allowed;
pub use diagnostic::{Diagnostic, Severity};
pub use document::Document;
pub use origin::Origin;
pub use texts::Texts;

use catalogue::{Catalogue, Import};
use reader::Reader;
use report::Report;
use resolve::Base;

pub const REFRESH: Duration = Duration::from_secs(15);
pub const TIMEOUT: Duration = Duration::from_secs(5);

/// The configuration as it is meant.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// The file it was read from.
    pub path: Option<PathBuf>,
    pub refresh: Duration,
    /// For backends that set none.
    pub timeout: Duration,
    pub theme: Option<String>,
    pub state_dir: Option<PathBuf>,
    /// Folders (or files), absolute if the path of the configuration is.
    pub runbooks: Vec<PathBuf>,
    pub user: Option<String>,
    /// Where SLOs of other tools are read from.
    pub imports: Vec<Import>,
    pub backends: Vec<Backend>,
    /// Those that are asked for traces and for nothing else.
    pub tracers: Vec<Backend>,
    pub services: Vec<Arc<Service>>,
    pub objectives: Vec<Arc<Objective>>,
    /// Maintenance windows, in the order of the file.
    pub maintenance: Vec<Correction>,
    pub people: Vec<Person>,
    pub schedules: Vec<Schedule>,
    /// Warnings that are not to be told.
    pub allowed: Allowed,
    /// The keys of the top level.
    pub origin: Origin,
    /// By name.
    pub service_origins: BTreeMap<String, Origin>,
    /// By id.
    pub objective_origins: BTreeMap<String, Origin>,
    /// By name.
    pub schedule_origins: BTreeMap<String, Origin>,
}

impl Default for Config {
    /// What an empty file means.
    fn default() -> Self {
        Self {
            path: None,
            refresh: REFRESH,
            timeout: TIMEOUT,
            theme: None,
            state_dir: None,
            runbooks: Vec::new(),
            user: None,
            imports: Vec::new(),
            backends: Vec::new(),
            tracers: Vec::new(),
            services: Vec::new(),
            objectives: Vec::new(),
            maintenance: Vec::new(),
            people: Vec::new(),
            schedules: Vec::new(),
            allowed: Allowed::default(),
            origin: Origin::default(),
            service_origins: BTreeMap::new(),
            objective_origins: BTreeMap::new(),
            schedule_origins: BTreeMap::new(),
        }
    }
}

impl Config {
    /// Takes in what the catalogue defines. Ids that are here already must have been left out of it.
    pub fn adopt(&mut self, catalogue: &Catalogue) {
        for carried in &catalogue.carried {
            let id = carried.objective.id.clone();
            self.objectives.push(Arc::new(carried.objective.clone()));
            self.objective_origins.insert(id, carried.origin.clone());
        }
    }
}

/// A `[[backend]]`; whether its kind exists and takes these settings is not known here.
#[derive(Clone, PartialEq)]
pub struct Backend {
    pub name: String,
    pub kind: String,
    pub timeout: Option<Duration>,
    /// All keys but `name`, `type` and `timeout`; dates are text.
    pub settings: Map<String, Value>,
    pub origin: Origin,
}

impl Backend {
    /// An error about the setting `key`, or about the whole table if it is not written.
    pub fn diagnostic_at(&self, key: &str, message: &str, hint: Option<&str>) -> Diagnostic {
        self.origin.value_error(code::BACKEND_SETTING, key, message, hint)
    }

    /// An error for each key that is neither common to all kinds nor in `keys`.
    pub fn unknown_keys(&self, keys: &[&'static str]) -> Vec<Diagnostic> {
        let known: Vec<&str> = raw::backend::COMMON.iter().chain(keys).copied().collect();
        self.origin.unknown_keys(&known, &format!("[[backend]] of type {}", shown::quoted(&self.kind)))
    }
}

impl fmt::Debug for Backend {
    /// Without the values of its settings, which may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<&String> = self.settings.keys().collect();
        f.debug_struct("Backend")
            .field("name", &self.name)
            .field("kind", &self.kind)
            .field("timeout", &self.timeout)
            .field("settings", &keys)
            .finish_non_exhaustive()
    }
}

/// A configuration that can be used, and what is odd about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Loaded {
    pub config: Config,
    pub warnings: Vec<Diagnostic>,
}

/// Reads `document`; `home` is what `~` stands for. With errors there is no configuration, and all
/// findings come back in the order of the file, warnings too.
pub fn load(document: &Document, home: Option<&Path>) -> Result<Loaded, Vec<Diagnostic>> {
    let report = Report::new(&document.name(), document.text());
    let (table, errors) = DeTable::parse_recoverable(document.text());
    // What comes after the first place is mostly its consequence.
    if let Some(error) = errors.iter().min_by_key(|error| error.span().map_or(0, |span| span.start)) {
        let span = error.span().unwrap_or(0..0);
        report.error(code::SYNTAX, &span, error.message());
        return Err(report.finish());
    }
    let raw = raw::File::read(Reader::new("the configuration", 0..0, table.get_ref(), &report));
    let base = Base { folder: document.folder(), home };
    let config = resolve::resolve(&raw, document.path().map(Path::to_owned), base, &report);
    let found = config.allowed.told(report.finish(), &config.objective_origins);
    if found.iter().any(Diagnostic::is_error) { Err(found) } else { Ok(Loaded { config, warnings: found }) }
}
