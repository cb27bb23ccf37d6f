//! Pyrra's `ServiceLevelObjective`.

mod alerting;
mod indicator;
mod selector;

use super::duration::window;
use super::kubernetes::{Metadata, metadata};
use super::labels::{self, Labels};
use super::percent;
use super::reader::Reader;
use crate::config::code;
use crate::config::origin::Origin;
use crate::config::place::{At, Span};
use crate::config::report::Report;
use crate::domain::slo::window::Window;

pub use alerting::{Alerting, Severities};
pub use indicator::{Indicator, Kind};
pub use selector::{Matcher, Selector};

#[derive(Clone, Debug, PartialEq)]
pub struct Slo {
    /// The first key of the object.
    pub span: Span,
    pub origin: Origin,
    /// As in the label `slo`.
    pub name: At<String>,
    pub namespace: Option<At<String>>,
    pub description: Option<At<String>>,
    /// Those that go to rules and alerts, without `pyrra.dev/` in front.
    pub labels: Labels,
    pub annotations: Labels,
    /// In percent, in decimal digits, above 0 and at most 100.
    pub target: At<String>,
    pub window: At<Window>,
    pub indicator: Indicator,
    pub alerting: Alerting,
}

/// What Pyrra puts in front of labels and annotations that are for rules and alerts.
const PREFIX: &str = "pyrra.dev/";

impl Slo {
    /// The runbook that an annotation names.
    pub fn runbook(&self) -> Option<&At<String>> {
        labels::runbook(&self.annotations)
    }
}

pub(crate) fn read(mut reader: Reader<'_, '_>) -> Option<Slo> {
    let report = reader.report();
    let (span, origin) = (reader.span(), reader.origin());
    let object = metadata(&mut reader);
    if object.name.as_ref().is_none_or(|name| name.value.is_empty()) {
        let header = reader.entry("metadata").map_or(span.clone(), |entry| entry.key.span.clone());
        let found = report.missing_key(&header, &reader.what(), "metadata.name");
        found.hint("it becomes the label `slo` of all its series");
    }
    let spec = reader.map("spec");
    let mut spec = reader.required("spec", spec)?;
    reader.finish();
    let description = spec.text("description");
    let target = spec.decimal("target");
    let target = spec.required("target", target).and_then(|written| target_of(written, report));
    let window_text = spec.text("window");
    let window = spec.required("window", window_text).and_then(|written| window(&written, report));
    let indicator = spec.map("indicator");
    let indicator = spec.required("indicator", indicator).and_then(indicator::indicator);
    let alerting = alerting::alerting(spec.map("alerting"));
    plumbing(&mut spec);
    spec.finish();
    let Metadata { name, namespace, labels, annotations } = object;
    Some(Slo {
        span,
        origin,
        name: name.filter(|name| !name.value.is_empty())?,
        namespace,
        description,
        labels: propagated(labels),
        annotations: propagated(annotations),
        target: target?,
        window: window?,
        indicator: indicator?,
        alerting,
    })
}

fn propagated(all: Labels) -> Labels {
    let strip = |(key, value): (String, At<String>)| Some((key.strip_prefix(PREFIX)?.to_owned(), value));
    all.into_iter().filter_map(strip).collect()
}

fn target_of(written: At<String>, report: &Report<'_>) -> Option<At<String>> {
    let value: f64 = written.value.parse().ok()?;
    if !(value > 0.0 && value <= 100.0) {
        let message = format!("the target `{}` is not above 0 and at most 100 percent", written.value);
        report.error(code::BAD_TARGET, &written.span, &message).hint("write a percentage, such as \"99.9\"");
        return None;
    }
    percent::doubt(&written, "the target", report);
    Some(written)
}

/// How Pyrra writes its rules. It changes no number but one.
fn plumbing(spec: &mut Reader<'_, '_>) {
    spec.leave_out(
        "performanceOverAccuracy",
        "Pyrra trades accuracy for speed here, and burnwatch does not",
        Some("expect Pyrra's budget to differ a little, most above a 99 % target"),
    );
    spec.leave_out("ruleOutput", "labels for Pyrra's rule files are not carried over", None);
    spec.skip("partial_response_strategy");
}

#[cfg(test)]
mod tests;
