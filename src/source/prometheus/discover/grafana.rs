//! Grafana's SLOs, by the series that it records each minute under `grafana_slo_uuid`. Of a ratio there are the rates of
//! good and of all events over five minutes. A rate, taken minute by minute and times 60, is the events of that minute;
//! so the events of any window are the sum over its minutes, a little smeared by those five minutes. Of any other query
//! there is the share of good alone.

use std::collections::{BTreeMap, BTreeSet};

use super::{Doubt, Evidence, Finding, Record, objective, span, target};
use crate::domain::slo::objective::{About, Objective};
use crate::domain::slo::sli::{Events, Ratio, Side, Sli};
use crate::domain::slo::slug::slug;
use crate::domain::slo::tier::grafana;
use crate::domain::slo::tool::Tool;
use crate::domain::slo::window::Window;
use crate::source::prometheus::narrow::quoted;

const OBJECTIVE: &str = "grafana_slo_objective";
const SECONDS: &str = "grafana_slo_objective_window_seconds";
const SUCCESS: &str = "grafana_slo_success_rate_5m";
const TOTAL: &str = "grafana_slo_total_rate_5m";
/// The share of good over the shortest window that is recorded, and where that is not told the next.
const SHARES: &[(&str, &str)] = &[("grafana_slo_sli_5m", "five minutes"), ("grafana_slo_sli_1h", "an hour")];
pub(super) const NAMES: &str = "grafana_slo_info|grafana_slo_objective|grafana_slo_objective_window_seconds|grafana_slo_success_rate_5m|grafana_slo_total_rate_5m|grafana_slo_sli_5m|grafana_slo_sli_1h|grafana_slo_sli_window";
/// Grafana's own choice where nobody makes one.
const USUAL: Window = Window::days(28);
/// Labels that may name the service, the usual one first; Grafana has no services.
const SERVICE: &[&str] = &["grafana_slo_service", "service", "service_name", "app", "team"];
/// Labels that may name the SLO itself, of the series that tells about it.
const NAME: &[&str] = &["grafana_slo_name", "slo_name"];

pub(super) fn find(evidence: &Evidence<'_>) -> Vec<Finding> {
    let mut known: BTreeMap<&str, Vec<&Record>> = BTreeMap::new();
    for record in &evidence.records {
        let id = record.label(Tool::Grafana.label());
        if record.name.starts_with("grafana_slo_") && !id.is_empty() {
            known.entry(id).or_default().push(record);
        }
    }
    known.iter().map(|(id, records)| one(evidence, id, records)).collect()
}

fn one(evidence: &Evidence<'_>, id: &str, records: &[&Record]) -> Finding {
    let doubt = |why: &str| Doubt { tool: Tool::Grafana, id: id.to_owned(), why: why.to_owned() };
    let named = |name: &str| records.iter().find(|record| record.name == name);
    let goal = named(OBJECTIVE).ok_or_else(|| doubt("nothing tells its objective"))?;
    let target = target(goal.value).ok_or_else(|| doubt("its objective is not between 0 and 1"))?;
    let seconds = || span(named(SECONDS)?.value);
    let window = label(records, &["grafana_slo_window"]).and_then(|text| text.parse().ok()).or_else(seconds);
    let matcher = format!("{{{}={}}}", Tool::Grafana.label(), quoted(id));
    let mut notes = Vec::new();
    let sli = if named(SUCCESS).is_some() && named(TOTAL).is_some() {
        events(&matcher)
    } else if let Some((name, long)) = SHARES.iter().find(|(name, _)| named(name).is_some()) {
        notes.push(format!(
            "Grafana records its share of good over {long} and nothing shorter: figures of shorter windows are those"
        ));
        Sli::Ratio(Ratio { side: Side::Good, ratio: format!("{name}{matcher}") })
    } else {
        return Err(doubt("nothing records its share of good"));
    };
    if window.is_none() {
        notes.push(format!("nothing tells its window, which is taken for {USUAL}"));
    }
    let name = label(records, NAME).map(slug).filter(|name| !name.is_empty());
    let names = (label(records, SERVICE).unwrap_or(Tool::Grafana.word()), name.as_deref().unwrap_or(id));
    let bare = objective(evidence, Tool::Grafana, id, names, sli, (target, window.unwrap_or(USUAL)))?;
    Ok(Objective { tiers: grafana(), about: About { notes, ..bare.about.clone() }, ..bare })
}

/// The value of the first of these labels that says one thing: series also have the labels that the query keeps, and
/// may differ in these.
fn label<'a>(records: &[&'a Record], names: &[&str]) -> Option<&'a str> {
    let one = |name: &&str| {
        let values: BTreeSet<&str> = records.iter().map(|record| record.label(name)).collect();
        let mut told = values.into_iter().filter(|value| !value.is_empty());
        told.next().filter(|_| told.next().is_none())
    };
    names.iter().find_map(one)
}

/// Sampled at whole minutes, however often they are recorded. A rate may be no number, or infinite.
fn events(matcher: &str) -> Sli {
    let counted =
        |name: &str| format!("sum(sum_over_time(({name}{matcher} < Inf)[{{{{.window}}}}:1m])) * 60");
    Sli::Events(Events { side: Side::Good, part: counted(SUCCESS), total: counted(TOTAL) })
}
