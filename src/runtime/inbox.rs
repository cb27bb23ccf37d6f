//! The senders: keys, seconds, signals and what sources report, each a task of its own.

use std::io;
use std::time::Duration;

use crossterm::event::{Event, EventStream, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use futures_util::StreamExt;
use tokio::sync::mpsc::Sender;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

use super::log;
use super::mishap;
use super::suspend::terminal_is_gone;
use crate::source::Clock;
use crate::source::journal_file::{JournalUpdate, Unwritten};
use crate::source::poller::Report;
use crate::source::runbook_watch::RunbookUpdate;
use crate::state::{Key, Message};

impl From<Report> for Message {
    fn from(report: Report) -> Self {
        Self::Report(report.index, report.report)
    }
}

impl From<JournalUpdate> for Message {
    fn from(update: JournalUpdate) -> Self {
        for problem in &update.problems {
            tracing::warn!(text = %problem, "the log of events");
        }
        let problems = update.problems.iter().filter(|problem| problem.is_worth_saying());
        Self::Journal(update.state, problems.map(ToString::to_string).collect())
    }
}

impl From<Unwritten> for Message {
    fn from(unwritten: Unwritten) -> Self {
        tracing::warn!(text = %unwritten.0, "an event was not written");
        Self::Unwritten(unwritten.0)
    }
}

impl From<RunbookUpdate> for Message {
    fn from(update: RunbookUpdate) -> Self {
        Self::Library(update.runbooks, update.problems.iter().map(ToString::to_string).collect())
    }
}

/// What is heard from the terminal and the system.
pub(super) struct Ears {
    keys: EventStream,
    signals: Signals,
}

/// From here on keys, sizes and signals are messages. Before the size is read, so that no change of it
/// is missed, and before the terminal is taken, so that no signal can end us with it.
pub(super) fn listen() -> io::Result<Ears> {
    Ok(Ears { keys: EventStream::new(), signals: hear()? })
}

/// Starts the tasks that need a terminal and a clock.
pub(super) fn start(tasks: &mut JoinSet<()>, clock: Clock, ears: Ears, out: &Sender<Message>) {
    tasks.spawn(keys(ears.keys, out.clone()));
    tasks.spawn(seconds(clock, out.clone()));
    tasks.spawn(signals(ears.signals, out.clone()));
}

/// The stream is polled here and nowhere else: polled inside the loop it loses wake-ups.
async fn keys(mut events: EventStream, out: Sender<Message>) {
    while let Some(Ok(event)) = events.next().await {
        let message = match event {
            Event::Key(key) if key.kind != KeyEventKind::Release => key_of(key).map(Message::Key),
            Event::Resize(width, height) => Some(Message::Resize(width, height)),
            Event::Paste(text) => Some(Message::Paste(text)),
            _ => None,
        };
        if let Some(message) = message
            && out.send(message).await.is_err()
        {
            return;
        }
    }
    // No more keys can come: the terminal is gone.
    let _ = out.send(Message::Terminate).await;
}

fn key_of(event: KeyEvent) -> Option<Key> {
    let control = event.modifiers.contains(KeyModifiers::CONTROL);
    Some(match event.code {
        KeyCode::Char(letter) if control => Key::Ctrl(letter.to_ascii_lowercase()),
        KeyCode::Char(_) if event.modifiers.contains(KeyModifiers::ALT) => return None,
        KeyCode::Char(letter) => Key::Char(letter),
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Esc,
        KeyCode::Tab => Key::Tab,
        KeyCode::BackTab => Key::BackTab,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        _ => return None,
    })
}

async fn seconds(clock: Clock, out: Sender<Message>) {
    let mut beat = interval(Duration::from_secs(1));
    beat.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut told = None;
    loop {
        beat.tick().await;
        mishap::on_demand("task");
        let trouble = log::trouble();
        if trouble != told {
            told.clone_from(&trouble);
            if out.send(Message::Unlogged(trouble.unwrap_or_default())).await.is_err() {
                return;
            }
        }
        let message = if terminal_is_gone() { Message::Terminate } else { Message::Tick(clock()) };
        if out.send(message).await.is_err() {
            return;
        }
    }
}

/// What the system may tell a program.
#[cfg(unix)]
struct Signals([tokio::signal::unix::Signal; 4]);

#[cfg(not(unix))]
struct Signals(());

#[cfg(unix)]
fn hear() -> io::Result<Signals> {
    use tokio::signal::unix::{SignalKind, signal};

    let stop_key = SignalKind::from_raw(rustix::process::Signal::TSTP.as_raw());
    Ok(Signals([
        signal(SignalKind::terminate())?,
        signal(SignalKind::hangup())?,
        signal(SignalKind::interrupt())?,
        signal(stop_key)?,
    ]))
}

#[cfg(not(unix))]
fn hear() -> io::Result<Signals> {
    Ok(Signals(()))
}

#[cfg(unix)]
async fn signals(heard: Signals, out: Sender<Message>) {
    let [mut terminate, mut hangup, mut interrupt, mut stop] = heard.0;
    loop {
        let message = tokio::select! {
            Some(()) = terminate.recv() => Message::Terminate,
            Some(()) = hangup.recv() => Message::Terminate,
            Some(()) = interrupt.recv() => Message::Terminate,
            Some(()) = stop.recv() => Message::Key(Key::Ctrl('z')),
            else => return,
        };
        if out.send(message).await.is_err() {
            return;
        }
    }
}

#[cfg(not(unix))]
async fn signals(_heard: Signals, _out: Sender<Message>) {}
