//! SLOs of Nobl9.

use super::objective::objective;
use super::{DEFAULT, Here, Slo};
use crate::config::catalogue::few;
use crate::config::catalogue::openslo::time_windows;
use crate::config::catalogue::reader::Reader;
use crate::config::catalogue::yaml::Value;
use crate::config::code;
use crate::config::nearest::suggest;
use crate::config::shown::quoted;

const METHODS: &[&str] = &["Occurrences", "Timeslices"];

pub(super) fn slo(mut spec: Reader<'_, '_>) -> Option<Slo> {
    let report = spec.report();
    let mut notes = Vec::new();
    for key in ["createdAt", "createdBy", "tier"] {
        spec.skip(key);
    }
    no_data(&mut spec);
    let description = spec.text("description").map(|text| text.value);
    let service = spec.text("service");
    let service = spec.required("service", service);
    let timeslices = timeslices(&mut spec);
    let window = time_windows(&mut spec, &mut notes);
    let source = spec.map("indicator").and_then(source);
    let text = "Nobl9's old composites, in `spec.composite`, have no counterpart here";
    spec.leave_out("composite", text, Some("the objectives are read one by one"));
    let policies = spec.strings("alertPolicies").map(|found| found.value).unwrap_or_default();
    let policies = few::policies(policies, &spec).into_iter().map(|name| Here::new(name, report)).collect();
    let runbook = attachments(&mut spec);
    let objectives = spec.maps("objectives");
    let objectives = few::objectives(spec.required("objectives", objectives).unwrap_or_default(), &spec);
    if objectives.is_empty() {
        report.error(code::BAD_VALUE, &spec.span(), "an SLO without objectives");
    }
    spec.finish();
    let timeslices = timeslices?;
    let written = objectives.len();
    let objectives: Vec<_> = objectives.into_iter().filter_map(|part| objective(part, timeslices)).collect();
    let (service, window) = (Here::new(service?, report), window?);
    Some(Slo {
        service,
        description,
        timeslices,
        window,
        source,
        objectives,
        written,
        policies,
        runbook,
        notes,
    })
}

/// An alert on missing data, if anybody is told of it.
fn no_data(spec: &mut Reader<'_, '_>) {
    let report = spec.report();
    let config = spec.map("anomalyConfig").and_then(|mut config| config.map("noData"));
    let methods = config.as_ref().and_then(|config| config.entry("alertMethods"));
    let Some(methods) = methods.filter(|methods| is_filled(&methods.value.value)) else { return };
    let message = "an alert on missing data has no counterpart here";
    report.warning(code::NOT_CARRIED, &methods.key.span, message).hint("missing data is shown as such");
}

fn is_filled(value: &Value) -> bool {
    matches!(value, Value::Sequence(items) if !items.is_empty())
}

fn timeslices(spec: &mut Reader<'_, '_>) -> Option<bool> {
    let written = spec.text("budgetingMethod");
    let written = spec.required("budgetingMethod", written)?;
    if METHODS.contains(&written.value.as_str()) {
        return Some(written.value == "Timeslices");
    }
    let message = format!("`{}` is not a budgeting method", quoted(&written.value));
    let found = spec.report().error(code::UNKNOWN_WORD, &written.span, &message);
    drop(found.maybe_hint(suggest(&written.value, "known", METHODS)));
    None
}

fn source(mut indicator: Reader<'_, '_>) -> Option<(Here<String>, String)> {
    let report = indicator.report();
    let metric = indicator.map("metricSource");
    let metric = indicator.required("metricSource", metric);
    indicator.skip("rawMetric");
    indicator.finish();
    let mut metric = metric?;
    let name = metric.text("name");
    let name = metric.required("name", name);
    let project = metric.text("project").map_or_else(|| DEFAULT.to_owned(), |project| project.value);
    metric.skip("kind");
    metric.finish();
    Some((Here::new(name?, report), project))
}

/// The first attachment that calls itself a runbook. The others have no place here.
fn attachments(spec: &mut Reader<'_, '_>) -> Option<String> {
    let report = spec.report();
    let mut runbook = None;
    for mut attachment in spec.maps("attachments")? {
        let span = attachment.span();
        let (title, url) = (attachment.text("displayName"), attachment.text("url"));
        attachment.finish();
        let title = title.map(|title| title.value).unwrap_or_default();
        let is_one = runbook.is_none() && title.to_lowercase().contains("runbook");
        if let Some(url) = url.filter(|_| is_one) {
            runbook = Some(url.value);
        } else {
            let message = format!("the attachment `{}` is not carried: one runbook is", quoted(&title));
            report.warning(code::NOT_CARRIED, &span, &message);
        }
    }
    runbook
}
