//! The stable names of all findings. A number is never given to another finding.

pub const UNREADABLE: &str = "BW001";
pub const TOO_LARGE: &str = "BW002";
pub const NOT_UTF8: &str = "BW003";
pub const SYNTAX: &str = "BW004";
pub const MANY_MORE: &str = "BW005";

pub const UNKNOWN_KEY: &str = "BW010";
pub const MISSING_KEY: &str = "BW011";
pub const WRONG_TYPE: &str = "BW012";
pub const BAD_VALUE: &str = "BW013";
pub const NOT_YET: &str = "BW014";
pub const UNKNOWN_WORD: &str = "BW015";
pub const BAD_NAME: &str = "BW016";
pub const DUPLICATE: &str = "BW017";
pub const UNKNOWN_NAME: &str = "BW018";
pub const CONFLICT: &str = "BW019";

pub const BAD_TARGET: &str = "BW020";
/// The SLA promises more than the SLO aims at.
pub const SLA_STRICTER: &str = "BW021";
/// SLA and SLO are the same, so that a missed goal is a broken promise.
pub const NO_BUFFER: &str = "BW022";
/// A 100 % target leaves no budget.
pub const NO_BUDGET: &str = "BW023";
/// A tier's factor can never be passed with this target.
pub const CANNOT_FIRE: &str = "BW024";
/// A service has objectives and no signals.
pub const NO_SIGNALS: &str = "BW025";

pub const UNKNOWN_ZONE: &str = "BW030";
pub const BAD_ROTATION: &str = "BW031";
/// A schedule has nobody as primary.
pub const NO_PRIMARY: &str = "BW032";
/// Two roles are always held by the same person.
pub const SAME_PERSON: &str = "BW033";

/// A setting that the kind of backend refuses, or does not know.
pub const BACKEND_SETTING: &str = "BW040";
/// A theme that cannot be used.
pub const THEME: &str = "BW041";
/// A runbook folder that cannot be read, or a runbook that is in none of them.
pub const RUNBOOK: &str = "BW042";

/// A document in a catalogue that no reader knows.
pub const UNKNOWN_KIND: &str = "BW090";
/// Something in another tool's file that has no counterpart here and is left out.
pub const NOT_CARRIED: &str = "BW091";
