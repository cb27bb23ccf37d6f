//! What a command works with: configuration, clock, and sources to ask.

mod backends;
pub(super) mod definitions;
mod names;
mod playback;
mod story;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::args::{Common, ReplayArgs};
use super::exit::Failure;
use super::looks::env;
use super::{at, catalogue, diary};
use crate::config::catalogue::{Catalogue, load};
use crate::config::paths::{Folders, find};
use crate::config::{self, Config, Diagnostic, Document, Texts, zero};
use crate::domain::oncall::Roster;
use crate::domain::slo::objective::Objective;
use crate::runtime::clock::{clock, now};
use crate::runtime::log::Plan;
use crate::source::Clock;
use crate::source::demo::{Scenario, assets};
use crate::source::record::Recorder;
use crate::state::Setup;
use playback::Replay;
use story::scenario;

pub(super) struct Session {
    pub(super) config: Config,
    /// Objectives that backends bring, once they were looked for.
    discovered: Vec<Arc<Objective>>,
    pub(super) warnings: Vec<Diagnostic>,
    /// SLOs of other tools' files, and what is wrong with these.
    pub(super) catalogue: Catalogue,
    /// What the diagnostics point into.
    pub(super) texts: Texts,
    pub(super) folders: Folders,
    pub(super) demo: Option<Scenario>,
    pub(super) clock: Clock,
    /// Where all answers are written to.
    recorder: Option<Arc<Recorder>>,
    /// What answers instead of backends.
    pub(super) replay: Option<Replay>,
    /// When this began, or `--at`.
    pub(super) now: DateTime<Utc>,
    pub(super) fixed: Option<DateTime<Utc>>,
    pub(super) state_dir: Option<PathBuf>,
    pub(super) read_only: bool,
    log: Option<Plan>,
}

/// How problems become text.
pub(super) type Tell = fn(&[Diagnostic], &Texts) -> String;

impl Session {
    /// Reads what is configured. With `demo`, or when nothing is configured, it is the demo. Problems of the
    /// configuration are told by `tell`.
    pub(super) fn open(common: &Common, demo: bool, tell: Tell) -> Result<Self, Failure> {
        match &common.replay {
            Some(args) => Self::of_recording(common, args),
            None => Self::of_configuration(common, demo, tell),
        }
    }

    /// The same, with all answers kept by `recorder`.
    pub(super) fn recorded_by(self, recorder: Arc<Recorder>) -> Self {
        Self { recorder: Some(recorder), ..self }
    }

    fn of_recording(common: &Common, args: &ReplayArgs) -> Result<Self, Failure> {
        let (replay, config) = Replay::open(common, args)?;
        Ok(Self {
            config,
            discovered: Vec::new(),
            warnings: Vec::new(),
            catalogue: Catalogue::default(),
            texts: Texts::new([]),
            folders: Folders::of_platform(),
            demo: None,
            clock: replay.clock(),
            recorder: None,
            now: replay.from,
            replay: Some(replay),
            fixed: None,
            state_dir: None,
            read_only: true,
            log: None,
        })
    }

    fn of_configuration(common: &Common, demo: bool, tell: Tell) -> Result<Self, Failure> {
        let real = now();
        let fixed = common.at.as_deref().map(|text| at::parse(text, real)).transpose()?;
        let folders = Folders::of_platform();
        let file = find(common.config.as_deref(), |_| None, &folders, Path::is_file);
        let asked_for_demo = demo || common.demo || common.scenario.is_some();
        let is_demo = asked_for_demo || (common.prometheus.is_none() && file.is_none());
        let scenario = if is_demo { Some(scenario(common)?) } else { None };
        let (document, mut config, warnings) = match (&scenario, &common.prometheus, file) {
            (Some(scenario), ..) => read(Document::new(None, &assets::config(*scenario)), &folders, tell)?,
            (None, Some(url), _) => (Document::new(None, ""), zero::prometheus(url), Vec::new()),
            (None, None, Some(file)) => {
                let document =
                    Document::open(&file).map_err(|problem| Failure::configuration(problem.line()))?;
                read(document, &folders, tell)?
            }
            (None, None, None) => (Document::new(None, ""), Config::default(), Vec::new()),
        };
        let mut catalogue = load(&config.imports, &config.origin);
        catalogue.without(&config.objectives);
        config.adopt(&catalogue);
        let texts = Texts::new([document].into_iter().chain(catalogue.documents.clone()));
        // The demo never touches the real log: without a flag it keeps nothing.
        let flag = common.state_dir.as_deref();
        let state_dir = if is_demo {
            flag.map(Path::to_owned)
        } else {
            folders.state_dir(flag, config.state_dir.as_deref())
        };
        let started = fixed.unwrap_or(real);
        let log = diary::plan(common, is_demo, state_dir.as_deref(), folders.state.as_deref());
        let session = Self {
            config,
            discovered: Vec::new(),
            warnings,
            catalogue,
            texts,
            folders,
            demo: scenario,
            clock: clock(fixed),
            recorder: None,
            replay: None,
            now: started,
            fixed,
            state_dir,
            read_only: common.read_only,
            log,
        };
        if let Some(plan) = &session.log {
            diary::begin(plan);
            diary::begun(&session.config);
        }
        Ok(session)
    }

