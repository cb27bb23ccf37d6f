//! The story in figures: the demo's counts through the ledger and the judge.

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
use super::{KIND, assets};
use crate::domain::judge::{Circumstances, judge};
use crate::domain::signal::{Lane, Service};
use crate::domain::slo::ledger::{BASE, FINE_SPAN, HOUR, Ledger, MIDDLE_SPAN, MINUTE, Resolution};
use crate::domain::slo::objective::{Method, Objective};
use crate::domain::slo::policy::Policy;
use crate::domain::slo::sli::{Events, Side, Sli};
use crate::domain::slo::status::{Data, Level, SloStatus};
use crate::domain::slo::tally::Tally;
use crate::domain::slo::tier::{Severity, workbook};
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
    let window = Window::days(30);
    Arc::new(Objective {
        id: id.into(),
        service: service.into(),
        name: name.into(),
        description: None,
        source: "prom-eu".into(),
        sli: Sli::Events(Events { side: Side::Bad, part: "errors".into(), total: "requests".into() }),
        target: target.parse().unwrap(),
        window,
        method: Method::Occurrences,
        sla: None,
        alerts: "workbook".into(),
        tiers: workbook(window),
        policy: Policy::preset("four-step").unwrap(),
        runbook: None,
    })
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
    let ask = CountsAsk { objectives: vec![objective(id, "99%")], cell, range };
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
    let slow = now_or_never(demo.sample_intervals(&[Arc::clone(objective)], now)).unwrap()[0] > Some(120);
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

fn left(found: &[SloStatus], id: &str) -> f64 {
    of(found, id).remaining().unwrap()
}

#[test]
fn outage_in_figures() {
    let found = table(Scenario::Outage, NOW);
    for (id, low, high) in [
        ("checkout/availability", 0.05, 0.20),
        ("checkout/latency", 0.53, 0.63),
        ("payments/errors", -0.45, -0.30),
        ("search/latency", 0.70, 0.84),
        ("api/availability", 0.86, 0.95),
        ("batch/jobs", 0.5, 0.8),
    ] {
        assert!((low..high).contains(&left(&found, id)), "{id} {}", left(&found, id));
    }
    let checkout = of(&found, "checkout/availability");
    let burn = |window| checkout.burn(window).unwrap();
    assert!((470.0..500.0).contains(&burn(Window::minutes(5))));
    assert!((180.0..240.0).contains(&burn(Window::hours(1))));
    assert_eq!(checkout.level(), Level::Page);
    let since = checkout.firing().unwrap().since.unwrap();
    assert!((NOW - 26 * 60..NOW - 20 * 60).contains(&since), "{}", (NOW - since) / 60);
    // Overspent, but quiet: only the three days still remember it.
    let payments = of(&found, "payments/errors");
    assert!(payments.burn(Window::days(1)).unwrap() < 0.5 && payments.burn(Window::days(3)).unwrap() > 5.0);
    assert!(payments.firing().is_none());
    let firing: Vec<_> = found.iter().filter(|status| status.firing().is_some()).map(SloStatus::id).collect();
    assert_eq!(firing, ["checkout/availability"]);
    assert!(found.iter().all(|status| status.data == Data::Ok));
}

#[test]
fn the_budget_from_first_principles() {
    let month = span(&*demo(Scenario::Outage, 1), "checkout/availability", -30 * 1440, 0);
    let left = 1.0 - (month.bad / month.total) / 0.001;
    assert!((0.05..0.20).contains(&left), "{left}");
    assert!((left - self::left(&table(Scenario::Outage, NOW), "checkout/availability")).abs() < 0.002);
}

#[test]
fn the_outage_recovers_while_one_watches() {
    let demo = demo(Scenario::Outage, 1);
    let errors =
        |minute: i64| span(&*demo, "checkout/availability", minute - 1, minute).error_ratio().unwrap();
    for minute in -21..=10 {
        assert!((0.47..0.50).contains(&errors(minute)), "{minute}");
    }
    assert!(errors(-27) < 0.001 && errors(33) < 0.001 && errors(300) < 0.001);
    for minute in 13..=20 {
        assert!((0.04..0.06).contains(&errors(minute)), "{minute}");
    }
    let later = table(Scenario::Outage, NOW + 3600);
    assert!(left(&later, "checkout/availability") < 0.0);
    assert!(
        of(&later, "checkout/availability")
            .firing()
            .is_some_and(|tier| tier.tier.severity == Severity::Ticket)
    );
}

