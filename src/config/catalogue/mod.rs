//! SLOs that are already defined in the files of other tools.

mod reader;
mod yaml;

use std::path::Path;

use super::code;
use super::diagnostic::Diagnostic;
use super::document::Document;

/// Generated files hold many SLOs; more than this is something else.
pub const LARGEST: u64 = 8 * 1024 * 1024;

/// The text of a catalogue file, YAML or JSON. Folders, devices and pipes are refused unread.
pub fn open(path: &Path) -> Result<Document, Box<Diagnostic>> {
    match std::fs::metadata(path) {
        Ok(found) if found.is_file() && found.len() > LARGEST => {
            let message =
                format!("this file of {} MiB is too large for a catalogue", found.len() / 1024 / 1024);
            let hint = format!("files up to {} MiB are read; is it the right one?", LARGEST / 1024 / 1024);
            let found = Diagnostic::of_file(code::TOO_LARGE, &path.display().to_string(), &message);
            Err(Box::new(found.with_hint(&hint)))
        }
        Ok(found) if !found.is_file() && !found.is_dir() => {
            let message = "this is a device or a pipe, not a file";
            Err(Box::new(Diagnostic::of_file(code::UNREADABLE, &path.display().to_string(), message)))
        }
        _ => Document::open_within(path, LARGEST),
    }
}

#[cfg(test)]
mod tests;
