//! Counters read in ways that resets or gauges break.

use crate::source::prometheus::lint::counted::growth;
use crate::source::prometheus::lint::finding::{Finding, Rule, shown};
use crate::source::prometheus::lint::names::{is_gauge, recorded};
use crate::source::prometheus::lint::tree::{Kind, Node};

const FIRST: &str = "take the rate of each counter first, then add up: `sum(rate(x[…]))`";

/// `rate(sum(x)[5m:])` and `rate(job:x:sum[5m])`.
pub(super) fn sum_before_rate(node: &Node, _: &[&Node]) -> Option<Finding> {
    let (name, of) = growth(node)?;
    let (message, at) = match &of.kind {
        Kind::Subquery(_) if of.parts.iter().any(adds_up) => (
            format!(
                "`{name}` over a sum: when one of the counters restarts, the sum drops and a burst appears"
            ),
            of.span(),
        ),
        Kind::Matrix(selected, _) => {
            let what = recorded_as(recorded(&selected.name)?)?;
            (
                format!("{} looks like {what} by its name; `{name}` needs a counter", shown(&selected.name)),
                of.name_at.clone(),
            )
        }
        _ => return None,
    };
    Some(Finding::new(Rule::SumBeforeRate, at, message, FIRST))
}

/// Whether counters have been put together, be it by an aggregation or by `+`.
fn adds_up(node: &Node) -> bool {
    node.any(&|inner| match &inner.kind {
        Kind::Aggregate { op, .. } => ["sum", "avg", "count"].contains(&op.as_str()),
        Kind::Binary { op, .. } => op == "+" && inner.parts.iter().all(|side| !side.is_constant()),
        _ => false,
    })
}

/// What the operations in a recorded name leave that is no counter: `sum`, `rate5m`, `increase30d`.
fn recorded_as(operations: &str) -> Option<&'static str> {
    const LEFT: &[(&str, &str)] = &[
        ("sum", "a sum of counters"),
        ("rate", "a rate"),
        ("irate", "a rate"),
        ("increase", "an increase"),
        ("ratio", "a ratio"),
        ("avg", "a mean"),
        ("mean", "a mean"),
    ];
    operations.split('_').find_map(|word| {
        let operation = &word[..word.find(|c: char| c.is_ascii_digit()).unwrap_or(word.len())];
        LEFT.iter().find(|(name, _)| *name == operation).map(|(_, what)| *what)
    })
}

pub(super) fn rate_of_gauge(node: &Node, _: &[&Node]) -> Option<Finding> {
    let (name, of) = growth(node)?;
    let selected = of.selected().filter(|selected| is_gauge(&selected.name))?;
    Some(Finding::new(
        Rule::RateOfGauge,
        of.name_at.clone(),
        format!(
            "{} is a gauge by its name; `{name}` takes every fall for a restart and counts it again",
            shown(&selected.name)
        ),
        "use a counter, or `delta` and `deriv` for a gauge",
    ))
}

pub(super) fn irate(node: &Node, _: &[&Node]) -> Option<Finding> {
    let (name, _) = growth(node)?;
    (name == "irate").then(|| {
        Finding::new(
            Rule::Irate,
            node.name_at.clone(),
            "`irate` looks at the last two samples only; the rest of the window is not counted",
            "use `rate`, or `increase` to count",
        )
    })
}
