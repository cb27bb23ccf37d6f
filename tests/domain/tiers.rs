//! Alert tiers: their factors, whether they can fire, and when they do in an outage that is laid down
//! second by second.

use burnwatch::domain::slo::alert::evaluate;
use burnwatch::domain::slo::ledger::Ledger;
use burnwatch::domain::slo::tier::{Tier, workbook};
use burnwatch::domain::slo::window::Window;
use serde::Deserialize;

use crate::figure::{Check, Figure, cases, target, window};
use crate::flow::{Flow, NOW, Piece};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    window: String,
    target: String,
    within: Option<f64>,
    /// Share of errors from one second to the next, after a clean history.
    outage: Option<f64>,
    expect: Expect,
}

/// One entry for each tier of the workbook, in its order.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    factors: Option<Vec<f64>>,
    can_fire: Option<Vec<bool>>,
    /// `factor x (1 - target) x long / errors`, in seconds.
    crosses_after: Option<Vec<f64>>,
    /// The first whole minute of the outage at which our own evaluation fires.
    fires_at_minute: Option<Vec<i64>>,
    /// Minutes after complete recovery at which the evaluation is quiet again.
    clears_at_minute: Option<Vec<i64>>,
}

#[test]
fn factors_and_firing() {
    for case in cases::<Case>("tiers.toml") {
        let tiers = workbook(window(&case.window));
        let slo = target(&case.target);
        let mut check = Check::new(&case.name, case.within);
        let each = |list: &Option<Vec<f64>>| list.clone().map(|list| list.into_iter().map(Figure::Number));
        for (tier, want) in tiers.iter().zip(each(&case.expect.factors).into_iter().flatten()) {
            check.number("factor", Some(&want), Some(tier.factor));
        }
        let can_fire: Vec<bool> = tiers.iter().map(|tier| tier.can_fire(slo)).collect();
        check.same("can_fire", case.expect.can_fire.as_ref(), can_fire);
        if let Some(errors) = case.outage {
            for (tier, want) in tiers.iter().zip(each(&case.expect.crosses_after).into_iter().flatten()) {
                let after = tier.factor * slo.budget() * tier.long.as_seconds() as f64 / errors;
                check.number("crosses_after", Some(&want), Some(after));
            }
            let outage = Outage { case: &case, errors };
            let fires: Vec<i64> = tiers.iter().map(|tier| outage.first(tier, 0, true)).collect();
            check.same("fires_at_minute", case.expect.fires_at_minute.as_ref(), fires);
            let clears: Vec<i64> = tiers.iter().map(|tier| outage.first(tier, 24 * 60, false)).collect();
            check.same("clears_at_minute", case.expect.clears_at_minute.as_ref(), clears);
        }
        check.done();
    }
}

struct Outage<'a> {
    case: &'a Case,
    errors: f64,
}

impl Outage<'_> {
    /// The first minute at which the tier fires (or does not) after `lasted` minutes of outage: with
    /// `lasted` 0 the outage goes on, otherwise it is over and clean traffic follows.
    fn first(&self, tier: &Tier, lasted: i64, firing: bool) -> i64 {
        let fires = |minute| {
            let ledger = self.ledger(if firing { minute } else { lasted }, if firing { 0 } else { minute });
            evaluate(tier, &ledger, target(&self.case.target), NOW).firing
        };
        // It changes once, so the minute can be found by halving.
        let (mut low, mut high) = (0, 3 * 24 * 60);
        assert!(fires(low) != firing && fires(high) == firing, "{}", self.case.name);
        while high - low > 1 {
            let middle = i64::midpoint(low, high);
            if fires(middle) == firing { high = middle } else { low = middle }
        }
        high
    }

    fn ledger(&self, outage: i64, after: i64) -> Ledger {
        let piece =
            |minutes: i64, bad: f64| Piece { span: format!("{minutes}m"), per_second: 10.0, bad, gap: false };
        let mut pieces = vec![piece(70 * 24 * 60, 0.0)];
        pieces.extend((outage > 0).then(|| piece(outage, self.errors)));
        pieces.extend((after > 0).then(|| piece(after, 0.0)));
        Flow::ending_at(NOW, &pieces).ledger(NOW, Window::days(4))
    }
}
