//! What Sloth counts: events, a ready error ratio, or what a plugin makes of its options.

use super::names::Names;
use super::{Queries, check, plugin};
use crate::config::catalogue::labels::{merged, texts};
use crate::config::catalogue::reader::Reader;
use crate::config::code;
use crate::config::place::{At, Span};

#[derive(Clone, Debug, PartialEq)]
pub struct Sli {
    /// Of the kind's key, such as `events`.
    pub span: Span,
    pub queries: Queries,
    /// The id of the plugin whose queries these are. Their place is the id's.
    pub plugin: Option<At<String>>,
}

/// `objective` in percent, where it can be read.
pub(super) fn sli(mut reader: Reader<'_, '_>, names: &Names, objective: Option<f64>) -> Option<Sli> {
    let report = reader.report();
    let kinds: Vec<Span> = ["events", "raw", "plugin"]
        .into_iter()
        .filter_map(|key| reader.entry(key).map(|entry| entry.key.span.clone()))
        .collect();
    let (events, raw, plugin) = (reader.map("events"), reader.map("raw"), reader.map("plugin"));
    let (span, what) = (reader.span(), reader.what());
    reader.finish_ignored("Sloth");
    match kinds.as_slice() {
        [] => {
            let message = format!("{what} says nothing to count");
            report.error(code::MISSING_KEY, &span, &message).hint("give one of `events`, `raw` and `plugin`");
            return None;
        }
        [_] => {}
        [first, second, ..] => {
            let message = "an SLI is one of `events`, `raw` and `plugin`";
            report.error(code::CONFLICT, second, message).also(first, "given as this already");
            return None;
        }
    }
    match (events, raw, plugin) {
        (Some(reader), ..) => self::events(reader, names),
        (_, Some(reader), _) => self::raw(reader, names),
        (.., Some(reader)) => from_plugin(reader, objective),
        _ => None,
    }
}

fn events(mut reader: Reader<'_, '_>, names: &Names) -> Option<Sli> {
    let report = reader.report();
    let mut read = |key| {
        let query = reader.text(key);
        reader.required(key, query).and_then(|query| check::query(query, report))
    };
    let (error, total) = (read(names.error_query), read(names.total_query));
    let span = reader.span();
    reader.finish_ignored("Sloth");
    let (error, total) = (error?, total?);
    if error.value == total.value {
        let message = "the queries for errors and for all events are the same";
        report.error(code::CONFLICT, &error.span, message).also(&total.span, "here again");
        return None;
    }
    Some(Sli { span, queries: Queries::Events { error, total }, plugin: None })
}

fn raw(mut reader: Reader<'_, '_>, names: &Names) -> Option<Sli> {
    let (report, key) = (reader.report(), names.error_ratio_query);
    let query = reader.text(key);
    let query = reader.required(key, query).and_then(|query| check::query(query, report));
    let span = reader.span();
    reader.finish_ignored("Sloth");
    Some(Sli { span, queries: Queries::ErrorRatio(query?), plugin: None })
}

fn from_plugin(mut reader: Reader<'_, '_>, objective: Option<f64>) -> Option<Sli> {
    let report = reader.report();
    let id = reader.text("id");
    let id = reader.required("id", id);
    let options = merged(texts(reader.string_map("options")));
    let span = reader.span();
    reader.finish_ignored("Sloth");
    let id = id?;
    let queries = plugin::queries(&id, &options, objective, report)?;
    Some(Sli { span, queries, plugin: Some(id) })
}
