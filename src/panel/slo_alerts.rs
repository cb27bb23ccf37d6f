//! The alert tiers of one SLO: firing or not, since when, and how far from changing.

mod pager;

use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use super::slo_burn::factor;
use super::when::{seconds, seen_at, unix_moment};
use super::{Height, Panel, Pen, subject};
use crate::domain::quantity::burn;
use crate::domain::slo::alert::{State, TierStatus};
use crate::domain::slo::status::{Data, SloStatus};
use crate::domain::slo::tier::{Comparison, Severity};
use crate::domain::slo::window::Window;
use crate::state::{Model, PanelId};
use crate::theme::Role;
use crate::widget::{Align, Column, Gauge, decimal};

pub(super) struct SloAlerts;

const SEVERITY: usize = 0;
const FACTOR: usize = 1;
const WINDOWS: usize = 2;
const LONG: usize = 3;
const SHORT: usize = 4;
const NEAR: usize = 5;
const STATE: usize = 6;
const OUTLOOK: usize = 7;

/// From this width on the time of firing stands beside its age.
const ROOMY: u16 = 100;

impl Panel for SloAlerts {
    fn id(&self) -> PanelId {
        PanelId::SloAlerts
    }

    fn title(&self) -> &'static str {
        "alerts"
    }

    fn height(&self, model: &Model, _width: u16) -> Height {
        let Some(slo) = subject::slo(model) else { return Height::fixed(2) };
        let pager = slo.pager.as_ref().map_or(0, pager::rows);
        let rows = slo.objective.tiers.len().max(1) as u16 + 2 + pager;
        Height { min: rows.min(4), ideal: rows, most: rows }
    }

    fn draw(&self, pen: &mut Pen<'_>) {
        let slo = subject::slo(pen.model).cloned();
        let note = slo.as_ref().map_or_else(String::new, |slo| slo.objective.alerts.clone());
        pen.section(self.title(), Line::from(note));
        for line in slo.as_ref().map(|slo| pager::lines(pen, slo)).into_iter().flatten() {
            pen.line(&line);
        }
        let silent = match &slo {
            None => "no SLO is selected",
            Some(slo) if slo.objective.tiers.is_empty() => "no tiers: nothing alerts on this SLO",
            Some(slo) if slo.tiers.is_empty() => "the tiers cannot be judged: nothing was counted yet",
            Some(_) => "",
        };
        if let Some(slo) = slo.filter(|_| silent.is_empty()) {
            return draw_table(pen, &slo);
        }
        let line = Line::from(pen.span(Role::Muted, silent));
        pen.line(&line);
    }
}

fn columns(state: u16, outlook: u16) -> Vec<Column<'static>> {
    let column = |title, min, ideal, priority, align| Column { title, min, ideal, priority, align };
    vec![
        column("tier", 8, 8, 12, Align::Left),
        column("factor", 7, 8, 9, Align::Right),
        column("windows", 9, 9, 7, Align::Left),
        column("long", 6, 6, 6, Align::Right),
        column("short", 6, 6, 5, Align::Right),
        column("nearness", 8, 18, 3, Align::Left),
        column("state", state, state, 11, Align::Left),
        column("outlook", outlook, outlook, 8, Align::Left),
    ]
}

fn draw_table(pen: &mut Pen<'_>, slo: &SloStatus) {
    let figures = |of: &dyn Fn(&TierStatus) -> Option<f64>| {
        let texts: Vec<_> =
            slo.tiers.iter().map(|tier| of(tier).map_or_else(|| "?".to_owned(), burn)).collect();
        decimal(&texts)
    };
    let (long, short) = (figures(&|tier| tier.long_burn), figures(&|tier| tier.short_burn));
    let factors = factors(slo);
    let rows: Vec<Vec<Line<'_>>> = slo
        .tiers
        .iter()
        .enumerate()
        .map(|(place, tier)| {
            let mut cells = vec![Line::default(); OUTLOOK + 1];
            cells[SEVERITY] = severity(pen, tier);
            cells[FACTOR] = Line::from(vec![
                pen.span(Role::Muted, sign(tier)),
                pen.span(Role::Text, factors[place].clone()),
                pen.span(Role::Muted, "×"),
            ]);
            cells[WINDOWS] =
                Line::from(pen.span(Role::Muted, format!("{} & {}", tier.tier.long, tier.tier.short)));
            cells[LONG] = passed(pen, tier, tier.long_burn, &long[place]);
            cells[SHORT] = passed(pen, tier, tier.short_burn, &short[place]);
            cells[STATE] = state(pen, slo, tier);
            cells[OUTLOOK] = outlook(pen, slo, tier);
            cells
        })
        .collect();
    let wide = |column: usize, least: usize| {
        rows.iter().map(|row| row[column].width()).max().unwrap_or(0).clamp(least, 34) as u16
    };
    let columns = columns(wide(STATE, 9), wide(OUTLOOK, 7));
    let table = pen.table(&columns, &rows, None);
    table.render(pen.area, pen.buf);
    let layout = table.layout(pen.area);
    for (place, tier) in slo.tiers.iter().enumerate() {
        if let Some(cell) = layout.cell(place, NEAR) {
            draw_nearness(pen, tier, cell);
        }
    }
}

