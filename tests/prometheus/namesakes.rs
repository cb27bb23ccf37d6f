//! Pyrra's SLOs of one name in several namespaces: told apart by the files of their rules, or said to be one.

use burnwatch::source::Discovered;
use serde_json::{Value, json};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::kit::*;

const UID: &str = "0a1b2c3d-1111-2222-3333-444455556666";

/// The rules of `api-errors` as Pyrra writes them, about a metric with these matchers.
fn rules(matchers: &str, target: &str, labels: &Value) -> Value {
    let with = |more: Value| {
        let mut all = labels.clone();
        all["slo"] = json!("api-errors");
        all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        all
    };
    let burn = |window: &str| {
        let of = |more: &str| format!("sum(rate(http_total{{{more}{matchers}}}[{window}]))");
        json!({"type": "recording", "name": format!("http:burnrate{window}"), "labels": with(json!({})),
            "query": format!("{} / {}", of("code=~\"5..\","), of(""))})
    };
    let side = |window: &str| format!("http:burnrate{window}{{slo=\"api-errors\"}} > (14 * (1 - {target}))");
    json!([
        burn("5m"),
        burn("1h"),
        {"type": "recording", "name": "http:increase4w", "labels": with(json!({})), "query": "sum(increase(http_total[4w]))"},
        {"type": "recording", "name": "pyrra_objective", "labels": with(json!({})), "query": target},
        {"type": "alerting", "name": "ErrorBudgetBurn", "duration": 120, "query": format!("{} and {}", side("5m"), side("1h")),
            "labels": with(json!({"severity": "critical", "short": "5m", "long": "1h"}))},
    ])
}

fn file(namespace: &str) -> String {
    format!("/etc/prometheus/rules/k8s-0/{namespace}-api-errors-{UID}.yaml")
}

async fn found(groups: &[(String, Value)]) -> Discovered {
    let groups: Vec<Value> = groups
        .iter()
        .map(|(file, rules)| json!({"name": "api-errors", "file": file, "rules": rules}))
        .collect();
    let server = MockServer::start().await;
    let answer = move |request: &Request| {
        // Both record this under the same labels.
        let series =
            json!([{"metric": {"__name__": "pyrra_objective", "slo": "api-errors"}, "value": [NOW, "0.5"]}]);
        let data = if request.url.path() == "/api/v1/rules" {
            json!({"groups": groups})
        } else {
            json!({"resultType": "vector", "result": series})
        };
        ResponseTemplate::new(200).set_body_json(json!({"status": "success", "data": data}))
    };
    Mock::given(any()).respond_with(answer).mount(&server).await;
    source(json!({"url": server.uri(), "discover": ["pyrra"]})).discover(NOW).await.unwrap()
}

fn told(found: &Discovered) -> Vec<(&str, String)> {
    found.objectives.iter().map(|slo| (slo.id.as_str(), slo.target.to_string())).collect()
}

#[tokio::test]
async fn namespaces_are_told_apart_where_that_is_needed() {
    let job = "job=\"api\"";
    let both = [
        (file("team-a"), rules(&format!("{job},cluster=\"a\""), "0.99", &json!({"cluster": "a"}))),
        (file("team-b"), rules(&format!("{job},cluster=\"b\""), "0.95", &json!({"cluster": "b"}))),
    ];
    let one = found(&both[..1]).await;
    assert_eq!(told(&one), [("api/api-errors", "99%".to_owned())]);
    let pager = [("alertname", "ErrorBudgetBurn"), ("slo", "api-errors")];
    let pager = pager.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(one.objectives[0].about.pager, pager.into(), "SLOMetricAbsent has the same label");
    let two = found(&both).await;
    assert_eq!(
        told(&two),
        [("api/api-errors@team-a", "99%".to_owned()), ("api/api-errors@team-b", "95%".to_owned())]
    );
    assert_eq!(two.objectives[0].sli.written()[1].1, "http_total{job=\"api\",cluster=\"a\"}");
    assert_eq!(
        (two.objectives[1].tiers.len(), &two.objectives[1].about.pager["cluster"]),
        (1, &"b".to_owned())
    );
    assert_eq!(two.doubts, Vec::<String>::new());
}

#[tokio::test]
async fn services_of_their_own_tell_enough() {
    let both = [
        (file("a"), rules("job=\"api\"", "0.99", &json!({}))),
        (file("b"), rules("job=\"web\"", "0.95", &json!({}))),
    ];
    let two = found(&both).await;
    assert_eq!(told(&two), [("api/api-errors", "99%".to_owned()), ("web/api-errors", "95%".to_owned())]);
    let slo = &two.objectives[0];
    assert!(slo.about.pager.is_empty(), "{:?}", slo.about.pager);
    assert!(slo.about.notes[0].contains("they are not compared"), "{:?}", slo.about.notes);
}

#[tokio::test]
async fn a_label_tells_where_a_file_does_not() {
    let of =
        |namespace: &str| (String::new(), rules("job=\"api\"", "0.99", &json!({"namespace": namespace})));
    let mut both = [of("a"), of("b")];
    both[1].1[0]["query"] = json!("sum(rate(e[5m])) / sum(rate(t{job=\"api\"}[5m]))");
    let two = found(&both).await;
    assert_eq!(
        told(&two).iter().map(|(id, _)| *id).collect::<Vec<_>>(),
        ["api/api-errors@a", "api/api-errors@b"]
    );
    assert_eq!(two.objectives[0].about.pager["namespace"], "a");
}

#[tokio::test]
async fn what_cannot_be_told_apart_is_said() {
    let one = || rules("job=\"api\"", "0.99", &json!({}));
    let same = found(&[(file("a"), one()), (file("b"), one())]).await;
    assert_eq!((told(&same).len(), same.doubts), (1, Vec::new()), "the same rules twice are one SLO");
    let mixed =
        found(&[(String::new(), one()), (String::new(), rules("job=\"b\"", "0.9", &json!({})))]).await;
    assert_eq!(mixed.objectives.len(), 1);
    let why = "several SLOs have this name, and neither a namespace nor a file tells all of them apart";
    assert_eq!(mixed.doubts, [format!("left out of pyrra: `api-errors`: {why}")]);
}
