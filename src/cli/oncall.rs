//! `oncall`: who is on call at an instant, who is next, and where nobody will be.

use std::fmt::Write;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

use super::args::{Common, OncallArgs};
use super::exit::Failure;
use super::json::{self, time};
use super::library;
use super::open;
use super::output::{print, say};
use crate::domain::oncall::{Duty, Gap, Override, Roster, Schedule};
use crate::domain::quantity::duration;
use crate::widget::clean;

/// How far ahead gaps are looked for.
const AHEAD: TimeDelta = TimeDelta::days(30);

#[derive(Serialize)]
struct Document {
    version: u32,
    at: String,
    schedules: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    name: String,
    on_call: Vec<Place>,
    next: Vec<Place>,
    gaps: Vec<Missing>,
}

#[derive(Serialize)]
struct Place {
    role: String,
    person: Option<String>,
    from: Option<String>,
    until: Option<String>,
}

#[derive(Serialize)]
struct Missing {
    role: String,
    from: String,
    until: Option<String>,
}

pub(super) fn run(common: &Common, args: &OncallArgs) -> Result<u8, Failure> {
    let session = open::session(common, false)?;
    let roster = session.roster();
    let (log, problems) = library::log(&session);
    let (overrides, odd) = roster.usable(&log.overrides);
    for problem in problems.into_iter().chain(odd.iter().map(ToString::to_string)) {
        say(&format!("warning: {}", clean(&problem)));
    }
    let chosen = chosen(&roster, args.schedule.as_deref())?;
    let text = if args.json {
        json(&chosen, &overrides, session.now)?
    } else {
        page(&chosen, &roster, &overrides, session.now)
    };
    print(&text)?;
    Ok(u8::from(chosen.iter().any(|schedule| schedule.nobody(session.now, &overrides))))
}

fn chosen<'a>(roster: &'a Roster, name: Option<&str>) -> Result<Vec<&'a Schedule>, Failure> {
    let known: Vec<_> = roster.schedules.iter().map(|schedule| schedule.name.as_str()).collect();
    match name {
        Some(name) => match roster.schedule(name) {
            Some(schedule) => Ok(vec![schedule]),
            None => Err(Failure::configuration(format!(
                "error: there is no schedule `{}`; there is {}",
                clean(name),
                clean(&known.join(", "))
            ))),
        },
        None if known.is_empty() => Err(Failure::configuration(
            "error: no [[schedule]] is configured; `burnwatch init` shows one".to_owned(),
        )),
        None => Ok(roster.schedules.iter().collect()),
    }
}

fn json(schedules: &[&Schedule], overrides: &[Override], at: DateTime<Utc>) -> Result<String, Failure> {
    let place = |duty: Duty| Place {
        role: duty.role,
        person: duty.person,
        from: duty.from.map(time),
        until: duty.until.map(time),
    };
    let missing = |gap: Gap| Missing { role: gap.role, from: time(gap.from), until: gap.until.map(time) };
    let entry = |schedule: &&Schedule| Entry {
        name: schedule.name.clone(),
        on_call: schedule.on_call(at, overrides).into_iter().map(place).collect(),
        next: schedule.next(at, overrides).into_iter().map(place).collect(),
        gaps: schedule.gaps(at, at + AHEAD, overrides).into_iter().map(missing).collect(),
    };
    let document = Document { version: 1, at: time(at), schedules: schedules.iter().map(entry).collect() };
    json::document(&document)
}

fn page(schedules: &[&Schedule], roster: &Roster, overrides: &[Override], at: DateTime<Utc>) -> String {
    let mut page = String::new();
    for schedule in schedules {
        let _ = writeln!(
            page,
            "{}  {}",
            clean(&schedule.name),
            at.with_timezone(&schedule.timezone).format("%a %-d %b %H:%M %Z")
        );
        for (word, duties) in
            [("now", schedule.on_call(at, overrides)), ("next", schedule.next(at, overrides))]
        {
            for duty in duties {
                let _ = writeln!(page, "  {word:4}  {}", describe(schedule, roster, &duty, at));
            }
        }
        for gap in schedule.gaps(at, at + AHEAD, overrides) {
            let until = gap.until.map_or_else(
                || "with no end in sight".to_owned(),
                |until| format!("until {}", local(schedule, until)),
            );
            let _ = writeln!(
                page,
                "  ! nobody is {} from {} {until}",
                clean(&gap.role),
                local(schedule, gap.from)
            );
        }
    }
    page
}

fn describe(schedule: &Schedule, roster: &Roster, duty: &Duty, at: DateTime<Utc>) -> String {
    let name = match &duty.person {
        Some(id) => roster.person(id).map_or(id.as_str(), |person| person.name.as_str()),
        None => "NOBODY",
    };
    let contact = duty.person.as_ref().and_then(|id| roster.person(id)?.contact.as_deref());
    let mut text = format!("{:10} {:12}", clean(&duty.role), clean(name));
    if let Some(from) = duty.from.filter(|from| *from > at) {
        let _ = write!(text, " from {}", local(schedule, from));
    }
    if let Some(until) = duty.until {
        let _ = write!(text, " until {} ({})", local(schedule, until), duration(until - at));
    }
    if let Some(contact) = contact {
        let _ = write!(text, "  {}", clean(contact));
    }
    text
}

fn local(schedule: &Schedule, at: DateTime<Utc>) -> String {
    at.with_timezone(&schedule.timezone).format("%a %-d %b %H:%M %Z").to_string()
}
