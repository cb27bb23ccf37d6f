//! `OpenSLO`: `openslo/v1`, `openslo/v1alpha` and `openslo.com/v2alpha`.
//!
//! Objects name each other across files and versions, so they are read first, each for itself, and linked once
//! all are there.

mod alert;
mod alpha;
mod compose;
mod drafts;
mod link;
mod metadata;
mod shorthand;
mod sli;
mod slo;

use super::spot::{Here, Note, Spot};
use crate::config::catalogue::draft::{Goal, Horizon, Source};
use crate::config::code;
use crate::config::origin::Origin;
use crate::config::shown::quoted;
use crate::domain::slo::sli::{Op, Side};
use crate::domain::slo::target::Target;
use crate::domain::slo::tier::Comparison;
use crate::domain::slo::window::Window;

pub use link::link;
pub use metadata::Metadata;

pub(super) use alpha::time_windows;
pub(super) use metadata::labels;
pub(super) use sli::without_password;
pub(super) use slo::{operator, ratio, ratio_or_one, slice_target};

use super::reader::Reader;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    V1Alpha,
    V1,
    V2Alpha,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    pub version: Version,
    pub metadata: Metadata,
    pub origin: Origin,
    pub content: Content,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    Slo(Box<Slo>),
    Sli(Box<Sli>),
    DataSource(Source),
    AlertPolicy(Policy),
    AlertCondition(Condition),
    NotificationTarget,
    Service,
}

impl Content {
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Slo(_) => "SLO",
            Self::Sli(_) => "SLI",
            Self::DataSource(_) => "DataSource",
            Self::AlertPolicy(_) => "AlertPolicy",
            Self::AlertCondition(_) => "AlertCondition",
            Self::NotificationTarget => "AlertNotificationTarget",
            Self::Service => "Service",
        }
    }
}

/// The name of another object, or the thing itself.
#[derive(Clone, Debug, PartialEq)]
pub enum Use<T> {
    Named(Here<String>),
    Inline(T),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Slo {
    pub service: Here<String>,
    pub description: Option<String>,
    pub method: Budgeting,
    pub window: Option<Horizon>,
    /// None where the objectives have their own.
    pub indicator: Option<Use<Sli>>,
    /// The objectives are parts of one whole.
    pub composite: bool,
    /// Those that could be read, with their place in the list.
    pub objectives: Vec<(usize, Objective)>,
    /// How many were written.
    pub written: usize,
    pub policies: Vec<Use<Policy>>,
    pub notes: Vec<Note>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Budgeting {
    Occurrences,
    Timeslices,
    RatioTimeslices,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Objective {
    pub spot: Spot,
    pub title: Option<Here<String>>,
    pub op: Option<Here<Op>>,
    pub value: Option<Here<f64>>,
    pub goal: Here<Goal>,
    pub slice: Option<Window>,
    pub slice_target: Option<Target>,
    pub indicator: Option<Use<Sli>>,
    /// In a composite.
    pub weight: f64,
    pub notes: Vec<Note>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Sli {
    pub spot: Spot,
    /// Of the object or the inline definition.
    pub metadata: Metadata,
    pub measure: Measure,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Measure {
    Threshold(Metric),
    /// `counter` is None where it is not written.
    Events {
        counter: Option<bool>,
        side: Side,
        part: Box<Metric>,
        total: Box<Metric>,
    },
    Raw {
        side: Side,
        raw: Metric,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub struct Metric {
    pub spot: Spot,
    /// Name of a data source.
    pub source: Option<Here<String>>,
    /// As written here, or in the source given here.
    pub given: Source,
    /// The text under `query`, `promql`, or the only text there is.
    pub query: Option<Here<String>>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    pub name: String,
    pub spot: Spot,
    pub conditions: Vec<Use<Condition>>,
    /// Where it says that it does not alert when its condition is met.
    pub quiet: Option<Spot>,
    /// Names of notification targets.
    pub targets: Vec<Here<String>>,
    pub runbook: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    pub name: String,
    pub spot: Spot,
    pub severity: String,
    pub op: Comparison,
    pub threshold: f64,
    pub lookback: Window,
    pub after: Option<Window>,
    pub notes: Vec<Note>,
}

/// One object. What is wrong is told; what can still be used comes back.
pub(crate) fn read(mut reader: Reader<'_, '_>, version: Version) -> Option<Object> {
    reader.skip("apiVersion");
    let report = reader.report();
    let origin = reader.origin();
    let kind = reader.text("kind")?;
    let metadata = metadata::metadata(&mut reader, version);
    let content = match (kind.value.as_str(), version) {
        ("Service", _) => {
            service(&mut reader);
            Some(Content::Service)
        }
        ("SLO", Version::V1Alpha) => alpha::slo(&mut reader).map(|slo| Content::Slo(Box::new(slo))),
        ("SLO", _) => slo::slo(&mut reader, version).map(|slo| Content::Slo(Box::new(slo))),
        ("SLI", Version::V1 | Version::V2Alpha) => {
            sli::object(&mut reader, version, metadata.clone()).map(|sli| Content::Sli(Box::new(sli)))
        }
        ("DataSource", Version::V1 | Version::V2Alpha) => {
            sli::data_source(&mut reader).map(Content::DataSource)
        }
        ("AlertPolicy", Version::V1 | Version::V2Alpha) => {
            alert::policy(&mut reader, version, metadata.as_ref()).map(Content::AlertPolicy)
        }
        ("AlertCondition", Version::V1 | Version::V2Alpha) => {
            alert::condition(&mut reader, version, metadata.as_ref()).map(Content::AlertCondition)
        }
        ("AlertNotificationTarget", Version::V1 | Version::V2Alpha) => {
            alert::target(&mut reader).map(|()| Content::NotificationTarget)
        }
        (other, _) => {
            let message = format!("`{}` is no kind of this version of OpenSLO", quoted(other));
            let hint = crate::config::nearest::suggest(other, "known", KINDS);
            report.error(code::UNKNOWN_KIND, &kind.span, &message).maybe_hint(hint);
            return None;
        }
    };
    reader.finish();
    Some(Object { version, metadata: metadata?, origin, content: content? })
}

const KINDS: &[&str] =
    &["SLO", "SLI", "Service", "DataSource", "AlertPolicy", "AlertCondition", "AlertNotificationTarget"];

fn service(reader: &mut Reader<'_, '_>) {
    if let Some(mut spec) = reader.map("spec") {
        metadata::description(&mut spec);
        spec.finish();
    }
}

#[cfg(test)]
mod tests;
