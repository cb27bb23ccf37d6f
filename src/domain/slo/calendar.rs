//! Calendar windows: periods in the civil time of a zone, such as the months of Berlin.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveDateTime, NaiveTime};
use chrono_tz::Tz;

use super::span::Span;
use super::window::Window;
use crate::domain::oncall::civil;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

/// Periods of `count` units that follow each other without a gap. Period k begins at `start + k × count units`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Calendar {
    pub unit: Unit,
    pub count: u32,
    pub zone: Tz,
    /// Local begin of one period; without it weeks begin on Monday, months and longer on their first day.
    pub start: Option<NaiveDateTime>,
}

impl Unit {
    pub const ALL: [Self; 5] = [Self::Day, Self::Week, Self::Month, Self::Quarter, Self::Year];

    pub fn word(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }

    fn months(self) -> Option<u32> {
        match self {
            Self::Day | Self::Week => None,
            Self::Month => Some(1),
            Self::Quarter => Some(3),
            Self::Year => Some(12),
        }
    }

    fn days(self) -> u64 {
        match self {
            Self::Day => 1,
            Self::Week => 7,
            Self::Month => 30,
            Self::Quarter => 90,
            Self::Year => 365,
        }
    }
}

impl Calendar {
    pub fn new(unit: Unit, zone: Tz) -> Self {
        Self { unit, count: 1, zone, start: None }
    }

    /// A length to scale alert windows by and to sort with: months of 30 days, quarters of 90, years of 365.
    pub fn nominal(self) -> Window {
        Window::days(i64::from(self.count) * self.unit.days() as i64)
    }

    /// The longest that a period can be, an hour of clock change included.
    pub fn longest(self) -> Window {
        let days = match self.unit {
            Unit::Day | Unit::Week => self.unit.days(),
            Unit::Month => 31,
            Unit::Quarter => 92,
            Unit::Year => 366,
        };
        Window::seconds(i64::from(self.count) * days as i64 * 86_400 + 3600)
    }

    /// The period that holds the second before `at`: at its very end a period is complete, not a new one begun.
    pub fn period(self, at: i64) -> Span {
        let inside = at - 1;
        let mut index = self.guess(inside);
        while self.begin(index) > inside {
            index -= 1;
        }
        while self.begin(index + 1) <= inside {
            index += 1;
        }
        Span { from: self.begin(index), to: self.begin(index + 1) }
    }

    /// Close to the period that holds `at`; civil lengths differ, so it may be off by a few.
    fn guess(self, at: i64) -> i64 {
        let anchor = self.begin(0);
        (at - anchor).div_euclid(self.nominal().as_seconds())
    }

    fn anchor(self) -> NaiveDateTime {
        // 1 January 2024 was a Monday, and begins a month, a quarter and a year.
        let first = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap_or_default();
        self.start.unwrap_or_else(|| first.and_time(NaiveTime::MIN))
    }

    /// Unix time at which period number `index` begins, counted from the anchor.
    fn begin(self, index: i64) -> i64 {
        let anchor = self.anchor();
        let steps = index.unsigned_abs() * u64::from(self.count);
        let moved = if let Some(months) = self.unit.months() {
            let months = Months::new((steps * u64::from(months)) as u32);
            if index < 0 { anchor.checked_sub_months(months) } else { anchor.checked_add_months(months) }
        } else {
            let days = Days::new(steps * self.unit.days());
            if index < 0 { anchor.checked_sub_days(days) } else { anchor.checked_add_days(days) }
        };
        civil::instant(self.zone, moved.unwrap_or(anchor)).timestamp()
    }

    /// `July 2026`, `week of 6 Jul`, `Q3 2026`, for the period that holds `at`.
    pub fn name(self, at: i64) -> String {
        let begin = DateTime::from_timestamp(self.period(at).from, 0).unwrap_or_default();
        let local = begin.with_timezone(&self.zone);
        match (self.unit, self.count, self.start) {
            (Unit::Month, 1, None) => local.format("%B %Y").to_string(),
            (Unit::Quarter, 1, None) => format!("Q{} {}", local.month0() / 3 + 1, local.year()),
            (Unit::Year, 1, None) => local.format("%Y").to_string(),
            (Unit::Week, 1, None) => local.format("week of %-d %b").to_string(),
            _ => local.format("since %-d %b %Y").to_string(),
        }
    }

    /// `5 Jan`: the day that holds `at` where the period is counted.
    pub fn day(self, at: i64) -> String {
        let at = DateTime::from_timestamp(at, 0).unwrap_or_default();
        at.with_timezone(&self.zone).format("%-d %b").to_string()
    }

