//! How well a stretch of time is covered, and how evenly.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::civil;
use super::overrides::Override;
use super::person::PersonId;
use super::schedule::{PRIMARY, SECONDARY, Schedule};
use super::spans::{Gap, Span};

/// What a look at a stretch of time found.
#[derive(Clone, Debug, PartialEq)]
pub struct Coverage {
    /// Without a primary.
    pub gaps: Vec<Gap>,
    /// Without a secondary, where the schedule has that role.
    pub without_secondary: Vec<Gap>,
    /// The same person primary and secondary.
    pub doubled: Vec<Span>,
    /// The longest time one person is primary without a break.
    pub longest: Option<Span>,
    /// Hours as primary a person, 0 for those in the rotation who had none.
    pub hours: BTreeMap<PersonId, f64>,
}

impl Schedule {
    /// Coverage of `[from, to)`, overrides included.
    pub fn coverage(&self, from: DateTime<Utc>, to: DateTime<Utc>, overrides: &[Override]) -> Coverage {
        let primary = self.spans(PRIMARY, from, to, overrides);
        let backed_up = self.roles().contains(&SECONDARY);
        let secondary = if backed_up { self.spans(SECONDARY, from, to, overrides) } else { Vec::new() };
        Coverage {
            gaps: self.gaps(from, to, overrides),
            without_secondary: if backed_up {
                self.gaps_of(SECONDARY, from, to, overrides)
            } else {
                Vec::new()
            },
            doubled: doubled(&primary, &secondary),
            longest: longest(&primary),
            hours: self.hours(&primary),
        }
    }

    fn hours(&self, spans: &[Span]) -> BTreeMap<PersonId, f64> {
        let planned = self
            .layers
            .iter()
            .filter(|layer| layer.role == PRIMARY)
            .filter_map(|layer| self.rotation(layer))
            .flat_map(|(rotation, _)| &rotation.people);
        let mut hours: BTreeMap<PersonId, f64> = planned.map(|person| (person.clone(), 0.0)).collect();
        for span in spans {
            for person in &span.people {
                *hours.entry(person.clone()).or_default() += civil::hours(span.until - span.from);
            }
        }
        hours
    }
}

/// The mean of min ÷ max over all pairs: 1 is even. `None` for fewer than two people or no hours.
pub fn fairness(hours: &BTreeMap<PersonId, f64>) -> Option<f64> {
    let values: Vec<f64> = hours.values().copied().collect();
    let mut ratios = Vec::new();
    for (place, one) in values.iter().enumerate() {
        for other in &values[..place] {
            let most = one.max(*other);
            ratios.push(if most > 0.0 { one.min(*other) / most } else { 1.0 });
        }
    }
    let any = values.iter().any(|hours| *hours > 0.0);
    (any && !ratios.is_empty()).then(|| ratios.iter().sum::<f64>() / ratios.len() as f64)
}

fn doubled(primary: &[Span], secondary: &[Span]) -> Vec<Span> {
    let mut found = Vec::new();
    for one in primary {
        for other in secondary {
            let (from, until) = (one.from.max(other.from), one.until.min(other.until));
            let both: Vec<PersonId> =
                one.people.iter().filter(|person| other.people.contains(person)).cloned().collect();
            if from < until && !both.is_empty() {
                found.push(Span {
                    role: format!("{PRIMARY}, {SECONDARY}"),
                    people: both,
                    from,
                    until,
                    overridden: one.overridden || other.overridden,
                });
            }
        }
    }
    found
}

fn longest(spans: &[Span]) -> Option<Span> {
    let mut best: Option<Span> = None;
    let mut current: Option<Span> = None;
    for span in spans.iter().filter(|span| !span.people.is_empty()) {
        let run = match current.take() {
            Some(run) if run.people == span.people && run.until == span.from => {
                Span { until: span.until, overridden: run.overridden || span.overridden, ..run }
            }
            _ => span.clone(),
        };
        if best.as_ref().is_none_or(|best| run.until - run.from > best.until - best.from) {
            best = Some(run.clone());
        }
        current = Some(run);
    }
    best
}
