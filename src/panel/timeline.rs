//! One incident: what it is, who does what, its marks, and its timeline with the newest line last.

mod entries;
mod head;
#[cfg(test)]
mod tests;

use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};

use super::{Height, Panel, Pen, subject};
use crate::domain::incident::Incident;
use crate::state::{Action, Cursor, Model, PanelId, Screen};
use crate::theme::Role;
use crate::widget::Align;
use crate::widget::text::put_line;

pub(super) struct Timeline;

/// Lines of the timeline that the head of the page leaves alone, where there are so many.
const LEAST: usize = 4;

/// Words in their roles, before there is a theme; struck lines are said so and crossed out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Words {
    parts: Vec<(Role, String)>,
    struck: bool,
}

impl Words {
    fn new(parts: Vec<(Role, String)>) -> Self {
        Self { parts, struck: false }
    }

    fn line<'a>(&'a self, pen: &Pen<'_>) -> Line<'a> {
        let style = |role| {
            let style = pen.style(role);
            if self.struck { style.add_modifier(Modifier::CROSSED_OUT) } else { style }
        };
        self.parts.iter().map(|(role, text)| Span::styled(text.as_str(), style(*role))).collect()
    }
}

impl Panel for Timeline {
    fn id(&self) -> PanelId {
        PanelId::Timeline
    }

    fn title(&self) -> &'static str {
        "timeline"
    }

    fn height(&self, model: &Model, width: u16) -> Height {
        let Some(incident) = subject::incident(model) else {
            return Height::fixed(if model.view.screen == Screen::Incident { 2 } else { 0 });
        };
        let lines = entries::lines(incident, model.now, text_width(width)).len().max(1);
        let head = if full(model) { head::lines(model, incident, text_width(width)).len() + 2 } else { 0 };
        let rows = |count: usize| count.min(usize::from(u16::MAX)) as u16;
        Height { min: 4, ideal: rows(head + 1 + lines.min(9)), most: rows(head + 1 + lines) }
    }

    fn react(&self, model: &mut Model, action: Action) -> bool {
        if action != Action::Open || model.view.screen == Screen::Incident {
            return false;
        }
        let Some(number) = subject::incident(model).map(|incident| incident.number) else { return false };
        super::incidents::open_incident(model, number);
        true
    }

    fn draw(&self, pen: &mut Pen<'_>) {
        let Some(incident) = subject::incident(pen.model) else { return draw_none(pen) };
        let width = text_width(pen.area.width);
        let lines = entries::lines(incident, pen.model.now, width);
        let head = head_shown(pen.model, incident, pen.area, lines.len().max(1));
        draw_head(pen, incident, &head);
        draw_entries(pen, incident, &lines, head.is_empty());
    }
}

/// The head is for the screens about incidents; elsewhere the latest lines say enough.
fn full(model: &Model) -> bool {
    matches!(model.view.screen, Screen::Incident | Screen::Incidents)
}

fn text_width(width: u16) -> usize {
    usize::from(width.saturating_sub(3).max(1))
}

/// The lines of the head that fit above `lines` of the timeline, and a blank where there is room.
fn head_shown(model: &Model, incident: &Incident, room: Rect, lines: usize) -> Vec<Words> {
    if !full(model) {
        return Vec::new();
    }
    let width = text_width(room.width);
    let mut head = head::lines(model, incident, width);
    let half = usize::from(room.height.saturating_sub(2) / 2);
    let entries = incident.timeline.entries().len().min(half.max(LEAST));
    let space = usize::from(room.height).saturating_sub(2 + entries);
    head.truncate(space.max(usize::from(room.height > 4)));
    if usize::from(room.height) >= head.len() + 3 + lines {
        head.push(Words::default());
    }
    head
}

fn draw_none(pen: &mut Pen<'_>) {
    if pen.area.height > 1 {
        pen.section("incident", Line::default());
    }
    let text = match pen.model.view.incident {
        Some(number) => format!("there is no INC-{number} in the log"),
        None => "no incident is selected".to_owned(),
    };
    let line = Line::from(pen.span(Role::Muted, text));
    pen.line(&line);
}

fn draw_head(pen: &mut Pen<'_>, incident: &Incident, head: &[Words]) {
    if head.is_empty() {
        return;
    }
    let note = Line::from(head::standing(pen.model, incident));
    pen.section(&incident.id(), note);
    for words in head {
        pen.line(&words.line(pen));
    }
}

fn draw_entries(pen: &mut Pen<'_>, incident: &Incident, lines: &[Words], alone: bool) {
    let title = pen.area.height > 1;
    let visible = usize::from(pen.area.height - u16::from(title).min(pen.area.height));
    let last = lines.len().saturating_sub(visible);
    let top = first(pen.model).map_or(last, |first| first.min(last));
    if title {
        let mut note = if alone {
            format!("{} · {}", incident.id(), head::standing(pen.model, incident))
        } else {
            "newest last".to_owned()
        };
        let below = lines.len().saturating_sub(top + visible);
        if top > 0 {
            note = format!("{note} · {top} above");
        }
        if below > 0 {
            note = format!("{note} · {below} below");
        }
        pen.section("timeline", Line::from(note));
    }
    if lines.is_empty() {
        let line = Line::from(pen.span(Role::Muted, "nothing has been written yet"));
        return pen.line(&line);
    }
    for words in lines.iter().skip(top).take(visible) {
        let (x, y) = (pen.area.x + 1, pen.area.y);
        put_line(pen.buf, (x, y), &words.line(pen), pen.area.width.saturating_sub(2), Align::Left);
        pen.skip(1);
    }
}

/// The first line shown; none while it follows what is written.
pub(super) fn first(model: &Model) -> Option<usize> {
    let cursor = model.view.cursors.get(&PanelId::Timeline)?;
    let incident = subject::incident(model)?;
    (cursor.id.as_deref() == Some(&incident.id())).then_some(cursor.index)
}

/// The last line that can be the first one shown.
pub(super) fn last(model: &Model, room: Rect) -> usize {
    let Some(incident) = subject::incident(model) else { return 0 };
    let lines = entries::lines(incident, model.now, text_width(room.width)).len();
    let head = head_shown(model, incident, room, lines.max(1)).len();
    let above = if head > 0 { head + 2 } else { 1 };
    lines.saturating_sub(usize::from(room.height).saturating_sub(above))
}

/// Shows the timeline from line `first` on, or follows its end.
pub(super) fn scroll_to(model: &mut Model, first: Option<usize>) {
    let id = subject::incident(model).map(Incident::id);
    match first {
        Some(index) => {
            model.view.cursors.insert(PanelId::Timeline, Cursor { id, index });
        }
        None => {
            model.view.cursors.remove(&PanelId::Timeline);
        }
    }
}
