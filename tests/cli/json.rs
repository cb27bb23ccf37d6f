//! `status --json` and `oncall --json`, field by field.

use serde_json::{Map, Value};

use crate::kit::{Machine, config, run};
use crate::program::AT;

fn status(args: &[&str]) -> Value {
    let done = run(&[&["status", "--json", "--at", AT], args].concat());
    assert_eq!(done.err, "");
    serde_json::from_str(&done.out).unwrap_or_else(|error| panic!("{error}: {}", done.out))
}

/// The object has all of these fields; which others it has does not matter to a reader.
fn fields<'a>(value: &'a Value, names: &[&str]) -> &'a Map<String, Value> {
    let object = value.as_object().unwrap();
    for name in names {
        assert!(object.contains_key(*name), "no {name} in {value}");
    }
    object
}

fn is_time(value: &Value) -> bool {
    value.as_str().is_some_and(|text| chrono::DateTime::parse_from_rfc3339(text).is_ok())
}

fn is_figure(value: &Value) -> bool {
    value.is_null() || value.as_f64().is_some_and(f64::is_finite)
}

const SLO: [&str; 24] = [
    "id",
    "service",
    "name",
    "source",
    "target",
    "window",
    "period",
    "unit",
    "method",
    "data",
    "data_as_of",
    "age_seconds",
    "good",
    "bad",
    "total",
    "sli",
    "budget",
    "burn",
    "alerts",
    "pager",
    "policy",
    "corrections",
    "sla",
    "warnings",
];
const STATES: [&str; 8] =
    ["ok", "low_traffic", "no_traffic", "no_series", "partial", "stale", "error", "no_answer"];

#[test]
fn the_document_has_every_field_that_was_promised() {
    let document = status(&["--demo"]);
    fields(&document, &["version", "as_of", "state", "slos", "sources"]);
    assert_eq!(document["version"], 1);
    assert_eq!(document["as_of"], AT);
    assert_eq!(document["state"], "PAGE");
    assert_eq!(document["slos"].as_array().unwrap().len(), 8);
    for slo in document["slos"].as_array().unwrap() {
        check_slo(slo);
    }
    for source in document["sources"].as_array().unwrap() {
        fields(source, &["name", "state", "last_success", "error_class", "error", "breaker"]);
        assert_eq!((source["state"].as_str(), source["breaker"].as_str()), (Some("ok"), Some("closed")));
        assert!(is_time(&source["last_success"]) && source["error"].is_null(), "{source}");
    }
}

fn check_slo(slo: &Value) {
    fields(slo, &SLO);
    assert_eq!(slo["id"], format!("{}/{}", slo["service"].as_str().unwrap(), slo["name"].as_str().unwrap()));
    assert!(STATES.contains(&slo["data"].as_str().unwrap()), "{slo}");
    assert!(is_time(&slo["data_as_of"]) && slo["age_seconds"].is_i64());
    let target = slo["target"].as_f64().unwrap();
    assert!((0.0..1.0).contains(&target));
    let number = |name: &str| slo[name].as_f64().unwrap();
    assert!((number("good") + number("bad") - number("total")).abs() < 1e-6 * number("total"));
    assert!((number("sli") - number("good") / number("total")).abs() < 1e-12);
    check_budget(slo, target);
    let burn = fields(&slo["burn"], &["5m", "30m", "1h", "2h", "6h", "1d", "3d"]);
    assert_eq!(burn.len(), 7);
    assert!(burn.values().all(is_figure), "{slo}");
    for alert in slo["alerts"].as_array().unwrap() {
        fields(alert, &["severity", "short", "long", "factor", "firing"]);
        assert!(alert["firing"].is_boolean() && alert["factor"].is_f64());
        assert!(["page", "ticket"].contains(&alert["severity"].as_str().unwrap()));
    }
    fields(&slo["policy"], &["name", "step", "since", "actions"]);
    assert!(slo["policy"]["since"].is_null() || is_time(&slo["policy"]["since"]), "{slo}");
    assert!(slo["corrections"].is_array());
    assert!(slo["policy"]["actions"].is_array());
    if !slo["sla"].is_null() {
        fields(&slo["sla"], &["target", "met", "buffer_minutes"]);
    }
    assert!(slo["warnings"].as_array().unwrap().iter().all(Value::is_string));
}

