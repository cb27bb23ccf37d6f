//! The hand-off: what the next one on call must know, as the log and the ledgers have it now.

use super::folding::{Family, families, whole_name};
use super::prose::{Piece, Prose, glued, piece};
use super::when::{moment, seen_at};
use super::{Height, Panel, Pen};
use crate::domain::oncall::{Duty, Override, PRIMARY, Schedule};
use crate::domain::quantity::{duration, percent};
use crate::domain::slo::spent::remaining_at;
use crate::domain::slo::status::Level;
use crate::state::{Model, PanelId};
use crate::theme::Role;
use chrono::{DateTime, TimeDelta, Utc};

pub(super) struct Handoff;

/// How far ahead gaps and planned maintenance are looked for.
const AHEAD: TimeDelta = TimeDelta::days(14);
/// Movements of a budget that are worth a line.
const MOVED: f64 = 0.01;

impl Panel for Handoff {
    fn id(&self) -> PanelId {
        PanelId::Handoff
    }

    fn title(&self) -> &'static str {
        "hand-off"
    }

    fn height(&self, model: &Model, columns: u16) -> Height {
        document(model, columns).height()
    }

    fn draw(&self, pen: &mut Pen<'_>) {
        document(pen.model, pen.area.width).page(pen, self.id(), self.title(), "not signed".to_owned());
    }
}

fn document(model: &Model, columns: u16) -> Prose {
    let mut prose = Prose::new(columns);
    let now = seen_at(model);
    let overrides = model.setup.roster.accepted(&model.log.overrides);
    let shift = model
        .setup
        .roster
        .schedules
        .first()
        .map(|schedule| shift(&mut prose, model, schedule, &overrides, now));
    incidents(&mut prose, model, now);
    objectives(&mut prose, model);
    if let Some(Some(start)) = shift {
        budgets(&mut prose, model, start, now);
    }
    upcoming(&mut prose, model, &overrides, now);
    prose.blank();
    prose.flow(0, &[piece(Role::Muted, "the present state of log and ledgers, not a signed hand-off")]);
    prose
}

fn name(model: &Model, duty: &Duty) -> Piece {
    match &duty.person {
        None => piece(Role::Page, "NOBODY"),
        Some(id) => piece(
            Role::Bright,
            model.setup.roster.person(id).map_or(id.clone(), |person| person.name.clone()),
        ),
    }
}

/// Who hands over to whom; returns when the present primary's shift began.
fn shift(
    prose: &mut Prose,
    model: &Model,
    schedule: &Schedule,
    overrides: &[Override],
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let (held, coming) = (schedule.on_call(now, overrides), schedule.next(now, overrides));
    for duty in &held {
        let next = coming.iter().find(|next| next.role == duty.role);
        let mut line = vec![name(model, duty)];
        if let Some(next) = next {
            line.push(piece(Role::Muted, " → "));
            line.push(name(model, next));
        }
        if let Some(until) = duty.until {
            line.push(piece(Role::Text, format!("  {}", moment(until, now))));
            line.push(piece(Role::Muted, glued(&format!(", in {}", duration(until - now)))));
        }
        prose.entry(&duty.role, &line);
    }
    prose.entry("schedule", &[piece(Role::Text, schedule.name.as_str()), piece(Role::Muted, others(model))]);
    held.iter().find(|duty| duty.role == PRIMARY).and_then(|duty| duty.from)
}

fn others(model: &Model) -> String {
    match model.setup.roster.schedules.len() {
        0 | 1 => String::new(),
        count => format!(" · {} more on the page of on call", count - 1),
    }
}

fn incidents(prose: &mut Prose, model: &Model, now: DateTime<Utc>) {
    let open = model.log.open_incidents();
    prose.heading(&format!("open incidents · {}", count(open.len())));
    for incident in open {
        let owner = incident.holder("commander").map_or_else(
            || piece(Role::Warn, "no owner"),
            |person| piece(Role::Text, format!("owner {person}")),
        );
        let role = if incident.severity.pages() { Role::Page } else { Role::Warn };
        let pieces = [
            piece(Role::Accent, format!("{} ", incident.id())),
            piece(Role::Bright, format!("{}  ", incident.title)),
            piece(Role::Muted, format!("{} · ", incident.status.as_str())),
            owner,
            piece(
                Role::Muted,
                format!(" · {} · {}", incident.services.join(", "), glued(&duration(incident.age(now)))),
            ),
        ];
        prose.tagged((role, incident.severity.as_str()), 6, &pieces);
    }
}

