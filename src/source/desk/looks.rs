//! Looks at what the backend has: objectives of its own, and the label sets of groups.

use std::sync::Arc;

use super::Desk;
use crate::domain::signal::Service;
use crate::source::jobs::{self, Job};
use crate::source::plan::Errand;
use crate::source::{SourceError, Toll};

/// Seconds between two looks at which label sets there are.
const LABEL_SETS_EVERY: i64 = 300;
/// The same where none is known, or the last look failed.
const LABEL_SETS_SOON: i64 = 60;

impl Desk {
    /// What cannot be looked for must not keep the objectives that are known from being counted.
    pub(super) async fn look_for_objectives(&mut self) -> Result<Toll, SourceError> {
        let (source, now) = (Arc::clone(&self.source), self.now());
        let answer = source.discover(now).await;
        let Some(scout) = &mut self.scout else { return Ok(Toll::default()) };
        let toll = match answer {
            Ok(mut discovered) => {
                let toll = std::mem::take(&mut discovered.toll);
                scout.meet(discovered, now);
                toll
            }
            Err(error) => {
                scout.miss(&error, now);
                // Where nothing else is asked, this tells how the backend is.
                let alone = self.lines.counts_nothing() && error.may_pass();
                return if alone { Err(error) } else { Ok(Toll::default()) };
            }
        };
        let (objectives, services) = (scout.objectives(), scout.services());
        if let Some(services) = services {
            self.take_services(services);
        }
        if objectives != self.lines.written() {
            self.take_objectives(objectives).await;
        }
        Ok(toll)
    }

    /// Services that come when the others' signals have been asked for get theirs.
    fn take_services(&mut self, found: Vec<Arc<Service>>) {
        let news = self.board.meet(found);
        let awaited = |job: &Job| matches!(job.errand, Errand::Signals(_)) && job.only.is_none();
        if !news.is_empty() && !self.jobs.iter().any(awaited) {
            let jobs = jobs::greet(self.now(), news);
            self.push(jobs);
        }
    }

    /// Label sets that cannot be told must not keep the other objectives from being counted.
    pub(super) async fn look_for_label_sets(&mut self) -> Result<Toll, SourceError> {
        let now = self.now();
        let answer = self.lines.ask_label_sets(&*self.source, now).await;
        let soon = answer.is_err() || self.lines.has_empty_groups();
        self.label_sets_due = now + if soon { LABEL_SETS_SOON } else { LABEL_SETS_EVERY };
        self.welcome().await;
        match answer {
            Err(_) if !self.lines.counts_nothing() => Ok(Toll::default()),
            other => other,
        }
    }
}
