//! The kinds of events that change the state. The payload of each is in [`super::payload`].

/// A new incident; `ref` is its id. [`super::payload::Opened`]
pub const INCIDENT_OPENED: &str = "incident.opened";
/// Another stage; `ref` is the incident. [`super::payload::StatusChange`]
pub const INCIDENT_STATUS: &str = "incident.status";
/// Another severity; `ref` is the incident. [`super::payload::SeverityChange`]
pub const INCIDENT_SEVERITY: &str = "incident.severity";
/// `data` maps names of fields to values; a clock (`impact_start`, `mitigated`, …) given here is
/// a correction and replaces its stamp, `null` takes a field away. `ref` is the incident.
pub const INCIDENT_FIELD: &str = "incident.field";
/// Found to be another one; `ref` is the duplicate. [`super::payload::Merged`]
pub const INCIDENT_MERGED: &str = "incident.merged";
/// Open again, as investigating; `ref` is the incident. [`super::payload::Reopened`]
pub const INCIDENT_REOPENED: &str = "incident.reopened";
/// `ref` is the incident. [`super::payload::Role`]
pub const ROLE_OFFERED: &str = "role.offered";
/// `ref` is the incident. [`super::payload::Role`]
pub const ROLE_ACCEPTED: &str = "role.accepted";
/// `ref` is the incident. [`super::payload::Role`]
pub const ROLE_RELEASED: &str = "role.released";
/// A line in a timeline; `ref` is the incident. [`super::payload::Note`]
pub const NOTE_ADDED: &str = "note.added";
/// Takes a line back; `ref` is the incident. [`super::payload::Struck`]
pub const NOTE_STRUCK: &str = "note.struck";
/// A note to the next shift or on an object. [`super::payload::Note`]
pub const NOTE_LEFT: &str = "note.left";
/// `ref` is the note that the actor has read. No payload.
pub const NOTE_READ: &str = "note.read";
/// [`super::payload::OverrideAdded`]
pub const OVERRIDE_ADDED: &str = "override.added";
/// `ref` is the event that added it; it ends when this happened. No payload.
pub const OVERRIDE_ENDED: &str = "override.ended";
/// [`super::payload::MaintenanceAdded`]
pub const MAINT_ADDED: &str = "maint.added";
/// `ref` is the event that added it. No payload.
pub const MAINT_STARTED: &str = "maint.started";
/// `ref` is the event that added it; it ends when this happened, which may be before it began. No payload.
pub const MAINT_ENDED: &str = "maint.ended";
/// A deployment or another change. [`super::payload::ChangeMarked`]
pub const CHANGE_MARKED: &str = "change.marked";
/// Written by the program when the policy of an SLO takes another step.
/// [`super::payload::PolicyChanged`]
pub const POLICY_CHANGED: &str = "policy.changed";
/// `ref` is the shift. [`super::payload::HandoffSigned`]
pub const HANDOFF_SIGNED: &str = "handoff.signed";
/// `ref` is the shift; the actor is the incoming person. No payload.
pub const HANDOFF_ACCEPTED: &str = "handoff.accepted";
/// Takes back the event in `ref`, by the same actor; of an undo, it brings the event back.
pub const UNDO: &str = "undo";
