//! The data states as people read them: a symbol, a word, and what it means.

use crate::domain::slo::sli::{Sli, Unit};
use crate::domain::slo::status::{Data, SloStatus};
use crate::state::Model;
use crate::theme::Role;

pub(super) struct Words {
    pub symbol: char,
    pub word: &'static str,
    pub meaning: &'static str,
    pub role: Role,
}

/// Every state there is, best first.
pub(super) fn all() -> [Words; 8] {
    [
        Data::Ok,
        Data::LowTraffic,
        Data::Partial,
        Data::NoTraffic,
        Data::NoSeries,
        Data::NoAnswer,
        Data::Stale,
        Data::Error(String::new()),
    ]
    .map(|data| words(&data))
}

pub(super) fn words(data: &Data) -> Words {
    let (symbol, word, role, meaning) = match data {
        Data::Ok => ('●', "ok", Role::Ok, "all of the window is known"),
        Data::LowTraffic => {
            ('◇', "low traffic", Role::Warn, "so few events that a single error breaks the budget")
        }
        Data::Partial => ('◐', "partial", Role::Warn, "part of the window is not known"),
        Data::NoTraffic => {
            ('○', "no traffic", Role::Unknown, "the series is there and says that nothing happened")
        }
        Data::NoAnswer => ('?', "no answer", Role::Unknown, "the backend has not answered yet"),
        Data::NoSeries => ('?', "no series", Role::Unknown, "no series answers to the expression"),
        Data::Stale => ('◌', "stale", Role::Warn, "the newest data is too old to speak of now"),
        Data::Error(_) => ('✗', "error", Role::Page, "the backend cannot answer the expression"),
    };
    Words { symbol, word, meaning, role }
}

/// A composite knows no backend; what its members lack stands first among its warnings.
fn of_members(slo: &SloStatus) -> (Words, String) {
    let words = words(&slo.data);
    let meaning = match (&slo.data, slo.warnings.first()) {
        (Data::Error(text), _) | (Data::Stale | Data::NoAnswer | Data::NoSeries, Some(text)) => text.clone(),
        _ => words.meaning.to_owned(),
    };
    (words, meaning)
}

fn low(slo: &SloStatus) -> &'static str {
    match slo.objective.unit() {
        Unit::Events => "so few events that a single error breaks the budget",
        Unit::Samples => "so few samples that a single bad one breaks the budget",
        Unit::Minutes => "a single bad slice breaks the budget",
    }
}

/// What is to be said of one SLO's data: a backend that has never answered is not a missing series.
pub(super) fn of(model: &Model, slo: &SloStatus) -> (Words, String) {
    if let Sli::Composite(_) = slo.objective.sli {
        return of_members(slo);
    }
    let name = &slo.objective.source;
    let source = model.snapshot().source(name);
    let trouble = source.and_then(|source| source.feed.trouble.as_ref());
    let words = words(&slo.data);
    if slo.as_of.is_none() && source.is_none_or(|source| source.feed.last_success.is_none()) {
        let why = trouble.map_or_else(String::new, |trouble| format!(": {}", trouble.text));
        return (Words { word: "no data", ..words }, format!("{name} has never answered{why}"));
    }
    let meaning = match (&slo.data, trouble) {
        (Data::Error(text), _) => text.clone(),
        (Data::Stale, Some(trouble)) => format!("{name}: {}", trouble.text),
        (Data::LowTraffic, _) => low(slo).to_owned(),
        _ => words.meaning.to_owned(),
    };
    (words, meaning)
}
