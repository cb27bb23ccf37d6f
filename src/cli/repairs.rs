//! What the reader of runbooks had to guess or leave out, as findings with a place in their page.

use std::path::Path;

use super::session::Session;
use crate::config::place::{Lines, Span};
use crate::config::shown::clean;
use crate::config::{self, Diagnostic, Severity, code};
use crate::domain::runbook::library::{Document, Library};

/// The word of the rule.
pub(super) const BROKEN: &str = "broken-page";
/// Repairs told; nobody mends more at a time.
const MOST: usize = 50;

/// Repairs of the pages, and the pages. `documents` are what `library` was built of.
pub(super) fn repairs(
    session: &Session,
    library: &Library,
    documents: &[Document],
) -> (Vec<Diagnostic>, Vec<config::Document>) {
    let Some(code) = code::of_lint(BROKEN).filter(|code| !session.config.allowed.permits(code, None)) else {
        return (Vec::new(), Vec::new());
    };
    let (mut found, mut pages) = (Vec::new(), Vec::new());
    let repaired = library.pages.iter().zip(documents).filter(|(entry, _)| !entry.page.notes.is_empty());
    for (entry, page) in repaired {
        let page = document(page);
        found.extend(entry.page.notes.iter().map(|(line, note)| diagnostic(code, &page, *line, note)));
        pages.push(page);
        if found.len() > MOST {
            found.truncate(MOST);
            let message = format!("there are more than {MOST} repairs to runbooks; the rest is not told");
            let rest = session.config.origin.value_warning(code, "runbooks", &message, "mend these first");
            found.push(rest);
            break;
        }
    }
    (found, pages)
}

/// As the command line knows a page: by its folder and its path in it.
pub(super) fn document(page: &Document) -> config::Document {
    config::Document::new(Some(Path::new(&page.root).join(&page.path)), &page.text)
}

fn diagnostic(code: &'static str, page: &config::Document, line: usize, note: &str) -> Diagnostic {
    Diagnostic {
        code,
        severity: Severity::Warning,
        file: clean(&page.name()),
        place: Lines::new(page.text()).place(&span(page.text(), line)),
        message: clean(note),
        hint: None,
        also: None,
    }
}

/// The whole line, 1-based.
fn span(text: &str, line: usize) -> Span {
    let start = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    start..start + text[start..].lines().next().map_or(0, str::len)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_found_and_beyond_the_end_is_the_end() {
        for (line, wanted) in [(1, 0..1), (2, 2..4), (3, 5..5), (9, 5..5)] {
            assert_eq!(span("a\né\n", line), wanted, "{line}");
        }
    }
}
