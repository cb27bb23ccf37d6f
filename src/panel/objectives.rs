//! The objectives: one row an SLO, worst first, with gauge, burn strip and what it permits.

mod words;

use chrono::{DateTime, TimeDelta, Utc};
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::Widget;

use super::folding::{self, Row};
use super::listed::listed;
use super::{Height, Panel, Pen};
use crate::domain::quantity::{burn, duration, percent_figure, several};
use crate::domain::slo::policy::Stance;
use crate::domain::slo::status::{Data, Level, SloStatus};
use crate::domain::slo::tier::Severity;
use crate::domain::slo::window::Window;
use crate::state::{Action, Model, PanelId, Screen};
use crate::theme::Role;
use crate::widget::table::Layout;
use crate::widget::{Align, Column, Gauge, Strip, decimal};

use words::{QUARREL, differs, name, remaining, silence, target};

pub(super) struct Objectives;

const NAME: usize = 0;
const TARGET: usize = 1;
const GAUGE: usize = 2;
const LEFT: usize = 3;
const STRIP: usize = 4;
const FIVE: usize = 5;
const HOUR: usize = 6;
const SIX: usize = 7;
const POLICY: usize = 8;
const EMPTY: usize = 9;
const MINUTES: usize = 10;
const REFILL: usize = 11;
/// Columns of what comes back with the incident that leaves then.
const REFILL_WHOLE: u16 = 23;

impl Panel for Objectives {
    fn id(&self) -> PanelId {
        PanelId::Objectives
    }

    fn title(&self) -> &'static str {
        "objectives"
    }

    fn height(&self, model: &Model, _width: u16) -> Height {
        let rows = folding::rows(model).len().max(1) as u16;
        let most = if model.view.screen == Screen::Overview { rows.min(18) } else { rows };
        Height { min: 5.min(rows + 2), ideal: most.min(8) + 2, most: most + 2 }
    }

    fn rows(&self, model: &Model) -> Vec<String> {
        folding::ids(model)
    }

    fn react(&self, model: &mut Model, action: Action) -> bool {
        if action == Action::Fold {
            folding::toggle(model);
            return true;
        }
        if action != Action::Open {
            return false;
        }
        let Some(id) = super::subject::slo(model).map(|slo| slo.id().to_owned()) else { return false };
        model.view.slo = Some(id);
        model.view.trail.push(model.view.screen);
        model.view.screen = Screen::Slo;
        model.view.focus = PanelId::SloBudget;
        true
    }

    fn draw(&self, pen: &mut Pen<'_>) {
        let rows = folding::rows(pen.model);
        let all = pen.model.snapshot().slos().count();
        let note = note(pen, all);
        pen.section(self.title(), note);
        if pen.area.is_empty() {
            return;
        }
        if rows.is_empty() {
            return draw_empty(pen, all);
        }
        let ids: Vec<String> = rows.iter().map(|row| row.id().to_owned()).collect();
        let selected = pen.selected(PanelId::Objectives, &ids);
        draw_table(pen, &rows, selected);
    }
}

fn note<'a>(pen: &Pen<'_>, all: usize) -> Line<'a> {
    let filter = pen.model.view.filter();
    if filter.is_empty() || !matches!(pen.model.view.screen, Screen::Overview | Screen::Slos) {
        return Line::from(format!("worst first · {all}"));
    }
    Line::from(format!("/{filter} · {} of {all}", listed(pen.model).len()))
}

fn draw_empty(pen: &mut Pen<'_>, all: usize) {
    let text = if all > 0 {
        "nothing matches the filter; Esc clears it".to_owned()
    } else if pen.model.setup.objectives.is_empty() && looked(pen) {
        "no [[slo]] is configured and no SLO of another tool was found: `burnwatch init` prints a start"
            .to_owned()
    } else if pen.model.setup.objectives.is_empty() {
        "no [[slo]] is configured: `burnwatch init` prints a commented configuration to start from".to_owned()
    } else {
        format!("{}, waiting for the first answer", several(pen.model.setup.objectives.len(), "SLO"))
    };
    let line = Line::from(pen.span(Role::Muted, text));
    pen.line(&line);
}

/// Whether a backend was looked through for SLOs of other tools.
fn looked(pen: &Pen<'_>) -> bool {
    pen.model.snapshot().sources().any(|source| source.found.is_some())
}

