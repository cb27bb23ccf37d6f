//! Charts drawn by hand: dots where they belong, gaps where nothing is known.

use super::super::to_text;
use super::*;

fn drawn(chart: &Chart<'_>, width: u16, height: u16) -> String {
    let mut buf = Buffer::empty(Rect::new(0, 0, width, height));
    chart.render(buf.area, &mut buf);
    to_text(&buf)
}

fn line(values: &[Option<f64>]) -> Series<'_> {
    Series { values, ..Series::default() }
}

#[test]
fn one_cell_holds_two_columns_and_four_rows() {
    let rising = [Some(0.0), Some(3.0)];
    let chart = Chart { series: &[line(&rising)], high: 3.0, ..Chart::default() };
    // Left column the lowest dot (0x40), right column up to the top, joined (0x08, 0x10, 0x20).
    assert_eq!(drawn(&chart, 1, 1), "⡸\n");
    let flat = [Some(3.0), Some(3.0)];
    let chart = Chart { series: &[line(&flat)], high: 3.0, ..Chart::default() };
    assert_eq!(drawn(&chart, 1, 1), "⠉\n");
}

#[test]
fn gaps_are_never_bridged() {
    let values = [Some(0.0), Some(0.0), None, None, Some(3.0), Some(3.0)];
    let chart = Chart { series: &[line(&values)], high: 3.0, ..Chart::default() };
    assert_eq!(drawn(&chart, 3, 1), "⣀ ⠉\n");
}

#[test]
fn a_single_bad_sample_among_thousands_is_seen() {
    let mut values = vec![Some(0.0); 30 * 1440];
    values[20_000] = Some(1.0);
    let chart = Chart { series: &[line(&values)], high: 1.0, ..Chart::default() };
    let text = drawn(&chart, 60, 4);
    assert_eq!(text.lines().next().unwrap().chars().filter(|c| *c != ' ').count(), 1);
    let chart = Chart { ascii: true, ..chart };
    assert!(drawn(&chart, 60, 4).lines().next().unwrap().contains('*'));
}

#[test]
fn the_area_ends_half_way_up_the_cell_of_the_line() {
    let blue = [Color::Blue];
    let colours = |value: f64| {
        let values = [Some(value)];
        let series = [Series { fill: &blue, ..line(&values) }];
        let mut buf = Buffer::empty(Rect::new(0, 0, 1, 2));
        Chart { series: &series, high: 7.0, ..Chart::default() }.render(buf.area, &mut buf);
        [buf[(0, 0)].bg, buf[(0, 1)].bg]
    };
    assert_eq!(colours(7.0), [Color::Blue, Color::Blue]);
    assert_eq!(colours(6.0), [Color::Blue, Color::Blue]);
    assert_eq!(colours(5.0), [Color::Reset, Color::Blue]);
    assert_eq!(colours(4.0), [Color::Reset, Color::Blue]);
    assert_eq!(colours(0.0), [Color::Reset, Color::Reset]);
}

#[test]
fn what_is_above_the_threshold_is_hot_and_the_threshold_gives_way() {
    let (red, green) = (Style::new().fg(Color::Red), Style::new().fg(Color::Green));
    let values = [Some(0.0), Some(0.0), Some(9.0), Some(9.0)];
    let series = [Series { style: green, hot: Some(red), ..line(&values) }];
    let chart =
        Chart { series: &series, high: 9.0, threshold: Some((5.0, Style::new())), ..Chart::default() };
    let mut buf = Buffer::empty(Rect::new(0, 0, 2, 1));
    chart.render(buf.area, &mut buf);
    assert_eq!((buf[(0, 0)].fg, buf[(1, 0)].fg), (Color::Green, Color::Red));
}

#[test]
fn labels_flags_and_lines_stand_around_the_plot() {
    let values = [Some(0.0)];
    let marker = |at, label, shape| Marker { at, label, shape, ..Marker::default() };
    let markers = [
        marker(0.5, "INC-3", Shape::Flag),
        marker(0.6, "INC-4", Shape::Flag),
        marker(0.8, "now", Shape::Solid),
    ];
    let y = [(1.0, "100 %".to_owned()), (0.0, "0 %".to_owned())];
    let x = [(0.0, "22 Dec".to_owned()), (0.75, "no".to_owned())];
    let chart = Chart {
        series: &[line(&values)],
        high: 1.0,
        markers: &markers,
        y_labels: &y,
        x_labels: &x,
        ascii: true,
        ..Chart::default()
    };
    assert_eq!(
        drawn(&chart, 26, 5),
        "          INC-3 v v INC-4\n100 %                 |\n                      |\n  0 % ********************\n      22 Dec         now\n"
    );
}

#[test]
fn no_size_and_no_value_can_break_it() {
    let wild = [Some(f64::NAN), Some(f64::INFINITY), None, Some(-1e300)];
    let labels = [(0.5, "a long label".to_owned())];
    let markers =
        [Marker { at: f64::NAN, label: "x", ..Marker::default() }, Marker { at: 1.0, ..Marker::default() }];
    let huge = "x".repeat(100_000);
    let markers = [
        markers[0],
        Marker { label: &huge, shape: Shape::Solid, ..markers[1] },
        Marker { label: &huge, ..markers[1] },
    ];
    for (width, height) in [(0, 0), (1, 1), (3, 2), (40, 6)] {
        for ascii in [false, true] {
            let series = [line(&wild), line(&[])];
            let chart = Chart {
                series: &series,
                markers: &markers,
                y_labels: &labels,
                x_labels: &labels,
                threshold: Some((0.0, Style::new())),
                ascii,
                ..Chart::default()
            };
            drawn(&chart, width, height);
        }
    }
}
