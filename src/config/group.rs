//! `group_by`: the labels that an objective has a child for each set of.

use std::collections::BTreeSet;

use crate::config::code;
use crate::config::place::At;
use crate::config::report::Report;
use crate::config::shown::quoted;
use crate::domain::slo::objective::Group;
use crate::domain::slo::sli::Sli;

/// Labels in one group; more would make as many children as there are series.
const MOST: usize = 8;

/// The group of the objective `id`; none if it names no labels. Names that cannot be used are told.
pub(super) fn group(
    id: &str,
    typed: Option<&At<Vec<At<String>>>>,
    sli: Option<&Sli>,
    report: &Report<'_>,
) -> Option<Group> {
    let typed = typed?;
    if typed.value.is_empty() {
        let hint = "write [\"route\"], or leave `group_by` out";
        report.error(code::BAD_VALUE, &typed.span, "`group_by` names no label").hint(hint);
        return None;
    }
    if typed.value.len() > MOST {
        let message = format!("`group_by` takes at most {MOST} labels");
        report
            .error(code::BAD_VALUE, &typed.span, &message)
            .hint("group by what people know, such as a route");
        return None;
    }
    if matches!(sli, Some(Sli::Composite(_))) {
        let hint = "group its members instead";
        report.error(code::CONFLICT, &typed.span, "a composite has no labels to be grouped by").hint(hint);
        return None;
    }
    let mut taken = BTreeSet::new();
    for label in &typed.value {
        if let Some(problem) = problem(&label.value, sli, &mut taken) {
            report.error(code::BAD_NAME, &label.span, &problem);
        }
    }
    let by = typed.value.iter().map(|label| label.value.clone()).collect();
    Some(Group { parent: id.to_owned(), by, ..Group::default() })
}

/// The first thing that is wrong with these labels; nothing where there are none.
pub(super) fn group_trouble(labels: &[String], sli: &Sli) -> Option<String> {
    if labels.len() > MOST {
        return Some(format!("a group is of at most {MOST} labels"));
    }
    let mut taken = BTreeSet::new();
    labels.iter().find_map(|label| problem(label, Some(sli), &mut taken))
}

fn problem<'a>(label: &'a str, sli: Option<&Sli>, taken: &mut BTreeSet<&'a str>) -> Option<String> {
    let mut letters = label.bytes();
    let first = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_';
    let well_formed =
        letters.next().is_some_and(first) && letters.all(|byte| first(byte) || byte.is_ascii_digit());
    if !well_formed {
        return Some(format!("`{}` is not the name of a label", quoted(label)));
    }
    if label.starts_with("__") {
        return Some(format!("`{}` is a name of the backend's own", quoted(label)));
    }
    if label == "le" && matches!(sli, Some(Sli::Latency(_))) {
        return Some("`le` tells a histogram's buckets apart, not its requests".to_owned());
    }
    (!taken.insert(label)).then(|| format!("`{}` is named twice", quoted(label)))
}
