//! The state of things after some events.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::entities::{Change, Handoff, Maintenance, PolicyChange};
use crate::domain::incident::{Incident, open_worst_first};
use crate::domain::oncall::Override;

/// The most changes, windows, overrides and policy steps kept; the oldest go first.
pub(super) const MOST: usize = 1_000;

/// Everything folded from the log. Cloning is cheap enough for every change.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    /// By number; closed ones too.
    pub incidents: BTreeMap<u64, Arc<Incident>>,
    pub overrides: Vec<Override>,
    pub changes: Vec<Change>,
    pub maintenance: Vec<Maintenance>,
    /// The present step of each SLO.
    pub policy: BTreeMap<String, PolicyChange>,
    /// The steps taken, the oldest first.
    pub policy_steps: Vec<PolicyChange>,
    pub handoff: Option<Handoff>,
    /// Lines added to timelines and notes left.
    pub notes: u64,
    /// Notes left for the next shift that nobody has read, by id.
    pub unread: BTreeMap<String, String>,
    pub tally: Tally,
}

/// What was read, and what was odd about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Events applied.
    pub events: u64,
    /// The highest place in the log.
    pub last_seq: u64,
    pub last_ts: Option<DateTime<Utc>>,
    /// The newest format met; above [`super::FORMAT`] a newer program has written here.
    pub format: u32,
    /// Events of kinds that change nothing here.
    pub other: u64,
    /// Events that could not be applied, and the last of them.
    pub rejected: u64,
    pub last_rejected: Option<Rejected>,
    /// Events recorded more than two minutes earlier than the one before.
    pub clock_steps: u64,
    /// Events that came too late to take their place in the order.
    pub late: u64,
}

/// An event that could not be applied.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("event {seq} ({kind}): {reason}")]
pub struct Rejected {
    pub seq: u64,
    pub kind: String,
    pub reason: String,
}

impl State {
    /// The open incidents, the worst first.
    pub fn open_incidents(&self) -> Vec<&Incident> {
        open_worst_first(self.incidents.values().map(AsRef::as_ref))
    }

    pub fn incident(&self, number: u64) -> Option<&Incident> {
        self.incidents.get(&number).map(AsRef::as_ref)
    }

    /// The number the next incident gets.
    pub fn next_number(&self) -> u64 {
        let last = self.incidents.keys().next_back();
        last.map_or(1, |last| last.saturating_add(1))
    }

    /// The latest hand-off, where it is signed and not accepted.
    pub fn unaccepted_handoff(&self) -> Option<&Handoff> {
        self.handoff.as_ref().filter(|handoff| handoff.accepted.is_none())
    }

    /// Windows that run or are still to come, the next one first; of one that comes back, its next occurrence.
    pub fn maintenance_ahead(&self, now: DateTime<Utc>) -> Vec<Planned<'_>> {
        let planned = |window| Maintenance::next(window, now).map(|(from, to)| Planned { window, from, to });
        let mut found: Vec<_> = self.maintenance.iter().filter_map(planned).collect();
        found.sort_by_key(|planned| planned.from);
        found
    }
}

/// An occurrence of a window, `[from, to)`.
#[derive(Clone, Copy, Debug)]
pub struct Planned<'s> {
    pub window: &'s Maintenance,
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
}

/// Adds to a list that keeps its newest items only.
pub(super) fn push<T>(list: &mut Vec<T>, item: T) {
    if list.len() >= MOST {
        list.drain(..MOST / 10);
    }
    list.push(item);
}
