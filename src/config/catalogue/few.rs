//! How many parts one SLO may have, for each objective becomes a draft with all that they have in common.

use super::reader::Reader;
use crate::config::code;

/// Of objectives, policies and the like.
const MOST: usize = 50;

/// The first of `items`, with a finding about the rest.
pub(crate) fn few<T>(mut items: Vec<T>, what: &str, of: &Reader<'_, '_>) -> Vec<T> {
    if items.len() > MOST {
        let message = format!("{} has {} {what}; the first {MOST} are read", of.what(), items.len());
        of.report().error(code::TOO_LARGE, &of.span(), &message).hint("is it the right file?");
        items.truncate(MOST);
    }
    items
}
