//! Which label sets a grouped objective has on the pages.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::plan::Plan;
use super::scraper::{Scraper, Want};
use super::view::View;
use crate::domain::slo::group::Labels;
use crate::domain::slo::objective::Objective;
use crate::source::{LabelSets, SourceError};

pub(super) async fn label_sets(
    scraper: &Scraper,
    objectives: &[Arc<Objective>],
) -> Result<LabelSets, SourceError> {
    let wanted: Vec<Result<Vec<Want>, String>> = objectives
        .iter()
        .map(|objective| {
            let plan = Plan::of(objective)?;
            Ok(plan.choices().map(|choice| scraper.want(choice.clone())).collect())
        })
        .collect();
    let toll = scraper.look().await?;
    let view = View::of(scraper);
    let found = objectives.iter().zip(wanted).map(|(objective, wanted)| {
        let wanted = wanted.map_err(SourceError::Uncountable)?;
        sets(&view, objective, &wanted)
    });
    Ok(LabelSets { found: found.collect(), toll })
}

fn sets(view: &View<'_>, objective: &Objective, wanted: &[Want]) -> Result<Vec<Labels>, SourceError> {
    let by = objective.grouped_by();
    let mut found: BTreeSet<Labels> = BTreeSet::new();
    for want in wanted {
        let lines = view.lines(want);
        found.extend(lines.labels().map(|labels| {
            let value =
                |name: &String| labels.iter().find(|label| label.0 == *name).map(|label| label.1.clone());
            by.iter().map(|name| (name.clone(), value(name).unwrap_or_default())).collect::<Labels>()
        }));
    }
    if found.len() == 1 && found.iter().flatten().all(|(_, value)| value.is_empty()) {
        let names = by.join(", ");
        return Err(SourceError::Uncountable(format!("no series has the label it is grouped by, {names}")));
    }
    Ok(found.into_iter().collect())
}
