//! Labels and annotations as the tools put them on rules and alerts.

use std::collections::BTreeMap;

use super::reader::Texts;
use crate::config::place::At;
use crate::domain::slo::tool::RUNBOOKS;

/// By name; the place is that of the value.
pub type Labels = BTreeMap<String, At<String>>;

/// Later ones win.
pub(crate) fn merged(all: impl IntoIterator<Item = (At<String>, At<String>)>) -> Labels {
    all.into_iter().map(|(key, value)| (key.value, value)).collect()
}

pub(crate) fn texts(read: Option<At<Texts>>) -> Texts {
    read.map(|read| read.value).unwrap_or_default()
}

/// Without their places.
pub(crate) fn plain(labels: &Labels) -> BTreeMap<String, String> {
    labels.iter().map(|(name, value)| (name.clone(), value.value.clone())).collect()
}

/// The runbook that the annotations name.
pub fn runbook(annotations: &Labels) -> Option<&At<String>> {
    let named = |key: &&str| annotations.get(*key).filter(|runbook| !runbook.value.trim().is_empty());
    RUNBOOKS.iter().find_map(named)
}
