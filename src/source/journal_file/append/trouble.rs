//! Why nothing was written, and what there is to say when something was.

use std::path::PathBuf;

use chrono::TimeDelta;

use super::super::problem::Problem;
use crate::domain::journal::Unfit;

/// Nothing was written, and what was there before is still there. Paths and reasons hold outside
/// text: clean them before drawing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    #[error(transparent)]
    Unfit(#[from] Unfit),
    #[error("the event has {bytes} bytes, {most} are the limit: shorten its text")]
    TooLarge { bytes: usize, most: usize },
    #[error("cannot write to the state directory {}: {reason}", path.display())]
    Folder { path: PathBuf, reason: String },
    #[error("everybody may write to the state directory {}, so nothing is written there: run chmod o-w on it", .0.display())]
    OpenToAll(PathBuf),
    #[error("{} is not a plain file, so nothing is written", .0.display())]
    NotAFile(PathBuf),
    #[error("{} is held by {holder}: try again", path.display())]
    Busy { path: PathBuf, holder: String },
    #[error("cannot lock {}: {reason}; nothing is written where locks do not work", path.display())]
    NoLock { path: PathBuf, reason: String },
    #[error("cannot write to {}: {reason}; the log is as it was before", path.display())]
    Write { path: PathBuf, reason: String },
    #[error("nothing is written to a log that cannot be read: {0}")]
    Unread(#[from] Problem),
    #[error("the log is in format {found}, and this program knows up to {known}: update it to write")]
    NewerFormat { found: u32, known: u32 },
    #[error("the log has an event with the last number there is: no event can follow it")]
    Full,
    #[error("the event cannot be written as JSON: {0}")]
    Line(String),
}

/// Said once, after an event was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Notice {
    /// Somebody was interrupted while writing.
    #[error("the torn last line of the log ({bytes} bytes) was moved to {}", path.display())]
    TornMoved { path: PathBuf, bytes: u64 },
    #[error("the last line of the log was whole but for its end, which was added")]
    Completed,
    #[error("the clock of this host is {} min behind the last event of the log", behind.num_minutes())]
    ClockBehind { behind: TimeDelta },
}
