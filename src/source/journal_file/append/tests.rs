//! Writers that race, die, run out of room, and meet strange logs.

use std::fs;
use std::sync::Barrier;

use chrono::TimeDelta;
use tempfile::TempDir;

use super::super::load;
use super::*;
use crate::domain::journal::parse_line;
use crate::domain::journal::payload::{MaintenanceAdded, PolicyChanged};

fn now() -> DateTime<Utc> {
    "2026-11-21T10:00:00.123456Z".parse().unwrap()
}

fn author(name: &str) -> Author {
    Author { name: name.to_owned(), source: "flag".to_owned(), host: "b1".to_owned(), tty: None }
}

fn state_dir() -> (TempDir, PathBuf) {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("state");
    (home, dir)
}

fn window(title: &str) -> Intent {
    Intent::Maintenance(MaintenanceAdded {
        services: Vec::new(),
        slos: Vec::new(),
        from: now(),
        to: now() + TimeDelta::hours(1),
        text: title.to_owned(),
        estimate: None,
        excluded: false,
        reason: None,
        repeat: None,
    })
}

fn step(from: Option<&str>, to: &str) -> Intent {
    let (slo, from) = ("api/availability".to_owned(), from.map(str::to_owned));
    Intent::PolicyStep(PolicyChanged { slo, from, to: to.to_owned(), remaining: None })
}

fn append(dir: &Path, intent: &Intent) -> Result<Outcome, AppendError> {
    Appender::new(dir, author("alice")).append(intent, now(), None)
}

fn appended(dir: &Path, intent: &Intent) -> (Event, Vec<Notice>) {
    match append(dir, intent).unwrap() {
        Outcome::Appended { event, notices } => (*event, notices),
        superseded @ Outcome::Superseded { .. } => panic!("{superseded:?}"),
    }
}

fn log(dir: &Path) -> PathBuf {
    dir.join("events.jsonl")
}

/// The events of the file in order, after a check of numbers and hashes.
fn verified(dir: &Path) -> Vec<Event> {
    let text = fs::read_to_string(log(dir)).unwrap();
    assert!(text.ends_with('\n'));
    let mut prev = None;
    let read = |(place, line): (usize, &str)| {
        let event = parse_line(line).unwrap();
        assert_eq!((event.seq, &event.prev), (place as u64 + 1, &prev));
        prev = sha256(line.as_bytes());
        event
    };
    text.lines().enumerate().map(read).collect()
}

#[test]
fn the_first_events_of_a_private_log() {
    let (_home, dir) = state_dir();
    let (first, notices) = appended(&dir, &window("one"));
    assert_eq!((first.seq, first.prev.clone(), notices), (1, None, Vec::new()));
    let at = now() - TimeDelta::minutes(5);
    let end = Intent::MaintenanceEnded { id: first.id.clone() };
    let outcome = Appender::new(&dir, author("bob")).append(&end, now(), Some(at)).unwrap();
    assert!(matches!(outcome, Outcome::Appended { .. }));
    let events = verified(&dir);
    assert_eq!(events[0], first, "what is told is what is written");
    let second = &events[1];
    assert_eq!((second.actor.as_str(), second.reference.as_deref()), ("bob", Some(first.id.as_str())));
    assert_eq!(second.ts, "2026-11-21T10:00:00.123Z".parse::<DateTime<Utc>>().unwrap());
    assert_eq!(second.happened(), "2026-11-21T09:55:00.123Z".parse::<DateTime<Utc>>().unwrap());
    let (state, problems) = load(&dir, now());
    assert_eq!((state.maintenance[0].text.as_str(), state.maintenance[0].when()), ("one", None));
    assert_eq!(problems, []);
}

#[cfg(unix)]
#[test]
fn files_are_private_unless_the_folder_is_a_groups() {
    use std::os::unix::fs::PermissionsExt;
    let (_home, dir) = state_dir();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    appended(&dir, &window("one"));
    assert_eq!((mode(&dir), mode(&log(&dir)), mode(&dir.join("lock"))), (0o700, 0o600, 0o600));
    let team = tempfile::tempdir().unwrap();
    fs::set_permissions(team.path(), fs::Permissions::from_mode(0o2770)).unwrap();
    appended(team.path(), &window("one"));
    assert_eq!((mode(&log(team.path())), mode(&team.path().join("lock"))), (0o660, 0o660));
    fs::set_permissions(team.path(), fs::Permissions::from_mode(0o777)).unwrap();
    let refused = append(team.path(), &window("two")).unwrap_err();
    assert_eq!(refused, AppendError::OpenToAll(team.path().to_owned()));
    assert_eq!(verified(team.path()).len(), 1);
}

