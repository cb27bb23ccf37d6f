//! `check`: every problem of the configuration, with file, line, column and hint.

use std::collections::BTreeMap;
use std::time::Duration;

use super::args::{CheckArgs, Common};
use super::dead_links::{self, dead_links};
use super::exit::{Failure, PROBLEMS};
use super::gather::gather;
use super::library;
use super::lint;
use super::looks::{Medium, theme};
use super::open;
use super::output::{print, say};
use super::repairs::repairs;
use super::secret_files;
use super::session::{Session, lines, render};
use crate::config::{Diagnostic, Origin};
use crate::domain::journal::State;
use crate::domain::quantity::several;
use crate::domain::runbook::library::Library;
use crate::domain::runbook::resolve::{Found, Match, Query, resolve};
use crate::domain::slo::status::Data;
use crate::source::SettingError;
use crate::widget::clean;

pub(super) async fn run(common: &Common, args: &CheckArgs) -> Result<u8, Failure> {
    let tell = if args.short { lines } else { render };
    let session = open::session_telling(common, false, tell).map_err(Failure::into_found)?;
    let mut found = session.warnings.clone();
    found.extend(session.catalogue.findings.iter().filter(|finding| session.tells(finding)).cloned());
    found.extend(theme_problem(common, &session));
    found.extend(backend_problems(&session));
    found.extend(uncountable(&session));
    found.extend(secret_files::doubts(&session));
    let (documents, problems) = library::pages(&session);
    let runbooks = Library::build(&documents);
    found.extend(runbook_problems(&session, &runbooks, &problems));
    found.extend(lint::doubts(&session));
    let (dead, pages) = dead_links(&session, &runbooks, &documents);
    found.extend(dead);
    let (repaired, more) = repairs(&session, &runbooks, &documents);
    found.extend(repaired);
    let mut errors = found.iter().filter(|problem| problem.is_error()).count();
    let shown = tell(&found, &session.texts.clone().with(pages).with(more));
    if !shown.is_empty() {
        say(&shown);
    }
    if args.online && errors == 0 {
        errors += online(&session, common.timeout).await?;
    }
    let config = &session.config;
    let name = config.path.as_ref().map_or_else(|| "the demo".to_owned(), |path| path.display().to_string());
    print(&format!(
        "{name}: {}, {}, {}, {}; {}, {}\n",
        several(config.backends.len() + config.tracers.len(), "backend"),
        several(config.services.len(), "service"),
        several(config.objectives.len(), "SLO"),
        several(config.schedules.len(), "schedule"),
        several(errors, "error"),
        several(found.iter().filter(|problem| !problem.is_error()).count(), "warning"),
    ))?;
    Ok(if errors == 0 { 0 } else { PROBLEMS })
}

fn theme_problem(common: &Common, session: &Session) -> Option<Diagnostic> {
    let folder = session.folders.themes();
    let configured = session.config.theme.as_deref();
    let Err(failure) = theme(common, configured, folder.as_deref(), Medium::Text) else { return None };
    Some(session.config.origin.value_error(crate::config::code::THEME, "theme", failure.text(), None))
}

fn backend_problems(session: &Session) -> Vec<Diagnostic> {
    let connected = |backend| session.connect(backend, None).err();
    let mut found: Vec<_> = session.config.backends.iter().filter_map(connected).flatten().collect();
    found.extend(session.tracers_or_problems(None).err().unwrap_or_default());
    found
}

/// Objectives whose backend cannot count them as they are written.
fn uncountable(session: &Session) -> Vec<Diagnostic> {
    let config = &session.config;
    let mut found = Vec::new();
    for backend in &config.backends {
        // One that cannot be used is told already.
        let Ok(source) = session.connect(backend, None) else { continue };
        for objective in config.objectives.iter().filter(|slo| slo.source == backend.name) {
            let Some(SettingError { key, problem, hint }) = source.objection(objective) else { continue };
            let origin = config.objective_origins.get(&objective.id);
            let (text, key) = match origin {
                Some(_) if key == "group_by" => (problem, key),
                Some(_) => (problem, format!("sli.{key}")),
                None => (format!("{}: {problem}", objective.id), key),
            };
            let origin = origin.unwrap_or(&config.origin);
            found.push(origin.value_error(crate::config::code::UNCOUNTABLE, &key, &text, hint.as_deref()));
        }
    }
    found
}

