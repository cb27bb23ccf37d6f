//! Why a figure is what it is: its formula, with the values put in.

mod burn;
mod corrections;
mod evidence;
mod members;
mod methods;
mod origin;
mod outlook;
mod spending;
mod stance;

use super::status::SloStatus;
use crate::domain::journal::State;
use crate::domain::snapshot::Snapshot;

pub use methods::{Told, other_methods};

/// An explanation in parts, each a question that someone asks.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    pub sections: Vec<Section>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// One word, such as `budget`.
    pub title: &'static str,
    pub rows: Vec<Row>,
}

/// `label = formula = values = result`; any of the last three may be absent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    pub label: String,
    /// In words: `1 − bad / allowed`.
    pub formula: String,
    /// The formula with its values: `1 − 1 234 / 5 679`.
    pub values: String,
    pub result: String,
}

impl Row {
    /// A formula with its values and what they come to.
    pub(super) fn sum(
        label: impl Into<String>,
        formula: impl Into<String>,
        values: impl Into<String>,
        result: impl Into<String>,
    ) -> Self {
        Self { label: label.into(), formula: formula.into(), values: values.into(), result: result.into() }
    }

    /// A plain fact.
    pub(super) fn fact(label: impl Into<String>, result: impl Into<String>) -> Self {
        Self { label: label.into(), result: result.into(), ..Self::default() }
    }
}

/// Everything that can be said of the figures of `status`, with what `log` tells of them, and `snapshot` of the
/// members of a composite. Sections without rows are left out.
pub fn explain(status: &SloStatus, log: &State, snapshot: &Snapshot) -> Explanation {
    let sections = [
        Section { title: "evidence", rows: evidence::rows(status) },
        Section { title: "origin", rows: origin::rows(status) },
        Section { title: "members", rows: members::rows(status, snapshot) },
        Section { title: "budget", rows: spending::rows(status) },
        Section { title: "corrections", rows: corrections::rows(status) },
        Section { title: "burn", rows: burn::rows(status) },
        Section { title: "pager", rows: stance::pager(status) },
        Section { title: "policy", rows: stance::policy(status, log) },
        Section { title: "outlook", rows: outlook::rows(status, log) },
        Section { title: "other methods", rows: methods::rows(status) },
    ];
    Explanation { sections: sections.into_iter().filter(|section| !section.rows.is_empty()).collect() }
}

#[cfg(test)]
mod tests;
