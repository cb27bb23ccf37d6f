//! How the demo's log is written: minutes of the story in, numbered lines out.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};

use super::super::noise::Noise;
use super::crew::Crew;
use crate::domain::journal::ulid;

struct Item {
    /// Minutes relative to the start.
    minute: i64,
    actor: String,
    kind: &'static str,
    reference: Option<String>,
    data: Value,
}

pub(super) struct Log {
    pub(super) started: DateTime<Utc>,
    pub(super) crew: Crew,
    items: Vec<Item>,
}

impl Log {
    pub(super) fn new(started: DateTime<Utc>) -> Self {
        Self { started, crew: Crew::at(started), items: Vec::new() }
    }

    pub(super) fn at(&self, minute: i64) -> DateTime<Utc> {
        let whole = self.started.timestamp().div_euclid(60) * 60;
        DateTime::from_timestamp(whole, 0).unwrap_or(self.started) + TimeDelta::minutes(minute)
    }

    pub(super) fn clock(&self, minute: i64) -> String {
        text(self.at(minute))
    }

    pub(super) fn push(
        &mut self,
        minute: i64,
        actor: &str,
        kind: &'static str,
        reference: Option<&str>,
        data: Value,
    ) {
        let (actor, reference) = (actor.to_owned(), reference.map(str::to_owned));
        self.items.push(Item { minute, actor, kind, reference, data });
    }

    pub(super) fn incident(&mut self, number: u64, minute: i64) -> Record<'_> {
        Record { log: self, id: format!("INC-{number}"), number, minute }
    }

    pub(super) fn change(&mut self, minute: i64, service: &str, text: &str, source: &str) {
        let data = json!({ "service": service, "text": text, "source": source });
        self.push(minute, "sys", "change.marked", None, data);
    }

    pub(super) fn note_left(&mut self, minute: i64, text: &str) {
        let primary = self.crew.primary;
        self.push(minute, primary, "note.left", None, json!({ "text": text, "type": "note" }));
    }

    /// Sorted by time, numbered, in their envelopes.
    pub(super) fn lines(mut self) -> Vec<String> {
        self.items.sort_by_key(|item| item.minute);
        let envelope = |(index, item): (usize, &Item)| {
            let (at, seq) = (self.at(item.minute), index as i64 + 1);
            let mut event = json!({
                "v": 1, "seq": seq, "id": id(at, seq), "ts": text(at), "actor": item.actor,
                "actor_src": if item.actor == "sys" { "sys" } else { "login" },
                "host": "bastion-1", "kind": item.kind, "data": item.data,
            });
            if let Some(reference) = &item.reference {
                event["ref"] = json!(reference);
            }
            event.to_string()
        };
        self.items.iter().enumerate().map(envelope).collect()
    }
}

/// Writes the events of one incident; minutes count from the start of its impact.
pub(super) struct Record<'a> {
    log: &'a mut Log,
    id: String,
    number: u64,
    minute: i64,
}

impl Record<'_> {
    pub(super) fn push(&mut self, after: i64, actor: &str, kind: &'static str, data: Value) {
        let minute = self.minute + after;
        self.log.push(minute, actor, kind, Some(&self.id), data);
    }

    pub(super) fn open(
        mut self,
        severity: u8,
        title: &str,
        services: &[&str],
        slos: &[&str],
        after: i64,
    ) -> Self {
        let data = json!({
            "number": self.number, "title": title, "severity": format!("SEV{severity}"),
            "services": services, "slos": slos, "impact_start": self.log.clock(self.minute),
            "paged": self.log.clock(self.minute + after), "channel": format!("#inc-{}", self.number),
        });
        self.push(after, "sys", "incident.opened", data);
        self
    }

    pub(super) fn acknowledged(mut self, after: i64, person: &str) -> Self {
        self.push(after, person, "incident.status", json!({ "status": "acknowledged" }));
        self
    }

    /// Acknowledged by the one who then leads.
    pub(super) fn led(self, after: i64, person: &str) -> Self {
        self.acknowledged(after, person).role(after, person, "commander", person)
    }

    pub(super) fn role(mut self, after: i64, actor: &str, role: &str, person: &str) -> Self {
        self.push(after, actor, "role.accepted", json!({ "role": role, "person": person }));
        self
    }

    pub(super) fn status(mut self, after: i64, actor: &str, status: &str, reason: &str) -> Self {
        self.push(after, actor, "incident.status", json!({ "status": status, "reason": reason }));
        self
    }

    pub(super) fn severity(mut self, after: i64, actor: &str, severity: &str, reason: &str) -> Self {
        self.push(after, actor, "incident.severity", json!({ "severity": severity, "reason": reason }));
        self
    }

    pub(super) fn note(mut self, after: i64, actor: &str, sort: &str, text: &str) -> Self {
        self.push(after, actor, "note.added", json!({ "text": text, "type": sort }));
        self
    }

    /// A field, noted with the last event of this incident.
    pub(super) fn field(mut self, name: &str, value: &str) -> Self {
        let last = self.log.items.last().map_or(0, |item| item.minute - self.minute);
        let actor = self.log.items.last().map_or_else(String::new, |item| item.actor.clone());
        self.push(last, &actor, "incident.field", json!({ name: value }));
        self
    }

    pub(super) fn over(mut self, mitigated: i64, resolved: i64, actor: &str, reason: &str) {
        self.push(mitigated, actor, "incident.status", json!({ "status": "monitoring" }));
        self.push(resolved, actor, "incident.status", json!({ "status": "resolved", "reason": reason }));
    }
}

pub(super) fn text(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// An id that is the same at every start.
fn id(at: DateTime<Utc>, seq: i64) -> String {
    ulid(at, u128::from(Noise::new(1, "ulid").bits(seq)) << 16 | u128::from(seq as u16))
}
