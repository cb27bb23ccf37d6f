//! Composites in a snapshot, from what the backends of their members report.

use std::sync::Arc;

use burnwatch::domain::slo::composite::{Part, compose};
use burnwatch::domain::slo::correction::{Correction, When};
use burnwatch::domain::slo::explain::other_methods;
use burnwatch::domain::slo::ledger::Ledger;
use burnwatch::domain::slo::objective::Objective;
use burnwatch::domain::slo::sli::{Composite, Member, Missing, Rule, Sli};
use burnwatch::domain::slo::span::Span;
use burnwatch::domain::slo::status::{Data, SloStatus};
use burnwatch::domain::slo::whatif::{Change, Knob, column, limits, what_if};
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
        service: "shop".to_owned(),
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
    corrected(case, &[])
}

fn corrected(case: &Case, corrections: &[Correction]) -> Arc<SloStatus> {
    let objectives = [Arc::new(composite(case))];
    let mut snapshot =
        Snapshot::new(case.members.len()).composing(&objectives).correcting(corrections.into());
    for (index, (name, told)) in names().zip(&case.members).enumerate() {
        if !told.unheard {
            snapshot = snapshot.with(index, report(&name, told, &case.window));
        }
    }
    assert_eq!(snapshot.source_count(), case.members.len(), "a composite is not a backend");
    Arc::clone(snapshot.slo("shop/whole").unwrap())
}

/// Twelve hours of 720 minutes; `a` is down in its first and `b` in its third half hour, counted back from now.
fn two_outages(rule: &str) -> Case {
    let text = format!(
        r#"
        [[case]]
        name = "two outages"
        target = "90%"
        window = "12h"
        rule = "{rule}"
        members = [
          {{ target = "99%", flow = [{{ for = "30h", per_second = 1 }}, {{ for = "30m", per_second = 1, bad = 1 }}] }},
          {{ target = "99%", flow = [{{ for = "29h", per_second = 1 }}, {{ for = "30m", per_second = 1, bad = 1 }}, {{ for = "1h", per_second = 1 }}] }},
        ]
        expect = {{}}
        "#
    );
    let mut read: std::collections::BTreeMap<String, Vec<Case>> = toml::from_str(&text).unwrap();
    read.remove("case").unwrap().remove(0)
}

fn left_out(minutes: (i64, i64), slos: &[&str], services: &[&str], excluded: bool) -> Correction {
    let owned = |list: &[&str]| list.iter().map(|name| (*name).to_owned()).collect();
    Correction {
        title: "database move".to_owned(),
        when: When::Once(Span { from: NOW - minutes.0 * 60, to: NOW - minutes.1 * 60 }),
        services: owned(services),
        slos: owned(slos),
        excluded,
        reason: None,
    }
}

/// 60 bad minutes of 720, of which 72 are allowed: a sixth is left. Without the last half hour, 30 of 690 and 69.
#[test]
fn maintenance_that_names_the_whole_is_left_out_of_it() {
    let case = two_outages("worst");
    for (slos, services) in [(&["shop/whole"][..], &[][..]), (&[], &["shop"]), (&[], &[])] {
        let status = corrected(&case, &[left_out((30, 0), slos, services, true)]);
        let (raw, tally) = (status.raw.as_ref().unwrap(), status.reading.unwrap().tally);
        assert_eq!((raw.reading.tally.bad, raw.reading.tally.total), (60.0, 720.0), "{slos:?} {services:?}");
        assert!((raw.budget.remaining.unwrap() - 1.0 / 6.0).abs() < 1e-9);
        assert_eq!((tally.bad, tally.total), (30.0, 690.0));
        assert!((status.remaining().unwrap() - (1.0 - 30.0 / 69.0)).abs() < 1e-9);
        assert_eq!((status.corrections.len(), status.warnings.as_slice()), (1, &[][..]));
    }
    let counted = corrected(&case, &[left_out((30, 0), &["shop/whole"], &[], false)]);
    assert!(counted.raw.is_none() && (counted.remaining().unwrap() - 1.0 / 6.0).abs() < 1e-9);
    assert!((counted.corrections[0].cost.unwrap() - 30.0 / 72.0).abs() < 1e-9, "it counts, and is told");
    // By weight each half hour is half bad: 30 of 720, and 15 of 690.
    let weighted = corrected(&two_outages("weighted"), &[left_out((30, 0), &["shop/whole"], &[], true)]);
    let tally = weighted.reading.unwrap().tally;
    assert_eq!((tally.bad, tally.total), (15.0, 690.0));
}

