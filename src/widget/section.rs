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
        let room = usize::from(area.width.saturating_sub(4));
        let title = width(&clean(self.title)).min(room) as u16;
        let title = Rect { x: area.x + 2, width: title, ..area };
        put(buf, (title.x, area.y), self.title, title.width, self.title_style);
        let note = self.note_place(area, title.width);
        put_line(buf, (note.x, area.y), &self.note, note.width, Align::Right);
        // The rule keeps off the words: a style without a colour would take on the rule's.
        for x in (area.x..area.right()).filter(|x| !near(title, *x) && !near(note, *x)) {
            set(buf, (x, area.y), '─', self.rule);
        }
    }
}

/// True on the words in `place` and the blanks beside them.
fn near(place: Rect, x: u16) -> bool {
    place.width > 0 && (place.x - 1..=place.right()).contains(&x)
}

impl Section<'_> {
    /// Where the note stands; without width when there is no room for it.
    fn note_place(&self, area: Rect, title: u16) -> Rect {
        let wanted: usize = self.note.spans.iter().map(|span| width(&clean(&span.content))).sum();
        let room = usize::from(area.width.saturating_sub(title + 8));
        let wide = wanted.min(room) as u16;
        if wide == 0 || wide < 4 && usize::from(wide) < wanted {
            return Rect { width: 0, ..area };
        }
        Rect { x: area.right() - 2 - wide, width: wide, ..area }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::style::Modifier;

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

    #[test]
    fn a_title_without_a_colour_does_not_take_the_rules() {
        let mut buf = Buffer::empty(Rect::new(0, 0, 12, 1));
        Section { title: "a", rule: Style::new().dim(), ..Section::default() }.render(buf.area, &mut buf);
        assert_eq!(buf[(2, 0)].modifier, Modifier::empty());
        assert_eq!(buf[(4, 0)].modifier, Modifier::DIM);
    }
}
