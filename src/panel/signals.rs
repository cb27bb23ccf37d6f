//! The four golden signals of one service: as charts, as rows, or the worst of them alone.

mod charts;
mod exemplars;
pub(super) mod lane;
mod moments;
mod rows;
mod scale;

use ratatui::text::Line;

pub(super) use rows::draw_curve as curve;

use super::when::seen_at;
use super::{Height, Panel, Pen, subject};
use crate::domain::quantity::duration;
use crate::domain::signal::{Lane, ServiceSignals};
use crate::state::{Model, PanelId, Screen};
use crate::theme::Role;

pub(super) struct Signals;

/// From this size on there are four charts.
const CHART_ROWS: u16 = 14;
const CHART_COLUMNS: u16 = 70;
/// From this height of the screen on, charts are worth asking for on the overview.
const ROOMY: u16 = 34;

impl Panel for Signals {
    fn id(&self) -> PanelId {
        PanelId::Signals
    }

    fn title(&self) -> &'static str {
        "signals"
    }

    fn height(&self, model: &Model, width: u16) -> Height {
        if subject::service(model).is_none() {
            return Height::fixed(2);
        }
        let charts =
            width >= CHART_COLUMNS && (model.size.1 >= ROOMY || model.view.screen == Screen::Signals);
        let (ideal, most) = match (charts, model.view.screen) {
            (true, Screen::Signals) => (16, u16::MAX),
            (true, _) => (16, 32),
            (false, _) => (5, 5),
        };
        Height { min: 2, ideal, most }
    }

    fn draw(&self, pen: &mut Pen<'_>) {
        let Some(service) = subject::service(pen.model).cloned() else {
            pen.section(self.title(), Line::default());
            let text =
                "no signals yet: a [[service]] with a preset shows latency, traffic, errors and saturation";
            let line = Line::from(pen.span(Role::Muted, text));
            return pen.line(&line);
        };
        let note = note(pen, &service);
        pen.section(&service.service, note);
        if pen.area.height + 1 >= CHART_ROWS && pen.area.width >= CHART_COLUMNS {
            charts::draw(pen, &service);
        } else if pen.area.height >= 3 {
            rows::draw(pen, &service, &Lane::ALL);
        } else {
            let lane = lane::worst(&service);
            rows::draw(pen, &service, &[lane]);
        }
    }
}

fn note(pen: &Pen<'_>, service: &ServiceSignals) -> Line<'static> {
    let now = seen_at(pen.model);
    let mut spans = Vec::new();
    let source = pen.model.snapshot().source(&service.source).filter(|source| !source.is_fresh(now));
    if let Some(source) = source {
        let age = source.feed.age(now).map_or_else(String::new, |age| format!(" {}", duration(age)));
        spans.push(pen.span(Role::Warn, format!("◌ STALE{age}")));
        spans.push(pen.span(Role::Muted, " · "));
    }
    spans.push(pen.span(Role::Muted, format!("last {} · vs last week", pen.model.view.range_name())));
    Line::from(spans)
}