#[test]
fn calm_is_calm() {
    for now in [NOW, NOW + 7 * HOUR, NOW + 3 * 86_400] {
        for status in table(Scenario::Calm, now) {
            assert_eq!(status.level(), Level::Ok, "{}", status.id());
            assert!(status.remaining().unwrap() > 0.5, "{}", status.id());
        }
    }
}

#[test]
fn slow_burn_opens_a_ticket_and_nothing_else() {
    let found = table(Scenario::SlowBurn, NOW);
    for status in &found {
        let firing = status.firing().map(|tier| tier.tier.severity);
        let want = (status.id() == "api/availability").then_some(Severity::Ticket);
        assert_eq!(firing, want, "{}", status.id());
    }
    let burn = of(&found, "api/availability").burn(Window::hours(2)).unwrap();
    assert!((2.0..4.0).contains(&burn), "{burn}");
}

#[test]
fn the_same_for_the_same_seed_and_another_for_another() {
    let range = Range { from: NOW - 3600, to: NOW, step: 60 };
    let cells = |seed| ask(&*demo(Scenario::Outage, seed), "checkout/availability", BASE, range);
    assert_eq!(cells(1), cells(1));
    assert_ne!(cells(1), cells(2));
    // Asked late first or early first makes no difference.
    let late = demo(Scenario::Outage, 1);
    span(&*late, "checkout/availability", 0, 5000);
    assert_eq!(ask(&*late, "checkout/availability", BASE, range), cells(1));
    assert_eq!(signals(&*demo(Scenario::Outage, 3)), signals(&*demo(Scenario::Outage, 3)));
}

#[test]
fn the_story_moves_with_the_start() {
    let shift = 5 * 86_400 + 12_345 * 60;
    let earlier = with(&json!({ "seed": 1 }), STARTED - shift);
    let range = |now: i64| Range { from: now - 600, to: now, step: 60 };
    let totals = |cells: Cells| cells.points.iter().map(|point| point.1).collect::<Vec<_>>();
    assert_eq!(
        totals(ask(&*earlier, "checkout/availability", BASE, range(NOW - shift))),
        totals(ask(&*demo(Scenario::Outage, 1), "checkout/availability", BASE, range(NOW)))
    );
}

#[test]
fn it_moves() {
    let demo = demo(Scenario::Calm, 1);
    let cell = |minute| span(&*demo, "checkout/availability", minute - 5, minute);
    assert_ne!(cell(0), cell(1));
    assert_ne!(cell(1), cell(2));
}

#[test]
fn a_gap_is_absent_and_in_one_objective_only() {
    let demo = demo(Scenario::Outage, 1);
    let range = Range { from: NOW - 60 * HOUR, to: NOW, step: 300 };
    let full = range.points() as usize;
    let jobs = ask(&*demo, "batch/jobs", BASE, range);
    assert_eq!(jobs.points.len(), full - 80 / 5);
    assert_eq!(ask(&*demo, "search/latency", BASE, range).points.len(), full);
    // The hour around it still counts what is known.
    let hours = Range { from: NOW - 52 * HOUR, to: NOW - 49 * HOUR, step: HOUR };
    let known: Vec<_> =
        ask(&*demo, "batch/jobs", Window::hours(1), hours).points.iter().map(|p| p.0).collect();
    assert_eq!(known, [NOW - 52 * HOUR, NOW - 51 * HOUR, NOW - 49 * HOUR]);
    assert_eq!(span(&*demo, "api/availability", -36 * 1440, -35 * 1440), Tally::ZERO);
}

#[test]
fn search_never_had_a_series_of_errors() {
    let demo = demo(Scenario::Outage, 1);
    let range = Range { from: NOW - 600, to: NOW, step: 60 };
    assert_eq!(ask(&*demo, "search/availability", BASE, range).seen_since, None);
    assert_eq!(ask(&*demo, "search/latency", BASE, range).seen_since, Some(NOW - 600));
}

