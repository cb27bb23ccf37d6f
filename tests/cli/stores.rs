//! Other stores on the command line: what `check` says of their SLIs, and the exact queries in `explain`.

use serde_json::{Value, json};
use wiremock::{Request, ResponseTemplate};

use crate::backends::Web;
use crate::kit::{Machine, NOWHERE};

fn config(backend: &str, sli: &str) -> String {
    format!(
        "[[backend]]\nname = \"main\"\n{backend}\n[[slo]]\nservice = \"shop\"\nname = \"up\"\ntarget = \"99%\"\n\
         window = \"30d\"\nrunbook = \"https://r.test/up\"\nsli = {sli}\n"
    )
}

const INFLUX: &str = "type = \"influxdb\"\nurl = \"http://127.0.0.1:9\"\ndatabase = \"d\"";
const GRAPHITE: &str = "type = \"graphite\"\nurl = \"http://127.0.0.1:9\"";
const DATADOG: &str = "type = \"datadog\"\napi_key_command = \"true\"\napp_key_command = \"true\"";

#[test]
fn check_names_the_key_that_cannot_be_counted() {
    let latency = "{ kind = \"latency\", histogram = \"h\", threshold = \"300ms\" }";
    for (backend, sli, words) in [
        (
            INFLUX,
            "{ kind = \"events\", bad = \"mean(e) FROM m\", total = \"sum(n) FROM m\" }",
            "`mean` does not count",
        ),
        (INFLUX, latency, "only Prometheus and its kin keep histograms"),
        (
            GRAPHITE,
            "{ kind = \"events\", bad = \"a.b\", total = \"sumSeries(a.c\" }",
            "a parenthesis is not closed",
        ),
        (GRAPHITE, latency, "only Prometheus and its kin keep histograms"),
        (
            DATADOG,
            "{ kind = \"events\", bad = \"sum:a{*}\", total = \"sum:b{*}.as_count()\" }",
            "add .as_count() to it",
        ),
    ] {
        let machine = Machine::new();
        let file = machine.write("burnwatch.toml", &config(backend, sli));
        let done = machine.run(&["check", "--config", file.as_str()]);
        assert_eq!(done.code, 1, "{done:?}");
        let said = format!("{}{}", done.out, done.err);
        assert!(said.contains("BW046") && said.contains(words), "{said}");
    }
}

#[test]
fn check_takes_what_can_be_counted() {
    for (backend, sli) in [
        (INFLUX, "{ kind = \"events\", bad = \"sum(e) FROM m\", total = \"sum(n) FROM m\" }"),
        (GRAPHITE, "{ kind = \"threshold\", value = \"a.b\", op = \"<\", bound = 5 }"),
        (DATADOG, "{ kind = \"events\", bad = \"sum:a{*}.as_count()\", total = \"sum:b{*}.as_count()\" }"),
    ] {
        let machine = Machine::new();
        let file = machine.write("burnwatch.toml", &config(backend, sli));
        let done = machine.run(&["check", "--config", file.as_str()]);
        assert_eq!(done.code, 0, "{done:?}");
    }
}

#[test]
fn explain_shows_the_exact_query_and_what_is_judged_here() {
    let machine = Machine::new();
    let sli = "{ kind = \"threshold\", value = \"depth FROM queue\", op = \"<=\", bound = 100 }";
    let file = machine.write("burnwatch.toml", &config(INFLUX, sli));
    let done = machine.run(&["explain", "shop/up", "--config", file.as_str()]);
    let said = done.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        said.contains(
            "SELECT mean(depth), count(depth) FROM queue WHERE {{.range}} GROUP BY time(60s, 1ns) fill(none)"
        ),
        "{done:?}"
    );
    assert!(said.contains("good is <= 100, by the minute"), "{done:?}");
}

/// What each of them asks to see whether it is there, answered.
fn answered(request: &Request) -> ResponseTemplate {
    let answer = match request.url.path() {
        "/ping" => return ResponseTemplate::new(204).insert_header("x-influxdb-version", "1.8.10"),
        "/version" => return ResponseTemplate::new(200).set_body_string("1.1.8\n"),
        "/query" => json!({"results": [{"statement_id": 0}]}),
        "/api/v1/validate" => json!({"valid": true}),
        _ => json!([]),
    };
    ResponseTemplate::new(200).set_body_json(answer)
}

#[test]
fn doctor_says_what_a_store_is_and_which_of_its_addresses_answers() {
    let web = Web::new(answered);
    for (backend, product, version) in [
        (INFLUX, "InfluxDB", json!("1.8.10")),
        (GRAPHITE, "Graphite", json!("1.1.8")),
        (DATADOG, "Datadog", Value::Null),
    ] {
        let urls = format!("urls = [\"{NOWHERE}\", \"{}\"]", web.server.uri());
        let backend = backend.replace("url = \"http://127.0.0.1:9\"", "");
        let machine = Machine::new();
        let text =
            format!("[[backend]]\nname = \"main\"\n{urls}\n{backend}\n").replace("\"true\"", "\"echo x\"");
        let file = machine.write("burnwatch.toml", &text);
        let done = machine.run(&["doctor", "--json", "--config", file.as_str()]);
        let told: Value = serde_json::from_str(&done.out).unwrap_or_else(|error| panic!("{error}: {done:?}"));
        let store = &told["backends"][0];
        assert_eq!((&store["product"], &store["version"]), (&json!(product), &version), "{store}");
        let addresses = store["addresses"].as_array().unwrap();
        let answers: Vec<&Value> = addresses.iter().map(|one| &one["answers"]).collect();
        assert_eq!(answers, [&json!(false), &json!(true)], "{store}");
        assert_eq!(addresses[0]["trouble"]["class"], "refused", "{store}");
        assert_eq!(
            (&store["state"], &store["latency_ms"]["probes"]),
            (&json!("doubt"), &json!(5)),
            "{store}"
        );
        assert_eq!(done.code, 0, "{done:?}");
    }
}