#[test]
fn writers_that_come_together_take_turns() {
    let (_home, dir) = state_dir();
    let write = |writer: usize| {
        let mut appender = Appender::new(&dir, author(&format!("writer-{writer}")));
        for turn in 0..20 {
            let outcome = appender.append(&window(&format!("{writer}:{turn}")), now(), None).unwrap();
            assert!(matches!(outcome, Outcome::Appended { .. }));
        }
    };
    thread_each(8, write);
    let events = verified(&dir);
    assert_eq!(events.len(), 160);
    let ids: std::collections::BTreeSet<_> = events.iter().map(|event| &event.id).collect();
    assert_eq!(ids.len(), 160);
    for writer in 0..8 {
        let own = events.iter().filter(|event| event.actor == format!("writer-{writer}"));
        let titles: Vec<_> = own.map(|event| event.data["text"].as_str().unwrap().to_owned()).collect();
        let want: Vec<_> = (0..20).map(|turn| format!("{writer}:{turn}")).collect();
        assert_eq!(titles, want, "each writer's events are all there, in its order");
    }
}

fn thread_each(count: usize, work: impl Fn(usize) + Sync) {
    let start = Barrier::new(count);
    std::thread::scope(|scope| {
        for number in 0..count {
            let (start, work) = (&start, &work);
            scope.spawn(move || {
                start.wait();
                work(number);
            });
        }
    });
}

#[test]
fn panes_that_see_the_same_step_log_it_once() {
    let (_home, dir) = state_dir();
    appended(&dir, &step(None, "normal"));
    let written = std::sync::Mutex::new(Vec::new());
    thread_each(6, |_| {
        let outcome = append(&dir, &step(Some("normal"), "freeze")).unwrap();
        let done = match outcome {
            Outcome::Appended { .. } => true,
            Outcome::Superseded { state, .. } => {
                assert_eq!(state.policy["api/availability"].to, "freeze");
                false
            }
        };
        written.lock().unwrap().push(done);
    });
    assert_eq!(written.lock().unwrap().iter().filter(|done| **done).count(), 1);
    assert_eq!(verified(&dir).len(), 2);
}

#[test]
fn an_own_condition_is_asked_under_the_lock() {
    let (_home, dir) = state_dir();
    appended(&dir, &window("one"));
    let mut appender = Appender::new(&dir, author("bob"));
    assert_eq!(appender.look(now()).state.maintenance.len(), 1);
    appended(&dir, &window("two"));
    let outcome = appender.append_if(&window("three"), now(), None, |state| state.maintenance.len() < 2);
    assert!(matches!(outcome, Ok(Outcome::Superseded { .. })), "{outcome:?}");
    assert_eq!(verified(&dir).len(), 2);
}

#[test]
fn a_line_torn_at_any_byte_is_moved_away_and_nothing_else_is_lost() {
    let first = "{\"v\":1,\"seq\":1,\"id\":\"a\",\"ts\":\"2026-11-21T09:00:00Z\",\"kind\":\"x\"}\n";
    // Short, for each of its bytes costs several waits for the disk.
    let second = "{\"v\":1,\"seq\":2,\"id\":\"ü\",\"ts\":\"2026-11-21T09:00:00Z\",\"kind\":\"y\"}";
    for cut in 1..=second.len() {
        let (_home, dir) = state_dir();
        fs::create_dir(&dir).unwrap();
        fs::write(log(&dir), [first.as_bytes(), &second.as_bytes()[..cut]].concat()).unwrap();
        let (event, notices) = appended(&dir, &window("three"));
        let text = fs::read_to_string(log(&dir)).unwrap();
        let third = serde_json::to_string(&event).unwrap() + "\n";
        if cut == second.len() {
            assert_eq!((text, event.seq), (format!("{first}{second}\n{third}"), 3));
            assert_eq!((notices, event.prev), (vec![Notice::Completed], sha256(second.as_bytes())));
            continue;
        }
        assert_eq!((text, event.seq), (format!("{first}{third}"), 2), "cut at {cut}");
        let path = dir.join("events.torn-20261121T100000.123Z");
        assert_eq!(fs::read(&path).unwrap(), &second.as_bytes()[..cut]);
        assert_eq!(notices, [Notice::TornMoved { path, bytes: cut as u64 }]);
    }
}

#[test]
fn torn_lines_of_one_moment_do_not_replace_each_other() {
    let (_home, dir) = state_dir();
    fs::create_dir(&dir).unwrap();
    for torn in ["{\"v\":1", "\0\0\0", "   "] {
        let mut text = fs::read(log(&dir)).unwrap_or_default();
        text.extend_from_slice(torn.as_bytes());
        fs::write(log(&dir), text).unwrap();
        appended(&dir, &window("w"));
    }
    let kept =
        |name: &str| fs::read_to_string(dir.join(format!("events.torn-20261121T100000.123Z{name}"))).unwrap();
    assert_eq!((kept(""), kept("-2"), kept("-3")), ("{\"v\":1".into(), "\0\0\0".into(), "   ".into()));
    assert_eq!(verified(&dir).len(), 3);
}

