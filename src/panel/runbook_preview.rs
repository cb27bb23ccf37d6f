//! The first lines of the selected runbook; on the overview, of the runbook of the SLO in view.

use std::collections::BTreeSet;

use ratatui::layout::Rect;
use ratatui::text::Line;

use super::runbooks::{of, open, paint, place, selected};
use super::{Height, Panel, Pen, subject};
use crate::domain::runbook::lay::{Kind, Laid, Options, lay};
use crate::domain::runbook::library::Place;
use crate::domain::runbook::resolve::Found;
use crate::state::{Action, Model, PanelId, Screen};
use crate::theme::Role;

pub(super) struct RunbookPreview;

const WIDEST: u16 = 104;

/// What is to be previewed, and how it was come by.
enum Choice {
    Page { place: Place, found: Option<String> },
    Nothing(String),
}

impl Panel for RunbookPreview {
    fn id(&self) -> PanelId {
        PanelId::RunbookPreview
    }

    fn title(&self) -> &'static str {
        "preview"
    }

    fn height(&self, model: &Model, width: u16) -> Height {
        match choice(model) {
            Choice::Page { place, .. } => {
                let lines = laid(model, place, width).map_or(0, |(laid, first)| laid.lines.len() - first);
                let most = lines.saturating_add(1).min(usize::from(u16::MAX)) as u16;
                Height { min: 4.min(most), ideal: most.min(12), most }
            }
            Choice::Nothing(_) if model.view.screen == Screen::Overview => Height::fixed(2),
            Choice::Nothing(text) if text.is_empty() => Height::fixed(0),
            Choice::Nothing(_) => Height { min: 2, ideal: 2, most: 2 },
        }
    }

    fn react(&self, model: &mut Model, action: Action) -> bool {
        if action != Action::Open {
            return false;
        }
        let Choice::Page { place, found } = choice(model) else { return false };
        open(model, place, found);
        true
    }

    fn draw(&self, pen: &mut Pen<'_>) {
        match choice(pen.model) {
            Choice::Page { place, found } => draw_page(pen, place, found.as_deref()),
            Choice::Nothing(text) => {
                pen.section("runbook", Line::default());
                let line = Line::from(pen.span(Role::Muted, text));
                pen.line(&line);
            }
        }
    }
}

fn choice(model: &Model) -> Choice {
    if model.view.screen == Screen::Runbooks {
        return match selected(model) {
            Some(hit) => Choice::Page { place: place(model, &hit), found: None },
            None => Choice::Nothing(String::new()),
        };
    }
    let Some(slo) = subject::slo(model) else { return Choice::Nothing("no SLO is selected".to_owned()) };
    match of(model, &slo.objective).found {
        Found::One(hit) => {
            Choice::Page { place: hit.place, found: Some(format!("for {}: {}", slo.id(), hit.why)) }
        }
        Found::Several(hits) => {
            Choice::Nothing(format!("{} runbooks fit {} equally well; R lists them", hits.len(), slo.id()))
        }
        Found::None => Choice::Nothing(format!("no runbook for {}", slo.id())),
    }
}

/// The page laid to the width, and the line to begin at: the place itself, or below the front matter.
fn laid(model: &Model, place: Place, width: u16) -> Option<(Laid, usize)> {
    let entry = model.runbooks.pages.get(place.page)?;
    let folded = BTreeSet::new();
    let width = usize::from(width.saturating_sub(2).clamp(1, WIDEST));
    let laid = lay(&entry.page, &Options { width, offset: 0, ascii: false, folded: &folded });
    let front = laid.lines.iter().take_while(|line| line.kind == Kind::Front).count();
    let first = match place.block {
        Some(block) => laid.line_of(block),
        None if front > 0 => (front + 1).min(laid.lines.len()),
        None => 0,
    };
    Some((laid, first))
}

fn draw_page(pen: &mut Pen<'_>, place: Place, found: Option<&str>) {
    let model = pen.model;
    let Some(entry) = model.runbooks.pages.get(place.page) else { return };
    let note = match found {
        Some(found) => format!("{} · {found}", entry.page.path),
        None => entry.page.path.clone(),
    };
    if pen.area.height > 1 {
        let title = if model.view.screen == Screen::Overview { "runbook" } else { "preview" };
        pen.section(title, Line::from(note));
    }
    let Some((laid, first)) = laid(model, place, pen.area.width) else { return };
    let area = pen.area;
    for (row, line) in laid.lines.iter().skip(first).take(usize::from(area.height)).enumerate() {
        let width = area.width.saturating_sub(2).min(WIDEST);
        let place = Rect { x: area.x + 1, y: area.y + row as u16, width, height: 1 };
        paint::line(pen, place.intersection(area), line, None);
    }
}
