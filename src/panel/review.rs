//! The review: what the last seven days cost, by objective and by incident.

use super::folding::{families, whole_name};
use super::prose::{Prose, glued, piece};
use super::when::{clock, day, seen_at};
use super::{Height, Panel, Pen};
use crate::domain::incident::{Clocks, Incident};
use crate::domain::quantity::{count, duration, percent, ratio};
use crate::domain::slo::span::Span;
use crate::domain::slo::spent::{Costs, costs, worst_hour};
use crate::domain::slo::status::SloStatus;
use crate::state::{Model, PanelId};
use crate::theme::Role;
use chrono::{DateTime, TimeDelta, Utc};

pub(super) struct Review;

const PERIOD: TimeDelta = TimeDelta::days(7);
/// Fewer incidents than this say nothing about a trend.
const TREND: usize = 10;

impl Panel for Review {
    fn id(&self) -> PanelId {
        PanelId::Review
    }

    fn title(&self) -> &'static str {
        "review"
    }

    fn height(&self, model: &Model, columns: u16) -> Height {
        document(model, columns).height()
    }

    fn draw(&self, pen: &mut Pen<'_>) {
        document(pen.model, pen.area.width).page(pen, self.id(), self.title(), "last 7 days".to_owned());
    }
}

fn document(model: &Model, columns: u16) -> Prose {
    let mut prose = Prose::new(columns);
    let now = seen_at(model);
    let stretch = Span::readable((now - PERIOD).timestamp(), now.timestamp());
    let of_period: Vec<&Incident> =
        model.log.incidents.values().map(AsRef::as_ref).filter(|one| in_period(one, now)).collect();
    prose.heading("objectives over 7 days");
    if let Some(stretch) = stretch {
        // Of a group the child that spent most in the period speaks.
        let spent = |slo: &SloStatus| {
            let allowed = slo.budget.map(|budget| budget.allowed_bad).filter(|allowed| *allowed > 0.0);
            stretch
                .read(&slo.ledger)
                .zip(allowed)
                .map_or(0.0, |(reading, allowed)| reading.tally.bad / allowed)
        };
        let all = model.snapshot().worst_first().into_iter().map(|slo| (slo, spent(slo)));
        for family in families(all, |one, other| one > other) {
            objective(&mut prose, (family.worst, family.count), stretch, &of_period, now);
        }
    }
    if model.snapshot().slos().next().is_none() {
        prose.flow(0, &[piece(Role::Muted, "nothing is known of any objective yet")]);
    }
    incidents(&mut prose, &of_period, now);
    prose
}

fn in_period(incident: &Incident, now: DateTime<Utc>) -> bool {
    let began = incident.clocks.start();
    // A duplicate has no end and no cost of its own: the incident it was merged into has them.
    incident.duplicate_of.is_none()
        && began.is_some_and(|at| at <= now)
        && incident.ended().is_none_or(|at| at >= now - PERIOD)
}

/// The middle of sorted spans; of an even number the mean of the two in the middle.
fn median(sorted: &[TimeDelta]) -> Option<TimeDelta> {
    let upper = *sorted.get(sorted.len() / 2)?;
    let lower = *sorted.get(sorted.len().checked_sub(1)? / 2)?;
    Some((lower + upper) / 2)
}

fn objective(
    prose: &mut Prose,
    (slo, count_of): (&SloStatus, usize),
    stretch: Span,
    incidents: &[&Incident],
    now: DateTime<Utc>,
) {
    prose.flow(0, &[piece(Role::Bright, whole_name(slo, count_of))]);
    let Some(reading) = stretch.read(&slo.ledger).filter(|reading| reading.tally.total > 0.0) else {
        return prose.tagged((Role::Unknown, " "), 2, &[piece(Role::Unknown, "? no data in the period")]);
    };
    let sli = 1.0 - reading.tally.error_ratio().unwrap_or(0.0);
    let role = if sli >= slo.objective.target.ratio() { Role::Ok } else { Role::Warn };
    let whole = slo.budget.map(|budget| budget.allowed_bad);
    let allowed = whole.filter(|allowed| *allowed > 0.0);
    let spent = allowed.map_or_else(
        || "? of the budget".to_owned(),
        |allowed| format!("{} of the budget", percent(reading.tally.bad / allowed)),
    );
    let mut pieces = vec![
        piece(Role::Muted, "SLI "),
        piece(role, glued(&ratio(sli))),
        piece(
            Role::Muted,
            format!(
                " · {} bad of {} · ",
                glued(&count(reading.tally.bad)),
                glued(&count(reading.tally.total))
            ),
        ),
        piece(Role::Text, glued(&spent)),
    ];
    if let Some((end, hour)) = worst_hour(&slo.ledger, stretch) {
        let share = hour.tally.bad / reading.tally.bad.max(f64::MIN_POSITIVE);
        pieces.push(piece(
            Role::Muted,
            format!(" · worst hour until {} {}: {} of it", day(end), clock(end), glued(&percent(share))),
        ));
    }
    prose.tagged((role, "●"), 2, &pieces);
    if let Some(allowed) = allowed {
        causes(prose, slo, stretch, incidents, (allowed, now));
    }
}

