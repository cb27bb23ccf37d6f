//! Thanos, Mimir, Cortex and VictoriaMetrics: what they are sent, and what their answers mean.

use burnwatch::domain::signal::{Lane, OwnSignal, Service};
use burnwatch::source::{Signals, SignalsAsk, Source, SourceError};
use serde_json::{Value, json};
use std::sync::Arc;
use wiremock::{MockServer, Request, ResponseTemplate};

use crate::kit::*;

fn flavored(server: &MockServer, flavor: &str, more: Value) -> Arc<dyn Source> {
    let Value::Object(mut settings) = more else { panic!() };
    settings.insert("url".into(), json!(server.uri()));
    settings.insert("flavor".into(), json!(flavor));
    source(Value::Object(settings))
}

async fn charts(source: &dyn Source) -> Result<Signals, SourceError> {
    let own = OwnSignal { lane: Lane::Saturation, name: "pool".into(), query: "pool".into(), limit: None };
    let service = Service {
        name: "checkout".into(),
        source: "main".into(),
        preset: None,
        selector: String::new(),
        own: vec![own],
        latency_limit: None,
    };
    source.signals(&SignalsAsk { services: vec![Arc::new(service)], range: RANGE }).await
}

/// Path, tenant and the parameters about partial answers.
async fn sent(server: &MockServer) -> (String, Option<String>, Vec<String>) {
    let request = &requests(server).await[0];
    let header = |name: &str| request.headers.get(name).map(|value| value.to_str().unwrap().to_owned());
    let names = ["partial_response", "deny_partial_response", "dedup", "storeMatch[]"];
    let params = names.into_iter().filter_map(|name| Some(format!("{name}={}", param(request, name)?)));
    let tenant = header("x-scope-orgid").or(header("thanos-tenant"));
    (request.url.path().to_owned(), tenant, params.collect())
}

#[tokio::test]
async fn each_is_asked_in_its_own_way() {
    let plain = "/api/v1/query_range";
    for (flavor, more, path, tenant, params) in [
        ("prometheus", json!({}), plain, None, "partial_response=false deny_partial_response=1"),
        ("thanos", json!({"tenant": "a"}), plain, Some("a"), "partial_response=false dedup=true"),
        (
            "thanos",
            json!({"params": {"dedup": "false", "storeMatch[]": "x"}, "headers": {"THANOS-TENANT": "b"}}),
            plain,
            Some("b"),
            "partial_response=false dedup=false storeMatch[]=x",
        ),
        ("mimir", json!({"tenant": "a|b"}), "/prometheus/api/v1/query_range", Some("a|b"), ""),
        ("cortex", json!({}), "/prometheus/api/v1/query_range", None, ""),
        (
            "victoriametrics",
            json!({"tenant": "7"}),
            "/select/7/prometheus/api/v1/query_range",
            None,
            "deny_partial_response=1",
        ),
        ("victoriametrics", json!({}), plain, None, "deny_partial_response=1"),
    ] {
        let server = answering(|_| Ok(series(&["1"]))).await;
        count_one(&*flavored(&server, flavor, more)).await.unwrap();
        let expected = (
            path.to_owned(),
            tenant.map(str::to_owned),
            params.split_whitespace().map(str::to_owned).collect(),
        );
        assert_eq!(sent(&server).await, expected, "{flavor}");
    }
}

#[tokio::test]
async fn a_part_of_the_answer_is_no_base_for_a_budget_and_marks_a_chart() {
    let partial = |request: &Request| {
        let ids: Vec<_> = parts(&param(request, "query").unwrap()).into_iter().map(|(id, _)| id).collect();
        let result: Vec<_> =
            ids.iter().map(|id| json!({"metric": {"__bw__": id}, "values": [[NOW, "3"]]})).collect();
        let mut body = json!({"status": "success", "data": {"resultType": "matrix", "result": result}});
        if request.headers.contains_key("thanos-tenant") {
            body["warnings"] =
                json!(["receive series from Addr: store-2:10901: rpc error: code = Unavailable"]);
        } else {
            body["isPartial"] = json!(true);
        }
        ResponseTemplate::new(200).set_body_json(body)
    };
    for flavor in ["victoriametrics", "thanos", "prometheus"] {
        let server = serve(partial).await;
        let more = if flavor == "thanos" { json!({"tenant": "a"}) } else { json!({}) };
        let source = flavored(&server, flavor, more);
        let error = count_one(&*source).await.unwrap_err();
        assert!(error.to_string().contains("no base for a budget"), "{error}");
        let charts = charts(&*source).await.unwrap();
        assert_eq!(charts.figures[0].points, [(NOW, 3.0)]);
        assert!(charts.toll.warnings[0].contains("partial") || charts.toll.warnings[0].contains("store-2"));
        let last = requests(&server).await.pop().unwrap();
        assert_ne!(param(&last, "partial_response").as_deref(), Some("false"), "{flavor}");
        assert_eq!(param(&last, "deny_partial_response"), None, "{flavor}");
    }
}

#[tokio::test]
async fn an_empty_list_of_rules_is_told_for_what_it_is() {
    let rules = json!({"status": "success", "data": {"groups": []}});
    let server = serve(ResponseTemplate::new(200).set_body_json(rules)).await;
    let doubts = flavored(&server, "victoriametrics", json!({})).alert_doubts(&[]).await.unwrap();
    assert!(
        doubts[0].contains("rules are not served here") && doubts[0].contains("-vmalert.proxyURL"),
        "{doubts:?}"
    );
    assert_eq!(
        flavored(&server, "prometheus", json!({})).alert_doubts(&[]).await.unwrap(),
        Vec::<String>::new()
    );
}

#[tokio::test]
async fn victoriametrics_says_its_errors_with_the_status_as_their_type() {
    let said = r#"error when executing query="label_replace(foo(a))" on the time range (start=1, end=2, step=3): cannot execute query: unknown func "foo""#;
    let body = json!({"status": "error", "errorType": "422", "error": said});
    let server = serve(ResponseTemplate::new(422).set_body_json(body)).await;
    let error = match count_one(&*flavored(&server, "victoriametrics", json!({}))).await {
        Err(error) => error,
        Ok(counts) => counts.slos.into_iter().find_map(Result::err).unwrap(),
    };
    assert!(
        error.to_string().contains("unknown func \"foo\"") && !error.to_string().contains("start="),
        "{error}"
    );
}

#[tokio::test]
async fn mimir_refuses_in_words_of_its_own() {
    for (status, kind, message, class) in [
        (401, "", "no org id", "denied"),
        (
            422,
            "execution",
            "the query exceeded the maximum number of series (err-mimir-max-series-per-query)",
            "query",
        ),
        (429, "too_many_requests", "too many outstanding requests", "rate limited"),
        (413, "too_large_entry", "too large", "query"),
    ] {
        let body = json!({"status": "error", "errorType": kind, "error": message});
        let server = serve(ResponseTemplate::new(status).set_body_json(body)).await;
        let error = match count_one(&*flavored(&server, "mimir", json!({}))).await {
            Err(error) => error,
            Ok(counts) => counts.slos.into_iter().find_map(Result::err).unwrap(),
        };
        assert_eq!(error.class(), class, "{error}");
    }
}
