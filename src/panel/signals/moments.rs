//! Moments of the service on the charts' time axis: changes and open incidents.

use ratatui::style::Style;

use crate::panel::Pen;
use crate::state::Model;
use crate::theme::Role;
use crate::widget::Marker;
use crate::widget::chart::Shape;

pub(super) struct Moment {
    at: f64,
    label: String,
    role: Role,
}

/// Changes of the service (or of none in particular) and open incidents that touch it, within `range` seconds up to `to`.
pub(super) fn moments(model: &Model, service: &str, to: i64, range: i64) -> Vec<Moment> {
    let share = |time: i64| (time - (to - range)) as f64 / range.max(1) as f64;
    let changes = model.log.changes.iter().filter(|change| match &change.service {
        Some(name) => name == service,
        None => true,
    });
    let changes = changes.map(|change| Moment {
        at: share(change.at.timestamp()),
        label: String::new(),
        role: Role::Mark,
    });
    let incidents = model.log.open_incidents().into_iter().filter(|incident| {
        let on_slo = |id: &String| id.split('/').next() == Some(service);
        incident.services.iter().any(|name| name == service) || incident.slos.iter().any(on_slo)
    });
    let incidents = incidents.filter_map(|incident| {
        let start = incident.clocks.start()?.timestamp();
        Some(Moment { at: share(start), label: incident.id(), role: Role::Page })
    });
    let mut found: Vec<_> =
        changes.chain(incidents).filter(|moment| (0.0..=1.0).contains(&moment.at)).collect();
    found.sort_by(|a, b| a.at.total_cmp(&b.at));
    found
}

/// `labelled` asks for the words below the plot, which take a row.
pub(super) fn markers<'a>(pen: &Pen<'_>, moments: &'a [Moment], labelled: bool) -> Vec<Marker<'a>> {
    let marker = |moment: &'a Moment| Marker {
        at: moment.at,
        label: if labelled { &moment.label } else { "" },
        style: pen.style(moment.role),
        label_style: Style::new(),
        shape: Shape::Dashed,
    };
    moments.iter().map(marker).collect()
}
