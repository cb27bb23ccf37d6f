//! A session as commands begin one, with the recording of all that it asks, where one is wanted.

use std::path::Path;
use std::sync::Arc;

use super::args::Common;
use super::exit::Failure;
use super::library;
use super::session::definitions::define;
use super::session::{Session, Tell, render};
use crate::config;
use crate::domain::slo::correction::{Correction, When};
use crate::domain::slo::span::Span;
use crate::source::record::{Backend, Header, MOST, Maintenance, Recorder, Service, VERSION};

const DAY: i64 = 86_400;
/// Maintenance that comes back is kept as its occurrences from the longest window back to as long as anybody records.
const BACK: i64 = 400 * DAY;
const AHEAD: i64 = 31 * DAY;
const OCCURRENCES: usize = 800;

/// Reads what is configured. With `demo`, or when nothing is configured, it is the demo.
pub(super) fn session(common: &Common, demo: bool) -> Result<Session, Failure> {
    session_telling(common, demo, render)
}

/// The same, with problems of the configuration told by `tell`.
pub(super) fn session_telling(common: &Common, demo: bool, tell: Tell) -> Result<Session, Failure> {
    let session = Session::open(common, demo, tell)?;
    match &common.record {
        Some(path) => {
            let recorder = begin(&session, path)?;
            Ok(session.recorded_by(recorder))
        }
        None => Ok(session),
    }
}

/// Begins a recording of everything that `session` asks.
fn begin(session: &Session, path: &Path) -> Result<Arc<Recorder>, Failure> {
    Recorder::create(path, &header(session), define, MOST).map_err(|error| {
        let shown = crate::text::clean(&path.display().to_string()).into_owned();
        let hint = match error.kind() {
            std::io::ErrorKind::AlreadyExists => {
                "there is a file already; name a new one, or remove that one".to_owned()
            }
            _ => error.to_string(),
        };
        Failure::configuration(format!("error: cannot record to {shown}: {hint}"))
    })
}

fn header(session: &Session) -> Header {
    let config = &session.config;
    let backend = |backend: &config::Backend| {
        let source = session.connect(backend, None).ok();
        let of = |text: &str| text.to_owned();
        Backend {
            name: of(&backend.name),
            kind: of(&backend.kind),
            address: source.as_ref().map(|source| source.address()).unwrap_or_default(),
            discovers: source.as_ref().is_some_and(|source| source.discovers()),
            lag: source.map_or(0, |source| source.lag()),
        }
    };
    let service = |service: &Arc<crate::domain::signal::Service>| Service {
        name: service.name.clone(),
        source: service.source.clone(),
        preset: service.preset.clone(),
        selector: String::new(),
    };
    let (log, _) = library::log(session);
    let logged = log.corrections();
    let at = session.now.timestamp();
    Header {
        burnwatch_recording: VERSION,
        start: session.now.timestamp_millis(),
        refresh: config.refresh.as_secs(),
        backends: config.backends.iter().map(backend).collect(),
        services: config.services.iter().map(service).collect(),
        objectives: config.objectives.iter().map(|objective| define(objective)).collect(),
        maintenance: config.maintenance.iter().chain(&logged).flat_map(|one| occurrences(one, at)).collect(),
    }
}

fn occurrences(correction: &Correction, at: i64) -> Vec<Maintenance> {
    let spans = match &correction.when {
        When::Once(span) => vec![*span],
        When::Again(recurrence) => recurrence.between(Span { from: at - BACK, to: at + AHEAD }, OCCURRENCES),
    };
    let one = |span: Span| Maintenance {
        title: correction.title.clone(),
        from: span.from,
        to: span.to,
        services: correction.services.clone(),
        slos: correction.slos.clone(),
        excluded: correction.excluded,
        reason: correction.reason.clone(),
    };
    spans.into_iter().map(one).collect()
}
