//! The story in figures: the demo's counts through the ledger and the judge.

mod assets;
mod behaviour;
mod figures;
mod golden;
mod traces;

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use chrono::DateTime;
use proptest::prelude::*;
use serde_json::json;

use super::super::{
    BackendSpec, Cells, CountsAsk, Range, SignalPoints, Signals, SignalsAsk, Source, SourceError,
};
use super::scenario::Scenario;
use super::service::PROFILES;
use super::{KIND, assets as embedded};
use crate::domain::judge::{Circumstances, judge};
use crate::domain::signal::{Lane, Service};
use crate::domain::slo::ledger::{BASE, FINE_SPAN, HOUR, Ledger, MIDDLE_SPAN, MINUTE, Resolution};
use crate::domain::slo::objective::Objective;
use crate::domain::slo::sli::{Events, Side, Sli};
use crate::domain::slo::status::{Data, Level, SloStatus};
use crate::domain::slo::tally::Tally;
use crate::domain::slo::tier::Severity;
use crate::domain::slo::window::Window;

/// 2026-01-20 09:57:23 UTC.
const STARTED: i64 = 1_768_903_043;
const NOW: i64 = STARTED - STARTED % 60;

fn demo(scenario: Scenario, seed: u64) -> Arc<dyn Source> {
    with(&json!({ "scenario": scenario.name(), "seed": seed }), STARTED)
}

fn with(settings: &serde_json::Value, started: i64) -> Arc<dyn Source> {
    let settings = settings.as_object().unwrap().clone();
    let started = DateTime::from_timestamp(started, 0).unwrap();
    (KIND.connect)(&BackendSpec {
        name: "prom-eu".into(),
        timeout: Duration::from_secs(5),
        settings,
        started,
    })
    .unwrap()
}

fn objective(id: &str, target: &str) -> Arc<Objective> {
    let (service, name) = id.split_once('/').unwrap();
    let sli = Sli::Events(Events { side: Side::Bad, part: "errors".into(), total: "requests".into() });
    Arc::new(Objective::new(service, name, "prom-eu", sli, target.parse().unwrap(), Window::days(30)))
}

fn objectives() -> Vec<Arc<Objective>> {
    [
        ("checkout/availability", "99.9%"),
        ("checkout/latency", "95%"),
        ("payments/errors", "99.99%"),
        ("payments/latency", "99%"),
        ("search/latency", "99%"),
        ("search/availability", "99.5%"),
        ("api/availability", "99.95%"),
        ("batch/jobs", "95%"),
    ]
    .map(|(id, target)| objective(id, target))
    .to_vec()
}

/// The answer of a source that never waits.
fn now_or_never<T>(answer: super::super::Answer<'_, T>) -> Result<T, SourceError> {
    use futures_util::FutureExt;
    answer.now_or_never().unwrap()
}

fn ask(demo: &dyn Source, id: &str, cell: Window, range: Range) -> Cells {
    let ask = CountsAsk::new(vec![objective(id, "99%")], cell, range);
    now_or_never(demo.counts(&ask)).unwrap().slos.remove(0).unwrap()
}

/// The events of `(from, to]`, in minutes after the start.
fn span(demo: &dyn Source, id: &str, from: i64, to: i64) -> Tally {
    let at = NOW + to * 60;
    let cells = ask(demo, id, Window::minutes(to - from), Range { from: at, to: at, step: 60 });
    cells.points.first().map_or(Tally::ZERO, |point| point.1)
}

/// What a poller would do at a cold start.
fn judged(demo: &dyn Source, objective: &Arc<Objective>, now: i64) -> SloStatus {
    let sampling = now_or_never(demo.sample_intervals(&[Arc::clone(objective)], now)).unwrap()[0];
    let slow = sampling.is_some_and(|sampling| sampling.every > 120);
    let base = if slow { Window::minutes(15) } else { BASE };
    let mut ledger = Ledger::new(base, objective.window);
    let width = base.as_seconds();
    for (resolution, cell, step, span) in [
        (Resolution::Fine, base, MINUTE, FINE_SPAN),
        (Resolution::Middle, base, width, MIDDLE_SPAN),
        (Resolution::Hours, Window::hours(1), HOUR, 60 * 86_400),
    ] {
        let to = now - now % step;
        let range = Range { from: to - span, to, step };
        let cells = ask(demo, &objective.id, cell, range);
        ledger.record(resolution, &cells.points, to);
        ledger.bad_since = cells.seen_since;
    }
    judge(objective, &Arc::new(ledger), &Circumstances { now, stale_after: 600, ..Circumstances::default() })
}

fn table(scenario: Scenario, now: i64) -> Vec<SloStatus> {
    let demo = demo(scenario, 1);
    let found: Vec<_> = objectives().iter().map(|objective| judged(&*demo, objective, now)).collect();
    let mut text = format!("{} at {} min\n", scenario.name(), (now - NOW) / 60);
    for status in &found {
        let burns: Vec<String> =
            status.burns.iter().map(|burn| burn.1.map_or("-".into(), |rate| format!("{rate:.2}"))).collect();
        let _ = writeln!(
            text,
            "{:22} {:>6.1} % {:8} {:?} {:?} {} {:?}",
            status.id(),
            100.0 * status.remaining().unwrap_or(f64::NAN),
            status.data.word(),
            status.level(),
            status.firing().map(|tier| (tier.tier.severity.word(), tier.tier.factor)),
            burns.join(" "),
            status.warnings
        );
    }
    println!("{text}");
    found
}

fn of<'a>(found: &'a [SloStatus], id: &str) -> &'a SloStatus {
    found.iter().find(|status| status.id() == id).unwrap()
}

fn left_of(found: &[SloStatus], id: &str) -> f64 {
    of(found, id).remaining().unwrap()
}

fn service(name: &str, limit: f64) -> Arc<Service> {
    Arc::new(Service {
        name: name.into(),
        source: "prom-eu".into(),
        preset: None,
        selector: String::new(),
        own: Vec::new(),
        latency_limit: Some(limit),
    })
}

fn signals_at(demo: &dyn Source, now: i64) -> Signals {
    let services = PROFILES.iter().map(|profile| service(profile.name, 0.5)).collect();
    let range = Range { from: now - FINE_SPAN, to: now, step: 60 };
    now_or_never(demo.signals(&SignalsAsk { services, range })).unwrap()
}

fn signals(demo: &dyn Source) -> Signals {
    signals_at(demo, NOW)
}
