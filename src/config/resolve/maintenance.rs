//! Maintenance windows: once, or again and again in the civil time of a zone.

use chrono::{DateTime, Datelike, NaiveDateTime};
use chrono_tz::Tz;

use super::people::zone;
use crate::config::code;
use crate::config::nearest::suggest;
use crate::config::place::At;
use crate::config::raw;
use crate::config::raw::maintenance as typed;
use crate::config::report::Report;
use crate::config::shown::quoted;
use crate::domain::oncall::civil;
use crate::domain::slo::correction::{Correction, LONGEST, Length, Recurrence, Rule, When};
use crate::domain::slo::span::Span;
use crate::domain::slo::window::Window;

pub(super) fn maintenance(file: &raw::File, report: &Report<'_>) -> Vec<Correction> {
    warn_of_strangers(file, report);
    file.maintenance.iter().filter_map(|raw| correction(raw, report)).collect()
}

fn correction(raw: &typed::Maintenance, report: &Report<'_>) -> Option<Correction> {
    let zone = raw.timezone.as_ref().map_or(Some(Tz::UTC), |typed| zone(typed, report));
    let when = zone.and_then(|zone| when(raw, zone, report));
    let title = raw.title.as_ref()?;
    if title.value.trim().is_empty() {
        report.error(code::BAD_VALUE, &title.span, "the title is empty");
        return None;
    }
    let names = |list: &[At<String>]| list.iter().map(|name| name.value.clone()).collect();
    Some(Correction {
        title: title.value.clone(),
        when: when?,
        services: names(&raw.services),
        slos: names(&raw.slos),
        excluded: raw.exclude.as_ref().is_some_and(|flag| flag.value),
        reason: raw.reason.as_ref().map(|text| text.value.clone()),
    })
}

fn when(raw: &typed::Maintenance, zone: Tz, report: &Report<'_>) -> Option<When> {
    let rule = raw.repeat.as_ref().map(|typed| rule(typed, zone, report));
    let first = raw.from.as_ref().and_then(|typed| moment(typed, zone, report));
    let length = first.and_then(|first| length(raw, first, zone, report));
    let (first, length) = (first?, length?);
    let (Length::Civil(seconds) | Length::Elapsed(seconds)) = length;
    Some(match rule {
        Some(rule) => When::Again(Recurrence { zone, first: first.local, length, rule: rule?, end: None }),
        None => When::Once(Span { from: first.unix, to: first.unix + seconds }),
    })
}

/// A time as typed, on the wall clock of the zone and as Unix time.
#[derive(Clone, Copy)]
struct Moment {
    local: NaiveDateTime,
    unix: i64,
}

/// A local time, or one with its offset.
fn moment(typed: &At<String>, zone: Tz, report: &Report<'_>) -> Option<Moment> {
    let absolute = DateTime::parse_from_rfc3339(typed.value.trim()).ok().map(|at| at.to_utc());
    let found = match absolute {
        Some(at) => Some(Moment { local: civil::local(zone, at), unix: at.timestamp() }),
        None => civil::parse_local(&typed.value)
            .ok()
            .map(|local| Moment { local, unix: civil::instant(zone, local).timestamp() }),
    };
    let sane = found.filter(|moment| (2000..2100).contains(&moment.local.year()));
    if sane.is_none() {
        let message = format!("`{}` is not a date and time of this century", quoted(&typed.value));
        report
            .error(code::BAD_VALUE, &typed.span, &message)
            .hint("write \"2026-01-20T02:00\", or with an offset \"2026-01-20T02:00:00Z\"");
    }
    sane
}

fn length(raw: &typed::Maintenance, first: Moment, zone: Tz, report: &Report<'_>) -> Option<Length> {
    let (typed, length) = match (&raw.until, &raw.duration) {
        (Some(_), Some(typed)) => {
            let message = "`until` and `duration` are both given";
            report.error(code::CONFLICT, &typed.span, message).hint("leave one out");
            return None;
        }
        (None, None) => {
            let message = "[[maintenance]] has neither `until` nor `duration`";
            report.error(code::MISSING_KEY, &raw.span, message);
            return None;
        }
        (Some(typed), None) => {
            let end = moment(typed, zone, report)?;
            // What comes back ends when the wall clock says so; what comes once ends at one instant.
            let length = match raw.repeat {
                Some(_) => Length::Civil((end.local - first.local).num_seconds()),
                None => Length::Elapsed(end.unix - first.unix),
            };
            (typed, length)
        }
        (None, Some(typed)) => match typed.value.parse::<Window>() {
            Ok(window) => (typed, Length::Elapsed(window.as_seconds())),
            Err(error) => {
                report.error(code::BAD_VALUE, &typed.span, &error.to_string());
                return None;
            }
        },
    };
    let (Length::Civil(seconds) | Length::Elapsed(seconds)) = length;
    if (1..=LONGEST.as_seconds()).contains(&seconds) {
        return Some(length);
    }
    let message = if seconds <= 0 {
        "the window ends before it begins".to_owned()
    } else {
        format!("a window may last {LONGEST} at most")
    };
    report.error(code::BAD_VALUE, &typed.span, &message);
    None
}

fn rule(typed: &At<String>, zone: Tz, report: &Report<'_>) -> Option<Rule> {
    match Rule::parse(&typed.value, zone) {
        Ok(rule) => Some(rule),
        Err(error) => {
            report.error(code::BAD_VALUE, &typed.span, &error.to_string());
            None
        }
    }
}

/// Names that nothing in this file has; a catalogue or a backend may have them still.
fn warn_of_strangers(file: &raw::File, report: &Report<'_>) {
    let text = |name: &Option<At<String>>| name.as_ref().map(|name| name.value.clone());
    let mut services: Vec<String> = file.services.iter().filter_map(|service| text(&service.name)).collect();
    services.extend(file.slos.iter().filter_map(|slo| text(&slo.service)));
    services.sort();
    services.dedup();
    let ids: Vec<String> = file
        .slos
        .iter()
        .filter_map(|slo| Some(format!("{}/{}", text(&slo.service)?, text(&slo.name)?)))
        .collect();
    for window in &file.maintenance {
        window.services.iter().for_each(|name| stranger("service", name, &services, report));
        window.slos.iter().for_each(|name| stranger("SLO", name, &ids, report));
    }
}

fn stranger(what: &str, typed: &At<String>, known: &[String], report: &Report<'_>) {
    if known.contains(&typed.value) {
        return;
    }
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let message = format!("no {what} `{}` is configured here", quoted(&typed.value));
    let hint = suggest(&typed.value, "configured", &known);
    report.warning(code::UNKNOWN_NAME, &typed.span, &message).maybe_hint(hint);
}
