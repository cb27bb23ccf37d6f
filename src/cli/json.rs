//! JSON as commands print it: instants in UTC, and nothing that a terminal could act on.

use std::fmt::Write as _;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;

use super::exit::Failure;
use crate::text::is_unsafe;

/// The document on lines of its own. What a terminal could act on is written as a code.
pub(super) fn document(document: &impl Serialize) -> Result<String, Failure> {
    let plain = serde_json::to_string_pretty(document).map_err(|error| Failure::unexpected(&error))?;
    let mut out = String::with_capacity(plain.len() + 1);
    for c in plain.chars() {
        if is_unsafe(c) && c != '\n' {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                // Writing into a string cannot fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    Ok(out + "\n")
}

/// `2026-01-20T10:00:00Z`.
pub(super) fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// The same for Unix seconds; `None` beyond what a date can be.
pub(super) fn unix(seconds: i64) -> Option<String> {
    DateTime::from_timestamp(seconds, 0).map(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_harmless_and_means_the_same() {
        let name = "\u{1b}[31m\u{9b}\u{202e}\u{e0001}\u{7f} \"é\"\n";
        let text = document(&[name]).unwrap();
        assert!(!text.chars().any(|c| is_unsafe(c) && c != '\n'), "{text:?}");
        let read: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read[0], name);
    }

    #[test]
    fn instants_are_in_whole_seconds_of_utc() {
        assert_eq!(unix(1_768_903_200).as_deref(), Some("2026-01-20T10:00:00Z"));
        assert_eq!(unix(i64::MAX), None);
    }
}