#[test]
fn what_is_not_in_the_story_is_said() {
    let demo = demo(Scenario::Outage, 1);
    let range = Range { from: NOW, to: NOW, step: 60 };
    let ask = CountsAsk { objectives: vec![objective("shop/errors", "99%")], cell: BASE, range };
    let counts = now_or_never(demo.counts(&ask)).unwrap();
    assert!(matches!(&counts.slos[0], Err(SourceError::Uncountable(text)) if text.contains("shop/errors")));
    let ask = SignalsAsk { services: vec![service("shop", 0.5)], range };
    let signals = now_or_never(demo.signals(&ask)).unwrap();
    let lanes: Vec<Lane> = signals.figures.iter().map(|figure| figure.lane).collect();
    assert_eq!(lanes, Lane::ALL);
    assert!(signals.figures.iter().all(|figure| figure.trouble.is_some() && figure.points.is_empty()));
}

#[tokio::test(start_paused = true)]
async fn backends_of_the_blackout_die() {
    let dying = demo(Scenario::Blackout, 1);
    let dead = with(&json!({ "scenario": "blackout", "dead": true }), STARTED);
    let range = Range { from: NOW, to: NOW, step: 60 };
    let ask = CountsAsk { objectives: objectives(), cell: BASE, range };
    assert!(matches!(dead.counts(&ask).await, Err(SourceError::Refused { .. })));
    tokio::time::advance(Duration::from_millis(29_900)).await;
    assert!(dying.counts(&ask).await.is_ok());
    tokio::time::advance(Duration::from_millis(100)).await;
    assert!(matches!(dying.counts(&ask).await, Err(SourceError::Timeout { seconds: 5, .. })));
    let ask = SignalsAsk { services: vec![service("checkout", 0.5)], range };
    assert!(dying.signals(&ask).await.is_err() && dying.sample_intervals(&objectives(), NOW).await.is_err());
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

fn figure<'a>(signals: &'a Signals, service: &str, name: &str) -> &'a SignalPoints {
    signals.figures.iter().find(|figure| figure.service == service && figure.name == name).unwrap()
}

fn value(signals: &Signals, service: &str, name: &str, ago: i64) -> f64 {
    let points = &figure(signals, service, name).points;
    points.iter().rev().nth(ago as usize).unwrap().1
}

#[test]
fn signals_of_the_outage() {
    let demo = demo(Scenario::Outage, 1);
    let now = signals(&*demo);
    let before = signals_at(&*demo, NOW - 7 * 86_400);
    let checkout = |name, ago| value(&now, "checkout", name, ago);
    assert!((3.6..4.6).contains(&checkout("p99", 0)) && (0.28..0.38).contains(&checkout("p99", 40)));
    assert!((0.07..0.1).contains(&checkout("p50", 0)));
    assert_eq!(checkout("db-pool", 0), 1.0);
    assert!(checkout("db-pool", 60) < 0.8);
    assert!((4700.0..5200.0).contains(&checkout("requests", 0)));
    let change = checkout("requests", 0) / value(&before, "checkout", "requests", 0) - 1.0;
    assert!((0.14..0.22).contains(&change), "{change}");
    // What is shown as errors is what the objective counts.
    let cell = span(&*demo, "checkout/availability", -5, 0);
    assert_eq!(checkout("ratio", 0), cell.error_ratio().unwrap());
    assert_eq!(checkout("rate", 0), cell.bad / 300.0);
    assert!(now.figures.iter().all(|figure| figure.points.len() == 361 && figure.trouble.is_none()));
    let shares = now.figures.iter().filter(|figure| figure.lane == Lane::Saturation);
    let over: Vec<_> =
        shares.filter(|f| f.points[360].1 >= f.limit.unwrap()).map(|f| f.name.as_str()).collect();
    assert_eq!(over, ["db-pool"]);
}

