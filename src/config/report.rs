//! The findings about one file, collected so that all are told at once.

use std::cell::RefCell;

use super::code;
use super::diagnostic::{Diagnostic, Severity};
use super::doubt::Doubt;
use super::place::{Lines, Place, Span};
use super::shown::{clean, clipped};

/// So many findings are told; a file with more is not read to the end by anyone.
const MOST: usize = 200;

/// Longest message, in characters: some quote what was written.
const LONGEST: usize = 300;

#[derive(Debug)]
pub(crate) struct Report<'a> {
    file: String,
    lines: Lines<'a>,
    found: RefCell<Vec<Diagnostic>>,
    left_out: RefCell<usize>,
}

impl<'a> Report<'a> {
    pub(crate) fn new(file: &str, text: &'a str) -> Self {
        let found = RefCell::default();
        Self { file: clean(file), lines: Lines::new(text), found, left_out: RefCell::default() }
    }

    pub(crate) fn file(&self) -> &str {
        &self.file
    }

    pub(crate) fn place(&self, span: &Span) -> Place {
        self.lines.place(span)
    }

    /// What was written at `span`, to the letter.
    pub(crate) fn text(&self, span: &Span) -> &'a str {
        self.lines.text().get(span.clone()).unwrap_or_default()
    }

    pub(crate) fn error(&self, code: &'static str, span: &Span, message: &str) -> Finding<'_, 'a> {
        self.finding(code, Severity::Error, span, message)
    }

    pub(crate) fn warning(&self, code: &'static str, span: &Span, message: &str) -> Finding<'_, 'a> {
        self.finding(code, Severity::Warning, span, message)
    }

    pub(crate) fn doubt(&self, span: &Span, doubt: &Doubt) {
        self.warning(doubt.code, span, &doubt.message).maybe_hint(doubt.hint.map(str::to_owned));
    }

    /// Whether nothing is wrong; what is, is an error.
    pub(crate) fn is_sound(&self, span: &Span, wrong: Option<&Doubt>) -> bool {
        if let Some(wrong) = wrong {
            self.error(wrong.code, span, &wrong.message).maybe_hint(wrong.hint.map(str::to_owned));
        }
        wrong.is_none()
    }

    fn finding(&self, code: &'static str, severity: Severity, span: &Span, message: &str) -> Finding<'_, 'a> {
        // Counting columns takes time, and what is left out needs no place.
        let listed = self.found.borrow().len() < MOST;
        let place = if listed { self.place(span) } else { Place::default() };
        let (file, message) = (self.file.clone(), clipped(message, LONGEST));
        Finding {
            report: self,
            found: Diagnostic { code, severity, file, place, message, hint: None, also: None },
        }
    }

    /// All findings in the order of the file.
    pub(crate) fn finish(self) -> Vec<Diagnostic> {
        let mut found = self.found.into_inner();
        found.sort_by_key(|finding| (finding.place.span.start, finding.code));
        let left_out = self.left_out.into_inner();
        if left_out > 0 {
            let message = format!("and {left_out} more problems, which are not listed");
            let place = found.last().map(|last| last.place.clone()).unwrap_or_default();
            found.push(Diagnostic { place, ..Diagnostic::of_file(code::MANY_MORE, &self.file, &message) });
        }
        found
    }
}

/// A finding on its way into the report, where it arrives when dropped.
pub(crate) struct Finding<'r, 'a> {
    report: &'r Report<'a>,
    found: Diagnostic,
}

impl Finding<'_, '_> {
    pub(crate) fn hint(mut self, hint: &str) -> Self {
        self.found.hint = Some(clipped(hint, 2 * LONGEST));
        self
    }

    pub(crate) fn maybe_hint(self, hint: Option<String>) -> Self {
        match hint {
            Some(hint) => self.hint(&hint),
            None => self,
        }
    }

    pub(crate) fn also(mut self, span: &Span, label: &str) -> Self {
        self.found.also = Some((self.report.place(span), clean(label)));
        self
    }
}

impl Drop for Finding<'_, '_> {
    fn drop(&mut self) {
        let mut found = self.report.found.borrow_mut();
        if found.len() < MOST {
            found.push(self.found.clone());
        } else {
            *self.report.left_out.borrow_mut() += 1;
        }
    }
}
