//! `AlertWindows`: over which windows Sloth alerts for SLOs of one period.

use crate::config::catalogue::kubernetes::metadata;
use crate::config::catalogue::reader::Reader;
use crate::config::code;
use crate::config::origin::Origin;
use crate::config::place::At;
use crate::domain::slo::window::Window;

#[derive(Clone, Debug, PartialEq)]
pub struct AlertWindows {
    pub origin: Origin,
    /// The window of the SLOs that these are for.
    pub period: At<Window>,
    pub page: Pair,
    pub ticket: Pair,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    pub quick: Tier,
    pub slow: Tier,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Tier {
    /// Share of the period's budget that is spent when the long window is over, in percent, above 0. The
    /// burn rate is `percent / 100 * period / long`.
    pub percent: At<f64>,
    pub short: At<Window>,
    pub long: At<Window>,
}

pub(crate) fn read_windows(mut reader: Reader<'_, '_>) -> Option<AlertWindows> {
    let origin = reader.origin();
    metadata(&mut reader);
    let spec = reader.map("spec");
    let spec = reader.required("spec", spec);
    reader.finish_ignored("Sloth");
    let mut spec = spec?;
    let period = window(&mut spec, "sloPeriod");
    let page = spec.map("page");
    let page = spec.required("page", page).and_then(pair);
    let ticket = spec.map("ticket");
    let ticket = spec.required("ticket", ticket).and_then(pair);
    spec.finish_ignored("Sloth");
    Some(AlertWindows { origin, period: period?, page: page?, ticket: ticket? })
}

fn pair(mut reader: Reader<'_, '_>) -> Option<Pair> {
    let quick = reader.map("quick");
    let quick = reader.required("quick", quick).and_then(tier);
    let slow = reader.map("slow");
    let slow = reader.required("slow", slow).and_then(tier);
    reader.finish_ignored("Sloth");
    Some(Pair { quick: quick?, slow: slow? })
}

fn tier(mut reader: Reader<'_, '_>) -> Option<Tier> {
    let report = reader.report();
    let percent = reader.number("errorBudgetPercent");
    let percent = reader.required("errorBudgetPercent", percent).filter(|percent| {
        let good = percent.value > 0.0;
        if !good {
            report.error(code::BAD_VALUE, &percent.span, "`errorBudgetPercent` must be above 0");
        }
        good
    });
    let (short, long) = (window(&mut reader, "shortWindow"), window(&mut reader, "longWindow"));
    reader.finish_ignored("Sloth");
    let (short, long) = (short?, long?);
    if short.value >= long.value {
        let found =
            report.error(code::CONFLICT, &short.span, "the short window is not shorter than the long");
        found.also(&long.span, "the long window");
        return None;
    }
    Some(Tier { percent: percent?, short, long })
}

fn window(reader: &mut Reader<'_, '_>, key: &'static str) -> Option<At<Window>> {
    let text = reader.text(key);
    let text = reader.required(key, text)?;
    super::super::duration::window(&text, reader.report())
}
