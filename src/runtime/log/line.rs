//! One event as one line: time, process, level, words, and what they are about.

use std::fmt::{Debug, Write as _};

use chrono::{DateTime, SecondsFormat, Utc};
use tracing::Event;
use tracing::field::{Field, Visit};

use crate::text::clean;

/// Longest value, in characters.
const LONGEST: usize = 2000;

/// `2026-01-20T10:00:00.000Z [4711] WARN trouble begins backend="main" class="refused"`
pub(super) fn of(event: &Event<'_>, at: DateTime<Utc>) -> String {
    let mut words = Words::default();
    event.record(&mut words);
    format!("{} {}{}\n", head(event.metadata().level().as_str(), at), words.message, words.fields)
}

pub(super) fn lost(lines: u64, at: DateTime<Utc>) -> String {
    format!("{} lines were lost lines={lines}\n", head("WARN", at))
}

fn head(level: &str, at: DateTime<Utc>) -> String {
    let time = at.to_rfc3339_opts(SecondsFormat::Millis, true);
    format!("{time} [{}] {level}", std::process::id())
}

#[derive(Default)]
struct Words {
    message: String,
    fields: String,
}

impl Words {
    fn add(&mut self, field: &Field, value: &str, quoted: bool) {
        let value: String = clean(value).chars().take(LONGEST).collect();
        // Writing to a String cannot fail.
        let _ = match (field.name(), quoted) {
            ("message", _) => write!(self.message, "{value}"),
            (name, true) => write!(self.fields, " {name}={value:?}"),
            (name, false) => write!(self.fields, " {name}={value}"),
        };
    }
}

impl Visit for Words {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.add(field, value, true);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.add(field, &value.to_string(), false);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.add(field, &value.to_string(), false);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let plain = field.name() == "message";
        self.add(field, &format!("{value:?}"), !plain);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tracing::span::{Attributes, Id, Record};
    use tracing::{Metadata, Subscriber};

    use super::*;

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<String>>>);

    impl Subscriber for Kept {
        fn enabled(&self, _: &Metadata<'_>) -> bool {
            true
        }
        fn event(&self, event: &Event<'_>) {
            self.0.lock().unwrap().push(of(event, DateTime::UNIX_EPOCH));
        }
        fn new_span(&self, _: &Attributes<'_>) -> Id {
            Id::from_u64(1)
        }
        fn record(&self, _: &Id, _: &Record<'_>) {}
        fn record_follows_from(&self, _: &Id, _: &Id) {}
        fn enter(&self, _: &Id) {}
        fn exit(&self, _: &Id) {}
    }

    #[test]
    fn an_event_is_one_harmless_line() {
        let kept = Kept::default();
        tracing::subscriber::with_default(kept.clone(), || {
            let text = "a\u{1b}[2J\nb";
            tracing::warn!(backend = "main", count = 3, text = %text, "trouble {}", "begins");
        });
        let lines = kept.0.lock().unwrap().clone();
        let id = std::process::id();
        let expected = format!(
            "1970-01-01T00:00:00.000Z [{id}] WARN trouble begins backend=\"main\" count=3 text=\"a b\"\n"
        );
        assert_eq!(lines, [expected]);
    }
}
