//! Spans of time as Prometheus prints them, which names of recorded series are made of: `4w`, `1h4m`, `30d`.

use std::fmt::Write as _;

use crate::domain::slo::window::Window;

/// Years, weeks and days stand for themselves where nothing is left over, as in Prometheus's own `Duration`.
pub(super) fn text(window: Window) -> String {
    const UNITS: [(i64, char, bool); 6] = [
        (365 * 86_400, 'y', true),
        (7 * 86_400, 'w', true),
        (86_400, 'd', false),
        (3600, 'h', false),
        (60, 'm', false),
        (1, 's', false),
    ];
    let mut left = window.as_seconds();
    let mut out = String::new();
    for (unit, letter, whole) in UNITS {
        if left >= unit && (!whole || left % unit == 0) {
            // Writing into a string cannot fail.
            let _ = write!(out, "{}{letter}", left / unit);
            left %= unit;
        }
    }
    if out.is_empty() { "0s".to_owned() } else { out }
}

/// How often to evaluate what looks back over all of `window`; such queries are dear.
pub(super) fn interval(window: Window) -> String {
    let weeks = window.as_seconds() / (7 * 86_400);
    text(Window::seconds(30 * (weeks.clamp(0, 7) + 1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_prometheus_prints_them() {
        for (written, printed) in [
            ("28d", "4w"),
            ("30d", "30d"),
            ("7d", "1w"),
            ("8d", "8d"),
            ("365d", "1y"),
            ("64m", "1h4m"),
            ("1d1h43m", "1d1h43m"),
            ("90s", "1m30s"),
        ] {
            assert_eq!(text(written.parse().unwrap()), printed);
        }
    }

    #[test]
    fn long_windows_are_asked_less_often() {
        for (days, every) in [(3, "30s"), (7, "1m"), (20, "1m30s"), (28, "2m30s"), (30, "2m30s"), (365, "4m")]
        {
            assert_eq!(interval(Window::days(days)), every, "{days}d");
        }
    }
}
