//! The runbook viewer: one page laid to the width, with its sections, links and search.

mod found;
mod links;
mod outline;

use std::borrow::Cow;

use ratatui::layout::Rect;
use ratatui::text::Line;

use super::runbooks::{self, paint};
use super::{Height, Panel, Pen};
use crate::domain::runbook::lay::{Kind, Laid, LaidLine, Options, lay};
use crate::domain::runbook::library::Entry;
use crate::state::{Action, Model, OpenPage, PanelId, Screen};
use crate::theme::Role;
use crate::widget::text::put;

pub(super) struct RunbookPage;

/// Longer lines are hard to read; code may be shifted.
const WIDEST: u16 = 104;
/// Columns by which one key press shifts code.
const SHIFT: usize = 8;
/// Rows of the head: the rule, why this page, and a blank.
const HEAD: u16 = 3;
/// From this height on, there is room for more of it than the rule.
const ROOMY: u16 = 12;

/// The open page, found in the library and laid to a width.
struct Sheet<'a> {
    open: &'a OpenPage,
    number: usize,
    entry: &'a Entry,
    laid: Laid,
}

impl Panel for RunbookPage {
    fn id(&self) -> PanelId {
        PanelId::RunbookPage
    }

    fn title(&self) -> &'static str {
        "runbook"
    }

    fn height(&self, model: &Model, width: u16) -> Height {
        let lines = sheet(model, width).map_or(1, |sheet| sheet.laid.lines.len());
        let most = lines.saturating_add(usize::from(HEAD)).min(usize::from(u16::MAX)) as u16;
        Height { min: 1, ideal: most, most }
    }

    fn react(&self, model: &mut Model, action: Action) -> bool {
        let width = model.size.0;
        match action {
            Action::Left => shift(model, false),
            Action::Right => shift(model, true),
            Action::Next => step_section(model, width, true),
            Action::Previous => step_section(model, width, false),
            Action::NextPanel => links::step(model, width, true),
            Action::PreviousPanel => links::step(model, width, false),
            Action::Open => links::follow(model, width),
            _ => return false,
        }
        true
    }

    fn draw(&self, pen: &mut Pen<'_>) {
        let model = pen.model;
        let Some(sheet) = sheet(model, pen.area.width) else { return draw_absent(pen) };
        let shown = sheet.visible(pen.area);
        let top = sheet.top(shown);
        let matches = found::matches(&sheet.laid, model.view.filters.get(Screen::Page.name()));
        draw_head(pen, &sheet, &matches, top);
        let body = pen.area;
        let column = Rect { x: body.x + 1, width: text_width(body.width), ..body }.intersection(body);
        let current = sheet.section(top);
        for (row, number) in (top..sheet.laid.lines.len()).take(shown).enumerate() {
            let place = Rect { y: column.y + row as u16, height: 1, ..column };
            let line = &sheet.laid.lines[number];
            paint::line(pen, place, line, sheet.open.link.map(|link| link + 1));
            found::highlight(pen, place, &matches, number, sheet.open.scroll);
            let heading = current.is_some_and(|current| sheet.heads(number, current));
            if heading {
                set_bar(pen, body.x, place.y);
            }
        }
        draw_scrollbar(pen, body, top, shown, sheet.laid.lines.len());
        outline::draw(pen, body, &sheet, current);
    }
}

fn set_bar(pen: &mut Pen<'_>, x: u16, y: u16) {
    let style = pen.style(Role::Accent);
    put(pen.buf, (x, y), if pen.theme.ascii() { ">" } else { "▌" }, 1, style);
}

fn sheet(model: &Model, width: u16) -> Option<Sheet<'_>> {
    let open = model.view.page.as_ref()?;
    let number = model.runbooks.find(&open.root, &open.path)?;
    let entry = model.runbooks.pages.get(number)?;
    let width = usize::from(text_width(width));
    // ASCII is left to the last net: widths do not depend on it.
    let options = Options { width, offset: open.offset, ascii: false, folded: &open.folded };
    Some(Sheet { open, number, entry, laid: lay(&entry.page, &options) })
}

/// Columns of the text: a margin on the left, the scrollbar and a blank on the right.
fn text_width(width: u16) -> u16 {
    width.saturating_sub(4).clamp(1, WIDEST)
}

