//! SLOs found in what other tools record: their series tell that they are, their rules how they count.

mod grafana;
mod namesakes;
mod own;
mod pyrra;
pub(super) mod rules;
mod services;
mod shape;
mod sloth;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::Arc;

use super::answer::Series;
use super::batch::Refused;
use super::client::Client;
use super::settings::Wanted;
use crate::domain::slo::objective::{About, Objective};
use crate::domain::slo::sli::Sli;
use crate::domain::slo::target::Target;
use crate::domain::slo::tool::{Tool, part_of_id};
use crate::domain::slo::window::Window;
use crate::source::http::text::plain;
use crate::source::{Discovered, SourceError, Toll};
use rules::Rule;

/// SLOs that one backend may bring; more would be no list that anybody reads.
const MOST: usize = 500;
/// Series looked at.
const SERIES: usize = 50_000;
/// SLOs that are named where several are not understood for the same reason.
const NAMED: usize = 3;

/// One series as it stands now.
#[derive(Clone, Debug, PartialEq)]
struct Record {
    name: String,
    labels: BTreeMap<String, String>,
    value: f64,
}

impl Record {
    fn label(&self, name: &str) -> &str {
        self.labels.get(name).map(String::as_str).unwrap_or_default()
    }
}

/// What the backend told, and where objectives will belong.
struct Evidence<'a> {
    records: Vec<Record>,
    /// `None` where the backend does not tell its rules.
    rules: Option<Vec<Rule>>,
    backend: &'a str,
}

impl Evidence<'_> {
    fn named<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Record> {
        self.records.iter().filter(move |record| record.name == name)
    }

    fn rules(&self) -> &[Rule] {
        self.rules.as_deref().unwrap_or_default()
    }
}

/// An SLO that was found and cannot be taken over.
#[derive(Clone, Debug, PartialEq)]
struct Doubt {
    tool: Tool,
    id: String,
    why: String,
}

type Finding = Result<Objective, Doubt>;

/// What is to be looked for, and on behalf of which backend.
pub(super) struct Search<'a> {
    pub(super) wanted: &'a Wanted,
    pub(super) backend: &'a str,
    pub(super) at: i64,
}

/// Looks for SLOs with two requests, and for services with one.
pub(super) async fn discover(
    client: &Client,
    refused: &Refused,
    search: &Search<'_>,
) -> Result<Discovered, SourceError> {
    let mut found = objectives(client, &search.wanted.tools, search.backend, search.at).await?;
    if search.wanted.services {
        let mut toll = std::mem::take(&mut found.toll);
        let known = &found.objectives;
        match services::services((client, refused), search.backend, search.at, known, &mut toll).await {
            Ok((services, doubt)) => {
                found.services = Some(services);
                found.doubts.extend(doubt);
            }
            // The SLOs stand without them. Where there are none to look for, this is the answer.
            Err(error) if search.wanted.tools.is_empty() => return Err(error),
            Err(error) => found.doubts.push(format!("services cannot be looked for: {error}")),
        }
        found.toll = toll;
    }
    Ok(found)
}

/// The SLOs of these tools.
async fn objectives(
    client: &Client,
    wanted: &[Tool],
    backend: &str,
    at: i64,
) -> Result<Discovered, SourceError> {
    if wanted.is_empty() {
        return Ok(Discovered::default());
    }
    let mut toll = Toll::default();
    let params = [("query", query(wanted)), ("time", at.to_string())];
    let answer = client.ask("query", &params, false, &mut toll).await?;
    let records = records(answer.series);
    let told =
        if needs_rules(wanted, &records) { rules::rules(client, &mut toll).await? } else { Ok(Vec::new()) };
    let (rules, silence) = match told {
        Ok(rules) => (Some(rules), None),
        Err(why) => (None, Some(why)),
    };
    let evidence = Evidence { records, rules, backend };
    let (objectives, mut doubts) = found(&evidence, wanted);
    let silence = silence.map(|why| unheard(&why, wanted));
    let unseen = silence.clone().filter(|_| wanted.contains(&Tool::Pyrra));
    doubts.extend(silence);
    Ok(Discovered { objectives, services: None, doubts, unseen, toll })
}

fn records(series: Vec<Series>) -> Vec<Record> {
    let mut records: Vec<Record> = series.into_iter().take(SERIES).filter_map(record).collect();
    // Whichever comes first counts; that must not be another one the next time.
    records.sort_by(|a, b| (&a.name, &a.labels).cmp(&(&b.name, &b.labels)));
    records
}

fn found(evidence: &Evidence<'_>, wanted: &[Tool]) -> (Vec<Arc<Objective>>, Vec<String>) {
    sorted(wanted.iter().flat_map(|tool| match tool {
        Tool::Sloth => sloth::find(evidence),
        Tool::Pyrra => pyrra::find(evidence),
        Tool::Grafana => grafana::find(evidence),
        Tool::Burnwatch => own::find(evidence),
    }))
}

/// As [`discover`], of what is told already.
#[cfg(fuzzing)]
pub(super) fn told(series: Vec<Series>, rules: &[u8], backend: &str) -> (Vec<Arc<Objective>>, Vec<String>) {
    let evidence = Evidence { records: records(series), rules: rules::read(rules).ok(), backend };
    found(&evidence, &[Tool::Sloth, Tool::Pyrra, Tool::Grafana, Tool::Burnwatch])
}

