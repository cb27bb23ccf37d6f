//! An objective's own labels, and those by which the backend's alerts are its.

use std::collections::BTreeMap;

use crate::config::code;
use crate::config::place::At;
use crate::config::report::Report;
use crate::config::shown::quoted;

pub(super) fn pager(
    typed: &[(At<String>, Option<At<String>>)],
    report: &Report<'_>,
) -> Option<BTreeMap<String, String>> {
    let labels: Vec<_> = typed.iter().map(|(name, value)| label(name, value.as_ref(), report)).collect();
    labels.into_iter().collect()
}

/// Any names: they are for people. `what` they are called, one of them.
pub(super) fn texts(
    what: &str,
    typed: &[(At<String>, Option<At<String>>)],
    report: &Report<'_>,
) -> Option<BTreeMap<String, String>> {
    let one = |(name, value): &(At<String>, Option<At<String>>)| {
        if value.is_none() {
            let message = format!("the {what} `{}` must be text in quotes", quoted(&name.value));
            report.error(code::WRONG_TYPE, &name.span, &message);
        }
        Some((name.value.clone(), value.as_ref()?.value.clone()))
    };
    typed.iter().map(one).collect::<Vec<_>>().into_iter().collect()
}

fn label(name: &At<String>, value: Option<&At<String>>, report: &Report<'_>) -> Option<(String, String)> {
    let first = |c: char| c.is_ascii_alphabetic() || c == '_';
    let fits = name.value.starts_with(first) && name.value.chars().all(|c| first(c) || c.is_ascii_digit());
    if !fits {
        let message = format!("`{}` is not the name of a label", quoted(&name.value));
        report.error(code::BAD_NAME, &name.span, &message).hint("such as alertname, sloth_id or slo");
    }
    let Some(value) = value.filter(|value| !value.value.is_empty()) else {
        let message = format!("the label `{}` of the pager must be text in quotes", quoted(&name.value));
        report.error(code::WRONG_TYPE, &name.span, &message);
        return None;
    };
    fits.then(|| (name.value.clone(), value.value.clone()))
}
