//! Who we are, and to whom we say so.

use std::io::Write;

use burnwatch::source::prometheus;
use serde_json::json;
use wiremock::matchers::{any, header, method};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::kit::*;

const PLANTED: &str = "planted-hunter2-secret";

fn file(text: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file
}

/// The value of `name` in the one request that `settings` lead to.
async fn sent(mut settings: serde_json::Value, name: &str) -> Option<String> {
    let server = answering(|_| Ok(series(&["7"]))).await;
    settings["url"] = json!(server.uri());
    count_one(&*source(settings)).await.unwrap();
    let requests = requests(&server).await;
    assert_eq!(requests.len(), 1);
    requests[0].headers.get(name).map(|value| value.to_str().unwrap().to_owned())
}

#[tokio::test]
async fn every_way_to_say_who_we_are() {
    let token = file("token-1\n");
    let bearer = Some("Bearer token-1".to_owned());
    assert_eq!(sent(json!({"bearer_file": token.path()}), "authorization").await, bearer);
    assert_eq!(sent(json!({"bearer_command": "echo token-1"}), "authorization").await, bearer);
    assert_eq!(sent(json!({"bearer_command": ["echo", "token-1"]}), "authorization").await, bearer);
    let path = std::env::var("PATH").map(|path| format!("Bearer {path}")).ok();
    assert_eq!(sent(json!({"bearer_env": "PATH"}), "authorization").await, path);
    let basic = json!({"basic": {"username": "alice", "password_file": token.path()}});
    // base64 of alice:token-1
    assert_eq!(sent(basic, "authorization").await, Some("Basic YWxpY2U6dG9rZW4tMQ==".into()));
    assert_eq!(sent(json!({"tenant": "a|b"}), "x-scope-orgid").await, Some("a|b".into()));
    assert_eq!(sent(json!({"headers": {"X-Key": "k"}}), "x-key").await, Some("k".into()));
    let header = json!({"headers": {"X-Key": {"file": token.path()}}});
    assert_eq!(sent(header, "x-key").await, Some("token-1".into()));
}

#[tokio::test]
async fn user_and_password_of_the_url_are_sent_and_not_shown() {
    let server = answering(|_| Ok(series(&["7"]))).await;
    let url = server.uri().replace("http://", "http://alice:p%40ss@");
    let source = source(json!({ "url": url }));
    assert_eq!(source.address(), server.uri());
    count_one(&*source).await.unwrap();
    // base64 of alice:p@ss
    assert_eq!(requests(&server).await[0].headers["authorization"], "Basic YWxpY2U6cEBzcw==");
}

#[tokio::test]
async fn an_old_token_is_fetched_again_once() {
    let server = MockServer::start().await;
    Mock::given(header("authorization", "Bearer new")).respond_with(something()).mount(&server).await;
    Mock::given(any()).respond_with(ResponseTemplate::new(401)).with_priority(9).mount(&server).await;
    let token = file("old");
    let source = source(json!({"url": server.uri(), "bearer_file": token.path()}));
    assert_eq!(count_one(&*source).await.unwrap_err().class(), "denied");
    assert_eq!(requests(&server).await.len(), 2, "the same token again, and no more");
    std::fs::write(token.path(), "new").unwrap();
    assert_eq!(count_one(&*source).await.unwrap().toll.requests, 2);
    assert_eq!(count_one(&*source).await.unwrap().toll.requests, 1);
}

#[tokio::test]
async fn only_get_is_let_through() {
    for status in [403, 405] {
        let server = MockServer::start().await;
        Mock::given(method("POST")).respond_with(ResponseTemplate::new(status)).mount(&server).await;
        Mock::given(method("GET")).respond_with(Server(|_: &str| Ok(series(&["1"])))).mount(&server).await;
        let source = at(&server);
        let counts = count_one(&*source).await.unwrap();
        assert_eq!((counts.toll.requests, counts.slos[0].as_ref().unwrap().points.len()), (2, 1));
        assert_eq!(count_one(&*source).await.unwrap().toll.requests, 1, "the way is remembered");
    }
}

#[tokio::test]
async fn another_host_gets_no_credentials() {
    let other = answering(|_| Ok(series(&["7"]))).await;
    let target = format!("{}/elsewhere", other.uri());
    let server = serve(ResponseTemplate::new(307).insert_header("location", target.as_str())).await;
    let token = file(PLANTED);
    let source = source(json!({"url": server.uri(), "bearer_file": token.path(), "tenant": PLANTED,
        "headers": {"X-Key": PLANTED, "Cookie": PLANTED}}));
    count_one(&*source).await.unwrap();
    assert_eq!(requests(&server).await[0].headers["x-key"], PLANTED);
    let [request] = &requests(&other).await[..] else { panic!("one request") };
    assert!(!format!("{:?}", request.headers).contains(PLANTED));
    assert!(!format!("{}{}", request.url, String::from_utf8_lossy(&request.body)).contains(PLANTED));
}

