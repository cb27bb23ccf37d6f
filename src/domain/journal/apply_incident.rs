//! Events about incidents.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::apply::{Applied, data, reference};
use super::event::Event;
use super::kind;
use super::payload;
use super::state::State;
use super::text::{ITEMS, NAME, TEXT, TITLE, bounded, names};
use crate::domain::incident::{Clock, Entry, EntryKind, Incident, Severity, Status};

impl State {
    pub(super) fn apply_incident(&mut self, event: &Event) -> Applied {
        match event.kind.as_str() {
            kind::INCIDENT_OPENED => self.opened(event),
            kind::INCIDENT_STATUS => self.status(event),
            kind::INCIDENT_SEVERITY => self.severity(event),
            kind::INCIDENT_FIELD => self.field(event),
            kind::INCIDENT_MERGED => self.merged(event),
            kind::INCIDENT_REOPENED => self.reopened(event),
            kind::ROLE_OFFERED => self.role(event, Incident::offer, "offered to"),
            kind::ROLE_ACCEPTED => self.role(event, Incident::accept, "taken by"),
            kind::ROLE_RELEASED => self.role(event, Incident::release, "released by"),
            kind::NOTE_ADDED => self.note(event),
            kind::NOTE_STRUCK => self.struck(event),
            _ => {
                self.tally.other += 1;
                Ok(())
            }
        }
    }

    fn opened(&mut self, event: &Event) -> Applied {
        let opened: payload::Opened = data(event)?;
        let referred = event.reference.as_deref().and_then(Incident::number_in);
        let number = opened.number.or(referred).unwrap_or_else(|| self.next_number());
        if self.incidents.contains_key(&number) {
            return Err(format!("INC-{number} is open already"));
        }
        let status = opened.status.as_deref().map(str::parse::<Status>).transpose();
        let status = status.map_err(|error| error.to_string())?;
        let severity = Severity::new(&bounded(&opened.severity, NAME));
        let title = bounded(&opened.title, TITLE);
        let mut incident = Incident::opened(number, &title, severity, event.happened());
        incident.services = names(&opened.services);
        incident.slos = names(&opened.slos);
        incident.channel = opened.channel.map(|channel| bounded(&channel, TITLE));
        for (clock, at) in [(Clock::ImpactStart, opened.impact_start), (Clock::Paged, opened.paged)] {
            if let Some(at) = at {
                incident.clocks.stamp(clock, at);
            }
        }
        if let Some(status) = status {
            incident.set_status(status, event.happened());
        }
        let text = format!("opened as {}", incident.severity);
        incident.timeline.push(entry(event, EntryKind::Sys, text));
        self.incidents.insert(number, Arc::new(incident));
        Ok(())
    }

    fn status(&mut self, event: &Event) -> Applied {
        let change: payload::StatusChange = data(event)?;
        let status: Status = change
            .status
            .parse()
            .map_err(|_| format!("\"{}\" is not a status", bounded(&change.status, NAME)))?;
        let incident = self.incident_of(event)?;
        let text = format!("{} -> {status}{}", incident.status, because(change.reason.as_deref()));
        incident.set_status(status, event.happened());
        incident.timeline.push(entry(event, EntryKind::Sys, text));
        Ok(())
    }

    fn severity(&mut self, event: &Event) -> Applied {
        let change: payload::SeverityChange = data(event)?;
        let severity = Severity::new(&bounded(&change.severity, NAME));
        let incident = self.incident_of(event)?;
        let because = because(change.reason.as_deref());
        let text = format!("severity {} -> {severity}{because}", incident.severity);
        incident.severity = severity;
        incident.timeline.push(entry(event, EntryKind::Sys, text));
        Ok(())
    }

    fn field(&mut self, event: &Event) -> Applied {
        let fields: Map<String, Value> = data(event)?;
        let incident = self.incident_of(event)?;
        let mut wrong = Vec::new();
        for (name, value) in fields.iter().take(ITEMS) {
            if set_field(incident, name, value).is_none() {
                wrong.push(bounded(name, NAME));
            }
        }
        if wrong.is_empty() { Ok(()) } else { Err(format!("cannot read the value of {}", wrong.join(", "))) }
    }

    fn merged(&mut self, event: &Event) -> Applied {
        let merged: payload::Merged = data(event)?;
        let into = Incident::number_in(&merged.into).ok_or("it names no incident to merge into")?;
        let incident = self.incident_of(event)?;
        if incident.number == into {
            return Err("an incident cannot be its own duplicate".to_owned());
        }
        incident.duplicate_of = Some(into);
        incident.timeline.push(entry(event, EntryKind::Sys, format!("merged into INC-{into}")));
        Ok(())
    }

