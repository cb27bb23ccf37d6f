//! Grafana's SLOs, as its interface for programs gives them, bare or as a `spec`.

use std::collections::BTreeMap;

use super::draft::{Alerts, Draft, Horizon, Source, Tool};
use super::duration;
use super::few;
use super::indicator::{self, Indicator, Measured, OPERATORS, Told, inverse};
use super::openslo::ratio;
use super::query::{Query, WINDOW, understand};
use super::reader::Reader;
use super::spot::{Here, Note, Spot};
use crate::config::code;
use crate::config::nearest::suggest;
use crate::config::place::At;
use crate::config::shown::quoted;
use crate::domain::slo::method::Method;
use crate::domain::slo::sli::Side;
use crate::domain::slo::slug::slug;
use crate::domain::slo::tool::runbook;

const TYPES: &[&str] = &["ratio", "freeform", "threshold", "failureThreshold", "grafanaQueries"];
/// Labels that may name the service, the usual one first; Grafana has no services.
const SERVICE: &[&str] = &["service", "service_name", "app", "team"];
/// What stands for a range in Grafana's queries.
const RANGES: &[&str] =
    &["${__rate_interval}", "$__rate_interval", "${__interval}", "$__interval", "${__range}", "$__range"];

/// One draft for each objective.
pub(crate) fn read(mut reader: Reader<'_, '_>) -> Vec<Draft> {
    let origin = reader.origin();
    let Some(spec) = reader.map("spec") else { return slo(reader, &origin) };
    for key in ["apiVersion", "kind", "metadata", "status"] {
        reader.skip(key);
    }
    reader.finish();
    slo(spec, &origin)
}

fn slo(mut reader: Reader<'_, '_>, origin: &crate::config::origin::Origin) -> Vec<Draft> {
    let report = reader.report();
    for key in ["folder", "searchExpression", "readOnly"] {
        reader.skip(key);
    }
    let name = reader.text("name");
    let name = reader.required("name", name);
    let uuid = reader.text("uuid");
    let description = reader.text("description").map(|text| text.value);
    let labels = pairs(&mut reader, "labels");
    let query = reader.map("query");
    let spot = query.as_ref().map(|query| Spot::of(&query.span(), report)).unwrap_or_default();
    let mut notes = Vec::new();
    let measured = reader.required("query", query).map(|query| measured(query, &mut notes));
    let annotations = reader.map("alerting").map(|alerting| self::alerting(alerting, &mut notes));
    let source = reader.map("destinationDatasource").and_then(source);
    let objectives = reader.maps("objectives");
    let objectives = few::objectives(reader.required("objectives", objectives).unwrap_or_default(), &reader);
    reader.finish();
    let (Some(name), Some(Ok(measured))) = (name, measured) else { return Vec::new() };
    let alerts = if annotations.is_some() { Alerts::Preset("grafana") } else { Alerts::Own(Vec::new()) };
    let annotations = annotations.unwrap_or_default();
    let service = SERVICE.iter().find_map(|key| labels.get(*key)).map_or("grafana", String::as_str);
    notes.extend(measured.iter().flat_map(|found| found.notes.iter().map(|note| spot.note(note))));
    let name = Here::new(name, report);
    let several = objectives.len() > 1;
    let draft = |(index, (spot, goal, window)): (usize, (Spot, _, _))| Draft {
        tool: Tool::Grafana,
        origin: origin.clone(),
        spot,
        service: Here { value: service.to_owned(), spot: name.spot.clone() },
        name: Here { value: own_name(&name.value, several.then_some(index)), spot: name.spot.clone() },
        namespace: None,
        title: Some(name.value.clone()),
        description: description.clone(),
        labels: labels.clone(),
        annotations: annotations.clone(),
        goal,
        method: Method::Occurrences,
        window: Some(Horizon::Rolling(window)),
        sli: measured.as_ref().map(|found| found.sli.clone()),
        time_weighted: measured.as_ref().is_some_and(|found| found.time_weighted),
        alerts: alerts.clone(),
        source: source.clone(),
        group_by: measured.as_ref().map(|found| found.group_by.clone()).unwrap_or_default(),
        pager: uuid.iter().map(|uuid| ("grafana_slo_uuid".to_owned(), uuid.value.clone())).collect(),
        runbook: runbook(&annotations).cloned(),
        notes: notes.clone(),
    };
    let objectives = objectives.into_iter().enumerate();
    let objectives = objectives.filter_map(|(index, part)| Some((index, objective(part)?)));
    objectives.map(draft).collect()
}

