//! How often a window comes back: the part of RFC 5545's rules that maintenance is planned with.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Weekday};
use chrono_tz::Tz;

use crate::domain::oncall::civil;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frequency {
    Daily,
    Weekly,
    Monthly,
}

/// `SU`; of a month also `1SU`, the first, and `-1SU`, the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    /// From 1, or from -1 backwards; 0 is each of them.
    pub nth: i64,
    pub weekday: Weekday,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    pub frequency: Frequency,
    /// Every so many days, weeks or months.
    pub interval: i64,
    pub count: Option<usize>,
    /// No occurrence starts after this Unix time.
    pub until: Option<i64>,
    /// Empty: the day of the first occurrence.
    pub days: Vec<Day>,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    #[error(
        "`{0}` does not say how often; write daily, weekly, monthly, or a rule such as FREQ=WEEKLY;BYDAY=SU"
    )]
    Unknown(String),
    #[error("`{0}` is not known here; a rule has FREQ, INTERVAL, COUNT, UNTIL and BYDAY")]
    Part(String),
    #[error("{part} cannot be `{value}`; write {wanted}")]
    Value { part: &'static str, value: String, wanted: &'static str },
    #[error("{0} is given twice")]
    Twice(&'static str),
    #[error("a rule ends by COUNT or by UNTIL, not by both")]
    TwoEnds,
    #[error("a numbered day such as 1SU needs FREQ=MONTHLY")]
    Numbered,
}

const PARTS: [&str; 5] = ["FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY"];
const MOST_INTERVAL: i64 = 1000;
const MOST_COUNT: usize = 1000;

impl Rule {
    /// Reads `daily`, `weekly`, `monthly`, or `FREQ=MONTHLY;BYDAY=1SU` with or without `RRULE:`. A local time
    /// in `UNTIL` is one of `zone`.
    pub fn parse(text: &str, zone: Tz) -> Result<Self, RuleError> {
        let upper = text.trim().to_ascii_uppercase();
        if let Some(frequency) = frequency(&upper) {
            return Ok(Self { frequency, interval: 1, count: None, until: None, days: Vec::new() });
        }
        let parts = parts(upper.strip_prefix("RRULE:").unwrap_or(&upper), text)?;
        let part = |name: &str| parts.iter().find(|(part, _)| *part == name).map(|(_, value)| *value);
        let Some(typed) = part("FREQ") else { return Err(RuleError::Unknown(clip(text))) };
        let rule = Self {
            frequency: frequency(typed).ok_or_else(|| wrong("FREQ", typed, "DAILY, WEEKLY or MONTHLY"))?,
            interval: part("INTERVAL").map_or(Ok(1), interval)?,
            count: part("COUNT").map(count).transpose()?,
            until: part("UNTIL").map(|typed| until(typed, zone)).transpose()?,
            days: part("BYDAY").map_or(Ok(Vec::new()), days)?,
        };
        if rule.count.is_some() && rule.until.is_some() {
            return Err(RuleError::TwoEnds);
        }
        let numbered = rule.days.iter().any(|day| day.nth != 0);
        if numbered && rule.frequency != Frequency::Monthly { Err(RuleError::Numbered) } else { Ok(rule) }
    }
}

/// The parts of a rule, of which `typed` is how it was written.
fn parts<'t>(text: &'t str, typed: &str) -> Result<Vec<(&'static str, &'t str)>, RuleError> {
    let mut found: Vec<(&'static str, &'t str)> = Vec::new();
    for part in text.split(';').filter(|part| !part.trim().is_empty()) {
        let Some((name, value)) = part.split_once('=') else { return Err(RuleError::Unknown(clip(typed))) };
        let known = PARTS.into_iter().find(|known| *known == name.trim());
        let name = known.ok_or_else(|| RuleError::Part(clip(name.trim())))?;
        if found.iter().any(|(other, _)| *other == name) {
            return Err(RuleError::Twice(name));
        }
        found.push((name, value.trim()));
    }
    Ok(found)
}

fn frequency(word: &str) -> Option<Frequency> {
    match word {
        "DAILY" => Some(Frequency::Daily),
        "WEEKLY" => Some(Frequency::Weekly),
        "MONTHLY" => Some(Frequency::Monthly),
        _ => None,
    }
}

fn interval(typed: &str) -> Result<i64, RuleError> {
    let found = typed.parse().ok().filter(|found| (1..=MOST_INTERVAL).contains(found));
    found.ok_or_else(|| wrong("INTERVAL", typed, "a number from 1 to 1000"))
}

fn count(typed: &str) -> Result<usize, RuleError> {
    let found = typed.parse().ok().filter(|found| (1..=MOST_COUNT).contains(found));
    found.ok_or_else(|| wrong("COUNT", typed, "a number from 1 to 1000"))
}

