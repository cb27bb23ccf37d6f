//! Occurrences of a window that comes back, in the civil time of its zone.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveDateTime, TimeDelta};
use chrono_tz::Tz;

use super::rule::{Day, Frequency, Rule};
use crate::domain::oncall::civil;
use crate::domain::slo::span::Span;

/// A window that comes back. Days that do not exist (the 31st of June) are left out; of hours that do not exist
/// the next one that does is taken, of those that come twice the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recurrence {
    pub zone: Tz,
    /// Local begin of the first occurrence; none is before it.
    pub first: NaiveDateTime,
    pub length: Length,
    pub rule: Rule,
    /// From this Unix time on nothing of it is left: it was ended by hand.
    pub end: Option<i64>,
}

/// How long an occurrence is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// Seconds that pass.
    Elapsed(i64),
    /// Until the wall clock shows so many seconds more.
    Civil(i64),
}

impl Length {
    fn seconds(self) -> i64 {
        match self {
            Self::Elapsed(seconds) | Self::Civil(seconds) => seconds,
        }
    }
}

/// Steps of the rule looked at: 100 years of days.
const MOST_STEPS: usize = 36_525;
/// A change of clocks, and more.
const SLACK: i64 = 2 * 86_400;
/// How far ahead the next occurrence is looked for.
const AHEAD: i64 = 10 * 366 * 86_400;

impl Recurrence {
    /// The occurrences that overlap `within`, oldest first, at most `most`.
    pub fn between(&self, within: Span, most: usize) -> Vec<Span> {
        let end = self.end.unwrap_or(i64::MAX);
        let within = Span { from: within.from, to: within.to.min(end) };
        // Occurrences have to be counted from the first on.
        let begin = if self.rule.count.is_some() { 0 } else { self.step_before(within.from) };
        let steps = (begin..).take(MOST_STEPS).map_while(|step| Some((step, self.opening(step)?)));
        steps
            .take_while(|(_, opening)| self.instant(opening.and_time(chrono::NaiveTime::MIN)) < within.to)
            .flat_map(|(_, opening)| self.days(opening))
            .map(|day| day.and_time(self.first.time()))
            .filter(|start| *start >= self.first)
            .take_while(|start| self.rule.until.is_none_or(|until| self.instant(*start) <= until))
            .take(self.rule.count.unwrap_or(usize::MAX))
            .map(|start| self.occurrence(start))
            .map(|span| Span { from: span.from, to: span.to.min(end) })
            .filter(|span| span.from < within.to && within.from < span.to)
            .take(most)
            .collect()
    }

    /// The occurrence that runs at `at`, or else the next one of ten years.
    pub fn next(&self, at: i64) -> Option<Span> {
        self.between(Span { from: at, to: at.saturating_add(AHEAD) }, 1).pop()
    }

    fn instant(&self, local: NaiveDateTime) -> i64 {
        civil::instant(self.zone, local).timestamp()
    }

    fn occurrence(&self, start: NaiveDateTime) -> Span {
        let from = self.instant(start);
        let to = match self.length {
            Length::Elapsed(seconds) => from + seconds,
            Length::Civil(seconds) => start
                .checked_add_signed(TimeDelta::seconds(seconds))
                .map_or(from + seconds, |end| self.instant(end)),
        };
        Span { from, to }
    }

    /// The first day of step number `step`: a day, a Monday, or the first of a month.
    fn opening(&self, step: i64) -> Option<NaiveDate> {
        let first = self.first.date();
        let steps = u64::try_from(step.checked_mul(self.rule.interval)?).ok()?;
        match self.rule.frequency {
            Frequency::Daily => first.checked_add_days(Days::new(steps)),
            Frequency::Weekly => monday(first)?.checked_add_days(Days::new(steps.checked_mul(7)?)),
            Frequency::Monthly => {
                first.with_day(1)?.checked_add_months(Months::new(u32::try_from(steps).ok()?))
            }
        }
    }

    /// A step that is surely over, with all its occurrences, before `at`; or the first.
    fn step_before(&self, at: i64) -> i64 {
        let earliest = at.saturating_sub(self.length.seconds()).saturating_sub(SLACK);
        let Some(instant) = DateTime::from_timestamp(earliest, 0) else { return 0 };
        let (day, first) = (civil::local(self.zone, instant).date(), self.first.date());
        let passed = match self.rule.frequency {
            Frequency::Daily => (day - first).num_days(),
            Frequency::Weekly => (day - first).num_days().div_euclid(7),
            Frequency::Monthly => {
                let months = |day: NaiveDate| i64::from(day.year()) * 12 + i64::from(day.month0());
                months(day) - months(first)
            }
        };
        (passed.div_euclid(self.rule.interval) - 1).max(0)
    }

