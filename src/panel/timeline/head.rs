//! The head of an incident's page: title, clocks, roles, and what is known of it.

use chrono::{DateTime, TimeDelta, Utc};

use super::Words;
use crate::domain::incident::{COMMANDER, Clock, Incident};
use crate::domain::quantity::{burn, duration, percent};
use crate::domain::slo::status::SloStatus;
use crate::panel::calendar;
use crate::panel::incidents::severity_look;
use crate::panel::objectives::budget_role;
use crate::state::Model;
use crate::theme::Role;
use crate::widget::text::{width, wrap};

type Part = (Role, String);

/// Roles that are always named, filled or not.
const ROLES: [&str; 4] = [COMMANDER, "ops", "comms", "scribe"];
const CLOCKS: [(Clock, &str); 6] = [
    (Clock::ImpactStart, "impact"),
    (Clock::Detected, "detected"),
    (Clock::Acknowledged, "acked"),
    (Clock::Identified, "identified"),
    (Clock::Mitigated, "mitigated"),
    (Clock::Resolved, "resolved"),
];
/// Fields that are shown, and how they are called here.
const FIELDS: [(&str, &str); 4] = [
    ("customer_impact", "customers"),
    ("cause", "cause"),
    ("next_step", "next step"),
    ("data_loss", "data loss"),
];
/// Rows that one field may take.
const LONGEST: usize = 2;

/// `mitigating · 25m`, `resolved in 47m`.
pub(super) fn standing(model: &Model, incident: &Incident) -> String {
    let age = duration(incident.age(model.now));
    match (incident.duplicate_of, incident.is_open()) {
        (Some(other), _) => format!("merged into INC-{other}"),
        (None, true) => format!("{} · {age}", incident.status),
        (None, false) => format!("{} · lasted {age}", incident.status),
    }
}

/// Every line of the head in `room` cells, the most important first.
pub(super) fn lines(model: &Model, incident: &Incident, room: usize) -> Vec<Words> {
    let mut lines = vec![title(incident)];
    lines.extend(flow(clocks(model.now, incident, room), room));
    lines.extend(flow(roles(incident), room));
    lines.extend(flow(slos(model, incident), room));
    lines.extend(due(model.now, incident));
    for (field, name) in FIELDS {
        if let Some(text) = incident.fields.get(field) {
            lines.extend(told(name, text, room));
        }
    }
    lines
}

fn title(incident: &Incident) -> Words {
    let (mark, role) =
        if incident.is_open() { severity_look(incident.severity.rank()) } else { ('✓', Role::Ok) };
    Words::new(vec![
        (role, format!("{mark} {}  ", incident.severity)),
        (Role::Bright, incident.title.clone()),
    ])
}

fn clocks(now: DateTime<Utc>, incident: &Incident, room: usize) -> Vec<Vec<Part>> {
    let start = incident.clocks.start();
    let part = |(clock, name): (Clock, &str)| {
        let Some(at) = incident.clocks.get(clock) else {
            return vec![(Role::Muted, format!("{name} –"))];
        };
        let mut parts = vec![(Role::Muted, format!("{name} ")), (Role::Text, calendar::stamp(at, now))];
        let after = start.map(|start| at - start).filter(|after| *after > TimeDelta::zero());
        if let Some(after) = after.filter(|_| room >= 100) {
            parts.push((Role::Muted, format!(" +{}", duration(after))));
        }
        parts
    };
    CLOCKS.into_iter().map(part).collect()
}

fn roles(incident: &Incident) -> Vec<Vec<Part>> {
    let mut items: Vec<Vec<Part>> = ROLES.iter().map(|role| held(incident, role)).collect();
    let others = incident.roles.iter().filter(|held| held.holds() && !ROLES.contains(&held.role.as_str()));
    items.extend(others.map(|held| item(&held.role, &held.person)));
    if let Some(channel) = &incident.channel {
        items.push(item("channel", channel));
    }
    if !incident.services.is_empty() {
        items.push(item(
            if incident.services.len() == 1 { "service" } else { "services" },
            &incident.services.join(", "),
        ));
    }
    items
}

/// What the incident does to its SLOs.
fn slos(model: &Model, incident: &Incident) -> Vec<Vec<Part>> {
    let of = |slo: &std::sync::Arc<SloStatus>| {
        let left =
            slo.remaining().map_or_else(|| "budget unknown".to_owned(), |left| percent(left) + " left");
        let burn = slo.burn_hour().map_or_else(String::new, |rate| format!(", 1h burn {}×", burn(rate)));
        vec![(Role::Muted, format!("{} ", slo.id())), (budget_role(slo), left), (Role::Muted, burn)]
    };
    incident.slos.iter().filter_map(|id| model.snapshot().named(id)).map(of).collect()
}

fn item(name: &str, text: &str) -> Vec<Part> {
    vec![(Role::Muted, format!("{name} ")), (Role::Text, text.to_owned())]
}

fn held(incident: &Incident, role: &str) -> Vec<Part> {
    let name = (Role::Muted, format!("{role} "));
    let offer = incident
        .roles
        .iter()
        .rev()
        .find(|offer| offer.role == role && offer.accepted.is_none() && offer.released.is_none());
    let offered = offer.map(|offer| (Role::Warn, format!("offered to {}", offer.person)));
    match (incident.holder(role), offered) {
        (Some(person), None) => vec![name, (Role::Bright, person.to_owned())],
        (Some(person), Some(offered)) => {
            vec![name, (Role::Bright, format!("{person} ")), offered]
        }
        (None, Some(offered)) => vec![name, offered],
        (None, None) if !incident.is_open() => vec![name, (Role::Muted, "–".to_owned())],
        (None, None) => vec![name, (Role::Warn, "VACANT".to_owned())],
    }
}

fn due(now: DateTime<Utc>, incident: &Incident) -> Option<Words> {
    let due = incident.next_update_due.filter(|_| incident.is_open())?;
    let late = now - due;
    let label = (Role::Muted, "next update due ".to_owned());
    let at = (Role::Text, calendar::stamp(due, now));
    let rest = if late > TimeDelta::zero() {
        (Role::Warn, format!("  OVERDUE by {}", duration(late)))
    } else {
        (Role::Muted, format!("  {}", calendar::distance(due, now)))
    };
    Some(Words::new(vec![label, at, rest]))
}

fn told(name: &str, text: &str, room: usize) -> Vec<Words> {
    let indent = width(name) + 2;
    let mut lines = wrap(text, room.saturating_sub(indent).max(1));
    if lines.len() > LONGEST {
        lines.truncate(LONGEST);
        if let Some(last) = lines.last_mut() {
            last.push('…');
        }
    }
    let words = |(number, part): (usize, String)| {
        let before = if number == 0 { format!("{name}  ") } else { " ".repeat(indent) };
        Words::new(vec![(Role::Muted, before), (Role::Text, part)])
    };
    lines.into_iter().enumerate().map(words).collect()
}

/// Items side by side, as many as fit on a line.
fn flow(items: Vec<Vec<Part>>, room: usize) -> Vec<Words> {
    const GAP: usize = 3;
    let mut lines: Vec<Words> = Vec::new();
    let mut used = 0;
    for item in items {
        let wide: usize = item.iter().map(|part| width(&part.1)).sum();
        match lines.last_mut() {
            Some(line) if used + GAP + wide <= room => {
                line.parts.push((Role::Muted, " ".repeat(GAP)));
                line.parts.extend(item);
                used += GAP + wide;
            }
            _ => {
                lines.push(Words::new(item));
                used = wide;
            }
        }
    }
    lines
}
