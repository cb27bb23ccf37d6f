//! What a desk tells of its backend, as of now.

use std::sync::Arc;

use super::Desk;
use crate::domain::health::Health;
use crate::domain::judge::Circumstances;
use crate::domain::slo::ledger::MINUTE;
use crate::domain::snapshot::SourceReport;
use crate::source::jobs::Job;
use crate::source::scout::Scout;

impl Desk {
    /// Judges everything as of now.
    pub fn report(&mut self) -> SourceReport {
        let now = self.now();
        let window = self.lines.longest_window();
        self.status.loading = self
            .has_errands()
            .then(|| 1.0 - self.jobs.len() as f64 / self.planned.max(self.jobs.len()).max(1) as f64);
        self.status.waiting_since = None;
        self.status.address = self.source.address();
        self.status.health = self.health();
        // An answer tells what it cost; attempts that got none are told by the guard.
        self.status.requests = self.status.requests.max(self.status.health.attempts);
        self.status.dropped = self.lines.dropped();
        let why = Circumstances {
            now,
            stale_after: 2 * MINUTE + 2 * self.every.as_secs() as i64 + self.source.lag(),
            fault: None,
            loading: false,
            unanswered: self.status.feed.last_success.is_none(),
            corrections: Arc::clone(&self.corrections),
            pager: None,
        };
        let mut status = self.status.clone();
        status.found = self.scout.as_ref().and_then(Scout::words);
        status.warnings.extend(status.health.clock_doubt());
        status.warnings.extend(self.cache_problem.clone());
        status.warnings.extend(self.lines.warnings());
        if !self.is_failing() {
            status.warnings.extend(self.scout.iter().flat_map(Scout::doubts).cloned());
        }
        let wanted: Vec<&Job> = self.jobs.iter().filter(|job| job.errand.is_essential(window, now)).collect();
        let slos = self.lines.judge(&why, |id| wanted.iter().any(|job| job.concerns(id)));
        let report = SourceReport { status, slos, services: self.board.services() };
        self.last = Some(report.clone());
        report
    }

    /// The last report, with the mark that an answer is being waited for.
    pub fn waiting_report(&self) -> Option<SourceReport> {
        let mut report = self.last.clone()?;
        report.status.waiting_since = Some((self.clock)());
        Some(report)
    }

    fn health(&self) -> Health {
        let mut health = self.source.health((self.clock)());
        health.clock_offset = health.clock_offset.filter(|_| self.real_time);
        health
    }
}
