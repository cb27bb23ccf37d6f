//! The watch on a log, with other handles that write to it.

use std::fs::{self, OpenOptions};
use std::io::Write;

use chrono::TimeDelta;
use tokio::sync::mpsc;

use super::*;

fn now() -> DateTime<Utc> {
    "2026-11-21T10:00:00Z".parse().unwrap()
}

fn line(seq: u64, kind: &str, data: &str) -> String {
    format!(
        "{{\"v\":1,\"seq\":{seq},\"id\":\"e{seq}\",\"ts\":\"2026-11-21T09:{:02}:00Z\",\"actor\":\"alice\",\"kind\":\"{kind}\",\"data\":{data}}}\n",
        seq % 60
    )
}

fn opened(seq: u64) -> String {
    let data = format!("{{\"number\":{seq},\"title\":\"t\",\"severity\":\"SEV{seq}\"}}");
    line(seq, "incident.opened", &data)
}

fn append(dir: &Path, text: impl AsRef<[u8]>) {
    let path = dir.join("events.jsonl");
    let mut file = OpenOptions::new().append(true).create(true).open(path).unwrap();
    file.write_all(text.as_ref()).unwrap();
}

fn follower(dir: &Path) -> Follower {
    Follower::new(Box::new(Directory::new(dir)), None)
}

fn numbers(update: &JournalUpdate) -> Vec<u64> {
    update.state.incidents.keys().copied().collect()
}

#[test]
fn a_line_of_another_handle_shows_after_one_step() {
    let dir = tempfile::tempdir().unwrap();
    append(dir.path(), opened(1));
    let mut follower = follower(dir.path());
    assert_eq!(numbers(&follower.step(now()).unwrap()), [1]);
    assert!(follower.step(now()).is_none(), "nothing new, nothing said");
    append(dir.path(), opened(2));
    let update = follower.step(now()).unwrap();
    assert_eq!((numbers(&update), update.problems.len()), (vec![1, 2], 0));
}

#[test]
fn nothing_there_is_an_empty_state_and_may_come_later() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let mut follower = follower(&state);
    let update = follower.step(now()).unwrap();
    assert_eq!(update.problems, [Problem::NoDirectory(state.clone())]);
    fs::create_dir(&state).unwrap();
    assert_eq!(follower.step(now()).unwrap().problems, []);
    append(&state, opened(1));
    assert_eq!(numbers(&follower.step(now()).unwrap()), [1]);
}

#[test]
fn a_torn_line_waits_five_seconds_and_may_still_be_completed() {
    let dir = tempfile::tempdir().unwrap();
    append(dir.path(), opened(1));
    let mut follower = follower(dir.path());
    follower.step(now());
    let whole = opened(2);
    append(dir.path(), &whole[..20]);
    assert_eq!(follower.step(now()).unwrap().problems, []);
    assert!(follower.step(now() + TimeDelta::milliseconds(4_999)).is_none());
    let torn = follower.step(now() + TimeDelta::seconds(5)).unwrap();
    let path = dir.path().join("events.jsonl");
    assert_eq!(torn.problems, [Problem::Torn { path, bytes: 20 }]);
    append(dir.path(), &whole[20..]);
    let update = follower.step(now() + TimeDelta::seconds(6)).unwrap();
    assert_eq!((numbers(&update), update.problems.len()), (vec![1, 2], 0));
}

#[test]
fn broken_lines_are_named_and_the_rest_is_read() {
    let dir = tempfile::tempdir().unwrap();
    append(dir.path(), opened(1));
    append(dir.path(), b"{oops\n\xff\xfe\x1b[2J\n");
    append(dir.path(), opened(2));
    let (state, problems) = load(dir.path(), now());
    assert_eq!(state.incidents.len(), 2);
    let [Problem::Broken { lines, count, .. }] = &problems[..] else {
        panic!("{problems:?}");
    };
    assert_eq!((&lines[..], *count), (&[2, 3][..], 2));
}

#[test]
fn a_log_that_was_cut_replaced_or_rewritten_is_read_anew() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("events.jsonl");
    append(dir.path(), opened(1) + &opened(2));
    let mut follower = follower(dir.path());
    let mut after = |text: &str| {
        fs::write(&path, text).unwrap();
        numbers(&follower.step(now()).unwrap())
    };
    assert_eq!(after(&(opened(1) + &opened(2))), [1, 2]);
    assert_eq!(after(&opened(1)), [1]);
    assert_eq!(after(&(opened(3) + &opened(4) + &opened(5))), [3, 4, 5], "same file, longer");
    let other = dir.path().join("other");
    fs::write(&other, opened(6) + &opened(7) + &opened(8) + &opened(9)).unwrap();
    fs::rename(&other, &path).unwrap();
    assert_eq!(numbers(&follower.step(now()).unwrap()), [6, 7, 8, 9]);
    fs::remove_file(&path).unwrap();
    assert!(numbers(&follower.step(now()).unwrap()).is_empty());
}

