//! Sloth's SLOs in common terms, with the windows, weights and labels that Sloth itself works with.

use std::collections::{BTreeMap, BTreeSet};

use super::draft::{Alerts, Draft, Goal, Horizon, Tool};
use super::labels::plain;
use super::query::is_name;
use super::quotient::{masked, quotient};
use super::sloth::{Alert, AlertWindows, Alerting, Pair, Queries, Service, Slo};
use super::spot::{Here, Spot};
use crate::config::code;
use crate::config::diagnostic::Diagnostic;
use crate::config::origin::Origin;
use crate::config::place::At;
use crate::config::shown::quoted;
use crate::domain::slo::method::Method;
use crate::domain::slo::sli::{Events, Ratio, Side, Sli};
use crate::domain::slo::tier::{Budgeted, Catalogue, Severity, Tier, sloth};
use crate::domain::slo::tool::SLOTH_SLICE;
use crate::domain::slo::window::Window;

/// What a Sloth process is told beside its files.
#[derive(Clone, Copy, Debug)]
pub(super) struct Process<'w> {
    /// `--default-slo-period`
    pub(super) period: Window,
    /// From `--slo-period-windows-path`, one of each period.
    pub(super) windows: &'w [AlertWindows],
}

pub(super) fn drafts(service: &Service, process: Process<'_>) -> (Vec<Draft>, Vec<Diagnostic>) {
    let tiers = tiers(process);
    let mut findings = Vec::new();
    if let (Err(why), None) = (&tiers, process.own()) {
        findings.push(service.origin.value_error(
            code::BAD_VALUE,
            "service",
            why,
            Some("give the import a window of 28d or 30d, or an AlertWindows file"),
        ));
    }
    let tiers = tiers.unwrap_or_default();
    (service.slos.iter().map(|slo| draft(service, slo, process, &tiers)).collect(), findings)
}

impl<'w> Process<'w> {
    /// Those for its period, instead of the built-in ones.
    fn own(self) -> Option<&'w AlertWindows> {
        self.windows.iter().find(|windows| windows.period.value == self.period)
    }

    /// The mean over the whole period is of ratios over the shortest window that pages.
    fn shortest(self) -> Window {
        let page = self.own().map(|windows| &windows.page);
        page.map_or(SLOTH_SLICE, |page| page.quick.short.value.min(page.slow.short.value))
    }
}

/// The longest slice that can be counted here and is no longer than `shortest`.
fn slice(shortest: Window) -> Window {
    let minutes = (1..=60).rev().map(Window::minutes);
    minutes.into_iter().find(|slice| slice.is_slice() && *slice <= shortest).unwrap_or(Window::minutes(1))
}

fn tiers(process: Process<'_>) -> Result<Vec<Tier>, String> {
    let found = process.own().map_or_else(|| sloth(process.period), |windows| of_windows(windows).tiers());
    found.map_err(|error| error.to_string())
}

/// Why no tiers can be made of these.
pub(super) fn trouble(windows: &AlertWindows) -> Option<Diagnostic> {
    let error = of_windows(windows).tiers().err()?;
    Some(windows.origin.value_error(code::BAD_VALUE, "spec", &error.to_string(), None))
}

fn of_windows(windows: &AlertWindows) -> Catalogue {
    let pair = |pair: &Pair| {
        [&pair.quick, &pair.slow].map(|tier| Budgeted {
            percent: tier.percent.value,
            short: tier.short.value,
            long: tier.long.value,
        })
    };
    Catalogue { period: windows.period.value, page: pair(&windows.page), ticket: pair(&windows.ticket) }
}