fn columns(pen: &Pen<'_>, listed: &[Row<'_>]) -> Vec<Column<'static>> {
    let longest = |text: &dyn Fn(&SloStatus) -> String| {
        listed.iter().map(|row| text(row.slo).chars().count()).max().unwrap_or(0) as u16
    };
    let room = pen.area.width;
    let quarrel = listed.iter().any(|row| differs(row.slo));
    let mark = if quarrel { QUARREL.chars().count() as u16 } else { 0 };
    let name = listed.iter().map(|row| folding::name(pen, row, usize::MAX).width()).max().unwrap_or(0);
    let name = name.clamp(14, 34) as u16 + mark;
    let target = longest(&target).clamp(6, 14);
    // What is far overspent takes more, and a figure is never cut.
    let left =
        longest(&|slo| format!("{} %", slo.remaining().map(remaining).unwrap_or_default())).clamp(5, 9);
    let (least_gauge, gauge) = if room < 100 { (10, 14) } else { (18, 26) };
    let column = |title, min, ideal, priority, align| Column { title, min, ideal, priority, align };
    vec![
        // Names and gauges hold their ground; figures that are also elsewhere go first.
        column("objective", name.min((room / 4).max(12) + mark), name, 12, Align::Left),
        column("target", target, target, 5, Align::Left),
        column("budget", least_gauge, gauge, 9, Align::Left),
        column("", left, left, 11, Align::Right),
        column(if pen.theme.ascii() { "5m..3d" } else { "5m·1h·6h·3d" }, 13, 13, 7, Align::Left),
        column("5m", 5, 5, 3, Align::Right),
        column("burn 1h", 7, 7, 8, Align::Right),
        column("6h", 5, 5, 2, Align::Right),
        column("policy", 7, 9, 10, Align::Left),
        column("empty", 13, 17, 6, Align::Left),
        column("minutes left", 17, 17, 4, Align::Right),
        column("comes back", 17, REFILL_WHOLE, 1, Align::Left),
    ]
}

fn draw_table(pen: &mut Pen<'_>, listed: &[Row<'_>], selected: Option<usize>) {
    let columns = columns(pen, listed);
    let figures = figures(listed);
    let mut rows: Vec<_> =
        listed.iter().zip(&figures).map(|(row, figures)| cells(pen, row, figures)).collect();
    let layout = pen.table(&columns, &rows, None).layout(pen.area);
    if layout.header(EMPTY).is_none() {
        // Nothing else in the row would say that its figures are not of now.
        for (cells, row) in rows.iter_mut().zip(listed) {
            if let Some(mark) = silence(pen, row.slo) {
                cells[POLICY] = mark;
            }
        }
    }
    if let Some(room) = layout.header(NAME) {
        for (cells, row) in rows.iter_mut().zip(listed) {
            cells[NAME] = name(pen, row, room.width.into());
        }
    }
    let visible = usize::from(pen.area.height.saturating_sub(1));
    if layout.header(REFILL).is_some_and(|room| room.width >= REFILL_WHOLE) {
        let offset = pen.table(&columns, &rows, selected).offset;
        for (cells, row) in rows.iter_mut().zip(listed).skip(offset).take(visible) {
            let leaves = pen.model.log.leaving(row.slo).map(|incident| format!(" {}", incident.id()));
            cells[REFILL].extend(leaves.map(|id| pen.span(Role::Accent, id)));
        }
    }
    let table = pen.table(&columns, &rows, selected);
    table.render(pen.area, pen.buf);
    let layout = table.layout(pen.area);
    for (number, row) in listed.iter().enumerate() {
        draw_graphics(pen, &layout, number, row.slo);
    }
    draw_more(pen, listed, visible, table.offset);
}

/// Says in the last column's place of the header what is scrolled out of sight.
fn draw_more(pen: &mut Pen<'_>, listed: &[Row<'_>], visible: usize, offset: usize) {
    let hidden = listed.len().saturating_sub(visible);
    if hidden == 0 {
        return;
    }
    let below = listed.len() - (offset + visible).min(listed.len());
    let text = format!(" +{hidden} more{} ", if below == 0 { " above" } else { "" });
    let width = text.chars().count() as u16;
    let x = pen.area.right().saturating_sub(width + 1);
    let style = pen.style(Role::Muted);
    crate::widget::text::put(pen.buf, (x, pen.area.y), &text, width, style);
}

