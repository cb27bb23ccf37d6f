//! What any tool's file says of one SLO, in common terms: the ground for an objective of ours.

use std::collections::BTreeMap;

use super::spot::{Here, Note, Spot};
use crate::config::diagnostic::Diagnostic;
use crate::config::origin::Origin;
use crate::domain::slo::calendar::Calendar;
use crate::domain::slo::method::Method;
use crate::domain::slo::sli::Sli;
use crate::domain::slo::target::{Target, TargetError};
use crate::domain::slo::tier::{Comparison, Tier};
use crate::domain::slo::window::Window;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    Sloth,
    Pyrra,
    OpenSlo,
    Nobl9,
    SloGenerator,
    Grafana,
}

impl Tool {
    pub fn word(self) -> &'static str {
        match self {
            Self::Sloth => "sloth",
            Self::Pyrra => "pyrra",
            Self::OpenSlo => "openslo",
            Self::Nobl9 => "nobl9",
            Self::SloGenerator => "slo-generator",
            Self::Grafana => "grafana",
        }
    }
}

/// One SLO: one objective on one indicator.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    pub tool: Tool,
    /// Of the object it was written in.
    pub origin: Origin,
    /// Of the objective in it.
    pub spot: Spot,
    pub service: Here<String>,
    /// Unique within a service as far as its own file goes.
    pub name: Here<String>,
    /// Where that alone tells it from others of its name.
    pub namespace: Option<String>,
    pub title: Option<String>,
    pub description: Option<String>,
    pub labels: BTreeMap<String, String>,
    pub annotations: BTreeMap<String, String>,
    pub goal: Here<Goal>,
    pub method: Method,
    /// None where the format has none, or none was written: the importer's default.
    pub window: Option<Horizon>,
    /// None where nothing of ours can ask for it, such as a query for Datadog. The notes say why.
    pub sli: Option<Sli>,
    /// The tool weighs by events, and this is a mean over time.
    pub time_weighted: bool,
    pub alerts: Alerts,
    pub source: Option<Source>,
    /// Labels of which each set of values is an SLO of its own.
    pub group_by: Vec<String>,
    /// Labels by which the backend's `ALERTS` are known as this one's.
    pub pager: BTreeMap<String, String>,
    pub runbook: Option<String>,
    pub notes: Vec<Note>,
}

/// A target in decimal digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Goal {
    /// From 0 to 1.
    Ratio(String),
    /// From 0 to 100.
    Percent(String),
}

impl Goal {
    pub fn target(&self) -> Result<Target, TargetError> {
        match self {
            Self::Ratio(text) => text.parse(),
            Self::Percent(text) => format!("{text}%").parse(),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Horizon {
    Rolling(Window),
    Calendar(Calendar),
}

#[derive(Clone, Debug, PartialEq)]
pub enum Alerts {
    /// The format knows of none, or the file says nothing: the importer's default.
    Unsaid,
    /// The fixed tiers of a tool, such as `sloth`.
    Preset(&'static str),
    /// Tiers that are already worked out, and the tool they are of.
    Ready { name: &'static str, tiers: Vec<Tier> },
    /// The conditions that are written; an empty list is an SLO without alerts.
    Own(Vec<Condition>),
}

/// One alert in the tool's own numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    pub spot: Spot,
    /// Of the policy, or of the condition where that has one.
    pub name: String,
    /// As written, such as `page`, `High`.
    pub severity: String,
    /// All must burn at once.
    pub burns: Vec<Burn>,
    pub after: Option<Window>,
    /// What comes closest here. One lookback becomes both windows, so that it fires and clears as the tool's
    /// does; two with one threshold are a pair. None where that would not be the same alert.
    pub tier: Option<Tier>,
}

/// A burn rate over one window.
#[derive(Clone, Debug, PartialEq)]
pub struct Burn {
    pub lookback: Window,
    pub op: Comparison,
    pub threshold: f64,
}

/// Where the data is, as the file says. Never with secrets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    pub name: Option<String>,
    /// As written, such as `Prometheus`.
    pub kind: Option<String>,
    /// Without a password in it.
    pub url: Option<String>,
}

/// What objects come to once they know each other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Linked {
    /// In the order of the objects.
    pub drafts: Vec<Draft>,
    pub findings: Vec<Diagnostic>,
}
