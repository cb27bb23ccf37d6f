//! Local wall time to instants and back, with a rule for hours that are missing or come twice.

use chrono::{DateTime, MappedLocalTime, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

use super::problem::Problem;

/// The largest distance between a zone's wall clock and UTC, with room for old local mean times.
const WIDEST_OFFSET: i64 = 26 * 3600;

/// The earliest instant at which the wall clock of `zone` shows `local` or later.
///
/// A local time that does not exist moves forward to the first instant that does; one that comes
/// twice is the first. The result never decreases as `local` grows.
pub fn instant(zone: Tz, local: NaiveDateTime) -> DateTime<Utc> {
    match zone.from_local_datetime(&local) {
        MappedLocalTime::Single(one) => one.to_utc(),
        MappedLocalTime::Ambiguous(one, other) => one.min(other).to_utc(),
        MappedLocalTime::None => after_skipped(zone, local),
    }
}

/// What the wall clock of `zone` shows at `at`; instants outside the years 1 to 9998 are clamped.
pub fn local(zone: Tz, at: DateTime<Utc>) -> NaiveDateTime {
    at.clamp(first_instant(), last_instant()).with_timezone(&zone).naive_local()
}

/// A zone by its IANA name.
pub fn zone(name: &str) -> Result<Tz, Problem> {
    name.trim().parse().map_err(|_| Problem::UnknownZone { zone: name.chars().take(60).collect() })
}

/// A local time as typed: `2026-01-05T09:00`, with or without seconds, `T` or a space between.
pub fn parse_local(text: &str) -> Result<NaiveDateTime, Problem> {
    let typed = text.trim();
    ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"]
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(typed, format).ok())
        .ok_or_else(|| Problem::BadLocalTime { text: text.chars().take(60).collect() })
}

fn first_instant() -> DateTime<Utc> {
    DateTime::from_timestamp(-62_135_596_800, 0).unwrap_or(DateTime::<Utc>::MIN_UTC)
}

fn last_instant() -> DateTime<Utc> {
    DateTime::from_timestamp(253_370_678_399, 0).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// Bisects to the second: a clock that jumps forward shows less than `local` before the jump
/// and more after it.
fn after_skipped(zone: Tz, local_time: NaiveDateTime) -> DateTime<Utc> {
    let guess = local_time.and_utc().timestamp();
    let (mut before, mut after) = (guess - WIDEST_OFFSET, guess + WIDEST_OFFSET);
    while after - before > 1 {
        let middle = before + (after - before) / 2;
        let shown = at_second(middle).map(|at| local(zone, at));
        if shown.is_some_and(|shown| shown < local_time) {
            before = middle;
        } else {
            after = middle;
        }
    }
    at_second(after).unwrap_or_else(|| local_time.and_utc())
}

fn at_second(second: i64) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(second, 0)
}

/// Hours between two instants, with fractions.
pub fn hours(length: TimeDelta) -> f64 {
    length.num_milliseconds() as f64 / 3_600_000.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::{Australia::Lord_Howe, Europe::Berlin, Pacific::Apia};

    fn utc(zone: Tz, text: &str) -> String {
        instant(zone, parse_local(text).unwrap()).to_rfc3339()
    }

    #[test]
    fn a_skipped_hour_moves_to_the_first_valid_instant() {
        // Berlin goes from 02:00 to 03:00 at 01:00 UTC.
        assert_eq!(utc(Berlin, "2026-03-29T02:00"), "2026-03-29T01:00:00+00:00");
        assert_eq!(utc(Berlin, "2026-03-29T02:59"), "2026-03-29T01:00:00+00:00");
        assert_eq!(utc(Berlin, "2026-03-29T03:00"), "2026-03-29T01:00:00+00:00");
    }

    #[test]
    fn an_hour_that_comes_twice_is_the_first() {
        // 02:30 is shown at 00:30 UTC (summer) and at 01:30 UTC (winter).
        assert_eq!(utc(Berlin, "2026-10-25T02:30"), "2026-10-25T00:30:00+00:00");
        // Lord Howe steps back by half an hour only: 01:45 at UTC+11, then at UTC+10:30.
        assert_eq!(utc(Lord_Howe, "2026-04-05T01:45"), "2026-04-04T14:45:00+00:00");
    }

    #[test]
    fn a_skipped_day_collapses_into_its_end() {
        // Apia went from 29 December 24:00 (UTC-10) straight to 31 December 00:00 (UTC+14).
        assert_eq!(utc(Apia, "2011-12-30T00:00"), "2011-12-30T10:00:00+00:00");
        assert_eq!(utc(Apia, "2011-12-30T18:30"), "2011-12-30T10:00:00+00:00");
        assert_eq!(utc(Apia, "2011-12-31T00:00"), "2011-12-30T10:00:00+00:00");
    }

    #[test]
    fn the_ends_of_time_do_not_panic() {
        assert_eq!(local(Berlin, DateTime::<Utc>::MAX_UTC).format("%Y").to_string(), "9998");
        let _ = local(Apia, DateTime::<Utc>::MIN_UTC);
        let _ = instant(Berlin, NaiveDateTime::MAX);
        let _ = instant(Berlin, NaiveDateTime::MIN);
    }

    #[test]
    fn bad_names_are_data() {
        assert!(zone("Mars/Base").unwrap_err().to_string().contains("Mars/Base"));
        assert!(parse_local("tomorrow").is_err());
    }
}
