//! The JSON of the query API, read into series.

use std::collections::HashMap;

use serde::Deserialize;

use super::wire::{Data, Envelope, Item, Raw, Sample, envelope};
use crate::source::SourceError;
use crate::source::http::text::plain;
use crate::source::http::{Reply, failure};

/// Label that carries the id of a joined expression.
pub(super) const ID: &str = "__bw__";

const MESSAGE: usize = 400;
/// Up to here a float can count, 2⁵³. What is above, such as a counter that fell below zero in an unsigned number,
/// would swallow all that is ever added to it.
pub(in crate::source) const MOST: f64 = 9_007_199_254_740_992.0;

/// One series: samples in order of time, and the times of those that cannot be counted with.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::source) struct Series {
    pub(in crate::source) id: String,
    /// As the server has them, which may be anything.
    pub(in crate::source) labels: HashMap<String, String>,
    pub(in crate::source) samples: Vec<(f64, f64)>,
    pub(in crate::source) dropped: Vec<f64>,
    /// Whether it came as a native histogram, which is no number.
    pub(in crate::source) native: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::source) struct Answer {
    pub(in crate::source) series: Vec<Series>,
    pub(in crate::source) warnings: Vec<String>,
    /// Some of the stores behind the server did not answer.
    pub(in crate::source) partial: bool,
}

#[derive(Deserialize)]
struct Refusal {
    #[serde(default, rename = "errorType")]
    kind: String,
    error: String,
}

/// What a reply says: at most `most` series, or the class of its refusal.
pub(in crate::source) fn read(reply: &Reply, most: usize) -> Result<Answer, SourceError> {
    if matches!(reply.status, 413 | 414) {
        let message = format!("the query is too long for this server ({})", reply.status);
        return Err(SourceError::Query { message });
    }
    if let Ok(refusal) = serde_json::from_slice::<Refusal>(&reply.body) {
        return Err(refused(reply, &refusal));
    }
    if !(200..300).contains(&reply.status) {
        return Err(failure::status(reply));
    }
    let envelope = envelope(&reply.body, most).map_err(|error| {
        let what = if error.is_eof() { "the JSON ends early" } else { "not the JSON of the query API" };
        failure::unreadable(reply, what)
    })?;
    let Envelope { status, data, .. } = &envelope;
    if status != "success" || data.is_none() {
        return Err(failure::unreadable(reply, "an answer without data"));
    }
    let warnings = warnings(&envelope);
    let data = envelope.data.filter(|data| matches!(data.kind.as_str(), "matrix" | "vector"));
    let Some(Data { items, .. }) = data else {
        return Err(SourceError::Query { message: "the expression gives no series".to_owned() });
    };
    if items.len() > most {
        return Err(SourceError::TooManySeries { address: reply.origin.clone(), limit: most });
    }
    let of = |item| match item {
        Item::Series(raw) => Some(series(*raw)),
        Item::Bare => None,
    };
    let series: Option<Vec<Series>> = items.into_iter().map(of).collect();
    let series = series.ok_or_else(|| failure::unreadable(reply, "series that are none"))?;
    let partial = envelope.partial == Some(true) || warnings.iter().any(|said| tells_of_a_lost_store(said));
    Ok(Answer { series, warnings, partial })
}

/// Thanos says it in words alone, and so does a Prometheus that reads from others.
fn tells_of_a_lost_store(warning: &str) -> bool {
    ["receive series from", "fetch series for", "rpc error", "remote_read"]
        .iter()
        .any(|words| warning.contains(words))
}

/// An answer that lacks what some store has.
pub(in crate::source) fn cut(reply: &Reply, answer: &Answer) -> SourceError {
    let said = answer.warnings.first().map(|said| format!(": {said}")).unwrap_or_default();
    let what = format!("only a part of its stores answered, which is no base for a budget{said}");
    SourceError::BadAnswer { address: reply.origin.clone(), what }
}

fn refused(reply: &Reply, refusal: &Refusal) -> SourceError {
    let message = plain(&refusal.error, MESSAGE);
    match reply.status {
        400 | 422 => SourceError::Query { message: sentence(&message) },
        200..300 if matches!(refusal.kind.as_str(), "bad_data" | "execution") => {
            SourceError::Query { message: sentence(&message) }
        }
        // The server gave up within the time that we allowed it.
        200..300 => SourceError::Server {
            address: reply.origin.clone(),
            status: reply.status,
            message,
            retry_after: reply.retry_after,
        },
        500.. => SourceError::Server {
            address: reply.origin.clone(),
            status: reply.status,
            message: format!("{}: {message}", plain(&refusal.kind, 40)),
            retry_after: reply.retry_after,
        },
        _ => failure::status(reply),
    }
}

/// Prometheus's words without the place in a text that only we know, and with what to do about it.
fn sentence(message: &str) -> String {
    let message = message.strip_prefix("invalid parameter \"query\": ").unwrap_or(message);
    // VictoriaMetrics repeats the whole query first, which holds more than the part that is wrong.
    let message = match message.strip_prefix("error when executing query=") {
        Some(rest) => rest.rsplit_once("): ").map_or(message, |(_, why)| why),
        None => message,
    };
    let message = message.strip_prefix("cannot execute query: ").unwrap_or(message);
    let place = message.trim_start_matches(|c: char| c.is_ascii_digit() || c == ':').trim_start();
    let bare = if message.starts_with(|c: char| c.is_ascii_digit()) && place.starts_with("parse error") {
        place
    } else {
        message
    };
    let advice = [
        ("label_replace\", got scalar", "it gives a bare number, not a series: wrap it in vector(…)"),
        ("label_replace\", got range vector", "it gives a range of samples: wrap it in sum(increase(…))"),
        ("label_replace\", got string", "it gives a text, not a series"),
    ];
    let found = advice.iter().find(|(words, _)| bare.contains(words));
    found.map_or_else(|| bare.to_owned(), |(_, advice)| (*advice).to_owned())
}

