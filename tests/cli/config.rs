//! Configurations that are wrong, and files that are not there.

use crate::kit::{Done, Machine, NOWHERE, backend, config};

/// The configuration with one passage changed, checked.
fn changed(from: &str, to: &str, args: &[&str]) -> Done {
    let machine = Machine::new();
    let text = config(NOWHERE);
    assert!(text.contains(from), "nothing to change");
    machine.run_with(&text.replace(from, to), args)
}

#[test]
fn mistakes_have_a_place_and_a_hint_on_every_command() {
    for (from, to, words, place) in [
        ("refresh", "refesh", "did you mean `refresh`?", "1:1"),
        ("\"99.9%\"", "\"120%\"", "not between 0 and 100", "11:10"),
        ("\"99.9%\"", "20", "ambiguous", "11:10"),
        ("\"30d\"", "\"30 fortnights\"", "30 fortnights", "12:10"),
        ("\"prometheus\"", "\"promteheus\"", "prometheus", "5:8"),
        ("kind = \"events\"", "kind = \"evnts\"", "events", "13:"),
        ("refresh = \"15s\"", "refresh = \"15s", "string", "1:"),
    ] {
        for args in
            [&["status"][..], &["show", "overview"], &["oncall"], &["check"], &["check", "--short"], &[]]
        {
            if (args == ["oncall"] || args.is_empty()) && to.contains("promteheus") {
                // Who is on call does not depend on backends; the dashboard misses its terminal first.
                continue;
            }
            let done = changed(from, to, args);
            let code = if args.first() == Some(&"check") { 1 } else { 4 };
            assert_eq!(done.code, code, "{to} {args:?}: {done:?}");
            assert!(done.err.contains(words), "{to} {args:?}: {}", done.err);
            assert!(done.err.contains(&format!("burnwatch.toml:{place}")), "{to} {args:?}: {}", done.err);
        }
    }
}

#[test]
fn short_is_one_line_a_problem() {
    let done = changed("refresh", "refesh", &["check", "--short"]);
    assert_eq!(done.err.lines().count(), 1, "{}", done.err);
    let two = changed("window = \"30d\"", "windw = \"30d\"", &["check", "--short"]);
    assert_eq!(two.err.lines().count(), 2, "unknown and missing: {}", two.err);
}

#[test]
fn an_unknown_theme_in_the_configuration_is_named() {
    let done = changed("refresh = \"15s\"", "theme = \"nigt\"", &["show", "overview"]);
    assert_eq!(done.code, 4);
    assert!(done.err.contains("did you mean \"night\""), "{}", done.err);
    let checked = changed("refresh = \"15s\"", "theme = \"nigt\"", &["check"]);
    assert_eq!(checked.code, 1, "{checked:?}");
    assert!(checked.err.contains("nigt") && checked.err.contains("burnwatch.toml:1:"), "{}", checked.err);
}

#[test]
fn a_named_file_must_be_there() {
    let machine = Machine::new();
    for args in [&["status"][..], &["check"], &["oncall"], &["show", "help"], &[]] {
        let done = machine.run(&[&["--config", "missing.toml"], args].concat());
        assert_eq!((done.code, done.out.as_str()), (4, ""), "{args:?}: {done:?}");
        assert!(done.err.contains("missing.toml") && done.err.contains("no such file"), "{}", done.err);
        assert!(done.err.contains("burnwatch init"), "{}", done.err);
    }
}

#[test]
fn files_that_cannot_be_read_are_told_apart() {
    let machine = Machine::new();
    std::fs::create_dir(machine.path("folder.toml")).unwrap();
    std::fs::write(machine.path("latin.toml"), b"theme = \"caf\xe9\"\n").unwrap();
    for (file, words) in [("folder.toml", "folder"), ("latin.toml", "UTF-8")] {
        let done = machine.run(&["status", "--config", file]);
        assert_eq!(done.code, 4, "{done:?}");
        assert!(done.err.contains(words) && done.err.contains(file), "{}", done.err);
    }
}

/// Whoever may read everything is not kept out by a mode.
#[cfg(unix)]
#[test]
fn a_file_without_permission_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let machine = Machine::new();
    let file = machine.write("secret.toml", &config(NOWHERE));
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o000)).unwrap();
    let readable = std::fs::read(&file).is_ok();
    let done = machine.run(&["check", "--config", &file]);
    if readable {
        assert_eq!(done.code, 0, "{done:?}");
    } else {
        assert_eq!(done.code, 4, "{done:?}");
        assert!(done.err.contains("secret.toml"), "{}", done.err);
    }
}

#[test]
fn what_init_prints_passes_check() {
    let machine = Machine::new();
    let starter = machine.run(&["init"]).out;
    let file = machine.write("start.toml", &starter);
    let done = machine.run(&["check", "--config", &file]);
    assert_eq!((done.code, done.err.as_str()), (0, ""), "{done:?}");
    assert!(done.out.contains("0 errors, 0 warnings"), "{}", done.out);
    let comments = starter.lines().filter(|line| line.trim_start().starts_with('#')).count();
    assert!(comments > 10, "it is commented");
    let place = ".config/burnwatch/burnwatch.toml";
    machine.write(place, &starter);
    let found = machine.run(&["check"]);
    assert!(found.out.contains(place), "the user's file is found by itself: {found:?}");
}

const DOUBTFUL: &str = r#"
[[service]]
name = "shop"
preset = "http"
selector = 'service="shop"'

[[slo]]
service = "shop"
name = "availability"
target = "99.9%"
window = "30d"
sli = { kind = "events", bad = 'irate(errors_total[{{.window}}])', total = 'requests_total' }
"#;

fn doubts(text: &str) -> Done {
    let machine = Machine::new();
    machine.run_with(&format!("{text}{}", backend(NOWHERE)), &["check"])
}

#[test]
fn doubts_are_warnings_with_code_place_reason_and_suggestion() {
    let done = doubts(DOUBTFUL);
    assert_eq!(done.code, 0, "{done:?}");
    for words in [
        "warning[BW085]: no runbook",
        "warning[BW067]: `irate` looks at the last two samples only",
        "burnwatch.toml:12:33",
        "use `rate`, or `increase` to count",
    ] {
        assert!(done.err.contains(words), "{words}: {}", done.err);
    }
}

#[test]
fn a_doubt_can_be_allowed_everywhere_or_for_one_slo() {
    let everywhere = doubts(&format!("allow = [\"BW067\", \"missing-runbook\"]\n{DOUBTFUL}"));
    assert!(!everywhere.err.contains("BW067") && !everywhere.err.contains("BW085"), "{everywhere:?}");
    let one = doubts(&DOUBTFUL.replace("window = \"30d\"", "window = \"30d\"\nallow = [\"irate\"]"));
    assert!(!one.err.contains("BW067") && one.err.contains("BW085"), "{one:?}");
    let unknown = doubts(&format!("allow = [\"BW001\"]\n{DOUBTFUL}"));
    assert_eq!(unknown.code, 1, "errors cannot be allowed");
    assert!(
        unknown.err.contains("BW026") && unknown.err.contains("is not the code of a warning"),
        "{unknown:?}"
    );
}
