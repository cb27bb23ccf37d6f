//! One incident as it stands now.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::clocks::{Clock, Clocks};
use super::role::{Assignment, COMMANDER};
use super::severity::Severity;
use super::status::Status;
use super::timeline::Timeline;
use crate::domain::slo::objective::Objective;

/// Texts are as typed: clean them before drawing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incident {
    pub number: u64,
    pub title: String,
    pub severity: Severity,
    pub status: Status,
    pub clocks: Clocks,
    pub services: Vec<String>,
    /// Ids of SLOs, as `checkout/availability`.
    pub slos: Vec<String>,
    pub channel: Option<String>,
    pub next_update_due: Option<DateTime<Utc>>,
    /// Number of the incident this one was merged into.
    pub duplicate_of: Option<u64>,
    /// Everything else that was noted of it: `cause`, `customer_impact`, `next_step`, ….
    pub fields: BTreeMap<String, String>,
    pub roles: Vec<Assignment>,
    pub timeline: Timeline,
}

impl Incident {
    /// A new incident in status detected, detected at `at`.
    pub fn opened(number: u64, title: &str, severity: Severity, at: DateTime<Utc>) -> Self {
        let mut clocks = Clocks::default();
        clocks.stamp(Clock::Detected, at);
        Self {
            number,
            title: title.to_owned(),
            severity,
            status: Status::Detected,
            clocks,
            services: Vec::new(),
            slos: Vec::new(),
            channel: None,
            next_update_due: None,
            duplicate_of: None,
            fields: BTreeMap::new(),
            roles: Vec::new(),
            timeline: Timeline::default(),
        }
    }

    /// Whether it is about this SLO or the group it is of, or about its service where it names no SLO.
    pub fn concerns(&self, slo: &Objective) -> bool {
        if self.slos.is_empty() {
            return self.services.contains(&slo.service);
        }
        self.slos.iter().any(|named| slo.is_named(named))
    }

    /// `INC-7`.
    pub fn id(&self) -> String {
        format!("INC-{}", self.number)
    }

    /// The number in `INC-7`, `inc-7` or `7`.
    pub fn number_in(id: &str) -> Option<u64> {
        let typed = id.trim();
        let head = typed.get(..4).filter(|head| head.eq_ignore_ascii_case("inc-"));
        let digits = head.map_or(typed, |head| &typed[head.len()..]);
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
    }

    /// Neither resolved, closed, nor merged into another.
    pub fn is_open(&self) -> bool {
        self.status.is_open() && self.duplicate_of.is_none()
    }

    /// When it was over: resolved, or else closed.
    pub fn ended(&self) -> Option<DateTime<Utc>> {
        self.clocks.get(Clock::Resolved).or_else(|| self.clocks.get(Clock::Closed))
    }

    /// How long it has lasted: since impact (else detection) to resolution, or to `now`.
    pub fn age(&self, now: DateTime<Utc>) -> TimeDelta {
        let end = self.clocks.get(Clock::Resolved).filter(|_| !self.is_open());
        let start = self.clocks.start().unwrap_or(now);
        (end.unwrap_or(now) - start).max(TimeDelta::zero())
    }

    /// Moves to a status and makes its mark. Going back takes the marks of what did not hold
    /// (mitigated, resolved, closed) away, so that the next ones count.
    pub fn set_status(&mut self, status: Status, at: DateTime<Utc>) {
        if status < Status::Closed {
            self.clocks.correct(Clock::Closed, None);
        }
        if status.is_open() {
            self.clocks.correct(Clock::Resolved, None);
        }
        if status < Status::Monitoring && self.status >= Status::Monitoring {
            self.clocks.correct(Clock::Mitigated, None);
        }
        self.status = status;
        if let Some(clock) = Clock::of(status) {
            self.clocks.stamp(clock, at);
        }
    }

    /// The person who holds a role.
    pub fn holder(&self, role: &str) -> Option<&str> {
        let held = |assignment: &&Assignment| assignment.role == role && assignment.holds();
        self.roles.iter().rev().find(held).map(|found| found.person.as_str())
    }

    /// Offers a role; until it is accepted, its present holder keeps it.
    pub fn offer(&mut self, role: &str, person: &str, at: DateTime<Utc>) {
        self.roles.push(Assignment {
            role: role.to_owned(),
            person: person.to_owned(),
            offered: at,
            accepted: None,
            released: None,
        });
    }

    /// Takes a role, with or without an offer. Every role but responder has one holder.
    pub fn accept(&mut self, role: &str, person: &str, at: DateTime<Utc>) {
        let shared = role == "responder";
        for other in self.roles.iter_mut().filter(|other| other.role == role && other.holds()) {
            if !shared || other.person == person {
                other.released = Some(at);
            }
        }
        let offered = self.roles.iter().rposition(|offer| {
            let open = offer.accepted.is_none() && offer.released.is_none();
            open && offer.role == role && offer.person == person
        });
        let place = offered.unwrap_or_else(|| {
            self.offer(role, person, at);
            self.roles.len() - 1
        });
        self.roles[place].accepted = Some(at);
        if role == COMMANDER {
            self.clocks.stamp(Clock::Commander, at);
        }
    }

    /// Gives a role, or the offer of it, back.
    pub fn release(&mut self, role: &str, person: &str, at: DateTime<Utc>) {
        for held in &mut self.roles {
            if held.role == role && held.person == person {
                held.released.get_or_insert(at);
            }
        }
    }
}

/// The worst first: by severity, then the one that lasts longest, then the older number.
pub fn worst_first(one: &Incident, other: &Incident) -> Ordering {
    let key = |incident: &Incident| (incident.clocks.start(), incident.number);
    one.severity.cmp(&other.severity).then_with(|| key(one).cmp(&key(other)))
}

/// The open incidents, the worst first.
pub fn open_worst_first<'a>(all: impl IntoIterator<Item = &'a Incident>) -> Vec<&'a Incident> {
    let mut open: Vec<&Incident> = all.into_iter().filter(|incident| incident.is_open()).collect();
    open.sort_by(|one, other| worst_first(one, other));
    open
}
