//! What is, and what would be: both sides of what-if, figure by figure.

use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Widget;

use super::objectives::{budget_role, gauge};
use super::prose::{Piece, Prose, piece};
use super::{Height, Panel, Pen, slo_burn};
use crate::domain::slo::ledger::MIDDLE_SPAN;
use crate::domain::slo::policy::Stance;
use crate::domain::slo::span::Span;
use crate::domain::slo::status::SloStatus;
use crate::domain::slo::tier::Severity;
use crate::domain::slo::whatif::{Column, Figure, compare, limits};
use crate::state::{Model, PanelId, Trial};
use crate::theme::Role;
use crate::widget::text::pack;
use crate::widget::{Align, fit};

pub(super) struct Comparison;

const LABEL: usize = 11;
const GAP: usize = 2;
/// Wider sides are hard to compare.
const WIDEST: usize = 90;
/// Columns of the share before its gauge, and the least that a gauge takes.
const SHARE: u16 = 8;
const GAUGE: u16 = 5;
/// Columns from which on a side has a strip of the last three days.
const STRIP: usize = 24;

impl Panel for Comparison {
    fn id(&self) -> PanelId {
        PanelId::Comparison
    }

    fn title(&self) -> &'static str {
        "comparison"
    }

    fn height(&self, model: &Model, columns: u16) -> Height {
        let Some(trial) = &model.trial else { return Height::fixed(2) };
        page(trial, columns).height()
    }

    fn draw(&self, pen: &mut Pen<'_>) {
        let Some(trial) = pen.model.trial.clone() else {
            pen.section(self.title(), Line::default());
            let line = Line::from(pen.span(Role::Muted, "nothing to compare"));
            return pen.line(&line);
        };
        let page = page(&trial, pen.area.width);
        let note = if trial.now == trial.then { "turn a knob with ← →" } else { "" };
        let below = Rect { y: pen.area.y + 1, height: pen.area.height.saturating_sub(1), ..pen.area };
        page.page(pen, self.id(), self.title(), note.to_owned());
        draw_gauges(pen, &trial, &page, below);
    }
}

/// Columns of one side.
fn side(columns: usize) -> usize {
    (columns.saturating_sub(LABEL + GAP) / 2).clamp(1, WIDEST)
}

fn page(trial: &Trial, columns: u16) -> Prose {
    let mut page = Prose::new(columns);
    row(&mut page, "", (Role::Muted, "now"), (Role::Muted, "what if"));
    // The knobs stand above.
    for line in compare(&trial.now, &trial.then).iter().filter(|line| !matches!(line.figure, Figure::Knob(_)))
    {
        let now = role(line.figure, &trial.now.status);
        let then = match role(line.figure, &trial.then.status) {
            Role::Text if line.now == line.then => Role::Muted,
            Role::Text => Role::Bright,
            role => role,
        };
        row(&mut page, &line.figure.label(), (now, &line.now), (then, &line.then));
        if line.figure == Figure::Recent {
            strips(&mut page, trial);
        }
    }
    page.blank();
    for limit in limits(&trial.now, &trial.then) {
        page.tagged((Role::Muted, "◆"), 2, &[piece(Role::Muted, limit)]);
    }
    page
}

/// Both sides beside a label, over as many lines as the longer one takes.
fn row(page: &mut Prose, label: &str, now: (Role, &str), then: (Role, &str)) {
    let side = side(page.width);
    let (left, right) = (pack(now.1, side), pack(then.1, side));
    let mut label = label.to_owned();
    for line in 0..left.len().max(right.len()).max(1) {
        let cell = |lines: &[String]| lines.get(line).cloned().unwrap_or_default();
        let padded = |text: &str, width: usize| fit(text, width, Align::Left);
        let mut pieces: Vec<Piece> = vec![
            piece(Role::Muted, padded(&label, LABEL)),
            piece(now.0, padded(&cell(&left), side)),
            piece(Role::Text, " ".repeat(GAP)),
        ];
        pieces.push(piece(then.0, cell(&right)));
        page.lines.push(pieces);
        label.clear();
    }
}

/// When pages were firing in the last three days, up to now.
fn strips(page: &mut Prose, trial: &Trial) {
    let side = side(page.width);
    if side < STRIP {
        return;
    }
    let mut pieces = vec![piece(Role::Text, " ".repeat(LABEL))];
    pieces.extend(strip(&trial.now, side - GAP));
    pieces.push(piece(Role::Text, " ".repeat(2 * GAP)));
    pieces.extend(strip(&trial.then, side - GAP));
    page.lines.push(pieces);
}

/// A cell is high when a page fired at some time of it.
fn strip(column: &Column, cells: usize) -> Vec<Piece> {
    let Some(at) = column.status.as_of else { return vec![piece(Role::Unknown, "┄".repeat(cells))] };
    let edge = |cell: usize| at - MIDDLE_SPAN + MIDDLE_SPAN * cell as i64 / cells as i64;
    let fired = |cell: usize| {
        let within = |span: &Span| span.from <= edge(cell + 1) && span.to > edge(cell);
        column.recent.iter().any(within)
    };
    let cells: Vec<bool> = (0..cells).map(fired).collect();
    let part = |same: &[bool]| match same.first() {
        Some(true) => piece(Role::Page, "▄".repeat(same.len())),
        _ => piece(Role::Track, "▁".repeat(same.len())),
    };
    cells.chunk_by(|a, b| a == b).map(part).collect()
}

/// What a figure means on its side.
fn role(figure: Figure, status: &SloStatus) -> Role {
    match figure {
        Figure::Remaining => budget_role(status),
        Figure::Policy => match status.stance() {
            None => Role::Unknown,
            Some(Stance::Ship) => Role::Ok,
            Some(Stance::Caution) => Role::Warn,
            Some(Stance::Freeze) => budget_role(status),
        },
        Figure::Firing => match status.firing().map(|tier| tier.tier.severity) {
            Some(Severity::Page) => Role::Page,
            Some(Severity::Ticket) => Role::Warn,
            None => Role::Text,
        },
        Figure::Burn(window) => slo_burn::role(status, window),
        _ => Role::Text,
    }
}

/// Gauges beside the remaining shares, which stand in the line below the head.
fn draw_gauges(pen: &mut Pen<'_>, trial: &Trial, page: &Prose, below: Rect) {
    let first = page.offset(pen.model, PanelId::Comparison, below.height);
    let side = side(page.width) as u16;
    let row = 1_usize.checked_sub(first).map(|row| below.y + row as u16);
    let Some(y) = row.filter(|y| *y < below.bottom() && side >= SHARE + GAUGE) else { return };
    for (number, status) in [&trial.now.status, &trial.then.status].into_iter().enumerate() {
        let x = below.x + 1 + LABEL as u16 + number as u16 * (side + GAP as u16);
        let room = Rect { x: x + SHARE, y, width: side - SHARE, height: 1 };
        gauge(pen, status).render(room, pen.buf);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panel::people_scene::outage;
    use crate::state::Screen;

    #[test]
    fn a_strip_is_high_where_a_page_fired() {
        let model = outage(Screen::Overview, (80, 24));
        let status = SloStatus::clone(model.snapshot().slos().next().unwrap());
        let at = status.as_of.unwrap();
        let span = |from: i64, to: i64| Span { from: at - from, to: at - to };
        let day = 86_400;
        let recent = vec![span(2 * day - 60, day + 3600), span(600, 0)];
        let drawn: String =
            strip(&Column { status, recent, about: 2 }, 6).into_iter().map(|part| part.1).collect();
        assert_eq!(drawn, "▁▁▄▄▁▄");
    }
}
