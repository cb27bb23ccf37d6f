//! One task a backend: asks, keeps the ledgers, judges, reports.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until};

use super::desk::Desk;
use crate::domain::slo::objective::Objective;
use crate::domain::snapshot::SourceReport;

/// What a poller sends: the present report of source number `index`.
#[derive(Clone, Debug)]
pub struct Report {
    pub index: usize,
    pub report: Arc<SourceReport>,
}

/// A question that takes longer than this is shown as waiting.
const SLOW: Duration = Duration::from_secs(2);

/// A running poller; dropping it ends the task and every request under it.
#[derive(Debug)]
pub struct Poller {
    task: JoinHandle<()>,
    nudge: watch::Sender<u64>,
    orders: Orders,
}

/// The objectives that are to be asked for from now on; the last word counts.
type Orders = Arc<Mutex<Option<Vec<Arc<Objective>>>>>;

impl Poller {
    /// Starts asking for `desk`; reports go to `out` as the receiver's own messages.
    pub fn start<M: From<Report> + Send + 'static>(desk: Desk, index: usize, out: mpsc::Sender<M>) -> Self {
        let (nudge, nudged) = watch::channel(0);
        let orders = Orders::default();
        let task = tokio::spawn(run(desk, nudged, Arc::clone(&orders), Reporter { index, out }));
        Self { task, nudge, orders }
    }

    /// Asks for these objectives instead, from the next step on.
    pub fn replace_objectives(&self, objectives: Vec<Arc<Objective>>) {
        *self.orders.lock().unwrap_or_else(PoisonError::into_inner) = Some(objectives);
        self.nudge();
    }

    /// Asks now rather than at the next interval; many calls are one.
    pub fn nudge(&self) {
        self.nudge.send_modify(|count| *count += 1);
    }
}

impl Drop for Poller {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Reporter<M> {
    index: usize,
    out: mpsc::Sender<M>,
}

impl<M: From<Report>> Reporter<M> {
    /// False when nobody listens any more.
    async fn send(&self, desk: &mut Desk) -> bool {
        let report = Report { index: self.index, report: Arc::new(desk.report()) };
        self.out.send(report.into()).await.is_ok()
    }
}

async fn run<M: From<Report>>(
    mut desk: Desk,
    mut nudged: watch::Receiver<u64>,
    orders: Orders,
    reporter: Reporter<M>,
) {
    desk.restore().await;
    if !reporter.send(&mut desk).await {
        return;
    }
    let mut due = Instant::now();
    loop {
        let ordered = orders.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(objectives) = ordered {
            desk.replace_objectives(objectives).await;
            if !reporter.send(&mut desk).await {
                return;
            }
        }
        let refresh_due = Instant::now() >= due;
        if refresh_due || desk.has_errands() {
            if refresh_due {
                due = Instant::now() + desk.every();
            }
            if !ask(&mut desk, refresh_due, &reporter).await {
                return;
            }
            if desk.is_failing() {
                // Nothing more is asked of a backend in trouble until the next interval.
                wait(due, &mut nudged).await;
                due = Instant::now();
            }
            continue;
        }
        wait(due, &mut nudged).await;
        due = Instant::now();
    }
}

async fn wait(due: Instant, nudged: &mut watch::Receiver<u64>) {
    tokio::select! {
        () = sleep_until(due) => {}
        changed = nudged.changed() => if changed.is_err() { std::future::pending::<()>().await },
    }
}

/// One step of work, with a report when it is slow and one when it is done.
async fn ask<M: From<Report>>(desk: &mut Desk, refresh: bool, reporter: &Reporter<M>) -> bool {
    let mut waiting = desk.waiting_report();
    {
        let step = desk.step(refresh);
        tokio::pin!(step);
        tokio::select! {
            () = &mut step => {}
            () = tokio::time::sleep(SLOW) => {
                if let Some(report) = waiting.take() {
                    let report = Report { index: reporter.index, report: Arc::new(report) };
                    if reporter.out.send(report.into()).await.is_err() {
                        return false;
                    }
                }
                step.await;
            }
        }
    }
    reporter.send(desk).await
}
