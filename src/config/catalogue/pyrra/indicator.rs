//! The four things Pyrra can measure.

use super::selector::{Selector, selector};
use crate::config::catalogue::reader::Reader;
use crate::config::code;
use crate::config::place::{At, Span};
use crate::config::quantity;

#[derive(Clone, Debug, PartialEq)]
pub struct Indicator {
    /// Of the kind's key, such as `ratio`.
    pub span: Span,
    pub kind: Kind,
    /// One SLO for each set of values of these labels.
    pub grouping: Vec<At<String>>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// Counters.
    Ratio { errors: Selector, total: Selector },
    /// Series of a classic histogram: one bucket, and the count. `le` is the bucket's bound as written.
    Latency { success: Selector, total: Selector, le: String },
    /// A native histogram, and the seconds that are still fast enough.
    LatencyNative { total: Selector, seconds: At<f64> },
    /// A gauge that is 1 while all is well and 0 otherwise.
    BoolGauge { metric: Selector },
}

const KINDS: [&str; 4] = ["ratio", "latency", "latencyNative", "bool_gauge"];

pub(super) fn indicator(mut reader: Reader<'_, '_>) -> Option<Indicator> {
    let report = reader.report();
    let given: Vec<Span> =
        KINDS.into_iter().filter_map(|key| Some(reader.entry(key)?.key.span.clone())).collect();
    let [ratio, latency, native, gauge] = KINDS.map(|key| reader.map(key));
    let (span, what) = (reader.span(), reader.what());
    reader.finish();
    match given.as_slice() {
        [] => {
            let message = format!("{what} says nothing to measure");
            let hint = format!("give one of {}", KINDS.map(|kind| format!("`{kind}`")).join(", "));
            report.error(code::MISSING_KEY, &span, &message).hint(&hint);
            return None;
        }
        [_] => {}
        [first, second, ..] => {
            let message = "an objective has one indicator";
            report.error(code::CONFLICT, second, message).also(first, "given as this already");
            return None;
        }
    }
    let (kind, read): (_, fn(&mut Reader<'_, '_>) -> Option<Kind>) = match (ratio, latency, native, gauge) {
        (Some(reader), ..) => (reader, self::ratio),
        (_, Some(reader), ..) => (reader, self::latency),
        (_, _, Some(reader), _) => (reader, latency_native),
        (.., Some(reader)) => (reader, bool_gauge),
        _ => return None,
    };
    whole(kind, read)
}

fn whole(mut reader: Reader<'_, '_>, read: fn(&mut Reader<'_, '_>) -> Option<Kind>) -> Option<Indicator> {
    let kind = read(&mut reader);
    let grouping = reader.strings("grouping").map(|list| list.value).unwrap_or_default();
    let span = reader.span();
    reader.finish();
    Some(Indicator { span, kind: kind?, grouping })
}

fn ratio(reader: &mut Reader<'_, '_>) -> Option<Kind> {
    let (errors, total) = (query(reader, "errors"), query(reader, "total"));
    let (errors, total) = (errors?, total?);
    told_apart(reader, &errors, &total);
    Some(Kind::Ratio { errors, total })
}

fn latency(reader: &mut Reader<'_, '_>) -> Option<Kind> {
    let (success, total) = (query(reader, "success"), query(reader, "total"));
    let (success, total) = (success?, total?);
    told_apart(reader, &success, &total);
    usual(reader, &success, "_bucket", "successes are usually counted by a histogram's bucket");
    usual(reader, &total, "_count", "the total is usually a histogram's count");
    let report = reader.report();
    let bound = success.matchers.iter().find(|matcher| matcher.label == "le");
    let Some(bound) = bound.filter(|bound| bound.op == "=") else {
        let message = "the metric of `success` does not select one bucket";
        let hint = "add the bucket's bound, such as le=\"0.5\"";
        report.error(code::BAD_VALUE, &success.written.span, message).hint(hint);
        return None;
    };
    if bound.value.parse::<f64>().is_err() {
        let message = format!("`le` is `{}`, which is no number", crate::config::shown::quoted(&bound.value));
        report.error(code::BAD_VALUE, &success.written.span, &message);
        return None;
    }
    let le = bound.value.clone();
    Some(Kind::Latency { success, total, le })
}

fn latency_native(reader: &mut Reader<'_, '_>) -> Option<Kind> {
    let total = query(reader, "total");
    let report = reader.report();
    let written = reader.text("latency");
    let seconds = reader.required("latency", written).and_then(|written| {
        let seconds = quantity::seconds(&written.value);
        if seconds.is_none() {
            let message = format!("`{}` is not a duration", crate::config::shown::quoted(&written.value));
            report.error(code::BAD_VALUE, &written.span, &message).hint("write one, such as 200ms");
        }
        Some(At::new(seconds?, written.span))
    });
    Some(Kind::LatencyNative { total: total?, seconds: seconds? })
}

fn bool_gauge(reader: &mut Reader<'_, '_>) -> Option<Kind> {
    Some(Kind::BoolGauge { metric: metric(reader)? })
}

/// A mapping with nothing but a metric in it.
fn query(reader: &mut Reader<'_, '_>, key: &'static str) -> Option<Selector> {
    let query = reader.map(key);
    let mut query = reader.required(key, query)?;
    let metric = metric(&mut query);
    query.finish();
    metric
}

fn metric(reader: &mut Reader<'_, '_>) -> Option<Selector> {
    let written = reader.text("metric");
    selector(reader.required("metric", written)?, reader.report())
}

fn told_apart(reader: &Reader<'_, '_>, part: &Selector, total: &Selector) {
    if part.written.value == total.written.value {
        let message = "the part and the total are the same metric";
        let found = reader.report().warning(code::BAD_VALUE, &part.written.span, message);
        found.also(&total.written.span, "here again");
    }
}

fn usual(reader: &Reader<'_, '_>, selector: &Selector, suffix: &str, message: &str) {
    if !selector.name.ends_with(suffix) {
        let found = reader.report().warning(code::BAD_VALUE, &selector.written.span, message);
        found.hint(&format!("its name ends in `{suffix}`"));
    }
}
