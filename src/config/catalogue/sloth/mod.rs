//! Sloth's files: `prometheus/v1`, the Kubernetes object and the alert windows.

mod alerting;
mod chain;
mod check;
mod names;
mod plugin;
mod plugins;
mod sli;
mod spec;
mod windows;

use super::kubernetes::Metadata;
use super::labels::Labels;
use crate::config::origin::Origin;
use crate::config::place::{At, Span};

pub use alerting::{Alert, Alerting};
pub use sli::Sli;
pub use windows::{AlertWindows, Pair, Tier};

pub(crate) use spec::{read_file, read_object};
pub(crate) use windows::read_windows;

/// Both forms come out as this.
#[derive(Clone, Debug, PartialEq)]
pub struct Service {
    pub name: At<String>,
    /// Of the Kubernetes object; its labels are not those of the rules.
    pub object: Option<Metadata>,
    pub origin: Origin,
    /// Those without errors.
    pub slos: Vec<Slo>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Slo {
    /// Its first key.
    pub span: Span,
    pub origin: Origin,
    pub name: At<String>,
    pub description: Option<At<String>>,
    /// In percent, in decimal digits, above 0 and at most 100.
    pub objective: At<String>,
    /// With those of the service; its own win.
    pub labels: Labels,
    pub sli: Sli,
    pub alerting: Alerting,
    /// Ids of the rule plugins that are in force, without those that Sloth always runs.
    pub plugins: Vec<At<String>>,
    /// Sloth's budget over the whole period is the plain mean of its shortest ratios, its default. Otherwise
    /// it is the ratio of all events.
    pub optimized: bool,
}

/// Expressions with `{{.window}}` where a range stands.
#[derive(Clone, Debug, PartialEq)]
pub enum Queries {
    Events {
        error: At<String>,
        total: At<String>,
    },
    /// Bad events as a share of all, 0 to 1.
    ErrorRatio(At<String>),
}

impl Slo {
    /// As in the label `sloth_id`.
    pub fn id(&self, service: &Service) -> String {
        format!("{}-{}", service.name.value, self.name.value)
    }
}

#[cfg(test)]
mod tests;
