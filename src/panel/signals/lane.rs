//! What is said of one lane: its main figure, the others, and the change since last week.

use ratatui::style::Modifier;
use ratatui::text::Span;

use crate::domain::quantity::{percent_figure, value};
use crate::domain::signal::{FRESH, Figure, Lane, ServiceSignals, Unit};
use crate::panel::Pen;
use crate::theme::Role;

pub(in crate::panel) fn role(lane: Lane) -> Role {
    match lane {
        Lane::Latency => Role::Latency,
        Lane::Traffic => Role::Traffic,
        Lane::Errors => Role::Errors,
        Lane::Saturation => Role::Saturation,
    }
}

/// The figure that stands for the lane: the p99, the error ratio, the fullest, else the first with a value.
pub(in crate::panel) fn main(service: &ServiceSignals, lane: Lane) -> Option<&Figure> {
    let first = || {
        let known = service.lane(lane).find(|figure| figure.latest().is_some());
        known.or_else(|| service.lane(lane).next())
    };
    match lane {
        Lane::Latency => service.figure(lane, "p99").or_else(first),
        Lane::Errors => service.lane(lane).find(|figure| figure.unit == Unit::Share).or_else(first),
        Lane::Traffic => first(),
        Lane::Saturation => service.fullest().first().copied(),
    }
}

/// The lane to show when there is room for one: over its limit, else in trouble, else errors.
pub(in crate::panel) fn worst(service: &ServiceSignals) -> Lane {
    let order = [Lane::Errors, Lane::Latency, Lane::Saturation, Lane::Traffic];
    let over = |lane: &Lane| service.lane(*lane).any(Figure::over_limit);
    let troubled = |lane: &Lane| main(service, *lane).is_some_and(|figure| figure.trouble.is_some());
    order.into_iter().find(over).or_else(|| order.into_iter().find(troubled)).unwrap_or(Lane::Errors)
}

/// The figures of the lane as spans, the main one bright; `compact` leaves single blanks.
pub(in crate::panel) fn figures(
    pen: &Pen<'_>,
    service: &ServiceSignals,
    lane: Lane,
    compact: bool,
) -> Vec<Span<'static>> {
    let Some(main) = main(service, lane) else {
        return vec![pen.span(Role::Unknown, "not configured")];
    };
    let gap = if compact { " " } else { "  " };
    let mut spans = figure(pen, main, true);
    if let Some(trouble) = main.trouble.as_ref().filter(|_| main.latest().is_none()) {
        spans.push(pen.span(Role::Unknown, format!("{gap}{trouble}")));
        return spans;
    }
    for other in service.lane(lane).filter(|other| !std::ptr::eq(*other, main)) {
        spans.push(pen.span(Role::Muted, gap));
        spans.extend(figure(pen, other, false));
    }
    spans
}

fn figure(pen: &Pen<'_>, figure: &Figure, main: bool) -> Vec<Span<'static>> {
    let text = figure.latest().map_or_else(|| "?".to_owned(), |latest| value(latest, figure.unit));
    let over = figure.over_limit();
    let style = match (over, main, figure.latest()) {
        (_, _, None) => pen.style(Role::Unknown),
        (true, _, _) => pen.style(over_role(figure.lane)).add_modifier(Modifier::BOLD),
        (false, true, _) => pen.style(Role::Bright),
        (false, false, _) => pen.style(Role::Muted),
    };
    let mark = if over { "!" } else { "" };
    let text = Span::styled(format!("{text}{mark}"), style);
    let name = figure.name.clone();
    match (figure.lane, main) {
        (Lane::Latency | Lane::Saturation, _) => vec![pen.span(Role::Muted, format!("{name} ")), text],
        (Lane::Errors, true) => vec![text],
        (Lane::Errors | Lane::Traffic, _) => vec![text, pen.span(Role::Muted, format!(" {name}"))],
    }
}

pub(in crate::panel) fn over_role(lane: Lane) -> Role {
    if lane == Lane::Saturation { Role::Warn } else { Role::Page }
}

/// `+1180 %`, or `was 0.1 %` for errors, where a change in per cent of per cent would mislead.
pub(in crate::panel) fn change(figure: &Figure) -> Option<String> {
    figure.latest()?;
    if figure.lane == Lane::Saturation {
        return None;
    }
    if figure.unit == Unit::Share {
        return Some(format!("was {}", value(last_week(figure)?, Unit::Share)));
    }
    let change = figure.change()?;
    let sign = if change > 0.0 { "+" } else { "" };
    Some(format!("{sign}{} %", percent_figure(change)))
}

fn last_week(figure: &Figure) -> Option<f64> {
    let end = figure.series.end();
    (0..=FRESH / 60 + 2).find_map(|minute| figure.week_ago.at(end - minute * 60))
}
