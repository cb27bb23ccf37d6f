//! What is wrong with a log; what could be read of it still counts.

use std::path::PathBuf;

use crate::domain::journal::{LineError, Rejected};

/// A finding, as data. Paths and reasons hold outside text: clean them before drawing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// Nothing has been written yet, or the path is wrong.
    #[error("there is no state directory {}", .0.display())]
    NoDirectory(PathBuf),
    #[error("cannot read {}: {reason}", path.display())]
    Unreadable { path: PathBuf, reason: String },
    #[error("{} is not a plain file, so it is not read", .0.display())]
    NotAFile(PathBuf),
    #[error("the last line of {} is torn ({bytes} bytes without a newline)", path.display())]
    Torn { path: PathBuf, bytes: usize },
    /// `lines` are the numbers of the first of them, `reason` belongs to the first, or
    /// to one in a newer format.
    #[error("{}: {count} broken lines are skipped, the first is line {}: {reason}", path.display(), lines.first().unwrap_or(&0))]
    Broken { path: PathBuf, lines: Vec<u64>, count: u64, reason: LineError },
    #[error("{count} events do not fit, the last is {last}")]
    Rejected { count: u64, last: Rejected },
    #[error("the log is in format {found}, and this program knows up to {known}: update it to write")]
    NewerFormat { found: u32, known: u32 },
}

impl Problem {
    /// A log that does not exist yet is the state of every fresh installation.
    pub fn is_worth_saying(&self) -> bool {
        !matches!(self, Self::NoDirectory(_))
    }
}
