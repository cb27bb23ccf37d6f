//! What a command works with: configuration, clock, and sources to ask.

mod story;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::args::{Common, ReplayArgs};
use super::exit::Failure;
use super::looks::env;
use super::replay::Replay;
use super::{at, catalogue, diary, record};
use crate::config::catalogue::{Catalogue, load};
use crate::config::paths::{Folders, find};
use crate::config::{self, Backend, Config, Diagnostic, Document, Texts, zero};
use crate::domain::oncall::Roster;
use crate::domain::slo::objective::Objective;
use crate::domain::trace::BACKENDS;
use crate::runtime::clock::{clock, now};
use crate::runtime::log::Plan;
use crate::source::cache::Cache;
use crate::source::claims::Claims;
use crate::source::demo::{Scenario, assets};
use crate::source::desk::{Brief, Desk};
use crate::source::record::Recorder;
use crate::source::{BackendSpec, Clock, KINDS, Source, exec, kind};
use crate::state::Setup;
use crate::text::clean;
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
    /// Reads what is configured. With `demo`, or when nothing is configured, it is the demo.
    pub(super) fn open(common: &Common, demo: bool) -> Result<Self, Failure> {
        Self::open_telling(common, demo, render)
    }

    /// The same, with problems of the configuration told by `tell`.
    pub(super) fn open_telling(common: &Common, demo: bool, tell: Tell) -> Result<Self, Failure> {
        let mut session = match &common.replay {
            Some(args) => Self::of_recording(common, args)?,
            None => Self::of_configuration(common, demo, tell)?,
        };
        if let Some(path) = &common.record {
            session.recorder = Some(record::begin(&session, path)?);
        }
        Ok(session)
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
            diary::begun(&session);
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

    pub(super) fn known_slo(&self, id: &str) -> Result<(), Failure> {
        // Which children there are is not known before the backend is asked.
        let parent = |slo: &Arc<Objective>| slo.is_parent() && id.starts_with(&format!("{}{{", slo.id));
        if self.objectives().any(parent) {
            return Ok(());
        }
        known("SLO", id, self.objectives().map(|slo| slo.id.as_str()))
    }

    /// What to say of something that is neither an SLO nor a service with SLOs.
    pub(super) fn unknown_gate(&self, subject: &str) -> Failure {
        if self.known_service(subject).is_ok() {
            return Failure::configuration(format!("error: service `{}` has no SLO to ask", clean(subject)));
        }
        let names = self.objectives().flat_map(|slo| [slo.id.as_str(), slo.service.as_str()]);
        let failure = known("SLO or service", subject, names).err();
        failure.unwrap_or_else(|| Failure::configuration(format!("error: there is no `{subject}`")))
    }

    /// One that is configured, or that an SLO is about.
    pub(super) fn known_service(&self, name: &str) -> Result<(), Failure> {
        let own = self.config.services.iter().map(|service| service.name.as_str());
        known("service", name, own.chain(self.objectives().map(|slo| slo.service.as_str())))
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

    /// A desk for each backend, or every problem of their settings.
    pub(super) fn desks(&self, timeout: Option<Duration>) -> Result<Vec<Desk>, Failure> {
        let mut desks = Vec::new();
        let mut problems = Vec::new();
        let claims = self.claims();
        for backend in &self.config.backends {
            match self.connect(backend, timeout) {
                Ok(source) => desks.push(self.desk(backend, source).discovering(Arc::clone(&claims))),
                Err(found) => problems.extend(found),
            }
        }
        if problems.is_empty() { Ok(desks) } else { Err(self.failure(&problems)) }
    }

    /// What is configured, which wins over what backends bring.
    pub(super) fn claims(&self) -> Arc<Claims> {
        let services = self.config.services.iter().map(|service| service.name.as_str());
        Arc::new(Claims::of(&self.config.objectives).and_services(services))
    }

    pub(super) fn connect(
        &self,
        backend: &Backend,
        timeout: Option<Duration>,
    ) -> Result<Arc<dyn Source>, Vec<Diagnostic>> {
        let place = self.config.backends.iter().position(|known| known.name == backend.name).unwrap_or(0);
        let replayed = self.replay.as_ref().and_then(|replay| replay.source(place));
        let source = match replayed {
            Some(source) => source,
            None => self.connect_really(backend, timeout)?,
        };
        Ok(match &self.recorder {
            Some(recorder) => recorder.around(source, place, Arc::clone(&self.clock)),
            None => source,
        })
    }

    fn connect_really(
        &self,
        backend: &Backend,
        timeout: Option<Duration>,
    ) -> Result<Arc<dyn Source>, Vec<Diagnostic>> {
        let Some(kind) = kind(&backend.kind) else {
            let known: Vec<_> = KINDS.iter().map(|kind| kind.name).chain(BACKENDS).collect();
            let hint = format!("known types: {}", known.join(", "));
            return Err(vec![backend.diagnostic_at(
                "type",
                &format!("no backend has the type `{}`", backend.kind),
                Some(&hint),
            )]);
        };
        let unknown = backend.unknown_keys(&kind.keys.concat());
        if !unknown.is_empty() {
            return Err(unknown);
        }
        (kind.connect)(&self.spec(backend, timeout))
            .map_err(|error| vec![backend.diagnostic_at(&error.key, &error.problem, error.hint.as_deref())])
    }

    pub(super) fn spec(&self, backend: &Backend, timeout: Option<Duration>) -> BackendSpec {
        // Commands take longer to start than a request to be answered.
        let least = if backend.kind == exec::KIND.name { exec::TIMEOUT } else { Duration::ZERO };
        BackendSpec {
            name: backend.name.clone(),
            timeout: timeout.or(backend.timeout).unwrap_or(self.config.timeout.max(least)),
            settings: backend.settings.clone(),
            started: self.now,
        }
    }

    pub(super) fn desk(&self, backend: &Backend, source: Arc<dyn Source>) -> Desk {
        let config = &self.config;
        // A past instant is looked at once; the cache is of the present.
        let lasting = kind(&backend.kind).is_some_and(|kind| kind.lasting);
        // A recording is to have everything, also what an earlier run was told.
        let keep = lasting && !self.read_only && self.fixed.is_none() && self.recorder.is_none();
        let cache = self.state_dir.as_ref().filter(|_| keep).map(|folder| Cache::new(folder.join("cache")));
        Desk::new(Brief {
            name: backend.name.clone(),
            kind: backend.kind.clone(),
            source,
            objectives: config.objectives.iter().filter(|slo| slo.source == backend.name).cloned().collect(),
            services: config
                .services
                .iter()
                .filter(|service| service.source == backend.name)
                .cloned()
                .collect(),
            refresh: self.replay.as_ref().map_or(config.refresh, |replay| replay.expected(config.refresh)),
            clock: Arc::clone(&self.clock),
            cache,
        })
        .at_pace(self.replay.as_ref().map(|replay| replay.pace(config.refresh)))
        .in_real_time(self.fixed.is_none())
        .serving(&config.objectives)
        .with_maintenance(&config.maintenance)
    }

    /// The problems in full, to end with.
    pub(super) fn failure(&self, problems: &[Diagnostic]) -> Failure {
        Failure::configuration(render(problems, &self.texts))
    }
}

fn known<'a>(what: &str, name: &str, names: impl Iterator<Item = &'a str> + Clone) -> Result<(), Failure> {
    if names.clone().any(|known| known == name) {
        return Ok(());
    }
    let like = |known: &&str| (strsim::jaro_winkler(known, name) * 1000.0) as u32;
    let near = names.max_by_key(like).map_or(String::new(), |near| format!("; perhaps `{near}`?"));
    Err(Failure::configuration(clean(&format!("error: there is no {what} `{name}`{near}"))))
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
