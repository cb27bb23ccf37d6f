//! Kinds that count events or samples: events, correctness, latency, bool.

use super::keys::Keys;
use crate::config::code;
use crate::config::resolve::service;
use crate::config::shown::quoted;
use crate::domain::slo::sli::{Events, Latency, Side, Sli};

pub(super) fn events(keys: &Keys<'_, '_>) -> Option<Sli> {
    both_counts(keys).map(Sli::Events)
}

pub(super) fn correctness(keys: &Keys<'_, '_>) -> Option<Sli> {
    both_counts(keys).map(Sli::Correctness)
}

fn both_counts(keys: &Keys<'_, '_>) -> Option<Events> {
    let total = keys.required("total");
    let sides = [("bad", Side::Bad), ("good", Side::Good)];
    let (side, part) = keys.one_of(sides, "leave one out, best `good`")?;
    Some(Events { side, part: part.value, total: total?.value })
}

pub(super) fn latency(keys: &Keys<'_, '_>) -> Option<Sli> {
    let histogram = keys.required("histogram");
    let threshold = keys.required("threshold").and_then(|typed| service::latency(&typed, keys.report));
    let native = keys.flag("native");
    let histogram = histogram?;
    let name = histogram.value.split('{').next().unwrap_or_default().trim();
    for suffix in ["_bucket", "_count", "_sum"] {
        if let Some(short) = name.strip_suffix(suffix) {
            let message = format!("the histogram is named without `{suffix}`");
            keys.report
                .error(code::BAD_VALUE, &histogram.span, &message)
                .hint(&format!("write `{}`", quoted(short)));
            return None;
        }
    }
    Some(Sli::Latency(Latency { histogram: histogram.value, threshold: threshold?, native: native? }))
}

pub(super) fn boolean(keys: &Keys<'_, '_>) -> Option<Sli> {
    keys.required("metric").map(|metric| Sli::Bool(metric.value))
}
