//! Asks every backend once, all at the same time, for commands that print and end.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::Instant;

use super::session::Session;
use crate::domain::journal::State;
use crate::domain::snapshot::Snapshot;
use crate::source::desk::Desk;

/// The picture that can be had within `timeout`, with the maintenance of `log`; what was not answered by then is
/// marked.
pub(super) async fn gather(
    session: &Session,
    desks: Vec<Desk>,
    log: &State,
    timeout: Duration,
    signals: bool,
) -> Snapshot {
    let logged = log.corrections();
    let all = session.config.maintenance.iter().chain(&logged).cloned().collect();
    let deadline = Instant::now() + timeout;
    let mut snapshot = Snapshot::new(desks.len()).composing(&session.config.objectives).correcting(all);
    let mut asked = JoinSet::new();
    for (index, mut desk) in desks.into_iter().enumerate() {
        desk.correct(&logged);
        asked.spawn(async move { (index, desk.gather(deadline, signals).await) });
    }
    while let Some(answer) = asked.join_next().await {
        if let Ok((index, report)) = answer {
            snapshot = snapshot.with(index, Arc::new(report));
        }
    }
    snapshot
}
