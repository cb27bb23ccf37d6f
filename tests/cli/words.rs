//! Exit codes, help, completions, the manual page, and streams.

use std::process::{Command, Stdio};

use crate::kit::{Machine, config, done, run};
use crate::program::{AT, PROGRAM};

#[test]
fn every_command_has_its_exit_code() {
    for (args, code) in [
        (&["--help"][..], 0),
        (&["--version"], 0),
        (&["status", "--help"], 0),
        (&["init"], 0),
        (&["themes"], 0),
        (&["man"], 0),
        (&["completions", "bash"], 0),
        (&["check", "--demo"], 0),
        (&["check", "--online", "--demo"], 0),
        (&["check", "--online", "--demo", "--scenario", "blackout"], 1),
        (&["oncall", "--demo"], 0),
        (&["oncall", "--demo", "--json"], 0),
        (&["maintenance", "list", "--demo"], 0),
        (&["show", "overview", "--demo"], 0),
        (&["rules", "--demo"], 0),
        (&["rules", "--demo", "--style", "sloth", "--json"], 0),
        (&["rules", "--demo", "--style", "pyrra"], 1),
        (&["can-ship", "payments", "--demo", "--at", AT], 2),
        (&["can-ship", "search", "--demo", "--at", AT], 0),
        (&["status", "--demo", "--at", AT], 2),
        (&["status", "--demo", "--at", AT, "checkout/availability"], 2),
        (&["status", "--demo", "--at", AT, "search/availability"], 0),
        (&["status", "--demo", "--at", AT, "payments/errors"], 1),
        (&["status", "--scenario", "blackout", "--at", AT, "search/availability"], 3),
    ] {
        let done = run(args);
        assert_eq!(done.code, code, "{args:?}: {done:?}");
        assert!(code == 1 || code == 4 || done.err.is_empty(), "{args:?}: {}", done.err);
    }
}

#[test]
fn usage_errors_are_4_and_go_to_standard_error() {
    for (args, words) in [
        (&["frobnicate"][..], "frobnicate"),
        (&["status", "--frobnicate"], "--frobnicate"),
        (&["status", "--oneline", "--json"], "--json"),
        (&["show"], "<SCREEN>"),
        (&["show", "overveiw", "--demo"], "`overview`?"),
        (&["show", "overview", "--demo", "--size", "0x0"], "80x24"),
        (&["show", "overview", "--demo", "--format", "png"], "svg"),
        (&["show", "slo", "--demo", "--select", "no/such"], "`no/such`"),
        (&["status", "--demo", "--at", "yesterday"], "-2h"),
        (&["status", "--demo", "--timeout", "soon"], "soon"),
        (&["status", "--demo", "--color", "pink"], "truecolor"),
        (&["status", "--demo", "payment/errors"], "perhaps `payments/errors`"),
        (&["status", "--scenario", "flood"], "outage"),
        (&["status", "--demo", "--prometheus", "http://127.0.0.1:9"], "cannot be used"),
        (&["oncall", "--demo", "--schedule", "nobody"], "payments, platform"),
        (&["completions", "tcsh"], "fish"),
        (&["rules", "--demo", "payment/errors"], "perhaps `payments/errors`"),
        (&["rules", "--demo", "--style", "grafana"], "burnwatch, sloth, pyrra"),
        (&["rules", "--demo", "--read-only", "--out", "rules.yaml"], "--read-only"),
        (&["--demo", "show", "overview", "--theme", "nigt"], "did you mean \"night\""),
        (&["status", "--prometheus", "localhost:9090"], "scheme"),
    ] {
        let done = run(args);
        assert_eq!((done.code, done.out.as_str()), (4, ""), "{args:?}: {done:?}");
        assert!(done.err.contains(words), "{args:?}: no {words:?} in {}", done.err);
    }
}

#[test]
fn the_dashboard_needs_a_terminal_and_says_what_does_not() {
    for args in [&[][..], &["demo"]] {
        let done = run(args);
        assert_eq!((done.code, done.out.as_str()), (4, ""), "{done:?}");
        assert!(
            done.err.contains("needs a terminal") && done.err.contains("burnwatch status"),
            "{}",
            done.err
        );
        assert_eq!(done.err.lines().count(), 1);
    }
}

#[test]
fn flags_may_stand_before_or_after_the_command() {
    let after = run(&["status", "--demo", "--at", AT, "--scenario", "calm"]);
    for args in [
        ["--demo", "--at", AT, "--scenario", "calm", "status"],
        ["--at", AT, "status", "--scenario", "calm", "--demo"],
    ] {
        let before = run(&args);
        assert_eq!((before.code, before.out), (after.code, after.out.clone()), "{args:?}");
    }
}

#[test]
fn a_variable_is_as_good_as_a_flag() {
    let machine = Machine::new();
    let flag = machine.run(&["status", "--scenario", "calm", "--at", AT]);
    let mut command = machine.command(&["status"]);
    command.env("BURNWATCH_SCENARIO", "calm").env("BURNWATCH_AT", AT);
    assert_eq!(crate::kit::done(command).out, flag.out);
    let file = machine.write("own.toml", &config("http://127.0.0.1:9"));
    let mut command = machine.command(&["check"]);
    command.env("BURNWATCH_CONFIG", &file);
    let done = crate::kit::done(command);
    assert!(done.out.starts_with(&file), "{done:?}");
}

#[test]
fn the_help_is_as_it_was_agreed() {
    insta::assert_snapshot!("help", run(&["--help"]).out);
    insta::assert_snapshot!("help-status", run(&["status", "--help"]).out);
    insta::assert_snapshot!("help-maintenance-add", run(&["maintenance", "add", "--help"]).out);
    insta::assert_snapshot!("help-can-ship", run(&["can-ship", "--help"]).out);
    insta::assert_snapshot!("help-show", run(&["show", "--help"]).out);
    insta::assert_snapshot!("help-rules", run(&["rules", "--help"]).out);
}

#[test]
fn completions_know_the_commands_in_every_shell() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let done = run(&["completions", shell]);
        assert_eq!(done.code, 0);
        for word in ["oncall", "completions", "scenario"] {
            assert!(done.out.contains(word), "{shell} does not know {word}");
        }
    }
}

#[test]
fn the_manual_page_is_one() {
    let done = run(&["man"]);
    for part in [".TH burnwatch 1", ".SH NAME", ".SH OPTIONS", "Exit codes"] {
        assert!(done.out.contains(part), "no {part}");
    }
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    for args in [&["man"][..], &["show", "overview", "--demo", "--size", "1000x500"], &["completions", "zsh"]]
    {
        let home = tempfile::tempdir().unwrap();
        let mut child = Command::new(PROGRAM)
            .args(args)
            .env("HOME", home.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{args:?}");
        assert_eq!(output.status.code(), Some(0), "{args:?}");
    }
}

/// As most people set them in a shell.
#[test]
fn flags_of_the_environment_take_one_and_nothing() {
    let machine = Machine::new();
    let with = |value: &str| {
        let mut command = machine.command(&["show", "overview", "--demo", "--at", AT]);
        command.env("BURNWATCH_ASCII", value);
        done(command)
    };
    for (value, ascii) in
        [("1", true), ("true", true), ("yes", true), ("0", false), ("false", false), ("", false)]
    {
        let shown = with(value);
        assert_eq!((shown.code, shown.out.is_ascii()), (0, ascii), "{value:?}: {}", shown.err);
    }
}
