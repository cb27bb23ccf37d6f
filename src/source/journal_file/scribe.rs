//! Writes to the log for a dashboard, in the order it was asked, on a thread where waiting harms nobody.

use std::path::Path;

use chrono::{DateTime, Utc};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::spawn_blocking;

use super::Clock;
use super::append::Appender;
use crate::domain::journal::{Author, Intent};
use crate::source::task::Task;

/// Why the last intent was not written; empty when it was, or needs not be any more. Sent when it changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unwritten(pub String);

/// Intents that may wait; who asks for more has to ask again.
const WAITING: usize = 256;

type Order = (Intent, Option<DateTime<Utc>>);

/// A writer that runs; dropping it leaves what still waits unwritten.
#[derive(Debug)]
pub struct Scribe {
    orders: Sender<Order>,
    /// Ends with the writer.
    _task: Task,
}

impl Scribe {
    /// Begins to write to the log in `dir`. Must be called within a runtime.
    pub fn start<M>(dir: &Path, author: Author, clock: Clock, out: Sender<M>) -> Self
    where
        M: From<Unwritten> + Send + 'static,
    {
        let (orders, waiting) = channel(WAITING);
        let appender = Appender::new(dir, author);
        Self { orders, _task: Task::spawn(write(appender, waiting, clock, out)) }
    }

    /// Has the intent written if it still stands; `at` is when it happened, where that is not now.
    pub fn write(&self, intent: &Intent, at: Option<DateTime<Utc>>) {
        let _ = self.orders.try_send((intent.clone(), at));
    }
}

async fn write<M: From<Unwritten>>(
    mut appender: Appender,
    mut waiting: Receiver<Order>,
    clock: Clock,
    out: Sender<M>,
) {
    let mut said = String::new();
    while let Some((intent, at)) = waiting.recv().await {
        let now = clock();
        let done = spawn_blocking(move || {
            let outcome = appender.append(&intent, now, at);
            (appender, outcome)
        });
        let Ok((back, outcome)) = done.await else { return };
        appender = back;
        let text = outcome.err().map_or_else(String::new, |error| error.to_string());
        if text != said {
            said.clone_from(&text);
            if out.send(Unwritten(text).into()).await.is_err() {
                return;
            }
        }
    }
}
