//! Mistakes in a query that a backend answers without complaint, found before it is asked. The parser stays in
//! here; whoever asks sees findings only.

mod counted;
mod finding;
pub(super) mod matcher;
mod names;
pub(super) mod parse;
mod prepare;
mod rule;
pub(super) mod tree;
mod words;

#[cfg(test)]
mod tests;

use crate::domain::slo::sli::Side;
use counted::as_asked;
use finding::shown;
use parse::parse;
use tree::{Kind, Node};

pub use finding::{Finding, Rule};

/// Findings kept of one expression.
const MOST: usize = 24;

/// What is doubtful about one expression of an SLI: a bare counter (asked as `sum(increase(…))`), a template with
/// `{{.window}}`, or a ratio of both sides as imported definitions have it.
pub fn expression(text: &str) -> Vec<Finding> {
    match parse(text).map(as_asked) {
        Ok(root) => distinct(rule::of_expression(&root)),
        Err(finding) => vec![finding],
    }
}

/// What does not fit between the bad or good events and the total. Nothing about each of them alone, nor about
/// those that cannot be parsed: [`expression`] says that.
pub fn pair(side: Side, part: &str, total: &str) -> Vec<Finding> {
    let read = |text: &str| parse(text).map(as_asked).ok();
    match (read(part), read(total)) {
        (Some(part), Some(total)) => distinct(rule::of_pair(Some(side), &part, &total)),
        _ => Vec::new(),
    }
}

/// What is doubtful about the selector of a latency SLI, written without `_bucket`.
pub fn histogram(text: &str) -> Vec<Finding> {
    match parse(text) {
        Ok(Node { kind: Kind::Instant(selected), name_at, .. }) => rule::of_histogram(&selected, name_at),
        Ok(_) => vec![Finding::new(
            Rule::NotAHistogram,
            None,
            format!("{} is an expression, not the selector of a histogram", shown(text)),
            "write the histogram's name, with matchers in braces if need be",
        )],
        Err(finding) => vec![finding],
    }
}

fn distinct(all: Vec<Finding>) -> Vec<Finding> {
    let mut kept: Vec<Finding> = Vec::new();
    for finding in all {
        if kept.len() < MOST && !kept.iter().any(|k| k.rule == finding.rule && k.message == finding.message) {
            kept.push(finding);
        }
    }
    kept
}
