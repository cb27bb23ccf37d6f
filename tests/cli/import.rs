//! Files of other tools: `import`, and a catalogue in which some are broken.

use serde_json::Value;

use crate::kit::{Done, Machine, done};

const GOOD: &str = r#"
apiVersion: pyrra.dev/v1alpha1
kind: ServiceLevelObjective
metadata: { name: NAME }
spec:
  target: "99"
  window: 4w
  indicator:
    ratio:
      errors: { metric: 'http_requests_total{job="shop",code=~"5.."}' }
      total: { metric: 'http_requests_total{job="shop"}' }
"#;

fn good(name: &str) -> String {
    GOOD.replace("NAME", name)
}

fn broken(name: &str) -> String {
    good(name).replace("\"99\"", "\"199\"")
}

/// Ten to the tenth texts in a few lines.
fn bomb() -> String {
    let step =
        |depth: i32| format!("a{depth}: &a{depth} [{}]\n", vec![format!("*a{}", depth - 1); 10].join(", "));
    "a0: &a0 boom\n".to_owned() + &(1..=10).map(step).collect::<String>() + &good("bomb")
}

/// A machine with these files under `slo/`, and a configuration that takes all of them.
fn machine(files: &[(&str, &str)]) -> Machine {
    let machine = Machine::new();
    for (name, text) in files {
        machine.write(&format!("slo/{name}"), text);
    }
    machine.write("own.toml", OWN);
    machine
}

const OWN: &str = "catalogue = [\"slo/\"]\nallow = [\"missing-runbook\"]\n\n\
    [[backend]]\nname = \"main\"\ntype = \"prometheus\"\nurl = \"http://127.0.0.1:9\"\n";

fn check(machine: &Machine) -> Done {
    machine.run(&["check", "--short", "--config", "own.toml"])
}

/// Names of the SLOs that `status` counts.
fn counted(machine: &Machine) -> (i32, Vec<String>) {
    let done = machine.run(&["status", "--json", "--config", "own.toml", "--timeout", "2s"]);
    let json: Value = serde_json::from_str(&done.out).unwrap_or_else(|error| panic!("{error}: {done:?}"));
    let slos = json["slos"].as_array().unwrap().iter();
    (done.code, slos.map(|slo| slo["name"].as_str().unwrap().to_owned()).collect())
}

fn imported(done: &Done) -> Vec<&str> {
    let names = done.out.lines().filter_map(|line| line.strip_prefix("name = "));
    names.map(|name| name.trim_matches('"')).collect()
}

#[test]
fn good_ones_come_out_beside_broken_ones() {
    let machine = machine(&[("a.yaml", &good("one")), ("b.yaml", &broken("two")), ("c.yml", "a: [\n")]);
    let done = machine.run(&["import", "--short", "slo/a.yaml", "slo/b.yaml", "slo/c.yml"]);
    assert_eq!((done.code, imported(&done)), (1, vec!["one"]), "{done:?}");
    let lines: Vec<_> = done.err.lines().collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[0].contains("slo/b.yaml:6:11: ") && lines[1].contains("slo/c.yml:"), "{lines:?}");
    let alone = machine.run(&["import", "slo/a.yaml"]);
    assert_eq!((alone.code, alone.err.as_str()), (0, ""), "{alone:?}");
}

#[test]
fn a_broken_file_is_an_error_of_check_and_the_others_are_counted() {
    let machine =
        machine(&[("a.yaml", &good("one")), ("b.yaml", &broken("two")), ("deep/c.yaml", &good("three"))]);
    let done = check(&machine);
    assert_eq!(done.code, 1, "{done:?}");
    assert!(done.out.contains("2 SLOs") && done.out.contains("1 error,"), "{done:?}");
    assert_eq!(done.err.lines().count(), 1, "{done:?}");
    assert!(done.err.contains("slo/b.yaml:6:11: "), "{done:?}");
    // The exit is that of a backend that is not there, and not 4.
    assert_eq!(counted(&machine), (3, vec!["one".to_owned(), "three".to_owned()]));
    let told = machine.run(&["status", "--config", "own.toml", "--timeout", "2s"]);
    assert_eq!(told.code, 3);
    assert!(told.err.contains("slo/b.yaml:6"), "{told:?}");
}

#[test]
fn a_folder_is_read_with_all_below_it() {
    let machine =
        machine(&[("a.yaml", &good("one")), ("deep/er/b.yml", &good("two")), ("deep/notes.txt", "a: [")]);
    let done = machine.run(&["import", "slo"]);
    assert_eq!((done.code, imported(&done), done.err.as_str()), (0, vec!["one", "two"], ""), "{done:?}");
}

