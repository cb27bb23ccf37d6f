//! `status --json`, version 1. Ratios are 0–1 and unrounded; what is not known is null, never 0.

mod pager;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::cli::exit::Failure;
use crate::cli::json::{self, time, unix};
use crate::domain::incident::Incident;
use crate::domain::journal::State;
use crate::domain::slo::correction::Applied;
use crate::domain::slo::group::Labels;
use crate::domain::slo::status::SloStatus;
use crate::domain::snapshot::{Snapshot, SourceStatus};
use crate::domain::verdict::Verdict;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    as_of: String,
    state: &'static str,
    reasons: &'a [String],
    slos: Vec<Slo<'a>>,
    sources: Vec<Source<'a>>,
}

#[derive(Serialize)]
pub(in crate::cli) struct Slo<'a> {
    id: &'a str,
    service: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<Group<'a>>,
    /// Null for a composite, which has no backend of its own.
    source: Option<&'a str>,
    target: f64,
    window: String,
    period: Option<Period>,
    unit: &'static str,
    method: &'static str,
    data: &'static str,
    data_as_of: Option<String>,
    age_seconds: Option<i64>,
    good: Option<f64>,
    bad: Option<f64>,
    total: Option<f64>,
    sli: Option<f64>,
    budget: Option<Budget>,
    burn: Map<String, Value>,
    alerts: Vec<Alert>,
    /// `null` where it is not known which of the backend's alerts are this objective's.
    pager: Option<pager::Pager<'a>>,
    policy: Policy<'a>,
    corrections: Vec<Correction<'a>>,
    sla: Option<Sla>,
    warnings: Vec<&'a str>,
}

/// Of a child: the objective that was written, and the labels it is about.
#[derive(Serialize)]
struct Group<'a> {
    parent: &'a str,
    labels: &'a Labels,
}

/// The part of the calendar that the figures are of.
#[derive(Serialize)]
struct Period {
    from: Option<String>,
    to: Option<String>,
    name: String,
}

#[derive(Serialize)]
struct Budget {
    allowed_bad: f64,
    remaining: Option<f64>,
    to_date: Option<f64>,
    /// With everything counted, where maintenance is left out.
    raw_remaining: Option<f64>,
    remaining_bad: f64,
    minutes: f64,
    minutes_left: Option<f64>,
    exhausts_at: Option<String>,
    refill: Option<Refill>,
}

/// What comes back of a budget that rolls, or at the end of a period.
#[derive(Serialize)]
struct Refill {
    at: Option<String>,
    share: f64,
    /// The incident that most of it was spent in.
    incident: Option<String>,
}

#[derive(Serialize)]
struct Alert {
    severity: &'static str,
    short: String,
    long: String,
    factor: f64,
    op: &'static str,
    #[serde(rename = "for")]
    wait: Option<String>,
    /// `quiet`, `pending`, `firing`, `cannot_fire`, `unseen`, `unknown`.
    state: &'static str,
    firing: bool,
    since: Option<String>,
    fires_in_seconds: Option<i64>,
    clears_in_seconds: Option<i64>,
}

#[derive(Serialize)]
pub(in crate::cli) struct Policy<'a> {
    name: &'a str,
    step: Option<&'a str>,
    since: Option<String>,
    actions: &'a [String],
}

impl<'a> Policy<'a> {
    pub(in crate::cli) fn of(status: &'a SloStatus, log: &State) -> Self {
        let step = status.step.as_ref();
        Self {
            name: &status.objective.policy.name,
            step: step.map(|step| step.word.as_str()),
            since: log.step_since(status).map(time),
            actions: step.map_or(&[], |step| &step.actions),
        }
    }
}

/// A maintenance window of the log or the configuration, as far as the budget's window reaches.
#[derive(Serialize)]
struct Correction<'a> {
    title: &'a str,
    reason: Option<&'a str>,
    /// Left out of the budget; otherwise it counts.
    excluded: bool,
    occurrences: usize,
    /// Of the last occurrence.
    from: Option<String>,
    until: Option<String>,
    /// All occurrences together.
    minutes: f64,
    bad: f64,
    total: f64,
    /// Share of the budget.
    cost: Option<f64>,
}

#[derive(Serialize)]
struct Sla {
    target: f64,
    met: Option<bool>,
    buffer_minutes: f64,
}

#[derive(Serialize)]
struct Source<'a> {
    name: &'a str,
    state: &'static str,
    last_success: Option<String>,
    /// The class of the present trouble, as `refused`, `timeout` or `bad answer`; null while there is none.
    error_class: Option<&'static str>,
    error: Option<&'a str>,
    breaker: &'static str,
    /// When it is asked again; null unless the breaker is open.
    next_try: Option<String>,
    /// The address that answered last.
    address: &'a str,
    /// SLOs of other tools and services that it brought; null where none were looked for.
    found: Option<&'a str>,
    /// Whose signals it has, and by which preset.
    services: Vec<Preset<'a>>,
    warnings: &'a [String],
}

#[derive(Serialize)]
struct Preset<'a> {
    name: &'a str,
    preset: &'a str,
}

