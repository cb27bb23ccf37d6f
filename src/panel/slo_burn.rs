//! The burn in seven windows side by side: figure, and how it came to it, against the window's own tier.

use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use super::{Height, Panel, Pen, subject};
use crate::domain::quantity::burn;
use crate::domain::slo::history::burn_rates;
use crate::domain::slo::status::SloStatus;
use crate::domain::slo::tier::{Severity, Tier};
use crate::domain::slo::window::Window;
use crate::state::{Model, PanelId};
use crate::theme::{Depth, Role};
use crate::widget::text::{put, put_line, width};
use crate::widget::{Align, Sparkline, Worst, columns};

pub(super) struct SloBurn;

/// The narrowest cell that holds a window's name and a figure of three digits.
const CELL: u16 = 9;
const GAP: u16 = 2;

impl Panel for SloBurn {
    fn id(&self) -> PanelId {
        PanelId::SloBurn
    }

    fn title(&self) -> &'static str {
        "burn"
    }

    fn height(&self, model: &Model, columns: u16) -> Height {
        match subject::slo(model) {
            None => Height::fixed(2),
            Some(slo) if side_by_side(slo, columns) => Height { min: 2, ideal: 4, most: 5 },
            Some(slo) => {
                let rows = slo.burns.len().max(1).div_ceil(usize::from(across(columns))) as u16 + 1;
                Height { min: 2, ideal: rows, most: rows }
            }
        }
    }

    fn draw(&self, pen: &mut Pen<'_>) {
        let slo = subject::slo(pen.model).cloned();
        let room = pen.area.width.saturating_sub(14);
        let note = slo.as_ref().map_or_else(String::new, |slo| note(slo, room));
        pen.section(self.title(), Line::from(note));
        let Some(slo) = slo else {
            let line = Line::from(pen.span(Role::Muted, "no SLO is selected"));
            return pen.line(&line);
        };
        if side_by_side(&slo, pen.area.width) {
            draw_cells(pen, &slo);
        } else {
            draw_compact(pen, &slo);
        }
    }
}

fn side_by_side(slo: &SloStatus, columns: u16) -> bool {
    let cells = slo.burns.len().max(1) as u16;
    columns.saturating_sub(2) + GAP >= cells * (CELL + GAP)
}

/// `page 14.4× in 1h & 5m, 6× in 6h & 30m · ticket …`, or the factors alone where that does not fit.
fn note(slo: &SloStatus, room: u16) -> String {
    let long = tiers(slo, |tier| format!("{}× in {} & {}", factor(tier), tier.long, tier.short), ", ");
    if width(&long) <= usize::from(room) {
        return long;
    }
    tiers(slo, |tier| format!("{}× {}", factor(tier), tier.long), " ")
}

fn tiers(slo: &SloStatus, text: impl Fn(&Tier) -> String, between: &str) -> String {
    let of = |severity: Severity| {
        let found: Vec<_> =
            slo.objective.tiers.iter().filter(|tier| tier.severity == severity).map(&text).collect();
        (!found.is_empty()).then(|| format!("{} {}", severity.word(), found.join(between)))
    };
    [Severity::Page, Severity::Ticket].into_iter().filter_map(of).collect::<Vec<_>>().join(" · ")
}

