//! What is going on: open incidents, alerts that fire, maintenance ahead; worst first.

mod row;
pub(super) use row::severity_look;
#[cfg(test)]
mod tests;

use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use super::{Height, Panel, Pen, position};
use crate::domain::incident::Incident;
use crate::domain::quantity::several;
use crate::domain::slo::status::Level;
use crate::state::{Action, Model, PanelId, Screen};
use crate::theme::Role;
use crate::widget::table::scroll;
use crate::widget::text::width;
use crate::widget::{Align, Column, Table};
use row::{Row, rows};

pub(super) struct Incidents;

const WORD: usize = 0;
const WHAT: usize = 1;
const STATE: usize = 2;
const WHO: usize = 3;
const ABOUT: usize = 4;
const AGE: usize = 5;

impl Panel for Incidents {
    fn id(&self) -> PanelId {
        PanelId::Incidents
    }

    fn title(&self) -> &'static str {
        "incidents & alerts"
    }

    fn height(&self, model: &Model, _width: u16) -> Height {
        let count = rows(model).len().clamp(1, 1_000) as u16;
        let head = 1 + u16::from(titled(model));
        Height { min: 2, ideal: head + count.min(6), most: head + count }
    }

    fn rows(&self, model: &Model) -> Vec<String> {
        rows(model).into_iter().map(|row| row.id).collect()
    }

    fn react(&self, model: &mut Model, action: Action) -> bool {
        if action != Action::Open {
            return false;
        }
        let Some(id) = selected(model) else { return false };
        if let Some(number) = Incident::number_in(&id) {
            open_incident(model, number);
            return true;
        }
        let Some(slo) = row::slo_of(&id) else { return false };
        if model.snapshot().slo(slo).is_none() {
            return false;
        }
        model.view.slo = Some(slo.to_owned());
        go_deeper(model, Screen::Slo, PanelId::SloBudget);
        true
    }

    fn draw(&self, pen: &mut Pen<'_>) {
        let rows = rows(pen.model);
        let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
        let main = pen.focused || pen.model.view.screen == Screen::Incidents;
        let selected = pen.selected(PanelId::Incidents, &ids).filter(|_| main);
        let head = u16::from(pen.area.height > 1);
        let titles = u16::from(titled(pen.model) && pen.area.height > 3 && !rows.is_empty());
        let visible = usize::from(pen.area.height.saturating_sub(head + titles));
        let offset = scroll(0, selected, visible, rows.len());
        if head > 0 {
            let note = note(pen, &rows, visible);
            pen.section(self.title(), note);
        }
        if rows.is_empty() {
            return draw_calm(pen);
        }
        draw_table(pen, &rows, (selected, offset), titles > 0);
    }
}

/// The row the selection stands on.
pub fn selected(model: &Model) -> Option<String> {
    let ids: Vec<String> = rows(model).into_iter().map(|row| row.id).collect();
    let cursor = model.view.cursor(PanelId::Incidents);
    position(&ids, &cursor.id, cursor.index).map(|index| ids[index].clone())
}

/// The SLO whose alert is selected.
pub fn selected_slo(model: &Model) -> Option<String> {
    row::slo_of(&selected(model)?).map(str::to_owned)
}

/// Shows the page of an incident, with its latest lines in sight.
pub(super) fn open_incident(model: &mut Model, number: u64) {
    model.view.incident = Some(number);
    model.view.cursors.remove(&PanelId::Timeline);
    go_deeper(model, Screen::Incident, PanelId::Timeline);
}

fn go_deeper(model: &mut Model, screen: Screen, focus: PanelId) {
    let view = &mut model.view;
    view.trail.push(view.screen);
    view.screen = screen;
    view.focus = focus;
    view.zoomed = None;
}

/// Column titles are for the screen that has room for them.
fn titled(model: &Model) -> bool {
    model.view.screen == Screen::Incidents
}

