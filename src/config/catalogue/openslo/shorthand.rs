//! Durations as `OpenSLO` writes them: one number and one of `m h d w M Q Y`, where `M` is a month.

use chrono::NaiveDateTime;

use super::{Spot, Version};
use crate::config::catalogue::draft::Horizon;
use crate::config::catalogue::indicator::Told;
use crate::config::catalogue::reader::Reader;
use crate::config::catalogue::spot::Note;
use crate::config::code;
use crate::config::nearest::nearest_zone;
use crate::config::place::At;
use crate::config::report::Report;
use crate::config::shown::quoted;
use crate::domain::slo::calendar::{Calendar, Unit};
use crate::domain::slo::window::Window;

/// Of anything; more is no window of an SLO, and would overflow sums of seconds.
const MOST: u32 = 100_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shorthand {
    pub(super) count: u32,
    pub(super) unit: char,
}

impl Shorthand {
    fn parse(text: &str) -> Option<Self> {
        let unit = text.chars().last().filter(|unit| "mhdwMQY".contains(*unit))?;
        let digits = &text[..text.len() - 1];
        let count = digits.parse().ok().filter(|count| (1..=MOST).contains(count))?;
        digits.bytes().all(|digit| digit.is_ascii_digit()).then_some(Self { count, unit })
    }

    /// Months of 30 days, quarters of 90, years of 365.
    pub(super) fn nominal(self) -> Window {
        let minutes = match self.unit {
            'm' => 1,
            'h' => 60,
            'w' => 7 * 1440,
            'M' => 30 * 1440,
            'Q' => 90 * 1440,
            'Y' => 365 * 1440,
            _ => 1440,
        };
        Window::minutes(i64::from(self.count) * minutes)
    }

    fn is_civil(self) -> bool {
        "MQY".contains(self.unit)
    }
}

pub(super) fn duration(written: &At<String>, version: Version, report: &Report<'_>) -> Option<Shorthand> {
    let found = Shorthand::parse(&written.value);
    if let Some(found) = found.filter(|found| version != Version::V2Alpha || !found.is_civil()) {
        return Some(found);
    }
    let message = format!("`{}` is not a duration of OpenSLO", quoted(&written.value));
    let units =
        if version == Version::V2Alpha { "m, h, d or w" } else { "m (minutes), h, d, w, M (months), Q or Y" };
    let hint = format!("write a number and one of {units}, such as `4w`");
    report.error(code::BAD_VALUE, &written.span, &message).hint(&hint);
    None
}

/// A plain duration under `key`.
pub(super) fn window(reader: &mut Reader<'_, '_>, key: &'static str, version: Version) -> Option<At<Window>> {
    let written = reader.text(key)?;
    let found = duration(&written, version, reader.report())?;
    Some(At::new(found.nominal(), written.span))
}

/// The only item of `timeWindow`; none where it is not written.
pub(super) fn time_window(
    spec: &mut Reader<'_, '_>,
    version: Version,
    notes: &mut Vec<Note>,
) -> Option<Horizon> {
    let report = spec.report();
    let mut windows = spec.maps("timeWindow")?;
    if windows.len() != 1 {
        let message = format!("`timeWindow` takes exactly one window, not {}", windows.len());
        report.error(code::BAD_VALUE, &spec.span(), &message);
        return None;
    }
    let mut window = windows.pop()?;
    let written = window.text("duration");
    let written = window.required("duration", written);
    let found = written.as_ref().and_then(|written| duration(written, version, report));
    let calendar = calendar(&mut window);
    window.finish();
    let (written, found) = (written?, found?);
    let spot = Spot::of(&written.span, report);
    match calendar.ok()? {
        None => Some(rolling(found, &spot, notes)),
        Some(local) => {
            let (unit, count) = civil(found, &written, report, notes)?;
            Some(Horizon::Calendar(Calendar { unit, count, zone: local.0, start: Some(local.1) }))
        }
    }
}

fn rolling(found: Shorthand, spot: &Spot, notes: &mut Vec<Note>) -> Horizon {
    let window = found.nominal();
    if found.is_civil() {
        notes.push(spot.note(&format!("a rolling window has no calendar; it is taken as {window}")));
    }
    Horizon::Rolling(window)
}

/// The unit of a calendar window, by which the trap is avoided that `1m` is a minute.
fn civil(
    found: Shorthand,
    written: &At<String>,
    report: &Report<'_>,
    notes: &mut Vec<Note>,
) -> Option<(Unit, u32)> {
    let unit = match found.unit {
        'd' => Unit::Day,
        'w' => Unit::Week,
        'M' => Unit::Month,
        'Q' => Unit::Quarter,
        'Y' => Unit::Year,
        'm' => {
            let text = "a calendar window of minutes makes no sense; `m` is read as `M`, months";
            notes.push(Spot::of(&written.span, report).note(text));
            Unit::Month
        }
        _ if found.count.is_multiple_of(24) => return Some((Unit::Day, found.count / 24)),
        _ => {
            let message = format!("`{}` is not a calendar window of whole days", quoted(&written.value));
            report.error(code::BAD_VALUE, &written.span, &message);
            return None;
        }
    };
    Some((unit, found.count))
}

type Local = (chrono_tz::Tz, NaiveDateTime);

/// None for a rolling window.
pub(in crate::config::catalogue) fn calendar(window: &mut Reader<'_, '_>) -> Result<Option<Local>, Told> {
    let report = window.report();
    let rolling = window.flag("isRolling").is_some_and(|flag| flag.value);
    let span = window.span();
    let Some(mut calendar) = window.map("calendar") else {
        if !rolling {
            let message = "a window that is not rolling needs a `calendar`";
            let hint = "write `isRolling: true`, or `calendar: {startTime, timeZone}`";
            report.error(code::MISSING_KEY, &span, message).hint(hint);
        }
        return if rolling { Ok(None) } else { Err(Told) };
    };
    let (start, zone) = (calendar.text("startTime"), calendar.text("timeZone"));
    let start = calendar.required("startTime", start).and_then(|start| local(&start, report));
    let zone = calendar.required("timeZone", zone).and_then(|zone| self::zone(&zone, report));
    let span = calendar.span();
    calendar.finish();
    if rolling {
        let message = "a window is either rolling or has a `calendar`";
        report.error(code::CONFLICT, &span, message).hint("leave one of them out");
        return Err(Told);
    }
    zone.zip(start).map(Some).ok_or(Told)
}

fn local(written: &At<String>, report: &Report<'_>) -> Option<NaiveDateTime> {
    let found = NaiveDateTime::parse_from_str(&written.value, "%Y-%m-%d %H:%M:%S").ok();
    let found = found.filter(|found| (1970..2200).contains(&chrono::Datelike::year(found)));
    if found.is_none() {
        let message = format!("`{}` is not a local time", quoted(&written.value));
        let hint = "write it as `2026-01-31 00:00:00`";
        report.error(code::BAD_VALUE, &written.span, &message).hint(hint);
    }
    found
}

fn zone(written: &At<String>, report: &Report<'_>) -> Option<chrono_tz::Tz> {
    let found = written.value.parse().ok();
    if found.is_none() {
        let message = format!("`{}` is not a time zone", quoted(&written.value));
        let hint = nearest_zone(&written.value).map(|zone| format!("did you mean `{zone}`?"));
        report.error(code::UNKNOWN_ZONE, &written.span, &message).maybe_hint(hint);
    }
    found
}
