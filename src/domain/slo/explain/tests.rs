//! Explanations of figures worked out by hand.

use std::sync::Arc;

use super::*;
use crate::domain::judge::{Circumstances, judge};
use crate::domain::slo::ledger::{BASE, Ledger, Resolution};
use crate::domain::slo::objective::Objective;
use crate::domain::slo::sli::{Events, Side, Sli};
use crate::domain::slo::tally::Tally;
use crate::domain::slo::window::Window;

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
    let told = explain(&status(), &State::default());
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
fn without_data_only_the_evidence_speaks() {
    let empty = Arc::new(Ledger::new(BASE, Window::days(1)));
    let bare = judge(&status().objective, &empty, &Circumstances { now: NOW, ..Circumstances::default() });
    let titles: Vec<_> =
        explain(&bare, &State::default()).sections.iter().map(|section| section.title).collect();
    assert_eq!(titles, ["evidence"]);
}
