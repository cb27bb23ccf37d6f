//! The `data` of each kind of event, field by field.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// `incident.opened`. Without `number` the number in `ref` counts, or else the next free one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Opened {
    pub number: Option<u64>,
    pub title: String,
    pub severity: String,
    pub services: Vec<String>,
    pub slos: Vec<String>,
    pub impact_start: Option<DateTime<Utc>>,
    /// When somebody was paged.
    pub paged: Option<DateTime<Utc>>,
    pub channel: Option<String>,
    /// A stage later than detected.
    pub status: Option<String>,
}

/// `incident.status`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StatusChange {
    pub status: String,
    #[serde(default)]
    pub reason: Option<String>,
}

/// `incident.severity`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SeverityChange {
    pub severity: String,
    #[serde(default)]
    pub reason: Option<String>,
}

/// `incident.merged`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Merged {
    /// Id of the incident that stays, as `INC-7`.
    pub into: String,
}

/// `incident.reopened`
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Reopened {
    pub reason: Option<String>,
}

/// `role.offered`, `role.accepted`, `role.released`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Role {
    pub role: String,
    pub person: String,
}

/// `note.added`, `note.left`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Note {
    pub text: String,
    /// note, decision, action, todo, comms, sys
    #[serde(rename = "type", default)]
    pub sort: String,
    /// Id of the event whose line this one corrects.
    #[serde(default)]
    pub corrects: Option<String>,
}

/// `note.struck`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Struck {
    /// Id of the event that added the line.
    pub note: String,
}

/// `override.added`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OverrideAdded {
    pub schedule: String,
    /// primary unless said otherwise
    #[serde(default)]
    pub role: Option<String>,
    pub mode: OverrideMode,
    pub person: String,
    #[serde(default)]
    pub instead_of: Option<String>,
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
    #[serde(default)]
    pub reason: String,
}

/// What an override does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OverrideMode {
    Replace,
    Add,
    Remove,
}

/// `maint.added`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MaintenanceAdded {
    /// With no service and no SLO it concerns everything.
    #[serde(default)]
    pub services: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub slos: Vec<String>,
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
    #[serde(default)]
    pub text: String,
    /// Share of the budget it may cost, 0–1.
    #[serde(default)]
    pub estimate: Option<f64>,
    /// The SLO leaves its bad events out.
    #[serde(default)]
    pub excluded: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// It comes back; `from` and `to` are the first occurrence, which is all that a program sees that knows of no such field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeat: Option<Repeat>,
}

/// How a maintenance window comes back, in the civil time of a zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repeat {
    /// `weekly`, or `FREQ=MONTHLY;BYDAY=1SU`.
    pub rule: String,
    /// IANA name.
    #[serde(default = "utc")]
    pub zone: String,
    /// Each ends when the wall clock shows what it shows at the end of the first; otherwise all last as long as the first.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub civil: bool,
}

fn utc() -> String {
    "UTC".to_owned()
}

/// `change.marked`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChangeMarked {
    #[serde(default)]
    pub service: Option<String>,
    pub text: String,
    #[serde(default)]
    pub source: Option<String>,
}

/// `policy.changed`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PolicyChanged {
    pub slo: String,
    /// The step left and the step taken, as `normal` and `freeze`.
    #[serde(default)]
    pub from: Option<String>,
    pub to: String,
    /// Share of the budget left, 1 is all of it; may be negative.
    #[serde(default)]
    pub remaining: Option<f64>,
}

/// `handoff.signed`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HandoffSigned {
    pub outgoing: String,
    pub incoming: String,
    #[serde(default)]
    pub schedule: Option<String>,
    /// Why it was signed although a check failed.
    #[serde(default)]
    pub forced: Option<String>,
}