impl Sheet<'_> {
    /// Lines of the page that fit into the panel's area.
    fn visible(&self, room: Rect) -> usize {
        usize::from(room.height.saturating_sub(self.head_rows(room.height)))
    }

    fn head_rows(&self, height: u16) -> u16 {
        let fits = usize::from(height) >= self.laid.lines.len() + usize::from(HEAD);
        match height {
            0 | 1 => 0,
            2..ROOMY if !fits => 1,
            2 | 3 => 1,
            _ => HEAD,
        }
    }

    /// The first line shown, as chosen: by the block the page was opened at, or by scrolling.
    fn chosen(&self) -> usize {
        match self.open.anchor {
            Some(block) => self.laid.line_of(block),
            None => self.open.scroll,
        }
    }

    /// The first line shown: no further than the end, and so that the marked link is in sight.
    fn top(&self, shown: usize) -> usize {
        let last = self.laid.lines.len().saturating_sub(shown);
        let top = self.chosen().min(last);
        let link = self.open.link.and_then(|link| links::line(&self.laid, link + 1));
        match link {
            Some(line) if line < top => line,
            Some(line) if line >= top + shown => (line + 1).saturating_sub(shown / 2).min(last),
            _ => top,
        }
    }

    /// The section the reader is in: the one chosen, else the one at the top of what is shown.
    fn section(&self, top: usize) -> Option<usize> {
        match self.open.anchor {
            Some(block) => self.entry.page.section_of(block),
            None => self.laid.lines.get(top)?.section,
        }
    }

    /// True where line `number` is the first one of section `section`.
    fn heads(&self, number: usize, section: usize) -> bool {
        let heading = |line: &LaidLine, block| line.block == block && line.kind == Kind::Heading;
        let block = self.entry.page.sections.get(section).map(|section| section.block);
        let first = block.and_then(|block| self.laid.lines.iter().position(|line| heading(line, block)));
        first == Some(number)
    }
}

pub(super) fn first(model: &Model, room: Rect) -> usize {
    sheet(model, room.width).map_or(0, |sheet| sheet.top(sheet.visible(room)))
}

pub(super) fn last(model: &Model, room: Rect) -> usize {
    sheet(model, room.width).map_or(0, |sheet| sheet.laid.lines.len().saturating_sub(sheet.visible(room)))
}

/// Shows the page from line `to` on; a marked link that is out of sight then is no longer marked.
pub(super) fn scroll_to(model: &mut Model, to: usize, room: Rect) {
    let seen = sheet(model, room.width).and_then(|sheet| {
        let line = links::line(&sheet.laid, sheet.open.link? + 1)?;
        (to..to + sheet.visible(room)).contains(&line).then_some(())
    });
    if let Some(page) = &mut model.view.page {
        page.scroll = to;
        page.anchor = None;
        page.link = page.link.filter(|_| seen.is_some());
    }
}

/// Shows the first match of what is searched for, at or below where the reader is.
pub fn seek(model: &mut Model) {
    let Some(sheet) = sheet(model, model.size.0) else { return };
    let matches = found::matches(&sheet.laid, model.view.filters.get(Screen::Page.name()));
    let here = sheet.chosen();
    let next = matches.iter().map(found::Match::line).find(|line| *line >= here);
    let Some(line) = next.or_else(|| matches.first().map(found::Match::line)) else { return };
    go_to_line(model, line);
}

fn go_to_line(model: &mut Model, line: usize) {
    if let Some(page) = &mut model.view.page {
        page.scroll = line;
        page.anchor = None;
        page.link = None;
    }
}

fn shift(model: &mut Model, right: bool) {
    let most = sheet(model, model.size.0).map_or(0, |sheet| {
        let room = usize::from(text_width(model.size.0));
        sheet.laid.code_width.saturating_sub(room / 2).next_multiple_of(SHIFT)
    });
    if let Some(page) = &mut model.view.page {
        let to = if right { page.offset + SHIFT } else { page.offset.saturating_sub(SHIFT) };
        page.offset = to.min(most);
    }
}

