//! Figures as people read them: short, of steady width, with their unit.

use chrono::{DateTime, TimeDelta, Utc};

use super::signal::Unit;

/// A share of the budget: `12 %`, `-38 %`, `99.4 %` where a whole number would say 100 too early.
pub fn percent(share: f64) -> String {
    let value = share * 100.0;
    if (99.0..100.0).contains(&value) && value.round() >= 100.0 {
        return format!("{:.1} %", (value * 10.0).floor() / 10.0);
    }
    format!("{} %", whole(value))
}

/// The same without the unit.
pub fn percent_figure(share: f64) -> String {
    percent(share).trim_end_matches(" %").to_owned()
}

/// A ratio of events with the digits that matter near 100 %: `99.91 %`, `48.7 %`.
pub fn ratio(share: f64) -> String {
    let value = share * 100.0;
    let bad = (100.0 - value).abs().min(value.abs());
    let digits = if bad == 0.0 {
        0
    } else if bad < 0.01 {
        4
    } else if bad < 0.1 {
        3
    } else if bad < 1.0 {
        2
    } else {
        1
    };
    format!("{value:.digits$} %")
}

/// A burn rate: `203`, `34`, `3.5`, `0.3`, `0.0`.
pub fn burn(rate: f64) -> String {
    if !rate.is_finite() {
        "inf".to_owned()
    } else if rate.abs() < 9.95 {
        format!("{rate:.1}")
    } else if rate < 99_999.0 {
        whole(rate)
    } else {
        scaled(rate)
    }
}

/// A count to the last event, its thousands apart: `6 823 114`, `0.25`.
pub fn exact(value: f64) -> String {
    if value != 0.0 && value.abs() < 99.5 && (value - value.round()).abs() > 0.005 {
        return format!("{value:.2}");
    }
    apart(&whole(value))
}

/// A count with its thousands apart by thin steps: `15 482`, `1.2 M` from a million on.
pub fn count(value: f64) -> String {
    if value.abs() >= 999_999.5 {
        return scaled(value);
    }
    if value != 0.0 && value.abs() < 9.95 && (value - value.round()).abs() > 0.05 {
        return format!("{value:.1}");
    }
    apart(&whole(value))
}

/// Digits with every three apart.
fn apart(digits: &str) -> String {
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |rest| ("-", rest));
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i) % 3 == 0 {
            text.push(' ');
        }
        text.push(digit);
    }
    format!("{sign}{text}")
}

/// A value with its unit, in three or four figures: `84 ms`, `4.1 s`, `5.0 k/s`, `48.7 %`, `100 %`.
pub fn value(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Seconds => seconds(value),
        Unit::PerSecond => format!("{}/s", scaled(value).trim_end()),
        Unit::Share if value.abs() >= 0.0995 => format!("{} %", whole(value * 100.0)),
        Unit::Share => format!("{:.1} %", value * 100.0),
        Unit::Number => scaled(value),
    }
}

fn seconds(value: f64) -> String {
    let size = value.abs();
    if size == 0.0 {
        "0 ms".to_owned()
    } else if size < 0.000_999_5 {
        format!("{} µs", whole(value * 1e6))
    } else if size < 0.009_95 {
        format!("{:.1} ms", value * 1e3)
    } else if size < 0.9995 {
        format!("{} ms", whole(value * 1e3))
    } else if size < 9.95 {
        format!("{value:.1} s")
    } else if size < 120.0 {
        format!("{} s", whole(value))
    } else {
        duration(TimeDelta::milliseconds((value * 1000.0) as i64))
    }
}

/// `1 SLO`, `2 SLOs`: a count of things whose plural takes an s.
pub fn several(count: usize, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}

/// `5.0 k`, `1.2 M`, `870`, `8.7`, `0.40`.
pub fn scaled(value: f64) -> String {
    let size = value.abs();
    for (from, unit) in [(1e9, " G"), (1e6, " M"), (1e3, " k")] {
        if size >= from * 0.9995 {
            let part = value / from;
            return if part.abs() < 99.5 {
                format!("{part:.1}{unit}")
            } else {
                format!("{}{unit}", whole(part))
            };
        }
    }
    if size >= 99.5 || size == 0.0 {
        whole(value)
    } else if size >= 0.995 {
        format!("{value:.1}")
    } else {
        format!("{value:.2}")
    }
}

