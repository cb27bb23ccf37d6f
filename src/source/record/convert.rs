//! Answers as lines have them.

use std::sync::Arc;

use super::line::{Counted, Definition, Drawn, Found, Paged, Rung, Said, Service};
use super::points;
use crate::domain::signal::Unit;
use crate::domain::slo::objective::Objective;
use crate::domain::slo::pager::Alarm;
use crate::domain::slo::tier::Severity;
use crate::source::{
    Asked, Cells, Counts, CountsAsk, Discovered, Minutes, Range, Sampling, Signals, SourceError,
};

/// Words of the units in a recording.
pub(super) const UNITS: [(Unit, &str); 4] = [
    (Unit::Seconds, "seconds"),
    (Unit::PerSecond, "per-second"),
    (Unit::Share, "share"),
    (Unit::Number, "number"),
];

fn corners(range: Range) -> [i64; 3] {
    [range.from, range.to, range.step]
}

pub(super) fn counts(ask: &CountsAsk, counts: &Counts) -> Said {
    let slos = ask.asked.iter().zip(&counts.slos).map(|(asked, told)| counted(ask.range, asked, told));
    let paged =
        |(labels, heard): (&std::collections::BTreeMap<String, String>, &Result<Minutes, SourceError>)| {
            Paged {
                labels: labels.clone(),
                minutes: heard.as_ref().map(|heard| minutes(heard)).map_err(SourceError::clone),
            }
        };
    Said::Counts {
        range: corners(ask.range),
        slos: slos.collect(),
        pagers: ask.pagers.iter().zip(&counts.pagers.heard).map(paged).collect(),
        any: counts.pagers.any,
    }
}

fn minutes(minutes: &[(i64, Vec<Alarm>)]) -> Vec<(i64, Vec<Rung>)> {
    let rung = |alarm: &Alarm| {
        let pages = alarm.severity.map(|severity| severity == Severity::Page);
        (alarm.name.clone(), pages, alarm.firing)
    };
    minutes.iter().map(|(at, alarms)| (*at, alarms.iter().map(rung).collect())).collect()
}

pub(super) fn alarm((name, pages, firing): &Rung) -> Alarm {
    let severity = pages.map(|pages| if pages { Severity::Page } else { Severity::Ticket });
    Alarm { name: name.clone(), severity, firing: *firing }
}

fn counted(range: Range, asked: &Asked, told: &Result<Cells, SourceError>) -> Counted {
    let (slo, cell) = (asked.objective.id.clone(), asked.cell.as_seconds());
    let blank = Counted { slo, cell, points: String::new(), since: None, dropped: 0, error: None };
    match told {
        Ok(cells) => Counted {
            points: points::write(
                range,
                cells.points.iter().map(|(at, tally)| (*at, [tally.bad, tally.total])),
            ),
            since: cells.seen_since,
            dropped: cells.dropped,
            ..blank
        },
        Err(error) => Counted { error: Some(error.clone()), ..blank },
    }
}

pub(super) fn signals(range: Range, signals: &Signals) -> Said {
    let unit = |unit: Unit| UNITS.iter().find(|known| known.0 == unit).map_or("number", |known| known.1);
    let figures = signals.figures.iter().map(|figure| Drawn {
        service: figure.service.clone(),
        lane: figure.lane.word().to_owned(),
        name: figure.name.clone(),
        unit: unit(figure.unit).to_owned(),
        limit: figure.limit,
        points: points::write(range, figure.points.iter().map(|(at, value)| (*at, [*value]))),
        trouble: figure.trouble.clone(),
    });
    Said::Signals { range: corners(range), figures: figures.collect() }
}

pub(super) fn intervals(objectives: &[Arc<Objective>], found: &[Option<Sampling>]) -> Said {
    let one = |sampling: &Option<Sampling>| sampling.map(|sampling| (sampling.every, sampling.slowest));
    Said::Intervals(
        objectives.iter().map(|objective| objective.id.clone()).zip(found.iter().map(one)).collect(),
    )
}

pub(super) fn found(discovered: &Discovered, define: fn(&Objective) -> Definition) -> Found {
    let service = |service: &Arc<crate::domain::signal::Service>| Service {
        name: service.name.clone(),
        source: service.source.clone(),
        preset: service.preset.clone(),
        selector: service.selector.clone(),
    };
    Found {
        objectives: discovered.objectives.iter().map(|objective| define(objective)).collect(),
        services: discovered.services.as_ref().map(|services| services.iter().map(service).collect()),
        doubts: discovered.doubts.clone(),
        unseen: discovered.unseen.clone(),
    }
}
