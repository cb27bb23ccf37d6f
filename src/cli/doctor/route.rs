//! Each address of a backend by itself: failover hides those that do not answer.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;

use super::trouble::Trouble;
use crate::config::{Backend, Diagnostic};
use crate::source::traces::Tracer;
use crate::source::{Source, SourceError};

/// What is asked at an address.
pub(super) enum Door {
    Source(Arc<dyn Source>),
    Tracer(Arc<dyn Tracer>),
}

pub(super) struct Route {
    door: Door,
    pub(super) address: String,
    pub(super) outcome: Option<Result<Duration, Trouble>>,
}

/// One for each of `urls`, opened by `open`; none where there is one address alone.
pub(super) fn routes(
    backend: &Backend,
    open: impl Fn(&Backend) -> Result<Door, Vec<Diagnostic>>,
) -> Result<Vec<Route>, Vec<Diagnostic>> {
    let urls = backend.settings.get("urls").and_then(Value::as_array);
    let urls = urls.filter(|urls| urls.len() > 1).into_iter().flatten();
    urls.map(|url| {
        let mut alone = backend.clone();
        alone.settings.remove("urls");
        alone.settings.insert("url".to_owned(), url.clone());
        let door = open(&alone)?;
        Ok(Route { address: door.address(), door, outcome: None })
    })
    .collect()
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
            Self::Tracer(tracer) => super::tracer::knock(&**tracer).await,
        }
    }
}

impl Route {
    pub(super) async fn try_it(&mut self) {
        let begun = Instant::now();
        let answer = self.door.knock().await;
        self.outcome = Some(answer.map(|()| begun.elapsed()).map_err(|error| Trouble::of(&error)));
    }

    pub(super) fn answers(&self) -> bool {
        matches!(self.outcome, Some(Ok(_)))
    }
}
