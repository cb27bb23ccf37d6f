//! Explanations of figures worked out by hand.

use std::sync::Arc;

use chrono::TimeDelta;

use super::*;
use crate::domain::judge::{Circumstances, judge};
use crate::domain::slo::budget::Budget;
use crate::domain::slo::calendar::{Calendar, Unit};
use crate::domain::slo::correction::{Correction, When};
use crate::domain::slo::ledger::{BASE, Ledger, Resolution};
use crate::domain::slo::objective::{Group, Objective};
use crate::domain::slo::pager::Heard;
use crate::domain::slo::policy::{Policy, Step};
use crate::domain::slo::sli::{Composite, Events, Member, Missing, Rule, Side, Sli};
use crate::domain::slo::span::Span;
use crate::domain::slo::tally::Tally;
use crate::domain::slo::window::Window;
use crate::domain::snapshot::{SourceReport, SourceStatus};

const NOW: i64 = 1_768_903_200;

/// Ten events a second for two days; in the last five minutes every tenth is bad.
fn status() -> SloStatus {
    let sli = Sli::Events(Events { side: Side::Bad, part: "b".into(), total: "t".into() });
    let objective = Objective::new("a", "b", "main", sli, "99%".parse().unwrap(), Window::days(1));
    let mut ledger = Ledger::new(BASE, Window::days(1));
    let cells = |step: i64| -> Vec<(i64, Tally)> {
        let ends = (0..2 * 86_400 / step).map(|i| NOW - i * step);
        ends.map(|end| (end, Tally::new(if end == NOW { 300.0 } else { 0.0 }, 3000.0))).collect()
    };
    ledger.record(Resolution::Middle, &cells(300), NOW);
    judge(
        &Arc::new(objective),
        &Arc::new(ledger),
        &Circumstances { now: NOW, stale_after: 600, ..Circumstances::default() },
    )
}

fn row(explanation: &Explanation, title: &str, label: &str) -> Row {
    let section = explanation.sections.iter().find(|section| section.title == title).unwrap();
    section.rows.iter().find(|row| row.label == label).unwrap().clone()
}

#[test]
fn formulas_carry_their_values() {
    let told = explain(&status(), &State::default(), &Snapshot::default());
    // 864 000 events in the day, 300 of them bad, 1 % allowed.
    let sli = row(&told, "budget", "SLI");
    assert_eq!((sli.values.as_str(), sli.result.as_str()), ("1 − 300 / 864 000", "99.965 %"));
    let allowed = row(&told, "budget", "allowed");
    assert_eq!((allowed.values.as_str(), allowed.result.as_str()), ("0.01 × 864 000", "8 640 events"));
    assert_eq!(row(&told, "budget", "remaining").result, "96.53 %");
    let five = row(&told, "burn", "5m");
    assert_eq!((five.values.as_str(), five.result.as_str()), ("(300 / 3 000) / 0.01", "10"));
    assert_eq!(row(&told, "evidence", "known").result, "100 %");
}

#[test]
fn other_methods_answer_from_the_same_counts() {
    let told = other_methods(&status());
    let words: Vec<&str> = told.iter().map(|told| told.method.word()).collect();
    assert_eq!(words, ["timeslices", "ratio-timeslices"]);
    // One slice of 288 is bad; the mean error ratio is a tenth of one slice.
    assert!((told[0].sli - 287.0 / 288.0).abs() < 1e-9);
    assert!((told[1].sli - (1.0 - 0.1 / 288.0)).abs() < 1e-9);
    assert!((told[0].remaining.unwrap() - (1.0 - 1.0 / 2.88)).abs() < 1e-9);
    assert!(!told[0].coarse);
}

#[test]
fn the_length_of_a_period_is_its_own() {
    // February 2026 has 28 days, and what was before 1970 has 31.
    let plain = status();
    let calendar = Some(Calendar::new(Unit::Month, chrono_tz::UTC));
    let month = Objective { calendar, ..Objective::clone(&plain.objective) };
    let now = NOW + 20 * 86_400;
    let mut ledger = Ledger::new(BASE, Window::days(31));
    ledger.record(Resolution::Hours, &[(now, Tally::new(0.0, 100.0))], now);
    let why = Circumstances { now, stale_after: 600, ..Circumstances::default() };
    let told =
        explain(&judge(&Arc::new(month), &Arc::new(ledger), &why), &State::default(), &Snapshot::default());
    let outage = row(&told, "budget", "as outage");
    assert_eq!(outage.values, "1 × 0.01 × 28d");
    assert_eq!(outage.result, "403.2 of 403.2 minutes of complete outage");
}