#[test]
fn numbers_and_hashes_go_on_after_rotation_and_past_damage() {
    let (_home, dir) = state_dir();
    appended(&dir, &window("one"));
    let (second, _) = appended(&dir, &window("two"));
    let line = serde_json::to_string(&second).unwrap();
    fs::rename(log(&dir), dir.join("events-2026-10.jsonl")).unwrap();
    let (third, _) = appended(&dir, &window("three"));
    assert_eq!((third.seq, third.prev), (3, sha256(line.as_bytes())));
    fs::write(log(&dir), "{damage}\n\n \n").unwrap();
    let (next, _) = appended(&dir, &window("four"));
    assert_eq!((next.seq, next.prev), (3, sha256(b"{damage}")));
}

#[test]
fn a_log_of_a_newer_program_is_left_alone() {
    for newer in
        [r#"{"v":2,"seq":1,"id":"a","ts":"2026-11-21T09:00:00Z","kind":"x"}"#, r#"{"v":3,"number":1}"#]
    {
        let (_home, dir) = state_dir();
        fs::create_dir(&dir).unwrap();
        let text = format!("{{damage}}\n{newer}\n");
        fs::write(log(&dir), &text).unwrap();
        let refused = append(&dir, &window("one")).unwrap_err();
        assert!(matches!(refused, AppendError::NewerFormat { known: FORMAT, .. }), "{refused}");
        assert_eq!(fs::read_to_string(log(&dir)).unwrap(), text);
    }
}

#[test]
fn a_clock_that_is_behind_writes_and_says_so() {
    let (_home, dir) = state_dir();
    appended(&dir, &window("one"));
    for (minutes, told) in [(2, None), (-3, None), (3, Some(3))] {
        let outcome = Appender::new(&dir, author("bob")).append(
            &window("w"),
            now() - TimeDelta::minutes(minutes),
            None,
        );
        let Ok(Outcome::Appended { notices, event }) = outcome else { panic!("{outcome:?}") };
        let behind = told.map(|minutes: i64| minutes + 3).map(TimeDelta::minutes);
        let want: Vec<Notice> = behind.map(|behind| Notice::ClockBehind { behind }).into_iter().collect();
        assert_eq!((notices, event.ts), (want, (now() - TimeDelta::minutes(minutes)).trunc_subsecs(3)));
    }
    let (state, _) = load(&dir, now());
    assert_eq!((state.maintenance.len(), state.tally.clock_steps), (4, 1));
}

#[test]
fn who_holds_the_lock_is_named_and_the_lock_goes_with_its_holder() {
    let (_home, dir) = state_dir();
    folder::prepare(&dir).unwrap();
    let held = lock::take(&dir, "bastion-\u{1b}[2J1", WAIT).unwrap();
    let busy = lock::take(&dir, "b2", Duration::from_millis(5)).unwrap_err();
    let holder = format!("bastion-1 (pid {})", std::process::id());
    assert_eq!(busy, AppendError::Busy { path: dir.join("lock"), holder });
    drop(held);
    lock::take(&dir, "b2", WAIT).unwrap();
}

#[test]
fn what_cannot_be_written_is_said_with_its_place() {
    let (home, dir) = state_dir();
    let file = home.path().join("file");
    fs::write(&file, "").unwrap();
    assert!(matches!(append(&file, &window("w")), Err(AppendError::Folder { path, .. }) if path == file));
    fs::create_dir_all(log(&dir)).unwrap();
    assert_eq!(append(&dir, &window("w")).unwrap_err(), AppendError::NotAFile(log(&dir)));
    fs::remove_dir(log(&dir)).unwrap();
    let names: Vec<String> = (0..256).map(|number| format!("{number:0>256}")).collect();
    let Intent::Maintenance(mut many) = window("w") else { panic!() };
    many.slos = names;
    let large = append(&dir, &Intent::Maintenance(many)).unwrap_err();
    assert!(matches!(large, AppendError::TooLarge { most: 65_536, .. }), "{large}");
    let last = format!(r#"{{"v":1,"seq":{},"id":"a","ts":"2026-11-21T09:00:00Z","kind":"x"}}"#, u64::MAX);
    fs::write(log(&dir), last + "\n").unwrap();
    assert_eq!(append(&dir, &window("w")).unwrap_err(), AppendError::Full);
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    let (home, dir) = state_dir();
    fs::create_dir(&dir).unwrap();
    let target = home.path().join("target");
    for name in ["lock", "events.jsonl"] {
        fs::write(&target, "precious").unwrap();
        std::os::unix::fs::symlink(&target, dir.join(name)).unwrap();
        let refused = append(&dir, &window("w")).unwrap_err();
        assert_eq!(refused, AppendError::NotAFile(dir.join(name)));
        assert_eq!(fs::read_to_string(&target).unwrap(), "precious");
        fs::remove_file(dir.join(name)).unwrap();
    }
}
