//! Changes to who is on call, made by people and applied last.

use chrono::{DateTime, Utc};

use super::person::PersonId;

/// What an override does to the people a role has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// `person` instead of `instead_of`, or instead of everybody.
    Replace,
    /// `person` as well.
    Add,
    /// Without `person`.
    Remove,
}

/// One override, in force in `[from, to)`. Of several, the one with the highest `seq` wins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// Place in the log; it orders overrides.
    pub seq: u64,
    /// Id of the event that made it.
    pub id: String,
    pub schedule: String,
    pub role: String,
    pub mode: Mode,
    pub person: PersonId,
    pub instead_of: Option<PersonId>,
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
    pub reason: String,
}

impl Override {
    pub fn covers(&self, at: DateTime<Utc>) -> bool {
        self.from <= at && at < self.to
    }

    pub fn concerns(&self, schedule: &str, role: &str) -> bool {
        self.schedule == schedule && self.role == role
    }
}

/// Somebody who holds a role at an instant, and by which shift or override.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Holder {
    pub(super) person: PersonId,
    /// Whom the layers name: an override of that person keeps finding the place.
    planned: Option<PersonId>,
    /// Layer and shift number; overrides are clipped to it.
    shift: Option<(usize, i64)>,
    pub(super) by: Option<u64>,
}

impl Holder {
    pub(super) fn planned(person: &PersonId, layer: usize, number: i64) -> Self {
        Self { person: person.clone(), planned: Some(person.clone()), shift: Some((layer, number)), by: None }
    }

    fn is(&self, person: &PersonId) -> bool {
        self.person == *person || self.planned.as_ref() == Some(person)
    }
}

/// Applies the overrides that cover one instant, oldest first.
pub(super) fn apply(mut holders: Vec<Holder>, mut covering: Vec<&Override>) -> Vec<Holder> {
    let shift = holders.first().and_then(|holder| holder.shift);
    covering.sort_by_key(|change| change.seq);
    for change in covering {
        let incoming = Holder { person: change.person.clone(), planned: None, shift, by: Some(change.seq) };
        match (change.mode, &change.instead_of) {
            (Mode::Replace, None) => {
                let planned = holders.first().and_then(|holder| holder.planned.clone());
                holders = vec![Holder { planned, ..incoming }];
            }
            (Mode::Replace, Some(outgoing)) => replace(&mut holders, outgoing, &incoming),
            (Mode::Add, _) if holders.iter().any(|holder| holder.person == change.person) => {}
            (Mode::Add, _) => holders.push(incoming),
            (Mode::Remove, _) => holders.retain(|holder| holder.person != change.person),
        }
    }
    holders
}

fn replace(holders: &mut Vec<Holder>, outgoing: &PersonId, incoming: &Holder) {
    let Some(place) = holders.iter().position(|holder| holder.is(outgoing)) else {
        return;
    };
    let planned = holders[place].planned.clone();
    holders.retain(|holder| !holder.is(outgoing) && holder.person != incoming.person);
    let place = place.min(holders.len());
    holders.insert(place, Holder { planned, ..incoming.clone() });
}
