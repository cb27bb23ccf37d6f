//! The rule that opens a section: its title on the left, a note on the right.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::Widget;

use super::text::{Align, clean, put, put_line, set, width};

/// `─ title ─────────── note ─` in one row; the note gives way to the title.
#[derive(Debug, Clone, Default)]
pub struct Section<'a> {
    pub title: &'a str,
    pub note: Line<'a>,
    pub title_style: Style,
    pub rule: Style,
}

impl Widget for &Section<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let area = area.intersection(buf.area);
        if area.is_empty() {
            return;
        }
        for x in area.x..area.right() {
            set(buf, (x, area.y), '─', self.rule);
        }
        let room = area.width.saturating_sub(4);
        let title = width(&clean(self.title)).min(usize::from(room)) as u16;
        if title > 0 {
            set(buf, (area.x + 1, area.y), ' ', self.rule);
            let after = put(buf, (area.x + 2, area.y), self.title, title, self.title_style);
            set(buf, (after, area.y), ' ', self.rule);
        }
        self.render_note(area, title, buf);
    }
}

impl Section<'_> {
    fn render_note(&self, area: Rect, title: u16, buf: &mut Buffer) {
        let wanted: usize = self.note.spans.iter().map(|span| width(&clean(&span.content))).sum();
        let room = usize::from(area.width.saturating_sub(title + 8));
        let note = wanted.min(room) as u16;
        if note < 4 && usize::from(note) < wanted || note == 0 {
            return;
        }
        let x = area.right() - 2 - note;
        set(buf, (x - 1, area.y), ' ', self.rule);
        put_line(buf, (x, area.y), &self.note, note, Align::Right);
        set(buf, (x + note, area.y), ' ', self.rule);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(title: &str, note: &str, width: u16) -> String {
        let mut buf = Buffer::empty(Rect::new(0, 0, width, 1));
        Section { title, note: note.into(), ..Section::default() }.render(buf.area, &mut buf);
        super::super::to_text(&buf).trim_end().to_owned()
    }

    #[test]
    fn title_and_note_share_the_rule() {
        assert_eq!(drawn("budget", "30 d", 24), "─ budget ──────── 30 d ─");
        assert_eq!(drawn("budget", "", 14), "─ budget ─────");
        assert_eq!(drawn("budget", "a long note", 20), "─ budget ── a lon… ─");
        assert_eq!(drawn("budget", "a long note", 12), "─ budget ───");
        assert_eq!(drawn("", "", 3), "───");
        assert_eq!(drawn("budget", "note", 0), "");
    }
}
