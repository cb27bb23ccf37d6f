//! The JSON of `/query`: one document, or one after another where the answer comes in chunks.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Number, Value};

use crate::source::SourceError;
use crate::source::http::text::plain;
use crate::source::http::{Reply, failure};

const MESSAGE: usize = 400;

/// Rows of one series: its columns by name, time first.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Table {
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<Vec<Value>>,
}

/// What one statement gave.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Said {
    Tables(Vec<Table>),
    Refused(String),
    /// One before it was refused.
    NotAsked,
}

#[derive(Deserialize)]
struct Document {
    #[serde(default)]
    results: Vec<Statement>,
    error: Option<String>,
}

#[derive(Deserialize)]
struct Statement {
    #[serde(default, rename = "statement_id")]
    id: usize,
    #[serde(default)]
    series: Vec<Series>,
    error: Option<String>,
    #[serde(default)]
    messages: Vec<Message>,
}

#[derive(Deserialize)]
struct Message {
    text: String,
}

#[derive(Deserialize)]
struct Series {
    #[serde(default)]
    name: String,
    #[serde(default)]
    tags: BTreeMap<String, String>,
    #[serde(default)]
    columns: Vec<String>,
    #[serde(default)]
    values: Vec<Vec<Value>>,
    #[serde(default)]
    partial: bool,
}

/// Of one statement, while its chunks come.
#[derive(Default)]
struct Gathered {
    tables: BTreeMap<(String, BTreeMap<String, String>), Table>,
    error: Option<String>,
    /// More was to come when the newest chunk ended.
    partial: bool,
}

/// What the server says to `asked` statements, and its warnings. At most `most` series each.
pub(super) fn read(
    reply: &Reply,
    asked: usize,
    most: usize,
) -> Result<(Vec<Said>, Vec<String>), SourceError> {
    if !(200..300).contains(&reply.status) {
        return Err(refused(reply));
    }
    let mut gathered: Vec<Gathered> = (0..asked).map(|_| Gathered::default()).collect();
    let mut seen = vec![false; asked];
    let mut warnings = Vec::new();
    let documents = serde_json::Deserializer::from_slice(&reply.body).into_iter::<Document>();
    for document in documents {
        let document = document.map_err(|error| unreadable(reply, &error))?;
        if let Some(error) = document.error {
            return Err(of_words(&error, reply).unwrap_or_else(|| query(&error)));
        }
        for statement in document.results {
            warnings.extend(statement.messages.iter().map(|message| plain(&message.text, MESSAGE)));
            let Some(one) = gathered.get_mut(statement.id) else { continue };
            seen[statement.id] = true;
            one.take(statement);
            if one.tables.len() > most {
                return Err(SourceError::TooManySeries { address: reply.origin.clone(), limit: most });
            }
        }
    }
    if !seen.contains(&true) {
        return Err(failure::unreadable(reply, "an answer without results"));
    }
    let said = gathered.into_iter().zip(seen).map(|(one, seen)| one.said(seen, reply));
    Ok((said.collect::<Result<_, _>>()?, warnings))
}

impl Gathered {
    fn take(&mut self, statement: Statement) {
        self.error = self.error.take().or(statement.error);
        for series in statement.series {
            self.partial = series.partial;
            let table = self.tables.entry((series.name, series.tags)).or_default();
            table.columns = series.columns;
            table.rows.extend(series.values);
        }
    }

    /// An error that is the server's, not the statement's, is everybody's.
    fn said(self, seen: bool, reply: &Reply) -> Result<Said, SourceError> {
        match self.error {
            Some(error) if error.starts_with("not executed") => Ok(Said::NotAsked),
            Some(error) => match of_words(&error, reply) {
                Some(of_server) => Err(of_server),
                None => Ok(Said::Refused(plain(&error, MESSAGE))),
            },
            None if !seen => Ok(Said::NotAsked),
            None if self.partial => Ok(Said::Refused(
                "the server cuts its answers off (max-row-limit): the rest of the rows is missing".to_owned(),
            )),
            None => Ok(Said::Tables(self.tables.into_values().collect())),
        }
    }
}

fn unreadable(reply: &Reply, error: &serde_json::Error) -> SourceError {
    let what = if error.is_eof() { "the JSON ends early" } else { "not the JSON of InfluxDB's /query" };
    failure::unreadable(reply, what)
}

fn query(message: &str) -> SourceError {
    SourceError::Query { message: plain(message.trim_start_matches("error parsing query: "), MESSAGE) }
}

/// `{"error": …}` of 1.x and 3, `{"code": …, "message": …}` of 2.
fn refused(reply: &Reply) -> SourceError {
    let said: Option<Value> = serde_json::from_slice(&reply.body).ok();
    let said = said.as_ref().and_then(|said| said.get("error").or_else(|| said.get("message"))?.as_str());
    match (reply.status, said) {
        (400 | 422, Some(error)) => of_words(error, reply).unwrap_or_else(|| query(error)),
        (413 | 414, _) => query(&format!("the statement is too long for this server ({})", reply.status)),
        (404, Some(error)) => no_database(error, reply),
        _ => failure::status(reply),
    }
}

fn no_database(error: &str, reply: &Reply) -> SourceError {
    let error = plain(error, MESSAGE);
    let what =
        format!("{error}; is `database` right? InfluxDB 2 needs a mapping (DBRP) from that name to a bucket");
    SourceError::BadAnswer { address: reply.origin.clone(), what }
}

