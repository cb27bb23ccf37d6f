//! The golden signals of services: the `http` preset by its metric names, and own selectors.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::quantile::quantile;
use super::scraper::{Scraper, Want};
use super::select::{Choice, selector};
use super::track::Labels;
use super::view::{Lines, View};
use crate::domain::signal::{Lane, OwnSignal, Service, Unit};
use crate::domain::slo::ledger::BASE;
use crate::source::{Range, SignalPoints, Signals, SignalsAsk, SourceError};

const OWN: &str = "own";
const HTTP: &str = "http";
/// Seconds over which rates are taken.
const SPAN: i64 = BASE.as_seconds();
const NO_DISK: &str = "tmpfs|ramfs|overlay|squashfs|iso9660";

/// One figure: how it is named, and how it comes from its series.
struct Planned {
    service: Arc<Service>,
    lane: Lane,
    name: String,
    unit: Unit,
    limit: Option<f64>,
    /// Ways to compute it, of which the first whose series are there counts.
    ways: Vec<Way>,
    /// Why it cannot be had at all.
    trouble: Option<String>,
}

struct Way {
    wants: Vec<Want>,
    unit: Unit,
    compute: Compute,
}

#[derive(Clone, Copy)]
enum Compute {
    /// Events a second of all series.
    Rate,
    /// The highest value.
    Highest,
    /// Of the first choice's rate the share that the others' is; or that rate itself.
    Errors {
        share: bool,
    },
    Quantile(f64),
    /// 1 less the mean rate.
    Busy,
    MeanRate,
    /// 1 less the sum of the first over that of the second.
    Used,
    /// The highest of the same, series by series.
    Fullest,
}

pub(super) fn lanes(preset: Option<&str>) -> Vec<Lane> {
    if preset == Some(HTTP) { Lane::ALL.to_vec() } else { Vec::new() }
}

pub(super) async fn signals(scraper: &Scraper, ask: &SignalsAsk) -> Result<Signals, SourceError> {
    let planned: Vec<Planned> = ask.services.iter().flat_map(|service| plan(scraper, service)).collect();
    let toll = scraper.look().await?;
    let view = View::of(scraper);
    let figures = planned.iter().map(|planned| planned.figure(&view, ask.range)).collect();
    Ok(Signals { figures, toll })
}

fn plan(scraper: &Scraper, service: &Arc<Service>) -> Vec<Planned> {
    let mut planned = match service.preset.as_deref().unwrap_or(OWN) {
        HTTP => http(scraper, service).unwrap_or_else(|why| vec![lost(service, why)]),
        OWN => Vec::new(),
        other => {
            let preset = crate::text::clean(other);
            vec![lost(service, format!("unknown preset `{preset}`; known are http, own"))]
        }
    };
    for own in &service.own {
        let figure = of_own(scraper, service, own);
        match planned.iter_mut().find(|known| known.lane == own.lane && known.name == own.name) {
            Some(known) => *known = figure,
            None => planned.push(figure),
        }
    }
    planned
}

fn lost(service: &Arc<Service>, why: String) -> Planned {
    let mut planned = figure(service, Lane::Traffic, "requests", Vec::new());
    planned.trouble = Some(why);
    planned
}

fn figure(service: &Arc<Service>, lane: Lane, name: &str, ways: Vec<Way>) -> Planned {
    let limit = if lane == Lane::Latency { service.latency_limit } else { None };
    let unit = ways.first().map_or(Unit::Number, |way| way.unit);
    Planned { service: Arc::clone(service), lane, name: name.to_owned(), unit, limit, ways, trouble: None }
}

/// A counter, by its name, is shown as events a second; anything else as the highest value of its series.
fn of_own(scraper: &Scraper, service: &Arc<Service>, own: &OwnSignal) -> Planned {
    let choice = selector(&own.query).and_then(|selector| Choice::of(&selector, ""));
    let way = choice.map(|choice| {
        let counter = ["_total", "_count", "_sum", "_bucket"].iter().any(|end| choice.name.ends_with(end));
        let compute = if counter { Compute::Rate } else { Compute::Highest };
        Way { wants: vec![scraper.want(choice)], unit: own.unit(), compute }
    });
    let mut planned = figure(service, own.lane, &own.name, Vec::new());
    (planned.unit, planned.limit) = (own.unit(), own.limit);
    match way {
        Ok(way) => planned.ways.push(way),
        Err(why) => planned.trouble = Some(why),
    }
    planned
}

