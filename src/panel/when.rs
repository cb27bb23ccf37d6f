//! Moments as the reader needs them: the time today, the day this week, else the date. All in UTC.

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::quantity::duration;
use crate::state::Model;

/// The instant that the picture is of: when it was frozen, else now.
pub(super) fn seen_at(model: &Model) -> DateTime<Utc> {
    model.frozen.as_ref().map_or(model.now, |frozen| frozen.1)
}

pub(super) fn moment(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let away = (at - now).abs();
    let pattern = if at.date_naive() == now.date_naive() {
        "%H:%M Z"
    } else if away < TimeDelta::days(6) {
        "%a %H:%M Z"
    } else {
        "%-d %b %H:%M Z"
    };
    at.format(pattern).to_string()
}

/// The same for Unix seconds; empty when they are out of range.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn today_this_week_and_beyond() {
        let now: DateTime<Utc> = "2026-01-20T09:57:00Z".parse().unwrap();
        let shown = |text: &str| moment(text.parse().unwrap(), now);
        assert_eq!(shown("2026-01-20T09:34:00Z"), "09:34 Z");
        assert_eq!(shown("2026-01-22T14:00:00Z"), "Thu 14:00 Z");
        assert_eq!(shown("2026-02-03T14:00:00Z"), "3 Feb 14:00 Z");
    }
}