/// Two units at most: `5d 23h`, `3h 10m`, `25m`, `40s`.
pub fn duration(span: TimeDelta) -> String {
    let seconds = span.num_seconds();
    let (sign, seconds) = if seconds < 0 { ("-", -seconds) } else { ("", seconds) };
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    let two = |large: i64, big: char, small: i64, little: char| match small {
        0 => format!("{sign}{large}{big}"),
        _ => format!("{sign}{large}{big} {small}{little}"),
    };
    if days > 0 {
        two(days, 'd', if days < 30 { hours } else { 0 }, 'h')
    } else if hours > 0 {
        two(hours, 'h', minutes, 'm')
    } else if minutes > 0 {
        format!("{sign}{minutes}m")
    } else {
        format!("{sign}{seconds}s")
    }
}

/// The largest unit alone: `5d`, `3h`, `25m`, `40s`.
pub fn short_duration(span: TimeDelta) -> String {
    duration(span).split(' ').next().unwrap_or_default().to_owned()
}

fn whole(value: f64) -> String {
    let text = format!("{value:.0}");
    if text == "-0" { "0".to_owned() } else { text }
}

/// A moment with its date, in UTC.
const DATED: &str = "%-d %b %H:%M Z";

/// A moment as seen from `now`, in UTC: the time today, the day this week, else the date.
pub fn moment(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let away = (at - now).abs();
    let pattern = if at.date_naive() == now.date_naive() {
        "%H:%M Z"
    } else if away < TimeDelta::days(6) {
        "%a %H:%M Z"
    } else {
        DATED
    };
    at.format(pattern).to_string()
}

/// A moment that is the same whenever it is read, in UTC: `20 Jan 09:57 Z`. Empty beyond what a date can be.
pub fn instant(unix: i64) -> String {
    DateTime::from_timestamp(unix, 0).map_or_else(String::new, |at| at.format(DATED).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_read_as_people_write_them() {
        assert_eq!(percent(0.12), "12 %");
        assert_eq!(percent(-0.381), "-38 %");
        assert_eq!(percent(0.998), "99.8 %");
        assert_eq!(percent(0.9999), "99.9 %");
        assert_eq!(percent(1.0), "100 %");
        assert_eq!(percent(-0.001), "0 %");
        assert_eq!(
            [ratio(0.999_91), ratio(0.513), ratio(1.0), ratio(0.9987)],
            ["99.9910 %", "51.3 %", "100 %", "99.87 %"]
        );
        assert_eq!([burn(487.2), burn(3.456), burn(0.0), burn(9.96)], ["487", "3.5", "0.0", "10"]);
        assert_eq!(
            [count(15_482.0), count(129_600.4), count(2_250_000.0), count(0.5), count(-1234.0)],
            ["15 482", "129 600", "2.2 M", "0.5", "-1 234"]
        );
        assert_eq!(
            [exact(6_823_114.4), exact(0.25), exact(-12_345.0), exact(0.0), exact(8.0)],
            ["6 823 114", "0.25", "-12 345", "0", "8"]
        );
    }

    #[test]
    fn values_carry_their_units() {
        assert_eq!(value(0.084, Unit::Seconds), "84 ms");
        assert_eq!(value(4.1, Unit::Seconds), "4.1 s");
        assert_eq!(value(0.0042, Unit::Seconds), "4.2 ms");
        assert_eq!(value(5040.0, Unit::PerSecond), "5.0 k/s");
        assert_eq!(value(0.487, Unit::Share), "49 %");
        assert_eq!(value(0.0012, Unit::Share), "0.1 %");
        assert_eq!(value(12.0, Unit::Number), "12.0");
    }

    #[test]
    fn one_of_a_thing_is_singular() {
        assert_eq!([0, 1, 2].map(|count| several(count, "SLO")), ["0 SLOs", "1 SLO", "2 SLOs"]);
    }

    #[test]
    fn durations_have_two_units_at_most() {
        for (seconds, long, short) in [
            (515_000, "5d 23h", "5d"),
            (11_400, "3h 10m", "3h"),
            (1500, "25m", "25m"),
            (40, "40s", "40s"),
            (86_400, "1d", "1d"),
            (-600, "-10m", "-10m"),
        ] {
            let span = TimeDelta::seconds(seconds);
            assert_eq!((duration(span).as_str(), short_duration(span).as_str()), (long, short));
        }
    }

    #[test]
    fn moments_of_today_of_this_week_and_beyond() {
        let now: DateTime<Utc> = "2026-01-20T09:57:00Z".parse().unwrap();
        let shown = |text: &str| moment(text.parse().unwrap(), now);
        assert_eq!(shown("2026-01-20T09:34:00Z"), "09:34 Z");
        assert_eq!(shown("2026-01-22T14:00:00Z"), "Thu 14:00 Z");
        assert_eq!(shown("2026-02-03T14:00:00Z"), "3 Feb 14:00 Z");
        assert_eq!(instant(now.timestamp()), "20 Jan 09:57 Z");
        assert_eq!(instant(i64::MAX), "");
    }
}
