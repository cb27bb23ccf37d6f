//! Kinds that are a share of time: ratio, threshold, freshness, throughput.

use super::keys::Keys;
use crate::config::code;
use crate::config::resolve::alerts::window;
use crate::config::resolve::names::choice;
use crate::domain::slo::sli::{Freshness, Op, Ratio, Side, Sli, Threshold, Throughput};

pub(super) fn ratio(keys: &Keys<'_, '_>) -> Option<Sli> {
    let sides = [("bad_ratio", Side::Bad), ("good_ratio", Side::Good)];
    let (side, ratio) = keys.one_of(sides, "leave one out: good is 1 − bad")?;
    Some(Sli::Ratio(Ratio { side, ratio: ratio.value }))
}

pub(super) fn threshold(keys: &Keys<'_, '_>) -> Option<Sli> {
    let value = keys.required("value");
    let op = keys.required("op").and_then(|typed| choice("comparison", &typed, &Op::ALL, keys.report));
    let bound = keys.number("bound");
    Some(Sli::Threshold(Threshold { value: value?.value, op: op?, bound: bound?.value }))
}

pub(super) fn freshness(keys: &Keys<'_, '_>) -> Option<Sli> {
    let timestamp = keys.required("timestamp");
    let max_age = keys.required("max_age").and_then(|typed| window(&typed, keys.report));
    Some(Sli::Freshness(Freshness { timestamp: timestamp?.value, max_age: max_age? }))
}

pub(super) fn throughput(keys: &Keys<'_, '_>) -> Option<Sli> {
    let counter = keys.required("counter");
    let at_least = keys.number("at_least")?;
    if at_least.value <= 0.0 {
        keys.report
            .error(code::BAD_VALUE, &at_least.span, "`at_least` must be above 0")
            .hint("it is how many a second have to get through, such as 0.5");
        return None;
    }
    Some(Sli::Throughput(Throughput { counter: counter?.value, at_least: at_least.value }))
}
