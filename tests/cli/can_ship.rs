//! `can-ship`: every exit code, the sentence, and the JSON field by field.

use serde_json::Value;

use crate::kit::{Done, Machine, config, run};
use crate::program::AT;

fn ask(args: &[&str]) -> Done {
    run(&[&["can-ship", "--at", AT], args].concat())
}

fn first(done: &Done) -> &str {
    done.out.lines().next().unwrap_or_default()
}

#[test]
fn every_answer_has_its_exit_code_and_begins_its_sentence() {
    for (args, code, word) in [
        (&["--demo", "search/availability"][..], 0, "yes: "),
        (&["--demo", "checkout/availability"], 1, "caution: "),
        (&["--demo", "payments/errors"], 2, "freeze: "),
        (&["--scenario", "blackout", "search/availability"], 3, "unknown: "),
    ] {
        let done = ask(args);
        assert_eq!((done.code, done.err.as_str()), (code, ""), "{args:?}: {done:?}");
        assert!(first(&done).starts_with(word), "{args:?}: {}", done.out);
    }
}

#[test]
fn the_sentence_names_the_slo_what_is_left_since_when_and_what_the_policy_says() {
    let done = ask(&["--demo", "payments/errors"]);
    let sentence = first(&done);
    for part in [
        "freeze: payments/errors has -",
        " % of its budget left, not above 0 %, since ",
        "; policy four-step: feature freeze, reliability work only",
    ] {
        assert!(sentence.contains(part), "no {part:?} in {sentence}");
    }
}

#[test]
fn the_strictest_slo_of_a_service_decides() {
    let done = ask(&["--demo", "payments"]);
    assert_eq!(done.code, 2, "{done:?}");
    assert!(
        first(&done).contains("payments/errors") && first(&done).contains("the strictest of "),
        "{}",
        done.out
    );
}

#[test]
fn a_page_and_an_incident_are_mentioned_and_do_not_decide() {
    let done = ask(&["--demo", "checkout"]);
    assert!(done.code != 2, "{done:?}");
    assert!(done.out.contains("  checkout/availability pages: it burns "), "{}", done.out);
    assert!(done.out.contains("  INC-7 (SEV1) is open: "), "{}", done.out);
    assert!(done.out.contains("more than 20 % asks for a postmortem"), "{}", done.out);
}

#[test]
fn names_that_are_not_known_are_4() {
    for (name, words) in
        [("paymnts", "perhaps `payments`?"), ("payments/error", "perhaps `payments/errors`?")]
    {
        let done = ask(&["--demo", name]);
        assert_eq!((done.code, done.out.as_str()), (4, ""), "{done:?}");
        assert!(done.err.contains(words), "{}", done.err);
    }
    assert_eq!(run(&["can-ship"]).code, 4);
    let machine = Machine::new();
    let done = machine.run(&["can-ship", "a", "--config", "/no/such/file.toml"]);
    assert_eq!(done.code, 4, "{done:?}");
}

#[test]
fn a_backend_that_is_dead_leaves_it_unknown() {
    let machine = Machine::new();
    let file = machine.write("burnwatch.toml", &config("http://127.0.0.1:9"));
    let done = machine.run(&["can-ship", "api", "--config", &file, "--timeout", "2s"]);
    assert_eq!(done.code, 3, "{done:?}");
    assert!(done.out.starts_with("unknown: api/availability: "), "{}", done.out);
}

#[test]
fn the_document_field_by_field() {
    let done = ask(&["--demo", "--json", "payments"]);
    assert_eq!(done.code, 2);
    let document: Value = serde_json::from_str(&done.out).unwrap();
    assert_eq!((document["version"].as_i64(), document["as_of"].as_str()), (Some(1), Some(AT)));
    assert_eq!(
        (document["subject"].as_str(), document["answer"].as_str()),
        (Some("payments"), Some("freeze"))
    );
    assert_eq!(document["slo"], "payments/errors");
    assert!(document["reason"].as_str().unwrap().starts_with("freeze: payments/errors"));
    assert!(document["mentions"].as_array().unwrap().iter().all(Value::is_string));
    let slos = document["slos"].as_array().unwrap();
    assert!(slos.len() > 1, "{document}");
    let errors = slos.iter().find(|slo| slo["id"] == "payments/errors").unwrap();
    assert_eq!((errors["answer"].as_str(), errors["data"].as_str()), (Some("freeze"), Some("ok")));
    assert!(errors["unknown"].is_null() && errors["remaining"].as_f64().unwrap() < 0.0, "{errors}");
    let policy = &errors["policy"];
    assert_eq!((policy["name"].as_str(), policy["step"].as_str()), (Some("four-step"), Some("freeze")));
    assert_eq!(policy["actions"][0], "feature freeze");
    let since = policy["since"].as_str().unwrap();
    assert!(chrono::DateTime::parse_from_rfc3339(since).is_ok() && since < AT, "{since}");
}

