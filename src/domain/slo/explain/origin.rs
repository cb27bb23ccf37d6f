//! Where an objective comes from, what of its tool's form is not kept, and the group that it is one of.

use super::Row;
use crate::domain::slo::status::SloStatus;

pub(super) fn rows(status: &SloStatus) -> Vec<Row> {
    let objective = &status.objective;
    let about = &objective.about;
    let mut rows = Vec::new();
    rows.extend(about.tool.as_ref().map(|tool| Row::fact("form", tool.as_str())));
    rows.extend(about.place.as_ref().map(|place| Row::fact("place", place.as_str())));
    if let Some(group) = objective.child_of() {
        rows.push(Row::fact("group", format!("{}, one of {}", group.words(), group.parent)));
    }
    rows.extend(about.notes.iter().map(|note| Row::fact("not carried", note.as_str())));
    rows
}
