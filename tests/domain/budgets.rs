//! Budgets, promises and policies from plain counts.

use std::collections::BTreeMap;

use burnwatch::domain::slo::budget::{Budget, Sla};
use burnwatch::domain::slo::burn;
use burnwatch::domain::slo::policy::Policy;
use burnwatch::domain::slo::tally::Tally;
use serde::Deserialize;

use crate::figure::{Check, Figure, cases, target, window};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    target: String,
    window: String,
    sla: Option<String>,
    bad: Option<f64>,
    total: Option<f64>,
    /// Counts of consecutive slices, to be added up.
    good_slices: Option<Vec<f64>>,
    total_slices: Option<Vec<f64>>,
    within: Option<f64>,
    expect: Expect,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    sli: Option<Figure>,
    burn: Option<Figure>,
    allowed_bad: Option<Figure>,
    consumed: Option<Figure>,
    remaining: Option<Figure>,
    remaining_bad: Option<Figure>,
    minutes: Option<Figure>,
    minutes_left: Option<Figure>,
    cost_of_one: Option<Figure>,
    sla_met: Option<bool>,
    buffer_points: Option<Figure>,
    buffer_minutes: Option<Figure>,
    breaks_at: Option<Figure>,
    /// Policy preset to the word of the step in force.
    policy: Option<BTreeMap<String, String>>,
}

impl Case {
    fn tally(&self) -> Tally {
        if let (Some(good), Some(total)) = (&self.good_slices, &self.total_slices) {
            assert_eq!(good.len(), total.len(), "{}", self.name);
            let slices = good.iter().zip(total);
            return slices.map(|(good, total)| Tally::new(total - good, *total)).sum();
        }
        Tally::new(self.bad.unwrap(), self.total.unwrap())
    }
}

#[test]
fn budgets_promises_and_policies() {
    for case in cases::<Case>("budgets.toml") {
        let (slo, span, tally) = (target(&case.target), window(&case.window), case.tally());
        let (budget, expect) = (Budget::of(tally, slo, span), &case.expect);
        let mut check = Check::new(&case.name, case.within);
        let sli = tally.error_ratio().map(|errors| 1.0 - errors);
        check.number("sli", expect.sli.as_ref(), sli);
        check.number("burn", expect.burn.as_ref(), burn::rate(tally, slo));
        check.number("allowed_bad", expect.allowed_bad.as_ref(), Some(budget.allowed_bad));
        check.number("consumed", expect.consumed.as_ref(), budget.remaining.map(|left| 1.0 - left));
        check.number("remaining", expect.remaining.as_ref(), budget.remaining);
        check.number("remaining_bad", expect.remaining_bad.as_ref(), Some(budget.remaining_bad));
        check.number("minutes", expect.minutes.as_ref(), Some(budget.minutes));
        check.number("minutes_left", expect.minutes_left.as_ref(), budget.minutes_left);
        check.number("cost_of_one", expect.cost_of_one.as_ref(), budget.cost_of_one());
        promise(&case, tally, &mut check);
        for (name, word) in expect.policy.iter().flatten() {
            let policy = Policy::preset(name).unwrap_or_else(|| panic!("no policy {name}"));
            let step = budget.remaining.and_then(|left| policy.step(left));
            check.same(name, Some(word), step.map_or("none", |step| step.word.as_str()));
        }
        check.done();
    }
}

fn promise(case: &Case, tally: Tally, check: &mut Check) {
    let Some(text) = &case.sla else { return };
    let sla = Sla::of(tally, target(text), target(&case.target), window(&case.window));
    check.same("sla_met", case.expect.sla_met.map(Some).as_ref(), sla.met);
    check.number("buffer_points", case.expect.buffer_points.as_ref(), Some(sla.buffer_points));
    check.number("buffer_minutes", case.expect.buffer_minutes.as_ref(), Some(sla.buffer_minutes));
    check.number("breaks_at", case.expect.breaks_at.as_ref(), sla.breaks_at);
}
