//! One task a backend: asks, keeps the ledgers, judges, reports.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep_until};

use super::desk::Desk;
use super::task::Task;
use crate::domain::slo::correction::Correction;
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
    /// Ends with the poller.
    _task: Task,
    nudge: watch::Sender<u64>,
    maintenance: watch::Sender<Arc<[Correction]>>,
    orders: Orders,
}

/// The objectives that are to be asked for from now on; the last word counts.
type Orders = Arc<Mutex<Option<Vec<Arc<Objective>>>>>;

impl Poller {
    /// Starts asking for `desk`; reports go to `out` as the receiver's own messages.
    pub fn start<M: From<Report> + Send + 'static>(desk: Desk, index: usize, out: mpsc::Sender<M>) -> Self {
        let (nudge, nudged) = watch::channel(0);
        let (maintenance, logged) = watch::channel(Arc::default());
        let orders = Orders::default();
        let told = Told { nudged, logged, orders: Arc::clone(&orders) };
        let task = Task::spawn(run(desk, told, Reporter { index, out }));
        Self { _task: task, nudge, maintenance, orders }
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

    /// Judges by these maintenance windows of the log from now on, and reports at once where it does not wait for
    /// an answer. Of several calls the last one counts.
    pub fn correct(&self, logged: &Arc<[Correction]>) {
        self.maintenance.send_replace(Arc::clone(logged));
    }
}

/// What the poller is told while it runs.
struct Told {
    nudged: watch::Receiver<u64>,
    logged: watch::Receiver<Arc<[Correction]>>,
    orders: Orders,
}

impl Told {
    /// Takes new maintenance over, if there is any.
    fn correct(&mut self, desk: &mut Desk) -> bool {
        let changed = self.logged.has_changed().unwrap_or(false);
        if changed {
            desk.correct(&self.logged.borrow_and_update());
        }
        changed
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

async fn run<M: From<Report>>(mut desk: Desk, mut told: Told, reporter: Reporter<M>) {
    desk.restore().await;
    told.correct(&mut desk);
    if !reporter.send(&mut desk).await {
        return;
    }
    let mut due = Instant::now();
    loop {
        let ordered = told.orders.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(objectives) = ordered {
            desk.replace_objectives(objectives).await;
            if !reporter.send(&mut desk).await {
                return;
            }
        }
        if let Some(rest) = desk.rest().filter(|_| !desk.is_failing()) {
            // It answers, and wants fewer questions.
            if !wait(Instant::now() + rest, &mut desk, &mut told, &reporter).await {
                return;
            }
            due = Instant::now();
        }
        let refresh_due = Instant::now() >= due;
        if refresh_due || desk.has_errands() {
            if refresh_due {
                due = Instant::now() + desk.every();
            }
            if !ask(&mut desk, refresh_due, &mut told, &reporter).await {
                return;
            }
            // Nothing more is asked of a backend in trouble until the next interval.
            if !desk.is_failing() {
                continue;
            }
        }
        if !wait(due.min(probe_due(&desk)), &mut desk, &mut told, &reporter).await {
            return;
        }
        due = Instant::now();
    }
}

/// When a backend that is left alone is tried again; far off where none is.
fn probe_due(desk: &Desk) -> Instant {
    const FAR: Duration = Duration::from_secs(24 * 3600);
    Instant::now() + desk.rest().map_or(FAR, |rest| rest.max(Duration::from_secs(1)))
}

/// Waits until it is time to ask. False when nobody listens any more.
async fn wait<M: From<Report>>(
    due: Instant,
    desk: &mut Desk,
    told: &mut Told,
    reporter: &Reporter<M>,
) -> bool {
    loop {
        tokio::select! {
            () = sleep_until(due) => return true,
            changed = told.nudged.changed() => match changed {
                Ok(()) => {
                    desk.wake();
                    return true;
                }
                Err(_) => std::future::pending::<()>().await,
            },
            changed = told.logged.changed() => match changed {
                Ok(()) => told.logged.mark_changed(),
                Err(_) => std::future::pending::<()>().await,
            },
        }
        if told.correct(desk) && !reporter.send(desk).await {
            return false;
        }
    }
}

/// One step of work, with a report when it is slow and one when it is done.
async fn ask<M: From<Report>>(
    desk: &mut Desk,
    refresh: bool,
    told: &mut Told,
    reporter: &Reporter<M>,
) -> bool {
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
    told.correct(desk);
    reporter.send(desk).await
}
