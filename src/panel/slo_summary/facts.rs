//! What is said below the gauge: how far to believe it, when it is empty, what it permits, what was promised.

use super::spaced;
use crate::domain::quantity::{percent, percent_figure};
use crate::domain::slo::policy::Stance;
use crate::domain::slo::sli::Unit;
use crate::domain::slo::status::{Data, SloStatus};
use crate::panel::data_state;
use crate::panel::objectives::budget_role;
use crate::panel::prose::{Piece, Prose, glued, piece};
use crate::panel::when::{ahead, moment, seconds, seen_at, unix_moment};
use crate::state::Model;
use crate::theme::Role;

/// Everything below the gauge, most urgent first.
pub(super) fn facts(model: &Model, slo: &SloStatus, columns: u16) -> Prose {
    let mut prose = Prose::new(columns);
    if slo.data != Data::Ok {
        prose.flow(2, &data(model, slo));
    }
    for line in [period(model, slo), outlook(model, slo), policy(model, slo), sla(slo)] {
        if !line.is_empty() {
            prose.flow(2, &line);
        }
    }
    maintenance(&mut prose, model, slo);
    for warning in &slo.warnings {
        prose.tagged((Role::Muted, "◆"), 2, &[piece(Role::Muted, warning.as_str())]);
    }
    prose
}

fn data(model: &Model, slo: &SloStatus) -> Vec<Piece> {
    let (words, meaning) = data_state::of(model, slo);
    let mut pieces = vec![piece(words.role, format!("{} {}", words.symbol, words.word))];
    pieces.push(piece(Role::Text, format!(": {meaning}")));
    if let Some(at) = slo.as_of.filter(|_| slo.data != Data::LowTraffic) {
        let now = seen_at(model);
        let age = seconds((now.timestamp() - at).max(0));
        let text = format!("{} ({age} ago)", unix_moment(at, now));
        pieces.extend([piece(Role::Muted, " · figures are of "), piece(Role::Text, glued(&text))]);
    }
    pieces
}

/// How much of a calendar period is left, and what the budget would be if it ended now.
fn period(model: &Model, slo: &SloStatus) -> Vec<Piece> {
    let Some((at, name)) = slo.as_of.and_then(|at| Some((at, slo.objective.period_name(at)?))) else {
        return Vec::new();
    };
    let end = slo.objective.span(at).to;
    let mut pieces = vec![piece(Role::Text, glued(&name))];
    match end - seen_at(model).timestamp() {
        left if left > 0 => {
            pieces.push(piece(Role::Muted, " ends in "));
            pieces.push(piece(Role::Text, glued(&seconds(left))));
        }
        _ => pieces.push(piece(Role::Muted, " has ended")),
    }
    if let Some(to_date) = slo.budget.and_then(|budget| budget.to_date) {
        pieces.push(piece(Role::Muted, "; of what has been so far "));
        pieces.push(piece(Role::Text, glued(&percent(to_date))));
        pieces.push(piece(Role::Muted, " would be left"));
    }
    pieces
}

/// When it is empty, and what comes back.
fn outlook(model: &Model, slo: &SloStatus) -> Vec<Piece> {
    let now = seen_at(model);
    let mut pieces = empties(slo);
    // A period gives all back at its end, of which its own line tells.
    if let Some(refill) = slo.forecast.refill.filter(|_| slo.objective.calendar.is_none()) {
        if !pieces.is_empty() {
            pieces.push(piece(Role::Muted, " · "));
        }
        pieces.push(piece(Role::Bright, glued(&format!("+{}", percent(refill.share)))));
        pieces.push(piece(Role::Muted, " back by "));
        pieces.push(piece(Role::Text, glued(&ahead(refill.at, now))));
        match model.log.leaving(slo) {
            Some(incident) => {
                pieces.push(piece(Role::Muted, " when "));
                pieces.push(piece(Role::Accent, incident.id()));
                pieces.push(piece(Role::Muted, " leaves"));
            }
            None => pieces.push(piece(Role::Muted, " as old errors leave")),
        }
    }
    pieces
}

fn empties(slo: &SloStatus) -> Vec<Piece> {
    let Some(left) = slo.standing() else { return Vec::new() };
    let rate = format!(" at the {} rate", slo.recent());
    if left <= 0.0 {
        return vec![piece(Role::Exhausted, "spent"), piece(Role::Muted, ": nothing is left to spend")];
    }
    match (slo.forecast.rolling, slo.forecast.naive) {
        (Some(left), naive) => {
            let mut pieces = vec![
                piece(Role::Text, "empty in "),
                piece(budget_role(slo), glued(&seconds(left))),
                piece(Role::Muted, rate),
            ];
            if let Some(naive) = naive.filter(|naive| left - naive > left / 20) {
                let text = format!(", {} if nothing left the window", seconds(naive));
                pieces.push(piece(Role::Muted, text));
            }
            pieces
        }
        (None, Some(naive)) => vec![
            piece(Role::Text, "never empty"),
            piece(Role::Muted, rate),
            piece(Role::Muted, format!(", or in {} if nothing left the window", seconds(naive))),
        ],
        (None, None) if slo.data.speaks() && slo.objective.calendar.is_some() => {
            vec![piece(Role::Text, "lasts until the period ends"), piece(Role::Muted, rate)]
        }
        (None, None) if slo.data.speaks() => {
            vec![piece(Role::Text, "never empty"), piece(Role::Muted, format!("{rate}: no errors"))]
        }
        (None, None) => Vec::new(),
    }
}