    /// `month (Europe/Berlin)`, `2 weeks (UTC)`.
    pub fn text(self) -> String {
        match self.count {
            1 => format!("{} ({})", self.unit.word(), self.zone),
            count => format!("{count} {}s ({})", self.unit.word(), self.zone),
        }
    }

    /// What [`Self::text`] has written.
    pub fn from_text(text: &str) -> Option<Self> {
        let (periods, zone) = text.strip_suffix(')')?.split_once(" (")?;
        let (count, word) = match periods.split_once(' ') {
            Some((count, word)) => {
                (count.parse().ok().filter(|count| (2..=366).contains(count))?, word.strip_suffix('s')?)
            }
            None => (1, periods),
        };
        let unit = Unit::ALL.into_iter().find(|unit| unit.word() == word)?;
        Some(Self { count, ..Self::new(unit, zone.parse().ok()?) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_again() {
        for count in [1, 2] {
            let calendar = Calendar { count, ..Calendar::new(Unit::Month, chrono_tz::Europe::Berlin) };
            assert_eq!(Calendar::from_text(&calendar.text()), Some(calendar));
        }
        for text in [
            "30d",
            "",
            "month",
            "month (Berlin)",
            "1 months (UTC)",
            "99999 weeks (UTC)",
            "2 week (UTC)",
            "fortnight (UTC)",
        ] {
            assert_eq!(Calendar::from_text(text), None, "{text}");
        }
    }

    fn at(text: &str) -> i64 {
        DateTime::parse_from_rfc3339(text).unwrap().timestamp()
    }

    fn span(unit: Unit, zone: Tz, inside: &str) -> (i64, i64) {
        let span = Calendar::new(unit, zone).period(at(inside));
        (span.from, span.to)
    }

    #[test]
    fn periods_in_civil_time() {
        let berlin = chrono_tz::Europe::Berlin;
        for (unit, inside, from, to) in [
            (Unit::Month, "2026-03-31T21:59:59Z", "2026-03-01T00:00:00+01:00", "2026-04-01T00:00:00+02:00"),
            (Unit::Month, "2026-03-31T22:00:01Z", "2026-04-01T00:00:00+02:00", "2026-05-01T00:00:00+02:00"),
            (Unit::Week, "2026-11-21T12:00:00Z", "2026-11-16T00:00:00+01:00", "2026-11-23T00:00:00+01:00"),
            (Unit::Quarter, "2026-02-17T10:00:00Z", "2026-01-01T00:00:00+01:00", "2026-04-01T00:00:00+02:00"),
            (Unit::Year, "2020-02-29T10:00:00Z", "2020-01-01T00:00:00+01:00", "2021-01-01T00:00:00+01:00"),
        ] {
            assert_eq!(span(unit, berlin, inside), (at(from), at(to)), "{unit:?} {inside}");
        }
    }

    #[test]
    fn the_end_of_a_period_belongs_to_it() {
        let end = "2026-02-01T00:00:00Z";
        assert_eq!(span(Unit::Month, Tz::UTC, end), (at("2026-01-01T00:00:00Z"), at(end)));
    }

    #[test]
    fn anchored_periods_follow_their_anchor() {
        let start = NaiveDate::from_ymd_opt(2022, 1, 29).unwrap().and_hms_opt(12, 0, 0);
        let calendar = Calendar { unit: Unit::Month, count: 1, zone: chrono_tz::US::Eastern, start };
        let span = calendar.period(at("2026-03-01T12:00:00Z"));
        assert_eq!(span.from, at("2026-02-28T12:00:00-05:00"), "February has no 29th in 2026");
        assert_eq!(span.to, at("2026-03-29T12:00:00-04:00"));
        let weeks = Calendar { unit: Unit::Week, count: 2, zone: Tz::UTC, start };
        assert_eq!(weeks.period(at("2022-01-20T00:00:00Z")).from, at("2022-01-15T12:00:00Z"));
    }

    #[test]
    fn names_of_periods() {
        let now = at("2026-11-21T12:00:00Z");
        let name = |unit| Calendar::new(unit, Tz::UTC).name(now);
        assert_eq!(name(Unit::Month), "November 2026");
        assert_eq!(name(Unit::Quarter), "Q4 2026");
        assert_eq!(name(Unit::Week), "week of 16 Nov");
        let berlin = Calendar::new(Unit::Month, chrono_tz::Europe::Berlin);
        assert_eq!(berlin.day(berlin.period(now).from), "1 Nov");
    }
}