fn note(pen: &Pen<'_>, rows: &[Row], visible: usize) -> Line<'static> {
    let model = pen.model;
    let filter = row::filter(model);
    let open = model.log.open_incidents().len();
    let firing = row::alerts(model).len() + row::pagers(model).len();
    let mut parts = Vec::new();
    if !filter.is_empty() {
        parts.push(format!("/{filter}"));
    }
    parts.push(format!("{open} open"));
    parts.push(format!("{firing} firing"));
    let hidden = rows.len().saturating_sub(visible);
    if hidden > 0 {
        parts.push(format!("+{hidden} more"));
    }
    Line::from(parts.join(" · "))
}

fn draw_calm(pen: &mut Pen<'_>) {
    let filtered = !row::filter(pen.model).is_empty();
    let unknown = pen.model.snapshot().slos().filter(|slo| slo.level() == Level::Unknown).count();
    let line = if filtered {
        Line::from(pen.span(Role::Muted, "nothing matches the filter; Esc clears it"))
    } else if unknown > 0 {
        let text = format!(
            "no open incidents; of {} it is not known whether an alert fires",
            several(unknown, "SLO")
        );
        Line::from(vec![pen.span(Role::Unknown, "? "), pen.span(Role::Muted, text)])
    } else {
        let mark = if pen.theme.ascii() { "+ " } else { "✓ " };
        Line::from(vec![pen.span(Role::Ok, mark), pen.span(Role::Muted, "no open incidents, no alert fires")])
    };
    pen.line(&line);
}

/// Widths come from what is shown; what is left over goes to the text, so that ages stand at the edge.
fn columns(room: u16, rows: &[Row], titled: bool) -> Vec<Column<'static>> {
    let longest = |text: &dyn Fn(&Row) -> usize, least: usize, most: usize| {
        rows.iter().map(text).max().unwrap_or(0).clamp(least, most) as u16
    };
    let word = longest(&|row| width(&row.word) + 2, 6, 10);
    let what = longest(&|row| width(&row.name) + 1 + width(&row.title), 18, 200);
    let state = longest(&|row| width(&row.state), 9, 24);
    let who = longest(&|row| width(row.who_label) + width(&row.who), 8, 26);
    let about = longest(&|row| width(&row.about), 0, 18);
    let age = longest(&|row| width(&row.age), 4, 9);
    let title = |text: &'static str| if titled { text } else { "" };
    let column =
        |text, min, ideal, priority, align| Column { title: title(text), min, ideal, priority, align };
    let mut columns = vec![
        column("", word.min(8), word, 10, Align::Left),
        column("what", 18, what, 9, Align::Left),
        column("state", state.min(17), state, 7, Align::Left),
        column("who, runbook", who.min(13), who, 6, Align::Left),
        column(
            if about == 0 { "" } else { "about" },
            about.max(6),
            about.max(6),
            if about == 0 { 0 } else { 4 },
            Align::Left,
        ),
        column(if titled { "age" } else { "" }, age, age, 8, Align::Right),
    ];
    let fixed = word + state + who + about.max(6) + age + 2 * 5 + 3;
    let spare = room.saturating_sub(fixed + what);
    columns[WHAT].ideal = if room > fixed + what { what + spare } else { what };
    columns
}

fn draw_table(pen: &mut Pen<'_>, rows: &[Row], (selected, offset): (Option<usize>, usize), titled: bool) {
    let columns = columns(pen.area.width, rows, titled);
    let cells: Vec<_> = rows.iter().map(|row| cells(pen, row)).collect();
    let table = Table { offset, ..pen.table(&columns, &cells, selected) };
    // Without titles the table's header row lies under the rule of the section and draws nothing.
    let up = u16::from(!titled && pen.area.y > 0);
    let width = pen.area.width.saturating_sub(1).max(1);
    let area = Rect { y: pen.area.y - up, height: pen.area.height + up, width, ..pen.area };
    table.render(area, pen.buf);
}

fn cells<'a>(pen: &Pen<'_>, row: &'a Row) -> Vec<Line<'a>> {
    let mut cells = vec![Line::default(); AGE + 1];
    let loud = pen.style(row.role).add_modifier(Modifier::BOLD);
    let word = Span::styled(row.word.as_str(), if row.calm { pen.style(row.role) } else { loud });
    cells[WORD] = Line::from(vec![pen.span(row.role, format!("{} ", row.mark)), word]);
    let text = if row.calm { Role::Muted } else { Role::Text };
    if !row.name.is_empty() {
        cells[WHAT].push_span(pen.span(Role::Accent, format!("{} ", row.name)));
    }
    cells[WHAT].push_span(pen.span(text, row.title.as_str()));
    cells[STATE] = Line::from(pen.span(row.state_role, row.state.as_str()));
    cells[WHO] =
        Line::from(vec![pen.span(Role::Muted, row.who_label), pen.span(row.who_role, row.who.as_str())]);
    cells[ABOUT] = Line::from(pen.span(row.about_role, row.about.as_str()));
    cells[AGE] = Line::from(pen.span(Role::Muted, row.age.as_str()));
    cells
}
