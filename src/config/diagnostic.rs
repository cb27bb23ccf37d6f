//! One finding about a configuration file, and how it is shown.

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::place::{Place, boundary};
use super::shown::{clean, excerpt};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    Error,
    Warning,
}

impl Severity {
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// All text in it is clean: it may go to a terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// One of [`super::code`].
    pub code: &'static str,
    pub severity: Severity,
    pub file: String,
    pub place: Place,
    pub message: String,
    pub hint: Option<String>,
    /// Another place in the same file that has to do with it.
    pub also: Option<(Place, String)>,
}

impl Diagnostic {
    /// An error about the file as a whole.
    pub fn of_file(code: &'static str, file: &str, message: &str) -> Self {
        Self {
            code,
            severity: Severity::Error,
            file: clean(file),
            place: Place { span: 0..0, line: 1, column: 1 },
            message: clean(message),
            hint: None,
            also: None,
        }
    }

    #[must_use]
    pub fn with_hint(mut self, hint: &str) -> Self {
        self.hint = Some(clean(hint));
        self
    }

    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// `file:line:column: message; hint`
    pub fn line(&self) -> String {
        let Self { file, place: Place { line, column, .. }, message, .. } = self;
        let hint = self.hint.as_ref().map_or_else(String::new, |hint| format!("; {hint}"));
        format!("{file}:{line}:{column}: {message}{hint}")
    }

    /// With the lines of `source`, the text of the file. Without them if they are too long to look at, or if
    /// `source` is another text.
    pub fn render(&self, source: &str, color: bool) -> String {
        let level = if self.is_error() { Level::ERROR } else { Level::WARNING };
        let mut group = Group::with_title(level.primary_title(self.message.as_str()).id(self.code));
        let here = Excerpt::around(source, &self.place);
        let there =
            self.also.as_ref().and_then(|(place, label)| Some((Excerpt::around(source, place)?, label)));
        if let Some(here) = &here {
            group = group.element(here.snippet(&self.file, AnnotationKind::Primary, None));
        } else if !source.is_empty() {
            let origin = Origin::path(self.file.as_str()).line(self.place.line);
            group = group.element(origin.char_column(self.place.column));
        } else if self.place.line > 0 {
            // It could not be read: there is no text, but there is a name.
            group = group.element(Origin::path(self.file.as_str()));
        }
        if let Some((there, label)) = &there {
            group = group.element(there.snippet(&self.file, AnnotationKind::Context, Some(label)));
        }
        if let Some(hint) = &self.hint {
            group = group.element(Level::HELP.message(hint.as_str()));
        }
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        renderer.render(&[group])
    }
}

/// Longest piece of a file that is shown, in bytes: nobody looks at more, and JSON may be one line.
const LONGEST: usize = 8 * 1024;

/// The lines that a place covers.
struct Excerpt {
    text: String,
    first_line: usize,
    span: std::ops::Range<usize>,
}

impl Excerpt {
    fn around(source: &str, place: &Place) -> Option<Self> {
        let (start, end) = (place.span.start, place.span.end);
        if source.is_empty()
            || end > source.len()
            || boundary(source, start) != start
            || boundary(source, end) != end
        {
            return None;
        }
        let first = source[..start].rfind('\n').map_or(0, |newline| newline + 1);
        let last = source[end..].find('\n').map_or(source.len(), |newline| end + newline);
        if last - first > LONGEST {
            return None;
        }
        Some(Self {
            text: excerpt(&source[first..last]),
            first_line: place.line,
            span: start - first..end - first,
        })
    }

    fn snippet<'a>(
        &'a self,
        file: &'a str,
        kind: AnnotationKind,
        label: Option<&'a String>,
    ) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
        let annotation = kind.span(self.span.clone()).label(label.map(String::as_str));
        Snippet::source(self.text.as_str()).line_start(self.first_line).path(file).annotation(annotation)
    }
}