    /// The days of the step that begins on `opening`.
    fn days(&self, opening: NaiveDate) -> Vec<NaiveDate> {
        let (first, rule) = (self.first.date(), &self.rule);
        let wanted = |day: &NaiveDate| rule.days.iter().any(|wanted| wanted.is(*day));
        match rule.frequency {
            Frequency::Daily if rule.days.is_empty() => vec![opening],
            Frequency::Daily => vec![opening].into_iter().filter(wanted).collect(),
            Frequency::Weekly => {
                let usual = |day: &NaiveDate| rule.days.is_empty() && day.weekday() == first.weekday();
                opening.iter_days().take(7).filter(|day| usual(day) || wanted(day)).collect()
            }
            Frequency::Monthly if rule.days.is_empty() => opening.with_day(first.day()).into_iter().collect(),
            Frequency::Monthly => {
                let month = opening.month();
                opening.iter_days().take_while(|day| day.month() == month).filter(wanted).collect()
            }
        }
    }
}

impl Day {
    fn is(self, day: NaiveDate) -> bool {
        let from_start = i64::from(day.day0() / 7) + 1;
        let from_end = -(i64::from((days_in_month(day) - day.day()) / 7) + 1);
        day.weekday() == self.weekday && (self.nth == 0 || self.nth == from_start || self.nth == from_end)
    }
}

fn days_in_month(day: NaiveDate) -> u32 {
    (28..=31).rev().find(|last| day.with_day(*last).is_some()).unwrap_or(28)
}

