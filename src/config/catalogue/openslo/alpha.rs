//! SLOs of `OpenSLO` v1alpha, as Sloth reads them too.

use super::metadata::description;
use super::shorthand::calendar;
use super::slo::{budgeting, named_service, operator, ratio, slice_target};
use super::{Budgeting, Here, Measure, Metadata, Metric, Objective, Sli, Slo, Spot, Use};
use crate::config::catalogue::draft::{Horizon, Source};
use crate::config::catalogue::few;
use crate::config::catalogue::reader::Reader;
use crate::config::catalogue::spot::Note;
use crate::config::code;
use crate::config::nearest::suggest;
use crate::config::shown::quoted;
use crate::domain::slo::calendar::{Calendar, Unit};
use crate::domain::slo::sli::Side;
use crate::domain::slo::window::Window;

const UNITS: &[&str] = &["Second", "Minute", "Hour", "Day", "Week", "Month", "Quarter", "Year"];
/// Of anything; more is no window of an SLO.
const MOST: i64 = 400 * 86_400;

pub(super) fn slo(reader: &mut Reader<'_, '_>) -> Option<Slo> {
    let report = reader.report();
    let spec = reader.map("spec");
    let mut spec = reader.required("spec", spec)?;
    let mut notes = Vec::new();
    let description = description(&mut spec);
    let service = named_service(&mut spec, "service");
    let method = budgeting(&mut spec);
    let window = time_windows(&mut spec, &mut notes);
    let indicator = spec.map("indicator").and_then(threshold);
    let objectives = spec.maps("objectives");
    let objectives = few::objectives(spec.required("objectives", objectives).unwrap_or_default(), &spec);
    let ratios = objectives.iter().any(|objective| objective.entry("ratioMetrics").is_some());
    let given = spec.entry("indicator").is_some();
    let (span, what) = (spec.span(), spec.what());
    spec.finish();
    if ratios == given {
        let which = if given { "both in `indicator` and in" } else { "neither in `indicator` nor in" };
        let message = format!("{what} has an indicator {which} `objectives[].ratioMetrics`");
        report.error(code::CONFLICT, &span, &message).hint("give one of them");
        return None;
    }
    let (method, written) = (method?, objectives.len());
    let objectives = objectives.into_iter().enumerate();
    let objectives =
        objectives.filter_map(|(index, part)| Some((index, objective(part, method, ratios)?))).collect();
    if given && indicator.is_none() {
        return None;
    }
    Some(Slo {
        service: service?,
        description,
        method,
        window: Some(window?),
        indicator: indicator.map(Use::Inline),
        composite: false,
        objectives,
        written,
        policies: Vec::new(),
        notes,
    })
}

fn threshold(mut reader: Reader<'_, '_>) -> Option<Sli> {
    let spot = Spot::of(&reader.span(), reader.report());
    let found = reader.map("thresholdMetric");
    let found = reader.required("thresholdMetric", found);
    reader.finish();
    let measure = Measure::Threshold(metric(found?)?);
    Some(Sli { spot, metadata: Metadata::default(), measure })
}

fn metric(mut reader: Reader<'_, '_>) -> Option<Metric> {
    let report = reader.report();
    let spot = Spot::of(&reader.span(), report);
    let mut read = |key| {
        let text = reader.text(key);
        reader.required(key, text)
    };
    let (source, kind, query) = (read("source"), read("queryType"), read("query"));
    reader.finish();
    // Sloth goes by the type of the query, others by the source.
    let kind = if kind.as_ref()?.value.eq_ignore_ascii_case("promql") { kind? } else { source? };
    let given = Source { kind: Some(kind.value), ..Source::default() };
    Some(Metric { spot, source: None, given, query: Some(Here::new(query?, report)) })
}

fn objective(mut reader: Reader<'_, '_>, method: Budgeting, ratios: bool) -> Option<Objective> {
    let report = reader.report();
    let spot = Spot::of(&reader.span(), report);
    let title = reader.text("displayName").map(|title| Here::new(title, report));
    let (op, value) = (operator(&mut reader), reader.number("value").map(|value| Here::new(value, report)));
    let target = reader.decimal("target");
    let goal = reader.required("target", target).and_then(|target| ratio(&target, &reader));
    let slice_target = slice_target(&mut reader);
    if method == Budgeting::Timeslices {
        reader.required("timeSliceTarget", slice_target);
    }
    let mut notes = Vec::new();
    let indicator = if ratios {
        let found = reader.map("ratioMetrics");
        reader.required("ratioMetrics", found).and_then(self::ratios)
    } else {
        reader.required("op", op.clone());
        reader.required("value", value.clone());
        None
    };
    reader.finish();
    if (ratios && indicator.is_none()) || (method == Budgeting::Timeslices && slice_target.is_none()) {
        return None;
    }
    // The format has no length of a slice.
    let slice = (method != Budgeting::Occurrences).then_some(Window::minutes(1));
    notes.extend(slice.map(|_| spot.note("v1alpha says no length of a slice; one minute is taken")));
    let indicator = indicator.map(Use::Inline);
    Some(Objective {
        spot,
        title,
        op,
        value,
        goal: goal?,
        slice,
        slice_target,
        indicator,
        weight: 1.0,
        notes,
    })
}