#[test]
fn a_step_that_is_not_left_yet_says_what_has_to_be_passed() {
    let slow = Step { recover_above: Some(0.35), ..Policy::usual().steps[2].clone() };
    let told = |left: f64| {
        let mut status = status();
        status.step = Some(slow.clone());
        status.budget = status.budget.map(|budget| Budget { remaining: Some(left), ..budget });
        row(&explain(&status, &State::default(), &Snapshot::default()), "policy", "step").formula
    };
    assert_eq!(told(0.2), "remaining < 25 %");
    assert_eq!(told(0.3), "remaining not yet above 35 %");
}

#[test]
fn without_data_only_the_evidence_speaks() {
    let empty = Arc::new(Ledger::new(BASE, Window::days(1)));
    let bare = judge(&status().objective, &empty, &Circumstances { now: NOW, ..Circumstances::default() });
    let titles: Vec<_> = explain(&bare, &State::default(), &Snapshot::default())
        .sections
        .iter()
        .map(|section| section.title)
        .collect();
    assert_eq!(titles, ["evidence"]);
}

#[test]
fn what_lies_beside_the_figures_is_told_with_them() {
    let plain = status();
    let mut objective = Objective::clone(&plain.objective);
    objective.about.tool = Some("sloth".into());
    objective.about.place = Some("slo/a.yml:7".into());
    objective.about.notes = vec!["`disable` is not known here".into()];
    let labels = [("route".to_owned(), "/x".to_owned())].into();
    objective.group = Some(Group { parent: "a/b".into(), by: vec!["route".into()], labels });
    // The bad five minutes, and one more of them at each side.
    let window = Correction {
        title: "switch".into(),
        when: When::Once(Span { from: NOW - 600, to: NOW }),
        services: Vec::new(),
        slos: Vec::new(),
        excluded: true,
        reason: Some("planned".into()),
    };
    let heard = Heard { any: true, ..Heard::default() };
    let why = Circumstances {
        now: NOW,
        stale_after: 600,
        corrections: [window].into(),
        pager: Some(heard),
        ..Circumstances::default()
    };
    let told =
        explain(&judge(&Arc::new(objective), &plain.counts, &why), &State::default(), &Snapshot::default());
    let result = |title, label| row(&told, title, label).result;
    assert_eq!(result("origin", "form"), "sloth");
    assert_eq!(result("origin", "place"), "slo/a.yml:7");
    assert_eq!(result("origin", "not carried"), "`disable` is not known here");
    assert_eq!(result("origin", "group"), "route=/x, one of a/b");
    // 6 000 events in the ten minutes; 300 of the 8 640 that may be bad were, and they are 3.47 %.
    assert_eq!(
        result("corrections", "left out"),
        "switch: 2026-01-20 09:50 Z to 2026-01-20 10:00 Z, 10m in all, 300 bad of 6 000 events, \
         3 % of the budget; planned"
    );
    assert_eq!(result("corrections", "raw"), "96.53 % left with everything counted");
    assert_eq!(result("corrections", "corrected"), "100.00 % left without what is left out");
    assert_eq!(result("pager", "pager"), "not heard yet");
    assert_eq!(result("policy", "step"), "ship as far back as is known");
}

fn source() -> SourceStatus {
    let quiet = SourceStatus::new("main", "prometheus", "", TimeDelta::minutes(2));
    SourceStatus { requests: 1, points: 1, ..quiet }
}

#[test]
fn the_members_of_a_composite_have_their_figures() {
    let member = Member { id: "a/b".into(), weight: 3.0 };
    let other = Member { id: "a/gone".into(), weight: 1.0 };
    let sli = Composite { members: vec![member, other], rule: Rule::Weighted, missing: Missing::Ignore };
    let target = "99%".parse().unwrap();
    let objective = Objective::new("a", "all", "", Sli::Composite(sli), target, Window::days(1));
    let whole = judge(
        &Arc::new(objective),
        &status().counts,
        &Circumstances { now: NOW, ..Circumstances::default() },
    );
    let report = SourceReport { status: source(), slos: vec![Arc::new(status())], services: Vec::new() };
    let snapshot = Snapshot::new(1).with(0, Arc::new(report));
    let told = explain(&whole, &State::default(), &snapshot);
    let section = told.sections.iter().find(|section| section.title == "members").unwrap();
    let results: Vec<&str> = section.rows.iter().map(|row| row.result.as_str()).collect();
    assert_eq!(results[0], "a/b (3 of 4): 97 % left, burn 0.8 over 1h, data ok");
    assert_eq!(results[1], "a/gone (1 of 4): nothing is known of it");
    assert_eq!(results[2], "it is left out");
}
