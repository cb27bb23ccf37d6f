//! Pyrra's objectives in common terms.

use std::collections::{BTreeMap, BTreeSet};

use super::draft::{Alerts, Draft, Goal, Horizon, Tool};
use super::from_sloth::spot;
use super::labels::plain;
use super::pyrra::{Alerting, Kind, Matcher, Selector, Slo};
use super::spot::Here;
use super::tiers::severity;
use crate::config::code;
use crate::config::diagnostic::Diagnostic;
use crate::config::shown::quoted;
use crate::domain::slo::method::Method;
use crate::domain::slo::sli::{Events, Latency, Side, Sli};
use crate::domain::slo::tier::{Tier, pyrra};
use crate::domain::slo::tool::OWNERS;

pub(super) fn draft(slo: &Slo) -> (Draft, Vec<Diagnostic>) {
    let spot = spot(&slo.origin);
    let here = |value: String| Here { value, spot: spot.clone() };
    let (tiers, findings) = tiers(slo);
    let draft = Draft {
        tool: Tool::Pyrra,
        origin: slo.origin.clone(),
        service: here(service(slo)),
        name: here(slo.name.value.clone()),
        namespace: slo
            .namespace
            .as_ref()
            .map(|namespace| namespace.value.clone())
            .filter(|name| !name.is_empty()),
        title: None,
        description: slo.description.as_ref().map(|text| text.value.clone()),
        labels: plain(&slo.labels),
        annotations: plain(&slo.annotations),
        goal: Here { value: Goal::Percent(slo.target.value.clone()), spot: spot.clone() },
        method: Method::Occurrences,
        window: Some(Horizon::Rolling(slo.window.value)),
        sli: Some(sli(&slo.indicator.kind)),
        time_weighted: false,
        alerts: Alerts::Ready { name: Tool::Pyrra.word(), tiers },
        source: None,
        group_by: slo.indicator.grouping.iter().map(|label| label.value.clone()).collect(),
        pager: pager(slo),
        runbook: slo.runbook().map(|runbook| runbook.value.clone()),
        notes: left_behind(&slo.alerting).iter().map(|text| spot.note(text)).collect(),
        spot,
    };
    (draft, findings)
}

/// With the name of its burn rate alerts: that its metric is absent is another alert with the same labels.
fn pager(slo: &Slo) -> BTreeMap<String, String> {
    let labels = [("alertname", &slo.alerting.name), ("slo", &slo.name.value)];
    labels.map(|(label, value)| (label.to_owned(), value.clone())).into()
}

fn tiers(slo: &Slo) -> (Vec<Tier>, Vec<Diagnostic>) {
    if !slo.alerting.burnrates {
        return (Vec::new(), Vec::new());
    }
    let of = &slo.alerting.severities;
    let words = [&of.fast, &of.medium, &of.slow, &of.long_term];
    let named = |(tier, word): (Tier, &String)| Tier { severity: severity(word), ..tier };
    match pyrra(slo.window.value) {
        Ok(tiers) => (tiers.into_iter().zip(words).map(named).collect(), Vec::new()),
        Err(why) => {
            (Vec::new(), vec![slo.origin.value_error(code::BAD_VALUE, "spec", &why.to_string(), None)])
        }
    }
}

/// A label that says so, or what the metric is filtered by, or the namespace; Pyrra itself has no services.
fn service(slo: &Slo) -> String {
    let label = slo.labels.get("service").map(|label| label.value.clone());
    let matchers = &total(&slo.indicator.kind).matchers;
    let owner = || {
        let is = |matcher: &&Matcher, label: &str| matcher.op == "=" && matcher.label == label;
        let find = |label: &&str| matchers.iter().find(|matcher| is(matcher, label));
        OWNERS.iter().find_map(find).map(|matcher| matcher.value.clone())
    };
    let namespace = || slo.namespace.as_ref().map(|namespace| namespace.value.clone());
    let found = label.or_else(owner).or_else(namespace);
    found.filter(|name| !name.is_empty()).unwrap_or_else(|| Tool::Pyrra.word().to_owned())
}

fn total(kind: &Kind) -> &Selector {
    match kind {
        Kind::Ratio { total, .. } | Kind::Latency { total, .. } | Kind::LatencyNative { total, .. } => total,
        Kind::BoolGauge { metric } => metric,
    }
}

fn sli(kind: &Kind) -> Sli {
    match kind {
        Kind::Ratio { errors, total } => Sli::Events(Events {
            side: Side::Bad,
            part: errors.written.value.clone(),
            total: total.written.value.clone(),
        }),
        Kind::Latency { success, total, le } => latency(success, total, le),
        Kind::LatencyNative { total, seconds } => Sli::Latency(Latency {
            histogram: total.written.value.clone(),
            threshold: seconds.value,
            native: true,
        }),
        Kind::BoolGauge { metric } => Sli::Bool(metric.written.value.clone()),
    }
}

/// One histogram where bucket and count are of one, so that its bound is found however it is written; else two
/// counters.
fn latency(success: &Selector, total: &Selector, le: &str) -> Sli {
    let base = success.name.strip_suffix("_bucket").filter(|base| total.name == format!("{base}_count"));
    let same = || {
        let others = success.matchers.iter().filter(|matcher| matcher.label != "le");
        others.eq(total.matchers.iter())
    };
    let bound: Option<f64> = le.parse().ok().filter(|bound: &f64| *bound > 0.0 && bound.is_finite());
    match (base, bound) {
        (Some(base), Some(threshold)) if same() => {
            let histogram = total.written.value.replacen(&total.name, base, 1);
            Sli::Latency(Latency { histogram, threshold, native: false })
        }
        _ => Sli::Events(Events {
            side: Side::Good,
            part: success.written.value.clone(),
            total: total.written.value.clone(),
        }),
    }
}

/// What of its alerts has no place in an SLO of ours.
fn left_behind(alerting: &Alerting) -> Vec<String> {
    let (usual, of) = (Alerting::default(), &alerting.severities);
    let words = [&of.fast, &of.medium, &of.slow, &of.long_term].into_iter();
    let own: BTreeSet<&String> =
        words.filter(|word| !["critical", "warning"].contains(&word.as_str())).collect();
    let own: Vec<String> = own.iter().map(|word| format!("`{}`", quoted(word))).collect();
    let severities = (!own.is_empty()).then(|| {
        let own = own.join(", ");
        format!("severities are page or ticket here, so that rules written here do not say {own}")
    });
    let absence = |one: &Alerting| (one.absent, one.absent_name.clone(), one.severities.absent.clone());
    let absent = (absence(alerting) != absence(&usual))
        .then(|| "what it says of alerts on absent metrics is not carried".to_owned());
    severities.into_iter().chain(absent).collect()
}