fn ratios(mut reader: Reader<'_, '_>) -> Option<Sli> {
    let spot = Spot::of(&reader.span(), reader.report());
    let counter = reader.flag("incremental").map(|flag| flag.value);
    let mut read = |key| {
        let part = reader.map(key);
        reader.required(key, part).and_then(metric)
    };
    let (good, total) = (read("good"), read("total"));
    reader.finish();
    let measure =
        Measure::Events { counter, side: Side::Good, part: Box::new(good?), total: Box::new(total?) };
    Some(Sli { spot, metadata: Metadata::default(), measure })
}

/// The only window in `timeWindows`, as Nobl9 has it too.
pub(in crate::config::catalogue) fn time_windows(
    spec: &mut Reader<'_, '_>,
    notes: &mut Vec<Note>,
) -> Option<Horizon> {
    let report = spec.report();
    let windows = spec.maps("timeWindows");
    let mut windows = spec.required("timeWindows", windows)?;
    if windows.len() != 1 {
        let message = format!("`timeWindows` takes exactly one window, not {}", windows.len());
        report.error(code::BAD_VALUE, &spec.span(), &message);
        return None;
    }
    let mut window = windows.pop()?;
    let (unit, count) = (window.text("unit"), window.text("count"));
    let unit = window.required("unit", unit);
    let count = window.required("count", count);
    window.skip("period");
    // Sloth takes every window for rolling; one that says nothing of it can only be meant so.
    let silent = window.entry("isRolling").is_none() && window.entry("calendar").is_none();
    let calendar = if silent { Ok(None) } else { calendar(&mut window) };
    window.finish();
    let (unit, count) = (unit?, count?);
    let Some(number) = count.value.parse::<i64>().ok().filter(|count| (1..=MOST).contains(count)) else {
        let message = format!("`count` must be a whole number above 0, not {}", quoted(&count.value));
        report.error(code::BAD_VALUE, &count.span, &message);
        return None;
    };
    let Some(seconds) = seconds(&unit.value) else {
        let message = format!("`{}` is not a unit of time windows", quoted(&unit.value));
        let hint = suggest(&unit.value, "known", UNITS);
        report.error(code::UNKNOWN_WORD, &unit.span, &message).maybe_hint(hint);
        return None;
    };
    if number.saturating_mul(seconds) > 2 * MOST {
        report.error(code::BAD_VALUE, &count.span, "this window is longer than two years");
        return None;
    }
    let Some((zone, start)) = calendar.ok()? else {
        let window = Window::seconds(number * seconds);
        if civil(&unit.value).is_some_and(|unit| unit > Unit::Week) {
            let text = format!("a rolling window has no calendar; it is taken as {window}");
            notes.push(Spot::of(&unit.span, report).note(&text));
        }
        return Some(Horizon::Rolling(window));
    };
    let Some(civil) = civil(&unit.value) else {
        let message = format!("no calendar window is counted by the {}", unit.value.to_lowercase());
        report.error(code::BAD_VALUE, &unit.span, &message).hint("known: Day, Week, Month, Quarter, Year");
        return None;
    };
    Some(Horizon::Calendar(Calendar { unit: civil, count: number as u32, zone, start: Some(start) }))
}

fn civil(unit: &str) -> Option<Unit> {
    Unit::ALL.into_iter().find(|known| known.word().eq_ignore_ascii_case(unit))
}

fn seconds(unit: &str) -> Option<i64> {
    Some(match unit {
        "Second" => 1,
        "Minute" => 60,
        "Hour" => 3600,
        "Day" => 86_400,
        "Week" => 7 * 86_400,
        "Month" => 30 * 86_400,
        "Quarter" => 90 * 86_400,
        "Year" => 365 * 86_400,
        _ => return None,
    })
}
