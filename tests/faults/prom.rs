//! A tiny Prometheus: one counter of requests and one of errors whose events are known for every minute.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::wire::Request;

const MINUTE: i64 = 60;
/// Requests in each minute.
const TRAFFIC: i64 = 6000;

/// Errors before the end of minute `minute`: none to six a minute, in a pattern that no window hides.
fn errors_until(minute: i64) -> i64 {
    let (weeks, days) = (minute.div_euclid(7), minute.rem_euclid(7));
    weeks * 21 + days * (days - 1) / 2
}

/// Errors and requests of the `span` seconds that end at `end`; both are whole minutes.
pub(crate) fn truth(end: i64, span: i64) -> (f64, f64) {
    let (from, to) = ((end - span) / MINUTE, end / MINUTE);
    ((errors_until(to) - errors_until(from)) as f64, ((to - from) * TRAFFIC) as f64)
}

/// The ids and expressions of a joined query.
fn parts(query: &str) -> impl Iterator<Item = (&str, &str)> {
    query.split("\nor ").filter_map(|part| {
        let inner = part.strip_prefix("label_replace(")?.strip_suffix("\", \"\", \"\")")?;
        let (text, id) = inner.rsplit_once(", \"__bw__\", \"")?;
        Some((id, text))
    })
}

/// Seconds of the first `[5m]` in an expression.
fn window(text: &str) -> Option<i64> {
    let (inside, _) = text.split_once('[')?.1.split_once(']')?;
    let number: i64 = inside.trim_end_matches(char::is_alphabetic).parse().ok()?;
    Some(
        number
            * if inside.ends_with('h') {
                3600
            } else if inside.ends_with('m') {
                60
            } else {
                1
            },
    )
}

fn value(text: &str, at: i64) -> Option<f64> {
    let counted = |bad: bool| {
        let (errors, requests) = truth(at, window(text)?);
        Some(if bad { errors } else { requests })
    };
    match text {
        "vector(0)" => Some(0.0),
        _ if text.contains("max_over_time((count_over_time") => Some(80.0),
        _ if text.contains("count_over_time") => Some(240.0),
        _ if text.starts_with("sum(increase(errors") => counted(true),
        _ if text.starts_with("sum(increase(requests") => counted(false),
        "sum(rate(http_requests_total[5m]))" => Some(100.0),
        _ => None,
    }
}

/// The series of a query, at times that have come: each with the id of its expression.
pub(crate) fn series(request: &Request, now: i64) -> Vec<Value> {
    let at = request.number("time").unwrap_or(now);
    let (start, end) = (request.number("start").unwrap_or(at), request.number("end").unwrap_or(at));
    let step = request.number("step").unwrap_or(60).max(1);
    let query = request.param("query");
    let bare = (query == "vector(0)").then_some(("", query));
    let one = |(id, text): (&str, &str)| {
        let times = (0..=(end - start) / step).map(|place| start + place * step).filter(|time| *time <= now);
        let samples: Vec<Value> =
            times.filter_map(|time| Some(json!([time, value(text, time)?.to_string()]))).collect();
        (!samples.is_empty()).then(|| json!({"metric": {"__bw__": id}, "values": samples}))
    };
    parts(query).chain(bare).filter_map(one).collect()
}

/// A matrix or a vector, as was asked for.
pub(crate) fn envelope(request: &Request, mut series: Vec<Value>) -> Value {
    let vector = !request.path.ends_with("query_range");
    if vector {
        for one in &mut series {
            one["value"] = one["values"].as_array_mut().unwrap().pop().unwrap();
            one.as_object_mut().unwrap().remove("values");
        }
    }
    let kind = if vector { "vector" } else { "matrix" };
    json!({"status": "success", "data": {"resultType": kind, "result": series}})
}

pub(crate) fn date(now: i64) -> String {
    let now: DateTime<Utc> = DateTime::from_timestamp(now, 0).unwrap();
    now.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// The whole answer of a server in good health.
pub(crate) fn well(request: &Request, now: i64) -> Vec<u8> {
    let body = envelope(request, series(request, now)).to_string();
    let headers = [("content-type", "application/json"), ("date", &date(now))];
    crate::wire::answer(200, &headers, body)
}
