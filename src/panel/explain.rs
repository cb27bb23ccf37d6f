//! Why the figures of an SLO are what they are: formulas with their values, exact queries, what other methods say.

use ratatui::layout::Rect;
use ratatui::text::Line;

use super::objectives::budget_role;
use super::prose::{Piece, Prose, piece};
use super::{Height, Panel, Pen, slo_summary, subject};
use crate::domain::slo::explain::{Row, Section, explain};
use crate::domain::slo::status::SloStatus;
use crate::state::{Model, PanelId};
use crate::theme::Role;
use crate::widget::text::width;

pub(super) struct Explain;

/// From this width on, the sections stand in two columns.
const SIDE_BY_SIDE: u16 = 150;
/// Columns of the labels, where there is room and where there is not.
const HANG: [usize; 2] = [18, 12];
const ROOMY: u16 = 60;

impl Panel for Explain {
    fn id(&self) -> PanelId {
        PanelId::Explain
    }

    fn title(&self) -> &'static str {
        "explain"
    }

    fn height(&self, model: &Model, columns: u16) -> Height {
        let Some(slo) = subject::slo(model) else { return Height::fixed(2) };
        let rows = pages(model, slo, columns).iter().map(Prose::rows).max().unwrap_or(0) + 1;
        Height { min: rows.min(3), ideal: rows, most: rows }
    }

    fn draw(&self, pen: &mut Pen<'_>) {
        let Some(slo) = subject::slo(pen.model).cloned() else { return slo_summary::draw_none(pen) };
        let pages = pages(pen.model, &slo, pen.area.width);
        let longest = pages.iter().max_by_key(|page| page.rows());
        let place = longest.and_then(|page| page.place(pen.model, self.id(), pen.area.height));
        let title = format!("why {}", slo.id());
        let room = pen.area.width.saturating_sub(width(&title) as u16 + 8);
        pen.section(&title, Line::from(place.unwrap_or_else(|| slo_summary::promise(&slo, room))));
        let whole = pen.area;
        let each = whole.width / pages.len().max(1) as u16;
        for (number, page) in pages.iter().enumerate() {
            pen.area = Rect { x: whole.x + number as u16 * each, width: each, ..whole };
            page.show(pen, self.id());
        }
    }
}

/// One page a column: what the figures are, and what follows from them.
fn pages(model: &Model, slo: &SloStatus, columns: u16) -> Vec<Prose> {
    let sections = explain(slo, &model.log, model.snapshot()).sections;
    if columns < SIDE_BY_SIDE {
        let mut page = Prose::new(columns);
        lay(&mut page, slo, &sections);
        queries(&mut page, slo);
        return vec![page];
    }
    let seam = sections.iter().position(|section| section.title == "burn").unwrap_or(sections.len());
    let (mut left, mut right) = (Prose::new(columns / 2), Prose::new(columns / 2));
    lay(&mut left, slo, &sections[..seam]);
    queries(&mut left, slo);
    lay(&mut right, slo, &sections[seam..]);
    vec![left, right]
}

/// A label that is too long for its columns has a line of its own.
fn entry(page: &mut Prose, label: &str, pieces: &[Piece]) {
    let hang = HANG[usize::from(page.width < usize::from(ROOMY))];
    let fits = width(label) < hang;
    if !fits {
        page.flow(0, &[piece(Role::Muted, label)]);
    }
    page.tagged((Role::Muted, if fits { label } else { "" }), hang, pieces);
}

fn lay(page: &mut Prose, slo: &SloStatus, sections: &[Section]) {
    for section in sections {
        page.heading(section.title);
        for row in &section.rows {
            entry(page, &row.label, &sentence(row, role(slo, section, row)));
        }
    }
}

fn queries(page: &mut Prose, slo: &SloStatus) {
    if slo.queries.is_empty() {
        return;
    }
    page.heading("queries");
    for query in slo.queries.iter() {
        entry(page, &query.part, &[piece(Role::Text, query.text.as_str())]);
    }
}

/// What the result of a row means: colour only where something is wrong, or where it is the budget itself.
fn role(slo: &SloStatus, section: &Section, row: &Row) -> Role {
    match (section.title, row.label.as_str()) {
        ("budget", "remaining") => budget_role(slo),
        ("burn", "page") if row.result.starts_with("firing") => Role::Page,
        ("burn", "ticket") if row.result.starts_with("firing") => Role::Warn,
        ("pager", _) if row.result.ends_with("DIFFER") => Role::Warn,
        _ if row.label == "mind" => Role::Warn,
        _ if row.formula.is_empty() => Role::Text,
        _ => Role::Bright,
    }
}

/// `formula = values = result`, as far as there are any.
fn sentence(row: &Row, result: Role) -> Vec<Piece> {
    let parts = [(Role::Muted, &row.formula), (Role::Text, &row.values), (result, &row.result)];
    let mut pieces = Vec::new();
    for (role, text) in parts.into_iter().filter(|part| !part.1.is_empty()) {
        if !pieces.is_empty() {
            pieces.push(piece(Role::Muted, " = "));
        }
        pieces.push(piece(role, whole_figures(text)));
    }
    pieces
}

/// Figures stay in one line: no break inside `12 345` nor before `%`.
fn whole_figures(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let inside = |at: usize| {
        let next = letters.get(at + 1).is_some_and(|next| next.is_ascii_digit() || *next == '%');
        at > 0 && letters[at - 1].is_ascii_digit() && next
    };
    let glued = |(at, letter): (usize, &char)| if *letter == ' ' && inside(at) { '\u{a0}' } else { *letter };
    letters.iter().enumerate().map(glued).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_not_broken_but_sums_are() {
        assert_eq!(whole_figures("1 − 14 700 / 25 920 = 43 %"), "1 − 14\u{a0}700 / 25\u{a0}920 = 43\u{a0}%");
        assert_eq!(whole_figures("6h and 30m"), "6h and 30m");
    }
}
