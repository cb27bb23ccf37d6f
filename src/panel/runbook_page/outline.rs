//! The sections of the page beside it, where the screen is wide enough.

use ratatui::layout::Rect;
use ratatui::text::Line;

use super::{Sheet, WIDEST};
use crate::panel::Pen;
use crate::theme::Role;
use crate::widget::Align;
use crate::widget::table::scroll;
use crate::widget::text::put_line;

/// Columns between the text and the outline, and the least that an outline needs.
const GAP: u16 = 4;
const LEAST: u16 = 24;
const MOST: u16 = 60;

pub(super) fn draw(pen: &mut Pen<'_>, body: Rect, sheet: &Sheet<'_>, current: Option<usize>) {
    let left = 1 + WIDEST + GAP;
    let room = body.width.saturating_sub(left + 3);
    let sections = &sheet.entry.page.sections;
    if room < LEAST || sections.len() < 2 {
        return;
    }
    let visible = usize::from(body.height);
    let first = scroll(0, current, visible, sections.len());
    let shallow = sections.iter().map(|section| section.level).min().unwrap_or(1);
    for (row, (number, section)) in sections.iter().enumerate().skip(first).take(visible).enumerate() {
        let here = current == Some(number);
        let mark = if here { if pen.theme.ascii() { "> " } else { "▌ " } } else { "  " };
        let depth = usize::from(section.level.saturating_sub(shallow));
        let role = if here { Role::Bright } else { Role::Muted };
        let line = Line::from(vec![
            pen.span(Role::Accent, mark),
            pen.span(role, format!("{:indent$}{}", "", section.title, indent = depth * 2)),
        ]);
        let place = (body.x + left, body.y + row as u16);
        put_line(pen.buf, place, &line, room.min(MOST), Align::Left);
    }
}
