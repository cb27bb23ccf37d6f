//! How commands end: exit codes, and failures in words.

use std::fmt::Display;
use std::process::ExitCode;

/// A usage error, or a configuration that cannot be read; on every command.
pub(super) const CONFIGURATION: u8 = 4;
/// Problems were found, or the thing asked for failed.
pub(super) const PROBLEMS: u8 = 1;

/// Why a command could not do its work.
#[derive(Debug)]
pub(super) struct Failure {
    text: String,
    code: u8,
    /// The configuration was read, and these are its problems.
    findings: bool,
}

impl Failure {
    /// The configuration, or what was asked for, makes no sense.
    pub(super) fn configuration(text: impl Into<String>) -> Self {
        Self { text: text.into(), code: CONFIGURATION, findings: false }
    }

    /// What is wrong in a configuration that could be read.
    pub(super) fn findings(text: String) -> Self {
        Self { text, code: CONFIGURATION, findings: true }
    }

    /// For the command whose work it is to find them.
    pub(super) fn into_found(self) -> Self {
        Self { code: if self.findings { PROBLEMS } else { self.code }, ..self }
    }

    /// Something outside failed.
    pub(super) fn unexpected(error: &impl Display) -> Self {
        Self { text: format!("error: {error}"), code: PROBLEMS, findings: false }
    }

    pub(super) fn text(&self) -> &str {
        self.text.trim_start_matches("error: ")
    }

    pub(super) fn report(self) -> ExitCode {
        super::output::say(&self.text);
        self.code.into()
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::unexpected(&error)
    }
}
