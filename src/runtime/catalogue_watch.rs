//! The catalogue as it is now: looked at again and again for files that people edit.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::Sender;
use tokio::task::spawn_blocking;

use crate::domain::slo::objective::Objective;
use crate::source::task::Task;
use crate::state::Message;

/// How often the files are looked at; only their listing is read unless something changed.
const EVERY: Duration = Duration::from_secs(2);

/// All objectives as they are after an edit, and what is wrong with the files; empty when nothing is.
#[derive(Clone, Debug, PartialEq)]
pub struct Edition {
    pub objectives: Vec<Arc<Objective>>,
    pub trouble: String,
}

/// Reads the files again if they changed since the last look. Blocks on the file system.
pub type Look = Box<dyn FnMut() -> Option<Edition> + Send>;

/// Sends each edition to the inbox. Must be called within a runtime.
pub(super) fn watch(look: Look, inbox: Sender<Message>) -> Task {
    Task::spawn(follow(look, inbox))
}

/// Files are read on a thread of their own: a dead network mount must not stop the screen.
async fn follow(mut look: Look, inbox: Sender<Message>) {
    loop {
        tokio::time::sleep(EVERY).await;
        let seen = spawn_blocking(move || {
            let edition = look();
            (look, edition)
        });
        let Ok((again, edition)) = seen.await else { return };
        look = again;
        if let Some(Edition { objectives, trouble }) = &edition {
            tracing::info!(slos = objectives.len(), trouble, "the catalogue was read again");
        }
        if let Some(Edition { objectives, trouble }) = edition
            && inbox.send(Message::Objectives(objectives.into(), trouble)).await.is_err()
        {
            return;
        }
    }
}