fn own_name(name: &str, index: Option<usize>) -> String {
    let slug = slug(name);
    let base = if slug.is_empty() { "slo".to_owned() } else { slug };
    index.map_or_else(|| base.clone(), |index| format!("{base}-{index}"))
}

type Objective = (Spot, Here<super::draft::Goal>, crate::domain::slo::window::Window);

fn objective(mut reader: Reader<'_, '_>) -> Option<Objective> {
    let report = reader.report();
    let spot = Spot::of(&reader.span(), report);
    let value = reader.decimal("value");
    let goal = reader.required("value", value).and_then(|value| ratio(&value, &reader));
    let window = reader.text("window");
    let window = reader.required("window", window).and_then(|window| duration::window(&window, report));
    reader.finish();
    Some((spot, goal?, window?.value))
}

/// A list of `{key, value}`.
fn pairs(reader: &mut Reader<'_, '_>, key: &'static str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for mut pair in reader.maps(key).unwrap_or_default() {
        let (key, value) = (pair.text("key"), pair.text("value"));
        let key = pair.required("key", key);
        pair.finish();
        found.extend(key.map(|key| (key.value, value.map_or_else(String::new, |value| value.value))));
    }
    found
}

/// All annotations, those of the fast burn first.
fn alerting(mut reader: Reader<'_, '_>, notes: &mut Vec<Note>) -> BTreeMap<String, String> {
    let report = reader.report();
    let spot = Spot::of(&reader.span(), report);
    let mut all = pairs(&mut reader, "annotations");
    let mut labels = pairs(&mut reader, "labels");
    for key in ["slowBurn", "fastBurn"] {
        if let Some(mut rule) = reader.map(key) {
            labels.extend(pairs(&mut rule, "labels"));
            all.extend(pairs(&mut rule, "annotations"));
            rule.skip("enrichments");
            rule.finish();
        }
    }
    if let Some(mut options) = reader.map("advancedOptions") {
        if let Some(least) = options.number("minFailures").filter(|least| least.value > 0.0) {
            let text = format!("alerts only after {} failures have no counterpart here", least.value);
            notes.push(Spot::of(&least.span, report).note(&text));
        }
        options.finish();
    }
    reader.finish();
    if !labels.is_empty() {
        let list: Vec<String> = labels.keys().map(|name| format!("`{}`", quoted(name))).collect();
        let text = "labels of its alerts are not carried, so that rules written here lack them";
        notes.push(spot.note(&format!("{text}: {}", list.join(", "))));
    }
    all
}

fn source(mut reader: Reader<'_, '_>) -> Option<Source> {
    let uid = reader.text("uid");
    reader.skip("type");
    reader.finish();
    Some(Source { name: Some(uid?.value), kind: Some("Prometheus".to_owned()), url: None })
}

