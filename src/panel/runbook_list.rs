//! The runbooks there are, or those that fit what is searched for, the best first.

use ratatui::text::Line;
use ratatui::widgets::Widget;

use super::runbooks::{age, filter, id, listed, open, place, selected};
use super::{Height, Panel, Pen};
use crate::domain::runbook::library::Entry;
use crate::domain::runbook::search::{Hit, Where};
use crate::state::{Action, Model, PanelId};
use crate::theme::Role;
use crate::widget::table::scroll;
use crate::widget::text::width;
use crate::widget::{Align, Column, Table};

pub(super) struct RunbookList;

const TITLE: usize = 0;
const MATCH: usize = 1;
const PATH: usize = 2;
const COLLECTION: usize = 3;
const AGE: usize = 4;

impl Panel for RunbookList {
    fn id(&self) -> PanelId {
        PanelId::RunbookList
    }

    fn title(&self) -> &'static str {
        "runbooks"
    }

    fn height(&self, model: &Model, _width: u16) -> Height {
        let rows = listed(model).len().clamp(1, 5_000) as u16;
        Height { min: 3.min(rows + 1), ideal: rows.min(10) + 2, most: rows + 2 }
    }

    fn rows(&self, model: &Model) -> Vec<String> {
        listed(model).iter().filter_map(|hit| model.library.pages.get(hit.page)).map(id).collect()
    }

    fn react(&self, model: &mut Model, action: Action) -> bool {
        if action != Action::Open {
            return false;
        }
        let Some(hit) = selected(model) else { return false };
        let place = place(model, &hit);
        let found = (!filter(model).is_empty()).then(|| format!("found with /{}", filter(model)));
        open(model, place, found);
        true
    }

    fn draw(&self, pen: &mut Pen<'_>) {
        let model = pen.model;
        let hits: Vec<(Hit, &Entry)> = listed(model)
            .into_iter()
            .filter_map(|hit| model.library.pages.get(hit.page).map(|entry| (hit, entry)))
            .collect();
        let all = model.library.pages.len();
        if pen.area.height > 1 || hits.is_empty() {
            pen.section(self.title(), note(model, hits.len(), all));
        }
        if hits.is_empty() {
            return draw_empty(pen, all);
        }
        draw_table(pen, &hits);
    }
}

fn note(model: &Model, shown: usize, all: usize) -> Line<'static> {
    let filter = filter(model);
    Line::from(match (filter.is_empty(), all) {
        (true, 1) => "1 page".to_owned(),
        (true, _) => format!("{all} pages"),
        (false, _) => format!("/{filter} · {shown} of {all} · best first"),
    })
}

fn draw_empty(pen: &mut Pen<'_>, all: usize) {
    let texts: &[&str] = if all > 0 {
        &["no page fits what is searched for; Esc clears it"]
    } else {
        &[
            "no runbooks: name their folders in the configuration,",
            "  runbooks = [\"runbooks/\"]",
            "and every .md file below them is listed and searched here.",
        ]
    };
    for text in texts {
        let line = Line::from(pen.span(Role::Muted, *text));
        pen.line(&line);
    }
}

fn columns(pen: &Pen<'_>, hits: &[(Hit, &Entry)]) -> Vec<Column<'static>> {
    let longest = |text: &dyn Fn(&Entry) -> usize| hits.iter().map(|(_, entry)| text(entry)).max();
    let title = longest(&|entry| width(&entry.page.title)).unwrap_or(0).clamp(16, 44) as u16;
    let path = longest(&|entry| width(&entry.page.path)).unwrap_or(0).clamp(8, 60) as u16;
    let searched = !filter(pen.model).is_empty();
    let matched = hits.iter().map(|hit| width(&matched(hit))).max().unwrap_or(0).clamp(8, 44) as u16;
    let several = hits.iter().any(|(_, entry)| entry.root != hits[0].1.root);
    let dated = hits.iter().any(|(_, entry)| entry.modified.is_some());
    let column = |title, min, ideal, priority, align| Column { title, min, ideal, priority, align };
    let absent = |column: Column<'static>, there: bool| {
        if there { column } else { Column { min: u16::MAX, priority: 0, ..column } }
    };
    let mut columns = vec![
        column("runbook", 12, title, 10, Align::Left),
        absent(column("found in", 12, matched, 8, Align::Left), searched),
        column("path", 12, path, 7, Align::Left),
        absent(column("collection", 8, 16, 4, Align::Left), several),
        absent(column("age", 9, 9, 6, Align::Right), dated),
    ];
    if pen.area.width < 60 {
        columns[PATH].min = 10;
        columns[AGE].priority = 9;
    }
    columns
}

fn draw_table(pen: &mut Pen<'_>, hits: &[(Hit, &Entry)]) {
    let columns = columns(pen, hits);
    let ids: Vec<String> = hits.iter().map(|(_, entry)| id(entry)).collect();
    let selected = pen.selected(PanelId::RunbookList, &ids);
    let visible = usize::from(pen.area.height.saturating_sub(1));
    let rows: Vec<_> = hits.iter().map(|hit| row(pen, hit)).collect();
    let table = Table {
        columns: &columns,
        rows: &rows,
        selected,
        offset: scroll(0, selected, visible, rows.len()),
        header: pen.style(Role::Muted),
        selection: pen.style(Role::Selection),
        bar: pen.style(Role::Accent),
        ascii: pen.theme.ascii(),
    };
    table.render(pen.area, pen.buf);
}

fn row<'a>(pen: &Pen<'_>, hit: &'a (Hit, &'a Entry)) -> Vec<Line<'a>> {
    let entry = hit.1;
    let mut cells = vec![Line::default(); AGE + 1];
    cells[TITLE] = Line::from(pen.span(Role::Bright, entry.page.title.as_str()));
    cells[MATCH] = Line::from(pen.span(Role::Accent, matched(hit)));
    cells[PATH] = Line::from(pen.span(Role::Muted, entry.page.path.as_str()));
    let collection = entry.root.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    cells[COLLECTION] = Line::from(pen.span(Role::Muted, collection));
    cells[AGE] = Line::from(pen.span(Role::Muted, age(pen.model, entry).unwrap_or_default()));
    cells
}

/// Where the words were found: the section, or a word for the rest.
fn matched((hit, entry): &(Hit, &Entry)) -> String {
    let section = hit.section.and_then(|section| entry.page.sections.get(section));
    match (hit.place, section) {
        (Where::Title, _) => "title".to_owned(),
        (Where::Path, _) => "path".to_owned(),
        (Where::Heading, Some(section)) => format!("# {}", section.title),
        (Where::Text, Some(section)) => format!("in {}", section.title),
        (_, None) => "text".to_owned(),
    }
}
