//! Links of a page: mark the next one, follow the marked one.

use super::{Sheet, found, go_to_line, runbooks, sheet};
use crate::domain::runbook::lay::{Laid, Tone};
use crate::domain::runbook::library::{Follow, Place};
use crate::state::{Model, Screen};

/// The first line that shows link `number`, which counts from 1.
pub(super) fn line(laid: &Laid, number: usize) -> Option<usize> {
    let shows = |tone: Tone| tone == Tone::Link(number);
    laid.lines.iter().position(|line| line.spans.iter().any(|span| shows(span.tone)))
}

/// Marks the next or previous link that is shown; the first time the next one from the top of what is read.
pub(super) fn step(model: &mut Model, width: u16, forward: bool) {
    let Some(sheet) = sheet(model, width) else { return };
    let shown: Vec<usize> =
        (0..sheet.laid.links.len()).filter(|link| line(&sheet.laid, link + 1).is_some()).collect();
    let next = next(&sheet, &shown, forward);
    if next.is_none() {
        model.notice("runbook", "this page has no links");
    }
    if let Some(page) = &mut model.view.page {
        page.link = next;
    }
}

fn next(sheet: &Sheet<'_>, shown: &[usize], forward: bool) -> Option<usize> {
    let count = shown.len();
    let at = sheet.open.link.and_then(|link| shown.iter().position(|other| *other == link));
    let top = sheet.chosen();
    let below = || shown.iter().position(|link| line(&sheet.laid, link + 1).is_some_and(|at| at >= top));
    let to = match (at, forward) {
        (Some(at), true) => (at + 1) % count,
        (Some(at), false) => (at + count - 1) % count,
        (None, true) => below().unwrap_or(0),
        (None, false) => below().unwrap_or(count).checked_sub(1).unwrap_or(count.saturating_sub(1)),
    };
    shown.get(to).copied()
}

/// Follows the marked link inside its collection; without one, goes on to the next match of the search.
pub(super) fn follow(model: &mut Model, width: u16) {
    let Some(sheet) = sheet(model, width) else { return };
    let Some(target) = sheet.open.link.and_then(|link| sheet.laid.links.get(link)) else {
        return next_match(model, width);
    };
    let from = sheet.number;
    let led = model.runbooks.follow(from, target);
    let said = match led {
        Follow::Page(place) => return go(model, from, place),
        Follow::DeadAnchor { page, anchor } => {
            go(model, from, Place { page, block: None });
            format!("the page has no section #{anchor}; this is its top")
        }
        Follow::Outside(address) => format!("not reachable from here: {address}"),
        Follow::NotAPage(path) => format!("{path} is not a page of this collection"),
        Follow::Missing(path) => format!("{path} is not in this runbook folder"),
    };
    model.notice("runbook", said);
}

fn go(model: &mut Model, from: usize, place: Place) {
    model.notice("runbook", "");
    let linked = model.runbooks.pages.get(from).map(|entry| format!("linked from {}", entry.page.path));
    runbooks::open(model, place, linked);
}

fn next_match(model: &mut Model, width: u16) {
    let query = model.view.filters.get(Screen::Page.name());
    if query.is_none_or(String::is_empty) {
        model.notice("runbook", "no link is marked: Tab marks the next one");
        return;
    }
    let Some(sheet) = sheet(model, width) else { return };
    let here = sheet.chosen();
    let lines: Vec<usize> = found::matches(&sheet.laid, query).iter().map(found::Match::line).collect();
    let next = lines.iter().copied().find(|line| *line > here).or_else(|| lines.first().copied());
    if let Some(line) = next {
        go_to_line(model, line);
    }
}
