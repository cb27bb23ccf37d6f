//! From what is selected to its runbook, in one key.

use std::sync::Arc;

use super::enter::enter_from_here;
use crate::domain::runbook::resolve::{Found, Match};
use crate::domain::slo::status::SloStatus;
use crate::panel::{incidents, runbooks, subject};
use crate::state::{Cursor, Model, PanelId, Screen};

/// Opens the runbook of the SLO, alert or incident in view; several hits become a list, none a notice.
pub(super) fn open(model: &mut Model) {
    let Some(slo) = wanted(model) else {
        model.notice("runbook", "nothing is selected that could have a runbook");
        return;
    };
    let resolved = runbooks::of(model, &slo.objective);
    match resolved.found {
        Found::One(hit) => open_hit(model, &hit, slo.id()),
        Found::Several(hits) => offer(model, &hits, slo.id()),
        Found::None => {
            let text = match resolved.asked {
                Some(asked) => {
                    format!("no runbook for {}: `{asked}` is in none of the runbook folders", slo.id())
                }
                None => format!(
                    "no runbook for {}: set `runbook` in its [[slo]], or name a page {}.md",
                    slo.id(),
                    slo.objective.alert_name()
                ),
            };
            model.notice("runbook", text);
        }
    }
}

/// The SLO in view; of an alert its SLO, of an incident its first one.
pub(super) fn wanted(model: &Model) -> Option<Arc<SloStatus>> {
    let listed = model.view.screen == Screen::Incidents || model.view.focus == PanelId::Incidents;
    let of_alert = || model.snapshot().slo(&incidents::selected_slo(model)?);
    let found = match model.view.screen {
        Screen::Incident => of_incident(model),
        _ if listed => of_alert().or_else(|| of_incident(model)),
        _ => None,
    };
    found.or_else(|| subject::slo(model)).cloned()
}

fn of_incident(model: &Model) -> Option<&Arc<SloStatus>> {
    let incident = subject::incident(model)?;
    let named = incident.slos.iter().find_map(|id| model.snapshot().named(id));
    let ranked = || model.snapshot().worst_first().into_iter();
    named.or_else(|| ranked().find(|slo| incident.services.contains(&slo.objective.service)))
}

fn open_hit(model: &mut Model, hit: &Match, id: &str) {
    let dead =
        hit.dead_anchor.as_ref().map(|anchor| format!("{id} asks for #{anchor}, which its page has not"));
    model.notice("runbook", dead.unwrap_or_default());
    runbooks::open(model, hit.place, Some(format!("for {id}: {}", hit.why)));
}

/// Several pages fit equally well: the list shows them and the reader picks.
fn offer(model: &mut Model, hits: &[Match], id: &str) {
    let entries: Vec<_> = hits.iter().filter_map(|hit| model.runbooks.pages.get(hit.place.page)).collect();
    let names: Vec<_> = entries.iter().map(|entry| entry.page.path.as_str()).collect();
    let text = format!("{} runbooks fit {id} equally well: {}", names.len(), names.join(", "));
    let first = entries.first().map(|entry| runbooks::id(entry));
    model.notice("runbook", text);
    enter_from_here(model, Screen::Runbooks);
    model.view.set_filter(String::new());
    model.view.cursors.insert(PanelId::RunbookList, Cursor { id: first, index: 0 });
}
