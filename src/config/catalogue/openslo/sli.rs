//! Indicators and data sources of `OpenSLO`.

use super::metadata::{Metadata, description, metadata};
use super::{Here, Measure, Metric, Sli, Spot, Use, Version};
use crate::config::catalogue::draft::Source;
use crate::config::catalogue::indicator::Told;
use crate::config::catalogue::reader::Reader;
use crate::config::catalogue::yaml::{Node, Value};
use crate::config::code;
use crate::config::nearest::suggest;
use crate::config::place::At;
use crate::config::shown::quoted;
use crate::domain::slo::sli::Side;

pub(super) fn object(
    reader: &mut Reader<'_, '_>,
    version: Version,
    metadata: Option<Metadata>,
) -> Option<Sli> {
    let spot = Spot::of(&reader.span(), reader.report());
    let spec = reader.map("spec");
    let measure = measure(reader.required("spec", spec)?, version)?;
    Some(Sli { spot, metadata: metadata?, measure })
}

/// Under `inline` or by the name under `reference`; none if neither is written.
pub(super) fn usage(
    reader: &mut Reader<'_, '_>,
    (inline, reference): (&'static str, &'static str),
    version: Version,
) -> Option<Use<Sli>> {
    let report = reader.report();
    let named = reader.text(reference);
    let Some(mut own) = reader.map(inline) else {
        return named.map(|name| Use::Named(Here::new(name, report)));
    };
    if let Some(named) = named {
        let message = format!("`{inline}` and `{reference}` are both given");
        report.error(code::CONFLICT, &named.span, &message).hint("leave one of them out");
    }
    let metadata = metadata(&mut own, version);
    let sli = object(&mut own, version, metadata);
    own.finish();
    sli.map(Use::Inline)
}

fn measure(mut spec: Reader<'_, '_>, version: Version) -> Option<Measure> {
    let report = spec.report();
    description(&mut spec);
    let (threshold, ratio) = (spec.map("thresholdMetric"), spec.map("ratioMetric"));
    let (span, what) = (spec.span(), spec.what());
    spec.finish();
    match (threshold, ratio) {
        (Some(threshold), None) => metric(threshold, version).map(Measure::Threshold),
        (None, Some(ratio)) => self::ratio(ratio, version),
        (Some(_), Some(ratio)) => {
            let message = "`thresholdMetric` and `ratioMetric` are both given";
            report.error(code::CONFLICT, &ratio.span(), message).hint("leave one of them out");
            None
        }
        (None, None) => {
            let message = format!("{what} says nothing to measure");
            let hint = "give one of `thresholdMetric` and `ratioMetric`";
            report.error(code::MISSING_KEY, &span, &message).hint(hint);
            None
        }
    }
}

fn ratio(mut reader: Reader<'_, '_>, version: Version) -> Option<Measure> {
    let report = reader.report();
    let counter = reader.flag("counter").map(|flag| flag.value);
    let mut part = |key| reader.map(key).map(|part| (part.span(), metric(part, version)));
    let (good, bad, total, raw) = (part("good"), part("bad"), part("total"), part("raw"));
    let kind = reader.text("rawType");
    let (span, what) = (reader.span(), reader.what());
    reader.finish();
    match (good, bad, total, raw) {
        (Some((_, good)), None, Some((_, total)), None) => Some(Measure::Events {
            counter,
            side: Side::Good,
            part: Box::new(good?),
            total: Box::new(total?),
        }),
        (None, Some((_, bad)), Some((_, total)), None) => {
            Some(Measure::Events { counter, side: Side::Bad, part: Box::new(bad?), total: Box::new(total?) })
        }
        (None, None, None, Some((_, raw))) => {
            let side = kind.as_ref().map(|kind| (raw_side(kind), kind));
            if let Some((None, kind)) = side {
                let message = format!("`{}` is not a type of raw ratio", quoted(&kind.value));
                let hint = suggest(&kind.value, "known", &["success", "failure"]);
                report.error(code::UNKNOWN_WORD, &kind.span, &message).maybe_hint(hint);
            } else if side.is_none() {
                let message = format!("{what} has a `raw` ratio without `rawType`");
                report.error(code::MISSING_KEY, &span, &message).hint("it takes success or failure");
            }
            Some(Measure::Raw { side: side?.0?, raw: raw? })
        }
        (None, None, None, None) => {
            let message = format!("{what} says nothing to count");
            let hint = "give `total` with `good` or `bad`, or `raw` with `rawType`";
            report.error(code::MISSING_KEY, &span, &message).hint(hint);
            None
        }
        (good, bad, _, raw) => {
            let blamed = raw.or(bad).or(good).map_or(span, |(span, _)| span);
            let message = "a ratio is either `total` with one of `good` and `bad`, or `raw` alone";
            report.error(code::CONFLICT, &blamed, message);
            None
        }
    }
}