fn draft(service: &Service, slo: &Slo, process: Process<'_>, tiers: &[Tier]) -> Draft {
    let spot = spot(&slo.origin);
    let here = |value: &At<String>| Here { value: value.value.clone(), spot: spot.clone() };
    Draft {
        tool: Tool::Sloth,
        origin: slo.origin.clone(),
        service: here(&service.name),
        name: here(&slo.name),
        namespace: None,
        title: None,
        description: slo.description.as_ref().map(|text| text.value.clone()),
        labels: plain(&slo.labels),
        annotations: annotations(&slo.alerting),
        goal: Here { value: Goal::Percent(slo.objective.value.clone()), spot: spot.clone() },
        method: if slo.optimized {
            Method::RatioTimeslices { slice: slice(process.shortest()) }
        } else {
            Method::Occurrences
        },
        window: Some(Horizon::Rolling(process.period)),
        sli: Some(sli(&slo.sli.queries)),
        time_weighted: false,
        alerts: Alerts::Ready { name: Tool::Sloth.word(), tiers: in_force(tiers, &slo.alerting) },
        source: None,
        group_by: group_by(&slo.sli.queries),
        pager: pager(service, slo),
        runbook: slo.alerting.runbook().map(|runbook| runbook.value.clone()),
        // The reader has told of plugins.
        notes: left_behind(&slo.alerting)
            .iter()
            .chain(&ungrouped(&slo.sli.queries))
            .chain(&recut(slo, process.shortest()))
            .map(|text| spot.note(text))
            .collect(),
        spot,
    }
}

fn sli(queries: &Queries) -> Sli {
    match queries {
        Queries::Events { error, total } => Sli::Events(Events {
            side: Side::Bad,
            part: error.value.trim().to_owned(),
            total: total.value.trim().to_owned(),
        }),
        Queries::ErrorRatio(ratio) => quotient(Side::Bad, &ratio.value).map_or_else(
            || Sli::Ratio(Ratio { side: Side::Bad, ratio: ratio.value.trim().to_owned() }),
            Sli::Events,
        ),
    }
}

/// That Sloth takes the mean of ratios over a span that cannot be counted here.
fn recut(slo: &Slo, shortest: Window) -> Option<String> {
    let slice = slice(shortest);
    // Of a window that is no whole number of minutes it is said already.
    (slo.optimized && slice != shortest && shortest.is_whole_minutes()).then(|| {
        format!("Sloth takes the mean of ratios of {shortest}, which divides no hour; here it is of {slice}")
    })
}

/// Queries that keep labels make an SLO of each set of them: those that all of the SLO's queries keep.
fn group_by(queries: &Queries) -> Vec<String> {
    match queries {
        Queries::Events { error, total } => {
            let (error, total) = (kept(&error.value), kept(&total.value));
            if error == total { error } else { Vec::new() }
        }
        Queries::ErrorRatio(ratio) => kept(&ratio.value),
    }
}

/// That queries which keep labels make no group, for they keep different ones.
fn ungrouped(queries: &Queries) -> Option<String> {
    let Queries::Events { error, total } = queries else { return None };
    let [error, total] = [error, total].map(|query| kept(&query.value));
    let said = |labels: &[String]| {
        let labels: Vec<String> = labels.iter().map(|label| format!("`{}`", quoted(label))).collect();
        if labels.is_empty() { "none".to_owned() } else { labels.join(", ") }
    };
    (error != total).then(|| {
        let (error, total) = (said(&error), said(&total));
        format!("its error query keeps the labels {error} and its total query {total}: it is one SLO, not one for each set of labels")
    })
}

/// The labels of the outermost `by (…)`, sorted; none where what it keeps is added up again around it.
fn kept(query: &str) -> Vec<String> {
    let mask = masked(query);
    let mut found: Option<(usize, usize, bool)> = None;
    let mut open: Vec<bool> = Vec::new();
    for (at, letter) in mask.char_indices() {
        match letter {
            '(' => open.push(adds_up(&mask[..at])),
            ')' => drop(open.pop()),
            'b' | 'B' if is_by(&mask, at) && found.is_none_or(|(_, depth, _)| open.len() < depth) => {
                found = Some((at, open.len(), open.contains(&true)));
            }
            _ => {}
        }
    }
    let Some((at, _, false)) = found else { return Vec::new() };
    let list = query[at + 2..].trim_start().trim_start_matches('(').split(')').next().unwrap_or_default();
    let mut labels: Vec<String> =
        list.split(',').map(|label| label.trim().to_owned()).filter(|label| !label.is_empty()).collect();
    labels.sort_unstable();
    labels
}