/// Errors that come with a success, or with any status, and are not the statement's.
fn of_words(error: &str, reply: &Reply) -> Option<SourceError> {
    let address = reply.origin.clone();
    let message = plain(error, MESSAGE);
    let has = |words: &[&str]| words.iter().any(|word| error.contains(word));
    if error.starts_with("database not found") {
        return Some(no_database(error, reply));
    }
    if has(&["not authorized", "authorization failed", "unable to parse authentication"]) {
        let advice = format!("these credentials may not read that database. It said: {message}");
        return Some(SourceError::Denied { address, status: reply.status, advice });
    }
    let tired = [
        "query-timeout limit exceeded",
        "max-concurrent-queries limit exceeded",
        "query engine shutdown",
        "query interrupted",
        "query aborted",
        "engine is closed",
        "shard is disabled",
        "context deadline exceeded",
    ];
    // What does not parse is repeated in words of its own, such as `found timeout, expected FROM`.
    let is_tired = error == "timeout" || tired.iter().any(|words| error.starts_with(words));
    is_tired.then_some(SourceError::Server {
        address,
        status: reply.status,
        message,
        retry_after: reply.retry_after,
    })
}

/// A finite number, or none.
pub(super) fn number(value: &Value) -> Option<f64> {
    value.as_number().and_then(Number::as_f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(status: u16, body: &str) -> Result<Said, SourceError> {
        read(&Reply::of(status, body), 1, 10).map(|(mut said, _)| said.remove(0))
    }

    #[test]
    fn a_series_and_none() {
        let body = r#"{"results":[{"statement_id":0,"series":[{"name":"m","columns":["time","sum"],"values":[[60,1],[120,null]]}]}]}"#;
        let Said::Tables(tables) = one(200, body).unwrap() else { panic!() };
        assert_eq!(tables[0].rows.len(), 2);
        assert_eq!((number(&tables[0].rows[0][1]), number(&tables[0].rows[1][1])), (Some(1.0), None));
        assert_eq!(one(200, r#"{"results":[{"statement_id":0}]}"#).unwrap(), Said::Tables(vec![]));
    }

    #[test]
    fn chunks_are_put_together_and_a_cut_is_told() {
        let chunk = |row: &str, partial: bool| {
            format!(
                r#"{{"results":[{{"statement_id":0,"series":[{{"name":"m","columns":["time","sum"],"values":[{row}],"partial":{partial}}}]}}]}}"#
            )
        };
        let whole = format!("{}\n{}\n", chunk("[60,1]", true), chunk("[120,2]", false));
        let Said::Tables(tables) = one(200, &whole).unwrap() else { panic!() };
        assert_eq!(tables[0].rows.len(), 2);
        let Said::Refused(why) = one(200, &chunk("[60,1]", true)).unwrap() else { panic!() };
        assert!(why.contains("max-row-limit"), "{why}");
        assert_eq!(one(200, &whole[..whole.len() - 8]).unwrap_err().class(), "bad answer");
    }

    #[test]
    fn errors_within_a_success() {
        let said =
            |error: &str| one(200, &format!(r#"{{"results":[{{"statement_id":0,"error":"{error}"}}]}}"#));
        assert!(said("database not found: shop").unwrap_err().to_string().contains("is `database` right?"));
        for tired in
            ["query-timeout limit exceeded", "max-concurrent-queries limit exceeded(2, 1)", "timeout"]
        {
            assert_eq!(said(tired).unwrap_err().class(), "server");
        }
        assert_eq!(said("alice not authorized to execute statement 'SELECT'").unwrap_err().class(), "denied");
        assert_eq!(
            said("unsupported mean iterator type").unwrap(),
            Said::Refused("unsupported mean iterator type".into())
        );
        let two =
            r#"{"results":[{"statement_id":0,"error":"no"},{"statement_id":1,"error":"not executed"}]}"#;
        let (said, _) = read(&Reply::of(200, two), 3, 10).unwrap();
        assert_eq!(said[1..], [Said::NotAsked, Said::NotAsked], "the third did not come at all");
    }

    #[test]
    fn statuses_have_classes() {
        for (status, body, class, words) in [
            (400, r#"{"error":"error parsing query: found FROM"}"#, "query", "refused: found FROM"),
            (
                400,
                r#"{"error":"error parsing query: found timeout, expected FROM at line 1"}"#,
                "query",
                "found timeout",
            ),
            (401, r#"{"error":"authorization failed"}"#, "denied", "wrong or no credentials"),
            (404, r#"{"code":"not found","message":"no dbrp mapping found"}"#, "bad answer", "DBRP"),
            (404, "404 page not found", "not found", "path of the URL"),
            (414, "", "query", "too long"),
            (429, "{}", "rate limited", ""),
            (503, "starting", "server", "503"),
            (200, "<html>", "bad answer", "login page"),
            (200, "", "bad answer", "an empty answer"),
            (200, "{}", "bad answer", "without results"),
            (200, "[1]", "bad answer", "not the JSON"),
        ] {
            let error = one(status, body).unwrap_err();
            assert_eq!(error.class(), class, "{status} {body}: {error}");
            assert!(error.to_string().contains(words), "{error}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_body_breaks_it(body in ".{0,200}", status in 100u16..600, asked in 0usize..4) {
            let _ = read(&Reply::of(status, &body), asked, 10);
        }
    }
}
