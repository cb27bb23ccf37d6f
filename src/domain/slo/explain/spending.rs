//! From counts to the remaining budget.

use super::Row;
use super::evidence::minute;
use crate::domain::quantity::{exact, ratio};
use crate::domain::slo::objective::Objective;
use crate::domain::slo::sli::Sli;
use crate::domain::slo::status::SloStatus;
use crate::domain::slo::window::Window;

fn method(objective: &Objective) -> Row {
    match &objective.sli {
        Sli::Composite(composite) => Row::fact("rule", composite.rule.word()),
        _ => Row::fact("method", objective.method.word()),
    }
}

pub(super) fn rows(status: &SloStatus) -> Vec<Row> {
    let objective = &status.objective;
    let (Some(reading), Some(budget)) = (status.reading, status.budget) else { return Vec::new() };
    let (bad, total) = (reading.tally.bad, reading.tally.total);
    let unit = objective.unit().word();
    let share = plain(objective.target.budget());
    let mut rows = vec![
        Row::fact("window", window(status)),
        method(objective),
        Row::fact("counted", format!("{} bad of {} {unit}", exact(bad), exact(total))),
    ];
    if let Some(errors) = reading.tally.error_ratio() {
        let values = format!("1 − {} / {}", exact(bad), exact(total));
        rows.push(Row::sum("SLI", "1 − bad / total", values, ratio(1.0 - errors)));
    }
    let expected = if objective.calendar.is_some() && objective.target.budget() > 0.0 {
        budget.allowed_bad / objective.target.budget()
    } else {
        total
    };
    let total_word = if objective.calendar.is_some() { "total expected" } else { "total" };
    rows.push(Row::sum(
        "allowed",
        format!("(1 − target) × {total_word}"),
        format!("{share} × {}", exact(expected)),
        format!("{} {unit}", exact(budget.allowed_bad)),
    ));
    if let Some(remaining) = budget.remaining {
        let values = format!("1 − {} / {}", exact(bad), exact(budget.allowed_bad));
        rows.push(Row::sum("remaining", "1 − bad / allowed", values, hundredths(remaining)));
    } else if status.is_broken() {
        rows.push(Row::fact("remaining", format!("none: no bad {unit} are allowed")));
    }
    if let Some(to_date) = budget.to_date {
        let values = format!("1 − {} / ({share} × {})", exact(bad), exact(total));
        rows.push(Row::sum("to date", "1 − bad / allowed so far", values, hundredths(to_date)));
    }
    if let Some(left) = budget.minutes_left {
        rows.push(Row::sum(
            "as outage",
            "remaining × (1 − target) × window",
            format!("{} × {share} × {}", plain(budget.remaining.unwrap_or(0.0)), length(status)),
            format!("{left:.1} of {:.1} minutes of complete outage", budget.minutes),
        ));
    }
    rows
}

/// Of the window, or of the period that the figures are of.
fn length(status: &SloStatus) -> Window {
    status.as_of.map_or(status.objective.window, |at| status.objective.span(at).length())
}

fn window(status: &SloStatus) -> String {
    let objective: &Objective = &status.objective;
    match (objective.calendar, status.as_of) {
        (Some(calendar), Some(at)) => {
            let span = calendar.period(at);
            format!("{}, {} to {}", calendar.name(at), minute(span.from), minute(span.to))
        }
        _ => format!("{} rolling", objective.window),
    }
}

/// `11.46 %`: fine enough to follow the sum.
pub(super) fn hundredths(share: f64) -> String {
    format!("{:.2} %", share * 100.0)
}

/// Up to six digits behind the point: `0.001`, `0.0005`, `12`; as many as it takes where those are all 0.
pub(super) fn plain(value: f64) -> String {
    if value.abs() < 1e-6 {
        return format!("{value}");
    }
    let text = format!("{value:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_budget_is_not_said_to_be_none() {
        assert_eq!([0.001, 0.0, 12.0, 0.000_000_1].map(plain), ["0.001", "0", "12", "0.0000001"]);
    }
}
