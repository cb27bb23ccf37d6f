//! Local hours of the week in which a layer is active.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, Utc, Weekday};
use chrono_tz::Tz;

use super::civil;
use super::problem::Problem;

/// From one local time to another on some days of the week. Where `to` is not after `from` it
/// ends on the next day, and the whole of it belongs to the day it starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// No days means every day.
    pub days: Vec<Weekday>,
    pub from: NaiveTime,
    pub to: NaiveTime,
}

type Interval = (DateTime<Utc>, DateTime<Utc>);

impl Window {
    /// Reads `mon-fri 09:00-17:00`, `sat,sun 00:00-24:00` or `22:00-06:00`.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        Self::read(text).ok_or_else(|| Problem::BadWindow { text: text.chars().take(60).collect() })
    }

    fn read(text: &str) -> Option<Self> {
        let mut words = text.split_whitespace().rev();
        let (from, to) = words.next()?.split_once('-')?;
        let days = words.next().map_or(Some(Vec::new()), read_days)?;
        if words.next().is_some() {
            return None;
        }
        Some(Self { days, from: read_time(from)?, to: read_time(to)? })
    }

    /// Active at `at`: half-open, as shifts are.
    pub fn covers(&self, zone: Tz, at: DateTime<Utc>) -> bool {
        self.near(zone, at, 2).any(|(from, to)| from <= at && at < to)
    }

    /// The first edge after `at`.
    pub fn edge_after(&self, zone: Tz, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.edges(zone, at).filter(|edge| *edge > at).min()
    }

    /// The last edge before `at`.
    pub fn edge_before(&self, zone: Tz, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.edges(zone, at).filter(|edge| *edge < at).max()
    }

    fn edges(&self, zone: Tz, at: DateTime<Utc>) -> impl Iterator<Item = DateTime<Utc>> {
        self.near(zone, at, 9).flat_map(|(from, to)| [from, to])
    }

    /// The windows that begin up to `reach` days around `at`.
    fn near(&self, zone: Tz, at: DateTime<Utc>, reach: u64) -> impl Iterator<Item = Interval> {
        let first = civil::local(zone, at).date().checked_sub_days(Days::new(reach));
        first
            .into_iter()
            .flat_map(move |first| first.iter_days().take(2 * reach as usize + 1))
            .filter(|day| self.days.is_empty() || self.days.contains(&day.weekday()))
            .filter_map(move |day| self.on(zone, day))
    }

    fn on(&self, zone: Tz, day: NaiveDate) -> Option<Interval> {
        let last = if self.to > self.from { day } else { day.checked_add_days(Days::new(1))? };
        let edge = |date: NaiveDate, time| civil::instant(zone, date.and_time(time));
        Some((edge(day, self.from), edge(last, self.to)))
    }
}

fn read_time(text: &str) -> Option<NaiveTime> {
    let text = if text == "24:00" { "00:00" } else { text };
    NaiveTime::parse_from_str(text, "%H:%M").ok()
}

fn read_days(text: &str) -> Option<Vec<Weekday>> {
    let mut days = Vec::new();
    for part in text.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (mut day, last) = (first.parse::<Weekday>().ok()?, last.parse::<Weekday>().ok()?);
        days.push(day);
        while day != last {
            day = day.succ();
            days.push(day);
        }
    }
    Some(days)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::Europe::Berlin;

    fn covers(window: &str, at: &str) -> bool {
        Window::parse(window).unwrap().covers(Berlin, at.parse().unwrap())
    }

    #[test]
    fn a_window_over_midnight_belongs_to_the_day_it_starts() {
        // Friday 2026-01-09 22:00 to Saturday 06:00, Berlin is UTC+1.
        assert!(covers("fri 22:00-06:00", "2026-01-10T04:59:59Z"));
        assert!(!covers("fri 22:00-06:00", "2026-01-10T05:00:00Z"));
        assert!(!covers("fri 22:00-06:00", "2026-01-09T04:00:00Z"));
        assert!(!covers("fri 22:00-06:00", "2026-01-10T21:30:00Z"));
    }

    #[test]
    fn days_are_lists_and_ranges_that_may_wrap() {
        assert!(covers("fri-mon 09:00-17:00", "2026-01-11T08:00:00Z"));
        assert!(!covers("mon-thu,sat 09:00-17:00", "2026-01-11T08:00:00Z"));
        assert!(covers("sun 00:00-24:00", "2026-01-11T22:59:59Z"));
        assert!(!covers("sun 00:00-24:00", "2026-01-11T23:00:00Z"));
    }

    #[test]
    fn edges_lie_strictly_beside_the_instant() {
        let window = Window::parse("mon 09:00-17:00").unwrap();
        let at = "2026-01-05T08:00:00Z".parse().unwrap();
        let edge = |edge: Option<DateTime<Utc>>| edge.unwrap().to_rfc3339();
        assert_eq!(edge(window.edge_after(Berlin, at)), "2026-01-05T16:00:00+00:00");
        assert_eq!(edge(window.edge_before(Berlin, at)), "2025-12-29T16:00:00+00:00");
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", "9-17", "mon", "funday 09:00-17:00", "a mon 09:00-17:00", "25:00-26:00"] {
            assert!(Window::parse(text).is_err(), "{text}");
        }
    }
}