/// Factors with as many decimals as the one that needs most.
fn factors(slo: &SloStatus) -> Vec<String> {
    let places = |text: String| text.split_once('.').map_or(0, |(_, places)| places.len());
    let most = slo.tiers.iter().map(|tier| places(factor(&tier.tier))).max().unwrap_or(0);
    slo.tiers.iter().map(|tier| format!("{:.most$}", tier.tier.factor)).collect()
}

fn sign(tier: &TierStatus) -> &'static str {
    match tier.tier.comparison {
        Comparison::Above => "> ",
        Comparison::AtLeast => "≥ ",
    }
}

fn tier_role(tier: &TierStatus) -> Role {
    match tier.tier.severity {
        Severity::Page => Role::Page,
        Severity::Ticket => Role::Warn,
    }
}

fn severity(pen: &Pen<'_>, tier: &TierStatus) -> Line<'static> {
    let (symbol, role) = match tier.tier.severity {
        Severity::Page => ("▲ ", tier_role(tier)),
        Severity::Ticket => ("◆ ", tier_role(tier)),
    };
    let word = tier.tier.severity.word();
    if tier.firing {
        return Line::from(vec![
            pen.span(role, symbol),
            Span::styled(word, pen.style(role).add_modifier(Modifier::BOLD)),
        ]);
    }
    Line::from(vec![pen.span(Role::Muted, symbol), pen.span(Role::Text, word)])
}

/// A burn, in the tier's colour where it passes the factor.
fn passed(pen: &Pen<'_>, tier: &TierStatus, rate: Option<f64>, text: &str) -> Line<'static> {
    let role = match rate {
        None => Role::Unknown,
        Some(rate) if tier.tier.comparison.holds(rate, tier.tier.factor) => tier_role(tier),
        Some(_) => Role::Text,
    };
    Line::from(pen.span(role, text.to_owned()))
}

fn draw_nearness(pen: &mut Pen<'_>, tier: &TierStatus, cell: Rect) {
    let near = tier.nearness().filter(|_| tier.can_fire);
    let role = match near {
        _ if tier.firing => tier_role(tier),
        Some(near) if near > 0.5 => Role::Warn,
        _ => Role::Ok,
    };
    let gauge = Gauge {
        value: near.map(|near| near.clamp(0.0, 1.0)),
        fill: pen.style(role),
        track: pen.style(Role::Track),
        unknown: pen.style(Role::Unknown),
        ascii: pen.theme.ascii(),
        ..Gauge::default()
    };
    gauge.render(cell, pen.buf);
}

fn state(pen: &Pen<'_>, slo: &SloStatus, tier: &TierStatus) -> Line<'static> {
    if tier.firing {
        let now = seen_at(pen.model);
        let role = tier_role(tier);
        let mut spans = vec![Span::styled("FIRING", pen.style(role).add_modifier(Modifier::BOLD))];
        if let Some(since) = tier.firing_since() {
            let age = seconds((now.timestamp() - since).max(0));
            spans.push(pen.span(Role::Text, format!(" {age}")));
            if pen.area.width >= ROOMY {
                spans.push(pen.span(Role::Muted, " since "));
                spans.push(pen.span(Role::Muted, unix_moment(since, now)));
            }
        }
        return Line::from(spans);
    }
    match tier.state() {
        State::Pending => {
            let waited = tier.since.map_or(0, |since| seen_at(pen.model).timestamp() - since);
            let wait = tier.tier.wait.map_or(0, Window::as_seconds);
            let text = format!(" {} of {}", seconds(waited.clamp(0, wait)), seconds(wait));
            Line::from(vec![pen.span(tier_role(tier), "pending"), pen.span(Role::Text, text)])
        }
        State::CannotFire => Line::from(pen.span(Role::Unknown, "cannot fire")),
        State::Unseen => Line::from(pen.span(Role::Unknown, "? unseen")),
        State::Quiet | State::Firing if slo.data != Data::Stale => Line::from(pen.span(Role::Ok, "quiet")),
        State::Quiet | State::Firing => Line::from(pen.span(Role::Warn, "quiet when last heard")),
        State::Unknown => Line::from(pen.span(Role::Unknown, "not known")),
    }
}

fn outlook(pen: &Pen<'_>, slo: &SloStatus, tier: &TierStatus) -> Line<'static> {
    if !tier.can_fire {
        let most = slo.objective.target.max_burn();
        return Line::from(pen.span(Role::Muted, format!("burn never passes {}×", burn(most))));
    }
    if tier.state() == State::Unseen {
        let cell = slo.burning().base();
        return Line::from(pen.span(Role::Unknown, format!("counted in cells of {cell}")));
    }
    if let Some(ahead) = tier.clears_in {
        // Rounded up: it is not over before.
        let ahead = if ahead > 60 { ahead + (-ahead).rem_euclid(60) } else { ahead };
        return Line::from(vec![
            pen.span(Role::Muted, "clears "),
            pen.span(Role::Text, seconds(ahead)),
            pen.span(Role::Muted, " after recovery"),
        ]);
    }
    let Some(ahead) = tier.fires_in else { return Line::default() };
    let verb = match tier.tier.severity {
        Severity::Page => "pages in ",
        Severity::Ticket => "ticket in ",
    };
    Line::from(vec![
        pen.span(tier_role(tier), verb),
        pen.span(Role::Bright, seconds(ahead)),
        pen.span(Role::Muted, " at this rate"),
    ])
}
