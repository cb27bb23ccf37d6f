//! What the program did, in a file: never on the screen, never in the way, and without secrets.
//!
//! Lines go to a thread of their own. When that cannot write, or not fast enough, the program goes on without.

mod file;
mod line;

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use super::clock::now;
use crate::source::http::io_reason;
use file::Rotating;

pub use file::NAME;

/// Lines that may wait for the disk; more are counted and lost.
const QUEUE: usize = 4096;
/// How long an end waits for the disk.
const PATIENCE: Duration = Duration::from_millis(300);

/// Which events are written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

impl Level {
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }

    fn filter(self) -> LevelFilter {
        match self {
            Self::Error => LevelFilter::ERROR,
            Self::Warn => LevelFilter::WARN,
            Self::Info => LevelFilter::INFO,
            Self::Debug => LevelFilter::DEBUG,
            Self::Trace => LevelFilter::TRACE,
        }
    }
}

/// Where lines go, and which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    pub folder: PathBuf,
    pub level: Level,
}

impl Plan {
    pub fn file(&self) -> PathBuf {
        self.folder.join(NAME)
    }
}

enum Order {
    Line(String),
    /// Answered when all before it is written.
    Flush(SyncSender<()>),
}

static ORDERS: OnceLock<SyncSender<Order>> = OnceLock::new();
static TROUBLE: Mutex<Option<String>> = Mutex::new(None);
static LOST: AtomicU64 = AtomicU64::new(0);

/// Writes events down from now on; of several calls in one process the first one counts.
pub fn begin(plan: Plan) {
    if ORDERS.get().is_some() {
        return;
    }
    let (sender, receiver) = sync_channel(QUEUE);
    let filter = plan.level.filter();
    let writing = move || write(&receiver, Rotating::new(plan.folder));
    if thread::Builder::new().name("log".to_owned()).spawn(writing).is_err() {
        return;
    }
    if ORDERS.set(sender).is_ok() {
        // Somebody else's subscriber stays.
        let _ = tracing::subscriber::set_global_default(Diary { filter });
    }
}

/// Waits a little until all is written that was said so far.
pub fn flush() {
    let Some(orders) = ORDERS.get() else { return };
    let (done, written) = sync_channel(1);
    if orders.try_send(Order::Flush(done)).is_ok() {
        let _ = written.recv_timeout(PATIENCE);
    }
}

/// Why nothing is written down, if it is not.
pub fn trouble() -> Option<String> {
    TROUBLE.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

fn write(orders: &Receiver<Order>, mut file: Rotating) {
    while let Ok(order) = orders.recv() {
        match order {
            Order::Line(line) => {
                let trouble = keep(&mut file, &line, &LOST);
                *TROUBLE.lock().unwrap_or_else(PoisonError::into_inner) = trouble;
            }
            Order::Flush(done) => {
                let _ = done.try_send(());
            }
        }
    }
}

/// Writes `line` after a word on those that were `lost` before; why that did not work. What is not written is lost, and
/// told by the first line that is.
fn keep(file: &mut Rotating, line: &str, lost: &AtomicU64) -> Option<String> {
    let before = lost.swap(0, Ordering::Relaxed);
    let told = if before > 0 { line::lost(before, now()) } else { String::new() };
    let error = file.write(&(told + line)).err()?;
    lost.fetch_add(before + 1, Ordering::Relaxed);
    Some(format!("no log is written to {}: {}", file.folder().display(), io_reason(&error)))
}

/// Turns our own events into lines. Those of other crates may hold headers, so they are left out.
struct Diary {
    filter: LevelFilter,
}

impl Subscriber for Diary {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        let ours = metadata.target().split("::").next() == Some(env!("CARGO_PKG_NAME"));
        ours && !metadata.is_span() && *metadata.level() <= self.filter
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.filter)
    }

    fn event(&self, event: &Event<'_>) {
        let Some(orders) = ORDERS.get() else { return };
        if orders.try_send(Order::Line(line::of(event, now()))).is_err() {
            LOST.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_not_be_written_is_counted_and_told_by_the_first_line_that_is() {
        let folder = tempfile::tempdir().unwrap();
        let logs = folder.path().join("logs");
        std::fs::write(&logs, "in the way").unwrap();
        let (mut file, lost) = (Rotating::new(logs.clone()), AtomicU64::new(2));
        for _ in 0..3 {
            let why = keep(&mut file, "a\n", &lost).unwrap();
            assert!(why.starts_with("no log is written to ") && !why.contains("os error"), "{why}");
        }
        std::fs::remove_file(&logs).unwrap();
        assert_eq!(keep(&mut file, "b\n", &lost), None);
        assert_eq!(keep(&mut file, "c\n", &lost), None);
        let text = std::fs::read_to_string(logs.join(NAME)).unwrap();
        // Two from before and three of these.
        let (told, rest) = text.split_once('\n').unwrap();
        assert!(told.ends_with("WARN lines were lost lines=5") && rest == "b\nc\n", "{text}");
    }
}
