//! What the runbook panels share: which page belongs to an SLO, which is listed, how one is opened.

pub(super) mod paint;

use std::collections::BTreeMap;

use crate::domain::runbook::library::{Entry, Place};
use crate::domain::runbook::resolve::{Query, Resolved, resolve};
use crate::domain::runbook::search::{Hit, search};
use crate::domain::slo::objective::Objective;
use crate::state::{Model, OpenPage, PanelId, Screen};

/// The runbook of an SLO's alerts.
pub fn of(model: &Model, objective: &Objective) -> Resolved {
    let alert = objective.alert_name();
    let labels = BTreeMap::from([
        ("service".to_owned(), objective.service.clone()),
        ("slo".to_owned(), objective.name.clone()),
    ]);
    let query = Query { annotation: objective.runbook.as_deref(), alert_name: &alert, labels: &labels };
    resolve(&model.runbooks, &BTreeMap::new(), &query)
}

/// The pages of the list, in its order: by path, or the best hits of its filter.
pub(super) fn listed(model: &Model) -> Vec<Hit> {
    search(&model.runbooks, filter(model))
}

/// The filter of the list, whichever screen is shown.
pub(super) fn filter(model: &Model) -> &str {
    model.view.filters.get(Screen::Runbooks.name()).map_or("", String::as_str)
}

/// The id of a page's row.
pub fn id(entry: &Entry) -> String {
    format!("{}/{}", entry.root, entry.page.path)
}

/// The hit on which the selection of the list stands.
pub(super) fn selected(model: &Model) -> Option<Hit> {
    let hits = listed(model);
    let ids: Vec<String> = hits.iter().filter_map(|hit| model.runbooks.pages.get(hit.page)).map(id).collect();
    let cursor = model.view.cursor(PanelId::RunbookList);
    let place = super::position(&ids, &cursor.id, cursor.index)?;
    hits.into_iter().nth(place)
}

/// Where a hit leads to: its section, or the top of its page.
pub(super) fn place(model: &Model, hit: &Hit) -> Place {
    let sections = model.runbooks.pages.get(hit.page).map(|entry| &entry.page.sections);
    let section = hit.section.and_then(|section| sections?.get(section));
    Place { page: hit.page, block: section.map(|section| section.block).filter(|block| *block > 0) }
}

/// Shows the page at `place`; `found` says why. `Esc` comes back to where the reader was.
pub fn open(model: &mut Model, place: Place, found: Option<String>) {
    let Some(entry) = model.runbooks.pages.get(place.page) else { return };
    let page = OpenPage {
        root: entry.root.clone(),
        path: entry.page.path.clone(),
        found,
        anchor: place.block,
        ..OpenPage::default()
    };
    let view = &mut model.view;
    view.filters.remove(Screen::Page.name());
    if view.screen == Screen::Page {
        view.pages.extend(view.page.take());
    } else {
        view.pages.clear();
        view.trail.push(view.screen);
    }
    view.page = Some(page);
    view.screen = Screen::Page;
    view.focus = PanelId::RunbookPage;
    view.zoomed = None;
    view.prompt = None;
}

/// How old a page's file is, in words; nothing for pages that the program brought along.
pub(super) fn age(model: &Model, entry: &Entry) -> Option<String> {
    let span = model.now - entry.modified?;
    let days = span.num_days();
    Some(match days {
        _ if span < chrono::TimeDelta::zero() => "new".to_owned(),
        0 => "today".to_owned(),
        1 => "1 day".to_owned(),
        2..=99 => format!("{days} days"),
        100..=699 => format!("{} months", days / 30),
        _ => format!("{} years", days / 365),
    })
}
