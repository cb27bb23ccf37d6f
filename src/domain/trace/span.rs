//! One span, as a backend told it: its texts are clean and bounded.

use super::{Nanos, SpanId, secret};
use crate::text::cleaned;

/// Letters of a name, and of any other text.
const NAME: usize = 200;
const TEXT: usize = 300;
/// Attributes kept of a span.
const ATTRIBUTES: usize = 16;
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    #[default]
    Internal,
    Server,
    Client,
    Producer,
    Consumer,
}

impl Kind {
    /// As any backend writes it: `server`, `SPAN_KIND_SERVER`.
    pub fn named(name: &str) -> Self {
        let name = name.trim_start_matches("SPAN_KIND_");
        let is = |kind: Kind| kind.word().eq_ignore_ascii_case(name);
        [Self::Server, Self::Client, Self::Producer, Self::Consumer]
            .into_iter()
            .find(|kind| is(*kind))
            .unwrap_or_default()
    }

    pub fn word(self) -> &'static str {
        match self {
            Self::Internal => "internal",
            Self::Server => "server",
            Self::Client => "client",
            Self::Producer => "producer",
            Self::Consumer => "consumer",
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Span {
    pub id: SpanId,
    pub parent: Option<SpanId>,
    pub service: String,
    pub name: String,
    pub kind: Kind,
    /// Unix time.
    pub start: Option<Nanos>,
    pub duration: Option<Nanos>,
    /// What went wrong, as far as it was said; empty where only that something did.
    pub error: Option<String>,
    /// It follows from its parent, which does not wait for it.
    pub detached: bool,
    pub attributes: Vec<(String, String)>,
    /// Attributes that were left out.
    pub more: usize,
}

impl Span {
    /// A span that did not fail, is waited for, and has no attributes.
    pub fn new(id: SpanId, parent: Option<SpanId>, service: &str, name: &str) -> Self {
        Self {
            id,
            parent,
            service: bounded(service, NAME),
            name: bounded(name, NAME),
            kind: Kind::Internal,
            start: None,
            duration: None,
            error: None,
            detached: false,
            attributes: Vec::new(),
            more: 0,
        }
    }

    /// A message lies in a queue while who sent it goes on; what is done with it is part of taking it out.
    pub(super) fn is_awaited_by(&self, parent: &Self) -> bool {
        let queued = self.kind == Kind::Consumer && parent.kind != Kind::Consumer;
        !self.detached && !queued
    }

    pub fn fail(&mut self, why: &str) {
        // A reason is better than none, and the first said is the nearest.
        if self.error.as_ref().is_none_or(String::is_empty) {
            self.error = Some(bounded(why, TEXT));
        }
    }

    /// Keeps an attribute, unless there are many already; what is left out is counted.
    pub fn attribute(&mut self, key: &str, value: &str) {
        if self.attributes.len() < ATTRIBUTES {
            let value = bounded(&secret::value(key, value), TEXT);
            self.attributes.push((bounded(key, NAME), value));
        } else {
            self.more += 1;
        }
    }
}

/// One clean line of at most `most` letters, without secrets.
pub(super) fn bounded(text: &str, most: usize) -> String {
    // Cleaning takes letters away and adds none: so many are enough to look at.
    let end = text.char_indices().nth(4 * most).map_or(text.len(), |at| at.0);
    let line = cleaned(&text[..end]);
    let line = secret::text(&line).into_owned();
    match line.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_have_one_name_everywhere() {
        for name in ["SERVER", "server", "SPAN_KIND_SERVER"] {
            assert_eq!(Kind::named(name), Kind::Server);
        }
        assert_eq!(Kind::named("SPAN_KIND_UNSPECIFIED"), Kind::Internal);
    }

    #[test]
    fn texts_are_clean_bounded_and_no_secret() {
        let mut span = Span::new(SpanId(1), None, "a\u{1b}]0;x\u{7}b", &"n".repeat(1000));
        assert_eq!((span.service.as_str(), span.name.chars().count()), ("ab", NAME + 1));
        span.attribute("http.request.header.Authorization", "Bearer abc");
        span.attribute("http.route", "/cart\u{202e}");
        (0..100).for_each(|_| span.attribute("x", "y"));
        assert_eq!(span.attributes[0].1, "(hidden)");
        assert_eq!((span.attributes[1].1.as_str(), span.attributes.len()), ("/cart", ATTRIBUTES));
        assert_eq!(span.more, 102 - ATTRIBUTES);
        span.fail("");
        span.fail("timeout of https://alice:hunter2@db/");
        span.fail("later");
        assert_eq!(span.error.as_deref(), Some("timeout of https://(hidden)@db/"));
    }
}
