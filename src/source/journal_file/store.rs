//! Where the lines of a log come from.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::problem::Problem;

/// A log in parts. A team log on an engine can stand here instead of files.
pub trait LogStore: Send {
    /// The parts, the oldest first, and what is wrong with those that are left out.
    fn parts(&mut self) -> Result<(Vec<Part>, Vec<Problem>), Problem>;

    /// Up to `most` bytes of a part from an offset on; fewer or none at its end.
    fn read(&mut self, part: &Part, from: u64, most: usize) -> Result<Vec<u8>, Problem>;
}

/// One part of a log, as it was when listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub path: PathBuf,
    /// Stays the same while the part grows or is renamed, as an inode does.
    pub id: u64,
    /// Bytes.
    pub size: u64,
    pub modified: Option<SystemTime>,
}

/// The log files of a state directory: `events-YYYY-MM.jsonl`, then `events.jsonl`.
#[derive(Clone, Debug)]
pub struct Directory(PathBuf);

impl Directory {
    pub fn new(path: &Path) -> Self {
        Self(path.to_owned())
    }

    fn names(&self) -> Result<Vec<String>, Problem> {
        let entries = std::fs::read_dir(&self.0).map_err(|error| match error.kind() {
            ErrorKind::NotFound => Problem::NoDirectory(self.0.clone()),
            _ => unreadable(&self.0, &error),
        })?;
        let mut names: Vec<String> = entries
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .filter(|name| is_log(name))
            .collect();
        // "events-…" sorts before "events.…", and months sort as they pass.
        names.sort();
        Ok(names)
    }
}

impl LogStore for Directory {
    fn parts(&mut self) -> Result<(Vec<Part>, Vec<Problem>), Problem> {
        let (mut parts, mut problems) = (Vec::new(), Vec::new());
        for name in self.names()? {
            let path = self.0.join(name);
            match path.symlink_metadata() {
                Ok(found) if found.is_file() => parts.push(part(path, &found)),
                Ok(_) => problems.push(Problem::NotAFile(path)),
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(unreadable(&path, &error)),
            }
        }
        Ok((parts, problems))
    }

    fn read(&mut self, wanted: &Part, from: u64, most: usize) -> Result<Vec<u8>, Problem> {
        let failed = |error| unreadable(&wanted.path, &error);
        let mut file = open(&wanted.path).map_err(failed)?;
        let found = file.metadata().map_err(failed)?;
        if !found.is_file() {
            return Err(Problem::NotAFile(wanted.path.clone()));
        }
        if part(wanted.path.clone(), &found).id != wanted.id {
            return Ok(Vec::new());
        }
        let mut bytes = Vec::new();
        file.seek(SeekFrom::Start(from)).map_err(failed)?;
        file.take(most as u64).read_to_end(&mut bytes).map_err(failed)?;
        Ok(bytes)
    }
}

fn is_log(name: &str) -> bool {
    let month = name.strip_prefix("events-").and_then(|rest| rest.strip_suffix(".jsonl"));
    let digits = |text: &str, count| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    let dated = month.and_then(|month| month.split_once('-'));
    name == "events.jsonl" || dated.is_some_and(|(y, m)| digits(y, 4) && digits(m, 2))
}

fn unreadable(path: &Path, error: &std::io::Error) -> Problem {
    Problem::Unreadable { path: path.to_owned(), reason: error.to_string() }
}

fn part(path: PathBuf, found: &Metadata) -> Part {
    Part { id: file_id(&path, found), size: found.len(), modified: found.modified().ok(), path }
}

#[cfg(unix)]
fn file_id(_: &Path, found: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(found)
}

#[cfg(not(unix))]
fn file_id(path: &Path, _: &Metadata) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    path.hash(&mut hasher);
    hasher.finish()
}

fn open(path: &Path) -> std::io::Result<File> {
    warily(OpenOptions::new().read(true)).open(path)
}

/// Follows no link, and waits for no pipe that took the file's place.
#[cfg(unix)]
pub(crate) fn warily(options: &mut OpenOptions) -> &mut OpenOptions {
    use rustix::fs::OFlags;
    use std::os::unix::fs::OpenOptionsExt;
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let flags = i32::try_from(flags.bits()).unwrap_or_default();
    options.custom_flags(flags)
}

#[cfg(not(unix))]
pub(crate) fn warily(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

/// Whether `path` still leads to the file that is open.
#[cfg(unix)]
pub(crate) fn is_still(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let same = |held: std::fs::Metadata, found: std::fs::Metadata| {
        (held.dev(), held.ino()) == (found.dev(), found.ino())
    };
    file.metadata().and_then(|held| Ok(same(held, path.symlink_metadata()?))).unwrap_or(false)
}

/// An open file cannot be deleted here.
#[cfg(not(unix))]
pub(crate) fn is_still(_: &File, _: &Path) -> bool {
    true
}
