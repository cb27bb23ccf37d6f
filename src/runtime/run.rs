//! Wires everything: sources, watchers, terminal and loop.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::catalogue_watch::{self, Look};
use super::drive::drive;
use super::inquiry::{Inquiry, Witnesses};
use super::painter::Painter;
use super::perform::perform;
use super::terminal::Terminal;
use super::{inbox, suspend};
use crate::domain::journal::{self, Author};
use crate::domain::runbook::library::Library;
use crate::source::desk::Desk;
use crate::source::journal_file::Scribe;
use crate::source::poller::Poller;
use crate::source::{Clock, journal_file, runbook_watch};
use crate::state::{Model, Setup};
use crate::theme::Theme;

/// Where the log comes from.
pub enum Log {
    /// The state directory; only events up to the instant, when time is fixed.
    Folder(PathBuf, Option<DateTime<Utc>>),
    Memory(Arc<journal::State>),
}

/// Where the runbooks come from.
pub enum Runbooks {
    Folders(Vec<PathBuf>),
    Memory(Arc<Library>),
}

/// Everything a dashboard needs to begin.
pub struct Launch {
    pub setup: Setup,
    pub desks: Vec<Desk>,
    /// Who is asked about traces.
    pub witnesses: Witnesses,
    pub log: Log,
    /// In whose name this dashboard writes to the log, if it does.
    pub author: Option<Author>,
    pub runbooks: Runbooks,
    pub theme: Theme,
    pub clock: Clock,
    /// Reads the catalogue again after an edit, where there is one.
    pub catalogue: Option<Look>,
    /// What the reader should know at once.
    pub notices: Vec<(String, String)>,
}

/// Messages that may wait before senders have to.
const INBOX: usize = 1024;

/// Runs the dashboard until the reader quits.
pub async fn run(launch: Launch) -> io::Result<()> {
    let (sender, mut receiver) = mpsc::channel(INBOX);
    let ears = inbox::listen()?;
    let size = crossterm::terminal::size()?;
    let mut model = Model::new(Arc::new(launch.setup), (launch.clock)(), size);
    for (origin, text) in launch.notices {
        model.notice(&origin, text);
    }
    let (mut watch, mut scribe) = (None, None);
    match launch.log {
        Log::Folder(folder, until) => {
            let clock = || Arc::clone(&launch.clock);
            scribe = launch.author.map(|author| Scribe::start(&folder, author, clock(), sender.clone()));
            watch = Some(journal_file::watch(folder, until, clock(), sender.clone()));
        }
        Log::Memory(state) => model.read_log(state),
    }
    let mut pages = None;
    match launch.runbooks {
        Runbooks::Memory(library) => model.runbooks = library,
        Runbooks::Folders(folders) => pages = Some(runbook_watch::watch(folders, sender.clone())),
    }
    let _terminal = Terminal::enter()?;
    let mut tasks = JoinSet::new();
    inbox::start(&mut tasks, launch.clock, ears, &sender);
    let pollers: Vec<Poller> = launch
        .desks
        .into_iter()
        .enumerate()
        .map(|(index, desk)| Poller::start(desk, index, sender.clone()))
        .collect();
    let logged = model.log.corrections().into();
    for poller in &pollers {
        poller.correct(&logged);
    }
    let files = launch.catalogue.map(|look| catalogue_watch::watch(look, sender.clone()));
    let mut inquiry = Inquiry::new(launch.witnesses, sender.clone());
    let mut canvas = Painter::new(io::stdout());
    let theme = launch.theme;
    let outcome = drive(&mut model, &theme, &mut receiver, &mut canvas, |effect, canvas| {
        perform(&effect, canvas, &pollers, scribe.as_ref(), &mut inquiry, &sender)
    })
    .await;
    drop((watch, pages, files));
    match outcome {
        // Nobody is left to read the error.
        Err(_) if suspend::terminal_is_gone() => Ok(()),
        outcome => outcome,
    }
}
