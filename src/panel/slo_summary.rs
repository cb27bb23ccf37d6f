//! The summary of one SLO: what is promised, what is left, how long it lasts and what that permits.

mod facts;

use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Widget;

use super::objectives::{budget_role, gauge};
use super::prose::{Piece, piece};
use super::{Height, Panel, Pen, subject};
use crate::domain::quantity::{count, percent};
use crate::domain::slo::objective::Objective;
use crate::domain::slo::sli::{Sli, Unit};
use crate::domain::slo::status::SloStatus;
use crate::domain::slo::window::Window;
use crate::state::{Model, PanelId};
use crate::theme::Role;
use crate::widget::text::{put_line, width};
use facts::facts;

pub(super) struct SloSummary;

/// A gauge that is narrower than this says nothing.
const GAUGE_MIN: u16 = 12;

impl Panel for SloSummary {
    fn id(&self) -> PanelId {
        PanelId::SloSummary
    }

    fn title(&self) -> &'static str {
        "summary"
    }

    fn height(&self, model: &Model, width: u16) -> Height {
        let Some(slo) = subject::slo(model) else { return Height::fixed(2) };
        let gauge_rows = if beside(slo, width) { 1 } else { 2 };
        let rows = 1 + gauge_rows + facts(model, slo, width).rows();
        Height { min: rows.min(5), ideal: rows, most: rows }
    }

    fn draw(&self, pen: &mut Pen<'_>) {
        let Some(slo) = subject::slo(pen.model) else { return draw_none(pen) };
        let title = slo.objective.title();
        let note = promise(slo, pen.area.width.saturating_sub(width(&title) as u16 + 8));
        pen.section(&title, Line::from(note));
        draw_gauge(pen, slo);
        facts(pen.model, slo, pen.area.width).show(pen, self.id());
    }
}

pub(super) fn draw_none(pen: &mut Pen<'_>) {
    pen.section("summary", Line::default());
    let text = match pen.model.view.slo.as_deref().filter(|_| pen.model.view.screen.is_of_slo()) {
        Some(id) => format!("{id}: nothing is known of it yet"),
        None => "no SLO is selected".to_owned(),
    };
    let line = Line::from(pen.span(Role::Muted, text));
    pen.line(&line);
}

/// `99.9 % of events are good · 30 days rolling · main · occurrences`, as much of it as fits.
pub(super) fn promise(slo: &SloStatus, room: u16) -> String {
    let objective = &slo.objective;
    let what = format!("{} of {}", spaced(&objective.target.to_string()), objective.promise());
    let (source, method) = match &objective.sli {
        Sli::Composite(composite) => (format!("{} members", composite.members.len()), composite.rule.word()),
        _ => (objective.source.clone(), objective.method.word()),
    };
    let parts = [what, span(objective), source, method.to_owned()];
    let fits = |kept: &usize| width(&parts[..*kept].join(" · ")) <= usize::from(room);
    let kept = (1..=parts.len()).rev().find(fits).unwrap_or(1);
    parts[..kept].join(" · ")
}

/// `99.9%` with the blank that belongs before the sign.
pub(super) fn spaced(target: &str) -> String {
    target.replace('%', " %")
}

/// `30 days` where the window is whole days.
pub(super) fn days(window: Window) -> String {
    match (window.as_seconds() / 86_400, window.as_seconds() % 86_400) {
        (1, 0) => "1 day".to_owned(),
        (days, 0) => format!("{days} days"),
        _ => window.to_string(),
    }
}

/// `30 days rolling`, `month (Europe/Berlin)`.
pub(super) fn span(objective: &Objective) -> String {
    match objective.calendar {
        None => format!("{} rolling", days(objective.window)),
        Some(calendar) => calendar.text(),
    }
}

/// The period in view, or the window where it rolls.
pub(super) fn stretch(objective: &Objective, at: i64) -> String {
    objective.period_name(at).unwrap_or_else(|| days(objective.window))
}

/// What is left, in three currencies; in two where the unit is time itself.
fn figures(slo: &SloStatus) -> Vec<Piece> {
    let role = budget_role(slo);
    let (Some(share), Some(budget)) = (slo.remaining(), slo.budget) else {
        return match slo.reading.filter(|_| slo.is_broken()) {
            Some(reading) => {
                let bad = format!("{} bad {}", count(reading.tally.bad), slo.objective.unit().word());
                vec![piece(role, bad), piece(Role::Muted, ", and none are allowed")]
            }
            None => vec![piece(Role::Unknown, "? budget not known")],
        };
    };
    let mut pieces = vec![piece(role, percent(share))];
    let over = share < 0.0;
    pieces.push(piece(Role::Muted, if over { " overspent: " } else { " left: " }));
    if let Some(minutes) = budget.minutes_left {
        pieces.push(piece(Role::Bright, format!("{:.1}", minutes.abs())));
        let link = if over { "over" } else { "of" };
        pieces.push(piece(Role::Muted, format!(" {link} {:.1} min", budget.minutes)));
        let unit = slo.objective.unit();
        if unit != Unit::Minutes {
            pieces.push(piece(Role::Muted, " · "));
            pieces.push(piece(Role::Bright, count(budget.remaining_bad.abs())));
            let all = format!(" {link} {} {}", count(budget.allowed_bad), unit.word());
            pieces.push(piece(Role::Muted, all));
        }
    }
    pieces
}

fn figures_width(slo: &SloStatus) -> u16 {
    figures(slo).iter().map(|part| width(&part.1)).sum::<usize>() as u16
}

/// Whether the figures stand beside the gauge.
fn beside(slo: &SloStatus, columns: u16) -> bool {
    columns >= figures_width(slo) + GAUGE_MIN + 4
}

fn draw_gauge(pen: &mut Pen<'_>, slo: &SloStatus) {
    if pen.area.is_empty() {
        return;
    }
    let spans: Vec<_> = figures(slo).into_iter().map(|(role, text)| pen.span(role, text)).collect();
    let line = Line::from(spans);
    let room = pen.area.width.saturating_sub(2);
    let bar = Rect { x: pen.area.x + 1, width: room, height: 1, ..pen.area };
    let gauge = gauge(pen, slo);
    if beside(slo, pen.area.width) {
        let text = figures_width(slo);
        gauge.render(Rect { width: room - text - 2, ..bar }, pen.buf);
        let at = (bar.right() - text, bar.y);
        put_line(pen.buf, at, &line, text, crate::widget::Align::Right);
        pen.skip(1);
    } else {
        // The figure outlives the bar when there is one row only.
        if pen.area.height > 1 {
            gauge.render(bar, pen.buf);
            pen.skip(1);
        }
        pen.line(&line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_of_whole_days_are_said_in_days() {
        assert_eq!([days(Window::days(30)), days(Window::hours(36))], ["30 days", "1d12h"]);
    }
}
