//! Who is on call now and who is next: in words for the overview, as a table on its own screen.

mod table;
#[cfg(test)]
mod tests;

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::duty::{GAPS_AHEAD, RoleNow, draw_strip, gap_text, gaps, overrides, roles};
use super::{Height, Panel, Pen, calendar};
use crate::domain::oncall::{Override, PRIMARY, Schedule};
use crate::domain::quantity::duration;
use crate::state::{Model, PanelId, Screen};
use crate::theme::Role;
use crate::widget::Align;
use crate::widget::text::{put, put_line, width};

pub(super) struct OnCallNow;

/// On screens of this height there is a row for each of the first schedules.
const AIRY: u16 = 30;

impl Panel for OnCallNow {
    fn id(&self) -> PanelId {
        PanelId::OnCallNow
    }

    fn title(&self) -> &'static str {
        "on call"
    }

    fn height(&self, model: &Model, _width: u16) -> Height {
        let schedules = model.setup.roster.schedules.len().min(200) as u16;
        if schedules == 0 {
            return Height::fixed(2);
        }
        if model.view.screen == Screen::OnCall {
            return table::height(model);
        }
        let extra = extras(model).len() as u16;
        let said = 1 + schedules + extra;
        let min = if model.size.1 >= AIRY { 1 + schedules.min(3) } else { 1 };
        Height { min, ideal: said + 1, most: said + schedules }
    }

    fn draw(&self, pen: &mut Pen<'_>) {
        if pen.model.setup.roster.schedules.is_empty() {
            return draw_none(pen);
        }
        if pen.model.view.screen == Screen::OnCall { table::draw(pen) } else { draw_compact(pen) }
    }
}

fn draw_none(pen: &mut Pen<'_>) {
    if pen.area.height > 1 {
        pen.section("on call", Line::default());
    }
    let text = "no [[schedule]] is configured, so nobody can be named; `burnwatch init` shows one";
    let line = Line::from(pen.span(Role::Muted, text));
    pen.line(&line);
}

fn draw_compact(pen: &mut Pen<'_>) {
    let model = pen.model;
    let overrides = overrides(model);
    let mut schedules: Vec<&Schedule> = model.setup.roster.schedules.iter().collect();
    // Where there is not room for all, those without anybody come first.
    schedules.sort_by_key(|schedule| !schedule.nobody(model.now, &overrides));
    let held: Vec<Vec<RoleNow<'_>>> =
        schedules.iter().map(|schedule| roles(model, schedule, &overrides)).collect();
    let rows = usize::from(pen.area.height);
    if rows > 1 {
        let note = note(pen, &held, rows - 1);
        pen.section("on call", note);
    }
    let several = held.len() > 1;
    if several && rows == 1 {
        let line = all_in_one(pen, &held);
        return pen.line(&line);
    }
    let label = label_width(&schedules);
    for roles in held.iter().take(usize::from(pen.area.height)) {
        let line = names(pen, roles, several.then_some(label));
        pen.line(&line);
    }
    for (role, mark, text) in extras(model) {
        let line = Line::from(vec![pen.span(role, format!("{mark} ")), pen.span(role, text)]);
        pen.line(&line);
    }
    draw_strips(pen, &schedules, several.then_some(label), &overrides);
}

fn label_width(schedules: &[&Schedule]) -> usize {
    schedules.iter().map(|schedule| width(&schedule.name)).max().unwrap_or(0).min(14)
}

fn note(pen: &Pen<'_>, held: &[Vec<RoleNow<'_>>], room: usize) -> Line<'static> {
    let model = pen.model;
    let hidden = held.len().saturating_sub(room);
    let more = if hidden > 0 { format!(" · +{hidden} more") } else { String::new() };
    let primary = held.first().and_then(|roles| roles.iter().find(|role| role.role == PRIMARY));
    let Some(role) = primary.filter(|_| held.len() == 1) else {
        return Line::from(format!("{} schedules{more}", held.len()));
    };
    let handoff = match role.until {
        Some(until) => format!("hand-off {}", calendar::ahead(until, model.now)),
        None => "no hand-off in sight".to_owned(),
    };
    Line::from(format!("{} · {handoff}{more}", role.schedule.name))
}

