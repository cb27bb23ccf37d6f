//! Durations down to milliseconds, and shares, as written.

use std::time::Duration;

/// Seconds of `300ms`, `1.5s`, `1m30s`, `2h`, `1d`. `None` if it is anything else.
pub(crate) fn seconds(text: &str) -> Option<f64> {
    let mut rest = text.trim();
    let mut sum = 0.0;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let number = rest.find(|c: char| !(c.is_ascii_digit() || c == '.'))?;
        let value: f64 = rest[..number].parse().ok()?;
        rest = &rest[number..];
        let unit = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        sum += match &rest[..unit] {
            "us" | "µs" => value / 1e6,
            // A quotient, so that 300ms is the float of 0.3.
            "ms" => value / 1e3,
            "s" => value,
            "m" => value * 60.0,
            "h" => value * 3600.0,
            "d" => value * 86_400.0,
            _ => return None,
        };
        rest = &rest[unit..];
    }
    (sum.is_finite() && sum > 0.0).then_some(sum)
}

pub(crate) fn duration(text: &str) -> Option<Duration> {
    Duration::try_from_secs_f64(seconds(text)?).ok()
}

/// What a number that may be a percentage says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Share {
    /// Written with a sign, as 0–1.
    Percent(f64),
    Bare(f64),
}

pub(crate) fn share(text: &str) -> Option<Share> {
    let text = text.trim();
    let number = |digits: &str| digits.trim().parse::<f64>().ok().filter(|value| value.is_finite());
    match text.strip_suffix('%') {
        Some(digits) => Some(Share::Percent(number(digits)? / 100.0)),
        None => Some(Share::Bare(number(text)?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(
        clippy::float_cmp,
        reason = "the same float is the point: it is compared with bucket boundaries"
    )]
    fn reads_parts_and_fractions() {
        for (text, want) in [
            ("300ms", 0.3),
            ("0.3s", 0.3),
            ("1.5s", 1.5),
            ("1m30s", 90.0),
            ("2h", 7200.0),
            ("250us", 0.00025),
        ] {
            assert_eq!(seconds(text).unwrap(), want, "{text}");
        }
        for text in ["", "5", "s", "0s", "-1s", "5x", "1 s", "infs", "nans", "1.2.3s", "1M", "ü5s"] {
            assert_eq!(seconds(text), None, "{text}");
        }
        assert_eq!(duration("99999999999999999999999999d"), None);
        assert_eq!(duration("1500ms"), Some(Duration::from_millis(1500)));
    }

    #[test]
    fn a_share_keeps_whether_its_sign_was_written() {
        assert_eq!(share("2%"), Some(Share::Percent(0.02)));
        assert_eq!(share(" 0.02 "), Some(Share::Bare(0.02)));
        assert_eq!(share("inf"), None);
        assert_eq!(share("two"), None);
    }
}