fn step_section(model: &mut Model, width: u16, forward: bool) {
    let Some(sheet) = sheet(model, width) else { return };
    let sections = &sheet.entry.page.sections;
    let here = sheet.section(sheet.chosen().min(sheet.laid.lines.len().saturating_sub(1)));
    let to = match (here, forward) {
        (None, true) => Some(0),
        (None, false) => None,
        (Some(here), true) => Some((here + 1).min(sections.len().saturating_sub(1))),
        (Some(here), false) => here.checked_sub(1),
    };
    let anchor = to.and_then(|to| sections.get(to)).map(|section| section.block);
    if let Some(page) = &mut model.view.page {
        page.scroll = 0;
        page.anchor = anchor;
        page.link = None;
    }
}

fn draw_absent(pen: &mut Pen<'_>) {
    let text = match &pen.model.view.page {
        Some(open) => format!("{} is no longer in {}; Esc goes back", open.path, open.root),
        None => "no runbook is open: 6 lists them, R opens the one of the selection".to_owned(),
    };
    if pen.area.height > 1 {
        pen.section("runbook", Line::default());
    }
    let line = Line::from(pen.span(Role::Muted, text));
    pen.line(&line);
}

fn draw_head(pen: &mut Pen<'_>, sheet: &Sheet<'_>, matches: &[found::Match], top: usize) {
    let rows = sheet.head_rows(pen.area.height);
    if rows == 0 {
        return;
    }
    let shown = sheet.visible(pen.area);
    let note = note(pen, sheet, matches, top, shown);
    pen.section(&sheet.entry.page.path, note);
    if rows < HEAD {
        return;
    }
    let found = sheet.open.found.clone().unwrap_or_else(|| format!("in {}", sheet.entry.root));
    let line = Line::from(vec![
        pen.span(Role::Bright, sheet.entry.page.title.as_str()),
        pen.span(Role::Muted, format!("   {found}")),
    ]);
    pen.line(&line);
    pen.skip(1);
}

/// What is searched for, the age of the copy, and how far the reader is.
fn note(
    pen: &Pen<'_>,
    sheet: &Sheet<'_>,
    matches: &[found::Match],
    top: usize,
    shown: usize,
) -> Line<'static> {
    let model = pen.model;
    let narrow = pen.area.width < 72;
    let mut parts: Vec<Cow<'static, str>> = Vec::new();
    let query = model.view.filters.get(Screen::Page.name()).filter(|query| !query.is_empty());
    if let Some(query) = query {
        let place = matches.iter().position(|found| found.line() >= sheet.chosen()).map_or(0, |at| at + 1);
        parts.push(match matches.len() {
            0 => format!("/{query} not found").into(),
            n => format!("/{query} {}/{n} · Enter next", place.max(1)).into(),
        });
    } else {
        parts.push(match runbooks::age(model, sheet.entry) {
            Some(age) if narrow => age.into(),
            Some(age) if age == "new" || age == "today" => "local copy, of today".into(),
            Some(age) => format!("local copy, {age} old").into(),
            None => "local copy".into(),
        });
    }
    let sections = sheet.entry.page.sections.len();
    if let Some(section) = sheet.section(top) {
        let word = if narrow { "" } else { "section " };
        parts.push(format!("{word}{}/{sections}", section + 1).into());
    }
    if sheet.open.offset > 0 {
        parts.push(format!("code +{}", sheet.open.offset).into());
    }
    let total = sheet.laid.lines.len();
    parts.push(if total <= shown {
        "all".into()
    } else {
        format!("{} %", ((top + shown).min(total) * 100) / total.max(1)).into()
    });
    Line::from(parts.join(" · "))
}

fn draw_scrollbar(pen: &mut Pen<'_>, body: Rect, top: usize, shown: usize, total: usize) {
    if total <= shown || body.width < 4 || body.height < 2 {
        return;
    }
    let rows = usize::from(body.height);
    let size = (rows * shown).div_ceil(total).clamp(1, rows);
    let start = (top * (rows - size)).div_ceil((total - shown).max(1)).min(rows - size);
    let (track, thumb) = (pen.style(Role::Faint), pen.style(Role::Muted));
    let x = body.right() - 1;
    for row in 0..rows {
        let held = (start..start + size).contains(&row);
        let glyph = match (held, pen.theme.ascii()) {
            (true, true) => "#",
            (true, false) => "┃",
            (false, true) => "|",
            (false, false) => "│",
        };
        put(pen.buf, (x, body.y + row as u16), glyph, 1, if held { thumb } else { track });
    }
}

#[cfg(test)]
mod tests;