/// `alice primary   bob secondary   5d 23h   next charlie / david`.
fn names<'a>(pen: &Pen<'_>, roles: &[RoleNow<'_>], label: Option<usize>) -> Line<'a> {
    let mut spans: Vec<Span<'a>> = Vec::new();
    if let (Some(label), Some(first)) = (label, roles.first()) {
        let name = crate::widget::fit(&first.schedule.name, label, Align::Left);
        spans.push(pen.span(Role::Text, name + "  "));
    }
    for (place, role) in roles.iter().enumerate() {
        if place > 0 {
            spans.push(pen.span(Role::Text, "   "));
        }
        spans.extend(holder(pen, role));
        spans.push(pen.span(Role::Muted, format!(" {}", role.role)));
    }
    let until = roles.iter().find(|role| role.role == PRIMARY).and_then(|role| role.until);
    if let Some(until) = until {
        let left = duration(until - pen.model.now);
        if label.is_some() && pen.area.width >= 90 {
            spans.push(pen.span(Role::Muted, "   until "));
            spans.push(pen.span(Role::Text, calendar::ahead(until, pen.model.now)));
            spans.push(pen.span(Role::Muted, format!(" ({left})")));
        } else {
            spans.push(pen.span(Role::Text, format!("   {left}")));
            spans.push(pen.span(Role::Muted, " left"));
        }
    }
    let next: Vec<String> = roles.iter().filter_map(|role| role.next.as_deref()).map(next_text).collect();
    if !next.is_empty() {
        spans.push(pen.span(Role::Muted, "   next "));
        spans.push(pen.span(Role::Text, next.join(" / ")));
    }
    Line::from(spans)
}

/// `payments Eve / Frank   platform David`: every schedule in the only row there is.
fn all_in_one<'a>(pen: &Pen<'_>, held: &[Vec<RoleNow<'_>>]) -> Line<'a> {
    let mut spans: Vec<Span<'a>> = Vec::new();
    for roles in held.iter().filter(|roles| !roles.is_empty()) {
        let gap = if spans.is_empty() { "" } else { "   " };
        spans.push(pen.span(Role::Muted, format!("{gap}{} ", roles[0].schedule.name)));
        for (place, role) in roles.iter().enumerate() {
            if place > 0 {
                spans.push(pen.span(Role::Muted, " / "));
            }
            spans.extend(holder(pen, role));
        }
    }
    Line::from(spans)
}

/// The people who hold a role, or NOBODY: with a sign, in words and loud.
fn holder<'a>(pen: &Pen<'_>, role: &RoleNow<'_>) -> Vec<Span<'a>> {
    if role.people.is_empty() {
        let loud = if role.role == PRIMARY { Role::Page } else { Role::Warn };
        let mark = if pen.theme.ascii() { "!" } else { "▲" };
        return vec![pen.span(loud, format!("{mark} NOBODY"))];
    }
    let mut spans = vec![pen.span(Role::Bright, role.people.join(" + "))];
    if role.overridden {
        spans.push(pen.span(Role::Accent, "*"));
    }
    spans
}

fn next_text(names: &[String]) -> String {
    if names.is_empty() { "NOBODY".to_owned() } else { names.join(" + ") }
}

/// What must not be missed beside who it is: a gap ahead, a hand-off in the air, notes nobody read.
fn extras(model: &Model) -> Vec<(Role, &'static str, String)> {
    let mut out = Vec::new();
    let overrides = overrides(model);
    let gaps = gaps(model, &overrides);
    if let Some((schedule, gap)) = gaps.first() {
        let more = if gaps.len() > 1 { format!("  +{} more gaps", gaps.len() - 1) } else { String::new() };
        out.push((Role::Warn, "!", format!("{}{more}", gap_text(model, schedule, gap))));
    }
    if let Some(handoff) = model.log.unaccepted_handoff() {
        let text = format!(
            "hand-off {} → {} signed {}, not accepted",
            handoff.outgoing,
            handoff.incoming,
            calendar::stamp(handoff.signed, model.now)
        );
        out.push((Role::Warn, "!", text));
    }
    match model.log.unread.len() {
        0 => {}
        1 => out.push((Role::Muted, "·", "1 note for the next shift is unread".to_owned())),
        n => out.push((Role::Muted, "·", format!("{n} notes for the next shift are unread"))),
    }
    out
}

/// One strip a schedule for as many as there is room for.
fn draw_strips(pen: &mut Pen<'_>, schedules: &[&Schedule], label: Option<usize>, overrides: &[Override]) {
    for schedule in schedules {
        if pen.area.height == 0 {
            return;
        }
        let area = Rect { x: pen.area.x + 1, width: pen.area.width.saturating_sub(2), height: 1, ..pen.area };
        let left = label.map_or(0, |label| label as u16 + 2).min(area.width);
        let name = pen.style(Role::Muted);
        if left > 0 {
            put(pen.buf, (area.x, area.y), &schedule.name, left - 2.min(left), name);
        }
        let strip = Rect { x: area.x + left, width: area.width - left, ..area };
        draw_strip(pen, strip, (schedule, PRIMARY), pen.model.now, overrides);
        pen.skip(1);
    }
}

/// Whether the coming 30 days have gaps, in one line.
fn gaps_line<'a>(pen: &Pen<'_>, overrides: &[Override]) -> Vec<Line<'a>> {
    let gaps = gaps(pen.model, overrides);
    if gaps.is_empty() {
        let mark = if pen.theme.ascii() { "+" } else { "✓" };
        let text = format!(" somebody is primary all through the next {} days", GAPS_AHEAD.num_days());
        return vec![Line::from(vec![pen.span(Role::Ok, mark), pen.span(Role::Muted, text)])];
    }
    let line = |(schedule, gap): &(&Schedule, _)| {
        Line::from(pen.span(Role::Warn, format!("! {}", gap_text(pen.model, schedule, gap))))
    };
    gaps.iter().map(line).collect()
}

fn put_at(pen: &mut Pen<'_>, line: &Line<'_>) {
    let (x, y) = (pen.area.x + 2, pen.area.y);
    if pen.area.height > 0 {
        put_line(pen.buf, (x, y), line, pen.area.width.saturating_sub(3), Align::Left);
        pen.skip(1);
    }
}
