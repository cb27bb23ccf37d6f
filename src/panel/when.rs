//! Moments as the reader needs them, in UTC.

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::quantity::duration;
pub(super) use crate::domain::quantity::moment;
use crate::state::Model;

/// The instant that the picture is of: when it was frozen, else now.
pub(super) fn seen_at(model: &Model) -> DateTime<Utc> {
    model.frozen.as_ref().map_or(model.now, |frozen| frozen.1)
}

/// [`moment`] for Unix seconds; empty when they are out of range.
pub(super) fn unix_moment(unix: i64, now: DateTime<Utc>) -> String {
    DateTime::from_timestamp(unix, 0).map_or_else(String::new, |at| moment(at, now))
}

/// A moment ahead: the time this week, the date alone beyond it.
pub(super) fn ahead(unix: i64, now: DateTime<Utc>) -> String {
    match DateTime::from_timestamp(unix, 0) {
        Some(at) if at - now < TimeDelta::days(6) => moment(at, now),
        _ => day(unix),
    }
}

/// `22 Dec`.
pub(super) fn day(unix: i64) -> String {
    DateTime::from_timestamp(unix, 0).map_or_else(String::new, |at| at.format("%-d %b").to_string())
}

/// `09:57`.
pub(super) fn clock(unix: i64) -> String {
    DateTime::from_timestamp(unix, 0).map_or_else(String::new, |at| at.format("%H:%M").to_string())
}

pub(super) fn seconds(span: i64) -> String {
    duration(TimeDelta::seconds(span))
}
