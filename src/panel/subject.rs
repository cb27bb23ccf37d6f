//! What the reader is looking at: the SLO, service or incident that other panels follow.

use std::sync::Arc;

use super::folding;
use crate::domain::incident::Incident;
use crate::domain::signal::ServiceSignals;
use crate::domain::slo::status::SloStatus;
use crate::state::{Model, PanelId, Screen};

/// The open SLO, or the selected one; of a group its worst child.
pub fn slo(model: &Model) -> Option<&Arc<SloStatus>> {
    if model.view.screen.is_of_slo() {
        return model.open_slo();
    }
    folding::selected(model).map(|row| row.slo)
}

/// The service whose signals are shown: the chosen one, else the one of the SLO in view, else the first.
pub fn service(model: &Model) -> Option<&Arc<ServiceSignals>> {
    let snapshot = model.snapshot();
    let chosen = model.view.service.as_deref().and_then(|name| snapshot.service(name));
    let followed = || slo(model).and_then(|slo| snapshot.service(&slo.objective.service));
    chosen.or_else(followed).or_else(|| snapshot.services().next())
}

/// The open incident, or the selected one, or the worst.
pub fn incident(model: &Model) -> Option<&Incident> {
    let chosen = model.view.incident.filter(|_| model.view.screen == Screen::Incident);
    let selected = || Incident::number_in(&model.view.cursor(PanelId::Incidents).id?);
    let number = chosen.or_else(selected);
    let worst = || model.log.open_incidents().first().copied();
    number.and_then(|number| model.log.incident(number)).or_else(worst)
}

/// The instant that the picture is of.
pub fn seen_at(model: &Model) -> chrono::DateTime<chrono::Utc> {
    super::when::seen_at(model)
}
