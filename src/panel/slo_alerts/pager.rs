//! What the pager says, first, and what our tiers say beside it; a difference has a word, a mark and a colour.

use ratatui::style::Modifier;
use ratatui::text::{Line, Span};

use crate::domain::slo::pager::{Accord, Agreement, Hearing, Opinion};
use crate::domain::slo::status::SloStatus;
use crate::domain::slo::tier::Severity;
use crate::panel::Pen;
use crate::theme::Role;

/// One line a severity, or one for all where nothing is to be told apart.
pub(super) fn lines(pen: &Pen<'_>, slo: &SloStatus) -> Vec<Line<'static>> {
    let Some(pager) = &slo.pager else { return Vec::new() };
    let unknown = |text: String| vec![Line::from(pen.span(Role::Unknown, text))];
    match &pager.hearing {
        Hearing::NotAsked => unknown("? pager: not heard yet".to_owned()),
        Hearing::Refused(why) => unknown(format!("? pager: cannot be read: {why}")),
        Hearing::NoPager => unknown("? pager: none found, the backend has no alerts at all".to_owned()),
        Hearing::Heard if all_quiet(pager) => {
            vec![Line::from(vec![pen.span(Role::Ok, "= "), pen.span(Role::Muted, "pager agrees: all quiet")])]
        }
        Hearing::Heard => pager.opinions.iter().map(|opinion| line(pen, pager, *opinion)).collect(),
    }
}

/// How many rows it takes.
pub(super) fn rows(pager: &Agreement) -> u16 {
    if pager.hearing == Hearing::Heard && !all_quiet(pager) { pager.opinions.len() as u16 } else { 1 }
}

fn all_quiet(pager: &Agreement) -> bool {
    let calm = |opinion: &Opinion| opinion.accord == Accord::Agree && opinion.pager == Some(false);
    pager.alarms.is_empty() && pager.opinions.iter().all(calm)
}

/// Mark, word and colour of an accord.
fn look(accord: Accord) -> (&'static str, &'static str, Role) {
    match accord {
        Accord::Agree => ("= ", "agree", Role::Ok),
        Accord::Settling => ("~ ", "settling", Role::Muted),
        Accord::OnlyPager | Accord::OnlyUs => ("≠ ", "DIFFER", Role::Warn),
        Accord::Unknown => ("? ", "not comparable", Role::Unknown),
    }
}

fn line(pen: &Pen<'_>, pager: &Agreement, opinion: Opinion) -> Line<'static> {
    let (mark, word, role) = look(opinion.accord);
    let pending = pager.names(opinion.severity, false);
    let mut spans = vec![
        pen.span(role, mark),
        pen.span(Role::Text, opinion.severity.word()),
        pen.span(Role::Muted, ": pager "),
    ];
    spans.push(said(pen, opinion.severity, opinion.pager));
    let names = if opinion.pager == Some(true) { pager.names(opinion.severity, true) } else { String::new() };
    if !names.is_empty() {
        spans.push(pen.span(Role::Text, format!(" {names}")));
    } else if !pending.is_empty() {
        spans.push(pen.span(Role::Muted, format!(", pending {pending}")));
    }
    spans.extend([pen.span(Role::Muted, " · our tiers "), said(pen, opinion.severity, opinion.ours)]);
    let loud = if opinion.accord.differs() { Modifier::BOLD } else { Modifier::empty() };
    spans.extend([pen.span(Role::Muted, " · "), Span::styled(word, pen.style(role).add_modifier(loud))]);
    Line::from(spans)
}

fn said(pen: &Pen<'_>, severity: Severity, fires: Option<bool>) -> Span<'static> {
    match fires {
        Some(true) => {
            let role = if severity == Severity::Page { Role::Page } else { Role::Warn };
            Span::styled("FIRING", pen.style(role).add_modifier(Modifier::BOLD))
        }
        Some(false) => pen.span(Role::Ok, "quiet"),
        None => pen.span(Role::Unknown, "not known"),
    }
}
