//! Spans of time as the trade writes them: `5m`, `1h30m`, `30d`.

use std::fmt;
use std::str::FromStr;

use chrono::TimeDelta;

/// A span of whole seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Window(i64);

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WindowError {
    #[error("`{0}` is not a duration; write a number and a unit, such as `5m`, `1h30m` or `30d`")]
    Malformed(String),
    #[error("`{0}`: `M` would be a calendar month; write `m` for minutes, or days as in `30d`")]
    Month(String),
    #[error("`{0}` is not a whole number of seconds above zero")]
    Empty(String),
}

impl Window {
    pub const fn seconds(seconds: i64) -> Self {
        Self(seconds)
    }

    pub const fn minutes(minutes: i64) -> Self {
        Self(minutes * 60)
    }

    pub const fn hours(hours: i64) -> Self {
        Self(hours * 3600)
    }

    pub const fn days(days: i64) -> Self {
        Self(days * 86_400)
    }

    pub const fn as_seconds(self) -> i64 {
        self.0
    }

    pub fn as_minutes(self) -> f64 {
        self.0 as f64 / 60.0
    }

    /// Counts are had by the minute: only such spans can be added up.
    pub const fn is_whole_minutes(self) -> bool {
        self.0 > 0 && self.0 % 60 == 0
    }

    /// Whether hours can be cut into slices of it, in whole minutes.
    pub const fn is_slice(self) -> bool {
        self.is_whole_minutes() && 3600 % self.0 == 0
    }

    pub fn delta(self) -> TimeDelta {
        TimeDelta::seconds(self.0)
    }
}

impl FromStr for Window {
    type Err = WindowError;

    fn from_str(text: &str) -> Result<Self, WindowError> {
        let malformed = || WindowError::Malformed(text.to_owned());
        let mut rest = text.trim();
        let mut millis: i64 = 0;
        if rest.is_empty() {
            return Err(malformed());
        }
        while !rest.is_empty() {
            let digits = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(malformed)?;
            let count: i64 = rest[..digits].parse().map_err(|_| malformed())?;
            rest = &rest[digits..];
            let letters = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
            let unit = match &rest[..letters] {
                "ms" => 1,
                "s" => 1000,
                "m" => 60_000,
                "h" => 3_600_000,
                "d" => 86_400_000,
                "w" => 604_800_000,
                "y" => 31_536_000_000,
                "M" => return Err(WindowError::Month(text.to_owned())),
                _ => return Err(malformed()),
            };
            rest = &rest[letters..];
            millis =
                count.checked_mul(unit).and_then(|part| part.checked_add(millis)).ok_or_else(malformed)?;
        }
        if millis <= 0 || millis % 1000 != 0 {
            return Err(WindowError::Empty(text.to_owned()));
        }
        Ok(Self(millis / 1000))
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut left = self.0;
        if left == 0 {
            return write!(f, "0s");
        }
        for (unit, letter) in [(86_400, 'd'), (3600, 'h'), (60, 'm'), (1, 's')] {
            if left >= unit {
                write!(f, "{}{letter}", left / unit)?;
                left %= unit;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_prints() {
        for (text, seconds, printed) in [
            ("5m", 300, "5m"),
            ("1h30m", 5400, "1h30m"),
            ("4w", 2_419_200, "28d"),
            ("30d", 2_592_000, "30d"),
            ("90s", 90, "1m30s"),
            ("1500ms500ms", 2, "2s"),
        ] {
            let window: Window = text.parse().unwrap();
            assert_eq!(window.as_seconds(), seconds, "{text}");
            assert_eq!(window.to_string(), printed);
        }
    }

    #[test]
    fn slices_are_minutes_that_divide_an_hour() {
        let slices: Vec<i64> = (0..=7200).filter(|seconds| Window::seconds(*seconds).is_slice()).collect();
        assert_eq!(slices, [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60].map(|minutes| minutes * 60));
        assert!(Window::minutes(7).is_whole_minutes() && !Window::seconds(90).is_whole_minutes());
        assert!(!Window::seconds(-60).is_whole_minutes());
    }

    #[test]
    fn refuses_what_is_not_a_duration() {
        for text in ["", "5", "m", "5 m", "-5m", "0s", "5x", "99999999999999999999d", "1500ms"] {
            assert!(text.parse::<Window>().is_err(), "{text}");
        }
        assert_eq!("1M".parse::<Window>(), Err(WindowError::Month("1M".into())));
    }
}