fn monday(day: NaiveDate) -> Option<NaiveDate> {
    day.checked_sub_days(Days::new(u64::from(day.weekday().num_days_from_monday())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::Europe::Berlin;

    const HOUR: i64 = 3600;

    fn at(text: &str) -> i64 {
        DateTime::parse_from_rfc3339(text).unwrap().timestamp()
    }

    fn recurrence(zone: Tz, first: &str, length: Length, rule: &str) -> Recurrence {
        let (first, rule) = (civil::parse_local(first).unwrap(), Rule::parse(rule, zone).unwrap());
        Recurrence { zone, first, length, rule, end: None }
    }

    /// Begins of the occurrences in a stretch, in UTC.
    fn begins(recurrence: &Recurrence, from: &str, to: &str) -> Vec<String> {
        let spans = recurrence.between(Span { from: at(from), to: at(to) }, 100);
        let text = |unix| DateTime::from_timestamp(unix, 0).unwrap().format("%m-%d %H:%M").to_string();
        spans.into_iter().map(|span| text(span.from)).collect()
    }

    #[test]
    fn nights_of_berlin_when_the_clocks_change() {
        // 28 March 2026 is the last night of winter time; on the 29th two o'clock does not exist.
        let (from, to) = ("2026-03-27T12:00:00Z", "2026-03-30T12:00:00Z");
        let nightly = recurrence(Berlin, "2026-01-01T02:00", Length::Civil(2 * HOUR), "daily");
        assert_eq!(begins(&nightly, from, to), ["03-28 01:00", "03-29 01:00", "03-30 00:00"]);
        let lengths = |recurrence: &Recurrence| -> Vec<i64> {
            let spans = recurrence.between(Span { from: at(from), to: at(to) }, 100);
            spans.iter().map(|span| (span.to - span.from) / HOUR).collect()
        };
        assert_eq!(lengths(&nightly), [2, 1, 2], "until four o'clock");
        let elapsed = Recurrence { length: Length::Elapsed(2 * HOUR), ..nightly };
        assert_eq!(lengths(&elapsed), [2, 2, 2], "two hours");
    }

    #[test]
    fn what_was_ended_by_hand_keeps_its_past_and_has_no_future() {
        let nightly = recurrence(Berlin, "2026-01-01T02:00", Length::Civil(2 * HOUR), "daily");
        let ended = Recurrence { end: Some(at("2026-03-28T02:00:00Z")), ..nightly.clone() };
        let week = Span { from: at("2026-03-26T12:00:00Z"), to: at("2026-04-02T12:00:00Z") };
        let span = |from, to| Span { from: at(from), to: at(to) };
        let first = span("2026-03-27T01:00:00Z", "2026-03-27T03:00:00Z");
        let cut = span("2026-03-28T01:00:00Z", "2026-03-28T02:00:00Z");
        assert_eq!(ended.between(week, 100), [first, cut]);
        assert_eq!((ended.next(first.to), ended.next(cut.to)), (Some(cut), None));
        // Nothing is left of the night that would have begun at that very instant.
        let early = Recurrence { end: Some(cut.from), ..nightly.clone() };
        assert_eq!(early.between(week, 100), [first]);
        let next = nightly.next(at("2026-03-28T03:00:00Z")).unwrap();
        assert_eq!(next, span("2026-03-29T01:00:00Z", "2026-03-29T02:00:00Z"), "two o'clock is not there");
    }

    #[test]
    fn weeks_and_their_days() {
        // 7 January 2026 was a Wednesday.
        let length = Length::Elapsed(HOUR);
        let (from, to) = ("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z");
        let plain = recurrence(Tz::UTC, "2026-01-07T22:00", length, "FREQ=WEEKLY;INTERVAL=2");
        assert_eq!(begins(&plain, from, to), ["01-07 22:00", "01-21 22:00"]);
        let days = recurrence(Tz::UTC, "2026-01-07T22:00", length, "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SA");
        assert_eq!(begins(&days, from, to), ["01-10 22:00", "01-19 22:00", "01-24 22:00"]);
        let work = recurrence(Tz::UTC, "2026-01-09T22:00", length, "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR");
        assert_eq!(begins(&work, from, "2026-01-13T00:00:00Z"), ["01-09 22:00", "01-12 22:00"]);
    }

    #[test]
    fn months_their_last_days_and_their_sundays() {
        let length = Length::Elapsed(HOUR);
        let (from, to) = ("2026-01-01T00:00:00Z", "2026-07-01T00:00:00Z");
        let last = recurrence(Tz::UTC, "2026-01-31T03:00", length, "monthly");
        assert_eq!(begins(&last, from, to), ["01-31 03:00", "03-31 03:00", "05-31 03:00"]);
        let sundays = recurrence(Tz::UTC, "2026-01-01T03:00", length, "FREQ=MONTHLY;BYDAY=1SU,-1SU");
        assert_eq!(
            begins(&sundays, from, "2026-03-01T00:00:00Z"),
            ["01-04 03:00", "01-25 03:00", "02-01 03:00", "02-22 03:00"]
        );
    }

    #[test]
    fn ends_by_count_and_by_date() {
        let (from, to) = ("2026-01-03T00:00:00Z", "2027-01-01T00:00:00Z");
        let length = Length::Elapsed(HOUR);
        let counted = recurrence(Tz::UTC, "2026-01-01T03:00", length, "FREQ=DAILY;COUNT=4");
        assert_eq!(begins(&counted, from, to), ["01-03 03:00", "01-04 03:00"], "of four, two are over");
        let until = recurrence(Tz::UTC, "2026-01-01T03:00", length, "FREQ=DAILY;UNTIL=20260104T030000Z");
        assert_eq!(begins(&until, from, to), ["01-03 03:00", "01-04 03:00"]);
    }

    #[test]
    fn occurrences_that_reach_in_are_found_and_far_ones_cost_nothing() {
        let long = recurrence(Tz::UTC, "2000-01-01T00:00", Length::Elapsed(20 * 86_400), "monthly");
        assert_eq!(begins(&long, "2026-06-10T00:00:00Z", "2026-06-11T00:00:00Z"), ["06-01 00:00"]);
        let daily = recurrence(Tz::UTC, "2000-01-01T00:00", Length::Elapsed(60), "daily");
        let span = Span { from: at("2026-01-01T00:00:00Z"), to: at("2099-01-01T00:00:00Z") };
        assert_eq!(daily.between(span, 800).len(), 800);
        // 1 January 2026 was a Thursday, and every seventh day after it is one.
        let rule = "FREQ=DAILY;INTERVAL=7;BYDAY=MO";
        let never = recurrence(Tz::UTC, "2026-01-01T00:00", Length::Elapsed(60), rule);
        assert_eq!(never.between(Span { from: 0, to: i64::MAX / 2 }, 10), []);
    }
}
