//! Lines of text by role: labelled, wrapped at blanks, scrolled. Made without a theme, so that a panel can tell its height.

use ratatui::text::Line;

use super::{Height, Pen};
use crate::state::{Model, PanelId};
use crate::theme::Role;
use crate::widget::text::{clean, width, wrap};

/// A piece of a line.
pub(super) type Piece = (Role, String);

/// Columns of the labels at the left.
pub(super) const LABEL: usize = 11;

/// A blank at which no line ends.
const GLUE: &str = "\u{a0}";

/// Shorthand for a piece.
pub(super) fn piece(role: Role, text: impl Into<String>) -> Piece {
    (role, text.into())
}

/// `text` that wrapping does not break, such as a figure with its unit.
pub(super) fn glued(text: &str) -> String {
    text.replace(' ', GLUE)
}

/// Lines no wider than `width` columns.
#[derive(Clone, Debug, Default)]
pub(super) struct Prose {
    pub width: usize,
    pub lines: Vec<Vec<Piece>>,
}

impl Prose {
    /// For a panel of `columns`, which [`Pen::line`] indents by one on both sides.
    pub(super) fn new(columns: u16) -> Self {
        Self { width: usize::from(columns.saturating_sub(2)).max(1), lines: Vec::new() }
    }

    pub(super) fn rows(&self) -> u16 {
        self.lines.len().min(10_000) as u16
    }

    /// A blank line, unless nothing stands above it.
    pub(super) fn blank(&mut self) {
        if !self.lines.is_empty() {
            self.lines.push(Vec::new());
        }
    }

    pub(super) fn heading(&mut self, text: &str) {
        self.blank();
        self.lines.push(vec![piece(Role::Bright, text)]);
    }

    /// Pieces that flow over as many lines as they need; all but the first are indented by `hang`.
    pub(super) fn flow(&mut self, hang: usize, pieces: &[Piece]) {
        self.lay(Vec::new(), hang, pieces);
    }

    /// Pieces beside a label of [`LABEL`] columns.
    pub(super) fn entry(&mut self, label: &str, pieces: &[Piece]) {
        self.tagged((Role::Muted, label), LABEL, pieces);
    }

    /// Pieces beside a tag that takes `hang` columns.
    pub(super) fn tagged(&mut self, (role, tag): (Role, &str), hang: usize, pieces: &[Piece]) {
        let hang = hang.min(self.width / 2);
        let tag = crate::widget::fit(tag, hang.saturating_sub(1), crate::widget::Align::Left);
        self.lay(vec![piece(role, format!("{tag} "))], hang, pieces);
    }

    fn lay(&mut self, first: Vec<Piece>, hang: usize, pieces: &[Piece]) {
        let hang = hang.min(self.width / 2);
        let mut used: usize = first.iter().map(|part| width(&part.1)).sum();
        let mut line = first;
        let mut fresh = true;
        for word in words(pieces, self.width - hang) {
            let wide: usize = word.iter().map(|part| width(&part.1)).sum();
            if !fresh && used + 1 + wide > self.width {
                self.lines.push(std::mem::take(&mut line));
                line.push(piece(Role::Text, " ".repeat(hang)));
                (used, fresh) = (hang, true);
            }
            if !fresh {
                line.push(piece(Role::Text, " "));
                used += 1;
            }
            used += wide;
            fresh = false;
            line.extend(word);
        }
        self.lines.push(line);
    }

    /// The height of a panel that is this text below a header.
    pub(super) fn height(&self) -> Height {
        let rows = self.rows() + 1;
        Height { min: rows.min(3), ideal: rows, most: rows }
    }

    /// Draws a panel that is this text below a header; `note` stands there unless lines are out of sight.
    pub(super) fn page(&self, pen: &mut Pen<'_>, id: PanelId, title: &str, note: String) {
        let place = self.place(pen.model, id, pen.area.height);
        pen.section(title, Line::from(place.unwrap_or(note)));
        self.show(pen, id);
    }

    /// Draws the lines from the panel's scroll position on.
    pub(super) fn show(&self, pen: &mut Pen<'_>, id: PanelId) {
        let offset = self.offset(pen.model, id, pen.area.height);
        for line in self.lines.iter().skip(offset).take(usize::from(pen.area.height)) {
            let spans: Vec<_> = line.iter().map(|(role, text)| pen.span(*role, text.as_str())).collect();
            pen.line(&Line::from(spans));
        }
    }

    pub(super) fn offset(&self, model: &Model, id: PanelId, rows: u16) -> usize {
        model.view.cursor(id).index.min(self.lines.len().saturating_sub(usize::from(rows)))
    }

    /// `1–18 of 40` where not all lines fit below a header; nothing where they do.
    pub(super) fn place(&self, model: &Model, id: PanelId, rows: u16) -> Option<String> {
        let (rows, all) = (rows.saturating_sub(1), self.lines.len());
        let from = self.offset(model, id, rows);
        (usize::from(rows) < all && rows > 0)
            .then(|| format!("{}–{} of {all}", from + 1, from + usize::from(rows)))
    }
}

/// Words in the pieces they are made of; one wider than `room` is broken.
fn words(pieces: &[Piece], room: usize) -> Vec<Vec<Piece>> {
    let mut words: Vec<Vec<Piece>> = Vec::new();
    let mut word: Vec<Piece> = Vec::new();
    for (role, text) in pieces {
        // Cleaning makes every blank a plain one: what is glued is cleaned between its blanks.
        let glued: Vec<_> = text.split(GLUE).map(clean).collect();
        for (place, part) in glued.join(GLUE).split(' ').enumerate() {
            if place > 0 && !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
            let parts = if width(part) > room { wrap(part, room) } else { vec![part.to_owned()] };
            for (place, part) in parts.iter().filter(|part| !part.is_empty()).enumerate() {
                let used: usize = word.iter().map(|part| width(&part.1)).sum();
                if place > 0 || used + width(part) > room {
                    words.push(std::mem::take(&mut word));
                }
                word.push(piece(*role, part.replace(GLUE, " ")));
            }
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn laid(columns: u16, pieces: &[Piece]) -> Vec<String> {
        let mut prose = Prose::new(columns);
        prose.entry("policy", pieces);
        prose.lines.iter().map(|line| line.iter().map(|part| part.1.as_str()).collect()).collect()
    }

    #[test]
    fn pieces_wrap_as_one_text_beside_their_label() {
        let pieces = [
            piece(Role::Bright, "12"),
            piece(Role::Muted, " % left, "),
            piece(Role::Text, glued("43.2 min of it")),
        ];
        assert_eq!(laid(40, &pieces), ["policy     12 % left, 43.2 min of it"]);
        assert_eq!(laid(28, &pieces), ["policy     12 % left,", "           43.2 min of it"]);
    }

    #[test]
    fn a_word_that_is_too_long_is_broken() {
        assert_eq!(
            laid(24, &[piece(Role::Text, "abcdefghijklmnop q")]),
            ["policy     abcdefghijk", "           lmnop q"]
        );
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_the_panel(texts in prop::collection::vec(any::<String>(), 0..4), columns in 12u16..60) {
            let pieces: Vec<_> = texts.into_iter().map(|text| piece(Role::Text, text)).collect();
            for line in laid(columns, &pieces) {
                prop_assert!(width(&line) <= usize::from(columns), "{line:?}");
            }
        }
    }
}
