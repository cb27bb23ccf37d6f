//! Each address of a backend by itself: failover hides those that do not answer.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;

use super::trouble::Trouble;
use crate::cli::session::Session;
use crate::config::{Backend, Diagnostic};
use crate::source::Source;

pub(super) struct Route {
    source: Arc<dyn Source>,
    pub(super) address: String,
    pub(super) outcome: Option<Result<Duration, Trouble>>,
}

/// One for each of `urls`; none where there is one address alone.
pub(super) fn routes(
    session: &Session,
    backend: &Backend,
    timeout: Option<Duration>,
) -> Result<Vec<Route>, Vec<Diagnostic>> {
    let urls = backend.settings.get("urls").and_then(Value::as_array);
    let urls = urls.filter(|urls| urls.len() > 1).into_iter().flatten();
    urls.map(|url| {
        let mut alone = backend.clone();
        alone.settings.remove("urls");
        alone.settings.insert("url".to_owned(), url.clone());
        let source = session.connect(&alone, timeout)?;
        Ok(Route { address: source.address(), source, outcome: None })
    })
    .collect()
}

impl Route {
    pub(super) async fn try_it(&mut self) {
        let begun = Instant::now();
        let answer = self.source.probe().await;
        self.outcome = Some(answer.map(|_| begun.elapsed()).map_err(|error| Trouble::of(&error)));
    }

    pub(super) fn answers(&self) -> bool {
        matches!(self.outcome, Some(Ok(_)))
    }
}