#[tokio::test]
async fn the_same_host_gets_them_again() {
    let server = MockServer::start().await;
    Mock::given(wiremock::matchers::path("/moved")).respond_with(something()).mount(&server).await;
    let moved = ResponseTemplate::new(308).insert_header("location", "/moved");
    Mock::given(any()).respond_with(moved).with_priority(9).mount(&server).await;
    count_one(&*source(json!({"url": server.uri(), "tenant": "a"}))).await.unwrap();
    let requests = requests(&server).await;
    assert_eq!((requests.len(), &requests[1].headers["x-scope-orgid"]), (2, &"a".parse().unwrap()));
    assert_eq!(requests[0].body, requests[1].body);
}

#[tokio::test]
async fn redirects_in_a_circle_end() {
    let server = serve(ResponseTemplate::new(302).insert_header("location", "/again")).await;
    let error = count_one(&*at(&server)).await.unwrap_err();
    assert!(error.to_string().contains("more than 3 redirects"), "{error}");
}

#[tokio::test]
async fn planted_secrets_are_never_repeated() {
    let token = file(PLANTED);
    for (status, body) in [
        (401, format!("no such token {PLANTED}")),
        (
            400,
            json!({"status": "error", "errorType": "bad_data", "error": format!("bad {PLANTED}")})
                .to_string(),
        ),
        (500, format!("{PLANTED} {PLANTED}")),
    ] {
        let server = serve(ResponseTemplate::new(status).set_body_string(body)).await;
        let url = format!("{}/?token={PLANTED}", server.uri());
        let source = source(json!({"url": url, "bearer_file": token.path(), "headers": {"X-Key": PLANTED}}));
        let counts = count_one(&*source).await;
        let said = match &counts {
            Err(error) => format!("{error} {error:?}"),
            Ok(counts) => format!("{counts:?} {}", counts.slos[0].as_ref().unwrap_err()),
        };
        assert!(!said.contains("hunter2"), "{said}");
        assert!(said.contains("(secret)"), "{said}");
        assert!(!source.address().contains("hunter2"));
        let sent = requests(&server).await;
        assert!(sent[0].url.query().unwrap().contains(PLANTED), "the query of the URL is kept");
    }
}

#[tokio::test]
async fn commands_that_fail_are_named_and_not_quoted() {
    for (command, words) in [
        (json!(["sh", "-c", format!("echo {PLANTED}; exit 3")]), "the command sh failed (exit status 3)"),
        (json!("true"), "what true printed is empty"),
        (json!("no-such-program-at-all x"), "cannot run no-such-program-at-all: there is no such file"),
        (json!(["printf", "a\\nb"]), "more than one line"),
    ] {
        let source = source(json!({"url": "http://127.0.0.1:9", "bearer_command": command}));
        let error = count_one(&*source).await.unwrap_err();
        assert_eq!(error.class(), "credentials");
        assert!(error.to_string().contains(words) && !format!("{error:?}").contains("hunter2"), "{error}");
    }
    let mut spec = spec(json!({"url": "http://127.0.0.1:9", "bearer_command": "sleep 60"}));
    spec.timeout = std::time::Duration::from_millis(50);
    let error = count_one(&*(prometheus::KIND.connect)(&spec).unwrap()).await.unwrap_err();
    assert!(error.to_string().contains("did not end within 50 ms"), "{error}");
}

#[tokio::test]
async fn each_request_has_a_trace_of_its_own_and_each_address_its_own_login() {
    let server = serve(ResponseTemplate::new(500)).await;
    let url = |login: &str| server.uri().replace("http://", &format!("http://{login}@"));
    let source = source(json!({"urls": [url("alice:one"), url("bob:two")], "limits": {"attempts": 1}}));
    assert!(count_one(&*source).await.is_err());
    let sent = requests(&server).await;
    let logins: Vec<&str> = sent.iter().map(|one| one.headers["authorization"].to_str().unwrap()).collect();
    assert_eq!(logins, ["Basic YWxpY2U6b25l", "Basic Ym9iOnR3bw=="]);
    let traces: Vec<&str> = sent.iter().map(|one| one.headers["traceparent"].to_str().unwrap()).collect();
    for trace in &traces {
        let parts: Vec<usize> = trace.split('-').map(str::len).collect();
        assert_eq!(parts, [2, 32, 16, 2], "{trace}");
        assert!(trace.starts_with("00-") && trace.ends_with("-00"), "{trace}");
    }
    assert_ne!(traces[0], traces[1]);
}