fn raw_side(kind: &At<String>) -> Option<Side> {
    match kind.value.as_str() {
        "success" => Some(Side::Good),
        "failure" => Some(Side::Bad),
        _ => None,
    }
}

fn metric(mut reader: Reader<'_, '_>, version: Version) -> Option<Metric> {
    if version == Version::V2Alpha {
        return source_and_spec(reader, version);
    }
    let inner = reader.map("metricSource");
    let inner = reader.required("metricSource", inner);
    reader.finish();
    source_and_spec(inner?, version)
}

fn source_and_spec(mut reader: Reader<'_, '_>, version: Version) -> Option<Metric> {
    let report = reader.report();
    let spot = Spot::of(&reader.span(), report);
    let (reference, given) = if version == Version::V2Alpha {
        let reference = reader.text("dataSourceRef");
        let given = reader.map("dataSourceSpec").and_then(source);
        if reference.is_some() == given.is_some() {
            let message = format!("{} needs one of `dataSourceRef` and `dataSourceSpec`", reader.what());
            report.error(code::CONFLICT, &reader.span(), &message);
        }
        (reference, given.unwrap_or_default())
    } else {
        let reference = reader.text("metricSourceRef");
        let kind = reader.text("type").map(|kind| kind.value);
        (reference, Source { kind, ..Source::default() })
    };
    let query = spec(&mut reader, version);
    reader.finish();
    let source = reference.map(|reference| Here::new(reference, report));
    Some(Metric { spot, source, given, query: query.ok()? })
}

/// None where there is no text that could be a query.
fn spec(reader: &mut Reader<'_, '_>, version: Version) -> Result<Option<Here<String>>, Told> {
    let report = reader.report();
    let found = reader.map("spec");
    let found = if version == Version::V2Alpha { found } else { reader.required("spec", found) };
    let Some(spec) = found else {
        return if version == Version::V2Alpha { Ok(None) } else { Err(Told) };
    };
    if spec.entries().is_empty() && version == Version::V1 {
        report.error(code::BAD_VALUE, &spec.span(), "`spec` of a metric is empty");
        return Err(Told);
    }
    let text = |node: &Node| {
        let text = node.scalar().filter(|_| !node.is_null()).map(|scalar| scalar.text.trim().to_owned())?;
        Some(Here { value: text, spot: Spot::of(&node.span, report) })
    };
    let named =
        |key: &str| spec.entries().iter().find(|entry| entry.key.value == key).map(|entry| &*entry.value);
    let found = ["query", "promql", "expression", "expr"].into_iter().find_map(named);
    let only = || spec.entries().first().filter(|_| spec.entries().len() == 1).map(|entry| &*entry.value);
    Ok(found.or_else(only).and_then(text))
}

pub(super) fn data_source(reader: &mut Reader<'_, '_>) -> Option<Source> {
    let spec = reader.map("spec");
    source(reader.required("spec", spec)?)
}

/// The kind and the address. Everything else may be a secret and is not looked at.
fn source(mut spec: Reader<'_, '_>) -> Option<Source> {
    description(&mut spec);
    let kind = spec.text("type");
    let kind = spec.required("type", kind);
    let details = spec.field("connectionDetails", "what the source needs");
    spec.required("connectionDetails", details);
    let url = details.and_then(|details| url(&details.value, 0));
    spec.finish();
    Some(Source { name: None, kind: Some(kind?.value), url })
}

/// Under `url`, in a mapping or a list of such.
fn url(node: &Node, depth: usize) -> Option<String> {
    match &node.value {
        Value::Sequence(items) if depth == 0 => items.iter().find_map(|item| url(item, 1)),
        Value::Mapping(entries) => {
            let entry = entries.iter().find(|entry| entry.key.value.eq_ignore_ascii_case("url"))?;
            entry.value.scalar().and_then(|scalar| without_password(&scalar.text))
        }
        _ => None,
    }
}

/// None for what is no address of a web server.
pub(in crate::config::catalogue) fn without_password(url: &str) -> Option<String> {
    let (scheme, rest) = url.trim().split_once("://")?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(end);
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let path = path.split(['?', '#']).next().unwrap_or_default();
    matches!(scheme, "http" | "https").then(|| format!("{scheme}://{host}{path}"))
}
