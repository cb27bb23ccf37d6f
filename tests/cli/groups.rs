//! `status` of objectives that are grouped by labels.

use serde_json::{Value, json};
use tokio::runtime::Runtime;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::kit::{Done, Machine, config};

fn param(request: &Request, name: &str) -> Option<String> {
    let mut url = request.url.clone();
    url.set_query(Some(std::str::from_utf8(&request.body).unwrap()));
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// Two routes; of `/bad` half of all fails.
fn answer(request: &Request) -> ResponseTemplate {
    let query = param(request, "query").unwrap_or_default();
    let number = |name: &str| param(request, name).and_then(|text| text.parse::<i64>().ok());
    let mut result = Vec::new();
    for part in query.split("\nor ") {
        let Some(id) = part.rsplit("\"__bw__\", \"").next().and_then(|rest| rest.split('"').next()) else {
            continue;
        };
        if part == "vector(0)" {
            result.push(json!({"metric": {}, "value": [0, "0"]}));
        } else if part.contains("topk(") {
            for route in ["/bad", "/good"] {
                result.push(json!({"metric": {"__bw__": id, "route": route}, "value": [0, "1"]}));
            }
        } else if let (Some(start), Some(end), Some(step)) = (number("start"), number("end"), number("step"))
        {
            let value = if part.contains("requests{") {
                "100000"
            } else if part.contains("/bad") {
                "50000"
            } else {
                "0"
            };
            let values: Vec<Value> =
                (start..=end).step_by(step as usize).map(|at| json!([at, value])).collect();
            result.push(json!({"metric": {"__bw__": id}, "values": values}));
        }
    }
    let kind = if number("start").is_some() { "matrix" } else { "vector" };
    let body = json!({"status": "success", "data": {"resultType": kind, "result": result}});
    ResponseTemplate::new(200).set_body_json(body)
}

fn status(args: &[&str]) -> Done {
    let runtime = Runtime::new().unwrap();
    let server = runtime.block_on(async {
        let server = MockServer::start().await;
        Mock::given(any()).respond_with(answer).mount(&server).await;
        server
    });
    let machine = Machine::new();
    let text = format!("{}group_by = [\"route\"]\n", config(&server.uri()));
    let file = machine.write("burnwatch.toml", &text);
    machine.run(&[&["status", "--timeout", "60s", "--config", file.as_str()], args].concat())
}

fn ids(done: &Done) -> Vec<String> {
    let document: Value = serde_json::from_str(&done.out).unwrap_or_else(|error| panic!("{error}: {done:?}"));
    let slos = document["slos"].as_array().unwrap();
    slos.iter().map(|slo| slo["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn children_are_listed_and_named_in_json() {
    let done = status(&[]);
    assert_eq!(done.code, 2, "{done:?}");
    assert!(done.out.contains("api/availability{route=/bad} burns at a rate that pages"), "{}", done.out);
    assert!(done.out.contains("\napi/availability{route=/good}"), "{}", done.out);
    let json = status(&["--json"]);
    assert_eq!(ids(&json), [r#"api/availability{route="/bad"}"#, r#"api/availability{route="/good"}"#]);
    let document: Value = serde_json::from_str(&json.out).unwrap();
    let group = json!({"parent": "api/availability", "labels": {"route": "/bad"}});
    assert_eq!(document["slos"][0]["group"], group);
}

#[test]
fn a_child_by_its_id_or_title_and_all_by_their_parent() {
    let good = r#"api/availability{route="/good"}"#;
    for (id, code, found) in
        [(good, 0, 1), ("api/availability{route=/good}", 0, 1), ("api/availability", 2, 2)]
    {
        let done = status(&["--json", id]);
        assert_eq!((done.code, ids(&done).len()), (code, found), "{id}: {done:?}");
    }
    let none = status(&["api/availability{route=/none}"]);
    assert_eq!(none.code, 4, "{none:?}");
    assert!(
        none.err.contains("there is no SLO `api/availability{route=/none}` at this time"),
        "{}",
        none.err
    );
}
