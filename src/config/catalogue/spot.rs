//! Where something stands in which file: what is linked after reading may come from many files.

use std::collections::BTreeSet;

use crate::config::diagnostic::{Diagnostic, Severity};
use crate::config::place::{At, Place, Span};
use crate::config::report::Report;
use crate::config::shown::{clean, clipped};

/// Longest message, in characters: some quote what was written.
const LONGEST: usize = 300;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spot {
    pub file: String,
    pub place: Place,
}

/// A value and the file and place where it was written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Here<T> {
    pub value: T,
    pub spot: Spot,
}

/// What could not be carried over as it was meant, or how it was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    pub spot: Spot,
    pub text: String,
}

impl Spot {
    pub(crate) fn of(span: &Span, report: &Report<'_>) -> Self {
        Self { file: report.file().to_owned(), place: report.place(span) }
    }

    pub fn error(&self, code: &'static str, message: &str, hint: Option<&str>) -> Diagnostic {
        Diagnostic {
            code,
            severity: Severity::Error,
            file: self.file.clone(),
            place: self.place.clone(),
            message: clipped(message, LONGEST),
            hint: hint.map(|hint| clipped(hint, LONGEST)),
            also: None,
        }
    }

    pub fn warning(&self, code: &'static str, message: &str, hint: Option<&str>) -> Diagnostic {
        Diagnostic { severity: Severity::Warning, ..self.error(code, message, hint) }
    }

    pub fn note(&self, text: &str) -> Note {
        Note { spot: self.clone(), text: clipped(text, LONGEST) }
    }

    /// `file:line`
    pub fn text(&self) -> String {
        format!("{}:{}", clean(&self.file), self.place.line)
    }
}

/// Each only once: what objectives have in common is found for every one of them.
pub(super) fn once(findings: &mut Vec<Diagnostic>) {
    let mut told = BTreeSet::new();
    findings.retain(|found| {
        told.insert((found.file.clone(), found.place.span.start, found.code, found.message.clone()))
    });
}

impl<T> Here<T> {
    pub(crate) fn new(at: At<T>, report: &Report<'_>) -> Self {
        Self { spot: Spot::of(&at.span, report), value: at.value }
    }
}