#[test]
fn what_is_not_known_is_null() {
    let done = ask(&["--scenario", "blackout", "--json", "search/availability"]);
    let document: Value = serde_json::from_str(&done.out).unwrap();
    assert_eq!((done.code, document["answer"].as_str()), (3, Some("unknown")));
    let slo = &document["slos"][0];
    assert!(slo["unknown"].is_string() && slo["answer"] == "unknown", "{slo}");
}

const PAYMENTS: &str = r#"[[backend]]
name = "demo"
type = "demo"
scenario = "outage"
seed = 1

[[slo]]
service = "payments"
name = "errors"
target = "99.99%"
window = "30d"
sli = { kind = "events", bad = 'payments_total{service="payments",outcome="error"}', total = 'payments_total{service="payments"}' }

[[maintenance]]
title = "card processor moves"
from = 2026-01-10T00:00:00
until = "2026-02-17T09:00"
services = ["payments"]
"#;

#[test]
fn maintenance_in_the_configuration_counts_unless_it_is_excluded() {
    let machine = Machine::new();
    let ask = |more: &str| {
        let file = machine.write("burnwatch.toml", &format!("{PAYMENTS}{more}\n"));
        let gate = machine.run(&["can-ship", "payments/errors", "--config", &file, "--at", AT]);
        let status = machine.run(&["status", "--json", "--config", &file, "--at", AT]);
        let document: Value = serde_json::from_str(&status.out).unwrap();
        (gate, document["slos"][0].clone())
    };
    let (gate, slo) = ask("");
    assert_eq!((gate.code, gate.err.as_str()), (2, ""), "{gate:?}");
    assert!(slo["budget"]["raw_remaining"].is_null(), "{slo}");
    let counted = &slo["corrections"][0];
    assert_eq!(
        (counted["title"].as_str(), counted["excluded"].as_bool()),
        (Some("card processor moves"), Some(false))
    );
    assert!(counted["cost"].as_f64().unwrap() > 1.0 && counted["occurrences"] == 1, "{counted}");
    // From the window's begin, thirty days before ten o'clock, until nine.
    assert_eq!(
        (counted["minutes"].as_f64(), counted["until"].as_str()),
        (Some(43_140.0), Some("2026-02-17T09:00:00Z"))
    );

    let (_, plain) = (gate, slo);
    let (gate, slo) = ask("exclude = true\nreason = \"planned since autumn\"");
    assert_eq!(slo["corrections"][0]["reason"], "planned since autumn");
    assert_eq!(slo["budget"]["raw_remaining"], plain["budget"]["remaining"]);
    let number = |slo: &Value, name: &str| slo[name].as_f64().unwrap();
    let gone = slo["corrections"][0]["bad"].as_f64().unwrap();
    assert!((number(&plain, "bad") - gone - number(&slo, "bad")).abs() < 1e-6, "{slo}");
    assert!(gate.out.contains("with everything counted it has -"), "{gate:?}");
}

/// Nobody knows what it would have said, so nobody may say yes for its service; another team's file is only told of.
#[test]
fn a_broken_file_of_the_service_leaves_it_unknown() {
    let machine = Machine::new();
    let calm = PAYMENTS.replace("outage", "calm");
    let file = machine.write("burnwatch.toml", &format!("catalogue = [\"slo/*.yaml\"]\n{calm}"));
    let broken = |service: &str| {
        let text = "apiVersion: pyrra.dev/v1alpha1\nkind: ServiceLevelObjective\nmetadata: {name: up}\nspec: {target: much, window: 4w, \
                    indicator: {bool_gauge: {metric: 'up{job=\"of\"}'}}}\n";
        machine.write("slo/a.yaml", &text.replace("of", service));
    };
    let ask = |subject: &str| {
        let done = machine.run(&["can-ship", "--json", subject, "--config", &file, "--at", AT]);
        let document: Value = serde_json::from_str(&done.out).unwrap_or_default();
        (done, document)
    };
    broken("search");
    let (done, document) = ask("payments");
    assert_eq!((done.code, document["answer"].as_str()), (0, Some("yes")), "{done:?}");
    let mentions = document["mentions"].to_string();
    assert!(
        mentions.contains("the catalogue is not whole: ") && done.err.contains("not whole"),
        "{mentions}"
    );
    let (done, document) = ask("search/up");
    assert_eq!((done.code, document["answer"].as_str()), (3, Some("unknown")), "{done:?}");
    assert_eq!(ask("serch").0.code, 4, "nothing names it");
    broken("payments");
    let (done, document) = ask("payments");
    assert_eq!(done.code, 3, "{done:?}");
    let reason = document["reason"].as_str().unwrap();
    assert!(reason.starts_with("unknown: which SLOs have a say cannot be told: "), "{reason}");
    assert!(reason.contains("names `payments` is broken") && reason.contains("a.yaml:4:"), "{reason}");
    let (done, _) = ask("payments/errors");
    assert_eq!(done.code, 0, "what is asked for by its id is whole: {done:?}");
}
