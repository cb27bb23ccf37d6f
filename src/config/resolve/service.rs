//! Services and their own signals.

use super::names::Known;
use crate::config::code;
use crate::config::place::At;
use crate::config::quantity::seconds;
use crate::config::raw;
use crate::config::report::Report;
use crate::config::shown::quoted;
use crate::domain::signal::{OwnSignal, Service};

/// From here on a bare number is more likely meant as milliseconds.
const DOUBTFUL: f64 = 60.0;

pub(super) fn service(raw: &raw::service::Service, known: &Known, report: &Report<'_>) -> Option<Service> {
    let latency_limit = raw.latency_limit.as_ref().and_then(|limit| latency(limit, report));
    let preset = super::top::word(raw.preset.as_ref(), "preset", report);
    let own = raw.signals.iter().filter_map(|signal| own(signal, report)).collect();
    let header = &raw.origin.header.span;
    let source = known.backend(raw.backend.as_ref(), header, report);
    Some(Service {
        name: raw.name.as_ref()?.value.clone(),
        source: source?,
        preset,
        selector: raw.selector.as_ref().map(|selector| selector.value.clone()).unwrap_or_default(),
        own,
        latency_limit,
    })
}

fn own(raw: &raw::service::Signal, report: &Report<'_>) -> Option<OwnSignal> {
    let query = raw.query.as_ref()?;
    if query.value.trim().is_empty() {
        report.error(code::BAD_VALUE, &query.span, "this query is empty");
        return None;
    }
    Some(OwnSignal {
        lane: raw.lane,
        name: raw.name.value.clone(),
        query: query.value.clone(),
        limit: raw.limit.as_ref().map(|limit| limit.value),
    })
}

/// Seconds. A bare number is seconds too, as in a bucket's `le`, unless it looks like milliseconds.
pub(super) fn latency(typed: &At<String>, report: &Report<'_>) -> Option<f64> {
    if let Some(seconds) = seconds(&typed.value) {
        return Some(seconds);
    }
    let bare: Option<f64> =
        typed.value.trim().parse().ok().filter(|value: &f64| value.is_finite() && *value > 0.0);
    let (message, hint) = match bare {
        Some(value) if value < DOUBTFUL => return Some(value),
        Some(value) => (
            format!("`{}` could be milliseconds or seconds", quoted(&typed.value)),
            format!("write \"{value}ms\" or \"{value}s\""),
        ),
        None => (
            format!("`{}` is not a latency", quoted(&typed.value)),
            "write a number and a unit, such as \"300ms\", or seconds as in a bucket's le, such as 0.3"
                .to_owned(),
        ),
    };
    report.error(code::BAD_VALUE, &typed.span, &message).hint(&hint);
    None
}
