//! The lines of a recording, version 1: a header, and after it one JSON object an answer.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::slo::group::Labels;
use crate::source::SourceError;

/// Of the format. Another one is not read.
pub const VERSION: u32 = 1;
/// Bytes of a line that are read.
pub(super) const LONGEST: usize = 64 << 20;

/// Whether a recording can tell of these Unix seconds: up to the year 9999, so that nobody counts beyond what there is.
pub(super) fn is_instant(seconds: i64) -> bool {
    (0..=253_402_300_799).contains(&seconds)
}

/// The first line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Header {
    pub burnwatch_recording: u32,
    /// Unix milliseconds.
    pub start: i64,
    /// Seconds between two polls.
    pub refresh: u64,
    pub backends: Vec<Backend>,
    /// Services that were configured.
    pub services: Vec<Service>,
    /// Objectives that were configured, composites among them.
    pub objectives: Vec<Definition>,
    /// Maintenance that was planned or logged at the start.
    pub maintenance: Vec<Maintenance>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backend {
    pub name: String,
    pub kind: String,
    /// Without credentials.
    pub address: String,
    pub discovers: bool,
    /// Seconds by which its newest figures were behind the present even when all was well.
    #[serde(default)]
    pub lag: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    pub name: String,
    pub source: String,
    pub preset: Option<String>,
    /// Of a service that was found, so that one that is counted otherwise from now on is seen to be.
    #[serde(default)]
    pub selector: String,
}

/// An objective as text of a configuration, and what that does not say.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Definition {
    pub toml: String,
    pub alerts: String,
    pub tool: Option<String>,
    pub place: Option<String>,
    pub notes: Vec<String>,
    pub policy: String,
    pub steps: Vec<Step>,
}

/// A step of an error-budget policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    pub below: Option<f64>,
    pub inclusive: bool,
    pub recover_above: Option<f64>,
    pub word: String,
    pub stance: String,
    pub actions: Vec<String>,
}

/// One occurrence of a maintenance window; instants in Unix seconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Maintenance {
    pub title: String,
    pub from: i64,
    pub to: i64,
    pub services: Vec<String>,
    pub slos: Vec<String>,
    pub excluded: bool,
    pub reason: Option<String>,
}

/// What one question got.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Line {
    /// Number of the backend in the header.
    pub(super) s: usize,
    /// When it was asked and when it was answered, in Unix milliseconds.
    pub(super) at: i64,
    pub(super) to: i64,
    #[serde(flatten)]
    pub(super) said: Said,
    /// What it said beside its answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) warnings: Vec<String>,
    /// Where it differs from what was recorded before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) way: Option<super::way::Way>,
}

/// A kind of question, with the answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Said {
    Counts {
        range: [i64; 3],
        slos: Vec<Counted>,
        pagers: Vec<Paged>,
        any: bool,
    },
    Signals {
        range: [i64; 3],
        figures: Vec<Drawn>,
    },
    Intervals(Vec<(String, Option<Spacing>)>),
    Labels(Vec<(String, Result<Vec<Labels>, SourceError>)>),
    Found(Box<Found>),
    /// Nothing to change in what was found the last time.
    FoundAgain,
    Queries {
        slo: String,
        window: i64,
        texts: Vec<(String, String)>,
    },
    Failed {
        topic: Topic,
        step: i64,
        error: SourceError,
    },
    /// The recording has reached its limit: nothing follows.
    Full,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Topic {
    Counts,
    Signals,
    Intervals,
    Labels,
    Found,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Counted {
    pub(super) slo: String,
    /// Seconds of a cell.
    pub(super) cell: i64,
    /// As [`super::points`] writes it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) points: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) since: Option<i64>,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(super) dropped: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<SourceError>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// Seconds between samples: of those that come most often, and of the slowest where these are much slower.
pub(super) type Spacing = (i64, Option<i64>);

/// The alerts of some labels: at each minute name, severity, and whether it fires.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Paged {
    pub(super) labels: BTreeMap<String, String>,
    pub(super) minutes: Result<Vec<(i64, Vec<Rung>)>, SourceError>,
}

/// Name, whether it pages (where that is known), whether it fires.
pub(super) type Rung = (String, Option<bool>, bool);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Drawn {
    pub(super) service: String,
    pub(super) lane: String,
    pub(super) name: String,
    pub(super) unit: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) limit: Option<f64>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) points: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) trouble: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Found {
    pub(super) objectives: Vec<Definition>,
    pub(super) services: Option<Vec<Service>>,
    pub(super) doubts: Vec<String>,
    pub(super) unseen: Option<String>,
}
