//! `trace`: the waterfall in text and JSON, and how it ends.

use serde_json::Value;

use crate::kit::{Machine, config, run};

/// Named by the log of the demo's outage.
const ID: &str = "8638125cce15aca8b341277b917fc7f9";
const AT: &str = "2026-02-17T10:00:00Z";

#[test]
fn the_waterfall_is_text_that_fits_and_says_what_was_waited_for() {
    let done = run(&["trace", ID, "--demo", "--at", AT]);
    assert_eq!((done.code, done.err.as_str()), (0, ""));
    for part in [
        "4 ERRORS",
        "critical path: checkout wait for a connection",
        "ERROR timed out after 4 s",
        "x     checkout",
    ] {
        assert!(done.out.contains(part), "no {part} in\n{}", done.out);
    }
    let rows = done.out.lines().skip(4);
    assert!(
        rows.clone().count() > 10 && rows.clone().all(|line| line.chars().count() <= 104),
        "{}",
        done.out
    );
}

#[test]
fn the_json_has_every_span_and_its_part_of_the_path() {
    let done = run(&["trace", ID, "--json", "--demo", "--at", AT]);
    let told: Value = serde_json::from_str(&done.out).unwrap();
    assert_eq!(
        (told["version"].as_u64(), told["id"].as_str(), told["errors"].as_u64()),
        (Some(1), Some(ID), Some(4))
    );
    let spans = told["spans"].as_array().unwrap();
    let sum: f64 = spans.iter().map(|span| span["critical_seconds"].as_f64().unwrap()).sum();
    assert!((sum - told["duration_seconds"].as_f64().unwrap()).abs() < 1e-6);
    assert_eq!((spans.len(), spans[0]["parent"].is_null()), (10, true));
}

#[test]
fn exit_codes_tell_absent_traces_from_senseless_questions() {
    let none = run(&["trace", "00000000000000000000000000000001", "--demo", "--at", AT]);
    assert_eq!((none.code, none.out.as_str()), (1, ""));
    assert!(none.err.contains("there is no trace 0000000000000001 in traces"), "{}", none.err);
    assert_eq!(run(&["trace", "no-id", "--demo"]).code, 4);
    let machine = Machine::new();
    let file = machine.write("burnwatch.toml", &config("http://127.0.0.1:1"));
    let done = machine.run(&["trace", ID, "--config", &file]);
    assert!(done.code == 4 && done.err.contains("no backend has traces"), "{done:?}");
}

/// The first backend is one of traces.
fn with(traces: &str, url: &str) -> String {
    config(url).replacen("[[backend]]", &format!("{traces}\n[[backend]]"), 1)
}

#[test]
fn a_trace_backend_is_no_metric_backend_and_one_that_is_down_is_said() {
    let machine = Machine::new();
    let traces =
        "[[backend]]\nname = \"tempo\"\ntype = \"tempo\"\nurl = \"http://127.0.0.1:1\"\ntimeout = \"1s\"\n";
    let file = machine.write("burnwatch.toml", &with(traces, "http://127.0.0.1:1"));
    let check = machine.run(&["check", "--config", &file]);
    assert!(check.out.contains("2 backends") && check.out.contains("0 errors"), "{check:?}");
    let done = machine.run(&["trace", ID, "--config", &file]);
    assert!(done.code == 1 && done.err.contains("connection refused"), "{done:?}");
    let alone = machine.write("alone.toml", &config("http://x").replace("\"prometheus\"", "\"zipkin\""));
    let check = machine.run(&["check", "--config", &alone]);
    assert!(check.code == 1 && check.err.contains("this needs a [[backend]]"), "{check:?}");
    let wrong = machine.write("wrong.toml", &with(&traces.replace("url", "ulr"), "http://x"));
    let check = machine.run(&["check", "--config", &wrong]);
    assert!(check.code == 1 && check.err.contains("ulr"), "{check:?}");
}
