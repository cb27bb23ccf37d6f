//! The summary of one SLO: what is promised, what is left, how long it lasts and what that permits.

use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Widget;

use super::objectives::{budget_role, gauge};
use super::prose::{Piece, Prose, glued, piece};
use super::when::{ahead, moment, seconds, seen_at, unix_moment};
use super::{Height, Panel, Pen, data_state, subject};
use crate::domain::quantity::{count, percent, percent_figure};
use crate::domain::slo::policy::Stance;
use crate::domain::slo::status::{Data, SloStatus};
use crate::domain::slo::window::Window;
use crate::state::{Model, PanelId, Screen};
use crate::theme::Role;
use crate::widget::text::{put_line, width};

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
        let title = slo.id().to_owned();
        let note = promise(slo, pen.area.width.saturating_sub(width(&title) as u16 + 8));
        pen.section(&title, Line::from(note));
        draw_gauge(pen, slo);
        facts(pen.model, slo, pen.area.width).show(pen, self.id());
    }
}

fn draw_none(pen: &mut Pen<'_>) {
    pen.section("summary", Line::default());
    let text = match pen.model.view.slo.as_deref().filter(|_| pen.model.view.screen == Screen::Slo) {
        Some(id) => format!("{id}: nothing is known of it yet"),
        None => "no SLO is selected".to_owned(),
    };
    let line = Line::from(pen.span(Role::Muted, text));
    pen.line(&line);
}

