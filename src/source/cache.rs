//! Ledgers kept on disk between runs: disposable, private, keyed by what was asked.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{plain_file, private};
use crate::domain::slo::ledger::{Ledger, Resolution};
use crate::domain::slo::tally::Tally;
use crate::domain::slo::window::Window;

const VERSION: u32 = 1;
/// Bytes of a file: two years in cells of a minute have half of that.
const LARGEST: u64 = 64 << 20;

/// A folder with one file a ledger.
#[derive(Clone, Debug)]
pub struct Cache {
    folder: PathBuf,
}

#[derive(Serialize, Deserialize)]
struct Saved {
    version: u32,
    key: String,
    base: i64,
    bad_since: Option<i64>,
    dropped: u64,
    #[serde(default)]
    in_cells: bool,
    hours: SavedGrid,
    middle: SavedGrid,
    fine: SavedGrid,
}

#[derive(Serialize, Deserialize)]
struct SavedGrid {
    first: i64,
    step: i64,
    cells: Vec<Option<(f64, f64)>>,
}

/// Anything else that is worth keeping.
#[derive(Serialize, Deserialize)]
struct Note<T> {
    version: u32,
    key: String,
    value: T,
}

impl Cache {
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// The ledger that was kept under `key`; anything unreadable is as good as absent.
    pub fn load(&self, key: &str, window: Window) -> Option<Ledger> {
        let text = plain_file::read(&self.path(key), LARGEST).ok()?;
        let saved: Saved = serde_json::from_slice(&text).ok()?;
        let valid = saved.base > 0 && saved.base % 60 == 0 && 3600 % saved.base == 0;
        if saved.version != VERSION || saved.key != key || !valid {
            return None;
        }
        let make = if saved.in_cells { Ledger::of_cells } else { Ledger::new };
        let mut ledger = make(Window::seconds(saved.base), window);
        ledger.bad_since = saved.bad_since;
        ledger.dropped = saved.dropped;
        for (resolution, grid) in [
            (Resolution::Hours, &saved.hours),
            (Resolution::Middle, &saved.middle),
            (Resolution::Fine, &saved.fine),
        ] {
            if grid.step != ledger.grid(resolution).step() || grid.first % grid.step != 0 {
                return None;
            }
            if let Some(last) = grid.cells.len().checked_sub(1) {
                // The end of what was asked, which may be later than the last cell that holds something.
                ledger.record(resolution, &grid.points(), grid.first + last as i64 * grid.step);
            }
        }
        Some(ledger)
    }

    /// Writes beside and renames, so that a reader never sees half a file.
    pub fn save(&self, key: &str, ledger: &Ledger) -> std::io::Result<()> {
        private::folder(&self.folder)?;
        let saved = Saved {
            version: VERSION,
            key: key.to_owned(),
            base: ledger.base().as_seconds(),
            bad_since: ledger.bad_since,
            dropped: ledger.dropped,
            in_cells: ledger.is_in_cells(),
            hours: SavedGrid::of(ledger, Resolution::Hours),
            middle: SavedGrid::of(ledger, Resolution::Middle),
            fine: SavedGrid::of(ledger, Resolution::Fine),
        };
        self.write(key, &saved)
    }

    /// The same for what nobody can be asked again: what others wrote there since, in gaps of this one, stays. Nothing is
    /// written while another is writing.
    pub fn save_together(&self, key: &str, ledger: &Ledger, window: Window) -> std::io::Result<()> {
        private::folder(&self.folder)?;
        // The lock of somebody else in a shared folder may not be ours to open: then the last one to write stands.
        let lock = fs::File::create(self.folder.join("lock")).ok();
        let is_held = |lock: &fs::File| matches!(lock.try_lock(), Err(fs::TryLockError::WouldBlock));
        if lock.as_ref().is_some_and(is_held) {
            return Ok(());
        }
        let Some(kept) = self.load(key, window) else { return self.save(key, ledger) };
        let mut both = ledger.clone();
        both.fill(&kept);
        self.save(key, &both)
    }

    /// What was kept under `key` with [`Self::remember`].
    pub fn recall<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        let text = plain_file::read(&self.path(key), LARGEST).ok()?;
        let kept: Note<T> = serde_json::from_slice(&text).ok()?;
        (kept.version == VERSION && kept.key == key).then_some(kept.value)
    }

    pub fn remember<T: Serialize>(&self, key: &str, value: &T) -> std::io::Result<()> {
        private::folder(&self.folder)?;
        self.write(key, &Note { version: VERSION, key: key.to_owned(), value })
    }

    pub fn forget(&self, key: &str) {
        // It may never have been written.
        let _ = fs::remove_file(self.path(key));
    }

    fn write(&self, key: &str, kept: &impl Serialize) -> std::io::Result<()> {
        // Temporary files are created 0600.
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
        file.write_all(&serde_json::to_vec(kept)?)?;
        file.persist(self.path(key)).map_err(|error| error.error)?;
        Ok(())
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn path(&self, key: &str) -> PathBuf {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        self.folder.join(format!("ledger-{:016x}.json", hasher.finish()))
    }
}

