//! Grafana's SLOs. Their rules are Grafana's own and not told here, but their series are: rates of good and of all
//! events over five minutes, recorded every minute. A rate, taken minute by minute and times 60, is the events of that
//! minute; so the events of any window are the sum over its minutes, a little smeared by those five minutes.

use std::collections::BTreeMap;

use super::{Doubt, Evidence, Finding, Record, objective, target};
use crate::domain::slo::objective::{About, Objective};
use crate::domain::slo::sli::{Events, Ratio, Side, Sli};
use crate::domain::slo::tier::grafana;
use crate::domain::slo::tool::Tool;
use crate::domain::slo::window::Window;
use crate::source::prometheus::narrow::quoted;

const OBJECTIVE: &str = "grafana_slo_objective";
const SUCCESS: &str = "grafana_slo_success_rate_5m";
const TOTAL: &str = "grafana_slo_total_rate_5m";
const HOUR: &str = "grafana_slo_sli_1h";
pub(super) const NAMES: &str = "grafana_slo_objective|grafana_slo_success_rate_5m|grafana_slo_total_rate_5m|grafana_slo_sli_1h|grafana_slo_sli_window";
/// Grafana's own choice where nobody makes one.
const USUAL: Window = Window::days(28);
/// Labels that may name the service, the usual one first; Grafana has no services.
const SERVICE: &[&str] = &["service", "service_name", "app", "team"];
/// Labels that may name the SLO itself.
const NAME: &[&str] = &["slo_name", "grafana_slo_name"];

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
    let label = |names: &[&str]| {
        let of =
            |name: &&str| records.iter().map(|record| record.label(name)).find(|value| !value.is_empty());
        names.iter().find_map(of)
    };
    let goal = named(OBJECTIVE).ok_or_else(|| doubt("nothing tells its objective"))?;
    let target = target(goal.value).ok_or_else(|| doubt("its objective is not between 0 and 1"))?;
    let window: Option<Window> = label(&["grafana_slo_window"]).and_then(|text| text.parse().ok());
    let matcher = format!("{{{}={}}}", Tool::Grafana.label(), quoted(id));
    let mut notes = Vec::new();
    let sli = if named(SUCCESS).is_some() && named(TOTAL).is_some() {
        events(&matcher)
    } else if named(HOUR).is_some() {
        notes.push("Grafana records its share of good over an hour and nothing shorter: figures of shorter windows are those".to_owned());
        Sli::Ratio(Ratio { side: Side::Good, ratio: format!("{HOUR}{matcher}") })
    } else {
        return Err(doubt("nothing records its share of good"));
    };
    if window.is_none() {
        notes.push(format!("no label tells its window, which is taken for {USUAL}"));
    }
    let names = (label(SERVICE).unwrap_or(Tool::Grafana.word()), label(NAME).unwrap_or(id));
    let bare = objective(evidence, Tool::Grafana, id, names, sli, (target, window.unwrap_or(USUAL)))?;
    Ok(Objective { tiers: grafana(), about: About { notes, ..bare.about.clone() }, ..bare })
}

/// Sampled at whole minutes, however often they are recorded.
fn events(matcher: &str) -> Sli {
    let counted = |name: &str| format!("sum(sum_over_time({name}{matcher}[{{{{.window}}}}:1m])) * 60");
    Sli::Events(Events { side: Side::Good, part: counted(SUCCESS), total: counted(TOTAL) })
}
