//! The coming two weeks: a strip a role, with days, now, overrides and gaps, and everybody's hours.

#[cfg(test)]
mod tests;

use chrono::{DateTime, Datelike, TimeDelta, Utc, Weekday};
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::duty::{STRIP, draw_strip, name, overrides};
use super::{Height, Panel, Pen};
use crate::domain::oncall::{Override, Schedule};
use crate::state::{Model, PanelId};
use crate::theme::Role;
use crate::widget::Align;
use crate::widget::text::{put, put_line, width, wrap};

pub(super) struct Rota;

/// Hours are counted over this long a time.
const HOURS_OVER: TimeDelta = TimeDelta::days(30);

impl Panel for Rota {
    fn id(&self) -> PanelId {
        PanelId::Rota
    }

    fn title(&self) -> &'static str {
        "next 14 days"
    }

    fn height(&self, model: &Model, width: u16) -> Height {
        let strips: usize = strips(model).count();
        if strips == 0 {
            return Height::fixed(0);
        }
        let strips = strips.min(500) as u16;
        let hours = hours(model, &overrides(model), usize::from(width)).len() as u16;
        let air = schedules_over_one(model) as u16 + 1;
        Height { min: 3, ideal: 2 + strips, most: 2 + strips + hours + air }
    }

    fn draw(&self, pen: &mut Pen<'_>) {
        let model = pen.model;
        let overrides = overrides(model);
        let from = day_start(model.now);
        if pen.area.height > 1 {
            let marked = if pen.theme.ascii() { "| now" } else { "┃ now" };
            pen.section(self.title(), Line::from(format!("days in UTC · {marked} · * override")));
        }
        let strips: Vec<(&Schedule, &str)> = strips(model).collect();
        let label = label_width(&strips, pen.area.width);
        let hours = hours(model, &overrides, usize::from(pen.area.width));
        let said = 1 + strips.len() + hours.len() + schedules_over_one(model);
        let airy = usize::from(pen.area.height) >= said;
        if pen.area.height > 1 {
            draw_days(pen, label, from);
        }
        for (place, (schedule, role)) in strips.iter().enumerate() {
            if pen.area.height == 0 {
                return;
            }
            let named = place == 0 || strips[place - 1].0.name != schedule.name;
            if place > 0 && named && airy {
                pen.skip(1);
            }
            draw_label(pen, label, (schedule, role), named);
            let area = strip_area(pen.area, label);
            draw_strip(pen, area, (schedule, role), from, &overrides);
            pen.skip(1);
        }
        if airy && !hours.is_empty() && usize::from(pen.area.height) > hours.len() {
            pen.skip(1);
        }
        for text in hours {
            let line = Line::from(pen.span(Role::Muted, text));
            pen.line(&line);
        }
    }
}

fn strips(model: &Model) -> impl Iterator<Item = (&Schedule, &str)> {
    model
        .setup
        .roster
        .schedules
        .iter()
        .flat_map(|schedule| schedule.roles().into_iter().map(move |role| (schedule, role)))
}

/// Blank rows that would stand between the schedules.
fn schedules_over_one(model: &Model) -> usize {
    model.setup.roster.schedules.len().saturating_sub(1)
}

/// Midnight before `now`, so that the mark at now has a day around it.
fn day_start(now: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp(now.timestamp().div_euclid(86_400) * 86_400, 0).unwrap_or(now)
}

/// Columns of the schedule's and the role's name before a strip; none where it is narrow.
fn label_width(strips: &[(&Schedule, &str)], room: u16) -> (u16, u16) {
    let schedule = strips.iter().map(|strip| width(&strip.0.name)).max().unwrap_or(0).min(14) as u16;
    let role = strips.iter().map(|strip| width(strip.1)).max().unwrap_or(0).min(11) as u16;
    match room {
        0..40 => (0, 0),
        40..70 => (schedule.min(8), 0),
        _ => (schedule, role),
    }
}

fn strip_area(area: Rect, (schedule, role): (u16, u16)) -> Rect {
    let gap = |columns: u16| if columns > 0 { columns + 2 } else { 0 };
    let left = (1 + gap(schedule) + gap(role)).min(area.width);
    Rect { x: area.x + left, width: area.width.saturating_sub(left + 1), height: 1, ..area }
}

fn draw_label(pen: &mut Pen<'_>, label: (u16, u16), (schedule, role): (&Schedule, &str), named: bool) {
    let (x, y) = (pen.area.x + 1, pen.area.y);
    let (text, muted) = (pen.style(Role::Text), pen.style(Role::Muted));
    if named {
        put(pen.buf, (x, y), &schedule.name, label.0, text);
    }
    let x = if label.0 > 0 { x + label.0 + 2 } else { x };
    put(pen.buf, (x, y), role, label.1, muted);
}

/// Names of the days where they begin, as long as there is room; at least the Mondays.
fn draw_days(pen: &mut Pen<'_>, label: (u16, u16), from: DateTime<Utc>) {
    let area = strip_area(pen.area, label);
    let day = f64::from(area.width) / STRIP.num_days() as f64;
    for number in 0..STRIP.num_days() {
        let at = from + TimeDelta::days(number);
        let weekend = matches!(at.weekday(), Weekday::Sat | Weekday::Sun);
        let text = match day {
            _ if day >= 10.0 => at.format("%a %-d %b").to_string(),
            _ if day >= 7.0 => at.format("%a %-d").to_string(),
            _ if day >= 6.0 && (number == 0 || at.weekday() == Weekday::Mon) => {
                at.format("%a %-d").to_string()
            }
            _ if day >= 4.0 => at.format("%a").to_string(),
            _ if day >= 3.0 => at.format("%-d").to_string(),
            _ if at.weekday() == Weekday::Mon => at.format("%-d %b").to_string(),
            _ => continue,
        };
        let x = (number as f64 * day).round() as u16;
        let room = area.width.saturating_sub(x);
        let style = pen.style(if weekend { Role::Muted } else { Role::Text });
        let line = Line::styled(text, style);
        put_line(pen.buf, (area.x + x, area.y), &line, room.min(day.max(7.0) as u16), Align::Left);
    }
    pen.skip(1);
}

/// A line a schedule: hours as primary in the coming 30 days.
fn hours(model: &Model, overrides: &[Override], room: usize) -> Vec<String> {
    let to = model.now + HOURS_OVER;
    let several = model.setup.roster.schedules.len() > 1;
    let of = |schedule: &Schedule| -> Option<String> {
        let mut hours: Vec<(String, f64)> =
            schedule.coverage(model.now, to, overrides).hours.into_iter().collect();
        hours.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let named = hours.iter().map(|(id, hours)| format!("{} {hours:.0}h", name(&model.setup.roster, id)));
        let named = named.collect::<Vec<_>>().join(" · ");
        let of = if several { format!("{}, ", schedule.name) } else { String::new() };
        (!hours.is_empty()).then(|| format!("{of}primary for 30 d: {named}"))
    };
    let texts = model.setup.roster.schedules.iter().filter_map(of);
    texts.flat_map(|text| wrap(&text, room.saturating_sub(2).max(1))).collect()
}
