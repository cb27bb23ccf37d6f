//! The keys of one `sli` table, seen by its kind.

use crate::config::code;
use crate::config::fields::key_hint;
use crate::config::place::At;
use crate::config::raw::sli::{Member, Sli, Value};
use crate::config::report::Report;
use crate::config::resolve::names::choice;
use crate::config::shown::quoted;

pub(super) struct Keys<'k, 'a> {
    pub(super) raw: &'k Sli,
    pub(super) kind: &'static str,
    pub(super) known: &'static [&'static str],
    pub(super) report: &'k Report<'a>,
}

impl<'k> Keys<'k, '_> {
    pub(super) fn has(&self, key: &str) -> bool {
        self.field(key).is_some()
    }

    fn field(&self, key: &str) -> Option<(&'k At<String>, &'k Value)> {
        self.raw.fields.iter().find(|(name, _)| name.value == key).map(|(name, value)| (name, value))
    }

    /// What is typed under `key`, which is not empty; `None` if it is absent or wrong, which is told.
    pub(super) fn text(&self, key: &str) -> Option<At<String>> {
        let (name, value) = self.field(key)?;
        let Value::Text(text) = value else { return self.wrong(name, "text in quotes", value) };
        if text.value.trim().is_empty() {
            self.report.error(code::BAD_VALUE, &text.span, &format!("`{key}` is empty"));
            return None;
        }
        Some(text.clone())
    }

    /// The same, and its absence is told too.
    pub(super) fn required(&self, key: &str) -> Option<At<String>> {
        if !self.has(key) {
            self.missing(&format!("`{key}`"));
        }
        self.text(key)
    }

    /// The finite number under `key`, which has to be there.
    pub(super) fn number(&self, key: &str) -> Option<At<f64>> {
        let text = self.required(key)?;
        let number = text.value.trim().parse().ok().filter(|number: &f64| number.is_finite());
        if number.is_none() {
            let message = format!("`{}` is not a number", quoted(&text.value));
            self.report.error(code::BAD_VALUE, &text.span, &message);
        }
        number.map(|number| At::new(number, text.span))
    }

    /// A word of a few, which are called `what`; `usual` where none is typed.
    pub(super) fn word<T: Clone>(&self, key: &str, what: &str, usual: T, words: &[(&str, T)]) -> Option<T> {
        if !self.has(key) {
            return Some(usual);
        }
        choice(what, &self.text(key)?, words, self.report)
    }

    pub(super) fn flag(&self, key: &str) -> Option<bool> {
        match self.field(key) {
            None => Some(false),
            Some((_, Value::Flag(flag))) => Some(flag.value),
            Some((name, other)) => self.wrong(name, "true or false", other),
        }
    }

    pub(super) fn members(&self, key: &str) -> Option<&'k At<Vec<Member>>> {
        match self.field(key) {
            None => {
                self.missing(&format!("`{key}`"));
                None
            }
            Some((_, Value::Members(members))) => Some(members),
            Some((name, other)) => self.wrong(name, "a list of the ids of SLOs", other),
        }
    }

    /// The one key of `a` and `b` that is typed; an error when none or both are.
    pub(super) fn one_of<T>(&self, [a, b]: [(&str, T); 2], hint: &str) -> Option<(T, At<String>)> {
        match (self.has(a.0), self.has(b.0)) {
            (true, false) => Some((a.1, self.text(a.0)?)),
            (false, true) => Some((b.1, self.text(b.0)?)),
            (false, false) => {
                self.missing(&format!("`{}` or `{}`", a.0, b.0));
                None
            }
            (true, true) => {
                let message = format!("`{}` and `{}` are both given; one of them is enough", a.0, b.0);
                self.report.error(code::CONFLICT, &self.raw.span, &message).hint(hint);
                None
            }
        }
    }

    fn wrong<T>(&self, name: &At<String>, wanted: &str, got: &Value) -> Option<T> {
        let got = match got {
            Value::Text(_) => "text",
            Value::Flag(_) => "true or false",
            Value::Members(_) => "a list",
            Value::Other(word) => word,
        };
        let message = format!("`{}` of an SLI must be {wanted}, not {got}", quoted(&name.value));
        self.report.error(code::WRONG_TYPE, &name.span, &message);
        None
    }

    pub(super) fn missing(&self, what: &str) {
        let message = format!("an SLI of kind {} needs {what}", self.kind);
        self.report.error(code::MISSING_KEY, &self.raw.span, &message);
    }

    pub(super) fn refuse_others(&self) {
        for (key, _) in self.raw.fields.iter().filter(|(key, _)| !self.known.contains(&key.value.as_str())) {
            let message = format!("unknown key `{}` in an SLI of kind {}", quoted(&key.value), self.kind);
            self.report.error(code::UNKNOWN_KEY, &key.span, &message).hint(&key_hint(&key.value, self.known));
        }
    }
}
