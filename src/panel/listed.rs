//! The SLOs of the list, as far as they match the filter.

use std::sync::Arc;

use crate::domain::slo::status::SloStatus;
use crate::state::{Model, Screen};

/// Worst first.
pub(super) fn listed(model: &Model) -> Vec<&Arc<SloStatus>> {
    let filter = matches!(model.view.screen, Screen::Overview | Screen::Slos)
        .then(|| model.view.filter().to_lowercase());
    let wanted = |slo: &&Arc<SloStatus>| filter.as_deref().is_none_or(|filter| matches(slo, filter));
    model.snapshot().worst_first().into_iter().filter(wanted).collect()
}

/// Every word must be found in the id, the source, the state or the policy word; `-word` must not.
fn matches(slo: &SloStatus, filter: &str) -> bool {
    let step = slo.step.as_ref().map_or("", |step| step.word.as_str());
    let (id, title) = (slo.id(), slo.objective.title());
    let text = format!("{id} {title} {} {} {step}", slo.objective.source, slo.data.word()).to_lowercase();
    filter.split_whitespace().all(|word| match word.strip_prefix('-') {
        Some(unwanted) if !unwanted.is_empty() => !text.contains(unwanted),
        _ => text.contains(word),
    })
}
