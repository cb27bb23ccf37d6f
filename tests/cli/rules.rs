//! `rules`: what is written where, and what is said of the rest.

use serde_json::Value;

use crate::kit::{Machine, config, run};

/// Names of the groups and of what is recorded and alerted in them.
fn names(json: &Value) -> Vec<String> {
    let groups = json["groups"].as_array().unwrap();
    let rules = groups.iter().flat_map(|group| group["rules"].as_array().unwrap());
    let named = rules.map(|rule| rule["record"].as_str().or(rule["alert"].as_str()).unwrap());
    groups.iter().map(|group| group["name"].as_str().unwrap()).chain(named).map(str::to_owned).collect()
}

#[test]
fn yaml_and_json_hold_the_same() {
    for style in ["burnwatch", "sloth", "pyrra"] {
        let machine = Machine::new();
        let file = machine.write("own.toml", &config("http://127.0.0.1:9"));
        let yaml = machine.run(&["rules", "--config", &file, "--style", style]);
        let json = machine.run(&["rules", "--config", &file, "--style", style, "--json"]);
        assert_eq!((yaml.code, json.code, yaml.err.as_str()), (0, 0, ""), "{yaml:?}");
        let names = names(&serde_json::from_str(&json.out).unwrap());
        assert!(names.len() > 10, "{names:?}");
        let named = yaml.out.lines().filter(|line| {
            let line = line.trim_start_matches([' ', '-']);
            ["name: ", "record: ", "alert: "].iter().any(|key| line.starts_with(key))
        });
        assert_eq!(named.count(), names.len());
        assert!(names.iter().all(|name| yaml.out.contains(name.as_str())), "{names:?}");
    }
}

#[test]
fn only_those_asked_for_are_written() {
    let one = run(&["rules", "--demo", "search/availability"]);
    assert!(one.out.contains("slo: search/availability") && !one.out.contains("checkout"), "{}", one.out);
}

#[test]
fn a_child_is_told_to_be_in_the_rules_of_its_group() {
    let machine = Machine::new();
    let grouped = config("http://127.0.0.1:9").replace("[[slo]]\n", "[[slo]]\ngroup_by = [\"route\"]\n");
    let file = machine.write("own.toml", &grouped);
    let done = machine.run(&["rules", "--config", &file, "api/availability{route=\"/pay\"}"]);
    assert_eq!((done.code, done.out.as_str()), (4, ""), "{done:?}");
    assert!(done.err.contains("has no rules of its own; name the SLO that is grouped"), "{done:?}");
}

#[test]
fn a_file_takes_the_place_of_standard_output() {
    let machine = Machine::new();
    let out = machine.path("rules.yaml").display().to_string();
    let done = machine.run(&["rules", "--demo", "--out", &out]);
    assert_eq!((done.code, done.out.as_str(), done.err.as_str()), (0, "", ""));
    assert_eq!(std::fs::read_to_string(&out).unwrap(), machine.run(&["rules", "--demo"]).out);
    let done = machine.run(&["rules", "--demo", "--out", "no/such/folder/rules.yaml"]);
    assert_eq!((done.code, done.out.as_str()), (1, ""));
    assert!(done.err.contains("no/such/folder/rules.yaml: "), "{}", done.err);
}

#[test]
fn what_is_left_out_is_named_and_the_rest_is_written() {
    let machine = Machine::new();
    let more = "\n[[backend]]\nname = \"play\"\ntype = \"demo\"\n\n[[slo]]\nservice = \"api\"\nname = \"toy\"\n\
                backend = \"play\"\ntarget = \"90%\"\nwindow = \"30d\"\n\
                sli = { kind = \"events\", bad = 'errors', total = 'requests' }\n\n\
                [[slo]]\nservice = \"api\"\nname = \"own\"\nbackend = \"main\"\ntarget = \"90%\"\nwindow = \"30d\"\n\
                sli = { kind = \"events\", bad = 'sum(rate(a[{{.window}}]))', total = 'sum(rate(b[{{.window}}]))' }\n";
    let text = config("http://127.0.0.1:9").replace("[[slo]]\n", "[[slo]]\nbackend = \"main\"\n") + more;
    let file = machine.write("own.toml", &text);
    let done = machine.run(&["rules", "--config", &file, "--style", "pyrra"]);
    assert_eq!(done.code, 1, "{done:?}");
    assert!(done.out.contains("slo: api-availability") && !done.out.contains("api-own"), "{}", done.out);
    let said: Vec<&str> = done.err.lines().collect();
    assert!(said[0].starts_with("left out: api/toy: no Prometheus counts it"), "{said:?}");
    assert!(said[1].starts_with("left out: api/own: ") && said[1].contains("an expression"), "{said:?}");
    let done = machine.run(&["rules", "--config", &file, "api/own"]);
    assert_eq!(done.code, 0, "{done:?}");
    assert!(done.err.starts_with("note: api/own: its page over 5m and 1h can never fire"), "{}", done.err);
}

/// Whoever loads them would miss the alerts of what a broken file hides.
#[test]
fn rules_beside_a_broken_file_are_not_whole() {
    let machine = Machine::new();
    machine.write("slo/a.yaml", "version: prometheus/v1\nservice: shop\nslos: 7\n");
    let text = format!("catalogue = [\"slo/*.yaml\"]\n{}", config("http://127.0.0.1:9"));
    let file = machine.write("own.toml", &text);
    let done = machine.run(&["rules", "--config", &file]);
    assert_eq!(done.code, 1, "{done:?}");
    assert!(done.out.contains("slo: api/availability") && done.err.contains("is not whole"), "{}", done.err);
}
