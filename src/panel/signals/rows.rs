//! Lanes as rows: name, figures, and a curve on the rest of the width.

use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Widget;

use super::lane::{self, figures, over_role};
use super::scale::{high, minutes};
use crate::domain::signal::{Figure, Lane, ServiceSignals};
use crate::panel::Pen;
use crate::panel::when::seen_at;
use crate::theme::Role;
use crate::widget::text::{put, put_line, width};
use crate::widget::{Align, Sparkline, Worst, columns};

/// Columns of the lanes' names.
const NAME: u16 = 11;

pub(super) fn draw(pen: &mut Pen<'_>, service: &ServiceSignals, lanes: &[Lane]) {
    let said: Vec<_> = lanes.iter().map(|lane| figures(pen, service, *lane, true)).collect();
    let wide = said.iter().map(|spans| spans.iter().map(|span| width(&span.content)).sum::<usize>());
    let inner = pen.area.width.saturating_sub(2);
    let most = inner * 3 / 5;
    let wide =
        (wide.max().unwrap_or(0).min(usize::from(most)) as u16).max(inner * 2 / 5).saturating_sub(NAME);
    for (lane, spans) in lanes.iter().zip(said) {
        if pen.area.height == 0 || inner == 0 {
            return;
        }
        let row = Rect { x: pen.area.x + 1, width: inner, height: 1, ..pen.area };
        put(pen.buf, (row.x, row.y), lane.word(), inner.min(NAME), pen.theme.style(Role::Muted));
        let curve = Rect { x: row.x + (NAME + wide + 2).min(inner), ..row };
        let curve = Rect { width: row.right().saturating_sub(curve.x), ..curve };
        let main =
            lane::main(service, *lane).filter(|figure| figure.series.values.iter().any(Option::is_some));
        // What keeps a figure from being known may take the whole row.
        let room = if main.is_some() { wide } else { inner.saturating_sub(NAME) };
        put_line(
            pen.buf,
            (row.x + NAME.min(inner), row.y),
            &Line::from(spans),
            room.min(inner.saturating_sub(NAME)),
            Align::Left,
        );
        if let Some(figure) = main {
            draw_curve(pen, figure, curve);
        }
        pen.skip(1);
    }
}

pub(in crate::panel) fn draw_curve(pen: &mut Pen<'_>, figure: &Figure, area: Rect) {
    let now = seen_at(pen.model).timestamp();
    let to = now - (now - figure.series.start).rem_euclid(60);
    let all = minutes(&figure.series, to, pen.model.view.range_seconds());
    let style = pen.theme.soft(lane::role(figure.lane), 0.65);
    let hot = figure.limit.map(|limit| (limit, pen.style(over_role(figure.lane))));
    draw_values(pen, &all, (high(figure, &[&all]), style, hot), area);
}

type Look = (f64, ratatui::style::Style, Option<(f64, ratatui::style::Style)>);

fn draw_values(pen: &mut Pen<'_>, values: &[Option<f64>], (high, style, threshold): Look, area: Rect) {
    let values = columns(values, usize::from(area.width), Worst::Highest);
    Sparkline { values: &values, low: 0.0, high, style, threshold, ascii: pen.theme.ascii() }
        .render(area, pen.buf);
}
