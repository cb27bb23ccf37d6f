//! Runbook folders on disk: what they hold, what is wrong with them, and whether they changed.
//!
//! Everything here blocks on the file system; call it from a thread that may wait.

use std::collections::BTreeSet;
use std::fs::{self, File, Metadata};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use crate::domain::runbook::library::Document;
use crate::domain::runbook::page::MAX_BYTES;

/// Pages read from all folders together.
pub const MAX_FILES: usize = 5_000;
/// Directory entries looked at in all folders together: a folder such as `/` must not hang the program.
pub const MAX_ENTRIES: usize = 50_000;
const MAX_DEPTH: usize = 32;

/// What the folders hold.
#[derive(Debug, Default)]
pub struct Scan {
    /// Sorted by folder as given, then by path. The folder's path is the collection's label.
    pub documents: Vec<Document>,
    pub problems: Vec<Problem>,
}

/// Something that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {message}", path.display())]
pub struct Problem {
    pub path: PathBuf,
    pub message: String,
}

/// Reads every `.md` and `.markdown` file below the folders (or the file itself, if one is named).
/// Hidden names are left out; each directory is entered once, whatever links lead to it.
pub fn scan(folders: &[PathBuf]) -> Scan {
    let walk = walk(folders);
    let mut scan = Scan { documents: Vec::new(), problems: walk.problems };
    for found in walk.files {
        match read(&found) {
            Ok((document, note)) => {
                scan.documents.push(document);
                scan.problems
                    .extend(note.map(|message| Problem { path: found.path, message: message.into() }));
            }
            Err(error) => scan.problems.push(problem(&found.path, &error)),
        }
    }
    scan
}

/// Changes whenever a page appears, vanishes, moves, or gets another size or time. Reads no file.
pub fn fingerprint(folders: &[PathBuf]) -> u64 {
    let walk = walk(folders);
    let mut hasher = DefaultHasher::new();
    for found in &walk.files {
        (&found.path, found.meta.len(), found.meta.modified().ok()).hash(&mut hasher);
    }
    for problem in &walk.problems {
        (&problem.path, &problem.message).hash(&mut hasher);
    }
    hasher.finish()
}

/// Whether something stands at `path` below the folder; not known is yes.
pub fn holds(folder: &str, path: &str) -> bool {
    let path = Path::new(path);
    let stays = path.components().all(|part| matches!(part, Component::Normal(_)));
    stays && Path::new(folder).join(path).try_exists().unwrap_or(true)
}

struct Found {
    folder: PathBuf,
    path: PathBuf,
    meta: Metadata,
}

#[derive(Default)]
struct Walk {
    files: Vec<Found>,
    problems: Vec<Problem>,
    /// Directories entered, as their real paths.
    seen: BTreeSet<PathBuf>,
    entries: usize,
    full: bool,
}

fn walk(folders: &[PathBuf]) -> Walk {
    let mut walk = Walk::default();
    for folder in folders {
        let first = walk.files.len();
        match fs::metadata(folder) {
            Ok(meta) if meta.is_file() => {
                let home = folder.parent().unwrap_or(folder).to_path_buf();
                walk.files.push(Found { folder: home, path: folder.clone(), meta });
            }
            Ok(_) => walk.directory(folder, folder, 0),
            Err(error) => walk.problems.push(problem(folder, &error)),
        }
        walk.files[first..].sort_by(|a, b| a.path.cmp(&b.path));
    }
    walk
}

impl Walk {
    fn directory(&mut self, folder: &Path, directory: &Path, depth: usize) {
        let listed = fs::canonicalize(directory).and_then(|real| {
            if self.seen.insert(real) {
                fs::read_dir(directory)?.collect::<io::Result<Vec<_>>>()
            } else {
                Ok(Vec::new())
            }
        });
        let mut entries = match listed {
            Ok(entries) => entries,
            Err(error) => return self.problems.push(problem(directory, &error)),
        };
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            self.entries += 1;
            if self.is_full(directory) {
                return;
            }
            if !entry.file_name().to_string_lossy().starts_with('.') {
                self.entry(folder, entry.path(), depth);
            }
        }
    }

    fn entry(&mut self, folder: &Path, path: PathBuf, depth: usize) {
        let meta = match fs::metadata(&path) {
            Ok(meta) => meta,
            Err(error) if is_page(&path) => return self.problems.push(problem(&path, &error)),
            Err(_) => return,
        };
        if meta.is_dir() && depth < MAX_DEPTH {
            self.directory(folder, &path, depth + 1);
        } else if meta.is_file() && is_page(&path) {
            self.files.push(Found { folder: folder.to_path_buf(), path, meta });
        }
    }

    fn is_full(&mut self, directory: &Path) -> bool {
        let cap = if self.files.len() >= MAX_FILES {
            format!("more than {MAX_FILES} pages; the rest is left out")
        } else if self.entries > MAX_ENTRIES {
            format!("more than {MAX_ENTRIES} files; the rest is not looked at")
        } else {
            return false;
        };
        if !self.full {
            self.full = true;
            self.problems.push(Problem { path: directory.to_path_buf(), message: cap });
        }
        true
    }
}

fn is_page(path: &Path) -> bool {
    let extension = path.extension().and_then(|e| e.to_str());
    extension.is_some_and(|e| e.eq_ignore_ascii_case("md") || e.eq_ignore_ascii_case("markdown"))
}

/// One byte more than a page may have is read, so that the page itself can say it was cut.
fn read(found: &Found) -> io::Result<(Document, Option<&'static str>)> {
    let mut bytes = Vec::new();
    File::open(&found.path)?.take(MAX_BYTES as u64 + 4).read_to_end(&mut bytes)?;
    let cut = bytes.len() > MAX_BYTES;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let broken = std::str::from_utf8(&bytes).is_err_and(|e| e.error_len().is_some() || !cut);
    let path = found.path.strip_prefix(&found.folder).unwrap_or(&found.path);
    let parts: Vec<_> = path.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    let document = Document {
        root: found.folder.display().to_string(),
        path: parts.join("/"),
        text,
        modified: found.meta.modified().ok().map(Into::into),
    };
    Ok((document, broken.then_some("is not UTF-8; unreadable bytes are shown as \u{fffd}")))
}

fn problem(path: &Path, error: &io::Error) -> Problem {
    let message = match error.kind() {
        io::ErrorKind::NotFound => "does not exist".to_owned(),
        io::ErrorKind::PermissionDenied => "may not be read".to_owned(),
        _ => format!("cannot be read: {error}"),
    };
    Problem { path: path.to_path_buf(), message }
}

#[cfg(test)]
mod tests;
