//! The lines of a timeline, wrapped: time in UTC, who, and what.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::Words;
use crate::domain::incident::{Entry, EntryKind, Incident};
use crate::panel::calendar;
use crate::theme::Role;
use crate::widget::Align;
use crate::widget::text::{fit, width, wrap};

/// `09:34Z` and a blank.
const TIME: usize = 7;
/// Below this width names are left out.
const NAMED: usize = 36;
/// From this delay on, it is said when a line was written.
const LATE: TimeDelta = TimeDelta::minutes(3);

/// All lines in columns of `room` cells, the oldest first.
pub(super) fn lines(incident: &Incident, now: DateTime<Utc>, room: usize) -> Vec<Words> {
    let timeline = &incident.timeline;
    let mut lines = Vec::new();
    if timeline.forgotten() > 0 {
        let text = format!("{} older lines are in the log only", timeline.forgotten());
        lines.push(Words::new(vec![(Role::Muted, text)]));
    }
    let names = timeline.entries().iter().map(|entry| width(&entry.actor)).max().unwrap_or(0);
    let names = if room < NAMED { 0 } else { names.clamp(3, 10) + 1 };
    let mut day = now.date_naive();
    for entry in timeline.entries() {
        push_day(&mut lines, &mut day, entry.at.date_naive());
        push_entry(&mut lines, entry, (now, names, room));
    }
    lines
}

fn push_day(lines: &mut Vec<Words>, day: &mut NaiveDate, of: NaiveDate) {
    if *day != of {
        *day = of;
        lines.push(Words::new(vec![(Role::Muted, of.format("%a %-d %b").to_string())]));
    }
}

fn push_entry(lines: &mut Vec<Words>, entry: &Entry, (now, names, room): (DateTime<Utc>, usize, usize)) {
    let (label, role) = kind(entry.kind);
    let struck = if entry.struck { "[struck] " } else { "" };
    let late = entry.recorded - entry.at >= LATE;
    let noted =
        if late { format!(" (written {})", calendar::stamp(entry.recorded, now)) } else { String::new() };
    let text = format!("{struck}{label}{}{noted}", entry.text);
    let time = entry.at.format("%H:%MZ ").to_string();
    let text_role = match entry.kind {
        _ if entry.struck => Role::Muted,
        EntryKind::Sys if entry.actor == "sys" => Role::Muted,
        _ => Role::Text,
    };
    for (number, part) in wrap(&text, room.saturating_sub(TIME + names).max(1)).into_iter().enumerate() {
        let mut parts = Vec::new();
        if number == 0 {
            parts.push((Role::Muted, time.clone()));
            if names > 0 {
                let name_role = if entry.actor == "sys" { Role::Muted } else { Role::Text };
                parts.push((name_role, fit(&entry.actor, names - 1, Align::Left) + " "));
            }
            match part.strip_prefix(label).filter(|_| !label.is_empty()) {
                Some(rest) => parts.extend([(role, label.to_owned()), (text_role, rest.to_owned())]),
                None => parts.push((text_role, part)),
            }
        } else {
            parts.push((text_role, format!("{:indent$}{part}", "", indent = TIME + names)));
        }
        lines.push(Words { parts, struck: entry.struck });
    }
}

/// The word before the text, and its role.
fn kind(kind: EntryKind) -> (&'static str, Role) {
    match kind {
        EntryKind::Todo => ("TODO ", Role::Warn),
        EntryKind::Decision => ("decision ", Role::Accent),
        EntryKind::Action => ("action ", Role::Accent),
        EntryKind::Comms => ("told ", Role::Accent),
        EntryKind::Note | EntryKind::Sys => ("", Role::Text),
    }
}
