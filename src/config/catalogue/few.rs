//! How many parts one SLO may have, for each objective becomes a draft with all that they have in common.

use super::reader::Reader;
use crate::config::code;

const OBJECTIVES: usize = 50;
const POLICIES: usize = 12;

pub(crate) fn objectives<T>(items: Vec<T>, of: &Reader<'_, '_>) -> Vec<T> {
    few(items, OBJECTIVES, "objectives", of)
}

pub(crate) fn policies<T>(items: Vec<T>, of: &Reader<'_, '_>) -> Vec<T> {
    few(items, POLICIES, "alert policies", of)
}

/// The first of `items`, with a finding about the rest.
fn few<T>(mut items: Vec<T>, most: usize, what: &str, of: &Reader<'_, '_>) -> Vec<T> {
    if items.len() > most {
        let message = format!("{} has {} {what}; the first {most} are read", of.what(), items.len());
        of.report().error(code::TOO_LARGE, &of.span(), &message).hint("is it the right file?");
        items.truncate(most);
    }
    items
}