#[test]
fn maintenance_of_a_member_alone_counts_in_the_whole_and_that_is_said() {
    let case = two_outages("worst");
    let status = corrected(&case, &[left_out((30, 0), &["shop/a"], &[], true)]);
    assert!(status.raw.is_none() && status.corrections.is_empty());
    assert_eq!(status.reading.unwrap().tally.bad, 60.0);
    assert_eq!(
        status.warnings,
        ["maintenance of shop/a (database move) counts here: it names that SLO, and not shop/whole"]
    );
    let past = corrected(&case, &[left_out((1500, 1440), &["shop/a"], &[], true)]);
    let other = corrected(&case, &[left_out((30, 0), &["shop/z"], &[], true)]);
    assert!(past.warnings.is_empty() && other.warnings.is_empty() && other.raw.is_none());
}

/// A window that is added while the program runs takes effect without an answer of any backend.
#[test]
fn what_is_corrected_later_is_judged_again_at_once() {
    let case = two_outages("worst");
    let objectives = [Arc::new(composite(&case))];
    let mut before = Snapshot::new(2).composing(&objectives);
    for (index, (name, told)) in names().zip(&case.members).enumerate() {
        before = before.with(index, report(&name, told, &case.window));
    }
    let bad = |snapshot: &Snapshot| snapshot.slo("shop/whole").unwrap().reading.unwrap().tally.bad;
    let window = left_out((30, 0), &["shop/whole"], &[], true);
    let after = before.clone().correcting([window].into());
    assert_eq!((bad(&before), bad(&after), bad(&after.correcting([].into()))), (60.0, 30.0, 60.0));
}

/// At 95 % 36 minutes are allowed and 60 were bad. The last hour has 30 bad of 60, of which a tenth is allowed.
#[test]
fn what_if_turns_target_and_window_of_a_whole_and_says_why_it_has_no_method() {
    let case = two_outages("worst");
    let status = corrected(&case, &[]);
    let set = |knob: Knob, text: &str| knob.set(&status.objective, &Change::default(), text);
    let what = |status: &SloStatus, knob: Knob, text: &str| what_if(status, &set(knob, text).unwrap());
    let left = |status: &SloStatus| status.remaining().unwrap();
    assert!((left(&what(&status, Knob::Target, "95%")) - (1.0 - 60.0 / 36.0)).abs() < 1e-9);
    assert!((left(&what(&status, Knob::Window, "1h")) - (1.0 - 30.0 / 6.0)).abs() < 1e-9);
    let refused = set(Knob::Method, "timeslices").unwrap_err();
    assert_eq!(refused, "`method` is not for a composite: its rule says what counts (worst)");
    assert_eq!(Knob::Method.dial(&status, &Change::default()).steps, ["worst"]);
    assert!(other_methods(&status).is_empty());
    let (now, then) = (column(SloStatus::clone(&status)), column(what(&status, Knob::Target, "95%")));
    assert!(
        limits(&now, &then)[0].starts_with("each member keeps its own target"),
        "{:?}",
        limits(&now, &then)
    );
    // What maintenance leaves out stays left out: of the last hour half is there, and all of it good.
    let out = corrected(&case, &[left_out((30, 0), &["shop/whole"], &[], true)]);
    let hour = what(&out, Knob::Window, "1h");
    assert_eq!((hour.reading.unwrap().tally.bad, hour.reading.unwrap().tally.total), (0.0, 30.0));
    assert!((hour.raw.unwrap().budget.remaining.unwrap() + 4.0).abs() < 1e-9);
}

/// A member that has not answered leaves the whole unknown by any objective.
#[test]
fn what_is_not_known_of_a_whole_is_not_known_by_another_target() {
    let mut case = two_outages("worst");
    case.members[1].unheard = true;
    let status = corrected(&case, &[]);
    assert_eq!(status.data, Data::NoAnswer);
    let change = Knob::Target.set(&status.objective, &Change::default(), "95%").unwrap();
    let then = what_if(&status, &change);
    assert_eq!((then.data.clone(), then.remaining()), (Data::NoAnswer, None));
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
        if let Some(wanted) = &expect.warnings {
            let all = wanted.iter().all(|want| status.warnings.iter().any(|got| got.starts_with(want)));
            let text = format!("warnings: expected {wanted:?}, got {:?}", status.warnings);
            check.holds(&text, all && wanted.len() == status.warnings.len());
        }
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
