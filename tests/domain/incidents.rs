//! What an incident cost: its bad events as a share of what the window allows.

use burnwatch::domain::slo::budget::Budget;
use serde::Deserialize;

use crate::figure::{Check, Figure, cases, target, window};
use crate::flow::{Flow, NOW, Piece};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    target: String,
    window: String,
    /// Traffic of the whole window, from which the allowance is taken.
    per_second: f64,
    incident: Vec<Piece>,
    within: Option<f64>,
    expect: Expect,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    bad_events: Option<Figure>,
    equivalent_minutes: Option<Figure>,
    cost: Option<Figure>,
}

#[test]
fn costs_of_incidents() {
    for case in cases::<Case>("incidents.toml") {
        let slo = window(&case.window);
        let length: i64 = case.incident.iter().map(|piece| window(&piece.span).as_seconds()).sum();
        let clean = Piece { span: "70d".into(), per_second: case.per_second, bad: 0.0, gap: false };
        let pieces: Vec<Piece> = std::iter::once(clean).chain(case.incident.iter().cloned()).collect();
        let ledger = Flow::ending_at(NOW, &pieces).ledger(NOW, slo);
        let whole = ledger.read(NOW, slo).unwrap();
        let budget = Budget::of(whole.tally, target(&case.target), slo);
        let up = length + (-length).rem_euclid(300);
        let bad = ledger.read(NOW, burnwatch::domain::slo::window::Window::seconds(up)).unwrap().tally.bad;
        let cost = budget.cost_of_one().map(|one| one * bad);
        let mut check = Check::new(&case.name, case.within.or(Some(1e-9)));
        check.number("bad_events", case.expect.bad_events.as_ref(), Some(bad));
        let minutes = cost.map(|share| share * budget.minutes);
        check.number("equivalent_minutes", case.expect.equivalent_minutes.as_ref(), minutes);
        check.number("cost", case.expect.cost.as_ref(), cost);
        check.done();
    }
}
