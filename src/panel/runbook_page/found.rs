//! What a search finds in a laid page, also across the ends of wrapped lines.

use ratatui::layout::Rect;
use ratatui::style::Modifier;

use crate::domain::runbook::lay::{Kind, Laid};
use crate::panel::Pen;
use crate::theme::Role;
use crate::widget::text::width;

/// One place where the words stand: the cells of each line that show them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Match {
    /// Line, first cell, number of cells; at least one.
    cells: Vec<(usize, u16, u16)>,
}

impl Match {
    pub(super) fn line(&self) -> usize {
        self.cells.first().map_or(0, |cell| cell.0)
    }
}

/// A character of a block, and where it stands; a blank between two lines stands nowhere.
struct Letter {
    letter: char,
    place: Option<(usize, u16, u16)>,
}

/// Every place with `query` in it, ignoring case, in reading order.
pub(super) fn matches(laid: &Laid, query: Option<&String>) -> Vec<Match> {
    let needle: Vec<char> = query.map_or("", |query| query.trim()).chars().map(small).collect();
    if needle.is_empty() {
        return Vec::new();
    }
    let mut out = Vec::new();
    let mut from = 0;
    while from < laid.lines.len() {
        let block = laid.lines[from].block;
        let same = |line: &&crate::domain::runbook::lay::LaidLine| line.block == block;
        let until = from + laid.lines[from..].iter().take_while(same).count();
        let letters = letters(laid, from, until);
        let mut at = 0;
        while at + needle.len() <= letters.len() {
            let here = &letters[at..at + needle.len()];
            if here.iter().zip(&needle).all(|(letter, wanted)| letter.letter == *wanted) {
                out.push(found(here));
                at += needle.len();
            } else {
                at += 1;
            }
        }
        from = until;
    }
    out.retain(|found| !found.cells.is_empty());
    out
}

fn small(letter: char) -> char {
    letter.to_lowercase().next().unwrap_or(letter)
}

fn letters(laid: &Laid, from: usize, until: usize) -> Vec<Letter> {
    let mut letters = Vec::new();
    for number in from..until {
        let line = &laid.lines[number];
        let apart = if matches!(line.kind, Kind::Code | Kind::Table) { '\n' } else { ' ' };
        let mut indent = number > from;
        if indent {
            letters.push(Letter { letter: apart, place: None });
        }
        let mut column = 0_u16;
        for letter in line.spans.iter().flat_map(|span| span.text.chars()) {
            let cells = width(letter.encode_utf8(&mut [0; 4])) as u16;
            indent &= letter == ' ';
            if !indent && cells > 0 {
                letters.push(Letter { letter: small(letter), place: Some((number, column, cells)) });
            }
            column = column.saturating_add(cells);
        }
    }
    letters
}

fn found(letters: &[Letter]) -> Match {
    let mut cells: Vec<(usize, u16, u16)> = Vec::new();
    for (line, column, wide) in letters.iter().filter_map(|letter| letter.place) {
        match cells.last_mut() {
            Some(last) if last.0 == line && last.1 + last.2 == column => last.2 += wide,
            _ => cells.push((line, column, wide)),
        }
    }
    Match { cells }
}

/// Lays the mark over the matches in line `number`, drawn at `place`; the one the reader is at is the loudest.
pub(super) fn highlight(pen: &mut Pen<'_>, place: Rect, matches: &[Match], number: usize, at: usize) {
    for found in matches {
        let loud = found.line() == at;
        for (_, column, wide) in found.cells.iter().filter(|cell| cell.0 == number) {
            let cells = Rect { x: place.x.saturating_add(*column), width: *wide, ..place };
            let mut style = pen.theme.badge(Role::Mark);
            if loud {
                style = style.add_modifier(Modifier::UNDERLINED);
            }
            pen.buf.set_style(cells.intersection(place).intersection(pen.buf.area), style);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::runbook::lay::{Options, lay};
    use crate::domain::runbook::page::Page;

    fn cells(text: &str, columns: usize, query: &str) -> Vec<Vec<(usize, u16, u16)>> {
        let folded = std::collections::BTreeSet::new();
        let options = Options { width: columns, offset: 0, ascii: false, folded: &folded };
        let laid = lay(&Page::parse("x.md", text), &options);
        matches(&laid, Some(&query.to_owned())).into_iter().map(|found| found.cells).collect()
    }

    #[test]
    fn case_does_not_matter_and_wide_letters_count_two() {
        assert_eq!(cells("語 The Pool, the pool", 40, "POOL"), [[(0, 7, 4)], [(0, 17, 4)]]);
        assert!(cells("pool", 40, "  ").is_empty());
    }

    #[test]
    fn words_are_found_across_the_end_of_a_line_and_its_indent() {
        // "- connection" / "  pool" in a column of 12.
        assert_eq!(cells("- connection pool", 12, "connection pool"), [[(0, 2, 10), (1, 2, 4)]]);
    }

    #[test]
    fn lines_of_code_are_not_joined() {
        assert!(cells("```\nconnection\npool\n```\n", 40, "connection pool").is_empty());
    }
}
