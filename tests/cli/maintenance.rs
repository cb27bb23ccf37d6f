//! `maintenance`: what is written, by whom, and when nothing is.

use std::process::Stdio;

use serde_json::{Value, json};

use crate::kit::{Done, Machine, done, run};
use crate::program::PROGRAM;

const FROM: &str = "2031-03-04T02:00:00Z";
const UNTIL: &str = "2031-03-04T04:30:00Z";

/// The demo with a log of its own.
fn demo(machine: &Machine, args: &[&str]) -> Done {
    machine.run(&[&["maintenance"], args, &["--demo", "--state-dir", "state"]].concat())
}

fn add(machine: &Machine, more: &[&str]) -> Done {
    demo(machine, &[&["add", "--from", FROM, "--until", UNTIL, "--title", "failover"], more].concat())
}

/// The id that a successful `add` printed, alone on its line.
fn id(done: &Done) -> &str {
    assert_eq!((done.code, done.err.as_str()), (0, ""), "{done:?}");
    let id = done.out.trim_end();
    assert!(id.len() == 26 && done.out == format!("{id}\n"), "{done:?}");
    id
}

fn log(machine: &Machine) -> Vec<Value> {
    let text = std::fs::read_to_string(machine.path("state/events.jsonl")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn list(machine: &Machine, at: &str) -> Value {
    let done = demo(machine, &["list", "--json", "--at", at]);
    assert_eq!((done.code, done.err.as_str()), (0, ""));
    serde_json::from_str(&done.out).unwrap()
}

#[test]
fn an_added_window_is_in_the_log_and_in_the_list_field_by_field() {
    let machine = Machine::new();
    let slo = ["--slo", "checkout/availability", "--slo", "checkout/latency", "--service", "payments"];
    let done = add(&machine, &[&slo[..], &["--exclude", "--reason", "drill", "--as", "alice"]].concat());
    let id = id(&done);
    let event = &log(&machine)[0];
    for (field, want) in [
        ("v", json!(1)),
        ("seq", json!(1)),
        ("id", json!(id)),
        ("actor", json!("alice")),
        ("actor_src", json!("flag")),
        ("kind", json!("maint.added")),
        (
            "data",
            json!({ "from": FROM, "to": UNTIL, "text": "failover", "services": ["payments"], "estimate": null,
                    "slos": ["checkout/availability", "checkout/latency"], "excluded": true, "reason": "drill" }),
        ),
    ] {
        assert_eq!(event[field], want, "{field}");
    }
    let want = json!({
        "id": id, "title": "failover", "state": "upcoming", "from": FROM, "until": UNTIL, "started": null,
        "repeat": null, "next": { "from": FROM, "until": UNTIL },
        "ended": null, "services": ["payments"], "slos": ["checkout/availability", "checkout/latency"],
        "exclude": true, "reason": "drill", "estimate": null, "author": "alice",
    });
    let at = "2031-03-04T01:59:59Z";
    assert_eq!(list(&machine, at), json!({ "version": 1, "at": at, "maintenance": [want] }));
    for (at, state) in [(FROM, "running"), ("2031-03-04T04:29:59Z", "running"), (UNTIL, "over")] {
        assert_eq!(list(&machine, at)["maintenance"][0]["state"], state, "{at}");
    }
    assert_eq!(list(&machine, "2020-01-01T00:00:00Z")["maintenance"], json!([]), "nothing was known then");
    let text = demo(&machine, &["list", "--at", FROM]).out;
    let about = "(checkout/availability, checkout/latency, payments, excluded)";
    assert_eq!(text, format!("{id}  running     Tue 4 Mar 02:00 UTC for 2h 30m  failover {about}\n"));
}

#[test]
fn a_window_ends_once_at_the_instant_that_is_said() {
    let machine = Machine::new();
    let first = add(&machine, &[]);
    let id = id(&first);
    let ended =
        demo(&machine, &["end", &id[..20].to_lowercase(), "--at", "2031-03-04T03:00:00Z", "--as", "bob"]);
    assert_eq!((ended.code, ended.out.as_str(), ended.err.as_str()), (0, "", ""));
    let event = &log(&machine)[1];
    assert_eq!(
        (&event["kind"], &event["ref"], &event["actor"]),
        (&json!("maint.ended"), &json!(id), &json!("bob"))
    );
    assert_eq!((&event["at"], &event["data"]), (&json!("2031-03-04T03:00:00Z"), &json!({})));
    let shown = list(&machine, FROM);
    assert_eq!(shown["maintenance"][0]["ended"], "2031-03-04T03:00:00Z");
    let again = demo(&machine, &["end", id]);
    assert_eq!((again.code, again.out.as_str()), (1, ""));
    assert!(again.err.contains("has ended at 2031-03-04T03:00:00Z already"), "{again:?}");
    let other = add(&machine, &[]);
    assert_eq!(demo(&machine, &["end", other.out.trim()]).code, 0);
    assert_eq!(list(&machine, FROM)["maintenance"][1]["state"], "called off");
}

/// 30 March 2031, when the clocks of Zurich go forward, is a Sunday, and so is the 23rd.
#[test]
fn a_window_that_comes_back_is_listed_with_its_next_occurrence_until_it_is_ended() {
    let machine = Machine::new();
    let again = ["--repeat", "FREQ=WEEKLY;BYDAY=SU", "--zone", "Europe/Zurich"];
    // The 19th is a Wednesday.
    let rest =
        ["--from", "2031-03-19T04:00", "--until", "2031-03-19T06:00", "--title", "patch", "--as", "alice"];
    let added =
        demo(&machine, &[&["add"], &again[..], &rest, &["--service", "checkout", "--exclude"]].concat());
    let id = id(&added);
    let data = &log(&machine)[0]["data"];
    assert_eq!(
        (&data["from"], &data["to"]),
        (&json!("2031-03-23T03:00:00Z"), &json!("2031-03-23T05:00:00Z"))
    );
    let want = json!({ "rule": "FREQ=WEEKLY;BYDAY=SU", "zone": "Europe/Zurich", "civil": true });
    assert_eq!(data["repeat"], want);
    let next = |at: &str| {
        let window = list(&machine, at)["maintenance"][0].take();
        assert_eq!(window["repeat"], json!({ "rule": "FREQ=WEEKLY;BYDAY=SU", "zone": "Europe/Zurich" }));
        format!("{} {} {}", window["state"], window["next"]["from"], window["next"]["until"]).replace('"', "")
    };
    assert_eq!(next("2031-03-23T04:59:59Z"), "running 2031-03-23T03:00:00Z 2031-03-23T05:00:00Z");
    assert_eq!(next("2031-03-23T05:00:00Z"), "upcoming 2031-03-30T02:00:00Z 2031-03-30T04:00:00Z");
    let line = |at: &str| demo(&machine, &["list", "--at", at]).out;
    let about = "patch (checkout, FREQ=WEEKLY;BYDAY=SU in Europe/Zurich, excluded)";
    assert_eq!(
        line("2031-03-24T00:00:00Z"),
        format!("{id}  upcoming    Sun 30 Mar 02:00 UTC for 2h  {about}\n")
    );
    let ended = demo(&machine, &["end", id, "--at", "2031-03-30T03:00:00Z"]);
    assert_eq!((ended.code, ended.err.as_str()), (0, ""), "{ended:?}");
    assert_eq!(next("2031-03-30T02:30:00Z"), "running 2031-03-30T02:00:00Z 2031-03-30T03:00:00Z");
    assert_eq!(next("2031-03-30T03:00:00Z"), "over null null");
    assert_eq!(
        line("2031-05-01T00:00:00Z"),
        format!("{id}  over        Sun 30 Mar 02:00 UTC for 1h  {about}\n"),
        "the last one"
    );
    let twice = demo(&machine, &["end", id]);
    assert!(twice.code == 1 && twice.err.contains("has ended at 2031-03-30T03:00:00Z already"), "{twice:?}");
}

#[test]
fn times_without_an_offset_are_of_the_zone_and_a_length_is_as_good_as_an_end() {
    let machine = Machine::new();
    let local = ["--from", "2031-07-01T02:00", "--for", "90m", "--zone", "Europe/Zurich", "--title", "t"];
    id(&demo(&machine, &[&["add"], &local[..]].concat()));
    let event = &log(&machine)[0];
    assert_eq!(
        (&event["data"]["from"], &event["data"]["to"], &event["data"]["repeat"]),
        (&json!("2031-07-01T00:00:00Z"), &json!("2031-07-01T01:30:00Z"), &Value::Null)
    );
}

#[test]
fn who_writes_is_the_nearest_word() {
    let machine = Machine::new();
    let config = machine.write(
        "own.toml",
        "user = \"eve\"\n[[backend]]\nname = \"main\"\ntype = \"prometheus\"\nurl = \"http://127.0.0.1:9\"\n",
    );
    let args = ["maintenance", "add", "--from", "now", "--until", "+1h", "--title", "t", "--config", &config];
    let write = |more: &[&str], variables: &[(&str, &str)]| {
        let mut command = machine.command(&[&args[..], &["--state-dir", "state"], more].concat());
        command.envs(variables.iter().copied());
        assert_eq!(done(command).code, 0);
        let event = log(&machine).pop().unwrap();
        format!("{} {}", event["actor_src"].as_str().unwrap(), event["actor"].as_str().unwrap())
    };
    assert_eq!(write(&["--as", "alice"], &[("BURNWATCH_USER", "bob")]), "flag alice");
    assert_eq!(write(&[], &[("BURNWATCH_USER", "bob"), ("USER", "carol")]), "env bob");
    assert_eq!(write(&[], &[("USER", "carol")]), "config eve");
    assert_eq!(log(&machine).len(), 3);
}

#[test]
fn what_makes_no_sense_is_4_and_writes_nothing() {
    let machine = Machine::new();
    let known = ["add", "--title", "t"];
    for (args, words) in [
        (&["--from", UNTIL, "--until", FROM][..], "not after its start"),
        (&["--from", FROM, "--until", FROM], "not after its start"),
        (&["--from", FROM, "--until", "soon"], "`soon` is not an instant"),
        (&["--from", FROM, "--until", UNTIL, "--slo", "chekout/latency"], "perhaps `checkout/latency`?"),
        (&["--from", FROM, "--until", UNTIL, "--service", "paymnets"], "perhaps `payments`?"),
        (&["--from", FROM, "--until", UNTIL, "--exclude"], "--slo or --service"),
        (&["--from", FROM, "--until", UNTIL, "--read-only"], "--read-only"),
        (&["--from", FROM], "--until"),
        (&["--from", FROM, "--until", UNTIL, "--for", "2h"], "cannot be used with"),
        (&["--from", FROM, "--for", "soon"], "--for: "),
        (&["--from", FROM, "--for", "2h", "--zone", "Mars/Base"], "Mars/Base"),
        (&["--from", FROM, "--for", "2h", "--repeat", "sometimes"], "`sometimes` does not say how often"),
        (&["--from", FROM, "--for", "2h", "--repeat", "FREQ=WEEKLY;BYHOUR=3"], "`BYHOUR` is not known"),
        (&["--from", FROM, "--for", "400d", "--repeat", "monthly"], "366d at most"),
        (&["--from", FROM, "--for", "2h", "--repeat", "FREQ=DAILY;UNTIL=20300101"], "no occurrence"),
        // The clocks of Zurich jump over this hour.
        (
            &["--from", "2031-03-30T02:30", "--for", "2h", "--repeat", "daily", "--zone", "Europe/Zurich"],
            "2031-03-30 02:30:00 does not exist in Europe/Zurich",
        ),
    ] {
        let refused = demo(&machine, &[&known[..], args].concat());
        assert_eq!((refused.code, refused.out.as_str()), (4, ""), "{args:?}: {refused:?}");
        assert!(refused.err.contains(words), "{args:?}: no {words:?} in {}", refused.err);
    }
    let empty = demo(&machine, &["add", "--from", FROM, "--until", UNTIL, "--title", " "]);
    assert!(empty.code == 4 && empty.err.contains("the title is empty"), "{empty:?}");
    let unknown = demo(&machine, &["end", "01ABC"]);
    assert!(unknown.code == 4 && unknown.err.contains("there is no maintenance `01ABC`"), "{unknown:?}");
    let locked = demo(&machine, &["end", "01ABC", "--read-only"]);
    assert!(locked.code == 4 && locked.err.contains("--read-only"), "{locked:?}");
    assert!(!machine.path("state").exists());
}

#[test]
fn an_ambiguous_id_names_no_window() {
    let machine = Machine::new();
    for _ in 0..2 {
        id(&add(&machine, &[]));
    }
    let refused = demo(&machine, &["end", "0"]);
    assert!(refused.code == 4 && refused.err.contains("2 maintenance windows begin with `0`"), "{refused:?}");
    let one = Machine::new();
    id(&add(&one, &[]));
    let unset = demo(&one, &["end", ""]);
    assert!(unset.code == 4 && unset.err.contains("there is no maintenance ``"), "{unset:?}");
    assert_eq!((log(&machine).len(), log(&one).len()), (2, 1));
}

#[test]
fn the_demo_keeps_its_log_in_memory() {
    let refused = run(&["maintenance", "add", "--demo", "--from", FROM, "--until", UNTIL, "--title", "t"]);
    assert!(refused.code == 4 && refused.err.contains("--state-dir"), "{refused:?}");
    let listed = run(&["maintenance", "list", "--demo", "--json", "--at", "2026-02-17T10:00:00Z"]);
    let document: Value = serde_json::from_str(&listed.out).unwrap();
    assert_eq!(document["maintenance"][0]["state"], "upcoming");
}

#[test]
fn processes_that_write_together_lose_nothing() {
    let machine = Machine::new();
    let start = |number: usize| {
        let title = format!("writer {number}");
        let mut command = std::process::Command::new(PROGRAM);
        command.args(["maintenance", "add", "--demo", "--from", FROM, "--until", UNTIL, "--title", &title]);
        command.arg("--state-dir").arg(machine.path("state")).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap()
    };
    let writers: Vec<_> = (0..12).map(start).collect();
    for writer in writers {
        let output = writer.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let events = log(&machine);
    let seqs: Vec<_> = events.iter().map(|event| event["seq"].as_u64().unwrap()).collect();
    assert_eq!(seqs, (1..=12).collect::<Vec<_>>());
    let titles: std::collections::BTreeSet<_> =
        events.iter().map(|event| event["data"]["text"].to_string()).collect();
    assert_eq!(titles.len(), 12);
}

#[test]
fn a_torn_line_is_told_once_and_moved() {
    let machine = Machine::new();
    machine.write("state/events.jsonl", "{\"v\":1,\"se");
    let done = add(&machine, &[]);
    assert_eq!(done.code, 0);
    assert!(done.err.contains("notice: the torn last line of the log (10 bytes) was moved to "), "{done:?}");
    id(&add(&machine, &[]));
    assert_eq!(log(&machine).len(), 2);
}

/// The limit on the size of files stands in for a full disk: writing stops in the middle of the line.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_loses_nothing_and_is_said() {
    let machine = Machine::new();
    id(&add(&machine, &[]));
    let path = machine.path("state/events.jsonl");
    let before = std::fs::read(&path).unwrap();
    assert!(before.len() < 512, "one line fits, and a part of another: {}", before.len());
    // A shell counts in 512 or in 1024 bytes.
    let title = "t".repeat(900);
    let script = format!(
        "trap '' XFSZ; ulimit -f 1; exec {PROGRAM} maintenance add --demo --state-dir state \
         --from {FROM} --until {UNTIL} --title {title}"
    );
    let mut command = assert_cmd::Command::new("sh");
    command.current_dir(machine.home.path()).args(["-c", &script]);
    let full = done(command);
    assert_eq!((full.code, full.out.as_str()), (1, ""), "{full:?}");
    assert!(full.err.contains("cannot write to state/events.jsonl: File too large"), "{full:?}");
    assert_eq!(std::fs::read(&path).unwrap(), before);
    id(&add(&machine, &[]));
    assert_eq!(log(&machine).len(), 2);
}

#[test]
fn a_state_folder_that_is_none_is_said() {
    let machine = Machine::new();
    machine.write("state", "a file");
    let refused = add(&machine, &[]);
    assert_eq!((refused.code, refused.out.as_str()), (1, ""));
    assert!(refused.err.contains("cannot write to the state directory state:"), "{refused:?}");
}
