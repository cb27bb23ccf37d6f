//! Alert policies, conditions and notification targets of `OpenSLO`.

use std::collections::BTreeMap;

use super::metadata::{Metadata, description, metadata};
use super::shorthand::window;
use super::{Condition, Here, Policy, Spot, Use, Version};
use crate::config::catalogue::reader::Reader;
use crate::config::code;
use crate::config::nearest::suggest;
use crate::config::place::At;
use crate::config::shown::quoted;
use crate::domain::slo::tier::Comparison;
use crate::domain::slo::tool;

const OPERATORS: &[&str] = &["gt", "gte", "lt", "lte"];
/// Of a key with a domain before it, such as `example.com/runbook_url`, the name alone counts.
pub(super) fn runbook(metadata: &Metadata) -> Option<String> {
    let named = |(key, text): (&String, &String)| {
        let name = key.rsplit('/').next().unwrap_or_default();
        (name.to_owned(), text.trim().to_owned())
    };
    let said = metadata.annotations.iter().map(named).filter(|(_, text)| !text.is_empty());
    let annotations: BTreeMap<String, String> = said.collect();
    tool::runbook(&annotations).cloned()
}

pub(super) fn policy(
    reader: &mut Reader<'_, '_>,
    version: Version,
    metadata: Option<&Metadata>,
) -> Option<Policy> {
    let report = reader.report();
    let spot = Spot::of(&reader.span(), report);
    let spec = reader.map("spec");
    let mut spec = reader.required("spec", spec)?;
    description(&mut spec);
    // Whoever sends alerts also says that they are over.
    spec.flag("alertWhenResolved");
    let breaching = spec.flag("alertWhenBreaching");
    let quiet = breaching.filter(|flag| !flag.value).map(|flag| Spot::of(&flag.span, report));
    spec.flag("alertWhenNoData");
    let text = "an alert on missing data has no counterpart here";
    spec.leave_out("alertWhenNoData", text, Some("missing data is shown as such"));
    let conditions = spec.maps("conditions");
    let conditions = spec.required("conditions", conditions).unwrap_or_default();
    exactly_one(&spec, &conditions);
    let conditions = conditions.into_iter().filter_map(|item| condition_use(item, version)).collect();
    let targets = spec.maps("notificationTargets");
    let targets = spec.required("notificationTargets", targets).unwrap_or_default();
    if targets.is_empty() && spec.entry("notificationTargets").is_some() {
        report.error(code::BAD_VALUE, &spec.span(), "`notificationTargets` is empty");
    }
    let targets = targets.into_iter().filter_map(|item| target_use(item, version)).collect();
    spec.finish();
    let metadata = metadata?;
    let runbook = runbook(metadata);
    Some(Policy { name: metadata.name.value.clone(), spot, conditions, quiet, targets, runbook })
}

fn exactly_one(spec: &Reader<'_, '_>, conditions: &[Reader<'_, '_>]) {
    let odd = match conditions {
        [] if spec.entry("conditions").is_some() => spec.span(),
        [_, second, ..] => second.span(),
        _ => return,
    };
    let message = format!("`conditions` takes exactly one condition, not {}", conditions.len());
    spec.report().error(code::BAD_VALUE, &odd, &message);
}

/// `alertPolicyRef`, or a policy itself.
pub(super) fn policy_use(mut reader: Reader<'_, '_>, version: Version) -> Option<Use<Policy>> {
    let named = named(&mut reader, "alertPolicyRef");
    let found = match named {
        Some(name) => Some(Use::Named(name)),
        None => inline(&mut reader, "AlertPolicy", "alertPolicyRef", version)
            .and_then(|metadata| policy(&mut reader, version, Some(&metadata)))
            .map(Use::Inline),
    };
    reader.finish();
    found
}

fn condition_use(mut reader: Reader<'_, '_>, version: Version) -> Option<Use<Condition>> {
    let named = named(&mut reader, "conditionRef");
    let found = match named {
        Some(name) => Some(Use::Named(name)),
        None => inline(&mut reader, "AlertCondition", "conditionRef", version)
            .and_then(|metadata| condition(&mut reader, version, Some(&metadata)))
            .map(Use::Inline),
    };
    reader.finish();
    found
}

/// Only names matter: nothing is sent from here.
fn target_use(mut reader: Reader<'_, '_>, version: Version) -> Option<Here<String>> {
    let named = named(&mut reader, "targetRef");
    if named.is_none() && inline(&mut reader, "AlertNotificationTarget", "targetRef", version).is_some() {
        target(&mut reader);
    }
    reader.finish();
    named
}

