//! Alert policies of Nobl9.

use std::collections::BTreeMap;

use super::{Here, Policy, Spot};
use crate::config::catalogue::draft::Burn;
use crate::config::catalogue::duration;
use crate::config::catalogue::reader::Reader;
use crate::config::code;
use crate::config::nearest::suggest;
use crate::config::place::At;
use crate::config::report::Report;
use crate::config::shown::quoted;
use crate::domain::slo::tier::Comparison;
use crate::domain::slo::tool::runbook;

const BURN: &str = "averageBurnRate";
const MEASUREMENTS: &[&str] =
    &[BURN, "burnedBudget", "timeToBurnBudget", "timeToBurnEntireBudget", "budgetDrop"];

pub(super) fn policy(mut spec: Reader<'_, '_>, annotations: &BTreeMap<String, String>) -> Option<Policy> {
    let spot = Spot::of(&spec.span(), spec.report());
    for key in ["description", "alertMethods"] {
        spec.skip(key);
    }
    let text = "`coolDown` is not carried: here an alert is over as soon as its burn rate is down again";
    spec.leave_out("coolDown", text, None);
    let severity = spec.text("severity");
    let severity = spec.required("severity", severity);
    let conditions = spec.maps("conditions");
    let conditions = spec.required("conditions", conditions);
    spec.finish();
    let runbook = runbook(annotations).cloned();
    let mut policy =
        Policy { spot, severity: severity?.value, burns: Vec::new(), others: Vec::new(), runbook };
    for condition in conditions? {
        match self::condition(condition) {
            Ok(burn) => policy.burns.push(burn),
            Err(other) => policy.others.push(other),
        }
    }
    Some(policy)
}

/// The burn rate, or what it is an alert on that is none. All conditions must hold at once, so that one which cannot
/// be read leaves no alert rather than a looser one.
fn condition(mut reader: Reader<'_, '_>) -> Result<Burn, Here<String>> {
    let report = reader.report();
    let unread = Here { value: "what cannot be read".to_owned(), spot: Spot::of(&reader.span(), report) };
    let measured = reader.text("measurement");
    let measured = reader.required("measurement", measured);
    let value = reader.field("value", "a number or a duration");
    reader.required("value", value);
    let (window, lasts, op) = (reader.text("alertingWindow"), reader.text("lastsFor"), reader.text("op"));
    let is_burn = measured.as_ref().is_some_and(|measured| measured.value == BURN);
    let threshold = is_burn.then(|| reader.number("value")).flatten();
    reader.finish();
    let Some(measured) = measured else { return Err(unread) };
    if !is_burn {
        if !MEASUREMENTS.contains(&measured.value.as_str()) {
            let message = format!("`{}` is not a measurement of Nobl9", quoted(&measured.value));
            let hint = suggest(&measured.value, "known", MEASUREMENTS);
            report.error(code::UNKNOWN_WORD, &measured.span, &message).maybe_hint(hint);
        }
        return Err(Here::new(measured, report));
    }
    // A burn rate that lasts is no mean over a window.
    let window = window.ok_or_else(|| Here::new(lasts.unwrap_or(measured), report))?;
    let lookback = duration::window(&window, report);
    let op = comparison(op.as_ref(), report);
    let (Some(lookback), Some(op), Some(threshold)) = (lookback, op, threshold) else {
        return Err(unread);
    };
    Ok(Burn { lookback: lookback.value, op, threshold: threshold.value })
}

fn comparison(op: Option<&At<String>>, report: &Report<'_>) -> Option<Comparison> {
    let Some(op) = op else { return Some(Comparison::AtLeast) };
    match op.value.as_str() {
        "gt" => Some(Comparison::Above),
        "gte" => Some(Comparison::AtLeast),
        other => {
            let message = format!("a burn rate alert cannot fire by `{}`", quoted(other));
            report.error(code::UNKNOWN_WORD, &op.span, &message).hint("known: gt, gte");
            None
        }
    }
}
