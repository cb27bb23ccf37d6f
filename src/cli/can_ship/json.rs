//! `can-ship --json`, version 1. What is not known is null.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::cli::exit::Failure;
use crate::cli::json::{self, time};
use crate::cli::status::Policy;
use crate::domain::journal::State;
use crate::domain::ship::{Answer, Decision, answer};
use crate::domain::slo::status::SloStatus;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    as_of: String,
    subject: &'a str,
    answer: &'static str,
    reason: &'a str,
    /// The SLO that decided.
    slo: Option<&'a str>,
    slos: Vec<Slo<'a>>,
    mentions: &'a [String],
}

#[derive(Serialize)]
struct Slo<'a> {
    id: &'a str,
    answer: &'static str,
    /// Why nothing is known.
    unknown: Option<String>,
    data: &'static str,
    remaining: Option<f64>,
    policy: Policy<'a>,
}

pub(super) fn document(
    subject: &str,
    decision: &Decision,
    slos: &[Arc<SloStatus>],
    log: &State,
    now: DateTime<Utc>,
) -> Result<String, Failure> {
    let document = Document {
        version: 1,
        as_of: time(now),
        subject,
        answer: decision.answer.word(),
        reason: &decision.reason,
        slo: decision.decisive.as_ref().map(|slo| slo.id()),
        slos: slos.iter().map(|status| slo(status, log)).collect(),
        mentions: &decision.mentions,
    };
    json::document(&document)
}

fn slo<'a>(status: &'a SloStatus, log: &State) -> Slo<'a> {
    let (found, unknown) = match answer(status) {
        Ok(found) => (found, None),
        Err(why) => (Answer::Unknown, Some(why)),
    };
    Slo {
        id: status.id(),
        answer: found.word(),
        unknown,
        data: status.data.word(),
        remaining: status.remaining(),
        policy: Policy::of(status, log),
    }
}
