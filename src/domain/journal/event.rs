//! The envelope of an event, one JSON object a line.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The newest format of an event that this program understands.
pub const FORMAT: u32 = 1;

/// One event. Kinds and fields that are not known here are kept as they are: a newer pane may
/// have written them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Format of the line.
    pub v: u32,
    /// Place in the log, dense.
    pub seq: u64,
    /// ULID.
    pub id: String,
    /// When it was recorded.
    pub ts: DateTime<Utc>,
    /// When it happened, where that differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<DateTime<Utc>>,
    #[serde(default)]
    pub actor: String,
    /// How the actor was known: flag, env, login, sudo, asked, sys.
    #[serde(default)]
    pub actor_src: String,
    #[serde(default)]
    pub host: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tty: Option<String>,
    pub kind: String,
    /// The entity it is about: `INC-7`, or the id of an earlier event.
    #[serde(rename = "ref", default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    #[serde(default)]
    pub data: Value,
    /// Hash of the previous line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prev: Option<String>,
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Event {
    /// When it happened: as its author said, else when it was recorded.
    pub fn happened(&self) -> DateTime<Utc> {
        self.at.unwrap_or(self.ts)
    }
}

/// What every format has in common.
#[derive(Deserialize)]
struct Version {
    v: u32,
}

/// Why a line is not an event.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    #[error("not UTF-8 at byte {0}")]
    NotUtf8(usize),
    #[error("longer than {0} bytes")]
    TooLong(usize),
    #[error("{0}")]
    NotAnEvent(String),
    /// It cannot be read because a newer program has written it.
    #[error("it is in format {0}, and this program knows up to {FORMAT}")]
    NewerFormat(u32),
}

/// Reads one line, without its newline.
pub fn parse_line(line: &str) -> Result<Event, LineError> {
    serde_json::from_str(line).map_err(|error| {
        if let Ok(Version { v }) = serde_json::from_str(line)
            && v > FORMAT
        {
            return LineError::NewerFormat(v);
        }
        let text: String = error.to_string().chars().take(200).collect();
        LineError::NotAnEvent(text.replace(" at line 1 column", " at column"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = r#"{"v":1,"seq":7,"id":"01K","ts":"2026-01-20T09:42:00.123Z","at":"2026-01-20T09:41:00Z","actor":"alice","actor_src":"flag","host":"b1","tty":"pts/3","kind":"future.kind","ref":"INC-7","data":{"deep":{"a":[1,2]}},"prev":"abc","shard":"x"}"#;

    #[test]
    fn what_is_not_known_passes_through() {
        let event = parse_line(LINE).unwrap();
        assert_eq!((event.seq, event.kind.as_str()), (7, "future.kind"));
        assert_eq!(event.extra["shard"], "x");
        let written: Value = serde_json::to_value(&event).unwrap();
        assert_eq!(written, serde_json::from_str::<Value>(LINE).unwrap());
    }

    #[test]
    fn a_short_envelope_is_enough() {
        let event = parse_line(r#"{"v":1,"seq":1,"id":"a","ts":"2026-01-20T09:42:00Z","kind":"x"}"#);
        let event = event.unwrap();
        assert_eq!((event.happened(), event.data), (event.ts, Value::Null));
    }

    #[test]
    fn a_broken_line_says_where() {
        let said = |line: &str| parse_line(line).unwrap_err().to_string();
        assert!(said(r#"{"v":1,"seq":"#).contains("column"), "{}", said("{"));
        assert!(said("{}").contains("missing field `v`"));
        assert!(said("[1]").len() < 300);
        assert_eq!(parse_line(r#"{"v":2,"s":1}"#), Err(LineError::NewerFormat(2)));
        let deep = format!("{{\"data\":{}", "[".repeat(100_000));
        assert!(said(&deep).contains("recursion"));
    }
}
