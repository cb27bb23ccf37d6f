//! The examination as JSON, version 1: a figure that is not known is `null`.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use super::Findings;
use super::backend::Examined;
use super::route::Route;
use super::trouble::Trouble;
use super::weigh::median;
use crate::cli::exit::Failure;
use crate::cli::json;
use crate::cli::session::Session;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    as_of: String,
    /// `ok`, `doubt` or `broken`, as of each block.
    state: &'static str,
    backends: Vec<Backend<'a>>,
    machine: Machine<'a>,
}

#[derive(Serialize)]
struct Backend<'a> {
    name: &'a str,
    r#type: &'a str,
    state: &'static str,
    product: Option<&'a str>,
    version: Option<&'a str>,
    facts: BTreeMap<&'a str, &'a str>,
    address: &'a str,
    addresses: Vec<Place<'a>>,
    latency_ms: Option<Latency>,
    clock_offset_seconds: Option<i64>,
    requests: Option<Requests>,
    slos: usize,
    trouble: Option<Told<'a>>,
    doubts: &'a [String],
}

#[derive(Serialize)]
struct Place<'a> {
    address: &'a str,
    answers: bool,
    took_ms: Option<f64>,
    /// Of a page: its format, and what else is known of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<&'a str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    facts: BTreeMap<&'a str, &'a str>,
    trouble: Option<Told<'a>>,
}

#[derive(Serialize)]
struct Latency {
    min: f64,
    median: f64,
    max: f64,
    probes: usize,
}

#[derive(Serialize)]
struct Requests {
    per_minute: f64,
    per_refresh: u64,
    refresh_seconds: f64,
    at_start: u64,
    start_complete: bool,
}

#[derive(Serialize)]
struct Told<'a> {
    class: &'static str,
    text: &'a str,
    advice: Option<&'static str>,
}

#[derive(Serialize)]
struct Machine<'a> {
    state: &'static str,
    facts: BTreeMap<&'a str, &'a str>,
    troubles: &'a [String],
    doubts: &'a [String],
}

pub(super) fn document(findings: &Findings, session: &Session) -> Result<String, Failure> {
    let machine = &findings.machine;
    json::document(&Document {
        version: 1,
        as_of: json::time(session.now),
        state: findings.worst().word(),
        backends: findings.backends.iter().map(backend).collect(),
        machine: Machine {
            state: machine.mark().word(),
            facts: machine.rows.iter().map(|(label, text)| (*label, text.as_str())).collect(),
            troubles: &machine.troubles,
            doubts: &machine.doubts,
        },
    })
}

fn backend(examined: &Examined) -> Backend<'_> {
    let told = &examined.identity;
    Backend {
        name: &examined.name,
        r#type: &examined.kind,
        state: examined.mark().word(),
        product: told.product.as_deref(),
        version: told.version.as_deref(),
        facts: told.facts.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect(),
        address: &examined.address,
        addresses: examined.routes.iter().map(address).collect(),
        latency_ms: latency(&examined.latency),
        clock_offset_seconds: examined.health.clock_offset.map(|offset| offset.num_seconds()),
        requests: examined.requests.map(|asked| Requests {
            per_minute: asked.a_minute(),
            per_refresh: asked.a_refresh,
            refresh_seconds: asked.every.as_secs_f64(),
            at_start: asked.to_begin,
            start_complete: !asked.unfinished,
        }),
        slos: examined.objectives,
        trouble: examined.trouble.as_ref().map(trouble),
        doubts: &examined.doubts,
    }
}

fn address(route: &Route) -> Place<'_> {
    let failed = route.outcome.as_ref().and_then(|outcome| outcome.as_ref().err());
    let took = route.outcome.as_ref().and_then(|outcome| outcome.as_ref().ok());
    Place {
        address: &route.address,
        answers: route.answers(),
        took_ms: took.copied().map(millis),
        format: route.identity.product.as_deref(),
        facts: route.identity.facts.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect(),
        trouble: failed.map(trouble),
    }
}

fn trouble(trouble: &Trouble) -> Told<'_> {
    Told { class: trouble.class, text: &trouble.text, advice: trouble.advice }
}

fn latency(sorted: &[Duration]) -> Option<Latency> {
    Some(Latency {
        min: millis(*sorted.first()?),
        median: millis(median(sorted)?),
        max: millis(*sorted.last()?),
        probes: sorted.len(),
    })
}

/// Milliseconds with three decimals.
fn millis(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1000.0
}
