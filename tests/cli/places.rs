//! Homes that are missing, folders that are closed, logs that are torn.

use crate::kit::{Machine, config, done};
use crate::program::AT;

#[test]
fn no_home_is_no_trouble() {
    let machine = Machine::new();
    let file = machine.write("burnwatch.toml", &config("http://127.0.0.1:9"));
    for (args, code) in [
        (vec!["status", "--demo", "--at", AT], 2),
        (vec!["show", "overview", "--demo"], 0),
        (vec!["status", "--config", file.as_str()], 3),
        (vec!["check", "--config", file.as_str()], 0),
        (vec!["oncall", "--demo"], 0),
        (vec!["themes"], 0),
    ] {
        let mut command = machine.command(&args);
        command.env_remove("HOME");
        let ended = done(command);
        assert_eq!(ended.code, code, "{args:?}: {ended:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_state_folder_that_cannot_be_made_is_no_trouble_for_reading() {
    let machine = Machine::new();
    let config = machine.write("burnwatch.toml", &config("http://127.0.0.1:9"));
    let file = machine.write("file", "not a folder");
    let below = format!("{file}/state");
    for (args, code) in [
        (&["status", "--config", config.as_str()][..], 3),
        (&["show", "overview", "--config", config.as_str()], 0),
        (&["oncall", "--demo"], 0),
    ] {
        let ended = machine.run(&[args, &["--state-dir", below.as_str()]].concat());
        assert_eq!(ended.code, code, "{args:?}: {ended:?}");
    }
}

fn opened(number: u64) -> String {
    let data = serde_json::json!({ "number": number, "title": "cards refused", "severity": "SEV1" });
    let event = serde_json::json!({
        "v": 1, "seq": number, "id": format!("01HZZZZZZZZZZZZZZZZZZZZZZ{number}"), "ts": "2026-02-17T09:50:00Z",
        "actor": "alice", "actor_src": "login", "host": "bastion-1",
        "kind": "incident.opened", "ref": format!("INC-{number}"), "data": data,
    });
    format!("{event}\n")
}

#[test]
fn a_torn_last_line_hides_nothing_before_it() {
    let machine = Machine::new();
    let second = opened(2);
    for torn in ["", &second[..second.len() / 2], "{", "\u{0}\u{0}", second.trim_end()] {
        machine.write("state/events.jsonl", &(opened(1) + torn));
        let state = machine.path("state").display().to_string();
        let args = ["status", "--scenario", "calm", "--at", AT, "--state-dir", state.as_str()];
        let ended = machine.run(&args);
        assert_eq!(ended.code, 2, "{torn:?}: {ended:?}");
        assert!(ended.out.contains("SEV1 INC-1 open"), "{torn:?}: {ended:?}");
        let text = std::fs::read_to_string(machine.path("state/events.jsonl")).unwrap();
        assert_eq!(text, opened(1) + torn, "reading changes nothing");
    }
}

#[test]
fn a_bad_line_in_the_middle_is_told_and_the_rest_is_read() {
    let machine = Machine::new();
    machine.write("state/events.jsonl", &format!("{}not json\u{1b}[2J\n{}", opened(1), opened(3)));
    let state = machine.path("state").display().to_string();
    let args = ["show", "overview", "--size", "200x40", "--demo", "--at", AT, "--state-dir", state.as_str()];
    let ended = machine.run(&args);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(ended.out.contains("SEV1 INC-1") && ended.out.contains("+1"), "{}", ended.out);
    assert!(ended.out.contains("line 2") && !ended.out.contains('\u{1b}'), "{}", ended.out);
}

#[test]
fn the_demo_leaves_no_trace() {
    let machine = Machine::new();
    for args in [&["status", "--demo"][..], &["show", "slos", "--demo"], &["oncall", "--demo"]] {
        machine.run(args);
    }
    let left: Vec<_> = machine.home.path().read_dir().unwrap().map(|one| one.unwrap().file_name()).collect();
    assert_eq!(left, [""; 0], "{left:?}");
}

#[test]
fn themes_of_ones_own_come_first() {
    let machine = Machine::new();
    machine.write(".config/burnwatch/themes/own.toml", "extends = \"night\"\n");
    machine.write(".config/burnwatch/themes/broken.toml", "extends = \"nigt\"\n");
    let listed = machine.run(&["themes"]).out;
    assert!(listed.lines().any(|line| line.starts_with("own ") && line.contains("yours")), "{listed}");
    let shown = machine.run(&["show", "help", "--demo", "--theme", "own"]);
    assert_eq!(shown.code, 0, "{shown:?}");
    let broken = machine.run(&["show", "help", "--demo", "--theme", "broken"]);
    assert_eq!(broken.code, 4, "{broken:?}");
    assert!(broken.err.contains("nigt"), "{}", broken.err);
    machine.write(".config/burnwatch/themes/large.toml", &"# much\n".repeat(200_000));
    machine.write(".config/burnwatch/themes/folder.toml/x", "");
    std::fs::write(machine.path(".config/burnwatch/themes/latin.toml"), b"extends = \"caf\xe9\"\n").unwrap();
    for (name, words) in [
        ("large", "large.toml is larger than 1 MiB: is it the right file?"),
        ("folder", "folder.toml is a folder"),
        ("latin", "latin.toml is not UTF-8 text"),
    ] {
        let done = machine.run(&["show", "help", "--demo", "--theme", name]);
        let said = format!("error: theme {name}: ");
        assert!(done.code == 4 && done.err.contains(&said) && done.err.contains(words), "{done:?}");
    }
}
