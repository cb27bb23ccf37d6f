//! A role over a stretch of time: spans for a strip, and gaps without anybody.

use chrono::{DateTime, TimeDelta, Utc};

use super::overrides::Override;
use super::person::PersonId;
use super::schedule::{PRIMARY, Schedule};

/// How far beyond the asked stretch the end of a gap is searched.
const LOOK_ON: TimeDelta = TimeDelta::days(400);

/// The same people on call all through `[from, until)`; nobody when `people` is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    pub role: String,
    pub people: Vec<PersonId>,
    pub from: DateTime<Utc>,
    pub until: DateTime<Utc>,
    /// An override had a hand in it, at least by its people.
    pub overridden: bool,
}

/// Nobody holds the role from `from` on. `until` is `None` when no end is in sight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    pub role: String,
    pub from: DateTime<Utc>,
    pub until: Option<DateTime<Utc>>,
}

impl Schedule {
    /// The final spans of a role over `[from, to)`, overrides included, neighbours with the same
    /// people merged. They cover the stretch without hole or overlap.
    pub fn spans(
        &self,
        role: &str,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
        overrides: &[Override],
    ) -> Vec<Span> {
        let mut spans: Vec<Span> = Vec::new();
        let mut begin = from;
        while begin < to {
            let next = self.cut_after(role, begin, overrides);
            let until = next.map_or(to, |next| next.min(to));
            let holders = self.holders(role, begin, overrides);
            let span = Span {
                role: role.to_owned(),
                overridden: holders.iter().any(|holder| holder.by.is_some()),
                people: holders.into_iter().map(|holder| holder.person).collect(),
                from: begin,
                until,
            };
            push_merged(&mut spans, span);
            begin = until;
        }
        spans
    }

    /// The maximal intervals in `[from, to)` without a primary. Pass the present as `from`: a gap
    /// that is over says nothing.
    pub fn gaps(&self, from: DateTime<Utc>, to: DateTime<Utc>, overrides: &[Override]) -> Vec<Gap> {
        self.gaps_of(PRIMARY, from, to, overrides)
    }

    /// The same for any role.
    pub fn gaps_of(
        &self,
        role: &str,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
        overrides: &[Override],
    ) -> Vec<Gap> {
        let empty = |span: &Span| span.people.is_empty();
        let spans = self.spans(role, from, to, overrides);
        let gap = |span: Span| Gap {
            until: if span.until < to { Some(span.until) } else { self.end_of_gap(role, to, overrides) },
            role: span.role,
            from: span.from,
        };
        spans.into_iter().filter(empty).map(gap).collect()
    }

    fn end_of_gap(&self, role: &str, at: DateTime<Utc>, overrides: &[Override]) -> Option<DateTime<Utc>> {
        let to = at.checked_add_signed(LOOK_ON)?;
        let spans = self.spans(role, at, to, overrides);
        spans.iter().find(|span| !span.people.is_empty()).map(|span| span.from)
    }
}

fn push_merged(spans: &mut Vec<Span>, span: Span) {
    match spans.last_mut() {
        Some(last) if last.people == span.people && last.overridden == span.overridden => {
            last.until = span.until;
        }
        _ => spans.push(span),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::oncall::{Layer, Mode, Rotation, Shift, Turns, civil};
    use proptest::prelude::*;

    fn schedule(shift: Shift, people: &[&str], zone: chrono_tz::Tz) -> Schedule {
        let rotation = Rotation {
            people: people.iter().map(|person| (*person).to_owned()).collect(),
            start: civil::parse_local("2026-01-05T02:30").unwrap(),
            shift,
            not_before: false,
        };
        Schedule { name: "s".into(), timezone: zone, layers: vec![Layer::new(PRIMARY, Turns::Own(rotation))] }
    }

    fn shifts() -> impl Strategy<Value = Shift> {
        prop_oneof![
            (1_u32..50).prop_map(Shift::Hours),
            (1_u32..20).prop_map(Shift::Days),
            (1_u32..5).prop_map(Shift::Weeks),
            (1_u32..4).prop_map(Shift::Months),
        ]
    }

    fn zones() -> impl Strategy<Value = chrono_tz::Tz> {
        use chrono_tz::{America::Chicago, Australia::Lord_Howe, Europe::Berlin, Pacific::Apia};
        prop_oneof![Just(Chicago), Just(Lord_Howe), Just(Berlin), Just(Apia)]
    }

    proptest! {
        #[test]
        fn exactly_one_span_covers_any_instant(
            shift in shifts(), zone in zones(), begin in 1_300_000_000_i64..1_900_000_000,
            probe in 0_i64..2_000_000, swap in (0_i64..2_000_000, 1_i64..500_000),
        ) {
            let at = |seconds: i64| DateTime::from_timestamp(seconds, 0).unwrap();
            let schedule = schedule(shift, &["alice", "bob", "carol"], zone);
            let change = Override {
                seq: 1, id: String::new(), schedule: "s".into(), role: PRIMARY.into(),
                mode: Mode::Replace, person: "frank".into(), instead_of: None,
                from: at(begin + swap.0), to: at(begin + swap.0 + swap.1), reason: String::new(),
            };
            let spans = schedule.spans(PRIMARY, at(begin), at(begin + 2_000_000), std::slice::from_ref(&change));
            prop_assert_eq!(spans[0].from, at(begin));
            prop_assert_eq!(spans[spans.len() - 1].until, at(begin + 2_000_000));
            for pair in spans.windows(2) {
                prop_assert_eq!(pair[0].until, pair[1].from);
            }
            let probe = at(begin + probe);
            let covering: Vec<_> = spans.iter().filter(|s| s.from <= probe && probe < s.until).collect();
            prop_assert_eq!(covering.len(), 1);
            let duty = &schedule.on_call(probe, &[change])[0];
            prop_assert_eq!(duty.person.as_ref(), covering[0].people.first());
            prop_assert!(duty.from.unwrap() <= probe && probe < duty.until.unwrap());
        }

        #[test]
        fn boundaries_strictly_increase(shift in shifts(), zone in zones(), begin in 1_300_000_000_i64..1_900_000_000) {
            let schedule = schedule(shift, &["alice", "bob"], zone);
            let mut cut = DateTime::from_timestamp(begin, 0).unwrap();
            for _ in 0..50 {
                let next = schedule.cut_after(PRIMARY, cut, &[]).unwrap();
                prop_assert!(next > cut);
                prop_assert_ne!(schedule.holders(PRIMARY, next, &[]), schedule.holders(PRIMARY, cut, &[]));
                cut = next;
            }
        }
    }
}
