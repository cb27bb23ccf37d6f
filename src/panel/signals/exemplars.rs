//! Exemplars on the latency chart: requests whose traces can be opened, each at its time and duration.

use ratatui::layout::Rect;

use crate::domain::signal::{Lane, ServiceSignals};
use crate::domain::trace::Exemplar;
use crate::panel::Pen;
use crate::state::Screen;
use crate::theme::Role;

/// The exemplars that belong to this lane of the service, as far as they were told.
pub(super) fn shown(pen: &Pen<'_>, service: &ServiceSignals, lane: Lane) -> Vec<Exemplar> {
    let seen = pen.model.traces.exemplars.as_ref().filter(|seen| seen.service == service.service);
    let answer = seen.and_then(|seen| seen.answer.as_ref()).filter(|_| lane == Lane::Latency);
    answer.map_or_else(Vec::new, |answer| answer.slowest())
}

/// What the chart says of them, on the screen that asks for them; and what asking costs.
pub(super) fn note(pen: &Pen<'_>, service: &ServiceSignals, lane: Lane) -> Option<String> {
    let here = pen.model.view.screen == Screen::Signals && lane == Lane::Latency;
    let seen = pen.model.traces.exemplars.as_ref().filter(|seen| here && seen.service == service.service)?;
    let answer = seen.answer.as_ref()?;
    match (&answer.trouble, answer.slowest().len()) {
        (Some(_), _) => Some("exemplars: no answer".to_owned()),
        (None, 0) => None,
        (None, count) => Some(format!("◆ {count}: t · {}/min", answer.requests)),
    }
}

/// `span` is the time axis in Unix seconds; what is above the scale stands at its top.
pub(super) fn draw(pen: &mut Pen<'_>, plot: Rect, span: (i64, i64), high: f64, marks: &[Exemplar]) {
    let style = pen.style(Role::Mark);
    if plot.is_empty() || high <= 0.0 || span.1 <= span.0 {
        return;
    }
    for mark in marks {
        let along = (mark.at - span.0) as f64 / (span.1 - span.0) as f64;
        if !(0.0..=1.0).contains(&along) {
            continue;
        }
        let x = plot.x + ((along * f64::from(plot.width)) as u16).min(plot.width - 1);
        let up = (mark.value / high).clamp(0.0, 1.0);
        let y = plot.y + (((1.0 - up) * f64::from(plot.height)) as u16).min(plot.height - 1);
        if let Some(cell) = pen.buf.cell_mut((x, y)) {
            cell.set_char('◆').set_style(style);
        }
    }
}
