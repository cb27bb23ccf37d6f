//! Alert policies of Nobl9.

use std::collections::BTreeMap;

use super::{Here, Policy, Spot};
use crate::config::catalogue::draft::Burn;
use crate::config::catalogue::duration;
use crate::config::catalogue::reader::Reader;
use crate::config::code;
use crate::config::nearest::suggest;
use crate::config::shown::quoted;
use crate::domain::slo::tier::Comparison;

const BURN: &str = "averageBurnRate";
const MEASUREMENTS: &[&str] =
    &[BURN, "burnedBudget", "timeToBurnBudget", "timeToBurnEntireBudget", "budgetDrop"];

pub(super) fn policy(mut spec: Reader<'_, '_>, annotations: &BTreeMap<String, String>) -> Option<Policy> {
    let spot = Spot::of(&spec.span(), spec.report());
    for key in ["description", "coolDown", "alertMethods"] {
        spec.skip(key);
    }
    let severity = spec.text("severity");
    let severity = spec.required("severity", severity);
    let conditions = spec.maps("conditions");
    let conditions = spec.required("conditions", conditions);
    spec.finish();
    let runbook = ["runbook_url", "runbook"].iter().find_map(|key| annotations.get(*key)).cloned();
    let mut policy =
        Policy { spot, severity: severity?.value, burns: Vec::new(), others: Vec::new(), runbook };
    for condition in conditions? {
        self::condition(condition, &mut policy);
    }
    Some(policy)
}

fn condition(mut reader: Reader<'_, '_>, policy: &mut Policy) -> Option<()> {
    let report = reader.report();
    let measured = reader.text("measurement");
    let measured = reader.required("measurement", measured);
    let value = reader.field("value", "a number or a duration");
    reader.required("value", value);
    let (window, lasts) = (reader.text("alertingWindow"), reader.text("lastsFor"));
    let op = reader.text("op").map_or_else(|| "gte".to_owned(), |op| op.value);
    let measured = measured?;
    if measured.value != BURN {
        if !MEASUREMENTS.contains(&measured.value.as_str()) {
            let message = format!("`{}` is not a measurement of Nobl9", quoted(&measured.value));
            let hint = suggest(&measured.value, "known", MEASUREMENTS);
            report.error(code::UNKNOWN_WORD, &measured.span, &message).maybe_hint(hint);
        }
        policy.others.push(Here::new(measured, report));
        reader.finish();
        return None;
    }
    let threshold = reader.number("value");
    reader.finish();
    let Some(window) = window else {
        // A burn rate that lasts is no mean over a window.
        policy.others.push(Here::new(lasts.unwrap_or(measured), report));
        return None;
    };
    let lookback = duration::window(&window, report)?.value;
    let op = if op == "gt" { Comparison::Above } else { Comparison::AtLeast };
    policy.burns.push(Burn { lookback, op, threshold: threshold?.value });
    Some(())
}
