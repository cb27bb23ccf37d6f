//! Which label sets a grouped objective has.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::batch::{Batcher, Outcome, Question, Refused, When};
use super::client::Client;
use super::kinds::populations;
use crate::domain::slo::group::Labels;
use crate::domain::slo::objective::Objective;
use crate::domain::slo::window::Window;
use crate::source::{LabelSets, SourceError, Toll};

/// Series without a sample for this long are gone. Two scrapes of most metrics, and sooner than anybody wonders.
const SPAN: Window = Window::minutes(30);
/// Label sets that one answer may hold; who has more does not mean to look at them.
const MOST: usize = 1000;
const SIZE: usize = 50;

pub(super) async fn label_sets(
    client: &Client,
    refused: &Refused,
    objectives: &[Arc<Objective>],
    at: i64,
) -> Result<LabelSets, SourceError> {
    let texts: Vec<Result<String, String>> = objectives.iter().map(|objective| question(objective)).collect();
    let questions: Vec<Question> = texts
        .iter()
        .enumerate()
        .filter_map(|(i, text)| Some(Question { id: format!("{i}g"), text: text.clone().ok()? }))
        .collect();
    let mut toll = Toll::default();
    let batcher = Batcher { client, refused, when: When::At(at), size: SIZE, strict: true };
    let mut outcomes = batcher.ask(&questions, &mut toll).await?.into_iter();
    let mut found = Vec::with_capacity(objectives.len());
    for (objective, text) in objectives.iter().zip(texts) {
        found.push(match text {
            Err(why) => Err(SourceError::Uncountable(why)),
            Ok(text) => sets(objective, &text, outcomes.next().unwrap_or_else(|| Ok(Vec::new()))),
        });
    }
    Ok(LabelSets { found, toll })
}

fn by(objective: &Objective) -> &[String] {
    objective.group.as_ref().map_or(&[], |group| &group.by)
}

fn question(objective: &Objective) -> Result<String, String> {
    let names = by(objective).join(", ");
    let known = populations(&objective.sli, SPAN)?;
    let groups: Vec<_> = known.iter().map(|vector| format!("group by ({names}) ({vector})")).collect();
    Ok(format!("topk({}, {})", MOST + 1, groups.join(" or ")))
}

fn sets(objective: &Objective, text: &str, outcome: Outcome) -> Result<Vec<Labels>, SourceError> {
    let series = match outcome {
        Err(SourceError::Query { message }) => {
            return Err(SourceError::Query { message: format!("label sets: {message}, in {text}") });
        }
        other => other?,
    };
    let set = |mut labels: std::collections::HashMap<String, String>| -> Labels {
        by(objective).iter().map(|name| (name.clone(), labels.remove(name).unwrap_or_default())).collect()
    };
    let found: BTreeSet<Labels> = series.into_iter().map(|series| set(series.labels)).collect();
    if found.len() == 1 && found.iter().flatten().all(|(_, value)| value.is_empty()) {
        let names = by(objective).join(", ");
        return Err(SourceError::Uncountable(format!(
            "no series has the label it is grouped by, {names}: `{text}`"
        )));
    }
    Ok(found.into_iter().collect())
}
