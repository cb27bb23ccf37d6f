//! What is, and what would be: both sides of what-if, figure by figure.

use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Widget;

use super::objectives::{budget_role, gauge};
use super::prose::{Piece, Prose, piece};
use super::{Height, Panel, Pen, knobs, slo_burn};
use crate::domain::slo::policy::Stance;
use crate::domain::slo::status::SloStatus;
use crate::domain::slo::tier::Severity;
use crate::domain::slo::whatif::{Figure, compare, limits};
use crate::state::{Action, Model, PanelId, Trial};
use crate::theme::Role;
use crate::widget::text::pack;
use crate::widget::{Align, fit};

pub(super) struct Comparison;

const LABEL: usize = 11;
const GAP: usize = 2;
/// Wider sides are hard to compare.
const WIDEST: usize = 50;
/// Columns of the share before its gauge, and the least that a gauge takes.
const SHARE: u16 = 8;
const GAUGE: u16 = 5;

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

    fn react(&self, model: &mut Model, action: Action) -> bool {
        knobs::turn(model, action)
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
