//! What a composite is made of: its members with their own figures.

use super::Row;
use super::spending::plain;
use crate::domain::quantity::{burn, percent};
use crate::domain::slo::sli::{Composite, Member, Missing, Rule, Sli};
use crate::domain::slo::status::SloStatus;
use crate::domain::snapshot::Snapshot;

pub(super) fn rows(status: &SloStatus, snapshot: &Snapshot) -> Vec<Row> {
    let Sli::Composite(composite) = &status.objective.sli else { return Vec::new() };
    let mut rows: Vec<Row> = composite
        .members
        .iter()
        .map(|one| {
            let figures =
                snapshot.slo(&one.id).map_or_else(|| "nothing is known of it".to_owned(), |slo| figures(slo));
            Row::fact("member", format!("{}{}: {figures}", one.id, weight(composite, one)))
        })
        .collect();
    let missing = match composite.missing {
        Missing::Unknown => "what it lacks, this lacks",
        Missing::Good => "it counts as good",
        Missing::Bad => "it counts as bad",
        Missing::Ignore => "it is left out",
    };
    rows.push(Row::fact("without data", missing));
    rows
}

fn weight(composite: &Composite, one: &Member) -> String {
    let all: f64 = composite.members.iter().map(|member| member.weight).sum();
    match composite.rule {
        Rule::Weighted => format!(" ({} of {})", plain(one.weight), plain(all)),
        Rule::Worst => String::new(),
    }
}

/// `11 % left, burn 223 over 1h, data ok`.
fn figures(slo: &SloStatus) -> String {
    let left = slo.remaining().map_or_else(|| "? left".to_owned(), |left| format!("{} left", percent(left)));
    let rate = slo.burn_hour().map_or_else(|| "?".to_owned(), burn);
    format!("{left}, burn {rate} over 1h, data {}", slo.data.word().replace('_', " "))
}
