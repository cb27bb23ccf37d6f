//! SLOs of `OpenSLO` v1 and v2alpha.

use super::alert::policy_use;
use super::metadata::description;
use super::shorthand::{time_window, window};
use super::sli::usage;
use super::{Budgeting, Here, Measure, Objective, Slo, Spot, Use, Version};
use crate::config::catalogue::draft::Goal;
use crate::config::catalogue::few;
use crate::config::catalogue::indicator::OPERATORS;
use crate::config::catalogue::percent;
use crate::config::catalogue::reader::Reader;
use crate::config::catalogue::spot::Note;
use crate::config::code;
use crate::config::nearest::suggest;
use crate::config::place::At;
use crate::config::shown::quoted;
use crate::domain::slo::sli::Op;
use crate::domain::slo::target::Target;
use crate::domain::slo::window::Window;

/// How the two versions call the same things.
fn names(version: Version) -> (&'static str, (&'static str, &'static str)) {
    match version {
        Version::V2Alpha => ("serviceRef", ("sli", "sliRef")),
        _ => ("service", ("indicator", "indicatorRef")),
    }
}

pub(super) fn slo(reader: &mut Reader<'_, '_>, version: Version) -> Option<Slo> {
    let report = reader.report();
    let (service, indicators) = names(version);
    let spec = reader.map("spec");
    let mut spec = reader.required("spec", spec)?;
    let mut notes = Vec::new();
    let description = description(&mut spec);
    let service = named_service(&mut spec, service);
    let method = budgeting(&mut spec);
    let window = time_window(&mut spec, version, &mut notes);
    let broken = window.is_none()
        && spec.entries().iter().any(|entry| entry.key.value == "timeWindow" && !entry.value.is_null());
    let indicator = usage(&mut spec, indicators, version);
    let given = indicators_written(&spec, indicators);
    let policies = few::policies(spec.maps("alertPolicies").unwrap_or_default(), &spec);
    let policies = policies.into_iter().filter_map(|policy| policy_use(policy, version)).collect();
    let objectives = spec.maps("objectives");
    let objectives = spec.required("objectives", objectives);
    if objectives.as_ref().is_some_and(Vec::is_empty) {
        report.error(code::BAD_VALUE, &spec.span(), "`objectives` is empty");
    }
    let form = Form { version, method: method?, inline: indicator.as_ref() };
    let objectives = few::objectives(objectives.unwrap_or_default(), &spec);
    let written = objectives.len();
    let composite = objectives.iter().any(|objective| indicators_written(objective, indicators));
    let objectives: Vec<_> = objectives
        .into_iter()
        .enumerate()
        .filter_map(|(index, objective)| Some((index, form.objective(objective, composite)?)))
        .collect();
    let (span, what) = (spec.span(), spec.what());
    spec.finish();
    if given == composite && written > 0 {
        let (inline, reference) = indicators;
        let which = if given {
            "both in `spec` and in `objectives`"
        } else {
            "neither in `spec` nor in `objectives`"
        };
        let message = format!("{what} has an indicator {which}");
        let hint = format!("`{inline}` or `{reference}` belongs in one of them");
        report.error(code::CONFLICT, &span, &message).hint(&hint);
        return None;
    }
    if broken || (given && indicator.is_none()) {
        return None;
    }
    Some(Slo {
        service: service?,
        description,
        method: form.method,
        window,
        indicator,
        composite,
        objectives,
        written,
        policies,
        notes,
    })
}

pub(super) fn named_service(spec: &mut Reader<'_, '_>, key: &'static str) -> Option<Here<String>> {
    let service = spec.text(key);
    let report = spec.report();
    let service = spec.required(key, service)?;
    if service.value.trim().is_empty() {
        report.error(code::BAD_VALUE, &service.span, &format!("`{key}` is empty"));
        return None;
    }
    Some(Here::new(service, report))
}

fn indicators_written(reader: &Reader<'_, '_>, (inline, reference): (&str, &str)) -> bool {
    [inline, reference].iter().any(|key| reader.entry(key).is_some())
}