/// The figures of all rows, so that their decimal points can stand in one column.
struct Figures {
    five: String,
    hour: String,
    six: String,
}

fn figures(listed: &[Row<'_>]) -> Vec<Figures> {
    let of = |window: Window| {
        let texts: Vec<_> =
            listed.iter().map(|row| row.slo.burn(window).map_or_else(|| "–".to_owned(), burn)).collect();
        decimal(&texts)
    };
    let (five, hour, six) = (of(Window::minutes(5)), of(Window::hours(1)), of(Window::hours(6)));
    five.into_iter().zip(hour).zip(six).map(|((five, hour), six)| Figures { five, hour, six }).collect()
}

/// The cells but for the name, whose form depends on its room.
fn cells<'a>(pen: &Pen<'_>, row: &Row<'a>, figures: &Figures) -> Vec<Line<'a>> {
    let slo = row.slo;
    let level = level_role(slo);
    let mut cells = vec![Line::default(); REFILL + 1];
    cells[TARGET] = Line::from(pen.span(Role::Muted, target(slo)));
    cells[LEFT] = left(pen, slo);
    let burning = |text: &str, window| {
        let style = burn_style(pen, slo, window);
        Line::from(vec![ratatui::text::Span::styled(text.to_owned(), style)])
    };
    cells[FIVE] = burning(&figures.five, Window::minutes(5));
    cells[HOUR] = burning(&figures.hour, Window::hours(1));
    cells[HOUR].push_span(pen.span(Role::Muted, " ×"));
    cells[SIX] = burning(&figures.six, Window::hours(6));
    cells[POLICY] = policy(pen, slo);
    cells[EMPTY] = empty(pen, slo, level);
    cells[MINUTES] = minutes(pen, slo);
    cells[REFILL] = refill(pen, slo);
    cells
}

/// The colour of the remaining budget: by what the policy makes of it.
pub(super) fn budget_role(slo: &SloStatus) -> Role {
    match (slo.standing(), slo.stance()) {
        (None, _) => Role::Unknown,
        (Some(left), _) if left < 0.0 => Role::Exhausted,
        _ if slo.level() == Level::Page => Role::Page,
        (_, Some(Stance::Freeze)) => Role::Page,
        (_, Some(Stance::Caution)) => Role::Warn,
        _ if slo.level() == Level::Warn => Role::Warn,
        _ => Role::Ok,
    }
}

fn level_role(slo: &SloStatus) -> Role {
    match slo.level() {
        Level::Page => Role::Page,
        Level::Warn => Role::Warn,
        Level::Unknown => Role::Unknown,
        Level::Ok => Role::Muted,
    }
}

fn left<'a>(pen: &Pen<'_>, slo: &SloStatus) -> Line<'a> {
    match slo.remaining() {
        Some(share) => {
            let style = pen.style(budget_role(slo)).add_modifier(ratatui::style::Modifier::BOLD);
            Line::from(vec![
                ratatui::text::Span::styled(remaining(share), style),
                ratatui::text::Span::styled(" %", pen.style(budget_role(slo))),
            ])
        }
        None if slo.is_broken() => Line::from(pen.span(Role::Exhausted, "none")),
        None => Line::from(pen.span(Role::Unknown, "?  ")),
    }
}

/// The share of the factor of the window's own tier which its burn has reached.
fn heat(slo: &SloStatus, window: Window) -> Option<f64> {
    let factor = slo.objective.tier_of(window).map_or(1.0, |tier| tier.factor);
    Some(slo.burn(window)? / factor)
}

fn heat_role(slo: &SloStatus, window: Window) -> Role {
    let pages = || slo.objective.tier_of(window).is_some_and(|tier| tier.severity == Severity::Page);
    match heat(slo, window) {
        None => Role::Unknown,
        Some(heat) if heat > 1.0 && pages() => Role::Page,
        Some(heat) if heat > 0.5 => Role::Warn,
        Some(heat) if heat > 0.05 => Role::Ok,
        Some(_) => Role::Track,
    }
}

fn burn_style(pen: &Pen<'_>, slo: &SloStatus, window: Window) -> Style {
    match heat_role(slo, window) {
        Role::Page => pen.style(Role::Page),
        Role::Warn => pen.style(Role::Warn),
        Role::Unknown => pen.style(Role::Unknown),
        _ => pen.style(Role::Text),
    }
}

/// Half of the tier's factor is half of the cell's height.
fn heat_level(heat: f64) -> u8 {
    (heat * 6.0).ceil().clamp(1.0, 8.0) as u8
}

