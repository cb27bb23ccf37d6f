//! `explain`: formulas whose values come to what is said.

use serde_json::Value;

use super::kit::{Done, Machine, run};

const AT: [&str; 3] = ["--demo", "--at", "2026-02-17T10:00:00Z"];

fn explain(args: &[&str]) -> Done {
    run(&[&["explain"], args, &AT].concat())
}

/// The document of a command that went well.
fn document(done: &Done) -> Value {
    assert_eq!(done.code, 0, "{done:?}");
    serde_json::from_str(&done.out).unwrap()
}

fn explained(id: &str) -> Value {
    document(&explain(&[id, "--json"]))
}

/// The row `label` of the section `title`.
fn row<'a>(document: &'a Value, title: &str, label: &str) -> &'a Value {
    let sections = document["sections"].as_array().unwrap();
    let section = sections.iter().find(|section| section["title"] == title).unwrap();
    section["rows"].as_array().unwrap().iter().find(|row| row["label"] == label).unwrap()
}

/// The numbers of a text, whose thousands are apart.
fn numbers(text: &str) -> Vec<f64> {
    let parts = text.split(|c: char| !(c.is_ascii_digit() || c == ' ' || c == '.' || c == '-'));
    let plain = parts.map(|part| part.replace(' ', ""));
    plain.filter_map(|part| part.parse().ok()).collect()
}

#[test]
fn the_values_in_a_formula_come_to_its_result() {
    let document = explained("checkout/availability");
    let remaining = row(&document, "budget", "remaining");
    assert_eq!(remaining["formula"], "1 − bad / allowed");
    let values = numbers(remaining["values"].as_str().unwrap());
    let [one, bad, allowed] = values[..] else { panic!("{remaining}") };
    let result = numbers(remaining["result"].as_str().unwrap())[0] / 100.0;
    assert!(((one - bad / allowed) - result).abs() < 1e-4, "{remaining}");
    let hour = row(&document, "burn", "1h");
    let values = numbers(hour["values"].as_str().unwrap());
    let [bad, total, share] = values[..] else { panic!("{hour}") };
    let burn = numbers(hour["result"].as_str().unwrap())[0];
    assert!((bad / total / share - burn).abs() < 0.5, "{hour}");
}

#[test]
fn it_has_the_exact_queries_and_the_other_methods() {
    let document = explained("checkout/availability");
    let queries = document["queries"].as_array().unwrap();
    assert_eq!(queries[0]["part"], "bad");
    assert_eq!(queries[1]["text"], "sum(increase(http_requests_total{service=\"checkout\"}[5m]))");
    let methods: Vec<_> = document["methods"].as_array().unwrap().iter().map(|m| &m["method"]).collect();
    assert_eq!(methods, ["timeslices", "ratio-timeslices"]);
}

#[test]
fn what_comes_back_is_told_with_the_incident_that_leaves_then() {
    let document = explained("checkout/availability");
    let back = &row(&document, "outlook", "comes back")["result"];
    // Four weeks before, in the hour before noon, a bad deployment failed a quarter of the requests.
    assert_eq!(back, "+17 % by 2026-02-20 12:00 Z, when INC-3 leaves the window");
}

#[test]
fn an_unknown_slo_is_named_with_its_nearest() {
    let done = explain(&["checkout/availabilty"]);
    assert_eq!(done.code, 4);
    assert!(done.err.contains("perhaps `checkout/availability`?"), "{done:?}");
}

#[test]
fn the_text_fits_a_hundred_columns_but_for_queries() {
    let done = explain(&["checkout/latency"]);
    assert_eq!(done.code, 0);
    assert!(done.out.lines().all(|line| line.chars().count() <= 100), "{}", done.out);
    for title in ["evidence", "budget", "burn", "outlook", "other methods", "queries"] {
        assert!(done.out.lines().any(|line| line == title), "{title}");
    }
}

#[test]
fn what_if_shows_both_sides_and_halves_the_budget_with_the_target() {
    let document = document(&explain(&["checkout/availability", "--json", "--what-if", "target=99.95%"]));
    let allowed = |side: &str| document[side]["budget"]["allowed_bad"].as_f64().unwrap();
    assert!((allowed("now") / allowed("what_if") - 2.0).abs() < 1e-9, "{document}");
    let burn = |side: &str| document[side]["burn"]["1h"].as_f64().unwrap();
    assert!((burn("what_if") / burn("now") - 2.0).abs() < 1e-9);
    assert_eq!(document["what_if"]["policy"]["step"], "freeze");
    assert!(!document["what_if"]["pages_3d"].as_array().unwrap().is_empty());
    let knobs = ["--what-if", "window=month", "--what-if", "method=timeslices"];
    let text = explain(&[&["checkout/availability"], &knobs[..]].concat());
    assert!(text.out.contains("calendar month") && text.out.contains("in February 2026 so far"), "{text:?}");
}

const WHOLE: &str = r#"
[[backend]]
name = "main"
type = "demo"

[[slo]]
service = "checkout"
name = "availability"
target = "99.9%"
window = "30d"
sli = { kind = "events", bad = 'http_requests_total{service="checkout",code=~"5.."}', total = 'http_requests_total{service="checkout"}' }

[[slo]]
service = "checkout"
name = "latency"
target = "95%"
window = "30d"
sli = { kind = "latency", histogram = 'http_request_duration_seconds{service="checkout"}', threshold = "300ms" }

[[slo]]
service = "shop"
name = "journey"
target = "99%"
window = "30d"
sli = { kind = "composite", members = ["checkout/availability", "checkout/latency"] }
"#;

#[test]
fn what_if_of_a_composite_turns_its_target_and_window_and_refuses_a_method() {
    let machine = Machine::new();
    let ask =
        |more: &[&str]| machine.run_with(WHOLE, &[&["explain", "shop/journey"], &AT[1..], more].concat());
    let knobs = ["--what-if", "target=98%", "--what-if", "window=7d"];
    let document = document(&ask(&[&["--json"], &knobs[..]].concat()));
    let budget = |side: &str, figure: &str| document[side]["budget"][figure].as_f64().unwrap();
    // 1 % of 43 200 minutes, and 2 % of 10 080.
    assert!((budget("now", "allowed_bad") - 432.0).abs() < 1e-6, "{document}");
    assert!((budget("what_if", "allowed_bad") - 201.6).abs() < 1e-6);
    let text = ask(&knobs).out;
    assert!(
        text.contains("method      worst ") && text.contains("each member keeps its own target"),
        "{text}"
    );
    let refused = ask(&["--what-if", "method=timeslices"]);
    assert!(refused.code == 4 && refused.err.contains("its rule says what counts (worst)"), "{refused:?}");
    let plain = ask(&[]).out;
    assert!(plain.contains("rule              worst") && !plain.contains("other methods"), "{plain}");
}

#[test]
fn a_knob_that_is_none_is_an_error() {
    for (knob, wanted) in [
        ("colour=red", "turns no knob"),
        ("target=5", "ambiguous"),
        ("window=1M", "calendar month"),
        ("method=slices", "there are occurrences, timeslices, ratio-timeslices"),
    ] {
        let done = explain(&["checkout/availability", "--what-if", knob]);
        assert!(done.code == 4 && done.err.contains(wanted), "{knob}: {done:?}");
    }
}
