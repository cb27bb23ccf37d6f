//! Every kind of indicator and every method beside what really happened, counted minute by minute.

use std::sync::Arc;
use std::time::Duration;

use burnwatch::domain::slo::calendar::{Calendar, Unit};
use burnwatch::domain::slo::method::Method;
use burnwatch::domain::slo::objective::Objective;
use burnwatch::domain::slo::sli::{
    Composite, Freshness, Member, Missing, Op, Ratio, Rule, Side, Sli, Threshold, Throughput,
};
use burnwatch::domain::slo::status::{Data, SloStatus};
use burnwatch::domain::slo::window::Window;
use burnwatch::domain::snapshot::Snapshot;
use tokio::time::Instant;

use crate::desk::{clock_at, desk, objective};
use crate::gauges::{bad, minutes};
use crate::server::Server;
use crate::services::PROCESSES;
use crate::tiers::requests;
use crate::truth::{Counted, DAY, NOW};

const MONTH: i64 = 30 * DAY;
const SLICE: i64 = 300;
/// The most by which a figure may miss the truth.
const PROMISE: f64 = 0.005;

/// As the desk judges them at `at`, with the composites among them.
async fn judged(objectives: Vec<Objective>, at: i64) -> Snapshot {
    let server = Server::shared();
    let objectives: Vec<_> = objectives.into_iter().map(Arc::new).collect();
    let asked = objectives.iter().filter(|objective| !objective.source.is_empty()).cloned().collect();
    let mut desk = desk(&server.url(), clock_at(at), asked, Vec::new()).serving(&objectives);
    let report = desk.gather(Instant::now() + Duration::from_secs(120), false).await;
    assert_eq!(report.status.feed.trouble, None);
    Snapshot::new(1).composing(&objectives).with(0, Arc::new(report))
}

fn plain(id: &str, sli: Sli, target: &str) -> Objective {
    Objective::clone(&objective(id, sli, target))
}

/// Each kind that is a share of time or of samples, under its own name.
fn timed() -> Vec<Objective> {
    let threshold = Threshold { value: "queue_depth".into(), op: Op::AtMost, bound: 10.0 };
    let freshness = Freshness { timestamp: "backup_done_seconds".into(), max_age: Window::minutes(90) };
    let throughput = Throughput { counter: "rows_total{job=\"import\"}".into(), at_least: 1.0 };
    let ratio = Ratio { side: Side::Bad, ratio: "slo:error_ratio{slo=\"mail\"}".into() };
    [
        ("threshold", Sli::Threshold(threshold)),
        ("freshness", Sli::Freshness(freshness)),
        ("throughput", Sli::Throughput(throughput)),
        ("ratio", Sli::Ratio(ratio)),
        ("bool", Sli::Bool("probe_ok{probe=\"login\"}".into())),
    ]
    .map(|(kind, sli)| plain(&format!("mail/{kind}"), sli, "99%"))
    .into()
}

#[tokio::test]
async fn shares_of_time_are_the_minutes_that_were_bad() {
    // A whole hour, and an odd minute in the history of it all.
    for at in [NOW, NOW - 26 * 3600 - 600] {
        let snapshot = judged(timed(), at).await;
        for slo in snapshot.slos() {
            for window in [300, 1800, 3600, 6 * 3600, DAY, 3 * DAY, MONTH] {
                compare(slo, at, window);
            }
        }
    }
}

fn compare(slo: &SloStatus, at: i64, window: i64) {
    let (id, kind) = (slo.id(), slo.objective.name.as_str());
    assert_eq!(slo.as_of, Some(at), "{id}: {:?}", slo.data);
    let got = slo.ledger.read(at, Window::seconds(window)).unwrap();
    let (bad, all) = minutes(at - window, at, |end| bad(kind, end));
    // Samples come twice a minute.
    let per_minute = if kind == "bool" { 2.0 } else { 1.0 };
    println!(
        "{id:<16} {window:>8} s: {:.3} of {:.1}, truth {bad:.3} of {all:.1}",
        got.tally.bad, got.tally.total
    );
    assert!((got.tally.total - all * per_minute).abs() <= 1e-6 * all, "{id} over {window} s: {got:?}, {all}");
    let off = (got.tally.bad - bad * per_minute).abs();
    assert!(off <= PROMISE * bad * per_minute + 1e-6, "{id} over {window} s at {at}: {got:?}, {bad}");
}

/// Counted bad and all requests of a service.
struct Requests {
    bad: Vec<Counted>,
    all: Vec<Counted>,
}

impl Requests {
    fn of(service: &str) -> Self {
        let ours = || PROCESSES.iter().filter(|process| process.service == service);
        let counted = |wanted: fn(&str) -> bool| {
            let counters = ours().flat_map(|process| process.counters);
            counters.filter(|counter| wanted(counter.label)).map(Counted::of).collect()
        };
        Self { bad: counted(|label| label == "code=\"500\""), all: counted(|_| true) }
    }

    fn between(&self, from: i64, to: i64) -> (f64, f64) {
        let sum = |counted: &[Counted]| counted.iter().map(|one| one.between(from, to)).sum();
        (sum(&self.bad), sum(&self.all))
    }

    fn ratio(&self, from: i64, to: i64) -> f64 {
        let (bad, all) = self.between(from, to);
        bad / all
    }
}

/// The bad minutes of the slices up to `NOW`.
fn slices(bad: impl Fn(i64, i64) -> f64) -> f64 {
    let ends = (NOW - MONTH + SLICE..=NOW).step_by(SLICE as usize);
    ends.map(|end| 5.0 * bad(end - SLICE, end)).sum()
}

