//! Burn rates, what they spend, and when the budget is empty.

use burnwatch::domain::slo::burn;
use burnwatch::domain::slo::tally::Tally;
use serde::Deserialize;

use crate::figure::{Check, Figure, cases, target, window};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    target: Option<String>,
    error_ratio: Option<f64>,
    /// Stands for `target` and `error_ratio`.
    burn: Option<f64>,
    /// How long it burns.
    span: Option<String>,
    remaining: Option<f64>,
    window: String,
    within: Option<f64>,
    expect: Expect,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    burn: Option<Figure>,
    spent: Option<Figure>,
    empty_in_minutes: Option<Figure>,
}

#[test]
fn burn_and_what_it_spends() {
    for case in cases::<Case>("rates.toml") {
        let slo = window(&case.window);
        let counted = case
            .error_ratio
            .zip(case.target.as_ref())
            .and_then(|(errors, text)| burn::rate(Tally::new(errors * 1e6, 1e6), target(text)));
        let rate = case.burn.or(counted).unwrap();
        let mut check = Check::new(&case.name, case.within);
        check.number("burn", case.expect.burn.as_ref(), Some(rate));
        let spent = case.span.as_ref().map(|span| burn::spent(rate, window(span), slo));
        check.number("spent", case.expect.spent.as_ref(), spent);
        let empty = burn::time_to_empty(case.remaining.unwrap_or(1.0), rate, slo);
        check.number("empty_in_minutes", case.expect.empty_in_minutes.as_ref(), empty.map(|s| s / 60.0));
        check.done();
    }
}
