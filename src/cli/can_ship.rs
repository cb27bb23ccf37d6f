//! `can-ship`: the error-budget policy as a gate for deployments, with one sentence of reason.

mod json;

use std::sync::Arc;
use std::time::Duration;

use super::args::{CanShipArgs, Common};
use super::exit::Failure;
use super::gather::gather;
use super::library;
use super::open;
use super::output::{print, say};
use super::session::Session;
use crate::domain::ship::{Answer, Decision, decide};
use crate::domain::slo::objective::Objective;
use crate::domain::slo::status::SloStatus;
use crate::widget::clean;

const TIMEOUT: Duration = Duration::from_secs(5);

pub(super) async fn run(common: &Common, args: &CanShipArgs) -> Result<u8, Failure> {
    let mut session = open::session(common, false)?;
    // Of a service also the SLOs count that no configuration knows of.
    let unseen = match session.known_slo(&args.subject) {
        Ok(()) => None,
        Err(_) => session.look_around(common.timeout).await?,
    };
    // An SLO that was found is all that was asked for.
    let unseen = unseen.filter(|_| session.known_slo(&args.subject).is_err());
    let unsure = unseen.or_else(|| hidden(&session, &args.subject));
    let asked = match (objectives(&session, &args.subject), &unsure) {
        (Err(_), Some(_)) => Vec::new(),
        (asked, _) => asked?,
    };
    ask_only_for(&mut session, &asked);
    let log = library::told_log(&session);
    let timeout = common.timeout.unwrap_or(TIMEOUT);
    let snapshot = gather(&session, session.desks(common.timeout)?, &log, timeout, false).await;
    let slos: Vec<Arc<SloStatus>> =
        asked.iter().filter_map(|objective| snapshot.slo(&objective.id)).cloned().collect();
    let missing: Vec<&str> =
        asked.iter().map(|slo| slo.id.as_str()).filter(|id| snapshot.slo(id).is_none()).collect();
    let mut decision = decide(&slos, &log, session.now).lacking(&missing).unsure(unsure.as_deref());
    if let Some(missing) = session.missing() {
        say(&missing);
        // Who reads the document does not see what is said beside it.
        decision.mentions.extend(args.json.then_some(missing));
    }
    if args.json {
        print(&json::document(&args.subject, &decision, &slos, &log, session.now)?)?;
    } else {
        print(&page(&decision))?;
    }
    Ok(code(decision.answer))
}

/// That a broken file may define SLOs that have a say: of a service, or the one that was asked for and is not there.
fn hidden(session: &Session, subject: &str) -> Option<String> {
    if session.known_slo(subject).is_ok() {
        return None;
    }
    session.hidden(subject.split_once('/').map_or(subject, |(service, _)| service))
}

/// Backends that have no say are not waited for. Where one has no backend of its own, all may have a say.
fn ask_only_for(session: &mut Session, asked: &[Arc<Objective>]) {
    let backends = &mut session.config.backends;
    if asked.iter().all(|slo| backends.iter().any(|backend| backend.name == slo.source)) {
        backends.retain(|backend| asked.iter().any(|slo| slo.source == backend.name));
    }
}

fn page(decision: &Decision) -> String {
    let lines = std::iter::once(&decision.reason).chain(&decision.mentions);
    let lines: Vec<String> = lines
        .enumerate()
        .map(|(place, line)| format!("{}{}\n", if place == 0 { "" } else { "  " }, clean(line)))
        .collect();
    lines.concat()
}

fn code(answer: Answer) -> u8 {
    match answer {
        Answer::Yes => 0,
        Answer::Caution => 1,
        Answer::Freeze => 2,
        Answer::Unknown => 3,
    }
}

/// The SLO of this id, the children of the group, or all SLOs of the service.
fn objectives(session: &Session, subject: &str) -> Result<Vec<Arc<Objective>>, Failure> {
    let of_group = |slo: &Objective| slo.group.as_ref().is_some_and(|group| group.parent == subject);
    let found: Vec<_> = session
        .objectives()
        .filter(|slo| slo.id == subject || of_group(slo) || slo.service == subject)
        .cloned()
        .collect();
    if found.is_empty() { Err(session.unknown_gate(subject)) } else { Ok(found) }
}