#[test]
fn a_pattern_that_finds_nothing_is_told() {
    let machine = machine(&[("a.yaml", &good("one"))]);
    for pattern in ["nowhere/*.yaml", "missing.yaml", "deep/", "[", "slo/**a"] {
        let done = machine.run(&["import", pattern]);
        assert_eq!((done.code, done.out.as_str()), (1, ""), "{done:?}");
        assert!(done.err.contains(pattern), "{done:?}");
    }
    let beside = machine.run(&["import", "nowhere/*.yaml", "slo"]);
    assert_eq!((beside.code, imported(&beside)), (1, vec!["one"]), "{beside:?}");
}

#[test]
fn names_from_files_move_no_cursor() {
    let hostile = good("\"\\e[2J\\u202Eone\\x9b31m\"").replace("job=\"shop\"", "job=\"\u{202e}sh''op\\n\"");
    let machine = machine(&[("a.yaml", &hostile), ("b\u{1b}[2J.yaml", &broken("\"t\\ewo\""))]);
    let done = machine.run(&["import", "slo"]);
    assert_eq!(done.code, 1, "{done:?}");
    let checked = check(&machine);
    let stated = machine.run(&["status", "--config", "own.toml", "--timeout", "2s"]);
    for text in [&done.out, &done.err, &checked.out, &checked.err, &stated.out, &stated.err] {
        let odd = |c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c);
        assert!(!text.contains(odd), "{text:?}");
    }
    assert_eq!(done.out.matches("[[slo]]").count(), 1, "{}", done.out);
    // It can be pasted, and means what it meant.
    let pasted = OWN.replace("catalogue = [\"slo/\"]\n", "") + &done.out;
    machine.write("pasted.toml", &pasted);
    let pasted = machine.run(&["rules", "--json", "--config", "pasted.toml"]);
    let json: Value = serde_json::from_str(&pasted.out).unwrap_or_else(|error| panic!("{error}: {pasted:?}"));
    let expr = json["groups"][0]["rules"][0]["expr"].as_str().unwrap();
    assert!(expr.contains("job=\"\u{202e}sh'op\\n\""), "{expr}");
}

#[test]
fn files_that_are_no_catalogue_cost_only_themselves() {
    let machine = machine(&[("a.yaml", &good("one")), ("bomb.yaml", &bomb())]);
    let large = std::fs::File::create(machine.path("slo/large.yaml")).unwrap();
    large.set_len(50 * 1024 * 1024).unwrap();
    std::fs::write(machine.path("slo/latin.yaml"), b"a: \xe9\n").unwrap();
    std::fs::write(machine.path("slo/zero.json"), "").unwrap();
    let done = machine.run(&["import", "--short", "slo"]);
    assert_eq!((done.code, imported(&done)), (1, vec!["one"]), "{done:?}");
    for (file, words) in [("bomb", "alias"), ("large", "50 MiB is too large"), ("latin", "not UTF-8")] {
        let line = done.err.lines().find(|line| line.contains(&format!("slo/{file}.yaml:")));
        assert!(line.is_some_and(|line| line.contains(words)), "{file}: {}", done.err);
    }
    assert_eq!(check(&machine).code, 1);
    assert_eq!(counted(&machine).1, ["one"]);
}

#[cfg(unix)]
#[test]
fn pipes_and_circles_hang_nothing() {
    use std::os::unix::fs::symlink;
    use std::time::Duration;
    let machine = machine(&[("a.yaml", &good("one")), ("deep/b.yaml", &good("two"))]);
    symlink(machine.path("slo"), machine.path("slo/deep/again")).unwrap();
    symlink("self.yaml", machine.path("slo/self.yaml")).unwrap();
    symlink(".", machine.path("slo/deep/once-more")).unwrap();
    symlink("/dev/zero", machine.path("slo/zero.yaml")).unwrap();
    symlink("nowhere", machine.path("slo/gone.yaml")).unwrap();
    let made = std::process::Command::new("mkfifo").arg(machine.path("slo/pipe.yaml")).status().unwrap();
    assert!(made.success());
    for (args, errors) in [
        (&["import", "--short", "slo"][..], 4),
        (&["import", "--short", "slo/*.yaml", "slo/deep"], 6),
        (&["import", "--short", "slo/pipe.yaml", "slo/a.yaml", "slo/deep/b.yaml"], 1),
        (&["check", "--short", "--config", "own.toml"], 4),
    ] {
        let mut command = machine.command(args);
        command.timeout(Duration::from_secs(30));
        let done = done(command);
        assert_eq!((done.code, done.err.lines().count()), (1, errors), "{args:?}: {done:?}");
        assert!(done.err.contains("slo/pipe.yaml:1:1: this is a device or a pipe"), "{done:?}");
        if args[0] == "import" {
            assert_eq!(imported(&done), ["one", "two"], "{args:?}: {done:?}");
        } else {
            assert!(done.out.contains("2 SLOs"), "{done:?}");
        }
    }
    // A file that cannot be opened has no lines to show, but a name.
    let shown = machine.run(&["import", "slo/pipe.yaml", "slo/a.yaml"]);
    assert!(shown.err.contains("slo/pipe.yaml"), "{shown:?}");
}
