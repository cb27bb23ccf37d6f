//! What is mentioned beside the answer: pages, incidents, maintenance, and what asks for a postmortem.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::domain::incident::Incident;
use crate::domain::journal::State;
use crate::domain::quantity::{burn, percent};
use crate::domain::slo::span::Span;
use crate::domain::slo::spent::{Cost, costs};
use crate::domain::slo::status::SloStatus;
use crate::domain::slo::tier::Severity;

/// One incident that costs more than this share of a budget asks for a postmortem: the public error-budget policy
/// of the SRE workbook.
const POSTMORTEM: f64 = 0.2;

pub(super) fn mentions(slos: &[Arc<SloStatus>], log: &State, now: DateTime<Utc>) -> Vec<String> {
    let mut said: Vec<String> = slos.iter().filter_map(page).collect();
    let concerned = |incident: &&Incident| {
        slos.iter().any(|slo| {
            incident.concerns(&slo.objective) || incident.services.contains(&slo.objective.service)
        })
    };
    said.extend(
        log.open_incidents().into_iter().filter(|incident| incident.severity.pages()).filter(concerned).map(
            |incident| {
                format!("{} ({}) is open: {}", incident.id(), incident.severity.as_str(), incident.title)
            },
        ),
    );
    for slo in slos {
        said.extend(dear_incidents(slo, log, now));
        let left_out = slo.corrections.iter().filter(|one| one.excluded).count();
        if let Some(raw) = slo.raw.as_ref().and_then(|raw| raw.budget.remaining) {
            said.push(format!(
                "{} leaves {left_out} maintenance windows out; with everything counted it has {} left",
                slo.id(),
                percent(raw)
            ));
        }
    }
    said
}

fn page(slo: &Arc<SloStatus>) -> Option<String> {
    let tier = &slo.firing().filter(|firing| firing.tier.severity == Severity::Page)?.tier;
    let rate = slo.burn(tier.long).map_or_else(|| "?".to_owned(), burn);
    Some(format!("{} pages: it burns {rate}x over {}", slo.id(), tier.long))
}

/// The incidents of the window that cost this SLO a good part of its budget.
fn dear_incidents(slo: &SloStatus, log: &State, now: DateTime<Utc>) -> Vec<String> {
    let (Some(at), Some(budget)) = (slo.as_of, slo.budget.filter(|budget| budget.allowed_bad > 0.0)) else {
        return Vec::new();
    };
    let Some(stretch) = Span::readable(slo.objective.span(at).from, at) else { return Vec::new() };
    let concerned =
        |incident: &&Incident| incident.duplicate_of.is_none() && incident.concerns(&slo.objective);
    let (incidents, claims): (Vec<&Incident>, Vec<Span>) = log
        .incidents
        .values()
        .map(AsRef::as_ref)
        .filter(concerned)
        .filter_map(|incident| {
            let end = incident.ended().unwrap_or(now);
            let lasted = Span { from: incident.clocks.start()?.timestamp(), to: end.timestamp() };
            Some((incident, lasted.in_cells(at)))
        })
        .unzip();
    let costs = costs(&slo.ledger, stretch, &claims).costs;
    let dear = |(incident, cost): (&Incident, Option<Cost>)| {
        let share = cost?.bad / budget.allowed_bad;
        (share > POSTMORTEM).then(|| {
            format!(
                "{} cost {} of {}'s budget: more than {} asks for a postmortem",
                incident.id(),
                percent(share),
                slo.id(),
                percent(POSTMORTEM)
            )
        })
    };
    incidents.into_iter().zip(costs).filter_map(dear).collect()
}