/// The budget follows from the counts, by the formula and to the last digit.
fn check_budget(slo: &Value, target: f64) {
    let names = [
        "allowed_bad",
        "remaining",
        "raw_remaining",
        "remaining_bad",
        "minutes",
        "minutes_left",
        "exhausts_at",
        "refill",
    ];
    let budget = fields(&slo["budget"], &names);
    let number = |name: &str| budget[name].as_f64().unwrap();
    let (bad, total) = (slo["bad"].as_f64().unwrap(), slo["total"].as_f64().unwrap());
    let allowed = (1.0 - target) * total;
    assert!((number("allowed_bad") - allowed).abs() < 1e-6 * allowed, "{slo}");
    assert!((number("remaining") - (1.0 - bad / allowed)).abs() < 1e-9, "{slo}");
    assert!((number("remaining_bad") - (allowed - bad)).abs() < 1e-6 * allowed, "{slo}");
    assert!((number("minutes_left") - number("minutes") * number("remaining")).abs() < 1e-6, "{slo}");
    assert!(budget["exhausts_at"].is_null() || is_time(&budget["exhausts_at"]));
    if !budget["refill"].is_null() {
        let refill = fields(&budget["refill"], &["at", "share", "incident"]);
        assert!(is_time(&refill["at"]) && refill["share"].as_f64().unwrap() > 0.0, "{slo}");
        assert!(refill["incident"].is_null() || refill["incident"].as_str().unwrap().starts_with("INC-"));
    }
}

#[test]
fn ids_narrow_the_document_and_its_state() {
    let one = status(&["--demo", "search/availability"]);
    assert_eq!(one["slos"].as_array().unwrap().len(), 1);
    assert_eq!(
        (one["state"].as_str(), one["slos"][0]["id"].as_str()),
        (Some("OK"), Some("search/availability"))
    );
}

#[test]
fn a_budget_may_be_overspent_and_says_so() {
    let one = status(&["--demo", "payments/errors"]);
    let budget = &one["slos"][0]["budget"];
    assert!(budget["remaining"].as_f64().unwrap() < 0.0 && budget["remaining_bad"].as_f64().unwrap() < 0.0);
    assert!(budget["exhausts_at"].is_null());
    assert_eq!(one["slos"][0]["policy"]["step"], "freeze");
}

#[test]
fn what_is_not_known_is_null_and_never_0() {
    let machine = Machine::new();
    let file = machine.write("burnwatch.toml", &config("http://127.0.0.1:9"));
    let done = machine.run(&["status", "--json", "--config", &file]);
    assert_eq!(done.code, 3);
    let document: Value = serde_json::from_str(&done.out).unwrap();
    assert_eq!(document["state"], "NODATA");
    let slo = &document["slos"][0];
    fields(slo, &SLO);
    for name in ["data_as_of", "age_seconds", "good", "bad", "total", "sli", "budget"] {
        assert!(slo[name].is_null(), "{name} is {}", slo[name]);
    }
    assert!(fields(&slo["burn"], &["5m", "3d"]).values().all(Value::is_null), "{slo}");
    assert!(slo["policy"]["step"].is_null(), "{slo}");
    assert!(slo["alerts"].as_array().unwrap().iter().all(|alert| alert["firing"] == false));
    let source = &document["sources"][0];
    assert_eq!(source["state"], "down");
    assert!(source["last_success"].is_null());
    assert!(source["error"].as_str().unwrap().contains("connection refused"), "{source}");
}

#[test]
fn oneline_is_one_line_and_begins_with_the_state() {
    for (args, word) in
        [(&["--demo"][..], "PAGE"), (&["--scenario", "calm"], "WARN"), (&["--scenario", "slow-burn"], "WARN")]
    {
        let done = run(&[&["status", "--oneline", "--at", AT], args].concat());
        assert_eq!(done.out.lines().count(), 1, "{}", done.out);
        let state = done.out.split(" | ").next().unwrap();
        assert!(state == word || (word == "WARN" && state == "OK"), "{args:?}: {}", done.out);
        assert!(done.out.contains(" | DEMO"), "{}", done.out);
    }
}

#[test]
fn oncall_tells_who_and_who_is_next() {
    let done = run(&["oncall", "--json", "--demo", "--at", AT]);
    let document: Value = serde_json::from_str(&done.out).unwrap();
    fields(&document, &["version", "at", "schedules"]);
    assert_eq!((document["version"].as_i64(), document["at"].as_str()), (Some(1), Some(AT)));
    for schedule in document["schedules"].as_array().unwrap() {
        fields(schedule, &["name", "on_call", "next", "gaps"]);
        for duty in schedule["on_call"].as_array().unwrap() {
            fields(duty, &["role", "person", "from", "until"]);
            assert!(is_time(&duty["from"]) && is_time(&duty["until"]), "{duty}");
        }
    }
    let payments = &document["schedules"][0];
    assert_eq!(
        (payments["name"].as_str(), payments["on_call"][0]["person"].as_str()),
        (Some("payments"), Some("alice"))
    );
    assert_eq!(payments["on_call"][0]["until"], "2026-02-23T09:00:00Z");
    assert_eq!(payments["next"][0]["person"], "charlie");
}