#[test]
fn incidents_of_the_log_are_in_the_numbers() {
    let started = DateTime::from_timestamp(STARTED, 0).unwrap();
    let demo = demo(Scenario::Outage, 1);
    let mut seen = Vec::new();
    for line in super::events(Scenario::Outage, started) {
        let event: serde_json::Value = serde_json::from_str(&line).unwrap();
        let (true, Some(id)) = (event["kind"] == "incident.opened", event["data"]["slos"][0].as_str()) else {
            continue;
        };
        let start: DateTime<chrono::Utc> = event["data"]["impact_start"].as_str().unwrap().parse().unwrap();
        let start = (start.timestamp() - NOW) / 60;
        let during = span(&*demo, id, start, start + 7).error_ratio().unwrap();
        let before = span(&*demo, id, start - 60, start - 2).error_ratio().unwrap();
        assert!(during > 4.0 * before, "{} {id} {during} {before}", event["ref"]);
        seen.push(event["ref"].as_str().unwrap().to_owned());
    }
    assert_eq!(seen, ["INC-2", "INC-3", "INC-4", "INC-5", "INC-6", "INC-7"]);
}

#[test]
fn the_configuration_fits_the_story() {
    for scenario in Scenario::ALL {
        let config: toml::Table = assets::config(scenario).parse().unwrap();
        let list = |key: &str| config[key].as_array().unwrap().clone();
        assert!(list("backend").iter().all(|backend| backend["scenario"].as_str() == Some(scenario.name())));
        let dead = list("backend").iter().filter(|backend| backend.get("dead").is_some()).count();
        assert_eq!(dead, usize::from(scenario == Scenario::Blackout));
        let ids = |slo: &toml::Value| {
            format!("{}/{}", slo["service"].as_str().unwrap(), slo["name"].as_str().unwrap())
        };
        let mut configured: Vec<_> = list("slo").iter().map(ids).collect();
        let mut counted: Vec<_> =
            PROFILES.iter().flat_map(|p| p.objectives).map(|c| c.id.to_owned()).collect();
        configured.sort();
        counted.sort();
        assert_eq!(configured, counted);
        assert_eq!(list("service").len(), PROFILES.len());
        for slo in list("slo") {
            let runbook = slo["runbook"].as_str().unwrap();
            assert!(assets::RUNBOOKS.iter().any(|page| page.0 == runbook), "{runbook}");
        }
    }
}

#[test]
fn links_between_runbooks_lead_somewhere() {
    let slug = |title: &str| {
        let kept = title
            .to_lowercase()
            .chars()
            .filter(|c| c.is_alphanumeric() || " -".contains(*c))
            .collect::<String>();
        kept.trim().replace(' ', "-")
    };
    let page = |name: &str| assets::RUNBOOKS.iter().find(|page| page.0 == name).map(|page| page.1);
    let mut links = 0;
    for (name, text) in assets::RUNBOOKS {
        for target in text.split("](").skip(1).map(|rest| rest.split(')').next().unwrap()) {
            let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
            let there =
                page(if file.is_empty() { name } else { file }).unwrap_or_else(|| panic!("{name}: {target}"));
            let mut headings = there
                .lines()
                .filter(|line| line.starts_with('#'))
                .map(|line| slug(line.trim_start_matches('#').trim()));
            assert!(anchor.is_empty() || headings.any(|heading| heading == anchor), "{name}: {target}");
            links += 1;
        }
    }
    assert!(links > 20);
}

proptest! {
    #[test]
    fn cells_add_up(place in 0_usize..8, start in -50_399_i64..3000, first in 1_i64..3000, second in 1_i64..3000) {
        let demo = demo(Scenario::Outage, 1);
        let id = objectives()[place].id.clone();
        let (middle, end) = (start + first, start + first + second);
        let whole = span(&*demo, &id, start, end);
        prop_assert_eq!(whole, span(&*demo, &id, start, middle) + span(&*demo, &id, middle, end));
        prop_assert!(whole.bad <= whole.total && whole.bad >= 0.0);
    }

    #[test]
    fn an_hour_is_its_cells(place in 0_usize..8, hour in -800_i64..40) {
        let demo = demo(Scenario::Blackout, 1);
        let id = objectives()[place].id.clone();
        let to = NOW + hour * HOUR;
        let cells = ask(&*demo, &id, BASE, Range { from: to - 55 * 60, to, step: 300 });
        let sum: Tally = cells.points.iter().map(|point| point.1).sum();
        prop_assert_eq!(sum, span(&*demo, &id, hour * 60 - 60, hour * 60));
    }
}
