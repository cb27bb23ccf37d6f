//! A chart of lines in braille dots: soft area below, thresholds, markers in place; a gap is a gap.

mod canvas;
mod label;
mod marker;
#[cfg(test)]
mod tests;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Style};
use ratatui::widgets::Widget;

use canvas::Canvas;
use label::Labels;
pub use marker::{Marker, Shape};

use super::sparkline::share;

/// How a line is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dash {
    #[default]
    Solid,
    Dashed,
    Dotted,
}

impl Dash {
    fn shows(self, column: usize) -> bool {
        match self {
            Self::Solid => true,
            Self::Dashed => column % 8 < 4,
            Self::Dotted => column.is_multiple_of(4),
        }
    }
}

/// Values at equal distances over the whole width; `None` is a gap and never bridged.
#[derive(Debug, Clone, Copy, Default)]
pub struct Series<'a> {
    pub values: &'a [Option<f64>],
    pub style: Style,
    pub dash: Dash,
    /// Backgrounds below the line from the top row of the plot to the bottom; none, no area.
    pub fill: &'a [Color],
    /// The style of what lies above the threshold.
    pub hot: Option<Style>,
}

/// Lines over a common scale; later series lie on top. Values outside the scale are drawn at its edge.
#[derive(Debug, Clone, Copy, Default)]
pub struct Chart<'a> {
    pub series: &'a [Series<'a>],
    pub low: f64,
    pub high: f64,
    pub threshold: Option<(f64, Style)>,
    pub markers: &'a [Marker<'a>],
    /// A value of the scale and what stands beside it.
    pub y_labels: &'a [(f64, String)],
    /// A fraction of the width and what stands below it.
    pub x_labels: &'a [(f64, String)],
    pub label_style: Style,
    pub ascii: bool,
}

/// What falls into one column of dots: rows of the highest and the lowest value, counted from the top.
#[derive(Clone, Copy)]
struct Span {
    top: usize,
    bottom: usize,
    hot: bool,
}

impl Chart<'_> {
    /// The cells that lines are drawn in: `area` without labels and flags.
    pub fn plot(&self, area: Rect) -> Rect {
        let gutter = label::gutter(self.y_labels).min(area.width);
        let head = u16::from(self.markers.iter().any(|marker| marker.shape == Shape::Flag)).min(area.height);
        let has_foot = !self.x_labels.is_empty() || self.markers.iter().any(Marker::needs_foot);
        let foot = u16::from(has_foot).min(area.height - head);
        Rect {
            x: area.x + gutter,
            y: area.y + head,
            width: area.width - gutter,
            height: area.height - head - foot,
        }
    }

    /// The row of dots for `value`, from 0 at the top of `rows`.
    fn row(&self, value: f64, rows: usize) -> usize {
        let share = (value - self.low) / (self.high - self.low);
        let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
        ((1.0 - share) * (rows - 1) as f64).round() as usize
    }

    fn spans(&self, series: &Series<'_>, columns: usize, rows: usize) -> Vec<Option<Span>> {
        let limit = self.threshold.map_or(f64::INFINITY, |(limit, _)| limit);
        let span = |column| {
            let part = &series.values[share(column, columns, series.values.len())];
            let known = part.iter().flatten().copied().filter(|value| value.is_finite());
            let (min, max) = known.fold(None, |seen: Option<(f64, f64)>, value| {
                let (min, max) = seen.unwrap_or((value, value));
                Some((min.min(value), max.max(value)))
            })?;
            Some(Span { top: self.row(max, rows), bottom: self.row(min, rows), hot: max > limit })
        };
        (0..columns).map(span).collect()
    }

    fn draw_series(&self, layer: usize, canvas: &mut Canvas, plot: Rect, buf: &mut Buffer) {
        let series = &self.series[layer];
        let spans = self.spans(series, canvas.columns(), canvas.rows());
        let mut before: Option<Span> = None;
        for (column, span) in spans.iter().enumerate() {
            if let Some(span) = span.filter(|_| series.dash.shows(column)) {
                let joined = before.filter(|_| series.dash == Dash::Solid).map_or(span, |b| join(span, b));
                for row in joined.top..=joined.bottom {
                    canvas.set(column, row, layer + 1, span.hot);
                }
            }
            before = *span;
        }
        if !series.fill.is_empty() {
            fill(series.fill, &spans, canvas, plot, buf);
        }
    }

    fn draw_threshold(&self, canvas: &mut Canvas) {
        let Some((value, _)) = self.threshold.filter(|(value, _)| (self.low..=self.high).contains(value))
        else {
            return;
        };
        let row = self.row(value, canvas.rows());
        for column in (0..canvas.columns()).filter(|&column| Dash::Dashed.shows(column)) {
            canvas.set(column, row, 0, false);
        }
    }

    fn style_of(&self, layer: usize, hot: bool) -> Style {
        match layer.checked_sub(1).and_then(|place| self.series.get(place)) {
            Some(series) => series.hot.filter(|_| hot).unwrap_or(series.style),
            None => self.threshold.map(|(_, style)| style).unwrap_or_default(),
        }
    }
}

/// `span` stretched so that it touches the column before it.
fn join(span: Span, before: Span) -> Span {
    if span.top > before.bottom {
        Span { top: before.bottom + 1, ..span }
    } else if span.bottom < before.top {
        Span { bottom: before.top - 1, ..span }
    } else {
        span
    }
}

/// Colours every cell whose middle lies below the line.
fn fill(colors: &[Color], spans: &[Option<Span>], canvas: &Canvas, plot: Rect, buf: &mut Buffer) {
    let (across, down) = canvas.dots_per_cell();
    for (x, part) in (plot.x..plot.right()).zip(spans.chunks(across)) {
        let known = part.iter().flatten().map(|span| span.top.midpoint(span.bottom));
        let Some(level) = known.reduce(usize::midpoint) else { continue };
        for (row, y) in (plot.y..plot.bottom()).enumerate() {
            if level < row * down + down.div_ceil(2) {
                let color = colors[row * colors.len() / usize::from(plot.height)];
                if let Some(cell) = buf.cell_mut((x, y)) {
                    cell.set_bg(color);
                }
            }
        }
    }
}

impl Widget for &Chart<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let area = area.intersection(buf.area);
        let plot = self.plot(area);
        if plot.is_empty() {
            return;
        }
        let mut canvas = Canvas::new(plot.width, plot.height, self.ascii);
        self.draw_threshold(&mut canvas);
        for layer in 0..self.series.len() {
            self.draw_series(layer, &mut canvas, plot, buf);
        }
        let mut labels = Labels::new(area, plot, self.label_style);
        marker::draw_lines(self.markers, plot, self.ascii, buf);
        canvas.draw(plot, buf, |layer, hot| self.style_of(layer, hot));
        marker::draw_words(self.markers, self.ascii, &mut labels, buf);
        labels.draw_y(self.y_labels, |value| self.row(value, usize::from(plot.height)) as u16, buf);
        labels.draw_x(self.x_labels, buf);
    }
}
