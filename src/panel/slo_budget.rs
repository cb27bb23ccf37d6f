//! The budget's burn-down: what was left over the window, where it is going, and the incidents that spent it.

mod axis;
mod curve;
mod moments;

use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::Widget;

use super::objectives::budget_role;
use super::slo_summary::{days, stretch};
use super::when::{day, seconds};
use super::{Height, Panel, Pen, subject};
use crate::domain::slo::status::SloStatus;
use crate::state::{Model, PanelId, Screen};
use crate::theme::Role;
use crate::widget::{Chart, Dash, Series, Sparkline};
use axis::Axis;
use curve::Curves;

pub(super) struct SloBudget;

/// Below this a chart is only a curve in a row.
const CHART_ROWS: u16 = 4;
const CHART_COLUMNS: u16 = 30;
/// On a screen with fewer rows, what-if is told by its figures alone.
const TALL: u16 = 38;

impl Panel for SloBudget {
    fn id(&self) -> PanelId {
        PanelId::SloBudget
    }

    fn title(&self) -> &'static str {
        "budget"
    }

    fn height(&self, model: &Model, _width: u16) -> Height {
        let hidden = model.view.screen == Screen::WhatIf && model.size.1 < TALL;
        match shown(model) {
            _ if hidden => Height::fixed(0),
            Some(slo) if speaks(slo) => Height { min: 6, ideal: 12, most: 26 },
            _ => Height::fixed(2),
        }
    }

    fn draw(&self, pen: &mut Pen<'_>) {
        let slo = shown(pen.model).cloned();
        let title = match (&slo, pen.model.view.screen) {
            (_, Screen::WhatIf) => "budget, what if".to_owned(),
            (Some(slo), screen) if screen != Screen::Slo => format!("budget of {}", slo.id()),
            _ => self.title().to_owned(),
        };
        let note = slo.as_ref().map_or_else(String::new, |slo| note(slo, pen.theme.ascii()));
        pen.section(&title, Line::from(note));
        let Some(slo) = slo else {
            let line = Line::from(pen.span(Role::Muted, "no SLO is selected"));
            return pen.line(&line);
        };
        match slo.as_of.filter(|_| speaks(&slo)) {
            Some(at) => draw_curves(pen, &slo, at),
            None => draw_silent(pen, &slo),
        }
    }
}

/// The SLO in view; on the screen of what-if as it would be.
fn shown(model: &Model) -> Option<&SloStatus> {
    match &model.trial {
        Some(trial) if model.view.screen == Screen::WhatIf => Some(&trial.then.status),
        _ => subject::slo(model).map(AsRef::as_ref),
    }
}

/// Whether enough of a window is known for a curve.
fn speaks(slo: &SloStatus) -> bool {
    slo.remaining().is_some() && slo.reading.is_some_and(|reading| reading.coverage() >= 0.5)
}

fn note(slo: &SloStatus, ascii: bool) -> String {
    let span = stretch(&slo.objective, slo.as_of.unwrap_or_default());
    match (slo.objective.calendar.is_some(), ascii) {
        (false, true) => format!("{span} | ideal -- forecast .. roll-off -- incidents v"),
        (false, false) => format!("{span} · ideal ┄ · forecast ⠂⠂ · with roll-off ╌ · incidents ▼"),
        (true, true) => format!("{span} | ideal -- forecast .. incidents v"),
        (true, false) => format!("{span} · ideal ┄ · forecast ⠂⠂ · incidents ▼"),
    }
}

fn draw_silent(pen: &mut Pen<'_>, slo: &SloStatus) {
    let text = match slo.reading.filter(|reading| reading.known > 0.0) {
        Some(reading) => format!(
            "the curve begins when half of {} is known; so far {} are",
            days(reading.window),
            seconds(reading.known as i64)
        ),
        None => format!("no curve: {}", super::data_state::of(pen.model, slo).1),
    };
    let line = Line::from(pen.span(Role::Muted, text));
    pen.line(&line);
}

fn draw_curves(pen: &mut Pen<'_>, slo: &SloStatus, at: i64) {
    let area = ratatui::layout::Rect {
        x: pen.area.x + 1.min(pen.area.width),
        width: pen.area.width.saturating_sub(2),
        ..pen.area
    };
    if area.is_empty() {
        return;
    }
    if area.height < CHART_ROWS || area.width < CHART_COLUMNS {
        let values = curve::history(slo, slo.objective.span(at).from, at, usize::from(area.width));
        let low = values.iter().flatten().copied().fold(0.0, f64::min);
        let line = Sparkline {
            values: &values,
            low,
            high: 1.0,
            style: pen.theme.soft(budget_role(slo), 0.6),
            ascii: pen.theme.ascii(),
            ..Sparkline::default()
        };
        return line.render(area, pen.buf);
    }
    let dots = usize::from(area.width) * 2;
    let axis = match slo.objective.calendar {
        None => Axis::new(at, slo.objective.window, dots),
        Some(_) => Axis::of_period(at, slo.objective.span(at), dots),
    };
    let curves = Curves::of(slo, &axis);
    chart(pen, slo, &axis, &curves, area);
}

fn chart(pen: &mut Pen<'_>, slo: &SloStatus, axis: &Axis, curves: &Curves, area: ratatui::layout::Rect) {
    let role = budget_role(slo);
    let fill = pen.theme.fade(role, area.height);
    let line = |values, style: Style, dash| Series { values, style, dash, ..Series::default() };
    let series = [
        line(&curves.ideal, pen.theme.soft(Role::Muted, 0.75), Dash::Dashed),
        line(&curves.rolling, pen.style(Role::Mark), Dash::Dashed),
        line(&curves.naive, pen.style(Role::Page), Dash::Dotted),
        Series { values: &curves.history, style: pen.style(role), fill: &fill, ..Series::default() },
    ];
    let labels = moments::labels(pen.model, slo, axis);
    let markers = moments::markers(pen, axis, &labels);
    let quarters = if slo.objective.calendar.is_some() { axis.to } else { axis.now } - axis.from;
    let x_labels = axis
        .labels(quarters, |at| slo.objective.calendar.map_or_else(|| day(at), |calendar| calendar.day(at)));
    let low = curves.low();
    Chart {
        series: &series,
        low,
        high: 1.0,
        threshold: (low < 0.0).then(|| (0.0, pen.theme.soft(Role::Exhausted, 0.8))),
        markers: &markers,
        y_labels: &axis::percents(low),
        x_labels: &x_labels,
        label_style: pen.style(Role::Muted),
        ascii: pen.theme.ascii(),
    }
    .render(area, pen.buf);
}
