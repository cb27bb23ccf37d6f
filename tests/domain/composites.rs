//! Composites in a snapshot, from what the backends of their members report.

use std::sync::Arc;

use burnwatch::domain::slo::composite::{Part, compose};
use burnwatch::domain::slo::ledger::Ledger;
use burnwatch::domain::slo::objective::Objective;
use burnwatch::domain::slo::sli::{Composite, Member, Missing, Rule, Sli};
use burnwatch::domain::slo::status::{Data, SloStatus};
use burnwatch::domain::snapshot::{Snapshot, SourceReport, SourceStatus};
use chrono::TimeDelta;
use proptest::prelude::*;
use serde::Deserialize;

use crate::figure::{Check, Figure, cases, target, window};
use crate::flow::{Flow, NOW, Piece, objective};
use crate::methods::{Budgeting, judged};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    target: String,
    window: String,
    rule: String,
    missing: Option<String>,
    members: Vec<Told>,
    expect: Expect,
}

/// A member on a backend of its own.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    target: String,
    weight: Option<f64>,
    #[serde(default)]
    method: Budgeting,
    flow: Vec<Piece>,
    /// What the backend refuses it with.
    fault: Option<String>,
    /// Its backend has not reported.
    #[serde(default)]
    unheard: bool,
    /// It is named, and no backend has it.
    #[serde(default)]
    absent: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    data: Option<String>,
    fault: Option<String>,
    bad: Option<Figure>,
    total: Option<Figure>,
    sli: Option<Figure>,
    remaining: Option<Figure>,
    burn_hour: Option<Figure>,
    warnings: Option<Vec<String>>,
}

fn named(name: &str, text: &str, span: &str) -> Objective {
    let plain = objective(target(text), window(span));
    Objective {
        id: format!("shop/{name}"),
        name: name.to_owned(),
        source: name.to_owned(),
        ..Objective::clone(&plain)
    }
}

fn composite(case: &Case) -> Objective {
    let member = |(name, told): (String, &Told)| Member {
        id: format!("shop/{name}"),
        weight: told.weight.unwrap_or(1.0),
    };
    let missing = case.missing.as_deref().unwrap_or("unknown");
    let sli = Sli::Composite(Composite {
        members: names().zip(&case.members).map(member).collect(),
        rule: if case.rule == "worst" { Rule::Worst } else { Rule::Weighted },
        missing: Missing::ALL.iter().find(|(word, _)| *word == missing).unwrap().1,
    });
    Objective { sli, source: String::new(), ..named("whole", &case.target, &case.window) }
}

fn names() -> impl Iterator<Item = String> {
    ('a'..='z').map(String::from)
}

fn source(name: &str) -> SourceStatus {
    SourceStatus::new(name, "demo", "here", TimeDelta::seconds(15))
}

fn report(name: &str, told: &Told, span: &str) -> Arc<SourceReport> {
    let meant = Objective { method: told.method.method(), ..named(name, &told.target, span) };
    let flow = Flow::ending_at(NOW, &told.flow);
    let mut status = judged(meant, &flow, NOW);
    if status.objective.method.slice().is_none() {
        // As a desk keeps it for a composite: in cells.
        let cells = flow.cells(window("5m"), NOW, window(span), |tally| tally);
        status.counts = Arc::new(cells);
    }
    if let Some(fault) = &told.fault {
        status.data = Data::Error(fault.clone());
    }
    let slos = if told.absent { Vec::new() } else { vec![Arc::new(status)] };
    Arc::new(SourceReport { status: source(name), slos, services: Vec::new() })
}

fn whole(case: &Case) -> Arc<SloStatus> {
    let objectives = [Arc::new(composite(case))];
    let mut snapshot = Snapshot::new(case.members.len()).composing(&objectives);
    for (index, (name, told)) in names().zip(&case.members).enumerate() {
        if !told.unheard {
            snapshot = snapshot.with(index, report(&name, told, &case.window));
        }
    }
    assert_eq!(snapshot.source_count(), case.members.len(), "a composite is not a backend");
    Arc::clone(snapshot.slo("shop/whole").unwrap())
}

#[test]
fn the_whole_from_its_parts() {
    for case in cases::<Case>("composites.toml") {
        let (status, expect) = (whole(&case), &case.expect);
        let tally = status.reading.map(|reading| reading.tally);
        let mut check = Check::new(&case.name, Some(1e-9));
        check.same("data", expect.data.as_ref(), status.data.word());
        if let Data::Error(text) = &status.data {
            check.same("fault", expect.fault.as_ref(), text.as_str());
        }
        check.number("bad", expect.bad.as_ref(), tally.map(|tally| tally.bad));
        check.number("total", expect.total.as_ref(), tally.map(|tally| tally.total));
        let errors = tally.and_then(burnwatch::domain::slo::tally::Tally::error_ratio);
        check.number("sli", expect.sli.as_ref(), errors.map(|errors| 1.0 - errors));
        check.number("remaining", expect.remaining.as_ref(), status.remaining());
        check.number("burn_hour", expect.burn_hour.as_ref(), status.burn_hour());
        check.warnings(expect.warnings.as_deref(), &status.warnings);
        check.done();
    }
}

/// Half a day of good traffic with up to four outages, each of whole cells.
fn outages() -> impl Strategy<Value = Vec<Piece>> {
    let piece = |cells: i64, bad| Piece { span: format!("{}m", 5 * cells), per_second: 1.0, bad, gap: false };
    prop::collection::vec((1_i64..12, 1_i64..30), 0..4).prop_map(move |outages| {
        let outage = |(bad, good): (i64, i64)| [piece(bad, 0.5), piece(good, 0.0)];
        std::iter::once(piece(12 * 40, 0.0)).chain(outages.into_iter().flat_map(outage)).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn the_worst_is_no_better_than_any_and_no_worse_than_all(flows in prop::collection::vec(outages(), 1..4)) {
        let plain = named("a", "99%", "12h");
        let ledgers: Vec<_> = flows
            .iter()
            .map(|flow| Flow::ending_at(NOW, flow).cells(window("5m"), NOW, window("12h"), |tally| tally))
            .collect();
        let bad = |members: &[Ledger]| {
            let parts: Vec<_> =
                members.iter().map(|counts| Part { objective: &plain, counts, weight: 1.0 }).collect();
            let rule = Composite { members: Vec::new(), rule: Rule::Worst, missing: Missing::Unknown };
            compose(&rule, &parts, window("12h"), NOW).read(NOW, window("12h")).unwrap().tally.bad
        };
        let alone: Vec<f64> = ledgers.iter().map(|one| bad(std::slice::from_ref(one))).collect();
        let together = bad(&ledgers);
        prop_assert!(together + 1e-9 >= alone.iter().copied().fold(0.0, f64::max));
        prop_assert!(together <= alone.iter().sum::<f64>() + 1e-9);
    }
}
