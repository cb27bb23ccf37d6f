//! Short texts: spans, targets, instants, zones, shifts, hours of the week, rules of recurrence, names.
//! What can be written is read again as it was.
#![no_main]

use std::fmt::{Debug, Display};
use std::str::FromStr;

use burnwatch::cli::instant;
use burnwatch::domain::oncall::civil::{self, parse_local};
use burnwatch::domain::oncall::{Shift, window};
use burnwatch::domain::slo::correction::{Length, Recurrence, Rule};
use burnwatch::domain::slo::slug::slug;
use burnwatch::domain::slo::span::Span;
use burnwatch::domain::slo::target::Target;
use burnwatch::domain::slo::tool::part_of_id;
use burnwatch::domain::slo::window::Window;
use burnwatch::text::is_unsafe;
use chrono::{DateTime, NaiveDateTime, Utc};
use chrono_tz::Tz;
use libfuzzer_sys::fuzz_target;

fn again<T: FromStr + Display + Debug + PartialEq>(text: &str) -> Option<T> {
    let read: T = text.parse().ok()?;
    let written = read.to_string();
    assert_eq!(written.parse().ok().as_ref(), Some(&read), "{text:?} as {written:?}");
    Some(read)
}

fn recurs(text: &str, zone: Tz, first: NaiveDateTime, seconds: i64) {
    let Ok(rule) = Rule::parse(text, zone) else { return };
    let now = civil::instant(zone, first).timestamp();
    for length in [Length::Elapsed(seconds), Length::Civil(seconds)] {
        let recurrence = Recurrence { zone, first, length, rule: rule.clone(), end: None };
        for at in [now - 86_400, now, now + 400 * 86_400] {
            let within = Span { from: at, to: at + 40 * 86_400 };
            let found = recurrence.between(within, 100);
            assert!(found.len() <= 100);
            let ordered = found.windows(2).all(|pair| pair[0].from <= pair[1].from);
            assert!(ordered, "{text:?} {found:?}");
            assert!(found.iter().all(|span| span.from < within.to && within.from < span.to), "{found:?}");
            if let Some(next) = recurrence.next(at) {
                assert!(next.to > at, "{text:?} {next:?}");
            }
        }
    }
}

fuzz_target!(|text: &str| {
    let now: DateTime<Utc> = DateTime::from_timestamp(1_768_903_200, 0).expect("an instant");
    let lines: Vec<&str> = text.split('\n').collect();
    let first = lines[0];
    let span = again::<Window>(first);
    again::<Shift>(first);
    if let Ok(target) = first.parse::<Target>() {
        // Of seventeen digits the last may be another; a budget that is small is itself.
        let read: Target = target.to_string().parse().expect("a target as it was printed");
        let close = |a: f64, b: f64| (a - b).abs() <= 4e-16 && (a == 0.0) == (b == 0.0);
        assert!(
            close(target.ratio(), read.ratio()) && close(target.budget(), read.budget()),
            "{first:?} as {read}"
        );
        assert_eq!(read.to_string(), target.to_string());
        assert!(target.ratio() > 0.0 && target.ratio() <= 1.0 && target.budget() >= 0.0, "{target:?}");
    }
    for part in [slug(first), part_of_id(first)] {
        assert!(!part.contains('/') && !part.chars().any(is_unsafe), "{part:?}");
    }
    let zone = lines.get(1).and_then(|name| civil::zone(name).ok()).unwrap_or(Tz::Europe__Berlin);
    if let Err(said) = instant(zone, first, now) {
        assert!(said.chars().count() < 400 + first.chars().count(), "{said:?}");
    }
    if let Ok(hours) = window::Window::parse(first) {
        let (before, after) = (hours.edge_before(zone, now), hours.edge_after(zone, now));
        assert!(before.is_none_or(|edge| edge < now) && after.is_none_or(|edge| edge > now));
        hours.covers(zone, now);
    }
    let begin = lines.get(2).and_then(|text| parse_local(text).ok());
    let begin = begin.unwrap_or_else(|| civil::local(zone, now));
    let seconds = span.map_or(3600, Window::as_seconds).clamp(60, 40 * 86_400);
    recurs(first, zone, begin, seconds);
});
