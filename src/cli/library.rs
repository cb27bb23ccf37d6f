//! The log and the runbooks, read once.

use std::sync::Arc;

use super::output::say;
use super::session::Session;
use crate::domain::journal::{self, Fold, parse_line};
use crate::domain::runbook::library::{Document, Library};
use crate::source::demo::{Scenario, assets, events};
use crate::source::journal_file;
use crate::source::runbook_folder::scan;
use crate::widget::clean;

/// The log as of the session's instant, and what is wrong with it.
pub(super) fn log(session: &Session) -> (Arc<journal::State>, Vec<String>) {
    match (&session.state_dir, session.demo) {
        (Some(folder), _) => {
            let (state, problems) = journal_file::load_until(folder, session.now, session.fixed);
            let said = problems.iter().filter(|problem| problem.is_worth_saying());
            (Arc::new(state), said.map(ToString::to_string).collect())
        }
        (None, Some(scenario)) => (demo_log(scenario, session), Vec::new()),
        (None, None) => (Arc::default(), Vec::new()),
    }
}

/// The log, with what is wrong with it told beside the answer: it may be wrong too.
pub(super) fn told_log(session: &Session) -> Arc<journal::State> {
    let (log, problems) = log(session);
    for problem in problems {
        say(&format!("warning: {}", clean(&problem)));
    }
    log
}

/// The demo's log, in memory.
pub(super) fn demo_log(scenario: Scenario, session: &Session) -> Arc<journal::State> {
    let mut fold = Fold::default();
    for line in events(scenario, session.now) {
        if let Ok(event) = parse_line(&line) {
            fold.push(event);
        }
    }
    Arc::new(fold.state())
}

/// The runbooks, and what is wrong with their folders.
pub(super) fn runbooks(session: &Session) -> (Library, Vec<String>) {
    let (documents, problems) = pages(session);
    (Library::build(&documents), problems)
}

/// The same before they are parsed.
pub(super) fn pages(session: &Session) -> (Vec<Document>, Vec<String>) {
    if session.demo.is_some() && session.config.runbooks.is_empty() {
        return (demo_pages(), Vec::new());
    }
    let scan = scan(&session.config.runbooks);
    (scan.documents, scan.problems.iter().map(ToString::to_string).collect())
}

pub(super) fn demo_runbooks() -> Library {
    Library::build(&demo_pages())
}

fn demo_pages() -> Vec<Document> {
    let document = |(path, text): &(&str, &str)| Document {
        root: "demo".to_owned(),
        path: (*path).to_owned(),
        text: (*text).to_owned(),
        modified: None,
    };
    assets::RUNBOOKS.iter().map(document).collect()
}
