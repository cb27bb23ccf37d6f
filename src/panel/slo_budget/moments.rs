//! Incidents and now on the burn-down's time axis.

use ratatui::style::Style;

use super::axis::Axis;
use crate::domain::incident::Incident;
use crate::domain::quantity::percent_figure;
use crate::domain::slo::span::Span;
use crate::domain::slo::status::SloStatus;
use crate::domain::slo::window::Window;
use crate::panel::Pen;
use crate::state::Model;
use crate::theme::Role;
use crate::widget::Marker;
use crate::widget::chart::Shape;

/// A flag: where it stands, what it says, and in which role.
pub(super) struct Flag {
    at: f64,
    label: String,
    role: Role,
}

/// The incidents of this SLO, or of its service where they name no SLO, and the maintenance, oldest first.
pub(super) fn labels(model: &Model, slo: &SloStatus, axis: &Axis) -> Vec<Flag> {
    let mut flags: Vec<_> = model
        .log
        .incidents
        .values()
        .filter(|incident| incident.duplicate_of.is_none() && incident.concerns(&slo.objective))
        .filter_map(|incident| {
            let start = incident.clocks.start()?.timestamp();
            let at = axis.share(start);
            let shown = start <= axis.now && at >= 0.0;
            let role = if incident.is_open() { Role::Page } else { Role::Warn };
            shown.then(|| Flag { at, label: label(incident, slo, axis.now), role })
        })
        .collect();
    let windows = slo.corrections.iter().filter_map(|one| Some((one, one.spans.last()?)));
    flags.extend(windows.map(|(one, last)| (one, axis.share(last.from))).filter(|(_, at)| *at >= 0.0).map(
        |(one, at)| {
            let label = if one.excluded { "left out" } else { "maintenance" };
            Flag { at, label: label.to_owned(), role: Role::Mark }
        },
    ));
    flags.sort_by(|a, b| a.at.total_cmp(&b.at));
    flags
}

/// `INC-3 −16`: the share of today's budget that went while it lasted, where that is a whole per cent.
fn label(incident: &Incident, slo: &SloStatus, now: i64) -> String {
    match cost(incident, slo, now).filter(|cost| *cost >= 0.005) {
        Some(cost) => format!("{} −{}", incident.id(), percent_figure(cost)),
        None => incident.id(),
    }
}

fn cost(incident: &Incident, slo: &SloStatus, now: i64) -> Option<f64> {
    let start = incident.clocks.start()?;
    let from = start.timestamp();
    let end = if incident.is_open() {
        now
    } else {
        from + incident.age(chrono::DateTime::from_timestamp(now, 0)?).num_seconds()
    };
    let Span { from, to: end } = Span { from, to: end - end.rem_euclid(60) }.in_cells(now);
    let end = end.min(now);
    let spent = slo.ledger.read(end, Window::seconds(end - from).max(slo.ledger.base()))?.tally.bad;
    let allowed = slo.budget?.allowed_bad;
    (allowed > 0.0).then(|| spent / allowed)
}

pub(super) fn markers<'a>(pen: &Pen<'_>, axis: &Axis, flags: &'a [Flag]) -> Vec<Marker<'a>> {
    let flag = |flag: &'a Flag| Marker {
        at: flag.at,
        label: &flag.label,
        style: pen.style(flag.role),
        label_style: Style::new(),
        shape: Shape::Flag,
    };
    let now = Marker {
        at: axis.share(axis.now),
        label: "now",
        style: pen.style(Role::Faint),
        label_style: pen.style(Role::Bright),
        shape: Shape::Solid,
    };
    flags.iter().map(flag).chain([now]).collect()
}