fn warnings(envelope: &Envelope) -> Vec<String> {
    let said = [&envelope.warnings, &envelope.infos].into_iter().flatten().flatten();
    let partial = (envelope.partial == Some(true)).then(|| "the answer is partial".to_owned());
    said.map(|text| plain(text, MESSAGE)).chain(partial).collect()
}

fn series(mut raw: Raw) -> Series {
    let counts = |sample: &(f64, f64)| sample.1.abs() <= MOST;
    let mut samples = raw.values.0;
    samples.extend(raw.value.map(|Sample(time, value)| (time, value)));
    let dropped = samples.iter().filter(|sample| !counts(sample)).map(|sample| sample.0).collect();
    samples.retain(counts);
    Series {
        id: raw.metric.remove(ID).unwrap_or_default(),
        labels: raw.metric,
        samples,
        dropped,
        native: !raw.histograms.is_empty() || raw.histogram.is_some(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(reply: &Reply) -> Result<Answer, SourceError> {
        read(reply, 100)
    }

    #[test]
    fn a_matrix_with_what_is_not_finite() {
        let body = r#"{"status":"success","new":1,"data":{"stats":{},"resultType":"matrix","x":[],"result":[
            {"metric":{"__bw__":"3b","a":"b"},"values":[[60,"1e+00"],[120.5,"NaN"],[180,"+Inf"],[240,"-Inf"],[300,"2.5"],[360,"18446744073709551615"]]},
            {"metric":{},"histograms":[[60,{"count":"1"}]]}]},"warnings":["w"],"infos":["i"],"isPartial":true}"#;
        let answer = read_all(&Reply::of(200, body)).unwrap();
        assert_eq!(answer.warnings, ["w", "i", "the answer is partial"]);
        let first = &answer.series[0];
        assert_eq!((first.id.as_str(), first.native), ("3b", false));
        assert_eq!(first.samples, [(60.0, 1.0), (300.0, 2.5)]);
        assert_eq!(first.dropped, [120.5, 180.0, 240.0, 360.0]);
        assert!(answer.series[1].native);
    }

    #[test]
    fn a_vector_and_what_is_neither() {
        let body = r#"{"data":{"result":[{"metric":{"__bw__":"1"},"value":[5,"7"]}],"resultType":"vector"},"status":"success"}"#;
        assert_eq!(read_all(&Reply::of(200, body)).unwrap().series[0].samples, [(5.0, 7.0)]);
        let scalar = r#"{"status":"success","data":{"resultType":"scalar","result":[1,"2"]}}"#;
        assert_eq!(read_all(&Reply::of(200, scalar)).unwrap_err().class(), "query");
    }

    #[test]
    fn refusals_by_class() {
        let refusal =
            |kind: &str| format!(r#"{{"status":"error","errorType":"{kind}","error":"no","data":null}}"#);
        for (status, kind, class) in [
            (400, "bad_data", "query"),
            (422, "422", "query"),
            (200, "execution", "query"),
            (503, "timeout", "server"),
            (500, "internal", "server"),
            (401, "", "denied"),
            (429, "too_many_requests", "rate limited"),
            (404, "not_found", "not found"),
        ] {
            assert_eq!(read_all(&Reply::of(status, refusal(kind))).unwrap_err().class(), class, "{status}");
        }
    }

    #[test]
    fn what_is_no_answer_at_all() {
        for (status, body, part) in [
            (200, "<html>", "a login page"),
            (200, "", "an empty answer"),
            (200, r#"{"status":"success","data":{"resultType":"matrix","result":[{"#, "ends early"),
            (200, "[]", "not the JSON"),
            (200, r#"{"status":"success"}"#, "without data"),
            (400, "unsupported path", "400 unsupported path"),
            (302, "", "leads nowhere"),
        ] {
            let error = read_all(&Reply::of(status, body)).unwrap_err();
            assert_eq!(error.class(), "bad answer", "{body}");
            assert!(error.to_string().contains(part), "{error}");
        }
    }

    #[test]
    fn messages_lose_the_place_and_gain_advice() {
        let said = r#"invalid parameter "query": 1:15: parse error: expected type instant vector in call to function "label_replace", got scalar"#;
        assert!(sentence(said).contains("vector(…)"));
        assert_eq!(sentence("1:15: parse error: unclosed"), "parse error: unclosed");
        assert_eq!(sentence("42 things"), "42 things");
        let said = r#"error when executing query="foo(a)" on the time range (start=1, end=2, step=3): cannot execute query: unknown func "foo""#;
        assert_eq!(sentence(said), "unknown func \"foo\"");
    }

    proptest::proptest! {
        #[test]
        fn no_body_breaks_it(body in ".{0,200}", status in 100u16..600) {
            let _ = read_all(&Reply::of(status, &body));
        }
    }
}
