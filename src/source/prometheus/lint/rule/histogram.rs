//! What is doubtful about a histogram that a latency SLI counts by.

use std::ops::Range;

use super::system;
use crate::source::prometheus::lint::finding::{Finding, Rule, shown};
use crate::source::prometheus::lint::names::is_gauge;
use crate::source::prometheus::lint::tree::Selected;

pub(in crate::source::prometheus::lint) fn of_histogram(
    selected: &Selected,
    at: Option<Range<usize>>,
) -> Vec<Finding> {
    let name = &selected.name;
    let ends = |list: &[&str]| list.iter().any(|end| name.ends_with(end));
    let mut found = Vec::new();
    if ends(&["_total"]) || is_gauge(name) {
        found.push(Finding::new(
            Rule::NotAHistogram,
            at.clone(),
            format!(
                "{} does not look like a histogram: it would need {}",
                shown(name),
                shown(&format!("{name}_bucket"))
            ),
            "write the name that stands before `_bucket`",
        ));
    }
    if ends(&["_milliseconds", "_millis", "_ms", "_microseconds", "_us", "_nanoseconds", "_ns"]) {
        found.push(Finding::new(
            Rule::HistogramUnit,
            at.clone(),
            format!(
                "{} does not count in seconds by its name, and the threshold is looked up as seconds",
                shown(name)
            ),
            "use a histogram in seconds, or the kind `events` with the bucket's own `le`",
        ));
    }
    found.extend(system::finding(selected, at));
    found
}
