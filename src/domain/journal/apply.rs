//! One event changes the state.

use chrono::TimeDelta;
use serde::Deserialize;

use super::entities::{Again, Change, Handoff, Maintenance, PolicyChange};
use super::event::Event;
use super::kind;
use super::payload;
use super::state::{Rejected, State, push};
use super::text::{NAME, TEXT, TITLE, bounded, names};
use crate::domain::oncall::{Mode, Override, PRIMARY};

/// A reason why an event cannot be applied.
pub(super) type Applied = Result<(), String>;

/// How far a recorded time may fall behind the one before without a word.
pub const CLOCK_SLACK: TimeDelta = TimeDelta::minutes(2);

impl State {
    /// Applies one event; events come in the order of `seq`. `undo` needs a look at what came
    /// before and is the work of [`super::Fold`]: here it only counts. An event that does not
    /// fit is counted and changes nothing.
    pub fn apply(&mut self, event: &Event) {
        self.count(event);
        if let Err(reason) = self.dispatch(event) {
            self.tally.rejected += 1;
            self.tally.last_rejected = Some(Rejected {
                seq: event.seq,
                kind: bounded(&event.kind, NAME),
                reason: bounded(&reason, TITLE),
            });
        }
    }

    fn count(&mut self, event: &Event) {
        let tally = &mut self.tally;
        tally.events += 1;
        tally.format = tally.format.max(event.v);
        tally.last_seq = tally.last_seq.max(event.seq);
        let stepped = |last| event.ts.signed_duration_since(last) < -CLOCK_SLACK;
        tally.clock_steps += u64::from(tally.last_ts.is_some_and(stepped));
        tally.last_ts = Some(event.ts);
    }

    fn dispatch(&mut self, event: &Event) -> Applied {
        match event.kind.as_str() {
            kind::NOTE_LEFT => self.note_left(event),
            kind::NOTE_READ => {
                self.unread.remove(reference(event)?);
                Ok(())
            }
            kind::OVERRIDE_ADDED => self.override_added(event),
            kind::OVERRIDE_ENDED => self.override_ended(event),
            kind::MAINT_ADDED => self.maint_added(event),
            kind::MAINT_STARTED => self.maint_mark(event, |window| &mut window.started),
            kind::MAINT_ENDED => self.maint_mark(event, |window| &mut window.ended),
            kind::CHANGE_MARKED => self.change_marked(event),
            kind::POLICY_CHANGED => self.policy_changed(event),
            kind::HANDOFF_SIGNED => self.handoff_signed(event),
            kind::HANDOFF_ACCEPTED => self.handoff_accepted(event),
            kind::UNDO => Ok(()),
            _ => self.apply_incident(event),
        }
    }

    fn note_left(&mut self, event: &Event) -> Applied {
        let note: payload::Note = data(event)?;
        self.notes += 1;
        if self.unread.len() < super::state::MOST {
            self.unread.insert(bounded(&event.id, NAME), bounded(&note.text, TEXT));
        }
        Ok(())
    }

    fn override_added(&mut self, event: &Event) -> Applied {
        let added: payload::OverrideAdded = data(event)?;
        let change = Override {
            seq: event.seq,
            id: bounded(&event.id, NAME),
            schedule: bounded(&added.schedule, NAME),
            role: bounded(added.role.as_deref().unwrap_or(PRIMARY), NAME),
            mode: match added.mode {
                payload::OverrideMode::Replace => Mode::Replace,
                payload::OverrideMode::Add => Mode::Add,
                payload::OverrideMode::Remove => Mode::Remove,
            },
            person: bounded(&added.person, NAME),
            instead_of: added.instead_of.map(|person| bounded(&person, NAME)),
            from: added.from,
            to: added.to,
            reason: bounded(&added.reason, TITLE),
        };
        push(&mut self.overrides, change);
        Ok(())
    }

