//! Jaeger: the API of version 3 first, the one before it where that is not known.

mod legacy;
mod v3;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::Deserialize;

use super::loose::{Capped, Text};
use super::{Heard, Recent, RecentAsk, Sought, Tracer, TracerKind, is_page};
use crate::domain::trace::{Summary, TraceId};
use crate::source::http::link::{Link, Request, Way};
use crate::source::http::{Reply, failure, settings, text};
use crate::source::{Answer, BackendSpec, SettingError, SourceError, Toll};

pub(super) const KIND: TracerKind = TracerKind { name: "jaeger", keys: settings::KEYS, connect };

/// Summaries of a list.
const TRACES: usize = 1000;

/// What a Jaeger may know, the newest first.
const DIALECTS: [Dialect; 3] = [Dialect::Summaries, Dialect::V3, Dialect::Legacy];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dialect {
    /// Version 3 with lists of summaries, from 2.19 on.
    Summaries,
    V3,
    /// 1.x, and 2.x up to 2.20.
    Legacy,
}

struct Jaeger {
    link: Link,
    /// Place in [`DIALECTS`] of the newest that was answered; what came before it is not known there.
    speaks: AtomicUsize,
}

fn connect(spec: &BackendSpec) -> Result<Arc<dyn Tracer>, SettingError> {
    Ok(Arc::new(Jaeger { link: settings::link(spec, "/api")?, speaks: AtomicUsize::new(0) }))
}

impl Tracer for Jaeger {
    fn address(&self) -> String {
        self.link.address()
    }

    fn wake(&self) {
        self.link.wake();
    }

    fn trace(&self, id: TraceId) -> Answer<'_, Sought> {
        Box::pin(self.seek(id))
    }

    fn recent<'a>(&'a self, ask: &'a RecentAsk) -> Answer<'a, Recent> {
        Box::pin(self.lists(ask))
    }
}

/// A question of one dialect: path and parameters.
type Question = (String, Vec<(&'static str, String)>);

impl Jaeger {
    async fn seek(&self, id: TraceId) -> Result<Sought, SourceError> {
        let mut toll = Toll::default();
        let legacy = DIALECTS[self.speaks.load(Ordering::Relaxed)] == Dialect::Legacy;
        if !legacy {
            let question = (format!("/api/v3/traces/{id}"), Vec::new());
            match self.ask(&question, &mut toll, v3::traces).await? {
                Heard::Absent => {}
                Heard::Nothing => return Ok(Sought { trace: None, toll }),
                Heard::Found(data) => return Ok(sought(data.one(), id, toll)),
            }
        }
        let question = (format!("/api/traces/{id}"), Vec::new());
        match self.ask(&question, &mut toll, legacy::traces).await? {
            Heard::Absent => Err(self.stranger()),
            Heard::Nothing => Ok(Sought { trace: None, toll }),
            Heard::Found(mut traces) => {
                let told = traces.pop().map(|trace| trace.told()).unwrap_or_default();
                Ok(sought(told, id, toll))
            }
        }
    }

    async fn lists(&self, ask: &RecentAsk) -> Result<Recent, SourceError> {
        let mut toll = Toll::default();
        let failing = self.list(ask, true, &mut toll).await?;
        let slow = self.list(ask, false, &mut toll).await?;
        Ok(Recent::of(failing, slow, ask.limit, toll))
    }

    async fn list(
        &self,
        ask: &RecentAsk,
        failing: bool,
        toll: &mut Toll,
    ) -> Result<Vec<Summary>, SourceError> {
        let first = self.speaks.load(Ordering::Relaxed);
        for (place, dialect) in DIALECTS.iter().enumerate().skip(first) {
            let heard = match dialect {
                Dialect::Summaries => {
                    let question = ("/api/v3/trace-summaries".to_owned(), v3::params(ask, failing));
                    self.ask(&question, toll, v3::summaries).await?
                }
                Dialect::V3 => {
                    let question = ("/api/v3/traces".to_owned(), v3::params(ask, failing));
                    self.ask(&question, toll, v3::listed).await?
                }
                Dialect::Legacy => {
                    let question = ("/api/traces".to_owned(), legacy::params(ask, failing));
                    self.ask(&question, toll, legacy::listed).await?
                }
            };
            let found = match heard {
                Heard::Absent => continue,
                Heard::Nothing => Vec::new(),
                Heard::Found(found) => found,
            };
            self.speaks.store(place, Ordering::Relaxed);
            toll.points += found.len() as u64;
            return Ok(found);
        }
        Err(self.stranger())
    }

    async fn ask<T>(
        &self,
        (path, params): &Question,
        toll: &mut Toll,
        read: fn(&Reply) -> Result<T, SourceError>,
    ) -> Result<Heard<T>, SourceError> {
        let request = Request { way: Way::Query, path, params };
        self.link.ask(request, toll, |reply| heard(&reply, read)).await
    }

    fn stranger(&self) -> SourceError {
        let what =
            "it knows neither the new nor the old API of Jaeger; is the path of the URL right?".to_owned();
        SourceError::BadAnswer { address: self.link.address(), what }
    }
}

fn sought(told: super::Told, id: TraceId, mut toll: Toll) -> Sought {
    toll.points += (told.spans.len() + told.cut) as u64;
    Sought { trace: told.trace(id), toll }
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

/// A Jaeger says 404 in JSON where it found nothing; one that does not know the question sends anything else, or the
/// page of its own screen.
fn heard<T>(reply: &Reply, read: fn(&Reply) -> Result<T, SourceError>) -> Result<Heard<T>, SourceError> {
    let refusal = || serde_json::from_slice::<Refusal>(&reply.body).ok();
    let complaint = || refusal().and_then(|told| told.error.or_else(|| told.errors.kept.into_iter().next()));
    match reply.status {
        200 if is_page(reply) => Ok(Heard::Absent),
        200 => read(reply).map(Heard::Found),
        404 => Ok(if complaint().is_some() { Heard::Nothing } else { Heard::Absent }),
        400 | 422 => match complaint() {
            Some(told) => Err(SourceError::Query { message: text::plain(&told.message.0, 200) }),
            None => Err(failure::status(reply)),
        },
        _ => Err(failure::status(reply)),
    }
}

#[cfg(fuzzing)]
pub(super) fn door(
    kind: u8,
    reply: &Reply,
    one: impl Fn(super::Told) -> Vec<crate::domain::trace::Trace>,
) -> Result<(Vec<crate::domain::trace::Trace>, Vec<Summary>), SourceError> {
    Ok(match kind {
        1 => (one(v3::traces(reply)?.one()), v3::listed(reply)?),
        2 => (Vec::new(), v3::summaries(reply)?),
        _ => {
            let traces = legacy::traces(reply)?;
            (traces.iter().flat_map(|trace| one(trace.told())).collect(), legacy::listed(reply)?)
        }
    })
}
