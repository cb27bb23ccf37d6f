//! Help: the keys of the screen behind, then the general ones, the words used, nines in minutes, policy ladders.

mod keys;
mod words;

use ratatui::layout::Rect;
use ratatui::text::Line;

use super::prose::{Prose, piece};
use super::{Height, Panel, Pen};
use crate::state::{Model, PanelId, Screen};
use crate::theme::Role;

pub(super) struct Help;

/// From this width on, keys and words stand side by side.
const SIDE_BY_SIDE: u16 = 110;

/// Something under a heading that can be found by a word: how it reads, and how it is laid out.
struct Entry {
    tag: String,
    role: Role,
    hang: usize,
    pieces: Vec<super::prose::Piece>,
}

impl Entry {
    fn new(tag: impl Into<String>, hang: usize, text: impl Into<String>) -> Self {
        Self { tag: tag.into(), role: Role::Accent, hang, pieces: vec![piece(Role::Text, text)] }
    }

    fn matches(&self, filter: &str) -> bool {
        let text: String = self.pieces.iter().map(|part| part.1.replace('\u{a0}', " ")).collect();
        let text = format!("{} {text}", self.tag).to_lowercase();
        filter.to_lowercase().split_whitespace().all(|word| text.contains(word))
    }
}

type Chapter = (String, Vec<Entry>);

impl Panel for Help {
    fn id(&self) -> PanelId {
        PanelId::Help
    }

    fn title(&self) -> &'static str {
        "help"
    }

    fn height(&self, model: &Model, width: u16) -> Height {
        let rows = pages(model, width).iter().map(Prose::rows).max().unwrap_or(0).max(1) + 1;
        Height { min: rows.min(3), ideal: rows, most: rows }
    }

    fn draw(&self, pen: &mut Pen<'_>) {
        let pages = pages(pen.model, pen.area.width);
        let filter = pen.model.view.filter();
        let place = pages
            .iter()
            .max_by_key(|page| page.rows())
            .and_then(|page| page.place(pen.model, self.id(), pen.area.height));
        let found = (!filter.is_empty()).then(|| format!("/{filter}"));
        let note: Vec<_> = found.into_iter().chain(place).collect();
        pen.section(self.title(), Line::from(note.join(" · ")));
        if pages.iter().all(|page| page.lines.is_empty()) {
            let line = Line::from(pen.span(Role::Muted, "nothing matches; Esc clears the filter"));
            return pen.line(&line);
        }
        let whole = pen.area;
        let each = whole.width / pages.len() as u16;
        for (number, page) in pages.iter().enumerate() {
            pen.area = Rect { x: whole.x + number as u16 * each, width: each, ..whole };
            page.show(pen, self.id());
        }
    }
}

/// The screen from which help was asked for.
fn behind(model: &Model) -> Screen {
    match model.view.screen {
        Screen::Help => model.view.trail.last().copied().unwrap_or(Screen::Overview),
        screen => screen,
    }
}

/// One page a column.
fn pages(model: &Model, width: u16) -> Vec<Prose> {
    let keys = keys::chapters(behind(model));
    let words = words::chapters();
    let filter = model.view.filter();
    if width < SIDE_BY_SIDE {
        let all: Vec<_> = keys.into_iter().chain(words).collect();
        return vec![laid(&all, width, filter)];
    }
    vec![laid(&keys, width / 2, filter), laid(&words, width / 2, filter)]
}

fn laid(chapters: &[Chapter], width: u16, filter: &str) -> Prose {
    let mut prose = Prose::new(width);
    for (heading, entries) in chapters {
        let found: Vec<_> = entries.iter().filter(|entry| entry.matches(filter)).collect();
        if found.is_empty() {
            continue;
        }
        prose.heading(heading);
        for entry in found {
            prose.tagged((entry.role, &entry.tag), entry.hang, &entry.pieces);
        }
    }
    prose
}
