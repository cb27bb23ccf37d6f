//! What changes the plan: overrides in force and coming, what is wrong with the roster, and its people.

#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};
use ratatui::text::{Line, Span};

use super::duty::{RoleNow, name, overrides, roles};
use super::{Height, Panel, Pen, calendar};
use crate::domain::oncall::{Mode, Override, Person, Problem};
use crate::domain::quantity::duration;
use crate::state::{Model, PanelId};
use crate::theme::Role;
use crate::widget::text::width;
use crate::widget::{Align, fit};

pub(super) struct Overrides;

impl Panel for Overrides {
    fn id(&self) -> PanelId {
        PanelId::Overrides
    }

    fn title(&self) -> &'static str {
        "overrides & people"
    }

    fn height(&self, model: &Model, _width: u16) -> Height {
        if model.setup.roster.schedules.is_empty() && model.setup.roster.people.is_empty() {
            return Height::fixed(0);
        }
        let found = Found::of(model);
        let said = found.overrides.len().max(1) + found.problems.len();
        let all = said + usize::from(!model.setup.roster.people.is_empty()) + model.setup.roster.people.len();
        Height { min: 2, ideal: 1 + said.min(6) as u16, most: 1 + all.min(1_000) as u16 }
    }

    fn draw(&self, pen: &mut Pen<'_>) {
        let found = Found::of(pen.model);
        if pen.area.height > 1 {
            let note = found.note();
            pen.section(self.title(), note);
        }
        let lines = found.lines(pen);
        let visible = usize::from(pen.area.height);
        let top = pen.model.view.cursor(PanelId::Overrides).index.min(lines.len().saturating_sub(visible));
        for line in lines.iter().skip(top).take(visible) {
            pen.line(line);
        }
    }
}

/// What there is to say of the plan.
struct Found<'a> {
    /// In force first, then by when they begin.
    overrides: Vec<&'a Override>,
    problems: Vec<Problem>,
}

impl<'a> Found<'a> {
    fn of(model: &'a Model) -> Self {
        let roster = &model.setup.roster;
        let (usable, of_overrides) = roster.usable(&model.log.overrides);
        let mut ahead: Vec<&Override> = model
            .log
            .overrides
            .iter()
            .filter(|change| change.to > model.now && usable.iter().any(|usable| usable.seq == change.seq))
            .collect();
        ahead.sort_by_key(|change| (change.from, change.seq));
        let live = |problem: &Problem| concerns(problem, &model.log.overrides, model.now);
        let problems = roster.problems().into_iter().chain(of_overrides.into_iter().filter(live)).collect();
        Self { overrides: ahead, problems }
    }

    fn note(&self) -> Line<'static> {
        let mut note = format!("{} in force or coming", self.overrides.len());
        match self.problems.len() {
            0 => {}
            1 => note.push_str(" · 1 problem"),
            n => note = format!("{note} · {n} problems"),
        }
        Line::from(note)
    }

    fn lines(&self, pen: &Pen<'_>) -> Vec<Line<'static>> {
        let model = pen.model;
        let mut lines = Vec::new();
        for problem in &self.problems {
            lines.push(Line::from(vec![
                pen.span(Role::Warn, "! "),
                pen.span(Role::Text, problem.to_string()),
            ]));
        }
        if self.overrides.is_empty() {
            lines.push(Line::from(pen.span(Role::Muted, "no overrides: everybody works as planned")));
        }
        let who: Vec<String> = self.overrides.iter().map(|change| who(model, change)).collect();
        let wide = who.iter().map(|who| width(who)).max().unwrap_or(0).min(30);
        lines.extend(
            self.overrides.iter().zip(&who).map(|(change, who)| override_line(pen, change, who, wide)),
        );
        lines.extend(people(pen));
        lines
    }
}

