//! A curve in one row or a few: each column keeps its worst value, a gap stays a gap.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::widgets::Widget;

use super::text::set;

pub(super) const BLOCKS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
pub(super) const RAMP: [char; 9] = [' ', '.', ':', '-', '=', '+', '*', '#', '#'];

/// Which end of the scale is bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Worst {
    Highest,
    Lowest,
}

impl Worst {
    fn of(self, a: f64, b: f64) -> f64 {
        match self {
            Self::Highest => a.max(b),
            Self::Lowest => a.min(b),
        }
    }
}

/// `values` in exactly `n` columns. A column holds the worst of what falls into it and is a gap only when all of that is; fewer
/// values than columns are widened.
pub fn columns(values: &[Option<f64>], n: usize, worst: Worst) -> Vec<Option<f64>> {
    (0..n)
        .map(|column| {
            let part = &values[share(column, n, values.len())];
            part.iter().flatten().copied().reduce(|a, b| worst.of(a, b))
        })
        .collect()
}

/// The values of `len` that fall into column `column` of `n`; never empty unless `len` is.
pub(super) fn share(column: usize, n: usize, len: usize) -> std::ops::Range<usize> {
    let start = column * len / n;
    let end = ((column + 1) * len / n).max(start + 1).min(len);
    start.min(end)..end
}

/// One value a column. Below `low` the lowest block is drawn, so that a known zero differs from a gap.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sparkline<'a> {
    pub values: &'a [Option<f64>],
    pub low: f64,
    pub high: f64,
    pub style: Style,
    /// Columns above this value are drawn in the style beside it.
    pub threshold: Option<(f64, Style)>,
    pub ascii: bool,
}

impl Sparkline<'_> {
    /// Eighths of a cell that `value` is high, from 1 to 8 a row.
    fn height(&self, value: f64, rows: u16) -> u16 {
        let all = f64::from(8 * rows);
        let share = (value - self.low) / (self.high - self.low);
        if share.is_finite() { (share * all).round().clamp(1.0, all) as u16 } else { 1 }
    }

    fn style_of(&self, value: f64) -> Style {
        match self.threshold {
            Some((limit, style)) if value > limit => style,
            _ => self.style,
        }
    }
}

impl Widget for &Sparkline<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let area = area.intersection(buf.area);
        let glyphs = if self.ascii { &RAMP } else { &BLOCKS };
        for (x, value) in (area.x..area.right()).zip(self.values) {
            let Some(value) = value.filter(|value| value.is_finite()) else { continue };
            let (height, style) = (self.height(value, area.height), self.style_of(value));
            for (row, y) in (area.y..area.bottom()).rev().enumerate() {
                let left = height.saturating_sub(8 * row as u16).min(8);
                if left > 0 {
                    set(buf, (x, y), glyphs[usize::from(left)], style);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use ratatui::style::Color;

    #[test]
    fn a_column_keeps_its_worst_value_and_only_whole_gaps_are_gaps() {
        let values = [Some(1.0), Some(9.0), None, Some(2.0), None, None];
        assert_eq!(columns(&values, 3, Worst::Highest), [Some(9.0), Some(2.0), None]);
        assert_eq!(columns(&values, 3, Worst::Lowest), [Some(1.0), Some(2.0), None]);
        assert_eq!(columns(&[Some(1.0), None], 4, Worst::Highest), [Some(1.0), Some(1.0), None, None]);
        assert_eq!(columns(&[], 2, Worst::Highest), [None, None]);
        assert!(columns(&values, 0, Worst::Highest).is_empty());
    }

    #[test]
    fn gaps_are_blank_and_a_known_zero_is_not() {
        let mut buf = Buffer::empty(Rect::new(0, 0, 5, 1));
        let values = [Some(0.0), None, Some(4.0), Some(8.0), Some(80.0)];
        let hot = Style::new().fg(Color::Red);
        let line =
            Sparkline { values: &values, high: 8.0, threshold: Some((5.0, hot)), ..Sparkline::default() };
        line.render(buf.area, &mut buf);
        assert_eq!(super::super::to_text(&buf), "▁ ▄██\n");
        assert_eq!((buf[(2, 0)].fg, buf[(3, 0)].fg), (Color::Reset, Color::Red));
        buf.reset();
        Sparkline { ascii: true, ..line }.render(buf.area, &mut buf);
        assert_eq!(super::super::to_text(&buf), ". =##\n");
    }

    #[test]
    fn more_rows_are_one_scale_and_a_flat_scale_is_no_panic() {
        let mut buf = Buffer::empty(Rect::new(0, 0, 3, 2));
        let values = [Some(0.25), Some(0.75), Some(1.0)];
        Sparkline { values: &values, high: 1.0, ..Sparkline::default() }.render(buf.area, &mut buf);
        assert_eq!(super::super::to_text(&buf), " ▄█\n▄██\n");
        buf.reset();
        Sparkline { values: &values, ..Sparkline::default() }.render(buf.area, &mut buf);
        assert_eq!(super::super::to_text(&buf), "\n▁▁▁\n");
    }

    proptest! {
        #[test]
        fn the_worst_of_all_is_always_somewhere(
            values in prop::collection::vec(prop::option::of(-1e6..1e6f64), 1..200), n in 1usize..80,
        ) {
            let top = |list: &[Option<f64>]| list.iter().flatten().copied().reduce(f64::max);
            let shown = columns(&values, n, Worst::Highest);
            prop_assert_eq!(shown.len(), n);
            prop_assert_eq!(top(&shown), top(&values));
        }
    }
}