pub(super) fn budgeting(spec: &mut Reader<'_, '_>) -> Option<Budgeting> {
    const METHODS: [(&str, Budgeting); 3] = [
        ("Occurrences", Budgeting::Occurrences),
        ("Timeslices", Budgeting::Timeslices),
        ("RatioTimeslices", Budgeting::RatioTimeslices),
    ];
    let written = spec.text("budgetingMethod");
    let written = spec.required("budgetingMethod", written)?;
    let found = METHODS.iter().find(|(word, _)| *word == written.value).map(|(_, method)| *method);
    if found.is_none() {
        let message = format!("`{}` is not a budgeting method", quoted(&written.value));
        let known: Vec<&str> = METHODS.iter().map(|(word, _)| *word).collect();
        let hint = suggest(&written.value, "known", &known);
        spec.report().error(code::UNKNOWN_WORD, &written.span, &message).maybe_hint(hint);
    }
    found
}

/// What the objectives of one SLO have in common.
struct Form<'s> {
    version: Version,
    method: Budgeting,
    inline: Option<&'s Use<super::Sli>>,
}

impl Form<'_> {
    fn objective(&self, mut reader: Reader<'_, '_>, composite: bool) -> Option<Objective> {
        let report = reader.report();
        let spot = Spot::of(&reader.span(), report);
        let title = reader.text("displayName").map(|title| Here::new(title, report));
        let mut notes = Vec::new();
        let (op, value) = self.comparison(&mut reader);
        let goal = goal(&mut reader);
        let (slice, slice_target) = self.slices(&mut reader, &mut notes);
        let indicator = usage(&mut reader, names(self.version).1, self.version);
        let weight = weight(&mut reader);
        let (span, what) = (reader.span(), reader.what());
        reader.finish();
        if composite && indicator.is_none() {
            let message = format!("{what} has no indicator of its own, as the other objectives have");
            report.error(code::MISSING_KEY, &span, &message);
            return None;
        }
        let complete = match self.method {
            Budgeting::Occurrences => true,
            Budgeting::Timeslices => slice.is_some() && slice_target.is_some(),
            Budgeting::RatioTimeslices => slice.is_some(),
        };
        let goal = goal.filter(|_| complete)?;
        Some(Objective {
            spot,
            title,
            op,
            value,
            goal,
            slice,
            slice_target,
            indicator,
            weight: weight?,
            notes,
        })
    }

    /// `op` and `value`, which mean something for a threshold metric only.
    fn comparison(&self, reader: &mut Reader<'_, '_>) -> (Option<Here<Op>>, Option<Here<f64>>) {
        let report = reader.report();
        let op = operator(reader);
        let value = reader.number("value").map(|value| Here::new(value, report));
        if let Some(Use::Inline(sli)) = self.inline
            && matches!(sli.measure, Measure::Threshold(_))
        {
            reader.required("op", op.clone());
            reader.required("value", value.clone());
        }
        (op, value)
    }

    fn slices(&self, reader: &mut Reader<'_, '_>, notes: &mut Vec<Note>) -> (Option<Window>, Option<Target>) {
        let slice = slice(reader, self.version, notes);
        let target = slice_target(reader);
        if self.method != Budgeting::Occurrences {
            reader.required("timeSliceWindow", slice);
        }
        if self.method == Budgeting::Timeslices {
            reader.required("timeSliceTarget", target);
        }
        let idle: &[&str] = match self.method {
            Budgeting::Occurrences => &["timeSliceWindow", "timeSliceTarget"],
            Budgeting::Timeslices => &[],
            Budgeting::RatioTimeslices => &["timeSliceTarget"],
        };
        let idle = idle.iter().filter_map(|key| reader.entry(key));
        notes.extend(idle.map(|entry| {
            let text = "this means nothing with the budgeting method of the SLO";
            Spot::of(&entry.key.span, reader.report()).note(text)
        }));
        (slice, target)
    }
}

/// A bare number counts minutes, as the text of the standard has it.
fn slice(reader: &mut Reader<'_, '_>, version: Version, notes: &mut Vec<Note>) -> Option<Window> {
    let report = reader.report();
    let bare =
        reader.text("timeSliceWindow").filter(|text| text.value.parse::<u32>().is_ok_and(|count| count > 0));
    if let Some(bare) = bare {
        notes.push(Spot::of(&bare.span, report).note("a bare number is taken for minutes"));
        return bare.value.parse::<u32>().ok().map(|minutes| Window::minutes(i64::from(minutes)));
    }
    window(reader, "timeSliceWindow", version).map(|window| window.value)
}

