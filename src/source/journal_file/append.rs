//! Writes to the log: one event at a time, under one lock, on top of what is there now.

mod digest;
mod folder;
mod lock;
#[cfg(test)]
mod tests;
mod trouble;
mod write;

use std::hash::{BuildHasher, RandomState};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, SubsecRound, Utc};

use super::JournalUpdate;
use super::follow::Follower;
use super::problem::Problem;
use super::store::{Directory, LogStore};
use crate::domain::journal::{Author, CLOCK_SLACK, Envelope, Event, FORMAT, Intent, LineError, State, ulid};
use digest::sha256;

pub use trouble::{AppendError, Notice};

/// How long one writer waits for another.
const WAIT: Duration = Duration::from_secs(2);
/// The longest line that is written, with its newline.
const LONGEST: usize = 64 * 1024;

/// What became of an intent.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// The event is on the disk.
    Appended { event: Box<Event>, notices: Vec<Notice> },
    /// The log has moved on, and what was to be said makes no sense any more, or is said already.
    Superseded { state: Arc<State>, notices: Vec<Notice> },
}

/// Writes to one log. It remembers what it has read, so that the next event costs only what was
/// added meanwhile. Its calls wait for the disk and for other writers: not for an async thread.
pub struct Appender {
    dir: PathBuf,
    author: Author,
    log: Follower,
}

impl Appender {
    pub fn new(dir: &Path, author: Author) -> Self {
        Self { dir: dir.to_owned(), author, log: Follower::new(Box::new(Directory::new(dir)), None) }
    }

    /// The log as it is now. It takes no lock, and what was read may be old by the time of writing.
    pub fn look(&mut self, now: DateTime<Utc>) -> JournalUpdate {
        self.log.look(now)
    }

    /// Writes the intent if it still stands. `now` is the real time; `at` is when it happened,
    /// where that differs.
    pub fn append(
        &mut self,
        intent: &Intent,
        now: DateTime<Utc>,
        at: Option<DateTime<Utc>>,
    ) -> Result<Outcome, AppendError> {
        self.append_if(intent, now, at, |state| intent.stands(state, at.unwrap_or(now)))
    }

    /// Writes the intent if `precondition` holds for the log as it is under the lock.
    pub fn append_if(
        &mut self,
        intent: &Intent,
        now: DateTime<Utc>,
        at: Option<DateTime<Utc>>,
        precondition: impl FnOnce(&State) -> bool,
    ) -> Result<Outcome, AppendError> {
        intent.check()?;
        folder::prepare(&self.dir)?;
        let _held = lock::take(&self.dir, &self.author.host, WAIT)?;
        let mut notices = write::repair(&self.dir, now)?.into_iter().collect::<Vec<_>>();
        let update = self.log.look(now);
        sound(&update)?;
        if !precondition(&update.state) {
            return Ok(Outcome::Superseded { state: update.state, notices });
        }
        let event = self.event(intent, &update.state, now, at)?;
        notices.extend(clock_step(&update.state, event.ts));
        let line =
            serde_json::to_string(&event).map_err(|error| AppendError::Line(error.to_string()))? + "\n";
        if line.len() > LONGEST {
            return Err(AppendError::TooLarge { bytes: line.len(), most: LONGEST });
        }
        write::line(&self.dir, line.as_bytes())?;
        Ok(Outcome::Appended { event: Box::new(event), notices })
    }

    fn event(
        &self,
        intent: &Intent,
        state: &State,
        now: DateTime<Utc>,
        at: Option<DateTime<Utc>>,
    ) -> Result<Event, AppendError> {
        let seq = state.tally.last_seq.checked_add(1).ok_or(AppendError::Full)?;
        let (parts, _) = Directory::new(&self.dir).parts()?;
        let newest = parts.iter().rev().find_map(|part| write::last_line(&part.path).transpose());
        let ts = now.trunc_subsecs(3);
        let prev = newest.transpose()?.and_then(|line| sha256(&line));
        let at = at.map(|at| at.trunc_subsecs(3)).filter(|at| *at != ts);
        let envelope = Envelope { seq, id: ulid(ts, chance(seq)), ts, at, prev };
        Ok(intent.event(envelope, &self.author))
    }
}

/// Nothing is written to a log that cannot be read as a whole, or that a newer program keeps.
fn sound(update: &JournalUpdate) -> Result<(), AppendError> {
    let newer = |found: u32| AppendError::NewerFormat { found, known: FORMAT };
    for problem in &update.problems {
        match problem {
            Problem::NewerFormat { found, .. }
            | Problem::Broken { reason: LineError::NewerFormat(found), .. } => return Err(newer(*found)),
            Problem::Unreadable { .. } | Problem::NotAFile(_) | Problem::NoDirectory(_) => {
                return Err(AppendError::Unread(problem.clone()));
            }
            Problem::Torn { .. } | Problem::Broken { .. } | Problem::Rejected { .. } => {}
        }
    }
    Ok(())
}

fn clock_step(state: &State, ts: DateTime<Utc>) -> Option<Notice> {
    let behind = state.tally.last_ts?.signed_duration_since(ts);
    (behind > CLOCK_SLACK).then_some(Notice::ClockBehind { behind })
}

/// Two numbers nobody else has drawn.
fn chance(seed: u64) -> u128 {
    let draw = || u128::from(RandomState::new().hash_one(seed));
    draw() << 64 | draw()
}