fn objectives(prose: &mut Prose, model: &Model) {
    let worrying: Vec<_> =
        model.snapshot().worst_first().into_iter().filter(|slo| slo.level() > Level::Ok).collect();
    prose.heading(&format!("objectives to watch · {}", count(worrying.len())));
    for Family { worst: slo, count, .. } in
        families(worrying.into_iter().map(|slo| (slo, ())), |(), ()| false)
    {
        let left =
            slo.remaining().map_or_else(|| "? left".to_owned(), |share| format!("{} left", percent(share)));
        let firing = slo.alarm().map_or_else(String::new, |severity| format!(" · {} fires", severity.word()));
        let step = slo.step.as_ref().map_or_else(String::new, |step| format!(" · {}", step.word));
        let (role, mark) = match slo.level() {
            Level::Page => (Role::Page, "▲"),
            Level::Warn => (Role::Warn, "◆"),
            _ => (Role::Unknown, "?"),
        };
        let pieces = [
            piece(Role::Bright, whole_name(slo, count)),
            piece(Role::Text, format!("  {}", glued(&left))),
            piece(Role::Muted, format!("{step}{firing}")),
        ];
        prose.tagged((role, mark), 2, &pieces);
    }
}

fn budgets(prose: &mut Prose, model: &Model, start: DateTime<Utc>, now: DateTime<Utc>) {
    let moved: Vec<_> = model
        .snapshot()
        .slos()
        .filter_map(|slo| {
            let before = remaining_at(&slo.objective, &slo.ledger, start.timestamp());
            let after = slo.remaining();
            let still = before.zip(after).is_some_and(|(before, after)| (after - before).abs() < MOVED);
            (!still).then_some((slo, (before, after)))
        })
        .collect();
    prose.heading(&format!("budgets since {} · {}", moment(start, now), count(moved.len())));
    let shown = |share: Option<f64>| share.map_or_else(|| "?".to_owned(), |share| glued(&percent(share)));
    // Of a group the child that lost most speaks; what is not known is worse.
    let gain = |moved: &(Option<f64>, Option<f64>)| {
        moved.0.zip(moved.1).map_or(f64::NEG_INFINITY, |(before, after)| after - before)
    };
    let moved = families(moved, |one, other| gain(one) < gain(other));
    for Family { worst: slo, with: (before, after), count } in moved {
        let role = match before.zip(after) {
            None => Role::Unknown,
            Some((before, after)) if after < before => Role::Warn,
            Some(_) => Role::Ok,
        };
        let pieces = [
            piece(Role::Bright, whole_name(slo, count)),
            piece(Role::Muted, format!("  {} → ", shown(before))),
            piece(role, shown(after)),
        ];
        prose.flow(2, &pieces);
    }
}

fn upcoming(prose: &mut Prose, model: &Model, overrides: &[Override], now: DateTime<Utc>) {
    let planned: Vec<_> =
        model.log.maintenance_ahead(now).into_iter().filter(|plan| plan.from <= now + AHEAD).collect();
    let coming: Vec<_> = overrides.iter().filter(|one| one.from > now && one.from <= now + AHEAD).collect();
    let gaps: Vec<_> = model
        .setup
        .roster
        .schedules
        .iter()
        .flat_map(|schedule| schedule.gaps(now, now + AHEAD, overrides))
        .collect();
    prose.heading(&format!("coming in 14 days · {}", count(planned.len() + coming.len() + gaps.len())));
    for plan in planned {
        let when = format!("  {} – {}", moment(plan.from, now), moment(plan.to, now));
        prose.tagged(
            (Role::Accent, "○"),
            2,
            &[piece(Role::Bright, plan.window.text.as_str()), piece(Role::Muted, when)],
        );
    }
    for one in coming {
        let when = format!("  {} · {} {}", moment(one.from, now), one.schedule, one.role);
        prose.tagged(
            (Role::Accent, "○"),
            2,
            &[piece(Role::Bright, format!("{} takes over", one.person)), piece(Role::Muted, when)],
        );
    }
    for gap in gaps {
        prose.tagged(
            (Role::Page, "▲"),
            2,
            &[piece(Role::Page, format!("nobody is {} from {}", gap.role, moment(gap.from, now)))],
        );
    }
    if !model.log.unread.is_empty() {
        prose.heading(&format!("notes unread · {}", model.log.unread.len()));
        for note in model.log.unread.values() {
            prose.tagged((Role::Accent, "·"), 2, &[piece(Role::Text, note.as_str())]);
        }
    }
}

/// A count, with none in words.
fn count(count: usize) -> String {
    if count == 0 { "none".to_owned() } else { count.to_string() }
}
