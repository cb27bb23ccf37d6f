//! The event log in a state directory: read once, or watched for what other panes write.

mod append;
mod follow;
mod hint;
mod problem;
mod scribe;
mod store;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::mpsc::Sender;
use tokio::task::spawn_blocking;

use super::task::Task;
use crate::domain::journal::State;
use hint::Hint;

pub use append::{AppendError, Appender, Notice, Outcome};
pub use follow::Follower;
pub use problem::Problem;
pub use scribe::{Scribe, Unwritten};
pub use store::{Directory, LogStore, Part};
pub(crate) use store::{is_still, warily};

/// How often the log is looked at; notices of the file system only come earlier.
const EVERY: Duration = Duration::from_secs(1);
/// Notices come in swarms; one look answers all that come within this time.
const SWARM: Duration = Duration::from_millis(20);

/// What time it is.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// The log has changed, or what is wrong with it has.
#[derive(Clone, Debug)]
pub struct JournalUpdate {
    /// The last good state, also while the log cannot be read.
    pub state: Arc<State>,
    pub problems: Vec<Problem>,
    /// When the log could last be read.
    pub read_at: Option<DateTime<Utc>>,
}

/// Reads the log of a state directory once.
pub fn load(dir: &Path, now: DateTime<Utc>) -> (State, Vec<Problem>) {
    load_until(dir, now, None)
}

/// The same with only the events recorded up to an instant: what was known then.
pub fn load_until(dir: &Path, now: DateTime<Utc>, until: Option<DateTime<Utc>>) -> (State, Vec<Problem>) {
    let mut follower = Follower::new(Box::new(Directory::new(dir)), until);
    follower
        .step(now)
        .map_or_else(Default::default, |update| (Arc::unwrap_or_clone(update.state), update.problems))
}

/// Sends the state of the log in `dir` at once, and again after each change. Ends with the
/// receiver or the task. Must be called within a runtime.
pub fn watch<M>(dir: PathBuf, until: Option<DateTime<Utc>>, clock: Clock, sender: Sender<M>) -> Task
where
    M: From<JournalUpdate> + Send + 'static,
{
    let follower = Follower::new(Box::new(Directory::new(&dir)), until);
    Task::spawn(follow(follower, Hint::new(dir), clock, sender))
}

/// Files are read on a thread of their own: a dead network mount must not stop the screen.
async fn follow<M: From<JournalUpdate>>(
    mut follower: Follower,
    mut hint: Hint,
    clock: Clock,
    sender: Sender<M>,
) {
    loop {
        let now = clock();
        let step = spawn_blocking(move || {
            hint.attach();
            let update = follower.step(now);
            (follower, hint, update)
        });
        let Ok(done) = step.await else { return };
        (follower, hint) = (done.0, done.1);
        if let Some(update) = done.2
            && sender.send(update.into()).await.is_err()
        {
            return;
        }
        tokio::select! {
            () = sender.closed() => return,
            () = hint.come() => tokio::time::sleep(SWARM).await,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}
