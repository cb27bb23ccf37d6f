//! A file that several processes append to, and that makes room for a new one when it is full.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::source::journal_file::{is_still, warily};
use crate::source::private;

pub const NAME: &str = "burnwatch.log";
/// Bytes of a file, and how many are kept: the present one, and `.1` to `.4`.
const FULL: u64 = 1 << 20;
const KEPT: u32 = 5;
/// So many times larger a file may grow where no room can be made; then nothing is written.
const MOST: u64 = 4;

pub(super) struct Rotating {
    folder: PathBuf,
    full: u64,
    open: Option<File>,
    /// The last write failed, perhaps in the middle of a line.
    torn: bool,
}

impl Rotating {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self { folder, full: FULL, open: None, torn: false }
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Appends in one write, so that lines of two processes stay whole. What an error tore has a line of its own.
    pub(super) fn write(&mut self, line: &str) -> io::Result<()> {
        let size = self.present()?.metadata()?.len();
        if size > 0 && size + line.len() as u64 > self.full {
            self.rotate();
        }
        let torn = if std::mem::take(&mut self.torn) { "\n" } else { "" };
        let full = self.full.saturating_mul(MOST);
        let file = self.present()?;
        if file.metadata()?.len() >= full {
            return Err(io::Error::other("it is full, and the older ones cannot be moved aside"));
        }
        let outcome = file.write_all(format!("{torn}{line}").as_bytes());
        self.torn = outcome.is_err();
        outcome
    }

    /// The file of that name as it is now: another process may have put a new one there.
    fn present(&mut self) -> io::Result<&mut File> {
        let path = self.folder.join(NAME);
        let file = match self.open.take() {
            Some(file) if is_still(&file, &path) => file,
            _ => {
                private::folder(&self.folder)?;
                private::file(warily(OpenOptions::new().append(true).create(true))).open(&path)?
            }
        };
        Ok(self.open.insert(file))
    }

    /// Where somebody else is at it, or it fails, the file grows a little longer.
    fn rotate(&self) {
        let lock = self.folder.join("lock");
        let Ok(lock) = private::file(warily(OpenOptions::new().write(true).create(true))).open(lock) else {
            return;
        };
        if lock.try_lock().is_err() {
            return;
        }
        let path = self.folder.join(NAME);
        // Somebody else may have done it while we looked for the lock.
        let ours = self.open.as_ref().is_some_and(|file| is_still(file, &path));
        if !ours {
            return;
        }
        let old = |number: u32| self.folder.join(format!("{NAME}.{number}"));
        for number in (1..KEPT - 1).rev() {
            // Those that are not there yet stay so.
            let _ = fs::rename(old(number), old(number + 1));
        }
        let _ = fs::rename(&path, old(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small(folder: &Path) -> Rotating {
        Rotating { full: 40, ..Rotating::new(folder.join("logs")) }
    }

    fn texts(folder: &Path) -> Vec<(String, String)> {
        let entries = fs::read_dir(folder.join("logs")).unwrap();
        let mut found: Vec<_> = entries
            .map(|entry| entry.unwrap().path())
            .map(|path| {
                let name = path.file_name().unwrap().to_str().unwrap().to_owned();
                (name, fs::read_to_string(&path).unwrap())
            })
            .filter(|(name, _)| name != "lock")
            .collect();
        found.sort();
        found
    }

    #[test]
    fn full_files_make_room_and_five_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = small(folder.path());
        for number in 0..20 {
            file.write(&format!("line {number:04} of text\n")).unwrap();
        }
        let found = texts(folder.path());
        let names: Vec<&str> = found.iter().map(|one| one.0.as_str()).collect();
        assert_eq!(names, [NAME, "burnwatch.log.1", "burnwatch.log.2", "burnwatch.log.3", "burnwatch.log.4"]);
        assert_eq!(found[0].1, "line 0018 of text\nline 0019 of text\n");
        assert_eq!(found[4].1, "line 0010 of text\nline 0011 of text\n");
    }

    #[test]
    fn a_file_that_cannot_be_moved_aside_does_not_grow_for_ever() {
        let folder = tempfile::tempdir().unwrap();
        // A folder of that name that is not empty stands in the way.
        fs::create_dir_all(folder.path().join("logs/burnwatch.log.1/x")).unwrap();
        fs::create_dir_all(folder.path().join("logs/burnwatch.log.2/x")).unwrap();
        fs::create_dir_all(folder.path().join("logs/burnwatch.log.3/x")).unwrap();
        fs::create_dir_all(folder.path().join("logs/burnwatch.log.4/x")).unwrap();
        let mut file = small(folder.path());
        let written = (0..100).filter(|_| file.write("line 0000 of text\n").is_ok()).count();
        // Eighteen bytes each, until there are 160.
        assert_eq!(written, 9);
    }

    #[test]
    fn two_writers_lose_no_line() {
        let folder = tempfile::tempdir().unwrap();
        let (mut one, mut two) = (small(folder.path()), small(folder.path()));
        for number in 0..4 {
            one.write(&format!("one {number} of text\n")).unwrap();
            two.write(&format!("two {number} of text\n")).unwrap();
        }
        let all: String = texts(folder.path()).into_iter().rev().map(|one| one.1).collect();
        let expected: Vec<String> =
            (0..4).flat_map(|n| [format!("one {n} of text"), format!("two {n} of text")]).collect();
        assert_eq!(all.lines().collect::<Vec<_>>(), expected);
    }

    #[test]
    #[cfg(unix)]
    fn it_is_private_and_follows_no_link() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        small(folder.path()).write("a line\n").unwrap();
        let logs = folder.path().join("logs");
        for (path, mode) in [(logs.clone(), 0o700), (logs.join(NAME), 0o600)] {
            assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, mode, "{}", path.display());
        }
        fs::remove_file(logs.join(NAME)).unwrap();
        let target = folder.path().join("target");
        fs::write(&target, "").unwrap();
        std::os::unix::fs::symlink(&target, logs.join(NAME)).unwrap();
        assert!(small(folder.path()).write("a line\n").is_err());
        assert_eq!(fs::read_to_string(target).unwrap(), "");
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_an_error_and_no_panic() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("logs"), "in the way").unwrap();
        assert!(small(folder.path()).write("a line\n").is_err());
    }
}
