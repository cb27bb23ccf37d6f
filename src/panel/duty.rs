//! What the on-call panels share: usable overrides, names, who holds a role, and the strip of a role.

use chrono::{DateTime, TimeDelta, Utc};
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::widgets::Widget;

use super::Pen;
use crate::domain::oncall::{Duty, Gap, Override, Roster, Schedule};
use crate::state::Model;
use crate::theme::{Depth, Role};
use crate::widget::text::{put, width};
use crate::widget::{Segment, Timeline};

/// How far ahead gaps are looked for.
pub(super) const GAPS_AHEAD: TimeDelta = TimeDelta::days(30);
/// Length of the strips.
pub(super) const STRIP: TimeDelta = TimeDelta::days(14);
/// Grounds of the people on a strip, in turn; the colours of trouble are not among them.
const GROUNDS: [(Role, f32); 6] = [
    (Role::Accent, 0.36),
    (Role::Latency, 0.32),
    (Role::Muted, 0.36),
    (Role::Ok, 0.24),
    (Role::Accent, 0.18),
    (Role::Latency, 0.17),
];

/// A role as it stands at one instant.
pub(super) struct RoleNow<'a> {
    pub(super) schedule: &'a Schedule,
    pub(super) role: String,
    /// Names; nobody when empty.
    pub(super) people: Vec<String>,
    /// Ids of the same.
    pub(super) ids: Vec<String>,
    pub(super) overridden: bool,
    pub(super) until: Option<DateTime<Utc>>,
    /// Names after the next hand-over; none where no hand-over is in sight.
    pub(super) next: Option<Vec<String>>,
}

/// The overrides that can be applied; only these may be given to a schedule.
pub(super) fn overrides(model: &Model) -> Vec<Override> {
    model.setup.roster.accepted(&model.log.overrides)
}

pub(super) fn name(roster: &Roster, id: &str) -> String {
    roster.person(id).map_or(id, |person| person.name.as_str()).to_owned()
}

/// Every role of a schedule, in its order, with whoever holds it.
pub(super) fn roles<'a>(model: &Model, schedule: &'a Schedule, overrides: &[Override]) -> Vec<RoleNow<'a>> {
    let now = schedule.on_call(model.now, overrides);
    let next = schedule.next(model.now, overrides);
    let of = |duties: &[Duty], role: &str| -> Vec<String> {
        duties.iter().filter(|duty| duty.role == role).filter_map(|duty| duty.person.clone()).collect()
    };
    let named = |ids: &[String]| ids.iter().map(|id| name(&model.setup.roster, id)).collect();
    let role = |role: &str| {
        let ids = of(&now, role);
        let comes = next.iter().any(|duty| duty.role == role);
        let held = || now.iter().filter(|duty| duty.role == role);
        RoleNow {
            schedule,
            role: role.to_owned(),
            people: named(&ids),
            overridden: held().any(|duty| duty.by_override.is_some()),
            until: held().find_map(|duty| duty.until),
            next: comes.then(|| named(&of(&next, role))),
            ids,
        }
    };
    schedule.roles().into_iter().map(role).collect()
}

/// Gaps of the coming 30 days, of every schedule; the earliest first.
pub(super) fn gaps<'a>(model: &'a Model, overrides: &[Override]) -> Vec<(&'a Schedule, Gap)> {
    let to = model.now + GAPS_AHEAD;
    let of = |schedule: &'a Schedule| {
        schedule.gaps(model.now, to, overrides).into_iter().map(move |gap| (schedule, gap))
    };
    let mut gaps: Vec<_> = model.setup.roster.schedules.iter().flat_map(of).collect();
    gaps.sort_by_key(|(_, gap)| gap.from);
    gaps
}

/// `payments: NOBODY Sat 18:00 – Sun 06:00 Z (12h), in 3d`.
pub(super) fn gap_text(model: &Model, schedule: &Schedule, gap: &Gap) -> String {
    let span = match gap.until {
        Some(until) => {
            let range = super::calendar::range(gap.from, until, model.now);
            format!("{range} ({})", crate::domain::quantity::duration(until - gap.from))
        }
        None => format!("from {}, no end in sight", super::calendar::ahead(gap.from, model.now)),
    };
    let running = gap.from <= model.now;
    let ahead = if running { "now".to_owned() } else { super::calendar::distance(gap.from, model.now) };
    format!("{}: NOBODY {} {span}, {ahead}", schedule.name, gap.role)
}

/// The strip of a role over [`STRIP`] from `from` on: people in turn, overrides marked, gaps hatched and named.
pub(super) fn draw_strip(
    pen: &mut Pen<'_>,
    area: Rect,
    (schedule, role): (&Schedule, &str),
    from: DateTime<Utc>,
    overrides: &[Override],
) {
    let area = area.intersection(pen.buf.area);
    if area.is_empty() {
        return;
    }
    let spans = schedule.spans(role, from, from + STRIP, overrides);
    let share = |at: DateTime<Utc>| (at - from).num_seconds() as f64 / STRIP.num_seconds() as f64;
    let roster = &pen.model.setup.roster;
    let labels: Vec<String> = spans
        .iter()
        .map(|span| {
            let names: Vec<String> = span.people.iter().map(|id| name(roster, id)).collect();
            format!("{}{}", names.join("+"), if span.overridden { "*" } else { "" })
        })
        .collect();
    let segments: Vec<Segment<'_>> = spans
        .iter()
        .zip(&labels)
        .filter(|(span, _)| !span.people.is_empty())
        .map(|(span, label)| Segment {
            label,
            style: ground(pen, &span.people, span.overridden),
            from: share(span.from),
            to: share(span.until),
        })
        .collect();
    let strip = Timeline {
        segments: &segments,
        now: Some(share(pen.model.now)),
        gap: pen.style(Role::Warn),
        now_style: pen.style(Role::Bright),
        ascii: pen.theme.ascii(),
    };
    strip.render(area, pen.buf);
    for span in spans.iter().filter(|span| span.people.is_empty()) {
        name_gap(pen, area, (share(span.from), share(span.until)));
    }
}

fn name_gap(pen: &mut Pen<'_>, area: Rect, (from, to): (f64, f64)) {
    let column = |share: f64| (share.clamp(0.0, 1.0) * f64::from(area.width)).round() as u16;
    let (start, end) = (column(from), column(to));
    let text = " NOBODY ";
    let wide = width(text) as u16;
    if end.saturating_sub(start) >= wide + 2 {
        let style = pen.style(Role::Warn).add_modifier(Modifier::BOLD);
        put(pen.buf, (area.x + start + (end - start - wide) / 2, area.y), text, wide, style);
    }
}

/// The ground of a person; underlined where an override put them there.
fn ground(pen: &Pen<'_>, people: &[String], overridden: bool) -> Style {
    let roster = &pen.model.setup.roster;
    let place = people.first().and_then(|id| roster.people.iter().position(|person| person.id == *id));
    let (role, share) = GROUNDS[place.unwrap_or(0) % GROUNDS.len()];
    let style = pen.theme.tint(role, share);
    if overridden && pen.theme.depth() > Depth::Ansi16 {
        style.add_modifier(Modifier::UNDERLINED)
    } else {
        style
    }
}