/// Runbooks that are named and not to be found.
fn runbook_problems(session: &Session, library: &Library, problems: &[String]) -> Vec<Diagnostic> {
    let folder = |text: &String| {
        session.config.origin.value_error(crate::config::code::RUNBOOK, "runbooks", text, None)
    };
    let mut found: Vec<_> = problems.iter().map(folder).collect();
    for objective in &session.config.objectives {
        let Some(named) = &objective.runbook else { continue };
        let Some(origin) = session.config.objective_origins.get(&objective.id) else { continue };
        let may = |code| session.config.allowed.permits(code, Some(&objective.id));
        match place(library, named, &objective.alert_name()) {
            Found::None => found.push(lost_runbook(named, origin)),
            Found::One(Match { dead_anchor: Some(anchor), .. }) => {
                found.extend(dead_links::anchor(&anchor, origin).filter(|dead| !may(dead.code)));
            }
            Found::One(_) | Found::Several(_) => {}
        }
    }
    found
}

/// A path that leads nowhere is a mistake; an address opens in a browser at least, though not on a bastion.
fn lost_runbook(named: &str, origin: &Origin) -> Diagnostic {
    let text = format!("runbook `{}` is in none of the runbook folders", clean(named));
    if named.contains("://") {
        let hint = "keep a copy in a folder under `runbooks`, so that R opens it here";
        return origin.value_warning(crate::config::code::RUNBOOK, "runbook", &text, hint);
    }
    origin.value_error(crate::config::code::RUNBOOK, "runbook", &text, None)
}

fn place(library: &Library, named: &str, alert: &str) -> Found {
    let labels = BTreeMap::new();
    let query = Query { annotation: Some(named), alert_name: alert, labels: &labels };
    resolve(library, &BTreeMap::new(), &query).found
}

/// Notes on alert rules that are told; nobody mends more at a time.
const NOTES: usize = 20;

/// Tells what is doubtful about the backends' own alert rules.
async fn alert_notes(session: &Session, timeout: Duration) {
    let mut notes = Vec::new();
    for backend in &session.config.backends {
        let Ok(source) = session.connect(backend, Some(timeout)) else { continue };
        // One that does not answer is told already.
        let doubts = source.alert_doubts(&session.config.objectives).await.unwrap_or_default();
        notes.extend(doubts.into_iter().map(|doubt| format!("note: {}: {doubt}", backend.name)));
    }
    for note in notes.iter().take(NOTES) {
        say(&clean(note));
    }
    if let Some(more @ 1..) = notes.len().checked_sub(NOTES) {
        say(&format!("note: and {more} more doubts about alert rules"));
    }
}

/// Asks every backend and tells what it refuses; returns how many problems there were.
async fn online(session: &Session, timeout: Option<Duration>) -> Result<usize, Failure> {
    let desks = session.desks(timeout)?;
    let timeout = timeout.unwrap_or(Duration::from_secs(10));
    let snapshot = gather(session, desks, &State::default(), timeout, true).await;
    let mut problems = Vec::new();
    for source in snapshot.sources() {
        problems.extend(
            source.feed.trouble.as_ref().map(|trouble| format!("backend {}: {}", source.name, trouble.text)),
        );
    }
    for slo in snapshot.slos() {
        match &slo.data {
            Data::Error(fault) => problems.push(format!("{}: {fault}", slo.id())),
            Data::NoSeries => problems.push(format!("{}: no series answers to its queries", slo.id())),
            _ => {}
        }
    }
    for doubt in lint::sampled_doubts(session, &snapshot) {
        say(&doubt);
    }
    for service in snapshot.services() {
        for figure in &service.figures {
            if let Some(trouble) = &figure.trouble {
                say(&format!(
                    "note: {} {} {}: {}",
                    service.service,
                    figure.lane.word(),
                    figure.name,
                    clean(trouble)
                ));
            }
        }
    }
    alert_notes(session, timeout).await;
    for problem in &problems {
        say(&format!("error: {}", clean(problem)));
    }
    Ok(problems.len())
}
