//! A list of people who take turns, and when each turn begins.

use chrono::{DateTime, Datelike, Days, Months, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::civil;
use super::person::PersonId;
use super::shift::Shift;

/// People in order, the first hand-over in local time, and the length of a shift.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotation {
    pub people: Vec<PersonId>,
    pub start: NaiveDateTime,
    pub shift: Shift,
    /// Nobody is on call before `start`; otherwise the rotation runs backwards too.
    pub not_before: bool,
}

impl Rotation {
    /// The person of shift `number`, so many places further on in the list.
    pub fn person(&self, number: i64, offset: i64) -> Option<&PersonId> {
        if self.people.is_empty() || (self.not_before && number < 0) {
            return None;
        }
        let place = number.wrapping_add(offset).rem_euclid(self.people.len() as i64);
        self.people.get(place as usize)
    }

    /// The number of the shift that covers `at`: ⌊civil distance from the start ÷ length⌋.
    /// At the instant of hand-over it is the incoming shift.
    pub fn number(&self, zone: Tz, at: DateTime<Utc>) -> i64 {
        let mut number = self.estimate(zone, at);
        while self.handover(zone, number).is_some_and(|begin| begin > at) {
            number -= 1;
        }
        while self.handover(zone, number + 1).is_some_and(|begin| begin <= at) {
            number += 1;
        }
        number
    }

    /// When shift `number` begins; never decreasing, and equal for two shifts only where the
    /// first of them fell into skipped local time. `None` outside the years 1 to 9998.
    pub fn handover(&self, zone: Tz, number: i64) -> Option<DateTime<Utc>> {
        let local = match self.shift {
            Shift::Hours(n) => {
                let length = TimeDelta::try_hours(number.checked_mul(i64::from(n))?)?;
                let begin = civil::instant(zone, self.start).checked_add_signed(length)?;
                return (1..=9998).contains(&begin.year()).then_some(begin);
            }
            Shift::Days(n) => add_days(self.start, number.checked_mul(i64::from(n))?)?,
            Shift::Weeks(n) => add_days(self.start, number.checked_mul(7 * i64::from(n))?)?,
            Shift::Months(n) => add_months(self.start, number.checked_mul(i64::from(n))?)?,
        };
        (1..=9998).contains(&local.year()).then(|| civil::instant(zone, local))
    }

    fn estimate(&self, zone: Tz, at: DateTime<Utc>) -> i64 {
        let local = civil::local(zone, at);
        let days = |n: u32| (local - self.start).num_days().div_euclid(i64::from(n));
        match self.shift {
            Shift::Hours(n) => (at - civil::instant(zone, self.start)).num_hours().div_euclid(i64::from(n)),
            Shift::Days(n) => days(n),
            Shift::Weeks(n) => days(7 * n),
            Shift::Months(n) => months_between(self.start, local).div_euclid(i64::from(n)),
        }
    }
}

fn add_days(start: NaiveDateTime, days: i64) -> Option<NaiveDateTime> {
    let distance = Days::new(days.unsigned_abs());
    if days < 0 { start.checked_sub_days(distance) } else { start.checked_add_days(distance) }
}

fn add_months(start: NaiveDateTime, months: i64) -> Option<NaiveDateTime> {
    let distance = Months::new(u32::try_from(months.unsigned_abs()).ok()?);
    if months < 0 { start.checked_sub_months(distance) } else { start.checked_add_months(distance) }
}

fn months_between(start: NaiveDateTime, end: NaiveDateTime) -> i64 {
    i64::from(end.year() - start.year()) * 12 + i64::from(end.month()) - i64::from(start.month())
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::{Europe::Berlin, Pacific::Apia, UTC};

    fn rotation(start: &str, shift: &str) -> Rotation {
        Rotation {
            people: vec!["alice".into(), "bob".into(), "carol".into()],
            start: civil::parse_local(start).unwrap(),
            shift: shift.parse().unwrap(),
            not_before: false,
        }
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn runs_backwards_before_the_anchor_unless_told_not_to() {
        let mut weekly = rotation("2026-01-05T09:00", "1w");
        let number = weekly.number(UTC, at("2026-01-05T08:59:59Z"));
        assert_eq!(number, -1);
        assert_eq!(weekly.person(number, 0).unwrap(), "carol");
        assert_eq!(weekly.number(UTC, at("2026-01-05T09:00:00Z")), 0);
        weekly.not_before = true;
        assert_eq!(weekly.person(-1, 0), None);
    }

    #[test]
    fn months_keep_their_day_and_clamp_to_short_months() {
        let monthly = rotation("2026-01-31T00:00", "1M");
        let begin = |n| monthly.handover(UTC, n).unwrap().format("%m-%d").to_string();
        assert_eq!([begin(0), begin(1), begin(2), begin(-2)], ["01-31", "02-28", "03-31", "11-30"]);
        assert_eq!(monthly.number(UTC, at("2026-02-27T23:00:00Z")), 0);
        assert_eq!(monthly.number(UTC, at("2026-02-28T00:00:00Z")), 1);
    }

    #[test]
    fn hours_are_elapsed_time() {
        // Twelve hours from 21:00 on the night Berlin loses an hour end at 10:00.
        let nights = rotation("2026-03-28T21:00", "12h");
        assert_eq!(nights.handover(Berlin, 1).unwrap(), at("2026-03-29T08:00:00Z"));
        assert_eq!(nights.number(Berlin, at("2026-03-28T19:59:59.999999Z")), -1);
    }

    #[test]
    fn hand_over_in_the_hour_that_comes_twice_is_the_first_one() {
        let daily = rotation("2026-10-24T02:30", "1d");
        assert_eq!(daily.number(Berlin, at("2026-10-25T00:29:59Z")), 0);
        assert_eq!(daily.number(Berlin, at("2026-10-25T00:30:00Z")), 1);
        // 02:15 winter time: the clock shows less than 02:30 again, the shift has begun.
        assert_eq!(daily.number(Berlin, at("2026-10-25T01:15:00Z")), 1);
    }

    #[test]
    fn a_skipped_day_is_nobodys_turn() {
        let daily = rotation("2011-12-29T00:00", "1d");
        assert_eq!(daily.number(Apia, at("2011-12-30T09:59:59Z")), 0);
        assert_eq!(daily.number(Apia, at("2011-12-30T10:00:00Z")), 2);
    }

    #[test]
    fn far_away_instants_do_not_panic() {
        for shift in ["1h", "9999w", "1M", "9999M", "1d"] {
            let far = rotation("9998-12-31T23:00", shift);
            let _ = far.number(Apia, DateTime::<Utc>::MIN_UTC);
            let _ = far.number(Apia, DateTime::<Utc>::MAX_UTC);
        }
    }
}
