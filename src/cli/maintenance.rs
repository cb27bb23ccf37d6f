//! `maintenance`: windows in the log, marked, listed and ended.

mod list;
mod window;

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::args::{Common, MaintenanceAdd, MaintenanceArgs, MaintenanceCommand};
use super::exit::Failure;
use super::identity;
use super::json;
use super::open;
use super::output::{print, say};
use super::session::Session;
use crate::domain::journal::{Intent, Maintenance, State};
use crate::runtime::clock::now;
use crate::source::journal_file::{Appender, Notice, Outcome};
use crate::widget::clean;

pub(super) async fn run(common: &Common, args: &MaintenanceArgs) -> Result<u8, Failure> {
    let mut session = open::session(common, false)?;
    match &args.command {
        MaintenanceCommand::Add(own) => {
            meet(&mut session, own, common.timeout).await?;
            add(common, &session, own)
        }
        MaintenanceCommand::List(own) => list::run(&session, own.json),
        MaintenanceCommand::End(own) => end(common, &session, &own.id),
    }
}

/// Names that are not configured may be those of SLOs that a backend brings. Where that cannot be said, the window is
/// written all the same: maintenance is often of the monitoring.
async fn meet(
    session: &mut Session,
    args: &MaintenanceAdd,
    timeout: Option<Duration>,
) -> Result<(), Failure> {
    let unknown = |session: &Session| {
        let slos = args.slo.iter().try_for_each(|id| session.known_slo(id));
        slos.and_then(|()| args.service.iter().try_for_each(|name| session.known_service(name)))
    };
    if unknown(session).is_ok() {
        return Ok(());
    }
    match session.look_around(timeout).await? {
        Some(problem) if unknown(session).is_err() => {
            say(&format!("notice: whether all of these are there cannot be told: {}", clean(&problem)));
            Ok(())
        }
        _ => unknown(session),
    }
}

fn add(common: &Common, session: &Session, args: &MaintenanceAdd) -> Result<u8, Failure> {
    if args.exclude && args.slo.is_empty() && args.service.is_empty() {
        let hint = "name what it is about with --slo or --service";
        return Err(Failure::configuration(format!("error: --exclude for everything is too much; {hint}")));
    }
    let intent = Intent::Maintenance(window::read(args, session.now)?);
    let mut log = open(common, session)?;
    match write(&mut log, &intent, None)? {
        Written::Yes(id) => print(&format!("{id}\n"))?,
        Written::No(_) => return Err(Failure::unexpected(&"the log has changed meanwhile; try again")),
    }
    Ok(0)
}

fn end(common: &Common, session: &Session, prefix: &str) -> Result<u8, Failure> {
    let mut log = open(common, session)?;
    let seen = log.look(now());
    let id = named(&seen.state, prefix)?.id.clone();
    // `--at` is when it ended; it is recorded now all the same.
    match write(&mut log, &Intent::MaintenanceEnded { id: id.clone() }, session.fixed)? {
        Written::Yes(_) => Ok(0),
        Written::No(state) => {
            let window = named(&state, &id)?;
            let end = json::time(window.ended.unwrap_or_else(|| window.last().1));
            Err(Failure::unexpected(&format!("the maintenance {} has ended at {end} already", clean(&id))))
        }
    }
}

/// The log to write to, if there may be one.
fn open(common: &Common, session: &Session) -> Result<Appender, Failure> {
    if session.read_only {
        let hint = "nothing is written with --read-only";
        return Err(Failure::configuration(format!("error: {hint}")));
    }
    let Some(dir) = &session.state_dir else {
        let text = if session.demo.is_some() {
            "the demo keeps its log in memory; give --state-dir FOLDER to write one"
        } else {
            "there is no home for a state directory; give --state-dir FOLDER"
        };
        return Err(Failure::configuration(format!("error: {text}")));
    };
    Ok(Appender::new(dir, identity::author(common, session)?))
}

enum Written {
    /// The id of the event.
    Yes(String),
    No(std::sync::Arc<State>),
}

fn write(log: &mut Appender, intent: &Intent, at: Option<DateTime<Utc>>) -> Result<Written, Failure> {
    let outcome = log.append(intent, now(), at);
    let outcome = outcome.map_err(|error| Failure::unexpected(&clean(&error.to_string())))?;
    let tell = |notices: &[Notice]| {
        for notice in notices {
            say(&format!("notice: {}", clean(&notice.to_string())));
        }
    };
    Ok(match outcome {
        Outcome::Appended { event, notices } => {
            tell(&notices);
            Written::Yes(event.id)
        }
        Outcome::Superseded { state, notices } => {
            tell(&notices);
            Written::No(state)
        }
    })
}

/// The window whose id begins so.
fn named<'a>(state: &'a State, prefix: &str) -> Result<&'a Maintenance, Failure> {
    let wanted = prefix.to_ascii_uppercase();
    // A variable of a script that is not set names nothing.
    let like =
        |window: &&Maintenance| !wanted.is_empty() && window.id.to_ascii_uppercase().starts_with(&wanted);
    let found: Vec<&Maintenance> = state.maintenance.iter().filter(like).collect();
    let whole = found.iter().find(|window| window.id == prefix);
    match (&found[..], whole) {
        (_, Some(window)) | ([window], None) => Ok(window),
        ([], None) => {
            let text = format!("there is no maintenance `{}`", clean(prefix));
            Err(Failure::configuration(format!("error: {text}; `burnwatch maintenance list` has them all")))
        }
        (many, None) => {
            let text = format!("{} maintenance windows begin with `{}`", many.len(), clean(prefix));
            Err(Failure::configuration(format!("error: {text}; give more of the id")))
        }
    }
}
