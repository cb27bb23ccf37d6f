//! The matrix of services: the four signals of each in one row; the selected one is what the charts show.

use std::sync::Arc;

use ratatui::style::Modifier;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use super::signals::{curve, lane};
use super::{Height, Panel, Pen, subject};
use crate::domain::quantity::value;
use crate::domain::signal::{Figure, Lane, ServiceSignals};
use crate::state::{Action, Cursor, Model, PanelId, Screen};
use crate::theme::Role;
use crate::widget::{Align, Column};

pub(super) struct Services;

/// Columns of the table: the figure of each lane, then its curve.
const FIRST: usize = 1;

impl Panel for Services {
    fn id(&self) -> PanelId {
        PanelId::Services
    }

    fn title(&self) -> &'static str {
        "services"
    }

    fn height(&self, model: &Model, _width: u16) -> Height {
        match model.snapshot().services().count() as u16 {
            0 => Height::fixed(2),
            rows => Height { min: 3, ideal: rows.min(6) + 2, most: rows.saturating_add(2) },
        }
    }

    fn rows(&self, model: &Model) -> Vec<String> {
        model.snapshot().services().map(|service| service.service.clone()).collect()
    }

    fn react(&self, model: &mut Model, action: Action) -> bool {
        let shown = subject::service(model).map(|service| service.service.clone());
        // A service that is only followed becomes the one to move on from.
        if action.is_movement() && shown.is_some() {
            model.view.cursors.insert(PanelId::Services, Cursor { id: shown, index: 0 });
            return false;
        }
        if action != Action::Open || shown.is_none() || model.view.screen == Screen::Signals {
            return false;
        }
        model.view.service = shown;
        model.view.trail.push(model.view.screen);
        model.view.screen = Screen::Signals;
        model.view.zoomed = None;
        true
    }

    fn draw(&self, pen: &mut Pen<'_>) {
        let services: Vec<_> = pen.model.snapshot().services().cloned().collect();
        pen.section(self.title(), Line::from(format!("{} · worst saturation named", services.len())));
        if pen.area.is_empty() {
            return;
        }
        if services.is_empty() {
            let line =
                Line::from(pen.span(Role::Muted, "no [[service]] is configured, or none has answered yet"));
            return pen.line(&line);
        }
        draw_table(pen, &services);
    }
}

fn columns(pen: &Pen<'_>, services: &[Arc<ServiceSignals>]) -> Vec<Column<'static>> {
    let longest = services.iter().map(|service| service.service.chars().count()).max().unwrap_or(0);
    let name = longest.clamp(8, 24) as u16;
    // Curves stand beside all figures or beside none, so that columns do not differ from width to width.
    let figures = name + 11 + 9 + 9 + 18 + 2 + 2 * 8;
    let spark = pen.area.width.saturating_sub(figures) / 4;
    let spark = if spark >= 6 { spark.min(24) } else { 0 };
    let column = |title, min, ideal, priority, align| Column { title, min, ideal, priority, align };
    let curve = |priority| Column {
        title: "",
        min: if spark == 0 { u16::MAX } else { spark },
        ideal: spark,
        priority,
        align: Align::Left,
    };
    vec![
        column("service", 8, name, 20, Align::Left),
        column("latency", 11, 11, 18, Align::Right),
        curve(8),
        column("traffic", 9, 9, 17, Align::Right),
        curve(6),
        column("errors", 8, 9, 19, Align::Right),
        curve(9),
        column("saturation", 14, 18, 16, Align::Right),
        curve(7),
    ]
}

fn draw_table(pen: &mut Pen<'_>, services: &[Arc<ServiceSignals>]) {
    let columns = columns(pen, services);
    let figures = Lane::ALL.map(|lane| texts(services, lane));
    let rows: Vec<_> =
        services.iter().enumerate().map(|(place, service)| row(pen, service, place, &figures)).collect();
    let shown = subject::service(pen.model).map(|service| service.service.clone());
    let selected = shown.and_then(|name| services.iter().position(|service| service.service == name));
    let table = pen.table(&columns, &rows, selected);
    table.render(pen.area, pen.buf);
    let layout = table.layout(pen.area);
    for (place, service) in services.iter().enumerate() {
        for (number, lane) in Lane::ALL.into_iter().enumerate() {
            let figure = lane::main(service, lane);
            if let (Some(cell), Some(figure)) = (layout.cell(place, FIRST + 2 * number + 1), figure) {
                curve(pen, figure, cell);
            }
        }
    }
}

/// The main figures of one lane.
fn texts(services: &[Arc<ServiceSignals>], lane: Lane) -> Vec<String> {
    let text = |service: &Arc<ServiceSignals>| {
        let latest = lane::main(service, lane).and_then(|figure| Some((figure.latest()?, figure.unit)));
        latest.map_or_else(|| "?".to_owned(), |(latest, unit)| value(latest, unit))
    };
    services.iter().map(text).collect()
}

fn row(
    pen: &Pen<'_>,
    service: &ServiceSignals,
    place: usize,
    figures: &[Vec<String>; 4],
) -> Vec<Line<'static>> {
    let mut cells = vec![Line::from(pen.span(Role::Bright, service.service.clone()))];
    for (number, lane) in Lane::ALL.into_iter().enumerate() {
        let main = lane::main(service, lane);
        let name = main.filter(|_| matches!(lane, Lane::Latency | Lane::Saturation));
        let mut spans: Vec<Span<'static>> =
            name.map(|figure| pen.span(Role::Muted, format!("{} ", figure.name))).into_iter().collect();
        let text = &figures[number][place];
        spans.push(match main {
            Some(figure) => told(pen, figure, text),
            None => pen.span(Role::Unknown, "–"),
        });
        cells.push(Line::from(spans));
        cells.push(Line::default());
    }
    cells
}

fn told(pen: &Pen<'_>, figure: &Figure, text: &str) -> Span<'static> {
    if figure.latest().is_none() {
        return pen.span(Role::Unknown, text.to_owned());
    }
    if figure.over_limit() {
        let style = pen.style(lane::over_role(figure.lane)).add_modifier(Modifier::BOLD);
        return Span::styled(format!("{text}!"), style);
    }
    pen.span(Role::Text, format!("{text} "))
}