/// A date means all of that day.
fn until(typed: &str, zone: Tz) -> Result<i64, RuleError> {
    let local = |at: NaiveDateTime| civil::instant(zone, at).timestamp();
    let day = |day: NaiveDate| NaiveTime::from_hms_opt(23, 59, 59).map(|end| day.and_time(end));
    let found = if let Some(utc) = typed.strip_suffix('Z') {
        NaiveDateTime::parse_from_str(utc, "%Y%m%dT%H%M%S").ok().map(|at| at.and_utc().timestamp())
    } else {
        let date = || NaiveDate::parse_from_str(typed, "%Y%m%d").ok().and_then(day);
        NaiveDateTime::parse_from_str(typed, "%Y%m%dT%H%M%S").ok().or_else(date).map(local)
    };
    let sane = found.filter(|at| DateTime::from_timestamp(*at, 0).is_some());
    sane.ok_or_else(|| wrong("UNTIL", typed, "a time such as 20261231T235900Z, or a date"))
}

fn days(typed: &str) -> Result<Vec<Day>, RuleError> {
    let wanted = "days such as MO,TU, or of a month 1SU and -1FR";
    typed.split(',').map(|word| day(word.trim()).ok_or_else(|| wrong("BYDAY", typed, wanted))).collect()
}

fn day(word: &str) -> Option<Day> {
    let split = word.len().checked_sub(2).filter(|at| word.is_char_boundary(*at))?;
    let (number, name) = word.split_at(split);
    let weekday = match name {
        "MO" => Weekday::Mon,
        "TU" => Weekday::Tue,
        "WE" => Weekday::Wed,
        "TH" => Weekday::Thu,
        "FR" => Weekday::Fri,
        "SA" => Weekday::Sat,
        "SU" => Weekday::Sun,
        _ => return None,
    };
    let nth = if number.is_empty() { 0 } else { number.parse().ok()? };
    let fits = number.is_empty() || (nth != 0 && (-5..=5).contains(&nth));
    fits.then_some(Day { nth, weekday })
}

fn wrong(part: &'static str, value: &str, wanted: &'static str) -> RuleError {
    RuleError::Value { part, value: clip(value), wanted }
}

fn clip(text: &str) -> String {
    text.chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> String {
        Rule::parse(text, Tz::UTC).unwrap_err().to_string()
    }

    #[test]
    fn words_and_rules() {
        let weekly = Rule::parse("weekly", Tz::UTC).unwrap();
        assert_eq!((weekly.frequency, weekly.interval, weekly.days.len()), (Frequency::Weekly, 1, 0));
        let rule = Rule::parse("RRULE:freq=monthly;interval=3;byday=1SU,-1fr;count=8", Tz::UTC).unwrap();
        assert_eq!((rule.frequency, rule.interval, rule.count), (Frequency::Monthly, 3, Some(8)));
        let day = |nth, weekday| Day { nth, weekday };
        assert_eq!(rule.days, [day(1, Weekday::Sun), day(-1, Weekday::Fri)]);
    }

    #[test]
    fn ends_in_utc_in_local_time_and_as_a_whole_day() {
        let berlin = chrono_tz::Europe::Berlin;
        let until = |text: &str| {
            let rule = Rule::parse(&format!("FREQ=DAILY;UNTIL={text}"), berlin).unwrap();
            DateTime::from_timestamp(rule.until.unwrap(), 0).unwrap().to_rfc3339()
        };
        assert_eq!(until("20260701T120000Z"), "2026-07-01T12:00:00+00:00");
        assert_eq!(until("20260701T120000"), "2026-07-01T10:00:00+00:00");
        assert_eq!(until("20260701"), "2026-07-01T21:59:59+00:00");
    }

    #[test]
    fn what_is_refused_and_with_what_words() {
        for (text, words) in [
            ("", "daily, weekly, monthly"),
            ("sometimes", "`sometimes`"),
            ("INTERVAL=2", "daily, weekly, monthly"),
            ("FREQ=YEARLY", "FREQ cannot be `YEARLY`"),
            ("FREQ=DAILY;BYHOUR=3", "`BYHOUR` is not known"),
            ("FREQ=DAILY;FREQ=DAILY", "FREQ is given twice"),
            ("FREQ=DAILY;INTERVAL=0", "1 to 1000"),
            ("FREQ=DAILY;COUNT=99999999999999999999", "1 to 1000"),
            ("FREQ=DAILY;UNTIL=tomorrow", "20261231T235900Z"),
            ("FREQ=DAILY;COUNT=1;UNTIL=20260101", "not by both"),
            ("FREQ=WEEKLY;BYDAY=1SU", "FREQ=MONTHLY"),
            ("FREQ=WEEKLY;BYDAY=ÜÜ", "MO,TU"),
            ("FREQ=MONTHLY;BYDAY=9SU", "MO,TU"),
        ] {
            assert!(said(text).contains(words), "{text}: {}", said(text));
        }
        assert!(said(&"x".repeat(100_000)).len() < 300);
    }
}