fn http(scraper: &Scraper, service: &Arc<Service>) -> Result<Vec<Planned>, String> {
    let braces = service.selector.trim();
    let inner = braces.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(braces);
    let choice = |name: &str| Choice::of(&selector(&format!("{name}{{{inner}}}"))?, "");
    let want = |choice| scraper.want(choice);
    let way = |wants, unit, compute| vec![Way { wants, unit, compute }];
    let requests = choice("http_requests_total")?;
    let failed = ["code", "status", "status_code"].map(|label| requests.clone().like(label, "5.."));
    let errors: Vec<Want> = [requests.clone()].into_iter().chain(failed).map(want).collect();
    let buckets = want(choice("http_request_duration_seconds_bucket")?);
    let mut all = vec![
        figure(service, Lane::Traffic, "requests", way(vec![want(requests)], Unit::PerSecond, Compute::Rate)),
        figure(
            service,
            Lane::Errors,
            "ratio",
            way(errors.clone(), Unit::Share, Compute::Errors { share: true }),
        ),
        figure(service, Lane::Errors, "rate", way(errors, Unit::PerSecond, Compute::Errors { share: false })),
    ];
    for (name, share) in [("p50", 0.5), ("p95", 0.95), ("p99", 0.99)] {
        let ways = way(vec![buckets.clone()], Unit::Seconds, Compute::Quantile(share));
        all.push(figure(service, Lane::Latency, name, ways));
    }
    let idle = want(choice("node_cpu_seconds_total")?.like("mode", "idle"));
    let process = want(choice("process_cpu_seconds_total")?);
    let mut cpu = way(vec![idle], Unit::Share, Compute::Busy);
    cpu.extend(way(vec![process], Unit::Number, Compute::MeanRate));
    let pair = |free: &str, size: &str| {
        let of = |name: &str| Ok::<_, String>(choice(name)?.unlike("fstype", NO_DISK));
        Ok::<_, String>(vec![want(of(free)?), want(of(size)?)])
    };
    let memory = pair("node_memory_MemAvailable_bytes", "node_memory_MemTotal_bytes")?;
    let disk = pair("node_filesystem_avail_bytes", "node_filesystem_size_bytes")?;
    all.push(figure(service, Lane::Saturation, "cpu", cpu));
    all.push(figure(service, Lane::Saturation, "memory", way(memory, Unit::Share, Compute::Used)));
    all.push(figure(service, Lane::Saturation, "disk", way(disk, Unit::Share, Compute::Fullest)));
    Ok(all)
}

impl Planned {
    fn figure(&self, view: &View<'_>, range: Range) -> SignalPoints {
        let there = self.ways.iter().find_map(|way| {
            let lines: Vec<Lines<'_>> = way.wants.iter().map(|want| view.lines(want)).collect();
            lines.first().is_some_and(|first| first.labels().next().is_some()).then_some((way, lines))
        });
        let ends = (0..range.points()).map(|i| range.from + i * range.step);
        let near = ends.filter(|end| view.reaches(*end));
        let (points, unit, trouble) = match (&self.trouble, there) {
            (Some(trouble), _) => (Vec::new(), self.unit, Some(trouble.clone())),
            (None, None) => (Vec::new(), self.unit, Some(self.missing())),
            (None, Some((way, lines))) => {
                let at = |end| Some((end, way.compute.at(view, &lines, end)?));
                (near.filter_map(at).collect(), way.unit, None)
            }
        };
        let (service, name) = (self.service.name.clone(), self.name.clone());
        SignalPoints { service, lane: self.lane, name, unit, limit: self.limit, points, trouble }
    }

    fn missing(&self) -> String {
        let names: Vec<&str> =
            self.ways.iter().filter_map(|way| Some(way.wants.first()?.choice.name.as_str())).collect();
        format!("no series {}", names.join(", and none "))
    }
}

impl Compute {
    fn at(self, view: &View<'_>, lines: &[Lines<'_>], end: i64) -> Option<f64> {
        let first = lines.first()?;
        let rate = |lines: &Lines<'_>| Some(view.increase(lines, end, SPAN)? / SPAN as f64);
        let mean = || {
            let all: Vec<f64> =
                view.increases(first, end, SPAN).map(|(_, grown)| grown / SPAN as f64).collect();
            (!all.is_empty()).then(|| all.iter().sum::<f64>() / all.len() as f64)
        };
        match self {
            Self::Rate => rate(first),
            Self::Highest => view.values(first, end).map(|value| value.2).reduce(f64::max),
            Self::Errors { share } => {
                let traffic = rate(first)?;
                let failed = failed(view, &lines[1..], end) / SPAN as f64;
                if share { (traffic > 0.0).then(|| failed / traffic) } else { Some(failed) }
            }
            Self::Quantile(share) => quantile(share, buckets(view, first, end)),
            Self::Busy => mean().map(|idle| 1.0 - idle),
            Self::MeanRate => mean(),
            Self::Used => {
                let sum = |lines| view.values(lines, end).map(|value| value.2).reduce(|a, b| a + b);
                let (free, size) = (sum(first)?, sum(lines.get(1)?)?);
                (size > 0.0).then(|| 1.0 - free / size)
            }
            Self::Fullest => {
                let sizes: BTreeMap<&Labels, f64> =
                    view.values(lines.get(1)?, end).map(|(_, labels, size)| (labels, size)).collect();
                let used = view.values(first, end).filter_map(|(_, labels, free)| {
                    let size = sizes.get(labels).filter(|size| **size > 0.0)?;
                    Some(1.0 - free / size)
                });
                used.reduce(f64::max)
            }
        }
    }
}

/// What any of these choices count, each series once.
fn failed(view: &View<'_>, choices: &[Lines<'_>], end: i64) -> f64 {
    let grown = choices.iter().flat_map(|lines| view.increases(lines, end, SPAN));
    grown
        .map(|(labels, grown)| (std::ptr::from_ref(labels), grown))
        .collect::<BTreeMap<_, _>>()
        .into_values()
        .sum()
}

/// Upper bounds with what grew below each; one bound once for each series that has it, however it is written.
fn buckets(view: &View<'_>, lines: &Lines<'_>, end: i64) -> Vec<(f64, f64)> {
    let of_labels = |labels: &Labels| labels.iter().find(|label| label.0 == "le")?.1.parse::<f64>().ok();
    let grown = view.increases(lines, end, SPAN);
    let all = grown.filter_map(|(labels, grown)| Some((of_labels(labels)?, grown)));
    all.filter(|(edge, _)| !edge.is_nan()).collect()
}
