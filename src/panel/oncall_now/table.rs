//! The on-call screen's table: a row a role, with hand-over times in UTC and in the schedule's own zone.

use ratatui::text::Line;
use ratatui::widgets::Widget;

use super::{gaps_line, holder, next_text, put_at};
use crate::domain::oncall::Schedule;
use crate::domain::quantity::duration;
use crate::panel::duty::{RoleNow, gaps, overrides, roles};
use crate::panel::{Height, Pen, calendar};
use crate::state::Model;
use crate::theme::Role;
use crate::widget::text::width;
use crate::widget::{Align, Column};

const SCHEDULE: usize = 0;
const ROLE: usize = 1;
const NOW: usize = 2;
const CONTACT: usize = 3;
const UNTIL: usize = 4;
const LOCAL: usize = 5;
const LEFT: usize = 6;
const NEXT: usize = 7;

pub(super) fn height(model: &Model) -> Height {
    let overrides = overrides(model);
    let roles: usize = model.setup.roster.schedules.iter().map(|schedule| schedule.roles().len()).sum();
    let gaps = gaps(model, &overrides).len().max(1);
    let most = (2 + roles + gaps).min(500) as u16;
    let roles = roles.min(400) as u16;
    Height { min: most.min(2 + roles).min(8), ideal: most.min(roles + 5), most }
}

pub(super) fn draw(pen: &mut Pen<'_>) {
    let model = pen.model;
    let overrides = overrides(model);
    let held: Vec<RoleNow<'_>> =
        model.setup.roster.schedules.iter().flat_map(|schedule| roles(model, schedule, &overrides)).collect();
    if pen.area.height > 1 {
        let count = model.setup.roster.schedules.len();
        let plural = if count == 1 { "schedule" } else { "schedules" };
        let note = Line::from(format!("{count} {plural} · {}", calendar::ahead(model.now, model.now)));
        pen.section("on call now", note);
    }
    let rows: Vec<_> = held.iter().enumerate().map(|(place, role)| row(pen, &held, place, role)).collect();
    let columns = columns(pen, &held);
    let table = pen.table(&columns, &rows, None);
    table.render(pen.area, pen.buf);
    pen.skip(rows.len() as u16 + 1);
    for line in gaps_line(pen, &overrides) {
        put_at(pen, &line);
    }
}

fn columns(pen: &Pen<'_>, held: &[RoleNow<'_>]) -> Vec<Column<'static>> {
    let longest = |text: &dyn Fn(&RoleNow<'_>) -> usize, least: usize, most: usize| {
        held.iter().map(text).max().unwrap_or(0).clamp(least, most) as u16
    };
    let model = pen.model;
    let schedule = longest(&|role| width(&role.schedule.name), 8, 20);
    let role = longest(&|role| width(&role.role), 7, 14);
    let now = longest(&|role| width(&role.people.join(" + ")) + 1, 8, 24);
    let contact = longest(&|role| width(&contact(model, role)), 7, 40);
    let local = longest(&|role| local(role).map_or(0, |text| width(&text)), 0, 20);
    let until = longest(&|role| role.until.map_or(13, |at| width(&calendar::ahead(at, model.now))), 11, 18);
    let next = longest(&|role| role.next.as_deref().map_or(1, |names| width(&next_text(names))), 6, 24);
    let column = |title, min, ideal, priority, align| Column { title, min, ideal, priority, align };
    vec![
        column("schedule", schedule.min(10), schedule, 9, Align::Left),
        column("role", role.min(9), role, 10, Align::Left),
        column("now", now.min(10), now, 11, Align::Left),
        column("contact", contact.min(15), contact, 7, Align::Left),
        column("hand-off", until, until, 8, Align::Left),
        column(
            if local == 0 { "" } else { "there" },
            local.max(5),
            local.max(5),
            if local == 0 { 0 } else { 4 },
            Align::Left,
        ),
        column("in", 7, 7, 5, Align::Right),
        column("next", next.min(8), next, 6, Align::Left),
    ]
}

fn row<'a>(pen: &Pen<'_>, held: &[RoleNow<'_>], place: usize, role: &RoleNow<'_>) -> Vec<Line<'a>> {
    let mut cells = vec![Line::default(); NEXT + 1];
    let first = place == 0 || held[place - 1].schedule.name != role.schedule.name;
    if first {
        cells[SCHEDULE] = Line::from(pen.span(Role::Text, role.schedule.name.clone()));
    }
    cells[ROLE] = Line::from(pen.span(Role::Muted, role.role.clone()));
    cells[NOW] = Line::from(holder(pen, role));
    cells[CONTACT] = Line::from(pen.span(Role::Text, contact(pen.model, role)));
    if let Some(until) = role.until {
        cells[UNTIL] = Line::from(pen.span(Role::Text, calendar::ahead(until, pen.model.now)));
        cells[LEFT] = Line::from(pen.span(Role::Text, duration(until - pen.model.now)));
    } else {
        cells[UNTIL] = Line::from(pen.span(Role::Muted, "none in sight"));
    }
    cells[LOCAL] = Line::from(pen.span(Role::Muted, local(role).unwrap_or_default()));
    cells[NEXT] = match role.next.as_deref() {
        Some([]) => Line::from(pen.span(Role::Warn, "NOBODY")),
        Some(names) => Line::from(pen.span(Role::Text, next_text(names))),
        None => Line::from(pen.span(Role::Muted, "–")),
    };
    cells
}

fn contact(model: &Model, role: &RoleNow<'_>) -> String {
    let of = |id: &String| model.setup.roster.person(id)?.contact.clone();
    role.ids.iter().filter_map(of).collect::<Vec<_>>().join(", ")
}

/// The hand-over on the clock of the schedule's own zone.
fn local(role: &RoleNow<'_>) -> Option<String> {
    let schedule: &Schedule = role.schedule;
    calendar::local(role.until?, schedule.timezone)
}
