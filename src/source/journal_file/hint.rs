//! Notices of the file system that a log may have changed. Absent on network file systems, so
//! nothing relies on them.

use std::path::PathBuf;
use std::sync::Arc;

use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::Notify;

/// A watch on a directory, once it exists.
pub(super) struct Hint {
    dir: PathBuf,
    come: Arc<Notify>,
    watcher: Option<RecommendedWatcher>,
}

impl Hint {
    pub(super) fn new(dir: PathBuf) -> Self {
        Self { dir, come: Arc::default(), watcher: None }
    }

    /// Begins to watch, where that is possible and not done yet.
    pub(super) fn attach(&mut self) {
        if self.watcher.is_some() || !self.dir.is_dir() {
            return;
        }
        let come = Arc::clone(&self.come);
        let notice = move |event: notify::Result<Event>| {
            if event.is_ok_and(|event| concerns_log(&event)) {
                come.notify_one();
            }
        };
        self.watcher = notify::recommended_watcher(notice).ok().and_then(|mut watcher| {
            watcher.watch(&self.dir, RecursiveMode::NonRecursive).ok()?;
            Some(watcher)
        });
    }

    /// Waits for the next notice.
    pub(super) async fn come(&self) {
        self.come.notified().await;
    }
}

/// Our own reading makes access notices: to follow them would be to run in circles.
fn concerns_log(event: &Event) -> bool {
    let log = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| name.starts_with("events"))
    };
    !matches!(event.kind, EventKind::Access(_)) && event.paths.iter().any(log)
}
