//! The maintenance windows that a budget has seen, and what it is with and without them.

use chrono::TimeDelta;

use super::Row;
use super::evidence::minute;
use super::spending::hundredths;
use crate::domain::quantity::{duration, exact, percent};
use crate::domain::slo::correction::Applied;
use crate::domain::slo::status::SloStatus;

/// Windows told of; the latest. The JSON of `status` has them all.
const MOST: usize = 20;

pub(super) fn rows(status: &SloStatus) -> Vec<Row> {
    let unit = status.objective.unit().word();
    let mut rows: Vec<Row> =
        status.corrections.iter().rev().take(MOST).map(|one| window(one, unit)).collect();
    let more = status.corrections.len().saturating_sub(MOST);
    if more > 0 {
        rows.push(Row::fact("and", format!("{more} more windows")));
    }
    if let Some(raw) = status.raw.as_ref().and_then(|raw| raw.budget.remaining) {
        rows.push(Row::fact("raw", format!("{} left with everything counted", hundredths(raw))));
        let left = status.remaining().map_or_else(|| "not known".to_owned(), hundredths);
        rows.push(Row::fact("corrected", format!("{left} left without what is left out")));
    }
    rows
}

/// `title: 2 times, last … to …, 1h in all, 12 bad of 3 400 events, 4 % of the budget; reason`.
fn window(one: &Applied, unit: &str) -> Row {
    let times = match one.spans.len() {
        0 | 1 => String::new(),
        count => format!("{count} times, last "),
    };
    let last = one.spans.last();
    let last =
        last.map_or_else(String::new, |last| format!("{} to {}, ", minute(last.from), minute(last.to)));
    let lasted = duration(TimeDelta::seconds(one.seconds()));
    let counted = format!("{} bad of {} {unit}", exact(one.tally.bad), exact(one.tally.total));
    let cost = one.cost.map_or_else(String::new, |cost| format!(", {} of the budget", percent(cost)));
    let reason = one.reason.as_ref().map_or_else(String::new, |reason| format!("; {reason}"));
    let text = format!("{}: {times}{last}{lasted} in all, {counted}{cost}{reason}", one.title);
    Row::fact(if one.excluded { "left out" } else { "counts" }, text)
}
