//! All people and schedules, and what is wrong with them.

use std::collections::HashSet;

use super::layer::Turns;
use super::overrides::Override;
use super::person::Person;
use super::problem::Problem;
use super::schedule::{PRIMARY, Schedule};

/// The configured people and schedules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roster {
    pub people: Vec<Person>,
    pub schedules: Vec<Schedule>,
}

impl Roster {
    pub fn person(&self, id: &str) -> Option<&Person> {
        self.people.iter().find(|person| person.id == id)
    }

    pub fn schedule(&self, name: &str) -> Option<&Schedule> {
        self.schedules.iter().find(|schedule| schedule.name == name)
    }

    /// What is wrong with the schedules themselves.
    pub fn problems(&self) -> Vec<Problem> {
        self.schedules.iter().flat_map(|schedule| self.schedule_problems(schedule)).collect()
    }

    /// The overrides that can be applied. Where an override names nobody we know, the planned
    /// person stays on call.
    pub fn accepted(&self, overrides: &[Override]) -> Vec<Override> {
        overrides.iter().filter(|change| self.refuses(change).is_none()).cloned().collect()
    }

    /// The same, and what is wrong with the others.
    pub fn usable(&self, overrides: &[Override]) -> (Vec<Override>, Vec<Problem>) {
        let mut usable: Vec<Override> = Vec::new();
        let mut problems = Vec::new();
        for change in overrides {
            if let Some(problem) = self.refuses(change) {
                problems.push(problem);
            } else {
                usable.push(change.clone());
            }
        }
        problems.extend(overlaps(&usable));
        (usable, problems)
    }

    fn schedule_problems(&self, schedule: &Schedule) -> Vec<Problem> {
        let mut problems = Vec::new();
        if !schedule.layers.iter().any(|layer| layer.role == PRIMARY) {
            problems.push(Problem::NoPrimary { schedule: schedule.name.clone() });
        }
        for layer in &schedule.layers {
            let name = || (schedule.name.clone(), layer.role.clone());
            match &layer.turns {
                Turns::Follows { role, .. } if schedule.rotation(layer).is_none() => {
                    let (schedule, own) = name();
                    let follows = role.clone();
                    problems.push(Problem::FollowsNothing { schedule, role: own, follows });
                }
                Turns::Own(rotation) if rotation.people.is_empty() => {
                    let (schedule, role) = name();
                    problems.push(Problem::EmptyRotation { schedule, role });
                }
                Turns::Own(rotation) => {
                    let strangers = rotation.people.iter().filter(|id| self.person(id).is_none());
                    problems.extend(strangers.map(|person| {
                        let (schedule, role) = name();
                        let person = person.clone();
                        Problem::UnknownInRotation { schedule, role, person }
                    }));
                }
                Turns::Follows { .. } => {}
            }
        }
        problems
    }

    fn refuses(&self, change: &Override) -> Option<Problem> {
        let seq = change.seq;
        if change.to <= change.from {
            return Some(Problem::EmptyOverride { seq });
        }
        let Some(schedule) = self.schedule(&change.schedule) else {
            let schedule = change.schedule.clone();
            return Some(Problem::UnknownSchedule { seq, schedule });
        };
        if !schedule.roles().contains(&change.role.as_str()) {
            let (schedule, role) = (change.schedule.clone(), change.role.clone());
            return Some(Problem::UnknownRole { seq, schedule, role });
        }
        let people: HashSet<&str> = self.people.iter().map(|person| person.id.as_str()).collect();
        let stranger = std::iter::once(&change.person)
            .chain(&change.instead_of)
            .find(|person| !people.contains(person.as_str()));
        stranger.map(|person| Problem::UnknownInOverride { seq, person: person.clone() })
    }
}

fn overlaps(usable: &[Override]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (place, newer) in usable.iter().enumerate() {
        for older in &usable[..place] {
            let same_place = older.concerns(&newer.schedule, &newer.role)
                && older.mode == newer.mode
                && older.instead_of == newer.instead_of;
            if same_place && older.from < newer.to && newer.from < older.to {
                problems.push(Problem::Overlap {
                    older: older.seq.min(newer.seq),
                    newer: older.seq.max(newer.seq),
                });
            }
        }
    }
    problems
}
