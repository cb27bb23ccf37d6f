//! `status`: all SLOs, now or at an instant, and an exit code that says it all.

mod json;
mod text;

use std::sync::Arc;
use std::time::Duration;

use super::args::{Common, StatusArgs};
use super::exit::Failure;
use super::gather::gather;
use super::library;
use super::open;
use super::output::{print, say};
use super::session::Session;
use crate::domain::slo::status::SloStatus;
use crate::domain::snapshot::Snapshot;
use crate::domain::statusline::{fit, segments};
use crate::domain::verdict::{Verdict, Word, verdict, verdict_of};
use crate::widget::text::width;

pub(super) use json::{Policy, Slo, slo};

const TIMEOUT: Duration = Duration::from_secs(5);

pub(super) async fn run(common: &Common, args: &StatusArgs) -> Result<u8, Failure> {
    let mut session = open::session(common, false)?;
    for id in &args.ids {
        // Where that cannot be said, the backend's trouble is part of the answer.
        session.meet_slo(id, common.timeout).await?;
    }
    // A line in a prompt has no room for what is wrong beside it.
    let log = if args.oneline { library::log(&session).0 } else { library::told_log(&session) };
    let timeout = common.timeout.unwrap_or(TIMEOUT);
    let mut desks = session.desks(common.timeout)?;
    if let Some(replay) = &session.replay {
        replay.warm(&mut desks).await;
        say(&replay.words());
    }
    let snapshot = gather(&session, desks, &log, timeout, false).await;
    let everything = verdict(&snapshot, &log, &session.roster(), session.now);
    let (chosen, verdict) = if args.ids.is_empty() {
        (snapshot.worst_first().into_iter().cloned().collect(), everything)
    } else {
        let chosen = chosen(&args.ids, &snapshot)?;
        let narrowed = verdict_of(&chosen, &snapshot, session.now);
        (chosen, narrowed)
    };
    let text = if args.json {
        json::document(&chosen, &snapshot, &verdict, &log, session.now)?
    } else if args.oneline {
        oneline(&verdict, &session)
    } else {
        text::page(&chosen, &snapshot, &verdict, session.now)
    };
    if let Some(missing) = session.missing().filter(|_| !args.oneline) {
        say(&missing);
    }
    print(&text)?;
    Ok(code(verdict.word))
}

fn code(word: Word) -> u8 {
    word.exit_code()
}

/// The SLOs that are named, by the id of a child, of a parent for all its children, or as it is shown.
fn chosen(ids: &[String], snapshot: &Snapshot) -> Result<Vec<Arc<SloStatus>>, Failure> {
    let mut chosen: Vec<Arc<SloStatus>> = Vec::new();
    for id in ids {
        let before = chosen.len();
        chosen.extend(snapshot.worst_first().into_iter().filter(|slo| slo.objective.is_named(id)).cloned());
        if chosen.len() == before && id.contains('{') {
            return Err(Failure::configuration(format!("error: there is no SLO `{id}` at this time")));
        }
    }
    Ok(chosen)
}

/// The status row as one line of text.
fn oneline(verdict: &Verdict, session: &Session) -> String {
    let parts = fit(&segments(verdict, session.now), usize::MAX, 3, width);
    let mut line = parts.into_iter().map(|part| part.1).collect::<Vec<_>>().join(" | ");
    if session.demo.is_some() {
        line.push_str(" | DEMO");
    }
    format!("{}\n", crate::widget::clean(&line))
}