impl SavedGrid {
    fn of(ledger: &Ledger, resolution: Resolution) -> Self {
        let grid = ledger.grid(resolution);
        Self {
            first: grid.first().unwrap_or(0),
            step: grid.step(),
            cells: grid.iter().map(|(_, cell)| cell.map(|tally| (tally.bad, tally.total))).collect(),
        }
    }

    fn points(&self) -> Vec<(i64, Tally)> {
        let ends = (0..).map(|i| self.first + i * self.step);
        ends.zip(&self.cells)
            .filter_map(|(end, cell)| cell.map(|(bad, total)| (end, Tally::new(bad, total))))
            .filter(|(_, tally)| tally.bad.is_finite() && tally.total.is_finite())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::slo::ledger::BASE;

    fn ledger(now: i64) -> Ledger {
        let mut ledger = Ledger::new(BASE, Window::days(30));
        let points: Vec<_> = (0..200)
            .filter(|i| i % 7 != 0)
            .map(|i| (now - i * 60, Tally::new(i as f64 / 3.0, 1e6)))
            .collect();
        ledger.record(Resolution::Fine, &points, now);
        let hours: Vec<_> = (4..700).map(|i| (now - i * 3600, Tally::new(1.0, 1e7))).collect();
        ledger.record(Resolution::Hours, &hours, now);
        ledger.bad_since = Some(now - 3600);
        ledger
    }

    #[test]
    fn what_was_saved_reads_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path().join("cache"));
        let now = 1_768_903_200;
        let before = ledger(now);
        cache.save("k", &before).unwrap();
        let after = cache.load("k", Window::days(30)).unwrap();
        for window in [Window::minutes(5), Window::hours(1), Window::days(30)] {
            assert_eq!(after.read(now, window), before.read(now, window), "{window}");
        }
        assert_eq!(after.bad_since, before.bad_since);
        assert!(cache.load("another", Window::days(30)).is_none());
    }

    #[test]
    fn cells_are_kept_for_as_long_as_hours() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path().to_owned());
        let now = 1_768_903_200;
        let mut before = Ledger::of_cells(BASE, Window::days(30));
        let cells: Vec<_> = (0..8000)
            .rev()
            .map(|i| (now - i * 300, Tally::new(f64::from(u8::from(i % 9 == 0)), 5.0)))
            .collect();
        before.record_cells(&cells, cells[0].0, now);
        cache.save("k", &before).unwrap();
        let after = cache.load("k", Window::days(30)).unwrap();
        assert!(after.is_in_cells());
        let old = now - 20 * 86_400 + 300;
        assert_eq!(after.read(old, BASE), before.read(old, BASE));
        assert_eq!(after.grid(Resolution::Middle).at(old), before.grid(Resolution::Middle).at(old));
        assert!(after.grid(Resolution::Middle).at(old).is_some());
    }

    #[test]
    fn two_that_write_in_turn_lose_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let (cache, window) = (Cache::new(folder.path().to_owned()), Window::days(30));
        let now = 1_768_903_200;
        let of = |minutes: std::ops::RangeInclusive<i64>| {
            let mut ledger = Ledger::new(BASE, window);
            let points: Vec<_> = minutes.map(|i| (now + i * 60, Tally::new(0.0, i as f64))).collect();
            ledger.record(Resolution::Fine, &points, points[points.len() - 1].0);
            ledger
        };
        let known = || {
            let kept = cache.load("k", window).unwrap();
            (0..30).filter(|i| kept.grid(Resolution::Fine).at(now + i * 60).is_some()).collect::<Vec<_>>()
        };
        cache.save_together("k", &of(1..=10), window).unwrap();
        cache.save_together("k", &of(8..=20), window).unwrap();
        assert_eq!(known(), (1..=20).collect::<Vec<_>>());
        let held = fs::File::open(folder.path().join("lock")).unwrap();
        held.lock().unwrap();
        cache.save_together("k", &of(8..=25), window).unwrap();
        assert_eq!(known(), (1..=20).collect::<Vec<_>>(), "another is writing");
        drop(held);
        cache.save_together("k", &of(8..=25), window).unwrap();
        assert_eq!(known(), (1..=25).collect::<Vec<_>>());
    }

    #[test]
    #[cfg(unix)]
    fn files_are_private() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path().join("cache"));
        cache.save("k", &ledger(1_768_903_200)).unwrap();
        for (path, mode) in [(cache.path("k"), 0o600), (cache.folder().to_owned(), 0o700)] {
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, mode, "{}", path.display());
        }
    }

    #[test]
    fn damaged_files_are_as_good_as_absent() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path().to_owned());
        cache.save("k", &ledger(1_768_903_200)).unwrap();
        let text = fs::read_to_string(cache.path("k")).unwrap();
        for broken in [
            "",
            "{}",
            "\0\0",
            &text[..text.len() / 2],
            &text.replace("\"step\":3600", "\"step\":0"),
            &text.replace("\"base\":300", "\"base\":7"),
        ] {
            fs::write(cache.path("k"), broken).unwrap();
            assert!(cache.load("k", Window::days(30)).is_none());
        }
    }
}
