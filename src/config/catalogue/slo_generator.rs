//! Google's slo-generator, `sre.google.com/v2`.

use std::collections::BTreeMap;

use super::draft::{Alerts, Draft, Goal, Source, Tool};
use super::indicator::{self, Indicator};
use super::kubernetes::metadata;
use super::labels::{plain, runbook};
use super::openslo::ratio_or_one;
use super::query::{WINDOW, is_name, is_prometheus, understand};
use super::reader::Reader;
use super::spot::{Here, Spot};
use crate::config::code;
use crate::config::nearest::suggest;
use crate::config::place::At;
use crate::config::shown::quoted;
use crate::domain::slo::method::Method;
use crate::domain::slo::sli::{Events, Latency, Side, Sli};

const METHODS: &[&str] = &["query_sli", "good_bad_ratio", "distribution_cut"];
const KIND: &str = "ServiceLevelObjective";
/// What is put around a filter where nothing else is written, the inner one first.
const USUAL: [&str; 2] = ["increase", "sum"];

pub(crate) fn read(mut reader: Reader<'_, '_>) -> Option<Draft> {
    let report = reader.report();
    let (spot, origin) = (Spot::of(&reader.span(), report), reader.origin());
    if let Some(kind) = reader.text("kind").filter(|kind| kind.value != KIND) {
        let message = format!("`{}` is not a {KIND}", quoted(&kind.value));
        report.error(code::UNKNOWN_KIND, &kind.span, &message);
        return None;
    }
    let metadata = metadata(&mut reader);
    let name = reader.required("metadata", metadata.name);
    let written = reader.map("spec");
    let written = reader.required("spec", written);
    reader.finish();
    let Spec { description, goal, backend, method, sli } = spec(written?)?;
    let name = name?;
    // `prometheus/main` is a second one.
    let asked = is_prometheus(backend.value.split('/').next().unwrap_or_default());
    let measured = if asked { Some(measured(&method, sli?)?) } else { None };
    let service = metadata.labels.get("service_name").unwrap_or(&name);
    let mut notes: Vec<_> =
        measured.iter().flat_map(|found| found.notes.iter().map(|note| spot.note(note))).collect();
    if !asked {
        let text = format!("no backend here answers `{}`, so it is not counted", quoted(&backend.value));
        notes.push(Spot::of(&backend.span, report).note(&text));
    }
    Some(Draft {
        tool: Tool::SloGenerator,
        origin,
        service: Here::new(service.clone(), report),
        name: Here::new(name, report),
        namespace: None,
        title: None,
        description,
        runbook: runbook(&metadata.annotations).map(|runbook| runbook.value.clone()),
        labels: plain(&metadata.labels),
        annotations: plain(&metadata.annotations),
        goal,
        method: Method::Occurrences,
        // Windows and burn rates are in a file of their own, the same for all SLOs.
        window: None,
        alerts: Alerts::Unsaid,
        time_weighted: measured.as_ref().is_some_and(|found| found.time_weighted),
        group_by: measured.as_ref().map(|found| found.group_by.clone()).unwrap_or_default(),
        sli: measured.map(|found| found.sli),
        source: Some(Source { name: None, kind: Some(backend.value), url: None }),
        pager: BTreeMap::new(),
        spot,
        notes,
    })
}

struct Spec<'r, 'a> {
    description: Option<String>,
    goal: Here<Goal>,
    backend: At<String>,
    method: At<String>,
    sli: Option<Reader<'r, 'a>>,
}

fn spec<'r, 'a>(mut spec: Reader<'r, 'a>) -> Option<Spec<'r, 'a>> {
    let description = spec.text("description");
    let description = spec.required("description", description).map(|text| text.value);
    for key in ["exporters", "min_valid_events"] {
        spec.skip(key);
    }
    if let Some(policy) = spec.text("error_budget_policy").filter(|policy| policy.value != "default") {
        let message = format!("the error budget policy `{}` is not carried over", quoted(&policy.value));
        let hint = "give the import its window, and a policy of your own";
        spec.report().warning(code::NOT_CARRIED, &policy.span, &message).hint(hint);
    }
    let goal = spec.decimal("goal");
    let goal = spec.required("goal", goal).and_then(|goal| ratio_or_one(&goal, &spec));
    let backend = spec.text("backend");
    let backend = spec.required("backend", backend);
    let method = spec.text("method");
    let method = spec.required("method", method);
    let sli = spec.map("service_level_indicator");
    let sli = spec.required("service_level_indicator", sli);
    spec.finish();
    Some(Spec { description, goal: goal?, backend: backend?, method: method?, sli })
}

