//! The rows of the list of objectives: children fold under the objective that was written.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::listed::listed;
use super::{Pen, position};
use crate::domain::slo::objective::Group;
use crate::domain::slo::status::SloStatus;
use crate::state::{Cursor, Model, PanelId, Screen};
use crate::theme::Role;
use crate::widget::text::{cut, width};
use ratatui::text::{Line, Span};

/// One row with the SLO whose figures it shows: for a parent that of its worst child.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    pub slo: &'a Arc<SloStatus>,
    pub place: Place<'a>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place<'a> {
    Alone,
    Parent { group: &'a Group, children: usize, open: bool },
    Child(&'a Group),
}

impl<'a> Row<'a> {
    pub fn id(&self) -> &'a str {
        match self.place {
            Place::Parent { group, .. } => &group.parent,
            Place::Alone | Place::Child(_) => self.slo.id(),
        }
    }
}

/// The rows as they are shown, worst first, children under their parents.
pub fn rows(model: &Model) -> Vec<Row<'_>> {
    let listed = listed(model);
    let mut families: BTreeMap<&str, Vec<&Arc<SloStatus>>> = BTreeMap::new();
    for slo in &listed {
        if let Some(group) = slo.objective.child_of() {
            families.entry(&group.parent).or_default().push(slo);
        }
    }
    let mut rows = Vec::with_capacity(listed.len());
    for slo in listed {
        let Some(group) = slo.objective.child_of() else {
            rows.push(Row { slo, place: Place::Alone });
            continue;
        };
        // The first of its family is the worst, and stands where the family does.
        let Some(family) = families.remove(group.parent.as_str()) else { continue };
        let open = is_open(model, group, family.len());
        rows.push(Row { slo, place: Place::Parent { group, children: family.len(), open } });
        let children = family.into_iter().filter(|_| open);
        rows.extend(
            children.filter_map(|slo| Some(Row { slo, place: Place::Child(slo.objective.child_of()?) })),
        );
    }
    rows
}

/// One SLO, or the children of one group, one of which speaks for all.
pub(super) struct Family<'a, T> {
    pub(super) worst: &'a Arc<SloStatus>,
    pub(super) with: T,
    /// How many were found.
    pub(super) count: usize,
}

/// What was found, children folded, in the order of the first of each family. The first speaks for its family, unless
/// a later one is `worse`.
pub(super) fn families<'a, T>(
    found: impl IntoIterator<Item = (&'a Arc<SloStatus>, T)>,
    worse: impl Fn(&T, &T) -> bool,
) -> Vec<Family<'a, T>> {
    let mut families: Vec<Family<'a, T>> = Vec::new();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for (slo, with) in found {
        let parent = slo.objective.child_of().map(|group| group.parent.as_str());
        if let Some(place) = parent.and_then(|parent| places.get(parent)) {
            let family = &mut families[*place];
            family.count += 1;
            if worse(&with, &family.with) {
                (family.worst, family.with) = (slo, with);
            }
        } else {
            places.extend(parent.map(|parent| (parent, families.len())));
            families.push(Family { worst: slo, with, count: 1 });
        }
    }
    families
}

/// `100 × route · worst route=/pay`; of a child alone `route=/pay`, and nothing of what is no child.
pub(super) fn which(slo: &SloStatus, count: usize) -> String {
    match slo.objective.child_of() {
        None => String::new(),
        Some(group) if count == 1 => group.words(),
        Some(group) => format!("{count} × {} · worst {}", group.by.join(", "), group.words()),
    }
}

/// The id of an SLO, or of its group with how many of it are meant and the worst of them.
pub(super) fn whole_name(slo: &SloStatus, count: usize) -> String {
    match slo.objective.child_of().filter(|_| count > 1) {
        Some(group) => format!("{} {}", group.parent, which(slo, count)),
        None => slo.objective.title(),
    }
}

pub fn ids(model: &Model) -> Vec<String> {
    rows(model).iter().map(|row| row.id().to_owned()).collect()
}

/// Unfolded by the reader, or because the filter finds some of its children and not others.
fn is_open(model: &Model, group: &Group, found: usize) -> bool {
    let filtered =
        matches!(model.view.screen, Screen::Overview | Screen::Slos) && !model.view.filter().is_empty();
    let children = || {
        let mine = |slo: &&Arc<SloStatus>| {
            slo.objective.child_of().is_some_and(|other| other.parent == group.parent)
        };
        model.snapshot().slos().filter(mine).count()
    };
    model.view.unfolded.contains(&group.parent) || (filtered && found < children())
}

/// The selected row.
pub fn selected(model: &Model) -> Option<Row<'_>> {
    let rows = rows(model);
    let ids: Vec<String> = rows.iter().map(|row| row.id().to_owned()).collect();
    let cursor = model.view.cursor(PanelId::Objectives);
    position(&ids, &cursor.id, cursor.index).map(|index| rows[index])
}

/// Folds or unfolds the selected group; a child folds its parent, which then is selected.
pub(super) fn toggle(model: &mut Model) {
    let Some(row) = selected(model) else { return };
    let (parent, close) = match row.place {
        Place::Alone => return,
        Place::Parent { group, open, .. } => (group.parent.clone(), open),
        Place::Child(group) => (group.parent.clone(), true),
    };
    if close {
        model.view.unfolded.remove(&parent);
    } else {
        model.view.unfolded.insert(parent.clone());
    }
    let index = ids(model).iter().position(|id| *id == parent).unwrap_or(0);
    model.view.cursors.insert(PanelId::Objectives, Cursor { id: Some(parent), index });
}

/// The name of a row, in at most `room` columns: how many there are of it outlives the end of the name.
pub(super) fn name<'a>(pen: &Pen<'_>, row: &Row<'a>, room: usize) -> Line<'a> {
    let objective = &row.slo.objective;
    let (service, name) = (objective.service.as_str(), format!("/{}", objective.name));
    let Place::Parent { group, children, open } = row.place else {
        return match row.place {
            Place::Child(group) => Line::from(pen.span(Role::Text, format!("  {}", group.words()))),
            _ => Line::from(vec![pen.span(Role::Bright, service), pen.span(Role::Text, name)]),
        };
    };
    let mark = match (pen.theme.ascii(), open) {
        (true, true) => "- ",
        (true, false) => "+ ",
        (false, true) => "▾ ",
        (false, false) => "▸ ",
    };
    let count = format!(" {children} × {}", group.by.join(", "));
    let id = cut(&group.parent, room.saturating_sub(width(mark) + width(&count))).into_owned();
    let (before, after) = id.split_at(id.find('/').unwrap_or(id.len()));
    Line::from(vec![
        pen.span(Role::Muted, mark),
        pen.span(Role::Bright, before.to_owned()),
        pen.span(Role::Text, after.to_owned()),
        Span::styled(count, pen.style(Role::Muted)),
    ])
}