/// What each incident of the objective cost, and what none accounts for; the parts sum to what was spent.
fn causes(
    prose: &mut Prose,
    slo: &SloStatus,
    stretch: Span,
    incidents: &[&Incident],
    (allowed, now): (f64, DateTime<Utc>),
) {
    let theirs: Vec<&&Incident> = incidents.iter().filter(|one| one.concerns(&slo.objective)).collect();
    if theirs.is_empty() {
        return;
    }
    let claim = |incident: &&&Incident| {
        let from = incident.clocks.start().unwrap_or(now).timestamp();
        let to = incident.ended().unwrap_or(now).timestamp();
        Span { from, to }.in_cells(now.timestamp())
    };
    let Costs { costs, rest, .. } =
        costs(&slo.ledger, stretch, &theirs.iter().map(claim).collect::<Vec<_>>());
    let mut pieces = vec![piece(Role::Muted, "spent by ")];
    for (incident, cost) in theirs.iter().zip(costs) {
        let share = match cost {
            Some(cost) if cost.known > 0.0 => percent(cost.bad / allowed),
            _ => "not computable".to_owned(),
        };
        pieces.push(piece(Role::Accent, format!("{} ", incident.id())));
        pieces.push(piece(Role::Text, format!("{} · ", glued(&share))));
    }
    pieces.push(piece(Role::Muted, format!("unattributed {}", glued(&percent(rest / allowed)))));
    prose.tagged((Role::Muted, " "), 2, &pieces);
}

fn incidents(prose: &mut Prose, of_period: &[&Incident], now: DateTime<Utc>) {
    let number = if of_period.is_empty() { "none".to_owned() } else { of_period.len().to_string() };
    prose.heading(&format!("incidents · {number}"));
    for incident in of_period {
        let ended = incident.ended();
        let lasted = incident
            .clocks
            .start()
            .map_or_else(|| "?".to_owned(), |start| duration(ended.unwrap_or(now) - start));
        let state = if ended.is_some() { "resolved after" } else { "open for" };
        let pieces = [
            piece(Role::Accent, format!("{} ", incident.id())),
            piece(Role::Bright, format!("{}  ", incident.title)),
            piece(Role::Muted, format!("{state} {}", glued(&lasted))),
        ];
        prose.tagged((Role::Text, incident.severity.as_str()), 6, &pieces);
    }
    clocks(prose, of_period);
}

/// Median and longest of each clock, with how many there were.
fn clocks(prose: &mut Prose, of_period: &[&Incident]) {
    for (label, span) in [
        ("detect", Clocks::to_detect as fn(&Clocks) -> Option<TimeDelta>),
        ("ack", Clocks::to_acknowledge),
        ("mitigate", Clocks::to_mitigate),
        ("resolve", Clocks::to_resolve),
    ] {
        let mut spans: Vec<TimeDelta> = of_period.iter().filter_map(|one| span(&one.clocks)).collect();
        spans.sort_unstable();
        let (Some(median), Some(longest)) = (median(&spans), spans.last()) else {
            continue;
        };
        let few = if spans.len() < TREND { " · too few for a trend" } else { "" };
        let text = format!(
            "median {} · longest {} · n = {}",
            glued(&duration(median)),
            glued(&duration(*longest)),
            spans.len()
        );
        prose.entry(label, &[piece(Role::Text, text), piece(Role::Muted, few)]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_lies_between_the_two_in_the_middle() {
        let minutes = |all: &[i64]| all.iter().map(|n| TimeDelta::minutes(*n)).collect::<Vec<_>>();
        assert_eq!(median(&[]), None);
        assert_eq!(median(&minutes(&[35])), Some(TimeDelta::minutes(35)));
        assert_eq!(median(&minutes(&[35, 70])), Some(TimeDelta::seconds(3150)));
        assert_eq!(median(&minutes(&[1, 2, 90])), Some(TimeDelta::minutes(2)));
    }
}
