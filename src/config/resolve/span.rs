//! The stretch of time that a budget is of: a rolling window, or periods of a calendar.

use chrono::NaiveDate;
use chrono_tz::Tz;

use super::alerts::window;
use super::names::choice;
use super::people::zone;
use crate::config::code;
use crate::config::doubt;
use crate::config::place::At;
use crate::config::raw;
use crate::config::report::Report;
use crate::domain::oncall::civil;
use crate::domain::slo::calendar::{Calendar, Unit};
use crate::domain::slo::lint::month_in_minutes;
use crate::domain::slo::objective::WINDOWS;
use crate::domain::slo::window::Window;

/// A window, and the calendar that it measures by and large.
#[derive(Clone, Copy)]
pub(super) struct Span {
    pub(super) window: Window,
    pub(super) calendar: Option<Calendar>,
}

pub(super) fn span(typed: &raw::slo::Window, report: &Report<'_>) -> Option<Span> {
    match typed {
        raw::slo::Window::Rolling(typed) => Some(Span { window: rolling(typed, report)?, calendar: None }),
        raw::slo::Window::Calendar(typed) => {
            let calendar = calendar(typed, report)?;
            Some(Span { window: calendar.nominal(), calendar: Some(calendar) })
        }
    }
}

pub(super) fn rolling(typed: &At<String>, report: &Report<'_>) -> Option<Window> {
    let window = window(typed, report)?;
    let Some(wrong) = doubt::bad_window(window) else { return Some(window) };
    let hint = month_in_minutes(&typed.value).or_else(|| wrong.hint.map(str::to_owned));
    report.error(wrong.code, &typed.span, &wrong.message).maybe_hint(hint);
    None
}

fn calendar(typed: &raw::slo::Calendar, report: &Report<'_>) -> Option<Calendar> {
    let words = Unit::ALL.map(|unit| (unit.word(), unit));
    let unit = typed.unit.as_ref().and_then(|typed| choice("calendar period", typed, &words, report));
    let zone = typed.timezone.as_ref().map_or(Some(Tz::UTC), |typed| zone(typed, report));
    let start = typed.start.as_ref().map(|typed| {
        let start = civil::parse_local(&with_time(&typed.value));
        if let Err(problem) = &start {
            report.error(code::BAD_VALUE, &typed.span, &problem.to_string());
        }
        start.ok()
    });
    let count = count(typed.count.as_ref(), report);
    let start = start.map_or(Some(None), |start| start.map(Some));
    let calendar = Calendar { unit: unit?, count: count?, zone: zone?, start: start? };
    if calendar.nominal() > *WINDOWS.end() {
        let message = format!("a period must be no longer than {}, not {}", WINDOWS.end(), calendar.text());
        report.error(code::BAD_VALUE, &typed.span, &message);
        return None;
    }
    Some(calendar)
}

/// A day alone begins at midnight.
fn with_time(typed: &str) -> String {
    let day = NaiveDate::parse_from_str(typed.trim(), "%Y-%m-%d");
    day.map_or_else(|_| typed.to_owned(), |day| format!("{day}T00:00"))
}

fn count(typed: Option<&At<i64>>, report: &Report<'_>) -> Option<u32> {
    let Some(typed) = typed else { return Some(1) };
    let count = u32::try_from(typed.value).ok().filter(|count| (1..=366).contains(count));
    if count.is_none() {
        report.error(code::BAD_VALUE, &typed.span, "`count` must be from 1 to 366");
    }
    count
}
