//! The status of a composite, from those of its members.

use std::sync::Arc;

use super::judge::{Circumstances, judge};
use super::slo::caveats::LOADING;
use super::slo::composite::{Part, compose};
use super::slo::correction::Correction;
use super::slo::ledger::BASE;
use super::slo::objective::Objective;
use super::slo::sli::{Composite, Missing, Sli};
use super::slo::span::Span;
use super::slo::status::{Data, SloStatus};

/// A member, and what is known of it.
struct Seat<'s> {
    id: &'s str,
    weight: f64,
    status: Option<&'s Arc<SloStatus>>,
}

/// Why a member has nothing to say of now.
enum Trouble {
    /// No backend has it, whatever `missing` says.
    Absent,
    Error(String),
    NoAnswer,
    Stale(String),
}

/// The composite `objective`; `find` knows its members. Where `complete` does not hold, a backend has not reported yet.
/// Of `corrections` those count that name the composite itself: its members' own leave them as they were counted.
/// `None` when it is no composite.
pub fn composed<'s>(
    objective: &'s Arc<Objective>,
    find: impl Fn(&str) -> Option<&'s Arc<SloStatus>>,
    complete: bool,
    corrections: &Arc<[Correction]>,
) -> Option<SloStatus> {
    let Sli::Composite(composite) = &objective.sli else { return None };
    let seat = |id: &'s str, weight| Seat { id, weight, status: find(id) };
    let seats: Vec<_> = composite.members.iter().map(|member| seat(&member.id, member.weight)).collect();
    let troubles: Vec<_> = seats.iter().map(|seat| seat.trouble(complete)).collect();
    let mut parts: Vec<_> = seats.iter().filter_map(Seat::part).collect();
    if composite.missing == Missing::Unknown && parts.len() < seats.len() {
        parts.clear();
    }
    let until = until(&seats, &troubles);
    let ledger = compose(composite, &parts, objective.reach(), until);
    let needed = composite.missing == Missing::Unknown || troubles.iter().all(Option::is_some);
    let why = Circumstances {
        corrections: Arc::clone(corrections),
        ..circumstances(&seats, &troubles, needed, until)
    };
    let mut status = judge(objective, &Arc::new(ledger), &why);
    let is_stale = |trouble: &Trouble| matches!(trouble, Trouble::Stale(_));
    if needed && why.fault.is_none() {
        if why.unanswered {
            status.data = Data::NoAnswer;
        } else if troubles.iter().flatten().any(is_stale) {
            status.data = Data::Stale;
        }
    }
    let counted = (!needed).then_some(composite.missing);
    let told: Vec<_> = seats
        .iter()
        .zip(&troubles)
        .filter_map(|(seat, trouble)| seat.text(trouble.as_ref(), counted))
        .collect();
    status.warnings.splice(0..0, told);
    status.warnings.extend(seats.iter().filter_map(|seat| seat.left_in(objective, corrections, until)));
    Some(status)
}

fn circumstances(
    seats: &[Seat<'_>],
    troubles: &[Option<Trouble>],
    needed: bool,
    until: i64,
) -> Circumstances {
    let mut faults =
        seats.iter().zip(troubles).filter_map(|(seat, trouble)| Some((seat.id, trouble.as_ref()?)));
    Circumstances {
        now: until,
        // Members are stale, and tell so themselves.
        stale_after: i64::MAX,
        fault: faults.find_map(|(id, trouble)| trouble.fault(id, needed)),
        loading: seats.iter().any(Seat::is_loading),
        unanswered: troubles.iter().flatten().any(|trouble| matches!(trouble, Trouble::NoAnswer)),
        ..Circumstances::default()
    }
}

/// How far all members that speak of now are known, or else whoever is known furthest.
fn until(seats: &[Seat<'_>], troubles: &[Option<Trouble>]) -> i64 {
    let at = |seat: &Seat<'_>| seat.status.and_then(|status| status.as_of);
    let live = seats.iter().zip(troubles).filter(|(_, trouble)| trouble.is_none());
    let furthest = || seats.iter().filter_map(at).max();
    live.filter_map(|(seat, _)| at(seat)).min().or_else(furthest).unwrap_or(BASE.as_seconds())
}

impl Seat<'_> {
    fn part(&self) -> Option<Part<'_>> {
        let status = self.status.filter(|status| status.data != Data::NoAnswer)?;
        Some(Part { objective: &status.objective, counts: &status.counts, weight: self.weight })
    }

    fn trouble(&self, complete: bool) -> Option<Trouble> {
        let Some(status) = self.status else {
            return Some(if complete { Trouble::Absent } else { Trouble::NoAnswer });
        };
        match &status.data {
            Data::Error(text) => Some(Trouble::Error(text.clone())),
            Data::NoAnswer => Some(Trouble::NoAnswer),
            Data::Stale => Some(Trouble::Stale(format!("{} has no new data", self.id))),
            Data::Ok | Data::LowTraffic | Data::NoTraffic | Data::NoSeries | Data::Partial => None,
        }
    }

    /// Maintenance that its own budget leaves out and the composite's does not.
    fn left_in(&self, whole: &Objective, corrections: &[Correction], until: i64) -> Option<String> {
        let member = &self.status?.objective;
        let within = Span { from: whole.span(until).from, to: until };
        let own = |one: &&Correction| one.excluded && one.concerns(member) && !one.concerns(whole);
        let found = corrections.iter().filter(own).find(|one| !one.spans(within).is_empty())?;
        Some(format!(
            "maintenance of {} ({}) counts here: it names that SLO, and not {}",
            self.id, found.title, whole.id
        ))
    }

    fn is_loading(&self) -> bool {
        self.status.is_some_and(|status| status.warnings.iter().any(|warning| warning == LOADING))
    }

    /// What it lacks, in words.
    fn text(&self, trouble: Option<&Trouble>, counted: Option<Missing>) -> Option<String> {
        let silent = || self.status.is_some_and(|status| status.data == Data::NoSeries);
        match trouble {
            Some(trouble) => Some(trouble.text(self.id, counted)),
            None => silent().then(|| format!("{} has no series", self.id)),
        }
    }
}

impl Trouble {
    /// What the composite cannot do without.
    fn fault(&self, id: &str, needed: bool) -> Option<String> {
        match self {
            Self::Absent => Some(self.text(id, None)),
            Self::Error(_) if needed => Some(self.text(id, None)),
            _ => None,
        }
    }

    /// With `counted`, what its silence counts as.
    fn text(&self, id: &str, counted: Option<Missing>) -> String {
        let text = match self {
            Self::Absent => format!("{id}: there is no such SLO"),
            Self::Error(text) => format!("{id}: {text}"),
            Self::NoAnswer => format!("{id}: no answer yet"),
            Self::Stale(text) => text.clone(),
        };
        match counted {
            // What has never been heard of is not bad yet.
            Some(_) if matches!(self, Self::NoAnswer) => format!("{text}; it is left out"),
            Some(Missing::Good) => format!("{text}; it counts as good"),
            Some(Missing::Bad) => format!("{text}; it counts as bad"),
            Some(Missing::Ignore) => format!("{text}; it is left out"),
            Some(Missing::Unknown) | None => text,
        }
    }
}

/// The ids of those that `objective` is made of; none where it is no composite.
pub fn members(objective: &Objective) -> impl Iterator<Item = &str> {
    let composite: Option<&Composite> = match &objective.sli {
        Sli::Composite(composite) => Some(composite),
        _ => None,
    };
    composite.into_iter().flat_map(|composite| &composite.members).map(|member| member.id.as_str())
}
