//! Links of runbooks that lead nowhere, as findings with a place in their page.

use super::repairs::document;
use super::session::Session;
use crate::config::nearest::nearest;
use crate::config::place::{Lines, Span};
use crate::config::shown::clean;
use crate::config::{self, Diagnostic, Origin, Severity, code};
use crate::domain::runbook::dead::{DEAD_LINK, DeadLink, Lost};
use crate::domain::runbook::library::{Document, Library};
use crate::source::runbook_folder::holds;

/// Dead links told; nobody mends more at a time.
const MOST: usize = 50;

/// Dead links of the runbooks, and the pages that they stand in. `documents` are what `library` was built of.
pub(super) fn dead_links(
    session: &Session,
    library: &Library,
    documents: &[Document],
) -> (Vec<Diagnostic>, Vec<config::Document>) {
    let Some(code) = code::of_lint(DEAD_LINK).filter(|code| !session.config.allowed.permits(code, None))
    else {
        return (Vec::new(), Vec::new());
    };
    let mut pages: Vec<(usize, config::Document)> = Vec::new();
    let mut found: Vec<Diagnostic> = Vec::new();
    let mut dead = library.dead_links().filter(|dead| !is_file(library, dead));
    for dead in dead.by_ref() {
        if pages.last().is_none_or(|(at, _)| *at != dead.page) {
            pages.push((dead.page, document(&documents[dead.page])));
        }
        let Some((_, page)) = pages.last() else { continue };
        let last = found.last().filter(|last| last.file == clean(&page.name()));
        let told = diagnostic(code, library, &dead, page, last.map_or(0, |last| last.place.span.end));
        found.push(told);
        if found.len() == MOST {
            break;
        }
    }
    let rest = dead.next().map(|_| {
        let message = format!("there are more than {MOST} dead links in the runbooks; the rest is not told");
        session.config.origin.value_warning(code, "runbooks", &message, "mend these first")
    });
    found.extend(rest);
    (found, pages.into_iter().map(|(_, page)| page).collect())
}

/// The runbook of an SLO is there, and the place in it is not.
pub(super) fn anchor(anchor: &str, origin: &Origin) -> Option<Diagnostic> {
    let message = format!("this runbook has no heading `#{anchor}`, so it opens at its top");
    let code = code::of_lint(DEAD_LINK)?;
    Some(origin.value_warning(code, "runbook", &message, "has the heading been renamed?"))
}

/// A file or folder that no page was made of, such as one without an extension.
fn is_file(library: &Library, dead: &DeadLink<'_>) -> bool {
    matches!(&dead.lost, Lost::Page(path) if holds(&library.pages[dead.page].root, path))
}

fn diagnostic(
    code: &'static str,
    library: &Library,
    dead: &DeadLink<'_>,
    page: &config::Document,
    after: usize,
) -> Diagnostic {
    let (message, hint) = words(library, dead);
    Diagnostic {
        code,
        severity: Severity::Warning,
        file: clean(&page.name()),
        place: Lines::new(page.text()).place(&span(page.text(), dead, after)),
        message: clean(&message),
        hint: Some(clean(&hint)),
        also: None,
    }
}

fn words(library: &Library, dead: &DeadLink<'_>) -> (String, String) {
    let target = &dead.link.target;
    let meant = |near: Option<String>, otherwise: &str| {
        near.map_or_else(|| otherwise.to_owned(), |near| format!("did you mean `{near}`?"))
    };
    match &dead.lost {
        Lost::Page(path) => {
            let root = &library.pages[dead.page].root;
            let own = library.pages.iter().filter(|entry| entry.root == *root);
            let near = nearest(path, own.map(|entry| entry.page.path.as_str()));
            let message =
                format!("the link to `{target}` is dead: there is no `{path}` in this runbook folder");
            (message, meant(near.map(str::to_owned), "write that page, or take the link out"))
        }
        Lost::Anchor { page, anchor } => {
            let page = &library.pages[*page].page;
            let sections = page.sections.iter().map(|section| section.anchor.as_str());
            let near = nearest(anchor, sections.chain(page.anchors.iter().map(|(name, _)| name.as_str())));
            let message =
                format!("the link to `{target}` is dead: `{}` has no heading `#{anchor}`", page.path);
            (message, meant(near.map(|near| format!("#{near}")), "has the heading been renamed?"))
        }
    }
}

/// The target where the page writes it, at or below the line of its block and not before `after`; else that line.
fn span(text: &str, dead: &DeadLink<'_>, after: usize) -> Span {
    let line = text.split_inclusive('\n').take(dead.link.line.saturating_sub(1)).map(str::len).sum();
    let target = &dead.link.target;
    let written = |from: usize| written(text, from, target);
    let found = written(after.max(line)).or_else(|| written(line));
    found.unwrap_or_else(|| line..line + text[line..].lines().next().map_or(0, str::len))
}

fn written(text: &str, from: usize, target: &str) -> Option<Span> {
    let stands_alone = |at: &usize| {
        let before = text[..*at].chars().next_back();
        let behind = text[*at + target.len()..].chars().next();
        before.is_none_or(|c| c.is_whitespace() || "(<\"'=:".contains(c))
            && behind.is_none_or(|c| c.is_whitespace() || ")>\"'".contains(c))
    };
    let mut places = text.get(from..)?.match_indices(target).map(|(at, _)| from + at);
    places.find(stands_alone).map(|at| at..at + target.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::library::demo_runbooks;

    #[test]
    fn the_demo_has_no_dead_link() {
        assert_eq!(demo_runbooks().dead_links().collect::<Vec<_>>(), []);
    }

    #[test]
    fn a_target_is_found_as_a_whole() {
        let text = "[#b](#bc) é [x](#b)";
        assert_eq!(written(text, 0, "#b"), Some(17..19));
        assert_eq!(written(text, 18, "#b"), None);
        assert_eq!(written(text, 99, "#b"), None);
    }
}
