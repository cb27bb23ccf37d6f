//! The text of a configuration file.

use std::borrow::Cow;
use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::code;
use super::diagnostic::Diagnostic;
use super::place::Lines;

/// Nobody writes more by hand, and a wrong path may lead to anything.
pub const LARGEST: u64 = 1024 * 1024;

#[derive(Clone, PartialEq, Eq)]
pub struct Document {
    path: Option<PathBuf>,
    text: String,
}

impl fmt::Debug for Document {
    /// Without its text, in which secrets may stand.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Document {
    pub fn open(path: &Path) -> Result<Self, Box<Diagnostic>> {
        Self::open_within(path, LARGEST)
    }

    /// Refuses a file of more than `largest` bytes, of which no more are read.
    pub fn open_within(path: &Path, largest: u64) -> Result<Self, Box<Diagnostic>> {
        let mut bytes = Vec::new();
        let read = File::open(path).and_then(|file| file.take(largest + 1).read_to_end(&mut bytes));
        match read {
            Ok(_) => Self::of_bytes(path, bytes, largest),
            Err(error) => Err(Box::new(unreadable(path, &error))),
        }
    }

    /// Text that was not read from a file has no path.
    pub fn new(path: Option<PathBuf>, text: &str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text).to_owned();
        Self { path, text }
    }

    fn of_bytes(path: &Path, bytes: Vec<u8>, largest: u64) -> Result<Self, Box<Diagnostic>> {
        let file = path.display().to_string();
        if bytes.len() as u64 > largest {
            let message = format!("this file is larger than {} KiB", largest / 1024);
            let found = Diagnostic::of_file(code::TOO_LARGE, &file, &message);
            return Err(Box::new(found.with_hint("is it the right file?")));
        }
        String::from_utf8(bytes).map(|text| Self::new(Some(path.to_owned()), &text)).map_err(|error| {
            let valid = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(&error.as_bytes()[..valid]);
            let place = Lines::new(&text).place(&(valid..valid));
            let found = Diagnostic::of_file(code::NOT_UTF8, &file, "this is not UTF-8 text");
            Box::new(Diagnostic { place, ..found }.with_hint("save the file as UTF-8"))
        })
    }

    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// As diagnostics call it.
    pub fn name(&self) -> Cow<'_, str> {
        self.path().map_or(Cow::Borrowed("configuration"), Path::to_string_lossy)
    }

    /// Where its relative paths start.
    pub fn folder(&self) -> Option<&Path> {
        self.path().and_then(Path::parent).filter(|folder| !folder.as_os_str().is_empty())
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> Diagnostic {
    let message = match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
        std::io::ErrorKind::IsADirectory => "this is a folder, not a file".to_owned(),
        std::io::ErrorKind::PermissionDenied => "this file may not be read by you".to_owned(),
        _ => format!("cannot be read: {error}"),
    };
    let found = Diagnostic::of_file(code::UNREADABLE, &path.display().to_string(), &message);
    match error.kind() {
        std::io::ErrorKind::NotFound => {
            found.with_hint("`burnwatch init` prints one to start with; without any the demo opens")
        }
        _ => found,
    }
}
