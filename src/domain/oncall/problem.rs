//! What is wrong with a schedule or an override; the rest of it still works.

/// A finding, as data. Names are as typed: clean them before drawing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    #[error("unknown time zone \"{zone}\": use a name such as Europe/Berlin")]
    UnknownZone { zone: String },
    #[error("\"{text}\" is not a local time such as 2026-01-05T09:00")]
    BadLocalTime { text: String },
    #[error("\"{text}\" is not a shift: {hint}")]
    BadShift { text: String, hint: &'static str },
    #[error("\"{text}\" is not a window such as \"mon-fri 09:00-17:00\"")]
    BadWindow { text: String },
    #[error("schedule {schedule}: role {role} names {person}, who is not configured")]
    UnknownInRotation { schedule: String, role: String, person: String },
    #[error("schedule {schedule}: the rotation of role {role} is empty, so nobody is on call")]
    EmptyRotation { schedule: String, role: String },
    #[error("schedule {schedule}: role {role} follows {follows}, which has no rotation of its own")]
    FollowsNothing { schedule: String, role: String, follows: String },
    #[error("schedule {schedule} has no layer with the role primary")]
    NoPrimary { schedule: String },
    #[error("override {seq} names {person}, who is not configured; it is ignored")]
    UnknownInOverride { seq: u64, person: String },
    #[error("override {seq} is for the unknown schedule {schedule}; it is ignored")]
    UnknownSchedule { seq: u64, schedule: String },
    #[error("override {seq} is for role {role}, which schedule {schedule} has not; it is ignored")]
    UnknownRole { seq: u64, schedule: String, role: String },
    #[error("override {seq} does not end after it starts; it is ignored")]
    EmptyOverride { seq: u64 },
    #[error("overrides {older} and {newer} overlap; the newer one wins")]
    Overlap { older: u64, newer: u64 },
}