fn policy(model: &Model, slo: &SloStatus) -> Vec<Piece> {
    let mut pieces = vec![piece(Role::Muted, format!("policy {}: ", slo.objective.policy.name))];
    let Some(step) = &slo.step else {
        pieces.extend([piece(Role::Unknown, "unknown"), piece(Role::Muted, ", as the budget is not known")]);
        return pieces;
    };
    let (role, word) = match step.stance {
        Stance::Freeze => (budget_role(slo), step.word.to_uppercase()),
        Stance::Caution => (Role::Warn, step.word.clone()),
        Stance::Ship => (Role::Ok, step.word.clone()),
    };
    pieces.push(piece(role, word));
    if let Some(at) = model.log.step_since(slo) {
        let since = glued(&moment(at, seen_at(model)));
        pieces.extend([piece(Role::Muted, " since "), piece(Role::Text, since)]);
    }
    if !step.actions.is_empty() {
        pieces.push(piece(Role::Muted, format!(" · {}", step.actions.join(", "))));
    }
    pieces
}

/// What was taken out of the budget, what it would be otherwise, and what maintenance cost that counts.
fn maintenance(prose: &mut Prose, model: &Model, slo: &SloStatus) {
    if let Some(left) = slo.raw.as_ref().and_then(|raw| raw.budget.remaining) {
        let pieces =
            [piece(Role::Text, glued(&percent(left))), piece(Role::Muted, " left with everything counted")];
        prose.flow(2, &pieces);
    }
    for one in slo.corrections.iter().rev().take(MOST_WINDOWS) {
        let last = one.spans.last().map_or_else(String::new, |span| unix_moment(span.from, seen_at(model)));
        let times = if one.spans.len() > 1 { format!("{}x, last ", one.spans.len()) } else { String::new() };
        let counted = if one.excluded { "left out" } else { "counts" };
        let cost =
            one.cost.map_or_else(String::new, |cost| format!(", {} of the budget", glued(&percent(cost))));
        let pieces = [
            piece(Role::Text, format!("maintenance {}", one.title)),
            piece(
                Role::Muted,
                format!(" · {times}{} for {} · {counted}{cost}", glued(&last), seconds(one.seconds())),
            ),
        ];
        prose.tagged((Role::Mark, "◆"), 2, &pieces);
    }
    let more = slo.corrections.len().saturating_sub(MOST_WINDOWS);
    if more > 0 {
        prose.flow(2, &[piece(Role::Muted, format!("and {more} more windows"))]);
    }
}

/// Maintenance windows named; the latest.
const MOST_WINDOWS: usize = 4;

fn sla(slo: &SloStatus) -> Vec<Piece> {
    let mut pieces = Vec::new();
    if let Some(sla) = slo.sla {
        pieces.push(piece(Role::Muted, format!("SLA {} ", glued(&spaced(&sla.target.to_string())))));
        pieces.push(match sla.met {
            Some(true) => piece(Role::Ok, "held"),
            Some(false) => piece(Role::Exhausted, "BROKEN"),
            None => piece(Role::Unknown, "not known"),
        });
        let points = percent_points(sla.buffer_points);
        let buffer = format!("{points} points, {:.1} min", sla.buffer_minutes);
        pieces.push(piece(Role::Muted, format!(" · buffer {}", glued(&buffer))));
    }
    if let Some(cost) = slo.budget.and_then(|budget| budget.cost_of_one()) {
        let gap = if pieces.is_empty() { "" } else { " · " };
        let (least, of) = least(slo);
        let text = format!("{gap}{least} = {}", glued(&small_percent(cost * of)));
        pieces.push(piece(Role::Muted, text));
    }
    pieces
}

/// The least that can be bad, or a minute, and how many of the unit it is.
fn least(slo: &SloStatus) -> (String, f64) {
    match (slo.objective.method.slice(), slo.objective.unit()) {
        (Some(slice), Unit::Minutes) if slo.objective.grain() > 0.0 => {
            (format!("1 slice of {slice}"), slice.as_minutes())
        }
        (_, Unit::Minutes) => ("1 minute".to_owned(), 1.0),
        (_, Unit::Samples) => ("1 sample".to_owned(), 1.0),
        (_, Unit::Events) => ("1 error".to_owned(), 1.0),
    }
}

/// A difference of two targets in percentage points, with the digits that matter.
fn percent_points(points: f64) -> String {
    let text = format!("{:.4}", points * 100.0);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// `0.0008 %`: one figure that is not zero, however small.
fn small_percent(share: f64) -> String {
    let value = share * 100.0;
    if value >= 1.0 || value <= 0.0 {
        return format!("{} %", percent_figure(share));
    }
    let digits = (-value.log10().floor()).clamp(1.0, 12.0) as usize;
    format!("{value:.digits$} %")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_shares_keep_a_figure() {
        assert_eq!(small_percent(1.0 / 129_600.0), "0.0008 %");
        assert_eq!(small_percent(0.25), "25 %");
        assert_eq!(small_percent(0.003), "0.3 %");
        assert_eq!([percent_points(0.004), percent_points(0.0)], ["0.4", "0"]);
    }
}