/// All series that speak of SLOs rather than of events.
fn query(wanted: &[Tool]) -> String {
    let names = wanted.iter().map(|tool| match tool {
        Tool::Sloth => sloth::NAMES,
        Tool::Pyrra => pyrra::NAMES,
        Tool::Grafana => grafana::NAMES,
        Tool::Burnwatch => own::NAMES,
    });
    format!("{{__name__=~\"{}\"}}", names.collect::<Vec<_>>().join("|"))
}

/// Grafana's rules are not the backend's, and those whose series tell which there are have none without a series.
fn needs_rules(wanted: &[Tool], records: &[Record]) -> bool {
    let any = |names: &[&str]| records.iter().any(|record| names.contains(&record.name.as_str()));
    wanted.iter().any(|tool| match tool {
        Tool::Pyrra => true,
        Tool::Sloth => any(&[sloth::INFO, sloth::OBJECTIVE]),
        Tool::Burnwatch => any(&[own::INFO]),
        Tool::Grafana => false,
    })
}

fn unheard(why: &str, wanted: &[Tool]) -> String {
    let lost = wanted.contains(&Tool::Pyrra).then(|| "SLOs of pyrra cannot be found".to_owned());
    let others: Vec<&str> = wanted
        .iter()
        .filter(|tool| matches!(tool, Tool::Sloth | Tool::Burnwatch))
        .map(|tool| tool.word())
        .collect();
    let those = if lost.is_some() { "those" } else { "SLOs" };
    let ratios = (!others.is_empty())
        .then(|| format!("{those} of {} are counted by their recorded ratios", others.join(" and ")));
    let lost: Vec<String> = lost.into_iter().chain(ratios).collect();
    format!("the rules are not told, so {}: {}", lost.join(", and "), plain(why, 200))
}

fn record(series: Series) -> Option<Record> {
    let mut labels: BTreeMap<String, String> = series.labels.into_iter().collect();
    let name = labels.remove("__name__")?;
    let value = series.samples.last()?.1;
    Some(Record { name, labels, value })
}

/// Those that can be taken over, each id once, and a sentence for each reason why others cannot.
fn sorted(findings: impl Iterator<Item = Finding>) -> (Vec<Arc<Objective>>, Vec<String>) {
    let mut objectives: BTreeMap<String, Arc<Objective>> = BTreeMap::new();
    let mut doubts: BTreeMap<(Tool, String), BTreeSet<String>> = BTreeMap::new();
    let mut doubt =
        |tool, why: &str, id: &str| doubts.entry((tool, plain(why, 200))).or_default().insert(plain(id, 80));
    for finding in findings {
        match finding {
            Ok(found) if objectives.contains_key(&found.id) => {
                let tool = found.about.tool.as_deref().and_then(|tool| tool.parse().ok());
                doubt(tool.unwrap_or(Tool::Sloth), "another one has the same service and name", &found.id);
            }
            Ok(found) if objectives.len() == MOST => {
                let tool = found.about.tool.as_deref().and_then(|tool| tool.parse().ok());
                doubt(tool.unwrap_or(Tool::Sloth), &format!("more than {MOST} SLOs"), &found.id);
            }
            Ok(found) => {
                objectives.insert(found.id.clone(), Arc::new(found));
            }
            Err(found) => {
                doubt(found.tool, &found.why, &found.id);
            }
        }
    }
    let sentences = doubts.into_iter().map(|((tool, why), ids)| sentence(tool, &why, &ids));
    (objectives.into_values().collect(), sentences.collect())
}

fn sentence(tool: Tool, why: &str, ids: &BTreeSet<String>) -> String {
    let named: Vec<String> = ids.iter().take(NAMED).map(|id| format!("`{id}`")).collect();
    let mut text = format!("left out of {}: {}", tool.word(), named.join(", "));
    if ids.len() > NAMED {
        let _ = write!(text, " and {} more", ids.len() - NAMED);
    }
    let _ = write!(text, ": {why}");
    text
}

/// What all objectives of `tool` have in common; `id` is the tool's own name for it.
fn objective(
    evidence: &Evidence<'_>,
    tool: Tool,
    id: &str,
    names: (&str, &str),
    sli: Sli,
    goal: (Target, Window),
) -> Finding {
    let (service, name) = (part_of_id(names.0), part_of_id(names.1));
    if service.is_empty() || name.is_empty() {
        return Err(Doubt { tool, id: id.to_owned(), why: "it has no name that can be shown".to_owned() });
    }
    let bare = Objective::new(&service, &name, evidence.backend, sli, goal.0, goal.1);
    let about = About {
        tool: Some(tool.word().to_owned()),
        place: Some(format!("found in {}", evidence.backend)),
        pager: tool.pager(id),
        ..About::default()
    };
    Ok(Objective { alerts: tool.word().to_owned(), about, ..bare })
}

/// A share as a target; what a division left behind is rounded away.
fn target(share: f64) -> Option<Target> {
    if !(share > 0.0 && share <= 1.0) {
        return None;
    }
    let text = format!("{share:.12}");
    text.trim_end_matches('0').trim_end_matches('.').parse().ok()
}

/// Days or seconds that a series tells, within what can be counted.
fn span(seconds: f64) -> Option<Window> {
    const YEAR: f64 = 366.0 * 86_400.0;
    (3600.0..=YEAR).contains(&seconds).then(|| Window::seconds(seconds.round() as i64))
}
