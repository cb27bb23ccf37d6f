//! A schedule of layers: who is on call at an instant, until when, and who is next.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::layer::{Layer, Turns};
use super::overrides::{Holder, Override, apply};
use super::person::PersonId;
use super::rotation::Rotation;

/// The role whose absence is a gap.
pub const PRIMARY: &str = "primary";
/// The role that backs the primary up.
pub const SECONDARY: &str = "secondary";

/// How many changes that change nothing are walked over in search of one that does.
const WALK: usize = 1_000;
/// How far a chain of layers that follow each other is followed.
const FOLLOW: usize = 8;

/// Layers in one time zone. Of layers with the same role the last listed active one wins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    pub name: String,
    pub timezone: Tz,
    pub layers: Vec<Layer>,
}

/// Who holds a role, and in which part of `[from, until)` without a hand-over. Nobody is a duty
/// with no person, never an absent duty. A bound that is not in sight is `None`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duty {
    pub role: String,
    pub person: Option<PersonId>,
    pub from: Option<DateTime<Utc>>,
    pub until: Option<DateTime<Utc>>,
    /// The override that put the person here.
    pub by_override: Option<u64>,
}

impl Schedule {
    /// The roles in the order listed; primary is always one of them.
    pub fn roles(&self) -> Vec<&str> {
        let mut roles: Vec<&str> = Vec::new();
        if !self.layers.iter().any(|layer| layer.role == PRIMARY) {
            roles.push(PRIMARY);
        }
        for layer in &self.layers {
            if !roles.contains(&layer.role.as_str()) {
                roles.push(&layer.role);
            }
        }
        roles
    }

    /// Every role with whoever holds it at `at`; at least one duty a role.
    pub fn on_call(&self, at: DateTime<Utc>, overrides: &[Override]) -> Vec<Duty> {
        let roles = self.roles();
        roles.into_iter().flat_map(|role| self.duties(role, at, overrides)).collect()
    }

    /// Every role with whoever holds it after the next hand-over. A role for which no hand-over
    /// is in sight is left out.
    pub fn next(&self, at: DateTime<Utc>, overrides: &[Override]) -> Vec<Duty> {
        let next = |role| {
            let change = self.change_after(role, at, overrides)?;
            Some(self.duties(role, change, overrides))
        };
        self.roles().into_iter().filter_map(next).flatten().collect()
    }

    /// Nobody holds the primary role at `at`.
    pub fn nobody(&self, at: DateTime<Utc>, overrides: &[Override]) -> bool {
        self.holders(PRIMARY, at, overrides).is_empty()
    }

    fn duties(&self, role: &str, at: DateTime<Utc>, overrides: &[Override]) -> Vec<Duty> {
        let from = self.change_before(role, at, overrides);
        let until = self.change_after(role, at, overrides);
        let duty = |holder: Option<Holder>| Duty {
            role: role.to_owned(),
            by_override: holder.as_ref().and_then(|holder| holder.by),
            person: holder.map(|holder| holder.person),
            from,
            until,
        };
        let holders = self.holders(role, at, overrides);
        if holders.is_empty() {
            return vec![duty(None)];
        }
        holders.into_iter().map(|holder| duty(Some(holder))).collect()
    }

    /// The rotation a layer takes its turns from, and the offset in its list.
    pub fn rotation<'a>(&'a self, layer: &'a Layer) -> Option<(&'a Rotation, i64)> {
        let mut turns = &layer.turns;
        let mut places = 0_i64;
        for _ in 0..FOLLOW {
            match turns {
                Turns::Own(rotation) => return Some((rotation, places)),
                Turns::Follows { role, offset } => {
                    places = places.checked_add(*offset)?;
                    turns = &self.layers.iter().find(|layer| layer.role == *role)?.turns;
                }
            }
        }
        None
    }

    pub(super) fn holders(&self, role: &str, at: DateTime<Utc>, overrides: &[Override]) -> Vec<Holder> {
        let covering = overrides
            .iter()
            .filter(|change| change.concerns(&self.name, role) && change.covers(at))
            .collect();
        apply(self.planned(role, at).into_iter().collect(), covering)
    }

    fn planned(&self, role: &str, at: DateTime<Utc>) -> Option<Holder> {
        let named = |layer: &&(usize, &Layer)| layer.1.role == role;
        let layers: Vec<(usize, &Layer)> = self.layers.iter().enumerate().collect();
        layers.iter().filter(named).rev().find_map(|(place, layer)| {
            let (rotation, offset) = self.rotation(layer)?;
            let number = rotation.number(self.timezone, at);
            let person = rotation.person(number, offset)?;
            layer.active(self.timezone, at).then(|| Holder::planned(person, *place, number))
        })
    }

    fn change_after(&self, role: &str, at: DateTime<Utc>, overrides: &[Override]) -> Option<DateTime<Utc>> {
        let now = self.holders(role, at, overrides);
        let mut cut = at;
        for _ in 0..WALK {
            cut = self.cut_after(role, cut, overrides)?;
            if self.holders(role, cut, overrides) != now {
                return Some(cut);
            }
        }
        None
    }

    fn change_before(&self, role: &str, at: DateTime<Utc>, overrides: &[Override]) -> Option<DateTime<Utc>> {
        let now = self.holders(role, at, overrides);
        let mut begin = self.cut_at_or_before(role, at, overrides)?;
        for _ in 0..WALK {
            let earlier =
                self.cut_at_or_before(role, begin - chrono::TimeDelta::nanoseconds(1), overrides)?;
            if self.holders(role, earlier, overrides) != now {
                return Some(begin);
            }
            begin = earlier;
        }
        None
    }

    /// The first instant after `at` at which the holders of a role may change.
    pub(super) fn cut_after(
        &self,
        role: &str,
        at: DateTime<Utc>,
        overrides: &[Override],
    ) -> Option<DateTime<Utc>> {
        let zone = self.timezone;
        let turns = self.of_role(role).filter_map(|layer| {
            let (rotation, _) = self.rotation(layer)?;
            rotation.handover(zone, rotation.number(zone, at) + 1)
        });
        let windows = self.of_role(role).flat_map(|layer| &layer.windows);
        let edges = windows.filter_map(|window| window.edge_after(zone, at));
        let changes = self.edges(role, overrides);
        turns.chain(edges).chain(changes).filter(|cut| *cut > at).min()
    }

    fn cut_at_or_before(
        &self,
        role: &str,
        at: DateTime<Utc>,
        overrides: &[Override],
    ) -> Option<DateTime<Utc>> {
        let zone = self.timezone;
        let after = at.checked_add_signed(chrono::TimeDelta::nanoseconds(1))?;
        let turns = self.of_role(role).filter_map(|layer| {
            let (rotation, _) = self.rotation(layer)?;
            rotation.handover(zone, rotation.number(zone, at))
        });
        let windows = self.of_role(role).flat_map(|layer| &layer.windows);
        let edges = windows.filter_map(|window| window.edge_before(zone, after));
        let changes = self.edges(role, overrides);
        turns.chain(edges).chain(changes).filter(|cut| *cut <= at).max()
    }

    fn of_role<'a>(&'a self, role: &'a str) -> impl Iterator<Item = &'a Layer> {
        self.layers.iter().filter(move |layer| layer.role == role)
    }

    fn edges<'a>(
        &'a self,
        role: &'a str,
        overrides: &'a [Override],
    ) -> impl Iterator<Item = DateTime<Utc>> + 'a {
        overrides
            .iter()
            .filter(move |change| change.concerns(&self.name, role) && change.from < change.to)
            .flat_map(|change| [change.from, change.to])
    }
}