fn named(reader: &mut Reader<'_, '_>, key: &'static str) -> Option<Here<String>> {
    let report = reader.report();
    let name = reader.text(key)?;
    if let Some(kind) = reader.entry("kind") {
        let message = format!("`{key}` names an object, and another is defined in place");
        report.error(code::CONFLICT, &kind.key.span, &message).hint("leave one of them out");
        for key in ["kind", "metadata", "spec"] {
            reader.skip(key);
        }
    }
    Some(Here::new(name, report))
}

/// What stands above the `spec` of a definition in place.
fn inline(
    reader: &mut Reader<'_, '_>,
    wanted: &str,
    reference: &'static str,
    version: Version,
) -> Option<Metadata> {
    let report = reader.report();
    let Some(kind) = reader.text("kind") else {
        let message = format!("{} has neither `{reference}` nor a `kind`", reader.what());
        let hint = format!("name an object, or write `kind: {wanted}` with `metadata` and `spec`");
        report.error(code::MISSING_KEY, &reader.span(), &message).hint(&hint);
        for key in ["metadata", "spec"] {
            reader.skip(key);
        }
        return None;
    };
    if kind.value != wanted {
        let message = format!("`{}` is no {wanted}", quoted(&kind.value));
        report.error(code::UNKNOWN_KIND, &kind.span, &message);
    }
    metadata(reader, version)
}

pub(super) fn target(reader: &mut Reader<'_, '_>) -> Option<()> {
    let spec = reader.map("spec");
    let mut spec = reader.required("spec", spec)?;
    description(&mut spec);
    let target = spec.text("target");
    let target = spec.required("target", target);
    spec.finish();
    target.map(|_| ())
}

pub(super) fn condition(
    reader: &mut Reader<'_, '_>,
    version: Version,
    metadata: Option<&Metadata>,
) -> Option<Condition> {
    let report = reader.report();
    let spot = Spot::of(&reader.span(), report);
    let spec = reader.map("spec");
    let mut spec = reader.required("spec", spec)?;
    description(&mut spec);
    let severity = spec.text("severity");
    let severity = spec.required("severity", severity);
    let burn = spec.map("condition");
    let burn = spec.required("condition", burn);
    spec.finish();
    let mut burn = burn?;
    let kind = burn.text("kind");
    let kind = burn.required("kind", kind).filter(|kind| is_burn_rate(kind, &burn));
    let op = burn.text("op");
    let op = burn.required("op", op).and_then(|op| operator(op, &burn));
    let threshold = burn.number("threshold");
    let threshold = burn.required("threshold", threshold);
    let lookback = window(&mut burn, "lookbackWindow", version);
    let lookback = burn.required("lookbackWindow", lookback);
    // `0m` says the same as nothing.
    let immediate = burn.entries().iter().any(|entry| {
        let zero = |text: &str| text.len() > 1 && text[..text.len() - 1].bytes().all(|digit| digit == b'0');
        entry.key.value == "alertAfter" && entry.value.scalar().is_some_and(|scalar| zero(&scalar.text))
    });
    let after = if immediate { None } else { window(&mut burn, "alertAfter", version) };
    burn.skip("alertAfter");
    burn.finish();
    kind?;
    let (op, threshold) = (op?, threshold?);
    let (op, odd) =
        compared(&op.value).map(|(compared, odd)| (compared, odd.then(|| Spot::of(&op.span, report))))?;
    let text = "the operator says below, and is read as: the burn rate reaches the threshold";
    Some(Condition {
        name: metadata?.name.value.clone(),
        spot,
        severity: severity?.value,
        op,
        threshold: threshold.value,
        lookback: lookback?.value,
        after: after.map(|after| after.value),
        notes: odd.iter().map(|spot| spot.note(text)).collect(),
    })
}

fn is_burn_rate(kind: &At<String>, reader: &Reader<'_, '_>) -> bool {
    let known = kind.value == "burnrate";
    if !known {
        let message = format!("`{}` is not a kind of condition", quoted(&kind.value));
        reader.report().error(code::UNKNOWN_WORD, &kind.span, &message).hint("the only one is burnrate");
    }
    known
}

fn operator(op: At<String>, reader: &Reader<'_, '_>) -> Option<At<String>> {
    if OPERATORS.contains(&op.value.as_str()) {
        return Some(op);
    }
    let message = format!("`{}` is not an operator", quoted(&op.value));
    let found = reader.report().error(code::UNKNOWN_WORD, &op.span, &message);
    drop(found.maybe_hint(suggest(&op.value, "known", OPERATORS)));
    None
}

/// And whether it cannot be meant as it is written: nobody is paged for a low burn rate, yet the official example
/// says `lte` where its text says "exceeds".
fn compared(op: &str) -> Option<(Comparison, bool)> {
    match op {
        "gt" => Some((Comparison::Above, false)),
        "gte" => Some((Comparison::AtLeast, false)),
        "lt" | "lte" => Some((Comparison::AtLeast, true)),
        _ => None,
    }
}
