//! Nobl9's `n9/v1alpha`, as far as its data is in Prometheus.
//!
//! Its SLOs name their alert policies, agents and components by name within a project, so objects are read first
//! and linked once all are there, as in `OpenSLO`.

mod link;
mod objective;
mod policy;
mod slo;

use std::collections::BTreeMap;

use super::draft::{Burn, Goal, Horizon, Source};
use super::reader::Reader;
use super::spot::{Here, Note, Spot};
use crate::config::code;
use crate::config::origin::Origin;
use crate::config::shown::quoted;
use crate::domain::slo::sli::{Op, Side};
use crate::domain::slo::target::Target;

pub use link::link;

/// The project of what names none.
const DEFAULT: &str = "default";

#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    pub kind: Kind,
    pub name: Here<String>,
    pub project: String,
    pub title: Option<String>,
    /// A list of values is joined with commas.
    pub labels: BTreeMap<String, String>,
    pub annotations: BTreeMap<String, String>,
    pub origin: Origin,
    pub content: Content,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Slo,
    Service,
    AlertPolicy,
    Agent,
    Direct,
}

impl Kind {
    const ALL: [(&'static str, Self); 5] = [
        ("SLO", Self::Slo),
        ("Service", Self::Service),
        ("AlertPolicy", Self::AlertPolicy),
        ("Agent", Self::Agent),
        ("Direct", Self::Direct),
    ];

    /// As it is written.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(_, kind)| *kind == self).map_or("", |(word, _)| word)
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    Slo(Box<Slo>),
    AlertPolicy(Policy),
    /// An agent or a direct connection.
    Source(Source),
    /// Only its name matters.
    Service,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Slo {
    pub service: Here<String>,
    pub description: Option<String>,
    pub timeslices: bool,
    pub window: Horizon,
    /// Name of the agent, and its project.
    pub source: Option<(Here<String>, String)>,
    pub objectives: Vec<Objective>,
    /// How many were written.
    pub written: usize,
    pub policies: Vec<Here<String>>,
    pub runbook: Option<String>,
    pub notes: Vec<Note>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Objective {
    pub spot: Spot,
    pub name: String,
    pub title: Option<String>,
    pub goal: Here<Goal>,
    pub slice_target: Option<Target>,
    pub measure: Measure,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Measure {
    Events {
        counter: bool,
        side: Side,
        part: Metric,
        total: Metric,
    },
    Value {
        metric: Metric,
        op: Op,
        bound: f64,
    },
    Composite(Vec<Component>),
    /// With the reason why it is not counted.
    Unread(String),
}

/// A query and the key it stands under, such as `prometheus`.
#[derive(Clone, Debug, PartialEq)]
pub struct Metric {
    pub kind: String,
    /// None where that source takes no `PromQL`.
    pub promql: Option<Here<String>>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Component {
    pub project: String,
    pub slo: Here<String>,
    pub objective: Here<String>,
    pub weight: f64,
    /// `CountAsGood`, `CountAsBad` or `Ignore`.
    pub delayed: Here<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    pub spot: Spot,
    pub severity: String,
    pub burns: Vec<Burn>,
    /// Conditions that are no burn rates, such as `burnedBudget`.
    pub others: Vec<Here<String>>,
    pub runbook: Option<String>,
}

/// One object; kinds that say nothing about SLOs are passed over.
pub(crate) fn read(mut reader: Reader<'_, '_>) -> Option<Object> {
    let report = reader.report();
    let origin = reader.origin();
    let written = reader.text("kind")?;
    let known = Kind::ALL.iter().find(|(word, _)| *word == written.value);
    let Some((_, kind)) = known.copied() else {
        let message = format!("Nobl9's `{}` says nothing about SLOs here", quoted(&written.value));
        report.warning(code::NOT_CARRIED, &written.span, &message);
        return None;
    };
    for key in ["apiVersion", "status", "organization", "manifestSrc"] {
        reader.skip(key);
    }
    let metadata = reader.map("metadata");
    let mut metadata = reader.required("metadata", metadata)?;
    let name = metadata.text("name");
    let name = metadata.required("name", name);
    let project = metadata.text("project").map_or_else(|| DEFAULT.to_owned(), |project| project.value);
    let title = metadata.text("displayName").map(|title| title.value);
    let labels = super::openslo::labels(&mut metadata);
    let annotations = metadata.string_map("annotations").map(|found| found.value).unwrap_or_default();
    let annotations = annotations.into_iter().map(|(key, value)| (key.value, value.value)).collect();
    metadata.finish();
    let spec = reader.map("spec");
    let spec = reader.required("spec", spec)?;
    reader.finish();
    let content = match kind {
        Kind::Slo => slo::slo(spec).map(|slo| Content::Slo(Box::new(slo))),
        Kind::AlertPolicy => policy::policy(spec, &annotations).map(Content::AlertPolicy),
        Kind::Agent | Kind::Direct => Some(Content::Source(source(&spec))),
        Kind::Service => Some(Content::Service),
    };
    let name = Here::new(name?, report);
    Some(Object { kind, name, project, title, labels, annotations, origin, content: content? })
}

/// The only mapping in the spec that names a product. What else is in it may be secret.
fn source(spec: &Reader<'_, '_>) -> Source {
    let entry = spec.entries().iter().find(|entry| super::query::is_prometheus(&entry.key.value));
    let Some(entry) = entry else { return Source::default() };
    let url = match &entry.value.value {
        super::yaml::Value::Mapping(entries) => entries.iter().find(|entry| entry.key.value == "url"),
        _ => None,
    };
    let url = url.and_then(|url| super::openslo::without_password(&url.value.scalar()?.text));
    Source { name: None, kind: Some(entry.key.value.clone()), url }
}

#[cfg(test)]
mod tests;
