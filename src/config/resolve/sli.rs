//! Indicators: each kind takes its own keys.

use super::service::latency;
use crate::config::code;
use crate::config::nearest::suggest;
use crate::config::place::At;
use crate::config::raw;
use crate::config::reader::key_hint;
use crate::config::report::Report;
use crate::config::shown::quoted;
use crate::domain::slo::sli::{Events, Latency, Side, Sli};

const KINDS: &[&str] = &["events", "latency"];
/// Named in the documentation, and not built.
const PLANNED: &[&str] = &["ratio", "threshold", "freshness", "bool", "composite"];

pub(super) fn sli(raw: &raw::slo::Sli, report: &Report<'_>) -> Option<Sli> {
    let kind = raw.kind.as_ref()?;
    match kind.value.as_str() {
        "events" => events(&Keys { raw, kind: "events", known: &["bad", "good", "total"], report }),
        "latency" => histogram(&Keys { raw, kind: "latency", known: &["histogram", "threshold"], report }),
        planned if PLANNED.contains(&planned) => {
            let message = format!("the SLI kind `{planned}` is not supported yet");
            report.error(code::NOT_YET, &kind.span, &message).hint("supported are: events, latency");
            None
        }
        other => {
            let message = format!("`{}` is not an SLI kind", quoted(other));
            report.error(code::UNKNOWN_WORD, &kind.span, &message).maybe_hint(suggest(
                other,
                "supported",
                KINDS,
            ));
            None
        }
    }
}

fn events(keys: &Keys<'_, '_>) -> Option<Sli> {
    keys.refuse_others();
    let (bad, good, total) = (keys.text("bad"), keys.text("good"), keys.text("total"));
    if !keys.has("total") {
        keys.missing("`total`");
    }
    match (keys.has("bad"), keys.has("good")) {
        (false, false) => keys.missing("`bad` or `good`"),
        (true, true) => {
            let message = "`bad` and `good` are both given; one of them follows from the total";
            keys.report.error(code::CONFLICT, &keys.raw.span, message).hint("leave one out, best `good`");
            return None;
        }
        _ => {}
    }
    let (side, part) = match (bad, good) {
        (Some(bad), _) => (Side::Bad, bad),
        (None, good) => (Side::Good, good?),
    };
    Some(Sli::Events(Events { side, part: part.value, total: total?.value }))
}

fn histogram(keys: &Keys<'_, '_>) -> Option<Sli> {
    keys.refuse_others();
    for key in ["histogram", "threshold"] {
        if !keys.has(key) {
            keys.missing(&format!("`{key}`"));
        }
    }
    let threshold = keys.text("threshold").and_then(|typed| latency(&typed, keys.report));
    let histogram = keys.text("histogram")?;
    let name = histogram.value.split('{').next().unwrap_or_default().trim();
    for suffix in ["_bucket", "_count", "_sum"] {
        if let Some(short) = name.strip_suffix(suffix) {
            let message = format!("the histogram is named without `{suffix}`");
            keys.report
                .error(code::BAD_VALUE, &histogram.span, &message)
                .hint(&format!("write `{}`", quoted(short)));
            return None;
        }
    }
    Some(Sli::Latency(Latency { histogram: histogram.value, threshold: threshold?, native: false }))
}

/// The keys of one `sli` table, seen by its kind.
struct Keys<'k, 'a> {
    raw: &'k raw::slo::Sli,
    kind: &'static str,
    known: &'static [&'static str],
    report: &'k Report<'a>,
}

impl Keys<'_, '_> {
    fn has(&self, key: &str) -> bool {
        self.raw.texts.iter().any(|(name, _)| name.value == key)
    }

    fn text(&self, key: &str) -> Option<At<String>> {
        let (name, text) = self.raw.texts.iter().find(|(name, _)| name.value == key)?;
        let Some(text) = text else {
            let message = format!("`{key}` of an SLI must be text in quotes");
            self.report.error(code::WRONG_TYPE, &name.span, &message);
            return None;
        };
        if text.value.trim().is_empty() {
            self.report.error(code::BAD_VALUE, &text.span, &format!("`{key}` is empty"));
            return None;
        }
        Some(text.clone())
    }

    fn missing(&self, what: &str) {
        let message = format!("an SLI of kind {} needs {what}", self.kind);
        self.report.error(code::MISSING_KEY, &self.raw.span, &message);
    }

    fn refuse_others(&self) {
        for (key, _) in self.raw.texts.iter().filter(|(key, _)| !self.known.contains(&key.value.as_str())) {
            let message = format!("unknown key `{}` in an SLI of kind {}", quoted(&key.value), self.kind);
            self.report.error(code::UNKNOWN_KEY, &key.span, &message).hint(&key_hint(&key.value, self.known));
        }
    }
}
