//! Four charts, two by two: the title row says the figures, the plot shows how they came about.

use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Widget;

use super::exemplars;
use super::lane::{self, change, figures, over_role};
use super::moments::{Moment, markers, moments};
use super::scale::{high, minutes};
use crate::domain::quantity::value;
use crate::domain::signal::{Figure, Lane, ServiceSignals, Unit};
use crate::domain::trace::Exemplar;
use crate::panel::Pen;
use crate::panel::when::{clock, seen_at};
use crate::theme::Role;
use crate::widget::text::{put_line, width};
use crate::widget::{Align, Chart, Series};

/// Columns between the two charts of a row.
const GUTTER: u16 = 3;
/// A chart of this height has room for times below it.
const FOOTED: u16 = 7;

/// What all four have in common.
struct Scene {
    moments: Vec<Moment>,
    to: i64,
    range: i64,
}

pub(super) fn draw(pen: &mut Pen<'_>, service: &ServiceSignals) {
    let range = pen.model.view.range_seconds();
    let now = seen_at(pen.model).timestamp();
    let scene = Scene { moments: moments(pen.model, &service.service, now, range), to: now, range };
    let inner = Rect { x: pen.area.x + 1, width: pen.area.width - 2, ..pen.area };
    let air = u16::from(inner.height >= 15);
    let top = (inner.height - air).div_ceil(2);
    let side = (inner.width - GUTTER) / 2;
    let (right, below) = (inner.right() - side, inner.y + top + air);
    let upper = Rect { height: top, width: side, ..inner };
    let lower = Rect { y: below, height: inner.bottom() - below, ..upper };
    draw_lane(pen, service, Lane::Latency, upper, &scene);
    draw_lane(pen, service, Lane::Errors, Rect { x: right, ..upper }, &scene);
    draw_lane(pen, service, Lane::Traffic, lower, &scene);
    draw_lane(pen, service, Lane::Saturation, Rect { x: right, ..lower }, &scene);
}

fn draw_lane(pen: &mut Pen<'_>, service: &ServiceSignals, lane: Lane, area: Rect, scene: &Scene) {
    let main = lane::main(service, lane);
    let change = main.and_then(change).unwrap_or_default();
    let marked = exemplars::note(pen, service, lane);
    let plain = marked.is_some();
    let note = marked.unwrap_or(change);
    let mut spans = vec![pen.span(Role::Muted, format!("{}  ", lane.word()))];
    spans.extend(figures(pen, service, lane, false));
    let reserved = if note.is_empty() { 0 } else { width(&note) as u16 + 2 };
    let room = area.width.saturating_sub(reserved);
    put_line(pen.buf, (area.x, area.y), &Line::from(spans), room, Align::Left);
    let tone = if !plain && main.is_some_and(Figure::over_limit) {
        pen.theme.soft(over_role(lane), 0.75)
    } else {
        pen.style(Role::Muted)
    };
    put_line(pen.buf, (area.x, area.y), &Line::styled(note, tone), area.width, Align::Right);
    let plot = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    if let Some(figure) = main.filter(|_| plot.height > 0) {
        let marks = exemplars::shown(pen, service, lane);
        draw_chart(pen, figure, plot, scene, &marks);
    }
}

fn draw_chart(pen: &mut Pen<'_>, figure: &Figure, area: Rect, scene: &Scene, marks: &[Exemplar]) {
    let to = scene.to - (scene.to - figure.series.start).rem_euclid(60);
    let values = minutes(&figure.series, to, scene.range);
    let before = minutes(&figure.week_ago, to, scene.range);
    let high = high(figure, &[&values, &before]);
    let footed = area.height >= FOOTED;
    let markers = markers(pen, &scene.moments, footed);
    let role = lane::role(figure.lane);
    let fill = pen.theme.fade(role, area.height);
    let week = Series { values: &before, style: pen.theme.soft(Role::Muted, 0.6), ..Series::default() };
    let line = Series { values: &values, style: pen.style(role), fill: &fill, ..Series::default() };
    let x_labels = if footed { times(scene) } else { Vec::new() };
    let chart = Chart {
        series: &[week, line],
        low: 0.0,
        high,
        threshold: figure.limit.map(|limit| (limit, pen.theme.soft(Role::Page, 0.6))),
        markers: &markers,
        y_labels: &labels(figure, high),
        x_labels: &x_labels,
        label_style: pen.style(Role::Muted),
        ascii: pen.theme.ascii(),
    };
    (&chart).render(area, pen.buf);
    let plot = chart.plot(area);
    exemplars::draw(pen, plot, (scene.to - scene.range, scene.to), high, marks);
}

/// The top of the scale and the limit, in a gutter that is as wide for every figure.
fn labels(figure: &Figure, high: f64) -> Vec<(f64, String)> {
    let text = |at: f64| format!("{:>7}", short(at, figure.unit));
    let mut labels = vec![(high, text(high))];
    labels.extend(figure.limit.map(|limit| (limit, text(limit))));
    labels.push((0.0, format!("{:>7}", "0")));
    labels
}

/// Round figures of a scale without idle decimals: `5 s`, `6 k/s`.
fn short(at: f64, unit: Unit) -> String {
    value(at, unit).replacen(".0 ", " ", 1).trim_end_matches(".0").to_owned()
}

fn times(scene: &Scene) -> Vec<(f64, String)> {
    let at = |share: f64| (share, clock(scene.to - scene.range + (share * scene.range as f64) as i64));
    vec![at(0.0), at(1.0), at(0.5)]
}
