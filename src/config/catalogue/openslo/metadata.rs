//! Names, labels and annotations of `OpenSLO` objects.

use std::collections::BTreeMap;

use super::{Here, Version};
use crate::config::catalogue::reader::Reader;
use crate::config::catalogue::yaml::{Node, Value};
use crate::config::code;
use crate::config::place::At;
use crate::config::shown::quoted;

/// Characters of a name or title, and of a description.
const LONGEST_NAME: usize = 63;
const LONGEST_TEXT: usize = 1050;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Metadata {
    pub name: Here<String>,
    pub title: Option<String>,
    /// A list of values is joined with commas.
    pub labels: BTreeMap<String, String>,
    pub annotations: BTreeMap<String, String>,
}

/// None without a name that can be referred to.
pub(super) fn metadata(reader: &mut Reader<'_, '_>, version: Version) -> Option<Metadata> {
    let found = reader.map("metadata");
    let mut metadata = reader.required("metadata", found)?;
    let report = metadata.report();
    let name = metadata.text("name");
    let name = metadata.required("name", name).filter(|name| is_name(name, &metadata));
    let title =
        if version == Version::V2Alpha { None } else { short(&mut metadata, "displayName", LONGEST_NAME) };
    let mut found = Metadata { title, ..Metadata::default() };
    if version != Version::V1Alpha {
        check_keys(&metadata, "labels", version == Version::V2Alpha);
        check_keys(&metadata, "annotations", true);
        found.labels = labels(&mut metadata);
        let annotations = metadata.string_map("annotations");
        found.annotations = annotations.into_iter().flat_map(|found| found.value).map(plain).collect();
    }
    metadata.finish();
    found.name = Here::new(name?, report);
    Some(found)
}

/// A name as of a host: small letters, digits, hyphens inside.
fn is_name(name: &At<String>, reader: &Reader<'_, '_>) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let text = name.value.as_str();
    let good = (1..=LONGEST_NAME).contains(&text.len())
        && text.chars().all(|c| fits(c) || c == '-')
        && text.starts_with(fits)
        && text.ends_with(fits);
    if !good {
        let message = format!("`{}` is not a name that OpenSLO takes", quoted(text));
        let hint = "small letters, digits and inner hyphens, at most 63 in all";
        reader.report().error(code::BAD_NAME, &name.span, &message).hint(hint);
    }
    good
}

fn check_keys(metadata: &Reader<'_, '_>, under: &'static str, prefixed: bool) {
    let Some(entry) = metadata.entry(under) else { return };
    let Value::Mapping(entries) = &entry.value.value else { return };
    for key in entries.iter().map(|entry| &entry.key).filter(|key| !is_key(&key.value, prefixed)) {
        let message = format!("`{}` is not a key that `{under}` of `OpenSLO` take", quoted(&key.value));
        let hint = "letters and digits, with `-`, `_` and `.` inside, at most 63 in all";
        metadata.report().error(code::BAD_NAME, &key.span, &message).hint(hint);
    }
}

/// A name, in some places with a host and `/` before it.
fn is_key(key: &str, prefixed: bool) -> bool {
    let part = |text: &str, inside: &str, fits: fn(char) -> bool| {
        (1..=LONGEST_NAME).contains(&text.len())
            && text.starts_with(fits)
            && text.ends_with(fits)
            && text.chars().all(|c| fits(c) || inside.contains(c))
    };
    let (prefix, name) = match key.split_once('/') {
        Some((prefix, name)) if prefixed => (Some(prefix), name),
        _ => (None, key),
    };
    let small = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let is_host = |host: &str| host.len() <= 253 && host.split('.').all(|label| part(label, "-", small));
    part(name, "-_.", |c| c.is_ascii_alphanumeric()) && prefix.is_none_or(is_host)
}

fn short(reader: &mut Reader<'_, '_>, key: &'static str, most: usize) -> Option<String> {
    let text = reader.text(key)?;
    if text.value.chars().count() > most {
        let message = format!("`{key}` is longer than {most} characters");
        reader.report().error(code::BAD_VALUE, &text.span, &message);
    }
    Some(text.value)
}

pub(super) fn description(reader: &mut Reader<'_, '_>) -> Option<String> {
    short(reader, "description", LONGEST_TEXT)
}

/// Single values, or lists of them.
pub(in crate::config::catalogue) fn labels(reader: &mut Reader<'_, '_>) -> BTreeMap<String, String> {
    let mut labels = BTreeMap::new();
    let Some(entry) = reader.field("labels", "a mapping of texts or lists of texts") else { return labels };
    let Value::Mapping(entries) = &entry.value.value else {
        let at = ("labels", &*reader.what());
        reader.report().wrong_type(&entry.key.span, at, "a mapping", entry.value.kind());
        return labels;
    };
    for label in entries {
        if let Some(text) = joined(&label.value) {
            labels.insert(label.key.value.clone(), text);
        } else {
            let at = (label.key.value.as_str(), "`metadata.labels`");
            reader.report().wrong_type(&label.key.span, at, "text or a list of texts", label.value.kind());
        }
    }
    labels
}

fn joined(node: &Node) -> Option<String> {
    match &node.value {
        Value::Scalar(scalar) => Some(scalar.text.clone()),
        Value::Sequence(items) => {
            let texts: Option<Vec<&str>> =
                items.iter().map(|item| item.scalar().map(|scalar| scalar.text.as_str())).collect();
            texts.map(|texts| texts.join(","))
        }
        Value::Mapping(_) => None,
    }
}

pub(super) fn plain((key, value): (At<String>, At<String>)) -> (String, String) {
    (key.value, value.value)
}
