//! May we ship? The error-budget policy as a gate: of several SLOs the strictest decides, and is named.

mod side;
mod words;

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::journal::State;
use super::slo::policy::Stance;
use super::slo::status::{Data, SloStatus};

/// Ordered from what lets pass to what does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    Yes,
    Caution,
    /// Nothing that could be relied on is known; it may be a freeze.
    Unknown,
    Freeze,
}

impl Answer {
    pub fn word(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::Caution => "caution",
            Self::Unknown => "unknown",
            Self::Freeze => "freeze",
        }
    }
}

/// What the gate says, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    pub answer: Answer,
    /// The SLO that decided; of equals the one with least left.
    pub decisive: Option<Arc<SloStatus>>,
    /// One sentence, that begins with the answer.
    pub reason: String,
    /// What else is to be known, and does not decide.
    pub mentions: Vec<String>,
}

impl Decision {
    /// The same where these SLOs have a say too, and nobody has reported them.
    #[must_use]
    pub fn lacking(mut self, missing: &[&str]) -> Self {
        let Some(first) = missing.first() else { return self };
        if self.answer < Answer::Unknown || self.decisive.is_none() {
            self.answer = Answer::Unknown;
            self.reason = format!("unknown: {first}: no backend has reported it");
        }
        self.mentions.push(format!("nothing is known of {}", missing.join(", ")));
        self
    }

    /// The same where it could not be told, for this reason, which SLOs have a say.
    #[must_use]
    pub fn unsure(mut self, why: Option<&str>) -> Self {
        let Some(why) = why else { return self };
        let text = format!("which SLOs have a say cannot be told: {why}");
        if self.answer < Answer::Unknown || self.decisive.is_none() {
            self.answer = Answer::Unknown;
            self.reason = format!("unknown: {text}");
        } else {
            self.mentions.push(text);
        }
        self
    }
}

/// Of a window of which less than this is known, no budget is told.
const ENOUGH: f64 = 0.5;

/// The answer of one SLO; where it is unknown, why.
pub fn answer(slo: &SloStatus) -> Result<Answer, String> {
    let known = slo.reading.map_or(0.0, |reading| reading.coverage());
    match &slo.data {
        Data::Ok | Data::LowTraffic => {}
        Data::Partial if known >= ENOUGH => {}
        data => return Err(words::unknown(slo, data)),
    }
    match slo.stance() {
        Some(Stance::Ship) => Ok(Answer::Yes),
        Some(Stance::Caution) => Ok(Answer::Caution),
        Some(Stance::Freeze) => Ok(Answer::Freeze),
        None => Err("its budget is not known".to_owned()),
    }
}

/// Decides for the SLOs of one service, or for one alone. A freeze that is known outranks what is unknown, and
/// that outranks the rest.
pub fn decide(slos: &[Arc<SloStatus>], log: &State, now: DateTime<Utc>) -> Decision {
    let rank = |slo: &&Arc<SloStatus>| answer(slo).unwrap_or(Answer::Unknown);
    let left = |slo: &&Arc<SloStatus>| slo.standing().unwrap_or(f64::NEG_INFINITY);
    let strictest =
        |a: &&Arc<SloStatus>, b: &&Arc<SloStatus>| rank(b).cmp(&rank(a)).then(left(a).total_cmp(&left(b)));
    let Some(decisive) = slos.iter().min_by(strictest) else {
        let reason = "unknown: there is no SLO to decide".to_owned();
        return Decision { answer: Answer::Unknown, decisive: None, reason, mentions: Vec::new() };
    };
    let mut mentions: Vec<String> =
        slos.iter().filter(|slo| !Arc::ptr_eq(slo, decisive)).filter_map(words::left_open).collect();
    mentions.extend(side::mentions(slos, log, now));
    Decision {
        answer: rank(&decisive),
        decisive: Some(Arc::clone(decisive)),
        reason: words::reason(decisive, slos.len(), log, now),
        mentions,
    }
}
