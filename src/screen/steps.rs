//! Steps of policies that the log does not know of yet.

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::journal::Intent;
use crate::domain::journal::payload::PolicyChanged;
use crate::domain::slo::policy::{Stance, Step};
use crate::domain::slo::status::{Data, SloStatus};
use crate::state::{Effect, Model};

/// A step that has not held for so long may be gone with the next sample.
const HELD: TimeDelta = TimeDelta::minutes(2);
/// By then all reports are judged by the maintenance that was new.
const SETTLED: TimeDelta = TimeDelta::seconds(30);
/// How long to wait for a step to appear in the log before it is asked for again.
const PATIENCE: TimeDelta = TimeDelta::minutes(1);

/// What is to be written: for each SLO whose step is not the one in the log. Several panes may ask for the same; it
/// is written once.
pub(super) fn steps(model: &mut Model) -> Vec<Effect> {
    let settled = model.corrected.is_none_or(|at| model.now - at >= SETTLED);
    if !model.setup.writes_log || !model.log_read || !settled {
        return Vec::new();
    }
    let live = model.live.clone();
    live.slos().filter_map(|slo| step(model, slo)).collect()
}

fn step(model: &mut Model, slo: &SloStatus) -> Option<Effect> {
    let (taken, at) = (slo.step.as_ref()?, DateTime::from_timestamp(slo.as_of?, 0)?);
    if !matches!(slo.data, Data::Ok | Data::LowTraffic) || !is_news(model, slo, taken) {
        return None;
    }
    let asked = model.asked_steps.get(slo.id());
    if asked.is_some_and(|(word, when)| *word == taken.word && model.now - *when < PATIENCE) {
        return None;
    }
    let since = slo.step_since().and_then(|since| DateTime::from_timestamp(since, 0));
    if since.is_some_and(|since| at - since < HELD) {
        return None;
    }
    model.asked_steps.insert(slo.id().to_owned(), (taken.word.clone(), model.now));
    Some(write(model, slo, taken, since))
}

/// The first word about an SLO is worth a line only where it is not free to ship.
fn is_news(model: &Model, slo: &SloStatus, taken: &Step) -> bool {
    match model.log.policy.get(slo.id()) {
        Some(present) => present.to != taken.word,
        None => taken.stance > Stance::Ship,
    }
}

fn write(model: &Model, slo: &SloStatus, taken: &Step, since: Option<DateTime<Utc>>) -> Effect {
    let present = model.log.policy.get(slo.id());
    let intent = Intent::PolicyStep(PolicyChanged {
        slo: slo.id().to_owned(),
        from: present.map(|present| present.to.clone()),
        to: taken.word.clone(),
        remaining: slo.remaining(),
    });
    // A maintenance window may change the past, but not the order of what was written.
    let at = since.map(|since| present.map_or(since, |present| since.max(present.at)));
    Effect::Write(Box::new(intent), at)
}