/// `14.4`, `6`, `0.933`.
pub(super) fn factor(tier: &Tier) -> String {
    let text = format!("{:.3}", tier.factor);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// What passing the factor of the window's own tier means.
pub(super) fn role(slo: &SloStatus, window: Window) -> Role {
    let Some(rate) = slo.burn(window) else { return Role::Unknown };
    let passed = slo.objective.tier_of(window).filter(|tier| tier.comparison.holds(rate, tier.factor));
    match passed.map(|tier| tier.severity) {
        Some(Severity::Page) => Role::Page,
        Some(Severity::Ticket) => Role::Warn,
        None => Role::Text,
    }
}

fn figure(pen: &Pen<'_>, slo: &SloStatus, window: Window) -> Vec<Span<'static>> {
    let role = role(slo, window);
    let Some(rate) = slo.burn(window) else { return vec![pen.span(Role::Unknown, "?")] };
    let style = match role {
        Role::Text => pen.style(Role::Bright),
        _ => pen.style(role).add_modifier(Modifier::BOLD),
    };
    // Where there are no colours the mark says what they would.
    let plain = pen.theme.ascii() || pen.theme.depth() == Depth::None;
    let mark = match role {
        Role::Page if plain => "▲",
        Role::Warn if plain => "◆",
        _ => "×",
    };
    vec![Span::styled(burn(rate), style), pen.span(Role::Muted, mark)]
}

fn draw_cells(pen: &mut Pen<'_>, slo: &SloStatus) {
    let count = slo.burns.len().max(1) as u16;
    let room = pen.area.width.saturating_sub(2) + GAP;
    let step = room / count;
    for (place, (window, _)) in slo.burns.iter().enumerate() {
        let x = pen.area.x + 1 + place as u16 * step;
        let cell = Rect { x, width: step.saturating_sub(GAP), ..pen.area };
        draw_cell(pen, slo, *window, cell);
    }
}

fn draw_cell(pen: &mut Pen<'_>, slo: &SloStatus, window: Window, cell: Rect) {
    if cell.is_empty() {
        return;
    }
    let (muted, line) = (pen.style(Role::Muted), Line::from(figure(pen, slo, window)));
    put(pen.buf, (cell.x, cell.y), &window.to_string(), cell.width, muted);
    put_line(pen.buf, (cell.x, cell.y), &line, cell.width, Align::Right);
    let below = Rect { y: cell.y + 1, height: cell.height - 1, ..cell };
    let rows = below.height.min(3) - u16::from(below.height >= 3);
    draw_spark(pen, slo, window, Rect { height: rows, ..below });
    if below.height >= 3 {
        let words =
            slo.objective.tier_of(window).map(|tier| format!("{} {}×", tier.severity.word(), factor(tier)));
        put(pen.buf, (cell.x, below.y + rows), &words.unwrap_or_default(), cell.width, muted);
    }
}

fn draw_spark(pen: &mut Pen<'_>, slo: &SloStatus, window: Window, area: Rect) {
    let (Some(at), false) = (slo.as_of, area.is_empty()) else { return };
    let count = (pen.model.view.range_seconds() / 60).max(1) as usize;
    let series = burn_rates(slo.burning(), slo.objective.target, window, at, 60, count);
    let values = columns(&series.values, usize::from(area.width), Worst::Highest);
    let (limit, hot) = match slo.objective.tier_of(window) {
        Some(tier) if tier.severity == Severity::Page => (tier.factor, Role::Page),
        Some(tier) => (tier.factor, Role::Warn),
        None => (1.0, Role::Warn),
    };
    let most = values.iter().flatten().copied().filter(|rate| rate.is_finite()).fold(0.0, f64::max);
    Sparkline {
        values: &values,
        low: 0.0,
        high: most.clamp(1.5 * limit, 8.0 * limit),
        style: pen.theme.soft(Role::Ok, 0.6),
        threshold: Some((limit, pen.style(hot))),
        ascii: pen.theme.ascii(),
    }
    .render(area, pen.buf);
}

/// Columns of a figure that stands alone, with the blank after it.
const EACH: u16 = CELL + 4;

fn across(columns: u16) -> u16 {
    (columns.saturating_sub(1) / EACH).max(1)
}

/// Figures alone, in as many rows as they need.
fn draw_compact(pen: &mut Pen<'_>, slo: &SloStatus) {
    let across = across(pen.area.width);
    for (place, (window, _)) in slo.burns.iter().enumerate() {
        let (row, column) = (place as u16 / across, place as u16 % across);
        if row >= pen.area.height {
            break;
        }
        let (x, y) = (pen.area.x + 1 + column * EACH, pen.area.y + row);
        let room = pen.area.right().saturating_sub(x).min(EACH - GAP);
        let (muted, line) = (pen.style(Role::Muted), Line::from(figure(pen, slo, *window)));
        put(pen.buf, (x, y), &window.to_string(), room, muted);
        put_line(pen.buf, (x, y), &line, room, Align::Right);
    }
}
