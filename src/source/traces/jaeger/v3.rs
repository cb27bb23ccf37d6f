//! Version 3: OTLP with nanoseconds in texts; questions with instants in RFC 3339 and spans of time as Go writes them.

use chrono::{DateTime, SecondsFormat};
use serde::Deserialize;

use super::Complaint;
use crate::domain::trace::{Nanos, Summary};
use crate::source::SourceError;
use crate::source::http::Reply;
use crate::source::traces::base64::trace_id;
use crate::source::traces::loose::{Capped, Text, Whole};
use crate::source::traces::otlp::TracesData;
use crate::source::traces::{RecentAsk, TRACES, json};

#[derive(Default, Deserialize)]
#[serde(default)]
struct Result3 {
    result: TracesData,
    error: Option<Complaint>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Summaries {
    summaries: Capped<Told, TRACES>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Told {
    trace_id: Text,
    root_service_name: Text,
    root_operation_name: Text,
    min_start_time_unix_nano: Whole,
    max_end_time_unix_nano: Whole,
    span_count: Whole,
    error_span_count: Whole,
}

/// 2.x before the new names knows the old ones alone: both are sent.
pub(super) fn params(ask: &RecentAsk, failing: bool) -> Vec<(&'static str, String)> {
    let mut params = Vec::new();
    let mut both = |new, old, value: String| params.extend([(new, value.clone()), (old, value)]);
    both("query.serviceName", "query.service_name", ask.service.clone());
    both("query.startTimeMin", "query.start_time_min", instant(ask.from));
    both("query.startTimeMax", "query.start_time_max", instant(ask.to));
    both("query.searchDepth", "query.num_traces", ask.limit.to_string());
    if failing {
        params.push(("query.attributes", "{\"error\":\"true\"}".to_owned()));
    } else if let Some(bound) = ask.slower_than {
        both("query.durationMin", "query.duration_min", format!("{}us", bound.0 / 1000));
    }
    params
}

fn instant(unix: i64) -> String {
    DateTime::from_timestamp(unix, 0).unwrap_or_default().to_rfc3339_opts(SecondsFormat::Secs, true)
}

pub(super) fn traces(reply: &Reply) -> Result<TracesData, SourceError> {
    let told = json::<Result3>(reply)?;
    told.error.map_or(Ok(told.result), |complaint| Err(complaint.instead(reply)))
}

pub(super) fn summaries(reply: &Reply) -> Result<Vec<Summary>, SourceError> {
    let one = |told: &Told| {
        let start = told.min_start_time_unix_nano.0?;
        let id = trace_id(&told.trace_id.0)?;
        let end = told.max_end_time_unix_nano.0;
        Some(Summary {
            duration: end.and_then(|end| end.checked_sub(start)).map(Nanos),
            spans: told.span_count.0.map(|count| count as usize),
            // A count of none is left out of the JSON of protobuf.
            failed: Some(told.error_span_count.0.unwrap_or(0) > 0),
            ..Summary::new(id, &told.root_service_name.0, &told.root_operation_name.0, Nanos(start))
        })
    };
    Ok(json::<Summaries>(reply)?.summaries.kept.iter().filter_map(one).collect())
}
