//! Instants as people write them: RFC 3339, or relative to now.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use chrono_tz::Tz;

use super::exit::Failure;
use crate::domain::oncall::civil;
use crate::domain::slo::window::Window;
use crate::text::clean;

/// The instant that `text` means; times without an offset are UTC.
pub(super) fn parse(text: &str, now: DateTime<Utc>) -> Result<DateTime<Utc>, Failure> {
    parse_in(Tz::UTC, text, now)
}

/// The instant that `text` means; times without an offset are of `zone`.
pub(super) fn parse_in(zone: Tz, text: &str, now: DateTime<Utc>) -> Result<DateTime<Utc>, Failure> {
    let text = text.trim();
    let relative = || {
        let (sign, span) = match text.split_at_checked(1)? {
            ("-", span) => (-1, span),
            ("+", span) => (1, span),
            _ => return None,
        };
        let seconds = span.parse::<Window>().ok()?.as_seconds();
        now.checked_add_signed(chrono::TimeDelta::try_seconds(sign * seconds)?)
    };
    let absolute = || DateTime::parse_from_rfc3339(text).ok().map(|at| at.with_timezone(&Utc));
    let bare = || Some(civil::instant(zone, local(text)?));
    let found = if text == "now" { Some(now) } else { relative().or_else(absolute).or_else(bare) };
    found.ok_or_else(|| {
        let hint = "write RFC 3339, such as 2026-01-20T10:00:00Z, or a span back, such as -2h";
        Failure::configuration(format!("error: `{}` is not an instant; {hint}", clean(text)))
    })
}

/// As [`parse_in`], with what is wrong as a sentence.
#[cfg(fuzzing)]
pub fn instant(zone: Tz, text: &str, now: DateTime<Utc>) -> Result<DateTime<Utc>, String> {
    parse_in(zone, text, now).map_err(|failure| failure.text().to_owned())
}

/// A time of a wall clock, as typed; of a date its first minute.
pub(super) fn local(text: &str) -> Option<NaiveDateTime> {
    let day = || Some(NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d").ok()?.and_time(NaiveTime::MIN));
    civil::parse_local(text).ok().or_else(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absolute_and_relative() {
        let now: DateTime<Utc> = "2026-01-20T10:00:00Z".parse().unwrap();
        for (text, want) in [
            ("now", "2026-01-20T10:00:00Z"),
            ("-2h", "2026-01-20T08:00:00Z"),
            ("+1d12h", "2026-01-21T22:00:00Z"),
            ("2026-01-20T09:57:00+01:00", "2026-01-20T08:57:00Z"),
            ("2026-01-20 09:57", "2026-01-20T09:57:00Z"),
            ("2026-01-20", "2026-01-20T00:00:00Z"),
        ] {
            assert_eq!(parse(text, now).unwrap(), want.parse::<DateTime<Utc>>().unwrap(), "{text}");
        }
        for text in ["", "-", "2h", "yesterday", "-99999999999999d", "2026-13-01"] {
            assert!(parse(text, now).is_err(), "{text}");
        }
    }
}
