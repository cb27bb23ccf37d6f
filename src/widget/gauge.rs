//! The low bar: how much of something is left, exact to half a cell.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::widgets::Widget;

use super::text::set;

/// A bar of one row. 1 is full, 0 empty; a negative value is hatched by what is overspent, from the
/// right (from the left in ASCII, as a count of `x`); `None` is not known.
#[derive(Debug, Clone, Copy, Default)]
pub struct Gauge {
    pub value: Option<f64>,
    /// A line at this fraction of the bar, such as where an agreement is broken.
    pub tick: Option<f64>,
    pub fill: Style,
    pub track: Style,
    pub over: Style,
    pub unknown: Style,
    pub tick_style: Style,
    pub ascii: bool,
}

struct Glyphs {
    full: char,
    half: char,
    track: char,
    over: char,
    unknown: char,
    tick: char,
    /// The tick where it cuts a filled cell.
    notch: char,
}

const BLOCKS: Glyphs =
    Glyphs { full: '▄', half: '▖', track: '▁', over: '▖', unknown: '┄', tick: '╷', notch: '▖' };
const ASCII: Glyphs =
    Glyphs { full: '#', half: '=', track: '.', over: 'x', unknown: '?', tick: '|', notch: '|' };

impl Gauge {
    fn glyphs(&self) -> &'static Glyphs {
        if self.ascii { &ASCII } else { &BLOCKS }
    }

    /// The glyph and style of cell `x` of `width`.
    fn cell(&self, x: u16, width: u16) -> (char, Style) {
        let glyphs = self.glyphs();
        let Some(value) = self.value.filter(|value| value.is_finite()) else {
            return (glyphs.unknown, self.unknown);
        };
        let halves = halves(value.abs(), width);
        if value < 0.0 {
            // A half cell would break the hatching.
            let hatched = halves.div_ceil(2);
            let is_over = if self.ascii { x < hatched } else { x >= width - hatched };
            return if is_over { (glyphs.over, self.over) } else { (glyphs.track, self.track) };
        }
        match halves.saturating_sub(2 * x) {
            0 => (glyphs.track, self.track),
            1 => (glyphs.half, self.fill),
            _ => (glyphs.full, self.fill),
        }
    }
}

/// The half cells that `value` fills: none only for nothing, all only for all.
fn halves(value: f64, width: u16) -> u16 {
    let all = 2 * width;
    let exact = (value.clamp(0.0, 1.0) * f64::from(all)).round() as u16;
    if value <= 0.0 {
        0
    } else if value >= 1.0 {
        all
    } else {
        exact.clamp(1, all.saturating_sub(1).max(1))
    }
}

impl Widget for &Gauge {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let area = area.intersection(buf.area);
        if area.is_empty() {
            return;
        }
        let (mut left, mut width) = (area.x, area.width);
        if self.ascii && width > 2 {
            set(buf, (left, area.y), '[', self.track);
            set(buf, (left + width - 1, area.y), ']', self.track);
            (left, width) = (left + 1, width - 2);
        }
        for x in 0..width {
            let (glyph, style) = self.cell(x, width);
            set(buf, (left + x, area.y), glyph, style);
        }
        if let Some(tick) = self.tick.filter(|tick| (0.0..=1.0).contains(tick)) {
            let x = ((tick * f64::from(width)) as u16).min(width - 1);
            let (below, style) = self.cell(x, width);
            let cuts_fill = below == self.glyphs().full;
            let (glyph, style) =
                if cuts_fill { (self.glyphs().notch, style) } else { (self.glyphs().tick, self.tick_style) };
            set(buf, (left + x, area.y), glyph, style);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(value: Option<f64>, width: u16, ascii: bool) -> String {
        let mut buf = Buffer::empty(Rect::new(0, 0, width, 1));
        Gauge { value, ascii, ..Gauge::default() }.render(buf.area, &mut buf);
        super::super::to_text(&buf).trim_end().to_owned()
    }

    #[test]
    fn exact_to_half_a_cell_and_never_rounded_to_empty_or_full() {
        assert_eq!(drawn(Some(0.5), 10, false), "▄▄▄▄▄▁▁▁▁▁");
        assert_eq!(drawn(Some(0.55), 10, false), "▄▄▄▄▄▖▁▁▁▁");
        assert_eq!(drawn(Some(0.0001), 10, false), "▖▁▁▁▁▁▁▁▁▁");
        assert_eq!(drawn(Some(0.9999), 10, false), "▄▄▄▄▄▄▄▄▄▖");
        assert_eq!(drawn(Some(0.0), 4, false), "▁▁▁▁");
        assert_eq!(drawn(Some(1.0), 4, false), "▄▄▄▄");
        assert_eq!(drawn(Some(7.0), 4, false), "▄▄▄▄");
    }

    #[test]
    fn overspent_is_hatched_from_the_right_and_unknown_is_neither() {
        assert_eq!(drawn(Some(-0.38), 10, false), "▁▁▁▁▁▁▖▖▖▖");
        assert_eq!(drawn(Some(-3.0), 4, false), "▖▖▖▖");
        assert_eq!(drawn(None, 4, false), "┄┄┄┄");
        assert_eq!(drawn(Some(f64::NAN), 4, false), "┄┄┄┄");
    }

    #[test]
    fn ascii() {
        assert_eq!(drawn(Some(0.4), 12, true), "[####......]");
        assert_eq!(drawn(Some(-0.38), 12, true), "[xxxx......]");
        assert_eq!(drawn(None, 6, true), "[????]");
        assert_eq!(drawn(Some(0.5), 1, true), "=");
    }

    #[test]
    fn the_tick_stands_on_the_bar() {
        let mut buf = Buffer::empty(Rect::new(0, 0, 10, 1));
        let gauge = Gauge { value: Some(0.2), tick: Some(0.5), ..Gauge::default() };
        gauge.render(buf.area, &mut buf);
        assert_eq!(super::super::to_text(&buf).trim_end(), "▄▄▁▁▁╷▁▁▁▁");
        Gauge { tick: Some(0.1), ..gauge }.render(buf.area, &mut buf);
        assert_eq!(super::super::to_text(&buf).trim_end(), "▄▖▁▁▁▁▁▁▁▁");
    }
}
