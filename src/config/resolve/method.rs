//! Budgeting methods, and the slices that some of them have.

use super::alerts::window;
use super::names::choice;
use crate::config::code;
use crate::config::doubt;
use crate::config::place::At;
use crate::config::raw;
use crate::config::report::Report;
use crate::domain::slo::method::Method;
use crate::domain::slo::target::Target;
use crate::domain::slo::window::Window;

#[derive(Clone, Copy, PartialEq)]
enum Word {
    Occurrences,
    Timeslices,
    RatioTimeslices,
}

const WORDS: &[(&str, Word)] = &[
    ("occurrences", Word::Occurrences),
    ("timeslices", Word::Timeslices),
    ("ratio-timeslices", Word::RatioTimeslices),
];

pub(super) fn method(raw: &raw::slo::Slo, report: &Report<'_>) -> Option<Method> {
    if let Some(typed) = raw.method.as_ref().filter(|_| raw.is_composite()) {
        let message = "`method` is not for a composite: its `rule` says what counts";
        report.error(code::CONFLICT, &typed.span, message).hint("leave `method` out");
        return None;
    }
    let word = match &raw.method {
        None => Word::Occurrences,
        Some(typed) => choice("method", typed, WORDS, report)?,
    };
    let (slice, target) = (raw.slice.as_ref(), raw.slice_target.as_ref());
    match word {
        Word::Occurrences => {
            let why = "there are no slices with the method occurrences";
            refuse(slice.into_iter().chain(target), why, report).then_some(Method::Occurrences)
        }
        Word::RatioTimeslices => {
            let slice = required("slice", slice, raw, report).and_then(|typed| width(typed, report));
            let why = "a slice has no target with the method ratio-timeslices: its ratio counts as it is";
            refuse(target.into_iter(), why, report).then_some(Method::RatioTimeslices { slice: slice? })
        }
        Word::Timeslices => {
            let slice = required("slice", slice, raw, report).and_then(|typed| width(typed, report));
            let target = required("slice_target", target, raw, report).and_then(|typed| goal(typed, report));
            Some(Method::Timeslices { slice: slice?, target: target? })
        }
    }
}

fn refuse<'t>(typed: impl Iterator<Item = &'t At<String>>, why: &str, report: &Report<'_>) -> bool {
    let mut fine = true;
    for typed in typed {
        report.error(code::CONFLICT, &typed.span, why).hint("leave it out, or choose the method timeslices");
        fine = false;
    }
    fine
}

fn required<'t>(
    key: &str,
    typed: Option<&'t At<String>>,
    raw: &raw::slo::Slo,
    report: &Report<'_>,
) -> Option<&'t At<String>> {
    if let (None, Some(method)) = (typed, &raw.method) {
        let message = format!("the method {} needs `{key}`", method.value);
        let example = if key == "slice" { "slice = \"5m\"" } else { "slice_target = \"95%\"" };
        report.error(code::MISSING_KEY, &method.span, &message).hint(&format!("for example {example}"));
    }
    typed
}

fn width(typed: &At<String>, report: &Report<'_>) -> Option<Window> {
    let slice = window(typed, report)?;
    report.is_sound(&typed.span, doubt::bad_slice(slice).as_ref()).then_some(slice)
}

fn goal(typed: &At<String>, report: &Report<'_>) -> Option<Target> {
    let found = typed.value.parse();
    if let Err(error) = &found {
        report.error(code::BAD_TARGET, &typed.span, &format!("{error}"));
    }
    found.ok()
}
