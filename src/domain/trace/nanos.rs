//! Nanoseconds: an instant of Unix time, or a span of it. The one unit inside; every backend has another.

use std::fmt;
use std::ops::{Add, Sub};

use chrono::{DateTime, Utc};

/// No arithmetic on it overflows: what is too large stays the largest, what would be negative is 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Nanos(pub u64);

impl Nanos {
    pub fn micros(micros: u64) -> Self {
        Self(micros.saturating_mul(1_000))
    }

    pub fn millis(millis: u64) -> Self {
        Self(millis.saturating_mul(1_000_000))
    }

    pub fn seconds(seconds: u64) -> Self {
        Self(seconds.saturating_mul(1_000_000_000))
    }

    pub fn of(at: DateTime<Utc>) -> Self {
        Self(at.timestamp_nanos_opt().and_then(|nanos| u64::try_from(nanos).ok()).unwrap_or_default())
    }

    pub fn as_seconds(self) -> f64 {
        self.0 as f64 / 1e9
    }

    pub fn as_millis(self) -> f64 {
        self.0 as f64 / 1e6
    }

    /// The instant, read as Unix time.
    pub fn instant(self) -> DateTime<Utc> {
        DateTime::from_timestamp_nanos(i64::try_from(self.0).unwrap_or(i64::MAX))
    }
}

impl Add for Nanos {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Nanos {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl fmt::Display for Nanos {
    /// As a span of time with about three figures: `850 ns`, `12.4 µs`, `340 ms`, `4.13 s`, `2 min 5 s`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.as_seconds();
        // What would round up to 1 000 of a unit is 1 of the next.
        let (value, unit) = match seconds {
            s if s < 999.5e-9 => (s * 1e9, "ns"),
            s if s < 999.5e-6 => (s * 1e6, "µs"),
            s if s < 999.5e-3 => (s * 1e3, "ms"),
            s if s < 99.95 => (s, "s"),
            s => {
                let whole = s.round() as u64;
                return write!(f, "{} min {} s", whole / 60, whole % 60);
            }
        };
        let decimals = match value {
            _ if unit == "ns" => 0,
            v if v < 9.995 => 2,
            v if v < 99.95 => 1,
            _ => 0,
        };
        write!(f, "{value:.decimals$} {unit}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_what_they_say() {
        assert_eq!(
            (Nanos::micros(7).0, Nanos::millis(7).0, Nanos::seconds(7).0),
            (7_000, 7_000_000, 7_000_000_000)
        );
        assert_eq!(Nanos::seconds(u64::MAX), Nanos(u64::MAX));
        assert_eq!(Nanos(5) - Nanos(7), Nanos(0));
        let at = "2026-01-20T10:00:00.25Z".parse().unwrap();
        assert_eq!(Nanos::of(at).instant(), at);
        assert_eq!(Nanos(u64::MAX).instant().timestamp(), i64::MAX / 1_000_000_000);
    }

    #[test]
    fn spans_have_three_figures() {
        for (nanos, text) in [
            (0, "0 ns"),
            (850, "850 ns"),
            (12_400, "12.4 µs"),
            (999_600, "1.00 ms"),
            (340_000_000, "340 ms"),
            (4_130_000_000, "4.13 s"),
            (59_960_000_000, "60.0 s"),
            (125_000_000_000, "2 min 5 s"),
        ] {
            assert_eq!(Nanos(nanos).to_string(), text);
        }
    }
}