/// `99.9 % of events are good · 30 days rolling · occurrences · main`, as much of it as fits.
fn promise(slo: &SloStatus, room: u16) -> String {
    let objective = &slo.objective;
    let what = format!("{} of {}", spaced(&objective.target.to_string()), objective.sli.promise());
    let span = format!("{} rolling", days(objective.window));
    let method = objective.method.word().to_owned();
    let parts = [what, span, objective.source.clone(), method];
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

/// What is left, in three currencies.
fn figures(slo: &SloStatus) -> Vec<Piece> {
    let role = budget_role(slo);
    let (Some(share), Some(budget)) = (slo.remaining(), slo.budget) else {
        return vec![piece(Role::Unknown, "? budget not known")];
    };
    let mut pieces = vec![piece(role, percent(share))];
    let over = share < 0.0;
    pieces.push(piece(Role::Muted, if over { " overspent: " } else { " left: " }));
    if let Some(minutes) = budget.minutes_left {
        pieces.push(piece(Role::Bright, format!("{:.1}", minutes.abs())));
        let link = if over { "over" } else { "of" };
        pieces.push(piece(Role::Muted, format!(" {link} {:.1} min · ", budget.minutes)));
        pieces.push(piece(Role::Bright, count(budget.remaining_bad.abs())));
        pieces.push(piece(Role::Muted, format!(" {link} {} events", count(budget.allowed_bad))));
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

/// Everything below the gauge, most urgent first.
fn facts(model: &Model, slo: &SloStatus, columns: u16) -> Prose {
    let mut prose = Prose::new(columns);
    if slo.data != Data::Ok {
        prose.flow(2, &data(model, slo));
    }
    for line in [outlook(model, slo), policy(model, slo), sla(slo)] {
        if !line.is_empty() {
            prose.flow(2, &line);
        }
    }
    for warning in &slo.warnings {
        prose.tagged((Role::Muted, "◆"), 2, &[piece(Role::Muted, warning.as_str())]);
    }
    prose
}

fn data(model: &Model, slo: &SloStatus) -> Vec<Piece> {
    let (words, meaning) = data_state::of(model, slo);
    let mut pieces = vec![piece(words.role, format!("{} {}", words.symbol, words.word))];
    pieces.push(piece(Role::Text, format!(": {meaning}")));
    if let Some(at) = slo.as_of.filter(|_| slo.data != Data::LowTraffic) {
        let now = seen_at(model);
        let age = seconds((now.timestamp() - at).max(0));
        let text = format!("{} ({age} ago)", unix_moment(at, now));
        pieces.extend([piece(Role::Muted, " · figures are of "), piece(Role::Text, glued(&text))]);
    }
    pieces
}

/// When it is empty, and what comes back.
fn outlook(model: &Model, slo: &SloStatus) -> Vec<Piece> {
    let now = seen_at(model);
    let mut pieces = empties(slo);
    if let Some(refill) = slo.forecast.refill {
        if !pieces.is_empty() {
            pieces.push(piece(Role::Muted, " · "));
        }
        pieces.push(piece(Role::Bright, glued(&format!("+{}", percent(refill.share)))));
        pieces.push(piece(Role::Muted, " back by "));
        pieces.push(piece(Role::Text, glued(&ahead(refill.at, now))));
        pieces.push(piece(Role::Muted, " as old errors leave"));
    }
    pieces
}

/// The window whose rate the forecast goes on with.
pub(super) fn recent(slo: &SloStatus) -> Window {
    slo.firing().map_or(Window::hours(6), |tier| tier.tier.long)
}

fn empties(slo: &SloStatus) -> Vec<Piece> {
    let Some(left) = slo.remaining() else { return Vec::new() };
    let rate = format!(" at the {} rate", recent(slo));
    if left <= 0.0 {
        return vec![piece(Role::Exhausted, "spent"), piece(Role::Muted, ": nothing is left to spend")];
    }
    match (slo.forecast.rolling, slo.forecast.naive) {
        (Some(left), naive) => {
            let mut pieces = vec![
                piece(Role::Text, "empty in "),
                piece(budget_role(slo), glued(&seconds(left))),
                piece(Role::Muted, rate),
            ];
            if let Some(naive) = naive.filter(|naive| left - naive > left / 20) {
                let text = format!(", {} if nothing left the window", seconds(naive));
                pieces.push(piece(Role::Muted, text));
            }
            pieces
        }
        (None, Some(naive)) => vec![
            piece(Role::Text, "never empty"),
            piece(Role::Muted, rate),
            piece(Role::Muted, format!(", or in {} if nothing left the window", seconds(naive))),
        ],
        (None, None) if slo.data.speaks() => {
            vec![piece(Role::Text, "never empty"), piece(Role::Muted, format!("{rate}: no errors"))]
        }
        (None, None) => Vec::new(),
    }
}

fn policy(model: &Model, slo: &SloStatus) -> Vec<Piece> {
    let mut pieces = vec![piece(Role::Muted, format!("policy {}: ", slo.objective.policy.name))];
    let Some(step) = &slo.step else {
        pieces.extend([piece(Role::Unknown, "unknown"), piece(Role::Muted, ", as the budget is not known")]);
        return pieces;
    };
    let (role, word) = match step.stance {
        Stance::Freeze => (budget_role(slo), step.word.to_uppercase()),
        Stance::Caution => (Role::Warn, step.word.clone()),
        Stance::Ship => (Role::Ok, step.word.clone()),
    };
    pieces.push(piece(role, word));
    let taken = model.log.policy.get(slo.id()).filter(|change| change.to == step.word);
    if let Some(change) = taken {
        let since = glued(&moment(change.at, seen_at(model)));
        pieces.extend([piece(Role::Muted, " since "), piece(Role::Text, since)]);
    }
    if !step.actions.is_empty() {
        pieces.push(piece(Role::Muted, format!(" · {}", step.actions.join(", "))));
    }
    pieces
}

fn sla(slo: &SloStatus) -> Vec<Piece> {
    let mut pieces = Vec::new();
    if let Some(sla) = slo.sla {
        pieces.push(piece(Role::Muted, format!("SLA {} ", glued(&spaced(&sla.target.to_string())))));
        pieces.push(match sla.met {
            Some(true) => piece(Role::Ok, "held"),
            Some(false) => piece(Role::Exhausted, "BROKEN"),
            None => piece(Role::Unknown, "not known"),
        });
        let points = percent_points(sla.buffer_points);
        let buffer = format!("{points} points, {:.1} min", sla.buffer_minutes);
        pieces.push(piece(Role::Muted, format!(" · buffer {}", glued(&buffer))));
    }
    if let Some(cost) = slo.budget.and_then(|budget| budget.cost_of_one()) {
        let gap = if pieces.is_empty() { "" } else { " · " };
        pieces.push(piece(Role::Muted, format!("{gap}1 error = {}", glued(&small_percent(cost)))));
    }
    pieces
}

/// A difference of two targets in percentage points, with the digits that matter.
fn percent_points(points: f64) -> String {
    let text = format!("{:.4}", points * 100.0);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// `0.0008 %`: one figure that is not zero, however small.
fn small_percent(share: f64) -> String {
    let value = share * 100.0;
    if value >= 1.0 || value <= 0.0 {
        return format!("{} %", percent_figure(share));
    }
    let digits = (-value.log10().floor()).clamp(1.0, 12.0) as usize;
    format!("{value:.digits$} %")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_shares_keep_a_figure() {
        assert_eq!(small_percent(1.0 / 129_600.0), "0.0008 %");
        assert_eq!(small_percent(0.25), "25 %");
        assert_eq!(small_percent(0.003), "0.3 %");
        assert_eq!([percent_points(0.004), percent_points(0.0)], ["0.4", "0"]);
    }

    #[test]
    fn windows_of_whole_days_are_said_in_days() {
        assert_eq!([days(Window::days(30)), days(Window::hours(36))], ["30 days", "1d12h"]);
    }
}