    fn reopened(&mut self, event: &Event) -> Applied {
        let reason = data::<payload::Reopened>(event).unwrap_or_default().reason;
        let incident = self.incident_of(event)?;
        incident.duplicate_of = None;
        incident.set_status(Status::Investigating, event.happened());
        let text = format!("reopened{}", because(reason.as_deref()));
        incident.timeline.push(entry(event, EntryKind::Sys, text));
        Ok(())
    }

    fn role(
        &mut self,
        event: &Event,
        change: fn(&mut Incident, &str, &str, DateTime<Utc>),
        verb: &str,
    ) -> Applied {
        let given: payload::Role = data(event)?;
        let (role, person) = (bounded(&given.role, NAME), bounded(&given.person, NAME));
        let incident = self.incident_of(event)?;
        if incident.roles.len() >= ITEMS {
            incident.roles.retain(|assignment| assignment.released.is_none());
        }
        if incident.roles.len() >= ITEMS {
            return Err(format!("more than {ITEMS} roles"));
        }
        change(incident, &role, &person, event.happened());
        incident.timeline.push(entry(event, EntryKind::Sys, format!("{role} {verb} {person}")));
        Ok(())
    }

    fn note(&mut self, event: &Event) -> Applied {
        let note: payload::Note = data(event)?;
        self.notes += 1;
        if event.reference.is_none() {
            return Ok(());
        }
        let incident = self.incident_of(event)?;
        if let Some(wrong) = note.corrects {
            incident.timeline.strike(&wrong);
        }
        let text = bounded(&note.text, TEXT);
        incident.timeline.push(entry(event, EntryKind::named(&note.sort), text));
        Ok(())
    }

    fn struck(&mut self, event: &Event) -> Applied {
        let struck: payload::Struck = data(event)?;
        let found = self.incident_of(event)?.timeline.strike(&struck.note);
        found.then_some(()).ok_or_else(|| "there is no such line".to_owned())
    }

    fn incident_of(&mut self, event: &Event) -> Result<&mut Incident, String> {
        let id = reference(event)?;
        let number = Incident::number_in(id);
        let found = number.and_then(|number| self.incidents.get_mut(&number));
        found.map(Arc::make_mut).ok_or_else(|| format!("there is no incident {id}"))
    }
}

fn entry(event: &Event, kind: EntryKind, text: String) -> Entry {
    Entry {
        seq: event.seq,
        id: bounded(&event.id, NAME),
        at: event.happened(),
        recorded: event.ts,
        actor: bounded(&event.actor, NAME),
        kind,
        text,
        struck: false,
    }
}

fn because(reason: Option<&str>) -> String {
    reason.map_or_else(String::new, |reason| format!(": {}", bounded(reason, TITLE)))
}

/// Sets one field; `None` when the value does not fit it.
fn set_field(incident: &mut Incident, name: &str, value: &Value) -> Option<()> {
    if let Ok(clock) = name.parse::<Clock>() {
        incident.clocks.correct(clock, moment(value)?);
        return Some(());
    }
    match name {
        "title" => incident.title = bounded(value.as_str()?, TITLE),
        "services" => incident.services = list(value)?,
        "slos" => incident.slos = list(value)?,
        "next_update_due" => incident.next_update_due = moment(value)?,
        "channel" => incident.channel = value.as_str().map(|channel| bounded(channel, TITLE)),
        _ => set_other(incident, &bounded(name, NAME), value),
    }
    Some(())
}

fn set_other(incident: &mut Incident, name: &str, value: &Value) {
    let text = match value {
        Value::Null => {
            incident.fields.remove(name);
            return;
        }
        Value::String(text) => bounded(text, TEXT),
        other => bounded(&other.to_string(), TEXT),
    };
    if incident.fields.len() < ITEMS || incident.fields.contains_key(name) {
        incident.fields.insert(name.to_owned(), text);
    }
}

/// An instant, or `Some(None)` for null.
#[expect(clippy::option_option, reason = "null and nonsense are different answers")]
fn moment(value: &Value) -> Option<Option<DateTime<Utc>>> {
    match value {
        Value::Null => Some(None),
        other => other.as_str()?.parse().ok().map(Some),
    }
}

fn list(value: &Value) -> Option<Vec<String>> {
    let items = value.as_array()?.iter().map(Value::as_str);
    items.take(ITEMS).map(|name| name.map(|name| bounded(name, NAME))).collect()
}