#[test]
fn months_are_read_oldest_first_and_rotation_loses_nothing() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("events-2026-09.jsonl"), opened(1)).unwrap();
    fs::write(dir.path().join("events-2026-10.jsonl"), line(2, "incident.status", "{}")).unwrap();
    fs::write(dir.path().join("events-old.jsonl"), "not a log\n").unwrap();
    append(dir.path(), opened(3));
    let mut follower = follower(dir.path());
    assert_eq!(numbers(&follower.step(now()).unwrap()), [1, 3]);
    let live = dir.path().join("events.jsonl");
    fs::rename(live, dir.path().join("events-2026-11.jsonl")).unwrap();
    append(dir.path(), opened(4));
    let update = follower.step(now()).unwrap();
    assert_eq!(numbers(&update), [1, 3, 4]);
    assert_eq!(update.state.tally.events, 4);
}

#[test]
fn what_is_not_a_plain_file_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("events.jsonl");
    fs::create_dir(&path).unwrap();
    assert_eq!(load(dir.path(), now()).1, [Problem::NotAFile(path.clone())]);
    fs::remove_dir(&path).unwrap();
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("/dev/zero", &path).unwrap();
        assert_eq!(load(dir.path(), now()).1, [Problem::NotAFile(path)]);
    }
}

#[test]
fn only_what_was_known_at_an_instant() {
    let dir = tempfile::tempdir().unwrap();
    append(dir.path(), opened(1) + &opened(2) + &opened(3));
    let until = "2026-11-21T09:02:00Z".parse().unwrap();
    let (state, _) = load_until(dir.path(), now(), Some(until));
    assert_eq!(state.incidents.len(), 2);
}

/// A store that can be told to fail; the rights of files mean nothing to root.
struct Moody(Arc<std::sync::Mutex<(String, bool)>>);

impl LogStore for Moody {
    fn parts(&mut self) -> Result<(Vec<Part>, Vec<Problem>), Problem> {
        let part =
            Part { path: "log".into(), id: 1, size: self.0.lock().unwrap().0.len() as u64, modified: None };
        Ok((vec![part], Vec::new()))
    }

    fn read(&mut self, _: &Part, from: u64, most: usize) -> Result<Vec<u8>, Problem> {
        let log = self.0.lock().unwrap();
        if log.1 {
            let (path, reason) = ("log".into(), "Permission denied".into());
            return Err(Problem::Unreadable { path, reason });
        }
        Ok(log.0.bytes().skip(from as usize).take(most).collect())
    }
}

#[test]
fn a_log_that_cannot_be_read_keeps_its_last_state_and_says_so() {
    let log = Arc::new(std::sync::Mutex::new((opened(1), false)));
    let mut follower = Follower::new(Box::new(Moody(Arc::clone(&log))), None);
    assert_eq!(numbers(&follower.step(now()).unwrap()), [1]);
    *log.lock().unwrap() = (opened(1) + &opened(2), true);
    let later = now() + TimeDelta::seconds(9);
    let update = follower.step(later).unwrap();
    assert_eq!((numbers(&update), update.read_at), (vec![1], Some(now())));
    assert!(update.problems[0].to_string().contains("Permission denied"));
    assert!(follower.step(later).is_none());
    log.lock().unwrap().1 = false;
    let update = follower.step(later).unwrap();
    assert_eq!((numbers(&update), update.problems.len()), (vec![1, 2], 0));
    assert_eq!(update.read_at, Some(later));
}

#[tokio::test(start_paused = true)]
async fn the_watch_sends_changes_and_ends_with_its_handle() {
    let dir = tempfile::tempdir().unwrap();
    let (sender, mut inbox) = mpsc::channel::<JournalUpdate>(4);
    let watch = watch(dir.path().to_owned(), None, Arc::new(now), sender);
    assert!(numbers(&inbox.recv().await.unwrap()).is_empty());
    append(dir.path(), opened(1));
    assert_eq!(numbers(&inbox.recv().await.unwrap()), [1]);
    drop(watch);
    assert!(inbox.recv().await.is_none());
}