    /// Where the program's own log is, if it writes one.
    pub(super) fn log_plan(&self) -> Option<&Plan> {
        self.log.as_ref()
    }

    pub(super) fn roster(&self) -> Roster {
        Roster { people: self.config.people.clone(), schedules: self.config.schedules.clone() }
    }

    /// Those that are configured, and those that were found.
    pub(super) fn objectives(&self) -> impl Iterator<Item = &Arc<Objective>> + Clone {
        self.config.objectives.iter().chain(&self.discovered)
    }

    /// As [`Self::known_slo`], also of what backends bring; tells why where that cannot be said.
    pub(super) async fn meet_slo(
        &mut self,
        id: &str,
        timeout: Option<Duration>,
    ) -> Result<Option<String>, Failure> {
        if self.known_slo(id).is_ok() {
            return Ok(None);
        }
        let problem = self.look_around(timeout).await?;
        match (self.known_slo(id), problem) {
            (Err(_), Some(problem)) => Ok(Some(problem)),
            (known, _) => known.map(|()| None),
        }
    }

    /// Looks once for the objectives that backends bring; tells why that did not work, or not wholly.
    pub(super) async fn look_around(&mut self, timeout: Option<Duration>) -> Result<Option<String>, Failure> {
        let (mut problems, mut found) = (Vec::new(), Vec::new());
        for backend in &self.config.backends {
            let source = self.connect(backend, timeout).map_err(|problems| self.failure(&problems))?;
            match source.discover((self.clock)().timestamp()).await {
                Ok(discovered) => {
                    problems.extend(discovered.unseen.map(|why| format!("{}: {why}", backend.name)));
                    found.extend(discovered.objectives);
                }
                Err(error) => problems.push(format!("{}: {error}", backend.name)),
            }
        }
        self.discovered = found;
        Ok(Some(problems.join("; ")).filter(|problems| !problems.is_empty()))
    }

    /// One sentence of what is missing for mistakes in the catalogue, for commands that go on without it.
    pub(super) fn missing(&self) -> Option<String> {
        Some(format!("the catalogue is not whole: {}", catalogue::first_error(&self.catalogue)?))
    }

    /// Why it cannot be told which SLOs the service has: a broken file of the catalogue names it.
    pub(super) fn hidden(&self, service: &str) -> Option<String> {
        let broken = self.catalogue.broken_for(service)?;
        Some(format!("a file of the catalogue that names `{service}` is broken: {}", broken.line()))
    }

    /// Whether a finding about an imported SLO is to be told.
    pub(super) fn tells(&self, finding: &Diagnostic) -> bool {
        finding.is_error() || !self.config.allowed.permits(finding.code, None)
    }

    /// Whether a dashboard writes what it sees to the log: not the past, not the demo, not with --read-only.
    pub(super) fn writes_log(&self) -> bool {
        self.state_dir.is_some() && self.demo.is_none() && self.fixed.is_none() && !self.read_only
    }

    pub(super) fn setup(&self) -> Setup {
        Setup {
            demo: self.demo.map(|scenario| scenario.name().to_owned()),
            fixed_clock: self.fixed.is_some(),
            replay: self.replay.as_ref().map(Replay::end),
            read_only: self.read_only.then(|| {
                let why = if self.replay.is_some() { "this is a replay" } else { "asked for by --read-only" };
                why.to_owned()
            }),
            writes_log: self.writes_log(),
            roster: self.roster(),
            objectives: self.config.objectives.clone(),
            maintenance: self.config.maintenance.clone().into(),
            sources: self.config.backends.iter().map(|backend| backend.name.clone()).collect(),
            tracers: Vec::new(),
        }
    }

    /// The problems in full, to end with.
    pub(super) fn failure(&self, problems: &[Diagnostic]) -> Failure {
        Failure::configuration(render(problems, &self.texts))
    }
}

pub(super) fn render(problems: &[Diagnostic], texts: &Texts) -> String {
    let color = std::io::IsTerminal::is_terminal(&std::io::stderr()) && env("NO_COLOR").is_none();
    problems.iter().map(|problem| texts.render(problem, color)).collect::<Vec<_>>().join("\n\n")
}

/// One line a problem.
pub(super) fn lines(problems: &[Diagnostic], _texts: &Texts) -> String {
    problems.iter().map(Diagnostic::line).collect::<Vec<_>>().join("\n")
}

fn read(
    document: Document,
    folders: &Folders,
    tell: Tell,
) -> Result<(Document, Config, Vec<Diagnostic>), Failure> {
    match config::load(&document, folders.home.as_deref()) {
        Ok(loaded) => Ok((document, loaded.config, loaded.warnings)),
        Err(problems) => Err(Failure::findings(tell(&problems, &Texts::new([document])))),
    }
}