/// Whether the word `by` stands here, before a list of labels.
fn is_by(mask: &str, at: usize) -> bool {
    let apart = mask[..at].chars().next_back().is_none_or(|before| !is_name(before));
    let word = mask.get(at..at + 2).is_some_and(|word| word.eq_ignore_ascii_case("by"));
    apart && word && mask[at + 2..].trim_start().starts_with('(')
}

/// Whether the bracket behind this opens an aggregation, or a function that takes one of the labels away.
fn adds_up(before: &str) -> bool {
    const WORDS: [&str; 9] =
        ["sum", "avg", "max", "min", "count", "group", "stddev", "quantile", "histogram_quantile"];
    let before = before.trim_end();
    let word = before.rsplit(|c| !is_name(c)).next().unwrap_or_default();
    WORDS.iter().any(|known| known.eq_ignore_ascii_case(word))
}

fn in_force(tiers: &[Tier], alerting: &Alerting) -> Vec<Tier> {
    let on = |tier: &&Tier| match tier.severity {
        Severity::Page => alerting.page.is_some(),
        Severity::Ticket => alerting.ticket.is_some(),
    };
    tiers.iter().filter(on).copied().collect()
}

/// The labels of its alerts: both have one name, and what else is common to both.
fn pager(service: &Service, slo: &Slo) -> BTreeMap<String, String> {
    let name = alerts(&slo.alerting).next().map(|alert| ("alertname".to_owned(), alert.name.value.clone()));
    let id = ("sloth_id".to_owned(), slo.id(service));
    common(&slo.alerting).into_iter().chain(name).chain([id]).collect()
}

fn alerts(alerting: &Alerting) -> impl Iterator<Item = &Alert> {
    [&alerting.page, &alerting.ticket].into_iter().flatten()
}

/// The labels that all its alerts have. A template is filled in by Prometheus, and what comes of it is not known.
fn common(alerting: &Alerting) -> BTreeMap<String, String> {
    let all = |name: &String, value: &String| {
        alerts(alerting).all(|alert| alert.labels.get(name).is_some_and(|other| other.value == *value))
    };
    let first = alerts(alerting).next().map(|alert| plain(&alert.labels)).unwrap_or_default();
    let known = |value: &str| !value.is_empty() && !value.contains("{{");
    first.into_iter().filter(|(name, value)| known(value) && all(name, value)).collect()
}

/// That labels of one of its alerts are left behind, which may be what it is sent by.
fn unrouted(alerting: &Alerting) -> Option<String> {
    let carried = common(alerting);
    let names: BTreeSet<&str> =
        alerts(alerting).flat_map(|alert| alert.labels.keys()).map(String::as_str).collect();
    let names = names.into_iter().filter(|name| !carried.contains_key(*name));
    let names: Vec<String> = names.map(|name| format!("`{}`", quoted(name))).collect();
    let list = names.join(", ");
    (!names.is_empty()).then(|| {
        format!("labels that not all of its alerts have alike are not carried, so that rules written here lack them: {list}")
    })
}

fn annotations(alerting: &Alerting) -> BTreeMap<String, String> {
    alerts(alerting).next().map(|alert| plain(&alert.annotations)).unwrap_or_default()
}

/// What of its alerts is left behind.
fn left_behind(alerting: &Alerting) -> Vec<String> {
    let mut texts = alerts(alerting).map(|alert| plain(&alert.annotations));
    let differ = texts.next().zip(texts.next()).is_some_and(|(page, ticket)| page != ticket);
    let annotations = differ.then(|| {
        "its alerts have annotations of their own, of which those of the page are carried for both".to_owned()
    });
    unrouted(alerting).into_iter().chain(annotations).collect()
}

pub(super) fn spot(origin: &Origin) -> Spot {
    Spot { file: origin.file.clone(), place: origin.header.clone() }
}
