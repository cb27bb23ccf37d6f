//! Where a table and its keys were written, for findings made after the file was read.

use std::collections::BTreeMap;

use super::code;
use super::diagnostic::{Diagnostic, Severity};
use super::fields::key_hint;
use super::place::Place;
use super::shown::clean;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Origin {
    pub file: String,
    /// The header of the table.
    pub header: Place,
    pub keys: BTreeMap<String, KeyPlace>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct KeyPlace {
    pub key: Place,
    pub value: Place,
}

impl Origin {
    /// The same with the keys of an inner table as `table.key`.
    #[must_use]
    pub(super) fn with(mut self, table: &str, inner: &Self) -> Self {
        let inner = inner.keys.iter().map(|(key, places)| (format!("{table}.{key}"), places.clone()));
        self.keys.extend(inner);
        self
    }

    /// Whether `place` lies in the lines of this table.
    pub fn covers(&self, place: &Place) -> bool {
        let ends = self.keys.values().map(|places| places.value.span.end);
        let end = ends.chain([self.header.span.end]).max().unwrap_or(0);
        (self.header.span.start..=end).contains(&place.span.start)
    }

    /// A warning about the value of `key`; about the table where the key is not written.
    pub fn value_warning(&self, code: &'static str, key: &str, message: &str, hint: &str) -> Diagnostic {
        Diagnostic { severity: Severity::Warning, ..self.value_error(code, key, message, Some(hint)) }
    }

    /// An error about the value of `key`; about the table where the key is not written.
    pub fn value_error(
        &self,
        code: &'static str,
        key: &str,
        message: &str,
        hint: Option<&str>,
    ) -> Diagnostic {
        self.error(code, self.keys.get(key).map(|places| &places.value), message, hint)
    }

    /// An error about `key` itself, such as one that nobody knows.
    fn key_error(&self, code: &'static str, key: &str, message: &str, hint: Option<&str>) -> Diagnostic {
        self.error(code, self.keys.get(key).map(|places| &places.key), message, hint)
    }

    /// `unknown key …` for each key that is not in `known`, in the order of the file.
    pub fn unknown_keys(&self, known: &[&str], what: &str) -> Vec<Diagnostic> {
        let mut unknown: Vec<_> =
            self.keys.iter().filter(|(key, _)| !known.contains(&key.as_str())).collect();
        unknown.sort_by_key(|(_, places)| places.key.span.start);
        let finding = |(key, _): (&String, &KeyPlace)| {
            let message = format!("unknown key `{}` in {what}", super::shown::quoted(key));
            let hint = key_hint(key, known);
            self.key_error(code::UNKNOWN_KEY, key, &message, Some(&hint))
        };
        unknown.into_iter().map(finding).collect()
    }

    fn error(
        &self,
        code: &'static str,
        place: Option<&Place>,
        message: &str,
        hint: Option<&str>,
    ) -> Diagnostic {
        Diagnostic {
            code,
            severity: Severity::Error,
            file: self.file.clone(),
            place: place.unwrap_or(&self.header).clone(),
            message: clean(message),
            hint: hint.map(clean),
            also: None,
        }
    }
}
