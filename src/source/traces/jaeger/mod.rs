//! Jaeger: the API of version 3 first, the one before it where that is not known.
//!
//! Lists are asked of version 3 only where it has summaries, from 2.19 on: before, its search for traces took no heed
//! of attributes, and told whatever was recent as what had failed.

mod legacy;
mod v3;

use std::sync::atomic::{AtomicBool, Ordering};

use serde::Deserialize;

use super::loose::{Capped, Text};
use super::remote::{self, Dialect};
use super::{Heard, RecentAsk, Told, TracerKind};
use crate::domain::trace::{Summary, TraceId};
use crate::source::http::link::{Link, Request, Way};
use crate::source::http::{Reply, failure, settings, text};
use crate::source::{SourceError, Toll};

pub(in crate::source) const KIND: TracerKind =
    TracerKind { name: "jaeger", keys: settings::KEYS, connect: remote::connect::<Jaeger> };

#[derive(Default)]
struct Jaeger {
    /// The old API answered last; where it is gone, the new one is tried again.
    old: AtomicBool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Api {
    V3,
    /// 1.x, and 2.x up to 2.20.
    Legacy,
}

/// A question of one API: path, parameters, and how its answer is read.
struct Question<T> {
    path: String,
    params: Vec<(&'static str, String)>,
    read: fn(&Reply) -> Result<T, SourceError>,
}

impl Dialect for Jaeger {
    const API: &'static str = "/api";

    async fn spans(&self, link: &Link, id: TraceId, toll: &mut Toll) -> Result<Told, SourceError> {
        let question = |api| match api {
            Api::V3 => Question {
                path: format!("/api/v3/traces/{id}"),
                params: Vec::new(),
                read: |reply| Ok(v3::traces(reply)?.one()),
            },
            Api::Legacy => {
                Question { path: format!("/api/traces/{id}"), params: Vec::new(), read: legacy::trace }
            }
        };
        self.ask(link, toll, question).await
    }

    async fn list(
        &self,
        link: &Link,
        ask: &RecentAsk,
        failing: bool,
        toll: &mut Toll,
    ) -> Result<Vec<Summary>, SourceError> {
        let question = |api| match api {
            Api::V3 => Question {
                path: "/api/v3/trace-summaries".to_owned(),
                params: v3::params(ask, failing),
                read: v3::summaries,
            },
            Api::Legacy => Question {
                path: "/api/traces".to_owned(),
                params: legacy::params(ask, failing),
                read: if failing { legacy::failing } else { legacy::listed },
            },
        };
        self.ask(link, toll, question).await
    }
}

impl Jaeger {
    /// The answer of the API that is known there; nothing where there is nothing.
    async fn ask<T: Default>(
        &self,
        link: &Link,
        toll: &mut Toll,
        question: impl Fn(Api) -> Question<T>,
    ) -> Result<T, SourceError> {
        let mut order = [Api::V3, Api::Legacy];
        if self.old.load(Ordering::Relaxed) {
            order.reverse();
        }
        for api in order {
            let Question { path, params, read } = question(api);
            let request = Request { way: Way::Query, path: &path, params: &params };
            let answer = match link.ask(request, toll, |reply| heard(&reply, read)).await? {
                Heard::Absent => continue,
                Heard::Nothing => T::default(),
                Heard::Found(found) => found,
            };
            self.old.store(api == Api::Legacy, Ordering::Relaxed);
            return Ok(answer);
        }
        let what = "it knows neither the new nor the old API of Jaeger; is the path of the URL right?";
        Err(SourceError::BadAnswer { address: link.address(), what: what.to_owned() })
    }
}

/// Either form of a refusal: `{"error":{…}}` of version 3, `{"errors":[…]}` before it.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Refusal {
    error: Option<Complaint>,
    errors: Capped<Complaint, 4>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Complaint {
    #[serde(alias = "msg")]
    message: Text,
}

impl Refusal {
    fn of(reply: &Reply) -> Option<String> {
        let told: Self = serde_json::from_slice(&reply.body).ok()?;
        Some(told.error.as_ref().or(told.errors.kept.first())?.text())
    }
}

impl Complaint {
    fn text(&self) -> String {
        text::plain(&self.message.0, 200)
    }

    /// It stands in a success, in the place of what was asked for.
    fn instead(&self, reply: &Reply) -> SourceError {
        SourceError::BadAnswer { address: reply.origin.clone(), what: self.text() }
    }
}

/// A Jaeger says 404 in JSON where it found nothing, before 1.53 it said 500; one that does not know the question sends
/// anything else, or the page of its own screen.
fn heard<T>(reply: &Reply, read: fn(&Reply) -> Result<T, SourceError>) -> Result<Heard<T>, SourceError> {
    if reply.status == 200 {
        return if failure::is_html(reply) { Ok(Heard::Absent) } else { read(reply).map(Heard::Found) };
    }
    match (reply.status, Refusal::of(reply)) {
        (404, Some(_)) => Ok(Heard::Nothing),
        (404, None) => Ok(Heard::Absent),
        (500, Some(what)) if what.contains("trace not found") => Ok(Heard::Nothing),
        (400 | 422, Some(message)) => Err(SourceError::Query { message }),
        _ => Err(failure::status(reply)),
    }
}

#[cfg(fuzzing)]
pub(super) fn door(
    kind: u8,
    reply: &Reply,
    one: impl Fn(Told) -> Vec<crate::domain::trace::Trace>,
) -> Result<(Vec<crate::domain::trace::Trace>, Vec<Summary>), SourceError> {
    heard(reply, |_| Ok(()))?;
    Ok(match kind {
        1 => (one(v3::traces(reply)?.one()), Vec::new()),
        2 => (Vec::new(), v3::summaries(reply)?),
        _ => (one(legacy::trace(reply)?), legacy::listed(reply)?),
    })
}
