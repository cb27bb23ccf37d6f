//! Tables: columns where they fit, narrowed columns where they nearly fit, records where they do not.

use unicode_width::UnicodeWidthStr;

use super::wrap::wrap;
use super::{Span, Tone};
use crate::domain::runbook::page::{Align, Inline, Style, Table, plain};

/// Blanks between two columns.
const GAP: usize = 2;
/// A column is not made narrower than this; a table that would need it becomes records.
const NARROW: usize = 10;

pub(super) fn lay(table: &Table, width: usize, ascii: bool) -> Vec<Vec<Span>> {
    match widths(table, width) {
        Some(widths) => columns(table, &widths, ascii),
        None => records(table, width, ascii),
    }
}

/// Cells of each column, or none if the table has to become records.
fn widths(table: &Table, width: usize) -> Option<Vec<usize>> {
    let count = table.head.len();
    let gaps = GAP * count.saturating_sub(1);
    if count == 0 || gaps + count > width {
        return None;
    }
    let mut natural: Vec<usize> = table.head.iter().map(|cell| natural(cell)).collect();
    for row in &table.rows {
        for (column, cell) in natural.iter_mut().zip(row) {
            *column = (*column).max(self::natural(cell));
        }
    }
    let mut widths: Vec<usize> = natural.iter().map(|n| (*n).min(NARROW)).collect();
    let mut left = (width - gaps).checked_sub(widths.iter().sum())?;
    while left > 0 {
        let mut grown = false;
        for (column, wanted) in widths.iter_mut().zip(&natural) {
            if left > 0 && *column < *wanted {
                *column += 1;
                left -= 1;
                grown = true;
            }
        }
        if !grown {
            break;
        }
    }
    Some(widths)
}

fn natural(cell: &[Inline]) -> usize {
    let lines = wrap(cell, usize::MAX, Tone::Text);
    lines.iter().map(|line| width_of(line)).max().unwrap_or(0).max(1)
}

fn width_of(line: &[Span]) -> usize {
    line.iter().map(|span| span.text.width()).sum()
}

fn columns(table: &Table, widths: &[usize], ascii: bool) -> Vec<Vec<Span>> {
    let total = widths.iter().sum::<usize>() + GAP * (widths.len() - 1);
    let mut out = row(&table.head, widths, &table.align, Tone::Strong);
    out.push(vec![Span::new(if ascii { "-" } else { "─" }.repeat(total), Tone::Rule)]);
    for cells in &table.rows {
        out.extend(row(cells, widths, &table.align, Tone::Text));
    }
    out
}

fn row(cells: &[Vec<Inline>], widths: &[usize], align: &[Align], tone: Tone) -> Vec<Vec<Span>> {
    let wrapped: Vec<Vec<Vec<Span>>> =
        cells.iter().zip(widths).map(|(cell, width)| wrap(cell, *width, tone)).collect();
    let height = wrapped.iter().map(Vec::len).max().unwrap_or(0).max(1);
    let line = |at: usize| {
        let mut spans = Vec::new();
        for (column, width) in widths.iter().enumerate() {
            let cell = wrapped.get(column).and_then(|lines| lines.get(at)).cloned().unwrap_or_default();
            let gap = if column == 0 { 0 } else { GAP };
            let spare = width.saturating_sub(width_of(&cell));
            let (before, after) = match align.get(column).copied().unwrap_or_default() {
                Align::Left => (0, spare),
                Align::Center => (spare / 2, spare - spare / 2),
                Align::Right => (spare, 0),
            };
            spans.push(Span::new(" ".repeat(gap + before), tone));
            spans.extend(cell);
            spans.push(Span::new(" ".repeat(after), tone));
        }
        spans
    };
    (0..height).map(line).collect()
}

/// One `head: cell` line a cell, a short rule between rows.
fn records(table: &Table, width: usize, ascii: bool) -> Vec<Vec<Span>> {
    let mut out = Vec::new();
    for (index, row) in table.rows.iter().enumerate() {
        if index > 0 {
            let rule = if ascii { "-" } else { "─" }.repeat(width.min(8));
            out.push(vec![Span::new(rule, Tone::Rule)]);
        }
        for (column, cell) in row.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            let head = table.head.get(column).map(|head| plain(head)).unwrap_or_default();
            let style = Style { strong: true, ..Style::default() };
            let mut text = Vec::new();
            if !head.is_empty() {
                text.push(Inline::Text { text: format!("{head}: "), style });
            }
            text.extend(cell.iter().cloned());
            out.extend(wrap(&text, width, Tone::Text));
        }
    }
    if table.rows.is_empty() {
        out.extend(table.head.iter().flat_map(|head| wrap(head, width, Tone::Strong)));
    }
    out
}
