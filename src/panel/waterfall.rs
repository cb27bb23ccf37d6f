//! One trace: an indented tree with bars on a common time axis; errors and the critical path are marked.

mod facts;
mod lines;

use std::sync::Arc;

use ratatui::text::Line;

use super::{Height, Panel, Pen, position};
use crate::domain::quantity::duration;
use crate::domain::trace::{NO_BACKEND, Row, Trace, rows, troubles};
use crate::state::{Action, Cursor, Model, OpenTrace, PanelId};
use crate::theme::Role;
use crate::widget::text::wrap;

pub(super) use facts::SpanFacts;

pub(super) struct Waterfall;

impl Panel for Waterfall {
    fn id(&self) -> PanelId {
        PanelId::Waterfall
    }

    fn title(&self) -> &'static str {
        "trace"
    }

    fn height(&self, model: &Model, _width: u16) -> Height {
        let rows = trace(model).map_or(3, |(open, trace)| rows(trace, &open.folded).len()).min(5_000) as u16;
        Height { min: 4, ideal: rows + 4, most: rows + 6 }
    }

    fn rows(&self, model: &Model) -> Vec<String> {
        shown(model).iter().map(|row| row.place.to_string()).collect()
    }

    fn react(&self, model: &mut Model, action: Action) -> bool {
        match action {
            Action::Fold => fold(model),
            Action::Next => step(model, 1),
            Action::Previous => step(model, -1),
            _ => return false,
        }
        true
    }

    fn draw(&self, pen: &mut Pen<'_>) {
        let model = pen.model;
        if let Some((open, trace)) = trace(model) {
            return lines::draw(pen, open, trace);
        }
        pen.section(self.title(), Line::default());
        let (role, texts) = state(model);
        for text in texts {
            for line in wrap(&text, usize::from(pen.area.width.saturating_sub(2))) {
                let line = Line::from(pen.span(role, line));
                pen.line(&line);
            }
        }
    }
}

/// The open trace, as soon as it is there.
fn trace(model: &Model) -> Option<(&OpenTrace, &Arc<Trace>)> {
    let open = model.traces.open.as_ref()?;
    Some((open, open.answer.as_ref()?.trace.as_ref()?))
}

fn shown(model: &Model) -> Vec<Row> {
    trace(model).map_or_else(Vec::new, |(open, trace)| rows(trace, &open.folded))
}

/// The row under the cursor, by its number among those shown.
fn selected(model: &Model, shown: &[Row]) -> Option<usize> {
    let cursor = model.view.cursor(PanelId::Waterfall);
    let ids: Vec<String> = shown.iter().map(|row| row.place.to_string()).collect();
    position(&ids, &cursor.id, cursor.index)
}

/// Why there is no trace to be seen.
fn state(model: &Model) -> (Role, Vec<String>) {
    let Some(open) = &model.traces.open else {
        return (Role::Muted, vec!["no trace is open: t lists the traces of a service".to_owned()]);
    };
    let names: Vec<_> = model.setup.tracers.iter().map(|one| one.name.as_str()).collect();
    let names = names.join(", ");
    let Some(found) = &open.answer else {
        if names.is_empty() {
            return (Role::Warn, vec![NO_BACKEND.to_owned()]);
        }
        let since = duration((model.now - open.since).max(chrono::TimeDelta::zero()));
        return (Role::Muted, vec![format!("asking {names} for {} … {since}", open.id)]);
    };
    let failed = troubles(&found.outcomes);
    if failed.is_empty() {
        let text = format!("there is no trace {} in {names}", open.id);
        return (
            Role::Warn,
            vec![text, "traces are often sampled, and kept for days only; . asks again".to_owned()],
        );
    }
    let mut texts = vec![format!("trace {} was not found; . asks again", open.id)];
    texts.extend(failed.iter().map(|text| format!("! {text}")));
    (Role::Warn, texts)
}

fn fold(model: &mut Model) {
    let shown = shown(model);
    let Some(row) = selected(model, &shown).map(|number| shown[number]) else { return };
    let Some(open) = &mut model.traces.open else { return };
    if row.has_children && !open.folded.remove(&row.place) {
        open.folded.insert(row.place);
    }
}

/// To the next or the previous row that failed, around the end.
fn step(model: &mut Model, by: i64) {
    let shown = shown(model);
    let Some((_, trace)) = trace(model) else { return };
    let failed = |row: &Row| row.hides_error || trace.nodes[row.place].span.error.is_some();
    let here = selected(model, &shown).unwrap_or(0) as i64;
    let count = shown.len() as i64;
    let around = (1..=count).map(|far| (here + by * far).rem_euclid(count) as usize);
    let next = around.clone().find(|number| failed(&shown[*number]));
    if let Some(number) = next {
        let cursor = Cursor { id: Some(shown[number].place.to_string()), index: number };
        model.view.cursors.insert(PanelId::Waterfall, cursor);
    }
}
