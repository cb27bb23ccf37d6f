//! The JSON of `/render`: value first, then time.

use std::borrow::Cow;

use serde::Deserialize;

use crate::source::SourceError;
use crate::source::http::text::plain;
use crate::source::http::{Reply, failure};

const MESSAGE: usize = 300;

#[derive(Clone, Debug, Deserialize, PartialEq)]
pub(super) struct Series {
    /// Its name, or the alias that it was asked under.
    pub(super) target: String,
    /// A value, or nothing, and the begin of its interval.
    pub(super) datapoints: Vec<(Option<f64>, i64)>,
}

impl Series {
    /// Seconds of one interval, where there is more than one.
    pub(super) fn step(&self) -> Option<i64> {
        let [first, second, ..] = self.datapoints.as_slice() else { return None };
        second.1.checked_sub(first.1).filter(|step| *step > 0)
    }
}

/// At most `most` series.
pub(super) fn read(reply: &Reply, most: usize) -> Result<Vec<Series>, SourceError> {
    match reply.status {
        200..300 => {}
        400 => return Err(SourceError::Query { message: sentence(reply) }),
        413 | 414 => {
            let message = format!("the target is too long for this server ({})", reply.status);
            return Err(SourceError::Query { message });
        }
        // A single target that a function cannot work with makes it answer all of them with that page.
        500 => return Err(SourceError::Stumbled { address: reply.origin.clone() }),
        _ => return Err(failure::status(reply)),
    }
    let found: Result<Vec<Series>, _> = serde_json::from_slice(&without_infinities(&reply.body));
    let found = found.map_err(|error| {
        let what = if error.is_eof() { "the JSON ends early" } else { "not the JSON of Graphite's /render" };
        failure::unreadable(reply, what)
    })?;
    if found.len() > most {
        return Err(SourceError::TooManySeries { address: reply.origin.clone(), limit: most });
    }
    Ok(found)
}

/// What stumbles over all that is asked is sick; otherwise it is the question.
pub(super) fn stumbled(error: SourceError, over_all: bool) -> SourceError {
    match error {
        SourceError::Stumbled { address } if over_all => {
            let message = "to every question".to_owned();
            SourceError::Server { address, status: 500, message, retry_after: None }
        }
        SourceError::Stumbled { .. } => {
            let message = "Graphite stumbles over it (500): has each function the arguments that it takes?";
            SourceError::Query { message: message.to_owned() }
        }
        other => other,
    }
}

/// Whether `/metrics/find` knows any.
pub(super) fn is_known(reply: &Reply) -> Result<bool, SourceError> {
    if !(200..300).contains(&reply.status) {
        return Err(failure::status(reply));
    }
    let found: Vec<serde::de::IgnoredAny> = serde_json::from_slice(&reply.body)
        .map_err(|_| failure::unreadable(reply, "not the JSON of Graphite's /metrics/find"))?;
    Ok(!found.is_empty())
}

/// It writes infinities as numbers that no reader takes; they become such as nobody counts with.
fn without_infinities(body: &[u8]) -> Cow<'_, [u8]> {
    const INFINITY: &[u8] = b"1e9999";
    if !body.windows(INFINITY.len()).any(|part| part == INFINITY) {
        return Cow::Borrowed(body);
    }
    Cow::Owned(String::from_utf8_lossy(body).replace("1e9999", "1e300").into_bytes())
}

/// Its words, without the targets that it repeats.
fn sentence(reply: &Reply) -> String {
    let said = String::from_utf8_lossy(&reply.body[..reply.body.len().min(4000)]).into_owned();
    let said = said.split("; targets:").next().unwrap_or_default();
    let inner =
        said.strip_prefix("Invalid parameters (").and_then(|rest| rest.strip_suffix(')')).unwrap_or(said);
    if inner.trim_start().starts_with('<') { "bad request (400)".to_owned() } else { plain(inner, MESSAGE) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_before_times() {
        let body =
            r#"[{"target":"a","tags":{},"datapoints":[[1.5,60],[null,120],[1e9999,180],[-1e9999,240]]}]"#;
        let found = read(&Reply::of(200, body), 10).unwrap();
        let infinite = [(Some(1e300), 180), (Some(-1e300), 240)];
        assert_eq!(found[0].datapoints[..2], [(Some(1.5), 60), (None, 120)]);
        assert_eq!(found[0].datapoints[2..], infinite, "beyond counting, and no gap");
        assert_eq!(found[0].step(), Some(60));
        assert_eq!(read(&Reply::of(200, "[]"), 10), Ok(vec![]));
        let far = format!(r#"[{{"target":"a","datapoints":[[1,{}],[1,{}]]}}]"#, i64::MIN, i64::MAX);
        assert_eq!(read(&Reply::of(200, &far), 10).unwrap()[0].step(), None, "no step is as long as that");
    }

    #[test]
    fn refusals_and_what_is_no_answer() {
        let unknown = "Invalid parameters (Received request for unknown function: foo); targets: \"foo(a)\"";
        for (status, body, class, words) in [
            (400, unknown, "query", "refused: Received request for unknown function: foo"),
            (400, "<html>", "query", "bad request"),
            (500, "<html>", "stumbled", "stumbles over what"),
            (502, "<html>", "server", "502"),
            (403, "", "denied", "a right"),
            (404, "", "not found", "path"),
            (200, "<html>", "bad answer", "login page"),
            (200, "[{", "bad answer", "ends early"),
            (200, "{}", "bad answer", "not the JSON"),
            (
                200,
                "[{\"target\":\"a\",\"datapoints\":[]},{\"target\":\"a\",\"datapoints\":[]}]",
                "too many series",
                "more than 1",
            ),
        ] {
            let error = read(&Reply::of(status, body), 1).unwrap_err();
            assert_eq!(error.class(), class, "{error}");
            assert!(error.to_string().contains(words), "{error}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_body_breaks_it(body in ".{0,200}", status in 100u16..600) {
            let _ = (read(&Reply::of(status, &body), 10), is_known(&Reply::of(status, &body)));
        }
    }
}