/// The same for other stores of the same samples.
pub(crate) fn timed_objectives() -> Vec<Arc<Objective>> {
    timed().into_iter().map(Arc::new).collect()
}

/// Against what happened in the last hours, for stores that keep no more.
pub(crate) fn compare_timed(slos: &[Arc<SloStatus>]) {
    for slo in slos {
        for window in [300, 1800, 3600, 6 * 3600, DAY] {
            compare(slo, NOW, window);
        }
    }
}

#[tokio::test]
async fn slices_over_thirty_days() {
    let slice = Window::seconds(SLICE);
    let target = "95%".parse().unwrap();
    let with = |name: &str, method| {
        ["checkout", "orders"].map(|service| {
            let id = format!("{service}/{name}");
            Objective { method, ..plain(&id, requests(service), "99%") }
        })
    };
    let mut asked: Vec<_> = with("slices", Method::Timeslices { slice, target }).into();
    asked.extend(with("means", Method::RatioTimeslices { slice }));
    let snapshot = judged(asked, NOW).await;
    for service in ["checkout", "orders"] {
        let truth = Requests::of(service);
        let reading = |name: &str| snapshot.slo(&format!("{service}/{name}")).unwrap().reading.unwrap();
        let (got, want) =
            (reading("slices"), slices(|from, to| f64::from(u8::from(truth.ratio(from, to) > 0.05))));
        println!("{service}: {} bad minutes in slices, truth {want}", got.tally.bad);
        assert!((got.tally.total - 43_200.0).abs() < 1e-6 && want > 0.0, "{service}: {got:?}");
        // At the edge of a jump a sample may fall to either slice.
        assert!((got.tally.bad - want).abs() <= 5.0 + 1e-6, "{service}: {got:?}, {want}");
        let (got, want) = (reading("means"), slices(|from, to| truth.ratio(from, to)));
        println!("{service}: {:.3} bad minutes by mean ratio, truth {want:.3}", got.tally.bad);
        assert!((got.tally.bad - want).abs() <= PROMISE * want, "{service}: {got:?}, {want}");
    }
}

#[tokio::test]
async fn a_month_of_the_calendar_so_far() {
    let berlin = Calendar::new(Unit::Month, chrono_tz::Europe::Berlin);
    let month = Objective { calendar: Some(berlin), ..plain("checkout/month", requests("checkout"), "95%") };
    let snapshot = judged(vec![month], NOW).await;
    let slo = snapshot.slo("checkout/month").unwrap();
    // From the first of January, 00:00 in Berlin.
    let from = NOW - 19 * DAY - 11 * 3600;
    assert_eq!((slo.objective.span(NOW).from, &slo.data), (from, &Data::Ok));
    let (bad, all) = Requests::of("checkout").between(from, NOW);
    let (reading, budget) = (slo.reading.unwrap(), slo.budget.unwrap());
    assert!((reading.tally.total - all).abs() < PROMISE * all, "{reading:?}, {all}");
    assert!((reading.tally.bad - bad).abs() < PROMISE * bad, "{reading:?}, {bad}");
    assert!((budget.to_date.unwrap() - (1.0 - bad / all / 0.05)).abs() < PROMISE);
    // The traffic of a day is the same every day: the month's is known.
    let expected = 0.05 * all / (NOW - from) as f64 * (31 * DAY) as f64;
    assert!((budget.remaining.unwrap() - (1.0 - bad / expected)).abs() < 0.01, "{budget:?}");
}

#[tokio::test]
async fn a_composite_sees_every_slice_of_thirty_days() {
    let members =
        ["checkout", "orders"].map(|service| plain(&format!("{service}/up"), requests(service), "96%"));
    let whole = |name: &str, rule, weights: [f64; 2]| {
        let member = |(member, weight): (&Objective, f64)| Member { id: member.id.clone(), weight };
        let members = members.iter().zip(weights).map(member).collect();
        let sli = Sli::Composite(Composite { members, rule, missing: Missing::Unknown });
        Objective { source: String::new(), ..plain(&format!("shop/{name}"), sli, "95%") }
    };
    let wholes = [whole("worst", Rule::Worst, [1.0, 1.0]), whole("mixed", Rule::Weighted, [3.0, 1.0])];
    let snapshot = judged(members.iter().cloned().chain(wholes).collect(), NOW).await;
    let [checkout, orders] = ["checkout", "orders"].map(Requests::of);
    let worst = slices(|from, to| {
        let missed = |one: &Requests| one.ratio(from, to) > 0.04;
        f64::from(u8::from(missed(&checkout) || missed(&orders)))
    });
    let mixed = slices(|from, to| (3.0 * checkout.ratio(from, to) + orders.ratio(from, to)) / 4.0);
    let slo = |name: &str| snapshot.slo(&format!("shop/{name}")).unwrap();
    let reading = |name: &str| slo(name).reading.unwrap();
    println!(
        "worst {} (truth {worst}), mixed {} (truth {mixed})",
        reading("worst").tally.bad,
        reading("mixed").tally.bad
    );
    assert_eq!((&slo("worst").data, slo("worst").as_of), (&Data::Ok, Some(NOW)));
    assert!((reading("worst").tally.total - 43_200.0).abs() < 1e-6);
    assert!((reading("worst").tally.bad - worst).abs() <= 10.0 + 1e-6 && worst > 60.0);
    assert!((reading("mixed").tally.bad - mixed).abs() <= PROMISE * mixed);
}