fn draw_graphics(pen: &mut Pen<'_>, layout: &Layout, number: usize, slo: &SloStatus) {
    if let Some(cell) = layout.cell(number, GAUGE) {
        let gauge = gauge(pen, slo);
        gauge.render(Rect { width: cell.width, height: 1, ..cell }, pen.buf);
    }
    if let Some(cell) = layout.cell(number, STRIP) {
        let cells: Vec<_> = slo
            .burns
            .iter()
            .map(|(window, _)| (heat(slo, *window).map(heat_level), pen.style(heat_role(slo, *window))))
            .collect();
        Strip { cells: &cells, unknown: pen.style(Role::Unknown), ascii: pen.theme.ascii() }
            .render(cell, pen.buf);
    }
}

/// The gauge of the remaining budget, with the tick where the SLA breaks.
pub(super) fn gauge(pen: &Pen<'_>, slo: &SloStatus) -> Gauge {
    Gauge {
        value: slo.remaining(),
        tick: slo.sla.and_then(|sla| sla.breaks_at),
        fill: pen.style(budget_role(slo)),
        track: pen.style(Role::Track),
        over: pen.style(Role::Exhausted),
        unknown: pen.style(Role::Unknown),
        tick_style: pen.style(Role::Mark),
        ascii: pen.theme.ascii(),
    }
}

/// The policy word in the weight it has.
pub(super) fn policy<'a>(pen: &Pen<'_>, slo: &SloStatus) -> Line<'a> {
    let Some(step) = &slo.step else { return Line::from(pen.span(Role::Unknown, "unknown")) };
    match step.stance {
        Stance::Freeze => Line::from(pen.span(budget_role(slo), step.word.to_uppercase())),
        Stance::Caution => Line::from(pen.span(Role::Warn, step.word.clone())),
        Stance::Ship => Line::from(pen.span(Role::Ok, step.word.clone())),
    }
}

/// When it is empty, or why that is not known.
fn empty<'a>(pen: &Pen<'_>, slo: &SloStatus, level: Role) -> Line<'a> {
    let age = |at: Option<i64>| {
        at.and_then(|at| DateTime::from_timestamp(at, 0))
            .map(|at: DateTime<Utc>| duration(pen.model.now - at))
    };
    match &slo.data {
        Data::Error(_) => return Line::from(pen.span(Role::Page, "query refused")),
        Data::NoSeries => return Line::from(pen.span(Role::Unknown, "no series")),
        Data::NoAnswer => return Line::from(pen.span(Role::Unknown, "no answer yet")),
        Data::NoTraffic => return Line::from(pen.span(Role::Unknown, "no traffic")),
        Data::Stale => {
            return Line::from(pen.span(Role::Warn, format!("STALE {}", age(slo.as_of).unwrap_or_default())));
        }
        Data::Ok | Data::LowTraffic | Data::Partial => {}
    }
    if slo.is_spent() {
        return Line::from(pen.span(Role::Exhausted, "spent"));
    }
    if slo.standing().is_none() {
        return Line::from(pen.span(Role::Unknown, "not known"));
    }
    match slo.forecast.rolling {
        Some(ahead) => Line::from(pen.span(level, format!("in {}", duration(TimeDelta::seconds(ahead))))),
        None if slo.objective.calendar.is_some() => Line::from(pen.span(Role::Muted, "lasts")),
        None => Line::from(pen.span(Role::Muted, "never")),
    }
}

fn minutes<'a>(pen: &Pen<'_>, slo: &SloStatus) -> Line<'a> {
    let Some(budget) = slo.budget else { return Line::default() };
    let Some(left) = budget.minutes_left else { return Line::default() };
    Line::from(vec![
        pen.span(Role::Text, format!("{left:.1}")),
        pen.span(Role::Muted, format!(" of {:.1}", budget.minutes)),
    ])
}

fn refill<'a>(pen: &Pen<'_>, slo: &SloStatus) -> Line<'a> {
    let Some(refill) = slo.forecast.refill else { return Line::default() };
    let Some(at) = DateTime::from_timestamp(refill.at, 0) else { return Line::default() };
    Line::from(vec![
        pen.span(Role::Text, format!("+{} %", percent_figure(refill.share))),
        pen.span(Role::Muted, at.format(" %a %-d %b").to_string()),
    ])
}
