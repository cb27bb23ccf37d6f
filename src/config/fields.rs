//! What is said about a key of a table or mapping, in the same words for every format.

use super::code;
use super::nearest::nearest;
use super::place::Span;
use super::report::{Finding, Report};
use super::shown::quoted;

/// The keys of the top level that are not tables.
const TOP: &[&str] = &["refresh", "timeout", "theme", "state_dir", "user", "runbooks", "catalogue", "allow"];

impl<'a> Report<'a> {
    /// `what` has no `key`; `span` is where `what` starts.
    pub(crate) fn missing_key(&self, span: &Span, what: &str, key: &str) -> Finding<'_, 'a> {
        self.error(code::MISSING_KEY, span, &format!("{what} has no `{key}`"))
    }

    /// The value at `span` is `got`, and `wanted` is what it must be.
    pub(crate) fn wrong_type(
        &self,
        span: &Span,
        (key, what): (&str, &str),
        wanted: &str,
        got: &str,
    ) -> Finding<'_, 'a> {
        let message = format!("`{}` in {what} must be {wanted}, not {got}", quoted(key));
        self.error(code::WRONG_TYPE, span, &message)
    }

    /// Nobody asked for the key at `span`.
    pub(crate) fn unknown_key(&self, span: &Span, what: &str, key: &str) -> Finding<'_, 'a> {
        self.error(code::UNKNOWN_KEY, span, &format!("unknown key `{}` in {what}", quoted(key)))
    }
}

/// What to write instead of an unknown key.
pub(crate) fn known_hint(key: &str, known: &[&str]) -> String {
    let list = known.join(", ");
    match nearest(key, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`? Known: {list}"),
        None => format!("known: {list}"),
    }
}

/// What to do about an unknown key. A key of the top level that stands below a table header belongs to
/// that table, which is seldom meant.
pub(crate) fn key_hint(key: &str, known: &[&str]) -> String {
    if TOP.contains(&key) {
        return format!("`{key}` belongs at the top, before the first table");
    }
    known_hint(key, known)
}
