//! SLOs of other tools: what is asked, and what becomes of answers that are refused, broken, huge or hostile.

use burnwatch::source::SourceError;
use serde_json::{Value, json};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::kit::*;

fn info(service: &str, name: &str) -> Value {
    let id = format!("{service}-{name}");
    let labels = [("__name__", "sloth_slo_info"), ("sloth_id", &id), ("sloth_service", service)];
    let mut metric: Value =
        labels.into_iter().map(|(label, value)| (label.to_owned(), json!(value))).collect();
    metric["sloth_slo"] = json!(name);
    metric["sloth_objective"] = json!("99.9");
    json!({"metric": metric, "value": [NOW, "1"]})
}

fn errors(id: &str) -> Value {
    json!({"type": "recording", "name": "slo:sli_error:ratio_rate5m", "labels": {"sloth_id": id},
        "query": "(sum(rate(e[5m]))) / (sum(rate(t[5m])))"})
}

fn groups(rules: &[Value]) -> ResponseTemplate {
    let data = json!({"groups": [{"name": "g", "rules": rules}]});
    ResponseTemplate::new(200).set_body_json(json!({"status": "success", "data": data}))
}

/// Answers the query with these series, and the list of rules with this.
async fn server(series: Vec<Value>, rules: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    let answer = move |request: &Request| {
        if request.url.path() == "/prom/api/v1/rules" {
            assert_eq!(request.method.as_str(), "GET");
            return rules.clone();
        }
        let data = json!({"resultType": "vector", "result": series});
        ResponseTemplate::new(200).set_body_json(json!({"status": "success", "data": data}))
    };
    Mock::given(any()).respond_with(answer).mount(&server).await;
    server
}

fn looking(server: &MockServer, tools: &[&str]) -> std::sync::Arc<dyn burnwatch::source::Source> {
    source(json!({"url": format!("{}/prom", server.uri()), "discover": tools}))
}

const ALL: [&str; 3] = ["sloth", "pyrra", "grafana"];

#[tokio::test]
async fn two_requests_tell_it_all() {
    let server = server(vec![info("shop", "ok")], groups(&[errors("shop-ok")])).await;
    let found = looking(&server, &ALL).discover(NOW).await.unwrap();
    assert_eq!((found.objectives.len(), found.toll.requests), (1, 2));
    assert_eq!((found.objectives[0].id.as_str(), found.objectives[0].sli.kind()), ("shop/ok", "events"));
    assert_eq!(found.objectives[0].source, "main");
    assert_eq!(found.doubts, Vec::<String>::new());
    let asked = requests(&server).await;
    assert_eq!(asked.iter().map(|request| request.method.as_str()).collect::<Vec<_>>(), ["POST", "GET"]);
    assert_eq!(param(&asked[0], "time"), Some(NOW.to_string()));
    let query = param(&asked[0], "query").unwrap();
    assert!(
        query.starts_with("{__name__=~\"sloth_slo_info|") && query.contains("grafana_slo_objective"),
        "{query}"
    );
}

#[tokio::test]
async fn who_is_not_wanted_is_not_asked_for() {
    let server = server(Vec::new(), groups(&[])).await;
    assert!(!at(&server).discovers());
    assert_eq!(at(&server).discover(NOW).await.unwrap().toll.requests, 0);
    let found = looking(&server, &["grafana"]).discover(NOW).await.unwrap();
    assert_eq!(found.toll.requests, 1, "Grafana's rules are not the backend's");
    assert!(!param(&requests(&server).await[0], "query").unwrap().contains("sloth"));
}

#[tokio::test]
async fn rules_that_are_not_told_leave_the_recorded_ratios() {
    for (rules, words) in [
        (ResponseTemplate::new(404), "404"),
        (ResponseTemplate::new(403), "403"),
        (ResponseTemplate::new(501), "501"),
        (ResponseTemplate::new(200).set_body_string("<html>login</html>"), "not the JSON"),
        (ResponseTemplate::new(200).set_body_json(json!({"status": "success"})), "not the JSON"),
    ] {
        let server = server(vec![info("shop", "ok")], rules).await;
        let found = looking(&server, &ALL).discover(NOW).await.unwrap();
        assert_eq!(found.objectives[0].sli.kind(), "ratio");
        let [doubt] = &found.doubts[..] else { panic!("{:?}", found.doubts) };
        assert!(
            doubt.starts_with("the rules are not told, so SLOs of pyrra cannot be found")
                && doubt.contains(words),
            "{doubt}"
        );
    }
}

#[tokio::test]
async fn trouble_that_may_pass_takes_nothing_away() {
    let server = server(vec![info("shop", "ok")], ResponseTemplate::new(503)).await;
    let error = looking(&server, &ALL).discover(NOW).await.unwrap_err();
    assert!(matches!(error, SourceError::Server { status: 503, .. }), "{error}");
}

