//! The gate and maintenance where SLOs are found in a backend: what cannot be looked for is never a go.

use serde_json::{Value, json};
use wiremock::{Request, ResponseTemplate};

use crate::backends::Web;
use crate::kit::{Done, Machine};

const DEAD: &str = "http://127.0.0.1:9";

/// A calm demo with `checkout/latency`, and a Prometheus at `url` in which SLOs of these tools are looked for.
fn config(url: &str, tools: &str) -> String {
    format!(
        r#"
[[backend]]
name = "demo"
type = "demo"
scenario = "calm"

[[backend]]
name = "main"
type = "prometheus"
url = "{url}"
discover = [{tools}]

[[slo]]
service = "checkout"
name = "latency"
backend = "demo"
target = "95%"
window = "30d"
sli = {{ kind = "latency", histogram = 'http_request_duration_seconds{{service="checkout"}}', threshold = "300ms" }}
"#
    )
}

fn gate(url: &str, tools: &str, args: &[&str]) -> Done {
    let machine = Machine::new();
    let file = machine.write("own.toml", &config(url, tools));
    let at = ["--config", file.as_str(), "--at", "2026-02-17T10:00:00Z", "--timeout", "2s"];
    machine.run(&[&["can-ship"], args, &at].concat())
}

/// A backend that knows the Sloth SLO `shop/cart`, has no samples, and answers so when asked for its rules.
fn backend(rules: &ResponseTemplate) -> Web {
    let rules = rules.clone();
    Web::new(move |request: &Request| {
        let kind = match request.url.path().rsplit('/').next() {
            Some("rules") => return rules.clone(),
            Some("query") => "vector",
            _ => "matrix",
        };
        let metric = json!({ "__name__": "sloth_slo_info", "sloth_id": "shop-cart", "sloth_service": "shop",
            "sloth_slo": "cart", "sloth_objective": "99.9" });
        let found = json!([{ "metric": metric, "value": [1_771_322_400, "1"] }]);
        let result = if kind == "vector" { found } else { json!([]) };
        let data = json!({ "status": "success", "data": { "resultType": kind, "result": result } });
        ResponseTemplate::new(200).set_body_json(data)
    })
}

fn told(rules: &Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({ "status": "success", "data": { "groups": rules } }))
}

#[test]
fn an_slo_that_is_configured_needs_no_search() {
    let done = gate(DEAD, "\"sloth\"", &["checkout/latency"]);
    assert_eq!((done.code, done.err.as_str()), (0, ""), "{done:?}");
    assert!(done.out.starts_with("yes: checkout/latency"), "{}", done.out);
}

#[test]
fn a_service_may_not_ship_while_a_backend_that_may_have_more_of_its_slos_is_away() {
    for service in ["checkout", "shop"] {
        let done = gate(DEAD, "\"sloth\"", &[service]);
        assert_eq!((done.code, done.err.as_str()), (3, ""), "{done:?}");
        let words =
            "unknown: which SLOs have a say cannot be told: main: connection refused by http://127.0.0.1:9";
        assert!(done.out.starts_with(words), "{}", done.out);
        let document: Value =
            serde_json::from_str(&gate(DEAD, "\"sloth\"", &[service, "--json"]).out).unwrap();
        assert_eq!((&document["answer"], &document["slo"]), (&json!("unknown"), &document["slo"]));
        assert_eq!(document["slos"].as_array().unwrap().len(), usize::from(service == "checkout"));
    }
    let done = gate(DEAD, "\"sloth\"", &["shop/cart"]);
    assert_eq!(done.code, 3, "it may be there: {done:?}");
}

#[test]
fn rules_that_are_not_told_may_hide_slos_of_pyrra() {
    let closed = backend(&ResponseTemplate::new(403));
    let done = gate(&closed.server.uri(), "\"sloth\", \"pyrra\"", &["checkout"]);
    assert_eq!(done.code, 3, "{done:?}");
    assert!(done.out.contains("SLOs of pyrra cannot be found"), "{}", done.out);
    // Those of Sloth are told by their series.
    assert_eq!(gate(&closed.server.uri(), "\"sloth\"", &["checkout"]).code, 0);
    let open = backend(&told(&json!([])));
    assert_eq!(gate(&open.server.uri(), "\"sloth\", \"pyrra\"", &["checkout"]).code, 0);
    // What was found and has no samples is not passed over.
    let found = gate(&open.server.uri(), "\"sloth\"", &["shop"]);
    assert!(found.code == 3 && found.out.starts_with("unknown: shop/cart"), "{found:?}");
    let unknown = gate(&open.server.uri(), "\"sloth\"", &["shopp"]);
    assert!(unknown.code == 4 && unknown.err.contains("perhaps `shop`?"), "{unknown:?}");
}

fn mark(machine: &Machine, url: &str, about: [&str; 2]) -> Done {
    let file = machine.write("own.toml", &config(url, "\"sloth\""));
    let window = ["--from", "2031-03-04T02:00:00Z", "--for", "2h", "--title", "move", "--as", "alice"];
    let rest = ["--config", file.as_str(), "--state-dir", "state", "--timeout", "2s"];
    machine.run(&[&["maintenance", "add"], &window[..], &about, &rest].concat())
}

#[test]
fn maintenance_may_name_what_was_found_and_what_cannot_be_looked_for() {
    let (machine, open) = (Machine::new(), backend(&told(&json!([]))));
    for about in [["--slo", "shop/cart"], ["--service", "shop"]] {
        let done = mark(&machine, &open.server.uri(), about);
        assert_eq!((done.code, done.err.as_str()), (0, ""), "{done:?}");
    }
    let refused = mark(&machine, &open.server.uri(), ["--slo", "shop/carts"]);
    assert!(refused.code == 4 && refused.err.contains("perhaps `shop/cart`?"), "{refused:?}");
    let blind = mark(&machine, DEAD, ["--slo", "shop/cart"]);
    assert_eq!((blind.code, blind.out.len()), (0, 27), "{blind:?}");
    assert!(
        blind.err.starts_with("notice: whether all of these are there cannot be told: main: "),
        "{blind:?}"
    );
    let log = std::fs::read_to_string(machine.path("state/events.jsonl")).unwrap();
    let slos: Vec<Value> =
        log.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["data"]["slos"].take()).collect();
    assert_eq!(slos, [json!(["shop/cart"]), Value::Null, json!(["shop/cart"])]);
}

#[test]
fn what_cannot_be_looked_for_is_told_with_the_reason() {
    let machine = Machine::new();
    let file = machine.write("own.toml", &config(DEAD, "\"sloth\""));
    let done = machine.run(&["explain", "shop/cart", "--config", &file, "--timeout", "2s"]);
    assert_eq!(done.code, 4, "{done:?}");
    assert!(done.err.contains("nothing is known of `shop/cart` yet: main: "), "{}", done.err);
}
