//! The runbooks there are, or those that fit what is searched for, the best first.

use ratatui::text::Line;
use ratatui::widgets::Widget;

use super::runbooks::{age, filter, id, listed, open, place, selected};
use super::{Height, Panel, Pen};
use crate::domain::runbook::library::Entry;
use crate::domain::runbook::search::{Hit, Where};
use crate::state::{Action, Model, PanelId};
use crate::theme::Role;
use crate::widget::text::width;
use crate::widget::{Align, Column};

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
        listed(model).iter().filter_map(|hit| model.runbooks.pages.get(hit.page)).map(id).collect()
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
            .filter_map(|hit| model.runbooks.pages.get(hit.page).map(|entry| (hit, entry)))
            .collect();
        let all = model.runbooks.pages.len();
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

/// The columns that say something here, each with its place in a row.
fn columns(pen: &Pen<'_>, hits: &[(Hit, &Entry)]) -> Vec<(usize, Column<'static>)> {
    let longest = |text: &dyn Fn(&(Hit, &Entry)) -> usize, least: usize, most: usize| {
        hits.iter().map(text).max().unwrap_or(0).clamp(least, most) as u16
    };
    let title = longest(&|(_, entry)| width(&entry.page.title), 12, 44);
    let path = longest(&|(_, entry)| width(&entry.page.path), 8, 60);
    let matching = longest(&|hit| width(&matched(hit)), 8, 44);
    let searched = !filter(pen.model).is_empty();
    let several = hits.iter().any(|(_, entry)| entry.root != hits[0].1.root);
    let dated = hits.iter().any(|(_, entry)| entry.modified.is_some());
    let column = |title, min: u16, ideal: u16, priority, align| Column {
        title,
        min: min.min(ideal),
        ideal,
        priority,
        align,
    };
    let all = [
        (true, TITLE, column("runbook", 16, title, 10, Align::Left)),
        (searched, MATCH, column("found in", 14, matching, 8, Align::Left)),
        (true, PATH, column("path", 12, path, 6, Align::Left)),
        (several, COLLECTION, column("collection", 8, 16, 4, Align::Left)),
        (dated, AGE, column("age", 9, 9, 7, Align::Right)),
    ];
    all.into_iter().filter(|column| column.0).map(|(_, place, column)| (place, column)).collect()
}

fn draw_table(pen: &mut Pen<'_>, hits: &[(Hit, &Entry)]) {
    let (places, columns): (Vec<usize>, Vec<_>) = columns(pen, hits).into_iter().unzip();
    let ids: Vec<String> = hits.iter().map(|(_, entry)| id(entry)).collect();
    let selected = pen.selected(PanelId::RunbookList, &ids);
    let rows: Vec<Vec<Line<'_>>> = hits
        .iter()
        .map(|hit| {
            let row = row(pen, hit);
            places.iter().map(|place| row[*place].clone()).collect()
        })
        .collect();
    let table = pen.table(&columns, &rows, selected);
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
