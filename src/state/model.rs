//! The model: everything the program knows, and where the reader is.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::tracing::{TraceBackend, Traces};
use super::view::View;
use super::what_if::Trial;
use crate::domain::journal;
use crate::domain::oncall::Roster;
use crate::domain::runbook::library::Library;
use crate::domain::slo::correction::Correction;
use crate::domain::slo::objective::Objective;
use crate::domain::slo::status::SloStatus;
use crate::domain::snapshot::Snapshot;

/// What does not change while the program runs.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// The scenario's name when the numbers are made up.
    pub demo: Option<String>,
    /// The instant is fixed by `--at`.
    pub fixed_clock: bool,
    /// When the recording ends that this is a replay of.
    pub replay: Option<DateTime<Utc>>,
    /// Nothing can be written to the state directory, and why.
    pub read_only: Option<String>,
    /// What this dashboard sees goes to the log: it is live, and there is a log that may be written.
    pub writes_log: bool,
    pub roster: Roster,
    pub objectives: Vec<Arc<Objective>>,
    /// The maintenance windows of the configuration.
    pub maintenance: Arc<[Correction]>,
    /// Names of the backends, in the order of the configuration.
    pub sources: Vec<String>,
    /// The backends that have traces, in the order of the configuration.
    pub tracers: Vec<TraceBackend>,
}

#[derive(Clone, Debug)]
pub struct Model {
    pub now: DateTime<Utc>,
    pub setup: Arc<Setup>,
    /// What the backends told last.
    pub live: Arc<Snapshot>,
    /// What is shown instead while the display is frozen, and since when.
    pub frozen: Option<(Arc<Snapshot>, DateTime<Utc>)>,
    pub log: Arc<journal::State>,
    /// The log has been read at least once.
    pub log_read: bool,
    /// When budgets were last to be judged by other maintenance windows.
    pub corrected: Option<DateTime<Utc>>,
    /// Policy steps that were asked to be written, by SLO, and when.
    pub asked_steps: BTreeMap<String, (String, DateTime<Utc>)>,
    pub runbooks: Arc<Library>,
    /// What-if of the open SLO, while its screen is shown.
    pub trial: Option<Arc<Trial>>,
    pub traces: Traces,
    /// Things to know that are not on the page: latest last.
    pub notices: Vec<Notice>,
    pub view: View,
    /// Columns and rows.
    pub size: (u16, u16),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Who says it; a newer notice of the same origin replaces it.
    pub origin: String,
    pub text: String,
}

impl Model {
    pub fn new(setup: Arc<Setup>, now: DateTime<Utc>, size: (u16, u16)) -> Self {
        let live = Snapshot::new(setup.sources.len())
            .composing(&setup.objectives)
            .correcting(Arc::clone(&setup.maintenance));
        Self {
            now,
            live: Arc::new(live),
            setup,
            frozen: None,
            log: Arc::default(),
            log_read: false,
            corrected: None,
            asked_steps: BTreeMap::new(),
            runbooks: Arc::default(),
            trial: None,
            traces: Traces::default(),
            notices: Vec::new(),
            view: View::default(),
            size,
        }
    }

    /// Takes the log over, with its maintenance windows beside those of the configuration.
    pub fn read_log(&mut self, log: Arc<journal::State>) {
        self.log = log;
        let all = self.setup.maintenance.iter().cloned().chain(self.log.corrections()).collect();
        self.live = Arc::new(Snapshot::clone(&self.live).correcting(all));
    }

    /// What is to be shown: the frozen picture, or the live one.
    pub fn snapshot(&self) -> &Snapshot {
        self.frozen.as_ref().map_or(&self.live, |frozen| &frozen.0)
    }

    /// The SLO whose page is open.
    pub fn open_slo(&self) -> Option<&Arc<SloStatus>> {
        self.snapshot().slo(self.view.slo.as_deref()?)
    }

    /// Sets or, with an empty text, withdraws what `origin` has to say.
    pub fn notice(&mut self, origin: &str, text: impl Into<String>) {
        let text = text.into();
        let old = self.notices.iter().position(|notice| notice.origin == origin);
        if let Some(old) = old {
            if self.notices[old].text == text {
                return;
            }
            self.notices.remove(old);
        }
        if !text.is_empty() {
            self.notices.push(Notice { origin: origin.to_owned(), text });
        }
    }
}