/// Above 0 and at most 1.
pub(in crate::config::catalogue) fn slice_target(reader: &mut Reader<'_, '_>) -> Option<Target> {
    let written = reader.decimal("timeSliceTarget")?;
    let share = written.value.parse().is_ok_and(|share: f64| share > 0.0 && share <= 1.0);
    let found = written.value.parse().ok().filter(|_| share);
    if found.is_none() {
        let message =
            format!("`timeSliceTarget` must be above 0 and at most 1, not {}", quoted(&written.value));
        reader.report().error(code::BAD_TARGET, &written.span, &message);
    }
    found
}

fn weight(reader: &mut Reader<'_, '_>) -> Option<f64> {
    let Some(weight) = reader.number("compositeWeight") else { return Some(1.0) };
    if weight.value <= 0.0 {
        reader.report().error(code::BAD_VALUE, &weight.span, "`compositeWeight` must be above 0");
        return None;
    }
    Some(weight.value)
}

pub(in crate::config::catalogue) fn operator(reader: &mut Reader<'_, '_>) -> Option<Here<Op>> {
    let report = reader.report();
    let written = reader.text("op")?;
    let found = OPERATORS.iter().find(|(word, _)| *word == written.value).map(|(_, op)| *op);
    let Some(op) = found else {
        let message = format!("`{}` is not an operator", quoted(&written.value));
        let hint = suggest(&written.value, "known", &OPERATORS.map(|(word, _)| word));
        report.error(code::UNKNOWN_WORD, &written.span, &message).maybe_hint(hint);
        return None;
    };
    Some(Here { value: op, spot: Spot::of(&written.span, report) })
}

/// Exactly one of `target` and `targetPercent`.
fn goal(reader: &mut Reader<'_, '_>) -> Option<Here<Goal>> {
    let report = reader.report();
    let (ratio, percent) = (reader.decimal("target"), reader.decimal("targetPercent"));
    match (ratio, percent) {
        (Some(ratio), None) => self::ratio(&ratio, reader),
        (None, Some(percent)) => {
            percent::doubt(&percent, "`targetPercent`", report);
            checked(&percent, 100.0, Goal::Percent, reader)
        }
        (Some(_), Some(percent)) => {
            let message = "`target` and `targetPercent` are both given";
            report.error(code::CONFLICT, &percent.span, message).hint("leave one of them out");
            None
        }
        (None, None) => {
            let message = format!("{} has no target", reader.what());
            let hint = "give `target` as a ratio below 1, or `targetPercent`";
            // What is written and wrong has been told already.
            if reader.entry("target").is_none() && reader.entry("targetPercent").is_none() {
                report.error(code::MISSING_KEY, &reader.span(), &message).hint(hint);
            }
            None
        }
    }
}

pub(in crate::config::catalogue) fn ratio(
    written: &At<String>,
    reader: &Reader<'_, '_>,
) -> Option<Here<Goal>> {
    checked(written, 1.0, Goal::Ratio, reader)
}

/// Of a format that takes a target without a budget.
pub(in crate::config::catalogue) fn ratio_or_one(
    written: &At<String>,
    reader: &Reader<'_, '_>,
) -> Option<Here<Goal>> {
    if written.value.parse().is_ok_and(|ratio: f64| ratio == 1.0) {
        return Some(Here {
            value: Goal::Ratio("1".to_owned()),
            spot: Spot::of(&written.span, reader.report()),
        });
    }
    ratio(written, reader)
}

/// From 0 to below `one`; and above 0, for below that there is nothing to watch.
fn checked(
    written: &At<String>,
    one: f64,
    goal: fn(String) -> Goal,
    reader: &Reader<'_, '_>,
) -> Option<Here<Goal>> {
    let number: f64 = written.value.parse().ok()?;
    let found = goal(written.value.clone());
    if number > 0.0 && number < one && found.target().is_ok() {
        return Some(Here { value: found, spot: Spot::of(&written.span, reader.report()) });
    }
    let text = quoted(&written.value);
    let message = if one == 1.0 && number > 1.0 && number <= 100.0 {
        format!("the target {text} is not a ratio below 1")
    } else if number == one {
        format!("a target of {text} leaves no error budget, which the format does not allow")
    } else {
        format!("the target {text} is not between 0 and {one}")
    };
    let hint = if one == 1.0 { "write a ratio such as 0.999" } else { "write a percentage such as 99.9" };
    reader.report().error(code::BAD_TARGET, &written.span, &message).hint(hint);
    None
}
