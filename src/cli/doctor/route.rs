//! Each address of a backend by itself: failover hides those that do not answer, and so does a sum of many pages.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value, json};
use tokio::time::Instant;

use super::trouble::Trouble;
use crate::config::{Backend, Diagnostic};
use crate::domain::trace::TraceId;
use crate::source::traces::Tracer;
use crate::source::{Identity, Source, SourceError};

/// What is asked at an address.
pub(super) enum Door {
    Source(Arc<dyn Source>),
    Tracer(Arc<dyn Tracer>),
}

pub(super) struct Route {
    door: Door,
    pub(super) address: String,
    pub(super) outcome: Option<Result<Duration, Trouble>>,
    /// What this address says that it is, where it has figures of its own.
    pub(super) identity: Identity,
}

/// The keys that hold addresses.
const KEYS: [&str; 3] = ["url", "urls", "targets"];

/// One for each of the addresses, opened by `open`; none where there is one alone.
pub(super) fn routes(
    backend: &Backend,
    open: impl Fn(&Backend) -> Result<Door, Vec<Diagnostic>>,
) -> Result<Vec<Route>, Vec<Diagnostic>> {
    let addresses = addresses(&backend.settings);
    if addresses.len() < 2 {
        return Ok(Vec::new());
    }
    addresses
        .into_iter()
        .map(|(key, value)| {
            let mut alone = backend.clone();
            for known in KEYS {
                alone.settings.remove(known);
            }
            alone.settings.insert(key.to_owned(), value);
            let door = open(&alone)?;
            Ok(Route { address: door.address(), door, outcome: None, identity: Identity::default() })
        })
        .collect()
}

/// Each address with the key that it may stand under alone.
fn addresses(settings: &Map<String, Value>) -> Vec<(&'static str, Value)> {
    let list = |key| settings.get(key).and_then(Value::as_array).into_iter().flatten();
    let urls = settings.get("url").into_iter().chain(list("urls")).map(|url| ("url", url.clone()));
    urls.chain(list("targets").map(|target| ("targets", json!([target])))).collect()
}

impl Door {
    fn address(&self) -> String {
        match self {
            Self::Source(source) => source.address(),
            Self::Tracer(tracer) => tracer.address(),
        }
    }

    async fn knock(&self) -> Result<(), SourceError> {
        match self {
            Self::Source(source) => source.probe().await.map(|_| ()),
            Self::Tracer(tracer) => knock(&**tracer).await,
        }
    }
}

/// A trace that nobody has is as good a question as any.
pub(super) async fn knock(tracer: &dyn Tracer) -> Result<(), SourceError> {
    let Some(nobodys) = TraceId::new(1) else { return Ok(()) };
    tracer.trace(nobodys).await.map(|_| ())
}

impl Route {
    pub(super) async fn try_it(&mut self) {
        let begun = Instant::now();
        let answer = self.door.knock().await;
        self.outcome = Some(answer.map(|()| begun.elapsed()).map_err(|error| Trouble::of(&error)));
        if let (Door::Source(source), true) = (&self.door, self.answers())
            && source.is_apart()
        {
            // What it said a moment ago it may not say again.
            self.identity = source.identify().await.unwrap_or_default();
        }
    }

    pub(super) fn answers(&self) -> bool {
        matches!(self.outcome, Some(Ok(_)))
    }
}
