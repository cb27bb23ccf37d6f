//! Instants and spans of rotas as people on call read them: always with their zone, and no longer than needed.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::domain::quantity::duration;

/// `09:34Z` today, `Mon 19 09:34Z` on another day, with the month from four weeks on.
pub(super) fn stamp(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let far = (at - now).abs() > TimeDelta::days(27);
    let form = match (at.date_naive() == now.date_naive(), far) {
        (true, _) => "%H:%MZ",
        (false, false) => "%a %-d %H:%MZ",
        (false, true) => "%-d %b %H:%MZ",
    };
    at.format(form).to_string()
}

/// `09:00 Z` today, `Mon 09:00 Z` within the week, `Mon 26 Jan 09:00 Z` beyond.
pub(super) fn ahead(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    format!("{}{} Z", day(at, now), at.format("%H:%M"))
}

/// `Wed 02:00–03:00 Z`, or with both days where it ends on another one.
pub(super) fn range(from: DateTime<Utc>, to: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let end = if from.date_naive() == to.date_naive() {
        to.format("%H:%M").to_string()
    } else {
        format!(" {}{}", day(to, from.max(now)), to.format("%H:%M"))
    };
    let gap = if end.starts_with(' ') { " " } else { "" };
    format!("{}{}{gap}–{end} Z", day(from, now), from.format("%H:%M"))
}

fn day(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let near = (at - now).abs() < TimeDelta::days(6) + TimeDelta::hours(23);
    match (at.date_naive() == now.date_naive(), near) {
        (true, _) => String::new(),
        (false, true) => at.format("%a ").to_string(),
        (false, false) => at.format("%a %-d %b ").to_string(),
    }
}

/// The same instant in a schedule's or a person's own zone: `10:00 CET`. None where it is UTC.
pub(super) fn local(at: DateTime<Utc>, zone: Tz) -> Option<String> {
    let there = at.with_timezone(&zone);
    let abbreviation = there.format("%Z").to_string();
    let (here, day) = (at.date_naive(), there.date_naive());
    let shown = if here == day { "%H:%M %Z" } else { "%a %H:%M %Z" };
    (abbreviation != "UTC").then(|| there.format(shown).to_string())
}

/// `in 5d 23h`, `now`, `25m ago`.
pub(super) fn distance(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let span = at - now;
    if span.abs() < TimeDelta::seconds(60) {
        "now".to_owned()
    } else if span > TimeDelta::zero() {
        format!("in {}", duration(span))
    } else {
        format!("{} ago", duration(-span))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn instants_are_as_long_as_they_must_be() {
        let now = at("2026-01-20T09:57:00Z");
        assert_eq!(stamp(at("2026-01-20T09:34:00Z"), now), "09:34Z");
        assert_eq!(stamp(at("2026-01-19T23:59:00Z"), now), "Mon 19 23:59Z");
        assert_eq!(stamp(at("2025-11-02T06:00:00Z"), now), "2 Nov 06:00Z");
        assert_eq!(ahead(at("2026-01-20T12:00:00Z"), now), "12:00 Z");
        assert_eq!(ahead(at("2026-01-26T08:00:00Z"), now), "Mon 08:00 Z");
        assert_eq!(ahead(at("2026-01-27T09:00:00Z"), now), "Tue 27 Jan 09:00 Z");
    }

    #[test]
    fn ranges_name_a_day_once() {
        let now = at("2026-01-20T09:57:00Z");
        let wednesday = at("2026-01-21T02:00:00Z");
        assert_eq!(range(wednesday, at("2026-01-21T03:00:00Z"), now), "Wed 02:00–03:00 Z");
        assert_eq!(range(wednesday, at("2026-01-22T03:00:00Z"), now), "Wed 02:00 – Thu 03:00 Z");
    }

    #[test]
    fn other_zones_are_named_and_utc_is_not_said_twice() {
        let late = at("2026-01-20T23:30:00Z");
        assert_eq!(local(late, chrono_tz::Europe::Berlin).unwrap(), "Wed 00:30 CET");
        assert_eq!(local(at("2026-07-01T08:00:00Z"), chrono_tz::Europe::Berlin).unwrap(), "10:00 CEST");
        assert_eq!(local(late, chrono_tz::UTC), None);
        assert_eq!(distance(late, late - TimeDelta::hours(143)), "in 5d 23h");
        assert_eq!(distance(late, late + TimeDelta::minutes(25)), "25m ago");
    }
}
