//! What the budget permits and since when, and whether the pager says what our tiers say.

use super::Row;
use crate::domain::journal::State;
use crate::domain::quantity::percent;
use crate::domain::slo::pager::{Accord, Agreement, Hearing, Opinion};
use crate::domain::slo::policy::Step;
use crate::domain::slo::status::SloStatus;

pub(super) fn policy(status: &SloStatus, log: &State) -> Vec<Row> {
    let Some(step) = &status.step else { return Vec::new() };
    let since = log.step_since(status).map(|at| super::evidence::minute(at.timestamp()));
    let since = since.map_or_else(|| "as far back as is known".to_owned(), |at| format!("since {at}"));
    let mut rows = vec![
        Row::fact("ladder", status.objective.policy.name.as_str()),
        Row::sum("step", bound(step, status.standing()), String::new(), format!("{} {since}", step.word)),
    ];
    if !step.actions.is_empty() {
        rows.push(Row::fact("which means", step.actions.join(", ")));
    }
    rows
}

fn bound(step: &Step, left: Option<f64>) -> String {
    let mark = step.recover_above.filter(|_| left.is_some_and(|left| !step.holds(left)));
    match (step.below, mark) {
        (_, Some(mark)) => format!("remaining not yet above {}", percent(mark)),
        (None, _) => "remaining above all other steps".to_owned(),
        (Some(limit), _) if step.inclusive => format!("remaining ≤ {}", percent(limit)),
        (Some(limit), _) => format!("remaining < {}", percent(limit)),
    }
}

pub(super) fn pager(status: &SloStatus) -> Vec<Row> {
    let Some(pager) = &status.pager else { return Vec::new() };
    match &pager.hearing {
        Hearing::NotAsked => vec![Row::fact("pager", "not heard yet")],
        Hearing::Refused(why) => vec![Row::fact("pager", format!("cannot be read: {why}"))],
        Hearing::NoPager => vec![Row::fact("pager", "none found: the backend has no alerts at all")],
        Hearing::Heard => pager.opinions.iter().map(|opinion| compared(pager, *opinion)).collect(),
    }
}

fn compared(pager: &Agreement, opinion: Opinion) -> Row {
    let said = |fires: Option<bool>| match fires {
        Some(true) => "firing",
        Some(false) => "quiet",
        None => "not known",
    };
    let names = pager.names(opinion.severity, true);
    let names = if names.is_empty() { names } else { format!(" ({names})") };
    let accord = match opinion.accord {
        Accord::Agree => "they agree",
        Accord::Settling => "settling",
        Accord::OnlyPager | Accord::OnlyUs => "they DIFFER",
        Accord::Unknown => "not comparable",
    };
    let text = format!("pager {}{names}, our tiers {}: {accord}", said(opinion.pager), said(opinion.ours));
    Row::fact(opinion.severity.word(), text)
}
