//! The JSON of `/api/v1/query`: times in milliseconds, and errors that come with a success.

use serde::Deserialize;
use serde_json::Value;

use crate::source::SourceError;
use crate::source::http::text::plain;
use crate::source::http::{Reply, failure};

const MESSAGE: usize = 400;

#[derive(Clone, Debug, Deserialize, PartialEq)]
pub(super) struct Series {
    /// Which of the queries of the call it answers.
    #[serde(default)]
    pub(super) query_index: usize,
    /// Seconds of one point.
    #[serde(default)]
    pub(super) interval: i64,
    /// The begin of each point in milliseconds, and its value.
    #[serde(default)]
    pub(super) pointlist: Vec<(f64, Option<f64>)>,
}

#[derive(Deserialize)]
struct Document {
    #[serde(default)]
    status: String,
    #[serde(default)]
    error: Option<String>,
    #[serde(default)]
    message: Option<String>,
    #[serde(default)]
    series: Vec<Series>,
}

/// At most `most` series.
pub(super) fn read(reply: &Reply, most: usize) -> Result<Vec<Series>, SourceError> {
    if !(200..300).contains(&reply.status) {
        return Err(refused(reply));
    }
    let document: Document = serde_json::from_slice(&reply.body).map_err(|error| {
        let what =
            if error.is_eof() { "the JSON ends early" } else { "not the JSON of Datadog's /api/v1/query" };
        failure::unreadable(reply, what)
    })?;
    match document.status.as_str() {
        "ok" if document.series.len() > most => {
            Err(SourceError::TooManySeries { address: reply.origin.clone(), limit: most })
        }
        "ok" => Ok(document.series),
        "error" => {
            let said = document.error.or(document.message).filter(|said| !said.is_empty());
            Err(query(said.as_deref().unwrap_or("Datadog does not say why")))
        }
        _ => Err(failure::unreadable(reply, "an answer without a status")),
    }
}

/// What `/api/v1/validate` says of the API key.
pub(super) fn validated(reply: &Reply) -> Result<(), SourceError> {
    if !(200..300).contains(&reply.status) {
        return Err(refused(reply));
    }
    let said: Value = serde_json::from_slice(&reply.body)
        .map_err(|_| failure::unreadable(reply, "not the JSON of Datadog's /api/v1/validate"))?;
    match said["valid"].as_bool() {
        Some(true) => Ok(()),
        Some(false) => Err(denied(reply)),
        None => Err(failure::unreadable(reply, "not the JSON of Datadog's /api/v1/validate")),
    }
}

fn query(said: &str) -> SourceError {
    SourceError::Query { message: plain(said, MESSAGE) }
}

/// `{"errors": ["…"]}`.
fn refused(reply: &Reply) -> SourceError {
    let said: Option<Value> = serde_json::from_slice(&reply.body).ok();
    let said = said.as_ref().and_then(|said| said["errors"][0].as_str());
    match (reply.status, said) {
        (400 | 422, Some(error)) => query(error),
        (401 | 403, _) if !reply.stripped => denied(reply),
        _ => failure::status(reply),
    }
}

fn denied(reply: &Reply) -> SourceError {
    let advice = "is the API key of this site, and may the application key read metrics (timeseries_query)?";
    SourceError::Denied { address: reply.origin.clone(), status: reply.status, advice: advice.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_in_milliseconds_and_may_be_empty() {
        let body = r#"{"status":"ok","res_type":"time_series","series":[{"metric":"a","query_index":1,"interval":60,
            "scope":"*","unit":[{"x":1},null],"pointlist":[[1768903200000.0,3.5],[1768903260000.0,null]]}]}"#;
        let found = read(&Reply::of(200, body), 10).unwrap();
        assert_eq!((found[0].query_index, found[0].interval), (1, 60));
        assert_eq!(found[0].pointlist, [(1_768_903_200_000.0, Some(3.5)), (1_768_903_260_000.0, None)]);
    }

    #[test]
    fn errors_have_classes() {
        for (status, body, class, words) in [
            (200, r#"{"status":"error","error":"Rule 'x' did not match"}"#, "query", "did not match"),
            (200, r#"{"status":"error"}"#, "query", "does not say why"),
            (400, r#"{"errors":["Error parsing query"]}"#, "query", "Error parsing query"),
            (403, r#"{"errors":["Forbidden"]}"#, "denied", "application key"),
            (429, r#"{"errors":["Rate limit"]}"#, "rate limited", "fewer"),
            (503, "", "server", "503"),
            (200, "<html>", "bad answer", "login page"),
            (200, "{", "bad answer", "ends early"),
            (200, "{}", "bad answer", "without a status"),
        ] {
            let error = read(&Reply::of(status, body), 10).unwrap_err();
            assert_eq!(error.class(), class, "{error}");
            assert!(error.to_string().contains(words), "{error}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_body_breaks_it(body in ".{0,200}", status in 100u16..600) {
            let _ = read(&Reply::of(status, &body), 10);
        }
    }
}
