//! The gate's answer as a sentence.

use std::fmt::Write;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::{Answer, answer};
use crate::domain::journal::State;
use crate::domain::quantity::{duration, exact, instant, moment, percent};
use crate::domain::slo::policy::Step;
use crate::domain::slo::status::{Data, SloStatus};

/// `freeze: checkout/availability has -38 % of its budget left, below 0 %, since Tue 14:02 Z; policy four-step:
/// feature freeze, reliability work only`.
pub(super) fn reason(slo: &SloStatus, of: usize, log: &State, now: DateTime<Utc>) -> String {
    let id = slo.id();
    let found = match answer(slo) {
        Ok(found) => found,
        Err(why) => return format!("unknown: {id}: {why}"),
    };
    let (Some(step), Some(left)) = (&slo.step, slo.standing()) else {
        return format!("unknown: {id}: its budget is not known");
    };
    let among = if of > 1 { format!(", the strictest of {of} SLOs,") } else { String::new() };
    let mut said = format!("{}: {id}{among} {}", found.word(), has(slo, left));
    if left.is_finite() {
        said.push_str(&mark(step, left));
    }
    if let Some(since) = log.step_since(slo).filter(|_| found > Answer::Yes) {
        let _ = write!(said, ", since {}", moment(since, now));
    }
    let _ = write!(said, "; policy {}", slo.objective.policy.name);
    if step.word != found.word() {
        let _ = write!(said, ", step {}", step.word);
    }
    if !step.actions.is_empty() {
        let _ = write!(said, ": {}", step.actions.join(", "));
    }
    said
}

fn has(slo: &SloStatus, left: f64) -> String {
    if left.is_finite() {
        return format!("has {} of its budget left", percent(left));
    }
    let bad = slo.reading.map_or(0.0, |reading| reading.tally.bad);
    format!("may have no bad {} and has {}", slo.objective.unit().word(), exact(bad))
}

/// `, below 0 %`; for a step that is not left yet, what has to be passed.
fn mark(step: &Step, left: f64) -> String {
    let limit = step.below.map(percent);
    match (limit, step.recover_above) {
        (None, _) => String::new(),
        (Some(_), Some(mark)) if !step.holds(left) => format!(", not yet above {}", percent(mark)),
        (Some(limit), _) if step.inclusive => format!(", not above {limit}"),
        (Some(limit), _) => format!(", below {limit}"),
    }
}

/// Another SLO about which nothing can be said.
pub(super) fn left_open(slo: &Arc<SloStatus>) -> Option<String> {
    Some(format!("{} is unknown: {}", slo.id(), answer(slo).err()?))
}

pub(super) fn unknown(slo: &SloStatus, data: &Data) -> String {
    match data {
        Data::NoTraffic => "there was no traffic in its window".to_owned(),
        Data::NoSeries => "no series answers to its query".to_owned(),
        Data::NoAnswer => "the backend has not answered".to_owned(),
        Data::Error(text) => text.clone(),
        Data::Partial => {
            let known = slo.reading.map_or(0.0, |reading| reading.known);
            let known = duration(TimeDelta::seconds(known as i64));
            format!(
                "only {known} of {} are known",
                slo.reading.map_or(slo.objective.window, |reading| reading.window)
            )
        }
        Data::Stale => {
            let last = slo.as_of.map_or_else(String::new, |at| format!(" since {}", instant(at)));
            let step =
                slo.step.as_ref().map_or_else(String::new, |step| format!("; then it was {}", step.word));
            format!("no new data{last}{step}")
        }
        Data::Ok | Data::LowTraffic => "its budget is not known".to_owned(),
    }
}