fn measured(mut query: Reader<'_, '_>, notes: &mut Vec<Note>) -> Measured {
    let report = query.report();
    let kind = query.text("type");
    let kind = query.required("type", kind);
    let readers = ["ratio", "freeform", "threshold", "failureThreshold"].map(|key| (key, query.map(key)));
    query.skip("grafanaQueries");
    let (span, what) = (query.span(), query.what());
    query.finish();
    let kind = kind.ok_or(Told)?;
    if kind.value == "grafanaQueries" {
        let text =
            "queries of Grafana's own, for any data source, have no counterpart here, so it is not counted";
        notes.push(Spot::of(&kind.span, report).note(text));
        return Ok(None);
    }
    if !TYPES.contains(&kind.value.as_str()) {
        let message = format!("`{}` is not a type of query", quoted(&kind.value));
        let hint = suggest(&kind.value, "known", TYPES);
        report.error(code::UNKNOWN_WORD, &kind.span, &message).maybe_hint(hint);
        return Err(Told);
    }
    let found = readers.into_iter().find(|(key, reader)| *key == kind.value && reader.is_some());
    let Some((key, Some(reader))) = found else {
        let message = format!("{what} is of type {0} and has no `{0}`", kind.value);
        report.error(code::MISSING_KEY, &span, &message);
        return Err(Told);
    };
    let found = match key {
        "ratio" => self::of_ratio(reader),
        "freeform" => freeform(reader),
        key => threshold(reader, key == "failureThreshold"),
    };
    found.map(Some).ok_or(Told)
}

fn of_ratio(mut reader: Reader<'_, '_>) -> Option<Indicator> {
    let report = reader.report();
    let success = reader.map("successMetric");
    let success = reader.required("successMetric", success).and_then(metric);
    let total = reader.map("totalMetric");
    let total = reader.required("totalMetric", total).and_then(metric);
    let group_by = grouped(&mut reader);
    reader.finish();
    let (success, total) = (success?, total?);
    let found = indicator::events(Side::Good, asked(&success), asked(&total));
    match found {
        Ok(found) => Some(Indicator { group_by, ..found }),
        Err(why) => {
            report.error(code::CONFLICT, &success.span, &why);
            None
        }
    }
}

fn asked(query: &At<String>) -> Query {
    understand(&query.value, true)
}

fn metric(mut reader: Reader<'_, '_>) -> Option<At<String>> {
    let query = reader.text("prometheusMetric");
    let query = reader.required("prometheusMetric", query);
    reader.skip("type");
    reader.finish();
    query.map(windowed)
}

fn windowed(query: At<String>) -> At<String> {
    query.map(|text| RANGES.iter().fold(text.trim().to_owned(), |text, range| text.replace(range, WINDOW)))
}

fn freeform(mut reader: Reader<'_, '_>) -> Option<Indicator> {
    let query = reader.text("query");
    let query = reader.required("query", query);
    reader.finish();
    Some(indicator::ratio(Side::Good, &windowed(query?).value))
}

/// Good while the value is where it should be, or bad while it is where it should not be.
fn threshold(mut reader: Reader<'_, '_>, failure: bool) -> Option<Indicator> {
    let key = if failure { "failureThresholdExpression" } else { "thresholdExpression" };
    let query = reader.text(key);
    let query = reader.required(key, query);
    let bound = reader.map("threshold");
    let bound = reader.required("threshold", bound).and_then(bounded);
    let group_by = grouped(&mut reader);
    reader.finish();
    let (op, bound) = bound?;
    let op = if failure { inverse(op) } else { op };
    Some(Indicator { group_by, ..indicator::threshold(&windowed(query?).value, op, bound) })
}

fn bounded(mut reader: Reader<'_, '_>) -> Option<(crate::domain::slo::sli::Op, f64)> {
    let report = reader.report();
    let (value, op) = (reader.number("value"), reader.text("operator"));
    let (value, op) = (reader.required("value", value), reader.required("operator", op));
    reader.finish();
    let op = op?;
    let found =
        OPERATORS.iter().find(|(word, _)| *word == op.value).map(|(_, op)| *op).or(op.value.parse().ok());
    if found.is_none() {
        let message = format!("`{}` is not an operator", quoted(&op.value));
        let hint = suggest(&op.value, "known", &OPERATORS.map(|(word, _)| word));
        report.error(code::UNKNOWN_WORD, &op.span, &message).maybe_hint(hint);
    }
    Some((found?, value?.value))
}

fn grouped(reader: &mut Reader<'_, '_>) -> Vec<String> {
    let found = reader.strings("groupByLabels").map(|found| found.value).unwrap_or_default();
    found.into_iter().map(|label| label.value).collect()
}

#[cfg(test)]
mod tests;
