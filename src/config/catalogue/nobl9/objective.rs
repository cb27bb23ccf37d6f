//! Objectives of Nobl9's SLOs, and what they measure.

use super::{Component, DEFAULT, Here, Measure, Metric, Objective, Spot};
use crate::config::catalogue::openslo::{operator, ratio, slice_target};
use crate::config::catalogue::query::is_prometheus;
use crate::config::catalogue::reader::Reader;
use crate::config::code;
use crate::config::nearest::suggest;
use crate::config::shown::quoted;
use crate::domain::slo::sli::Side;

const DELAYED: &[&str] = &["CountAsGood", "CountAsBad", "Ignore"];

pub(super) fn objective(mut reader: Reader<'_, '_>, timeslices: bool) -> Option<Objective> {
    let report = reader.report();
    let spot = Spot::of(&reader.span(), report);
    let name = reader.text("name");
    let title = reader.text("displayName").map(|title| title.value);
    let target = reader.decimal("target");
    let goal = reader.required("target", target).and_then(|target| ratio(&target, &reader));
    let slice_target = slice_target(&mut reader);
    reader.skip("primary");
    let measure = measure(&mut reader);
    if timeslices && !matches!(measure, Some(Measure::Composite(_))) {
        reader.required("timeSliceTarget", slice_target);
    }
    reader.finish();
    let measure = measure?;
    let complete = !timeslices || slice_target.is_some() || matches!(measure, Measure::Composite(_));
    let name = name.map_or_else(String::new, |name| name.value);
    Some(Objective { spot, name, title, goal: goal.filter(|_| complete)?, slice_target, measure })
}

/// One of `countMetrics`, `rawMetric` and `composite`.
fn measure(reader: &mut Reader<'_, '_>) -> Option<Measure> {
    let report = reader.report();
    let (op, value) = (operator(reader), reader.number("value"));
    let count = reader.map("countMetrics");
    let raw = reader.map("rawMetric");
    let composite = reader.map("composite");
    match (count, raw, composite) {
        (Some(count), None, None) => self::count(count),
        (None, Some(mut raw), None) => {
            let query = raw.map("query");
            let query = raw.required("query", query);
            raw.finish();
            let (op, value) = (reader.required("op", op), reader.required("value", value));
            Some(Measure::Value { metric: metric(&query?), op: op?.value, bound: value?.value })
        }
        (None, None, Some(composite)) => self::composite(composite),
        (None, None, None) => {
            let message = format!("{} measures nothing", reader.what());
            let hint = "give one of `countMetrics`, `rawMetric` and `composite`";
            report.error(code::MISSING_KEY, &reader.span(), &message).hint(hint);
            None
        }
        _ => {
            let message = format!("{} measures more than one thing", reader.what());
            let hint = "give one of `countMetrics`, `rawMetric` and `composite`";
            report.error(code::CONFLICT, &reader.span(), &message).hint(hint);
            None
        }
    }
}

fn count(mut reader: Reader<'_, '_>) -> Option<Measure> {
    let report = reader.report();
    let incremental = reader.flag("incremental");
    let counter = reader.required("incremental", incremental);
    let mut part = |key| reader.map(key).map(|part| metric(&part));
    let (good, bad, total, single) = (part("good"), part("bad"), part("total"), part("goodTotal"));
    let (span, what) = (reader.span(), reader.what());
    reader.finish();
    let counter = counter?.value;
    match (good, bad, total, single) {
        (Some(part), None, Some(total), None) => {
            Some(Measure::Events { counter, side: Side::Good, part, total })
        }
        (None, Some(part), Some(total), None) => {
            Some(Measure::Events { counter, side: Side::Bad, part, total })
        }
        (None, None, None, Some(single)) => Some(Measure::Unread(format!(
            "one query of `{}` for good and total has no counterpart here",
            single.kind
        ))),
        _ => {
            let message = format!("{what} needs `total` with one of `good` and `bad`");
            report.error(code::CONFLICT, &span, &message);
            None
        }
    }
}

/// The key says which product is asked.
fn metric(reader: &Reader<'_, '_>) -> Metric {
    let report = reader.report();
    let entry = reader.entries().first();
    let kind = entry.map_or_else(String::new, |entry| entry.key.value.clone());
    let promql = entry.filter(|_| is_prometheus(&kind)).and_then(|entry| {
        let super::super::yaml::Value::Mapping(entries) = &entry.value.value else { return None };
        let query = entries.iter().find(|entry| entry.key.value == "promql")?;
        let text = query.value.scalar().filter(|_| !query.value.is_null())?.text.trim().to_owned();
        Some(Here { value: text, spot: Spot::of(&query.value.span, report) })
    });
    if promql.is_none() && is_prometheus(&kind) {
        report.missing_key(&reader.span(), &reader.what(), "promql");
    }
    Metric { kind, promql }
}

fn composite(mut reader: Reader<'_, '_>) -> Option<Measure> {
    let report = reader.report();
    reader.skip("maxDelay");
    if let Some(other) = reader.text("aggregation").filter(|word| word.value != "Reliability") {
        let message = format!("the aggregation `{}` has no counterpart here", quoted(&other.value));
        let hint = "the error ratios of the components are averaged by weight, as Reliability does";
        report.warning(code::NOT_CARRIED, &other.span, &message).hint(hint);
    }
    let components = reader.map("components");
    let components = reader.required("components", components);
    reader.finish();
    let mut components = components?;
    let objectives = components.maps("objectives");
    let objectives = components.required("objectives", objectives);
    components.finish();
    Some(Measure::Composite(objectives?.into_iter().filter_map(component).collect()))
}

fn component(mut reader: Reader<'_, '_>) -> Option<Component> {
    let report = reader.report();
    let mut text = |key| {
        let text = reader.text(key);
        reader.required(key, text).map(|text| Here::new(text, report))
    };
    let (slo, objective, delayed) = (text("slo"), text("objective"), text("whenDelayed"));
    let project = reader.text("project").map_or_else(|| DEFAULT.to_owned(), |project| project.value);
    let weight = reader.number("weight");
    let weight = reader.required("weight", weight);
    reader.finish();
    let (weight, delayed) = (weight?, delayed?);
    if weight.value <= 0.0 {
        report.error(code::BAD_VALUE, &weight.span, "`weight` must be above 0");
        return None;
    }
    if !DELAYED.contains(&delayed.value.as_str()) {
        let message = format!("`{}` does not say how missing data counts", quoted(&delayed.value));
        let hint = suggest(&delayed.value, "known", DELAYED);
        report.error(code::UNKNOWN_WORD, &delayed.spot.place.span, &message).maybe_hint(hint);
        return None;
    }
    Some(Component { project, slo: slo?, objective: objective?, weight: weight.value, delayed })
}