    fn override_ended(&mut self, event: &Event) -> Applied {
        let id = reference(event)?;
        let end = event.happened();
        let found = self.overrides.iter_mut().find(|change| change.id == id);
        let change = found.ok_or_else(|| format!("there is no override {id}"))?;
        change.to = change.to.min(end);
        self.overrides.retain(|change| change.from < change.to);
        Ok(())
    }

    fn maint_added(&mut self, event: &Event) -> Applied {
        let added: payload::MaintenanceAdded = data(event)?;
        let recurrence = added.recurrence().transpose()?;
        let window = Maintenance {
            id: bounded(&event.id, NAME),
            actor: bounded(&event.actor, NAME),
            services: names(&added.services),
            slos: names(&added.slos),
            from: added.from,
            to: added.to,
            text: bounded(&added.text, TITLE),
            estimate: added.estimate,
            excluded: added.excluded,
            reason: added.reason.map(|reason| bounded(&reason, TITLE)),
            started: None,
            ended: None,
            again: added
                .repeat
                .zip(recurrence)
                .map(|(repeat, recurrence)| Again { rule: bounded(&repeat.rule, NAME), recurrence }),
        };
        push(&mut self.maintenance, window);
        Ok(())
    }

    fn maint_mark(
        &mut self,
        event: &Event,
        mark: fn(&mut Maintenance) -> &mut Option<chrono::DateTime<chrono::Utc>>,
    ) -> Applied {
        let id = reference(event)?;
        let found = self.maintenance.iter_mut().find(|window| window.id == id);
        let window = found.ok_or_else(|| format!("there is no maintenance {id}"))?;
        mark(window).get_or_insert(event.happened());
        Ok(())
    }

    fn change_marked(&mut self, event: &Event) -> Applied {
        let marked: payload::ChangeMarked = data(event)?;
        let change = Change {
            id: bounded(&event.id, NAME),
            at: event.happened(),
            actor: bounded(&event.actor, NAME),
            service: marked.service.map(|service| bounded(&service, NAME)),
            text: bounded(&marked.text, TITLE),
            source: marked.source.map(|source| bounded(&source, NAME)),
        };
        push(&mut self.changes, change);
        Ok(())
    }

    fn policy_changed(&mut self, event: &Event) -> Applied {
        let changed: payload::PolicyChanged = data(event)?;
        let step = PolicyChange {
            at: event.happened(),
            slo: bounded(&changed.slo, NAME),
            from: changed.from.map(|from| bounded(&from, NAME)),
            to: bounded(&changed.to, NAME),
            remaining: changed.remaining,
        };
        self.policy.insert(step.slo.clone(), step.clone());
        push(&mut self.policy_steps, step);
        Ok(())
    }

    fn handoff_signed(&mut self, event: &Event) -> Applied {
        let signed: payload::HandoffSigned = data(event)?;
        self.handoff = Some(Handoff {
            shift: bounded(event.reference.as_deref().unwrap_or(&event.id), NAME),
            schedule: signed.schedule.map(|schedule| bounded(&schedule, NAME)),
            outgoing: bounded(&signed.outgoing, NAME),
            incoming: bounded(&signed.incoming, NAME),
            signed: event.happened(),
            accepted: None,
            forced: signed.forced.map(|reason| bounded(&reason, TITLE)),
        });
        Ok(())
    }

    fn handoff_accepted(&mut self, event: &Event) -> Applied {
        let shift = reference(event)?;
        let waiting = self.handoff.as_mut().filter(|handoff| handoff.shift == shift);
        let handoff = waiting.ok_or_else(|| format!("the hand-off of {shift} is not signed"))?;
        handoff.accepted.get_or_insert(event.happened());
        Ok(())
    }
}

/// The payload of an event, as its kind has it.
pub(super) fn data<'a, T: Deserialize<'a>>(event: &'a Event) -> Result<T, String> {
    T::deserialize(&event.data).map_err(|error| error.to_string())
}

pub(super) fn reference(event: &Event) -> Result<&str, String> {
    event.reference.as_deref().ok_or_else(|| "it has no ref".to_owned())
}
