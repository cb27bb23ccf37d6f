//! Narrow and wide tables, selection, scrolling, aligned figures.

use super::super::to_text;
use super::*;
use proptest::prelude::*;
use ratatui::text::Span;

const COLUMNS: [Column<'_>; 3] = [
    Column { title: "objective", min: 9, ideal: 12, priority: 9, align: Align::Left },
    Column { title: "left", min: 4, ideal: 4, priority: 5, align: Align::Right },
    Column { title: "policy", min: 6, ideal: 6, priority: 1, align: Align::Left },
];

fn drawn(width: u16, height: u16, selected: Option<usize>, offset: usize) -> String {
    let rows: Vec<Vec<Cell<'_>>> =
        [("checkout/lat", "58 %", "normal"), ("api", "9 %", "ship"), ("batch", "?", "—")]
            .map(|(a, b, c)| vec![a.into(), b.into(), c.into()])
            .to_vec();
    let table = Table { columns: &COLUMNS, rows: &rows, selected, offset, ascii: true, ..Table::default() };
    let mut buf = Buffer::empty(Rect::new(0, 0, width, height));
    table.render(buf.area, &mut buf);
    to_text(&buf)
}

#[test]
fn the_least_important_column_goes_first() {
    assert_eq!(drawn(28, 2, None, 0), "  objective     left  policy\n  checkout/lat  58 %  normal\n");
    assert_eq!(drawn(25, 2, Some(0), 0), "  objective  left  policy\n> checkout…  58 %  normal\n");
    assert_eq!(drawn(18, 2, None, 0), "  objective   left\n  checkout/…  58 %\n");
    assert_eq!(drawn(11, 2, None, 0), "  objective\n  checkout…\n");
    assert_eq!(drawn(6, 2, None, 0), "  obj…\n  che…\n");
}

#[test]
fn rows_scroll() {
    assert_eq!(drawn(18, 3, Some(2), 1), "  objective   left\n  api          9 %\n> batch          ?\n");
    assert_eq!(scroll(0, Some(5), 3, 9), 3);
    assert_eq!(scroll(4, Some(2), 3, 9), 2);
    assert_eq!(scroll(8, None, 3, 9), 6);
    assert_eq!(scroll(0, Some(0), 0, 0), 0);
}

#[test]
fn the_selected_row_is_seen_by_its_whole_width() {
    let rows = vec![vec![Cell::from("a")]];
    let selection = Style::new().bg(ratatui::style::Color::Blue);
    let table = Table { columns: &COLUMNS, rows: &rows, selected: Some(0), selection, ..Table::default() };
    let mut buf = Buffer::empty(Rect::new(0, 0, 12, 2));
    table.render(buf.area, &mut buf);
    assert!((0..12).all(|x| buf[(x, 1)].bg == ratatui::style::Color::Blue));
    assert_eq!(buf[(0, 1)].symbol(), "▌");
}

#[test]
fn reversed_video_takes_the_name_alone() {
    let rows = vec![vec![Cell::from(Span::styled("a", Style::new().red())), Cell::from("1")]];
    let selection = Style::new().reversed();
    let table = Table { columns: &COLUMNS, rows: &rows, selected: Some(0), selection, ..Table::default() };
    let mut buf = Buffer::empty(Rect::new(0, 0, 28, 2));
    table.render(buf.area, &mut buf);
    let turned = |x: u16| buf[(x, 1)].modifier.contains(Modifier::REVERSED);
    assert_eq!((0..28).filter(|&x| turned(x)).collect::<Vec<_>>(), (2..14).collect::<Vec<_>>());
    assert_eq!(buf[(2, 1)].fg, ratatui::style::Color::Reset);
}

#[test]
fn figures_meet_at_the_point() {
    let figures = ["203", "3.5", "0.25", "—"].map(str::to_owned);
    assert_eq!(decimal(&figures), ["203   ", "  3.5 ", "  0.25", "  —   "]);
    assert!(decimal(&[]).is_empty());
}

proptest! {
    #[test]
    fn no_cell_leaves_the_area(width in 0u16..60, height in 0u16..5, mins in prop::collection::vec((0u16..20, 0u16..20), 0..6)) {
        let columns: Vec<Column<'_>> = mins
            .iter()
            .zip(0u8..)
            .map(|(&(min, more), priority)| Column { min, ideal: min + more, priority, ..Column::default() })
            .collect();
        let area = Rect::new(3, 2, width, height);
        let layout = Layout::new(&columns, area, 0, 10);
        for column in 0..columns.len() {
            if let Some(cell) = layout.cell(0, column) {
                prop_assert_eq!(cell.intersection(area), cell);
            }
        }
    }
}