pub(super) fn document(
    slos: &[Arc<SloStatus>],
    snapshot: &Snapshot,
    verdict: &Verdict,
    log: &State,
    now: DateTime<Utc>,
) -> Result<String, Failure> {
    let document = Document {
        version: 1,
        as_of: time(now),
        state: verdict.word.text(),
        reasons: &verdict.reasons,
        slos: slos.iter().map(|status| slo(status, log, now)).collect(),
        sources: snapshot.sources().map(|status| source(status, now)).collect(),
    };
    json::document(&document)
}

pub(in crate::cli) fn slo<'a>(status: &'a SloStatus, log: &State, now: DateTime<Utc>) -> Slo<'a> {
    let objective = &status.objective;
    let tally = status.reading.map(|reading| reading.tally).filter(|_| status.as_of.is_some());
    Slo {
        id: &objective.id,
        service: &objective.service,
        name: &objective.name,
        group: objective.child_of().map(|group| Group { parent: &group.parent, labels: &group.labels }),
        source: Some(objective.source.as_str()).filter(|source| !source.is_empty()),
        target: objective.target.ratio(),
        window: objective.window_text(),
        period: period(status),
        unit: objective.unit().word(),
        method: objective.method.word(),
        data: status.data.word(),
        data_as_of: status.as_of.and_then(unix),
        age_seconds: status.as_of.map(|at| now.timestamp() - at),
        good: tally.map(crate::domain::slo::tally::Tally::good),
        bad: tally.map(|tally| tally.bad),
        total: tally.map(|tally| tally.total),
        sli: tally.and_then(crate::domain::slo::tally::Tally::error_ratio).map(|errors| 1.0 - errors),
        budget: status.budget.map(|budget| Budget {
            allowed_bad: budget.allowed_bad,
            remaining: budget.remaining,
            to_date: budget.to_date,
            raw_remaining: status.raw.as_ref().and_then(|raw| raw.budget.remaining),
            remaining_bad: budget.remaining_bad,
            minutes: budget.minutes,
            minutes_left: budget.minutes_left,
            exhausts_at: status.exhausts_at().and_then(unix),
            refill: status.forecast.refill.map(|refill| Refill {
                at: unix(refill.at),
                share: refill.share,
                incident: log.leaving(status).map(Incident::id),
            }),
        }),
        burn: status.burns.iter().map(|(window, burn)| (window.to_string(), Value::from(*burn))).collect(),
        alerts: alerts(status),
        pager: status.pager.as_ref().map(pager::Pager::of),
        policy: Policy::of(status, log),
        corrections: status.corrections.iter().map(correction).collect(),
        sla: status.sla.map(|sla| Sla {
            target: sla.target.ratio(),
            met: sla.met,
            buffer_minutes: sla.buffer_minutes,
        }),
        warnings: status.warnings.iter().map(String::as_str).collect(),
    }
}

fn period(status: &SloStatus) -> Option<Period> {
    let (objective, at) = (&status.objective, status.as_of?);
    let (span, name) = (objective.span(at), objective.period_name(at)?);
    Some(Period { from: unix(span.from), to: unix(span.to), name })
}

fn correction(applied: &Applied) -> Correction<'_> {
    let last = applied.spans.last();
    Correction {
        title: &applied.title,
        reason: applied.reason.as_deref(),
        excluded: applied.excluded,
        occurrences: applied.spans.len(),
        from: last.and_then(|span| unix(span.from)),
        until: last.and_then(|span| unix(span.to)),
        minutes: applied.seconds() as f64 / 60.0,
        bad: applied.tally.bad,
        total: applied.tally.total,
        cost: applied.cost,
    }
}

fn alerts(status: &SloStatus) -> Vec<Alert> {
    let alert = |tier: &crate::domain::slo::alert::TierStatus| Alert {
        severity: tier.tier.severity.word(),
        short: tier.tier.short.to_string(),
        long: tier.tier.long.to_string(),
        factor: tier.tier.factor,
        op: tier.tier.comparison.word(),
        wait: tier.tier.wait.map(|wait| wait.to_string()),
        state: tier.state().word(),
        firing: tier.firing,
        since: tier.firing_since().or(tier.since).and_then(unix),
        fires_in_seconds: tier.fires_in,
        clears_in_seconds: tier.clears_in,
    };
    status.tiers.iter().map(alert).collect()
}

fn source(status: &SourceStatus, now: DateTime<Utc>) -> Source<'_> {
    Source {
        name: &status.name,
        state: status.word(now),
        last_success: status.feed.last_success.map(time),
        found: status.found.as_deref(),
        services: status.presets.iter().map(|(name, preset)| Preset { name, preset }).collect(),
        warnings: &status.warnings,
        error_class: status.feed.trouble.as_ref().map(|trouble| trouble.class),
        error: status.feed.trouble.as_ref().map(|trouble| trouble.text.as_str()),
        breaker: status.health.circuit().word(),
        next_try: status.health.next_try().map(time),
        address: &status.address,
    }
}
