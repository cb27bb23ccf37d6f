//! From what is selected to its runbook, in one key.

use std::collections::BTreeMap;

use super::navigate::enter_from_here;
use crate::domain::runbook::library::{Library, Place};
use crate::domain::runbook::resolve::{Found, Match, Query, resolve};
use crate::domain::slo::status::SloStatus;
use crate::panel::subject;
use crate::state::{Cursor, Model, OpenPage, PanelId, Screen};

/// Opens the runbook of the SLO or incident in view; several hits become a list, none a notice.
pub(super) fn open(model: &mut Model) {
    let Some(slo) = wanted(model) else {
        model.notice("runbook", "nothing is selected that could have a runbook");
        return;
    };
    let alert = slo.objective.alert_name();
    let labels = labels(&slo);
    let query = Query { annotation: slo.objective.runbook.as_deref(), alert_name: &alert, labels: &labels };
    let resolved = resolve(&model.library, &BTreeMap::new(), &query);
    match resolved.found {
        Found::One(hit) => open_hit(model, &hit, slo.id()),
        Found::Several(hits) => offer(model, &hits, slo.id()),
        Found::None => {
            let text = match resolved.asked {
                Some(asked) => {
                    format!("no runbook for {}: `{asked}` is in none of the runbook folders", slo.id())
                }
                None => format!(
                    "no runbook for {}: set `runbook` in its [[slo]], or name a page {alert}.md",
                    slo.id()
                ),
            };
            model.notice("runbook", text);
        }
    }
}

/// The SLO in view; on incident screens the first SLO of the incident.
fn wanted(model: &Model) -> Option<std::sync::Arc<SloStatus>> {
    let of_incident = || {
        let incident = subject::incident(model)?;
        let of_service = || {
            model
                .snapshot()
                .worst_first()
                .into_iter()
                .find(|slo| incident.services.contains(&slo.objective.service))
        };
        incident.slos.iter().find_map(|id| model.snapshot().slo(id)).or_else(of_service)
    };
    let on_incident = matches!(model.view.screen, Screen::Incidents | Screen::Incident)
        || model.view.focus == PanelId::Incidents;
    let found = if on_incident { of_incident() } else { None };
    found.or_else(|| subject::slo(model)).cloned()
}

fn labels(slo: &SloStatus) -> BTreeMap<String, String> {
    BTreeMap::from([
        ("service".to_owned(), slo.objective.service.clone()),
        ("slo".to_owned(), slo.objective.name.clone()),
    ])
}

fn open_hit(model: &mut Model, hit: &Match, id: &str) {
    model.notice("runbook", "");
    let found = Some(format!("for {id}: {}", hit.why));
    show(model, hit.place, found);
}

/// Opens the page at `place`.
pub(super) fn show(model: &mut Model, place: Place, found: Option<String>) {
    let Some(page) = page_at(&model.library, place, found) else { return };
    if let Some(old) = model.view.page.take().filter(|_| model.view.screen == Screen::Page) {
        model.view.pages.push(old);
    } else {
        model.view.pages.clear();
    }
    model.view.page = Some(page);
    enter_from_here(model, Screen::Page);
}

fn page_at(library: &Library, place: Place, found: Option<String>) -> Option<OpenPage> {
    let entry = library.pages.get(place.page)?;
    let anchor = place.block;
    Some(OpenPage {
        root: entry.root.clone(),
        path: entry.page.path.clone(),
        found,
        anchor,
        ..OpenPage::default()
    })
}

/// Several pages fit equally well: the list shows them and the reader picks.
fn offer(model: &mut Model, hits: &[Match], id: &str) {
    let names: Vec<_> = hits
        .iter()
        .filter_map(|hit| model.library.pages.get(hit.place.page))
        .map(|entry| entry.page.path.clone())
        .collect();
    model.notice("runbook", format!("{} runbooks fit {id} equally well: {}", names.len(), names.join(", ")));
    enter_from_here(model, Screen::Runbooks);
    model.view.cursors.insert(PanelId::RunbookList, Cursor { id: names.first().cloned(), index: 0 });
}
