//! One backend that is polled on paused time, without a screen.

use std::sync::Arc;
use std::time::Duration;

use burnwatch::domain::slo::objective::Objective;
use burnwatch::domain::snapshot::SourceReport;
use burnwatch::source::desk::{Brief, Desk};
use burnwatch::source::poller::{Poller, Report};
use tokio::sync::mpsc::{Receiver, channel};

use crate::fake::Fake;
use crate::stage::clock;

/// A desk that asks `source` for these every 15 seconds from ten o'clock on.
pub(crate) fn desk(source: &Arc<Fake>, objectives: Vec<Arc<Objective>>) -> Desk {
    Desk::new(Brief {
        name: "main".to_owned(),
        kind: "fake".to_owned(),
        source: Arc::clone(source) as _,
        objectives,
        services: Vec::new(),
        refresh: Duration::from_secs(15),
        clock: clock(0).0,
        cache: None,
    })
}

/// Polls until the poller is dropped.
pub(crate) fn start(desk: Desk) -> (Poller, Receiver<Report>) {
    let (out, reports) = channel(4096);
    (Poller::start(desk, 0, out), reports)
}

/// Each objective with the word for its data.
pub(crate) fn words(report: &SourceReport) -> Vec<(&str, &str)> {
    report.slos.iter().map(|slo| (slo.id(), slo.data.word())).collect()
}
