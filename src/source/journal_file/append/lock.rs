//! One writer at a time, by a lock on a file beside the log. A dead holder's lock goes with it.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

use super::super::store::is_still;
use super::folder;
use super::trouble::AppendError;
use crate::text::cleaned;

/// The longest note of a holder that is shown.
const NOTE: u64 = 200;
/// Somebody who deletes lock files again and again cannot be waited for.
const ATTEMPTS: usize = 8;

/// The lock, until it is dropped.
#[derive(Debug)]
pub(super) struct Held {
    _file: File,
}

/// Waits for the lock; after `wait` it tells who has it.
pub(super) fn take(dir: &Path, host: &str, wait: Duration) -> Result<Held, AppendError> {
    let path = dir.join("lock");
    for _ in 0..ATTEMPTS {
        let mut file = locked(folder::open(&path, OpenOptions::new().write(true))?, &path, wait)?;
        // A lock on a file that was deleted meanwhile keeps nobody out.
        if is_still(&file, &path) {
            // Who holds it is told for comfort; a full disk must not keep us from locking.
            let _ = sign(&mut file, host);
            return Ok(Held { _file: file });
        }
    }
    Err(AppendError::NoLock { path, reason: "it is deleted again and again".to_owned() })
}

fn locked(file: File, path: &Path, wait: Duration) -> Result<File, AppendError> {
    let no_lock = |error: io::Error| AppendError::NoLock { path: path.to_owned(), reason: error.to_string() };
    match file.try_lock() {
        Ok(()) => return Ok(file),
        Err(TryLockError::Error(error)) => return Err(no_lock(error)),
        Err(TryLockError::WouldBlock) => {}
    }
    // The system wakes who waits in its queue; asking again and again might never be lucky. If we
    // have gone when it is our turn, the thread gives the lock back by ending.
    let (sender, receiver) = sync_channel(0);
    let waiting = move || {
        let outcome = file.lock().map(|()| file);
        let _ = sender.send(outcome);
    };
    thread::Builder::new().spawn(waiting).map_err(no_lock)?;
    match receiver.recv_timeout(wait) {
        Ok(outcome) => outcome.map_err(no_lock),
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
            Err(AppendError::Busy { path: path.to_owned(), holder: holder(path) })
        }
    }
}

fn sign(file: &mut File, host: &str) -> io::Result<()> {
    file.rewind()?;
    file.set_len(0)?;
    writeln!(file, "{host} (pid {})", std::process::id())
}

fn holder(path: &Path) -> String {
    let mut note = String::new();
    let read = File::open(path).and_then(|file| file.take(NOTE).read_to_string(&mut note));
    let note = cleaned(note.trim());
    if read.is_err() || note.is_empty() { "another program".to_owned() } else { note }
}
