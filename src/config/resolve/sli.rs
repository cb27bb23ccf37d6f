//! Indicators: each kind takes its own keys.

mod composite;
mod counted;
mod keys;
mod timed;

use crate::config::code;
use crate::config::nearest::suggest;
use crate::config::raw;
use crate::config::report::Report;
use crate::config::shown::quoted;
use crate::domain::slo::sli::Sli;

pub(super) use composite::references;
use keys::Keys;

/// A kind by its name, the keys it takes, and what they come to.
struct Kind {
    name: &'static str,
    keys: &'static [&'static str],
    read: fn(&Keys<'_, '_>) -> Option<Sli>,
}

const KINDS: &[Kind] = &[
    Kind { name: "events", keys: &["bad", "good", "total"], read: counted::events },
    Kind { name: "correctness", keys: &["bad", "good", "total"], read: counted::correctness },
    Kind { name: "latency", keys: &["histogram", "threshold", "native"], read: counted::latency },
    Kind { name: "bool", keys: &["metric"], read: counted::boolean },
    Kind { name: "ratio", keys: &["good_ratio", "bad_ratio"], read: timed::ratio },
    Kind { name: "threshold", keys: &["value", "op", "bound"], read: timed::threshold },
    Kind { name: "freshness", keys: &["timestamp", "max_age"], read: timed::freshness },
    Kind { name: "throughput", keys: &["counter", "at_least"], read: timed::throughput },
    Kind { name: raw::slo::COMPOSITE, keys: &["members", "rule", "missing"], read: composite::composite },
];

pub(super) fn sli(raw: &raw::sli::Sli, report: &Report<'_>) -> Option<Sli> {
    let typed = raw.kind.as_ref()?;
    let Some(kind) = KINDS.iter().find(|kind| kind.name == typed.value) else {
        let names: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
        let message = format!("`{}` is not an SLI kind", quoted(&typed.value));
        report.error(code::UNKNOWN_WORD, &typed.span, &message).maybe_hint(suggest(
            &typed.value,
            "known",
            &names,
        ));
        return None;
    };
    let keys = Keys { raw, kind: kind.name, known: kind.keys, report };
    keys.refuse_others();
    (kind.read)(&keys)
}