fn measured(method: &At<String>, mut sli: Reader<'_, '_>) -> Option<Indicator> {
    let report = sli.report();
    let found = match method.value.as_str() {
        "query_sli" => {
            text(&mut sli, "expression").map(|query| indicator::quotient(Side::Good, &ranged(&query.value)))
        }
        "good_bad_ratio" => good_bad_ratio(&mut sli),
        "distribution_cut" => distribution_cut(&mut sli),
        other => {
            let message = format!("`{}` is not a method of the backend prometheus", quoted(other));
            let hint = suggest(other, "known", METHODS);
            report.error(code::UNKNOWN_WORD, &method.span, &message).maybe_hint(hint);
            return None;
        }
    };
    // The other methods do not look at them.
    sli.skip("operators");
    sli.finish();
    found
}

fn text(reader: &mut Reader<'_, '_>, key: &'static str) -> Option<At<String>> {
    let found = reader.text(key);
    reader.required(key, found)
}

/// With its `[window]` as ours.
fn ranged(text: &str) -> String {
    text.trim().replace("[window", &format!("[{WINDOW}"))
}

/// The functions that the tool puts around a filter, one after the other.
fn operators(sli: &mut Reader<'_, '_>) -> Option<Vec<String>> {
    let Some(written) = sli.strings("operators") else { return Some(USUAL.map(str::to_owned).to_vec()) };
    let odd = |word: &&At<String>| word.value.is_empty() || !word.value.chars().all(is_name);
    if let Some(word) = written.value.iter().find(odd) {
        let message = format!("`{}` is not the name of a function", quoted(&word.value));
        sli.report().error(code::BAD_VALUE, &word.span, &message);
        return None;
    }
    Some(written.value.into_iter().map(|word| word.value).collect())
}

/// A filter as the tool asks it: over `[window]`, which it adds where it is not written, in its operators. A counter
/// in the usual ones is bare.
fn counted(filter: &str, operators: &[String]) -> String {
    let selector = without_window(filter);
    if operators.iter().eq(USUAL) && !selector.contains("[window") {
        return selector.to_owned();
    }
    let asked = if filter.contains("[window") { ranged(filter) } else { format!("{selector}[{WINDOW}]") };
    operators.iter().fold(asked, |query, operator| format!("{operator}({query})"))
}

fn without_window(filter: &str) -> &str {
    let filter = filter.trim();
    filter.strip_suffix("[window]").map_or(filter, str::trim_end)
}

fn good_bad_ratio(sli: &mut Reader<'_, '_>) -> Option<Indicator> {
    let report = sli.report();
    let good = text(sli, "filter_good");
    let (bad, valid) = (sli.text("filter_bad"), sli.text("filter_valid"));
    if bad.is_none() && valid.is_none() {
        let message = format!("{} needs `filter_bad` or `filter_valid`", sli.what());
        report.error(code::MISSING_KEY, &sli.span(), &message);
    }
    let (good, operators) = (good?, operators(sli)?);
    let asked = |filter: &At<String>| counted(&filter.value, &operators);
    if let Some(bad) = bad {
        // As the tool does it, `filter_valid` is not looked at.
        return Some(of_both(&asked(&good), &asked(&bad)));
    }
    let understood = |filter| understand(&asked(filter), true);
    match indicator::events(Side::Good, understood(&good), understood(&valid?)) {
        Ok(indicator) => Some(indicator),
        Err(why) => {
            report.error(code::CONFLICT, &good.span, &why);
            None
        }
    }
}

/// Good and bad without a total, which is their sum; one without series is none.
fn of_both(good: &str, bad: &str) -> Indicator {
    let counted = |text: &str| {
        if text.contains(WINDOW) { text.to_owned() } else { format!("sum(increase({text}[{WINDOW}]))") }
    };
    let total = format!("({} or vector(0)) + ({} or vector(0))", counted(good), counted(bad));
    let sli = Sli::Events(Events { side: Side::Bad, part: bad.to_owned(), total });
    Indicator { sli, group_by: Vec::new(), time_weighted: false, notes: Vec::new() }
}

/// A bucket of a histogram, in seconds.
fn distribution_cut(sli: &mut Reader<'_, '_>) -> Option<Indicator> {
    let report = sli.report();
    let expression = text(sli, "expression").map(|text| text.map(|text| without_window(&text).to_owned()));
    let threshold = sli.number("threshold_bucket");
    let threshold = sli.required("threshold_bucket", threshold);
    let (expression, threshold) = (expression?, threshold?);
    let end = expression.value.find('{').unwrap_or(expression.value.len());
    let (name, matchers) = expression.value.split_at(end);
    let Some(name) = name.trim().strip_suffix("_bucket") else {
        let message = format!("`{}` is not the buckets of a histogram", quoted(&expression.value));
        report.error(code::BAD_VALUE, &expression.span, &message).hint("its name ends in `_bucket`");
        return None;
    };
    let histogram = format!("{name}{matchers}");
    let sli = Sli::Latency(Latency { histogram, threshold: threshold.value, native: false });
    Some(Indicator { sli, group_by: Vec::new(), time_weighted: false, notes: Vec::new() })
}

#[cfg(test)]
mod tests;
