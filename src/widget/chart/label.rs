//! Words around a plot: values on the left, moments below, flags above; words never overlap.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::super::text::{Align, cells, clean, fit, put};

/// The columns that the labels of the scale take, with the blank after them.
pub(super) fn gutter(labels: &[(f64, String)]) -> u16 {
    labels.iter().map(|(_, text)| cells(&clean(text)) + 1).max().unwrap_or(0)
}

/// The column of `plot` at a fraction of its width; `None` outside of it.
pub(super) fn column(at: f64, plot: Rect) -> Option<u16> {
    let inside = (0.0..=1.0).contains(&at) && plot.width > 0;
    inside.then(|| plot.x + ((at * f64::from(plot.width)) as u16).min(plot.width - 1))
}

/// What is taken already, as columns from..to.
pub(super) struct Labels {
    area: Rect,
    plot: Rect,
    style: Style,
    head: Vec<(u16, u16)>,
    foot: Vec<(u16, u16)>,
}

fn is_free(taken: &[(u16, u16)], from: u16, to: u16) -> bool {
    taken.iter().all(|&(start, end)| to < start || end < from)
}

impl Labels {
    pub(super) fn new(area: Rect, plot: Rect, style: Style) -> Self {
        Self { area, plot, style, head: Vec::new(), foot: Vec::new() }
    }

    pub(super) fn plot(&self) -> Rect {
        self.plot
    }

    /// Keeps words away from a flag.
    pub(super) fn take_head(&mut self, x: u16) {
        self.head.push((x, x));
    }

    /// Draws `text` above the plot at the first of `places` where it fits, or not at all.
    pub(super) fn head(
        &mut self,
        places: impl Iterator<Item = u16>,
        text: &str,
        style: Style,
        buf: &mut Buffer,
    ) {
        let wide = cells(text);
        if wide == 0 || self.plot.y == self.area.y {
            return;
        }
        for x in places {
            let end = x + wide;
            if end <= self.plot.right() && is_free(&self.head, x, end - 1) {
                put(buf, (x, self.plot.y - 1), text, wide, self.style.patch(style));
                self.head.push((x, end));
                return;
            }
        }
    }

    /// Draws `text` below the plot, centred on column `x` and pushed inside.
    pub(super) fn foot(&mut self, x: u16, text: &str, style: Style, buf: &mut Buffer) {
        let wide = cells(&clean(text));
        if wide == 0 || wide > self.plot.width || self.plot.bottom() >= self.area.bottom() {
            return;
        }
        let start = x.saturating_sub(wide / 2).clamp(self.plot.x, self.plot.right() - wide);
        if is_free(&self.foot, start, start + wide) {
            put(buf, (start, self.plot.bottom()), text, wide, self.style.patch(style));
            self.foot.push((start, start + wide));
        }
    }

    pub(super) fn draw_x(&mut self, labels: &[(f64, String)], buf: &mut Buffer) {
        for (at, text) in labels {
            if let Some(x) = column(*at, self.plot) {
                self.foot(x, text, Style::new(), buf);
            }
        }
    }

    pub(super) fn draw_y(&self, labels: &[(f64, String)], row: impl Fn(f64) -> u16, buf: &mut Buffer) {
        let wide = self.plot.x - self.area.x;
        let mut last = None;
        for (value, text) in labels {
            let y = self.plot.y + row(*value);
            if wide > 1 && last != Some(y) {
                let text = fit(text, usize::from(wide - 1), Align::Right);
                put(buf, (self.area.x, y), &text, wide - 1, self.style);
            }
            last = Some(y);
        }
    }
}
