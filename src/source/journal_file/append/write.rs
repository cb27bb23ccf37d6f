//! The bytes of the log: its end, its repair, and one line more.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use super::super::store::warily;
use super::folder;
use super::trouble::{AppendError, Notice};
use crate::domain::journal::parse_line;
use crate::domain::journal::reader::LONGEST_LINE;

/// Bytes looked at when a newline is searched from the end.
const PIECE: u64 = 64 * 1024;

/// The file of the log that is written to.
const NAME: &str = "events.jsonl";

/// Writes one line and waits until the disk has it. Where that fails, what was written of it is
/// taken back.
pub(super) fn line(dir: &Path, line: &[u8]) -> Result<(), AppendError> {
    let path = dir.join(NAME);
    let mut file = folder::open(&path, OpenOptions::new().append(true))?;
    let before = file.metadata().map_err(|error| failed(&path, &error))?.len();
    let written = file.write_all(line).and_then(|()| file.sync_all());
    written.map_err(|error| {
        // If even this fails, the next writer finds a torn line and moves it away.
        let _ = file.set_len(before).and_then(|()| file.sync_all());
        failed(&path, &error)
    })
}

/// Sees to a last line without its newline; only under the lock, when nobody is at it. A whole
/// event gets its newline. All else is moved to a file of its own.
pub(super) fn repair(dir: &Path, now: DateTime<Utc>) -> Result<Option<Notice>, AppendError> {
    let path = dir.join(NAME);
    if path.symlink_metadata().is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
        return Ok(None);
    }
    let mut file = folder::open(&path, OpenOptions::new().append(true))?;
    let mend = |file: &mut File| -> io::Result<Option<u64>> {
        let end = file.metadata()?.len();
        let start = line_start(file, end)?;
        if start == end {
            return Ok(None);
        }
        let torn = (end - start <= LONGEST_LINE as u64).then(|| bytes(file, start, end)).transpose()?;
        let whole = torn.and_then(|torn| String::from_utf8(torn).ok());
        if whole.is_none_or(|line| parse_line(&line).is_err()) {
            return Ok(Some(start));
        }
        file.write_all(b"\n")?;
        file.sync_all()?;
        Ok(Some(end))
    };
    let end = file.metadata().map_err(|error| failed(&path, &error))?.len();
    match mend(&mut file).map_err(|error| failed(&path, &error))? {
        None => Ok(None),
        Some(start) if start == end => Ok(Some(Notice::Completed)),
        Some(start) => move_away(&mut file, start, end, dir, now).map(Some),
    }
}

/// First the copy, then the cut: whatever happens between them loses nothing.
fn move_away(
    file: &mut File,
    start: u64,
    end: u64,
    dir: &Path,
    now: DateTime<Utc>,
) -> Result<Notice, AppendError> {
    let path = free_name(dir, now);
    let copy = |file: &mut File| -> Result<(), AppendError> {
        let mut torn = folder::open(&path, OpenOptions::new().write(true))?;
        file.seek(SeekFrom::Start(start)).map_err(|error| failed(&path, &error))?;
        let copied = io::copy(&mut file.take(end - start), &mut torn).and_then(|_| torn.sync_all());
        copied.map_err(|error| failed(&path, &error))
    };
    if let Err(error) = copy(file) {
        // Half a copy of what is still in the log helps nobody.
        let _ = std::fs::remove_file(&path);
        return Err(error);
    }
    let cut = file.set_len(start).and_then(|()| file.sync_all());
    cut.map_err(|error| failed(&dir.join(NAME), &error))?;
    Ok(Notice::TornMoved { path, bytes: end - start })
}

/// Only the holder of the lock makes such files, so that what is free stays free.
fn free_name(dir: &Path, now: DateTime<Utc>) -> PathBuf {
    let stem = format!("events.torn-{}", now.format("%Y%m%dT%H%M%S%.3fZ"));
    let numbered = (2..).map(|number| format!("{stem}-{number}"));
    let mut names = std::iter::once(stem.clone()).chain(numbered).map(|name| dir.join(name));
    names.find(|path| path.symlink_metadata().is_err()).unwrap_or_else(|| dir.join(stem))
}

/// The last line of a file that is not blank, without its newline; none where there is none, or
/// where it is longer than any reader takes.
pub(super) fn last_line(path: &Path) -> Result<Option<Vec<u8>>, AppendError> {
    let read = || -> io::Result<Option<Vec<u8>>> {
        let mut file = warily(OpenOptions::new().read(true)).open(path)?;
        let mut after = line_start_of_rest(&mut file)?;
        while after > 0 {
            let start = line_start(&mut file, after - 1)?;
            if after - start > LONGEST_LINE as u64 {
                return Ok(None);
            }
            let line = bytes(&mut file, start, after - 1)?;
            if !line.trim_ascii().is_empty() {
                return Ok(Some(line));
            }
            after = start;
        }
        Ok(None)
    };
    read().map_err(|error| failed(path, &error))
}

/// Where what follows the last newline begins.
fn line_start_of_rest(file: &mut File) -> io::Result<u64> {
    let end = file.metadata()?.len();
    line_start(file, end)
}

/// Where the line begins that ends before `end`.
fn line_start(file: &mut File, mut end: u64) -> io::Result<u64> {
    while end > 0 {
        let from = end.saturating_sub(PIECE);
        if let Some(place) = bytes(file, from, end)?.iter().rposition(|byte| *byte == b'\n') {
            return Ok(from + place as u64 + 1);
        }
        end = from;
    }
    Ok(0)
}

fn bytes(file: &mut File, from: u64, to: u64) -> io::Result<Vec<u8>> {
    let mut found = vec![0; (to - from) as usize];
    file.seek(SeekFrom::Start(from))?;
    file.read_exact(&mut found)?;
    Ok(found)
}

fn failed(path: &Path, error: &io::Error) -> AppendError {
    AppendError::Write { path: path.to_owned(), reason: error.to_string() }
}