/// Problems of overrides that are over are nobody's concern any more.
fn concerns(problem: &Problem, overrides: &[Override], now: DateTime<Utc>) -> bool {
    let seq = match problem {
        Problem::UnknownInOverride { seq, .. }
        | Problem::UnknownSchedule { seq, .. }
        | Problem::UnknownRole { seq, .. }
        | Problem::EmptyOverride { seq } => *seq,
        Problem::Overlap { older, .. } => *older,
        _ => return true,
    };
    overrides.iter().any(|change| change.seq == seq && change.to.max(change.from) > now)
}

/// `david for bob`, `frank as well`, `without eve`.
fn who(model: &Model, change: &Override) -> String {
    let roster = &model.setup.roster;
    let person = name(roster, &change.person);
    match (change.mode, &change.instead_of) {
        (Mode::Replace, Some(other)) => format!("{person} for {}", name(roster, other)),
        (Mode::Replace, None) => format!("{person} for everybody"),
        (Mode::Add, _) => format!("{person} as well"),
        (Mode::Remove, _) => format!("without {person}"),
    }
}

fn override_line(pen: &Pen<'_>, change: &Override, who: &str, wide: usize) -> Line<'static> {
    let now = pen.model.now;
    let live = change.covers(now);
    let (mark, role) = if live { ("●", Role::Accent) } else { ("○", Role::Muted) };
    let when = if live { "now".to_owned() } else { calendar::distance(change.from, now) };
    let mut spans: Vec<Span<'static>> = vec![
        pen.span(role, format!("{mark} {}  ", fit(&when, 9, Align::Left))),
        pen.span(Role::Bright, fit(who, wide, Align::Left)),
        pen.span(Role::Text, format!("  {}", calendar::range(change.from, change.to, now))),
        pen.span(Role::Muted, format!(" ({})", duration(change.to - change.from))),
        pen.span(Role::Muted, format!("  {} {}", change.schedule, change.role)),
    ];
    if !change.reason.is_empty() {
        spans.push(pen.span(Role::Muted, format!("  {}", change.reason)));
    }
    Line::from(spans)
}

/// Everybody with their own clock and how to reach them.
fn people(pen: &Pen<'_>) -> Vec<Line<'static>> {
    let people = &pen.model.setup.roster.people;
    if people.is_empty() {
        return Vec::new();
    }
    let names = people.iter().map(|person| width(&person.name)).max().unwrap_or(0).min(20);
    let zones = people.iter().map(|person| zone(person).len()).max().unwrap_or(0);
    let overrides = overrides(pen.model);
    let held: Vec<RoleNow<'_>> = pen
        .model
        .setup
        .roster
        .schedules
        .iter()
        .flat_map(|schedule| roles(pen.model, schedule, &overrides))
        .collect();
    let duties = |person: &Person| -> String {
        let theirs = held.iter().filter(|role| role.ids.contains(&person.id));
        theirs.map(|role| format!("{} {}", role.schedule.name, role.role)).collect::<Vec<_>>().join(", ")
    };
    let contacts = people.iter().filter_map(|person| person.contact.as_deref()).map(width).max();
    let contacts = contacts.unwrap_or(0).min(30);
    let line = |person: &Person| {
        let contact = person.contact.as_deref().unwrap_or("");
        let clock = person.timezone.and_then(|zone| calendar::local(pen.model.now, zone));
        Line::from(vec![
            pen.span(Role::Bright, fit(&person.name, names, Align::Left)),
            pen.span(Role::Text, format!("  {}", fit(clock.as_deref().unwrap_or(""), 14, Align::Left))),
            pen.span(Role::Muted, format!("  {}  ", fit(zone(person), zones, Align::Left))),
            pen.span(Role::Text, fit(contact, contacts, Align::Left)),
            pen.span(Role::Text, "  "),
            pen.span(Role::Accent, duties(person)),
        ])
    };
    std::iter::once(Line::default()).chain(people.iter().map(line)).collect()
}

fn zone(person: &Person) -> &'static str {
    person.timezone.map_or("", |zone| zone.name())
}
