//! The words of a row: its name, what it aims at, and why it is silent.

use chrono::DateTime;
use ratatui::text::Line;

use super::Pen;
use crate::domain::quantity::{percent_figure, scaled, short_duration};
use crate::domain::slo::pager::Agreement;
use crate::domain::slo::sli::Sli;
use crate::domain::slo::status::{Data, SloStatus};
use crate::panel::folding::{self, Row};
use crate::theme::Role;

/// The name, after the mark of a pager that says something else.
pub(super) fn name<'a>(pen: &Pen<'_>, row: &Row<'a>, room: usize) -> Line<'a> {
    let mark = if differs(row.slo) { QUARREL } else { "" };
    let mut name = folding::name(pen, row, room.saturating_sub(crate::widget::text::width(mark)));
    if !mark.is_empty() {
        name.spans.insert(0, pen.span(Role::Warn, mark));
    }
    name
}

/// Why the figures do not speak of now, in the width of a policy word.
pub(super) fn silence<'a>(pen: &Pen<'_>, slo: &SloStatus) -> Option<Line<'a>> {
    let age = || Some(pen.model.now - DateTime::from_timestamp(slo.as_of?, 0)?);
    Some(match &slo.data {
        Data::Error(_) => Line::from(pen.span(Role::Page, "refused")),
        Data::NoSeries | Data::NoAnswer => Line::from(pen.span(Role::Unknown, "no data")),
        Data::Stale => {
            let age = age().map(short_duration).unwrap_or_default();
            Line::from(pen.span(Role::Warn, format!("STALE {age}")))
        }
        Data::NoTraffic | Data::Ok | Data::LowTraffic | Data::Partial => return None,
    })
}

pub(super) fn target(slo: &SloStatus) -> String {
    match &slo.objective.sli {
        Sli::Latency(latency) => format!("{} <{}", slo.objective.target, latency.threshold_text()),
        _ => slo.objective.target.to_string(),
    }
}

/// Stands before the name where the pager and our tiers differ.
pub(super) const QUARREL: &str = "≠pager ";

pub(super) fn differs(slo: &SloStatus) -> bool {
    slo.pager.as_ref().is_some_and(Agreement::differs)
}

/// A remaining budget without its unit: `12`, `-6173`, `-61.7 k`.
pub(super) fn remaining(share: f64) -> String {
    if share.abs() < 100.0 { percent_figure(share) } else { scaled(share * 100.0) }
}