#[tokio::test]
async fn hostile_names_and_rules_do_no_harm() {
    let deep = format!("{}1{}", "(".repeat(5000), ")".repeat(5000));
    let burn = |slo: &str, query: &str| json!({"type": "recording", "name": "x:burnrate5m", "labels": {"slo": slo}, "query": query});
    let rules = [
        burn("a\u{1b}]0;x\u{7}b", "sum(rate(e[5m])) / sum(rate(t[5m]))"),
        burn("deep", &deep),
        burn("long", &"a+".repeat(50_000)),
        burn("bomb", "a{b=~\"((x{100}){100}){100}\"}"),
        json!({"type": "recording", "name": "slo:sli_error:ratio_rate99999999999999999d", "labels": {"sloth_id": "shop-ok"}}),
    ];
    let series = vec![info("shop", "ok"), info("evil\u{1b}[2J\u{202e}", "a/b\n\"}"), info("", "")];
    let server = server(series, groups(&rules)).await;
    let found = looking(&server, &ALL).discover(NOW).await.unwrap();
    let ids: Vec<&str> = found.objectives.iter().map(|slo| slo.id.as_str()).collect();
    assert_eq!(ids, ["evil/a-b \"}", "shop/ok"]);
    let all = found.doubts.join("\n");
    assert!(!all.contains(['\u{1b}', '\u{202e}']) && all.len() < 1000, "{all:?}");
    assert!(all.contains("`bomb`, `deep`, `long`: its rules are not PromQL as far as it is known"), "{all}");
}

#[tokio::test]
async fn a_thousand_slos_are_bounded_and_said() {
    let series = (0..1000).map(|number| info("shop", &format!("s{number:04}"))).collect();
    let server = server(series, groups(&[])).await;
    let found = looking(&server, &ALL).discover(NOW).await.unwrap();
    assert_eq!(found.objectives.len(), 500);
    let words =
        "left out of sloth: `shop/s0500`, `shop/s0501`, `shop/s0502` and 497 more: more than 500 SLOs";
    assert_eq!(found.doubts, [words]);
}

#[test]
fn only_tools_that_are_known_can_be_wanted() {
    let refused = |value: Value| {
        let spec = spec(json!({"url": "http://p", "discover": value}));
        let error = (burnwatch::source::prometheus::KIND.connect)(&spec).err().unwrap();
        (error.key, error.problem, error.hint.unwrap_or_default())
    };
    let (key, problem, hint) = refused(json!(["slot"]));
    assert_eq!((key.as_str(), problem.as_str()), ("discover", "`slot` cannot be looked for"));
    assert_eq!(hint, "known are sloth, pyrra, grafana, burnwatch");
    assert_eq!(refused(json!("sloth")).1, "`discover` must be a list of texts");
}

/// Answers the look for services with `services`, and all else as [`server`] does.
async fn with_services(
    series: Vec<Value>,
    rules: ResponseTemplate,
    services: impl Fn(&Request) -> ResponseTemplate + Send + Sync + 'static,
) -> MockServer {
    let server = MockServer::start().await;
    let answer = move |request: &Request| {
        if request.url.path() == "/prom/api/v1/rules" {
            return rules.clone();
        }
        if param(request, "query").is_some_and(|query| query.contains("count by")) {
            return services(request);
        }
        let data = json!({"resultType": "vector", "result": series});
        ResponseTemplate::new(200).set_body_json(json!({"status": "success", "data": data}))
    };
    Mock::given(any()).respond_with(answer).mount(&server).await;
    server
}

#[tokio::test]
async fn services_are_found_with_one_request_more_and_an_slo_tells_its_own() {
    let rule = json!({"type": "recording", "name": "slo:sli_error:ratio_rate5m", "labels": {"sloth_id": "shop-ok"},
        "query": "(sum(rate(http_requests_total{job=\"x\",code=~\"5..\"}[5m]))) / (sum(rate(http_requests_total{job=\"x\"}[5m])))"});
    let answer = |request: &Request| {
        let query = param(request, "query").unwrap();
        let id = parts(&query).into_iter().find(|(_, text)| text.contains("istio_requests_total")).unwrap().0;
        let mail = json!({"metric": {"__bw__": id, "destination_service_name": "mail\u{1b}[2J"}, "value": [NOW, "3"]});
        let data = json!({"resultType": "vector", "result": [mail]});
        ResponseTemplate::new(200).set_body_json(json!({"status": "success", "data": data}))
    };
    let server = with_services(vec![info("shop", "ok")], groups(&[rule]), answer).await;
    let found = looking(&server, &["sloth", "services"]).discover(NOW).await.unwrap();
    assert_eq!((found.toll.requests, found.objectives.len(), found.doubts.len()), (3, 1, 0));
    let told: Vec<_> = found
        .services
        .unwrap()
        .iter()
        .map(|one| (one.name.clone(), one.preset.clone().unwrap(), one.selector.clone()))
        .collect();
    assert_eq!(told[0].0, "mail", "escape codes do not come through");
    assert_eq!(told[1], ("shop".into(), "http".into(), "job=\"x\"".into()));
}

#[tokio::test]
async fn slos_stand_where_services_cannot_be_looked_for() {
    let server =
        with_services(vec![info("shop", "ok")], groups(&[errors("shop-ok")]), |_| refusal(503, "busy")).await;
    let found = looking(&server, &["sloth", "services"]).discover(NOW).await.unwrap();
    assert_eq!((found.objectives.len(), found.services), (1, None));
    assert!(found.doubts[0].starts_with("services cannot be looked for: "), "{:?}", found.doubts);
    assert!(looking(&server, &["services"]).discover(NOW).await.is_err(), "nothing else would tell");
}
