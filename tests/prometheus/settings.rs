//! Settings that cannot be used, each with its key and a hint.

use burnwatch::source::prometheus;
use serde_json::{Value, json};

use crate::kit::spec;

fn refused(settings: &Value) -> (String, String) {
    let Err(error) = (prometheus::KIND.connect)(&spec(settings.clone())) else { panic!("taken: {settings}") };
    (error.key, format!("{} {}", error.problem, error.hint.unwrap_or_default()))
}

const NO_CERTIFICATE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");

#[test]
fn each_fault_names_its_key() {
    let with = |key: &str, value: Value| json!({"url": "http://p", key: value});
    for (settings, key, words) in [
        (json!({}), "url", "missing"),
        (json!({"urls": []}), "urls", "missing"),
        (json!({"url": 5}), "url", "must be text"),
        (json!({"url": "127.0.0.1:9090"}), "url", "no scheme"),
        (json!({"url": "ftp://p"}), "url", "ftp://"),
        (json!({"url": "http://"}), "url", "cannot be read"),
        (json!({"url": "http://p", "urls": ["http://q"]}), "urls", "keep one"),
        (
            with("bearer_file", json!("/no/such/token")),
            "bearer_file",
            "/no/such/token: there is no such file",
        ),
        (
            with("bearer_env", json!("NO_SUCH_VARIABLE_AT_ALL")),
            "bearer_env",
            "NO_SUCH_VARIABLE_AT_ALL is not set",
        ),
        (with("bearer_command", json!(" ")), "bearer_command", "empty"),
        (with("bearer_command", json!([1])), "bearer_command", "list of texts"),
        (with("basic", json!("alice:secret")), "basic", "table"),
        (with("basic", json!({"username": "alice"})), "basic", "password is missing"),
        (with("basic", json!({"username": "a:b", "password_env": "PATH"})), "basic", "holds a colon"),
        (with("basic", json!({"username": "alice", "password": "x"})), "basic", "password_file"),
        (with("headers", json!({"a b": "c"})), "headers", "name of a header"),
        (with("headers", json!({"a": "c\nd"})), "headers", "cannot be sent"),
        (with("headers", json!({"a": {"fil": "c"}})), "headers", "unknown key `fil`"),
        (with("tenant", json!("a\n")), "tenant", "cannot be sent"),
        (with("ca_file", json!("/no/such/ca.pem")), "ca_file", "/no/such/ca.pem"),
        (with("ca_file", json!("/dev/zero")), "ca_file", "/dev/zero is a pipe or a device"),
        (with("bearer_file", json!("/dev/zero")), "bearer_file", "has to be a plain file"),
        (with("ca_file", json!(NO_CERTIFICATE)), "ca_file", "no certificate"),
        (with("client_cert", json!(NO_CERTIFICATE)), "client_cert", "no certificate with its key"),
        (with("client_key", json!(NO_CERTIFICATE)), "client_cert", "needs `client_cert`"),
    ] {
        let (found, said) = refused(&settings);
        assert_eq!(found, key, "{settings}: {said}");
        assert!(said.contains(words), "{settings}: {said}");
    }
}

#[test]
fn one_way_to_log_in() {
    let settings = json!({"url": "http://alice:hunter2@p", "bearer_command": "x"});
    let (key, said) = refused(&settings);
    assert_eq!(key, "url");
    assert!(!said.contains("hunter2"), "{said}");
    let (_, said) = refused(&json!({"url": "http://p", "bearer_command": "x", "bearer_env": "PATH"}));
    assert!(said.contains("keep one"), "{said}");
    let written = json!({"url": "http://p", "bearer_command": "x", "headers": {"authorization": "Bearer y"}});
    let (key, said) = refused(&written);
    assert_eq!(key, "headers");
    assert!(said.contains("keep one of bearer_command, headers"), "{said}");
    let (key, _) = refused(&json!({"urls": ["http://p", "http://alice:hunter2@q"], "bearer_command": "x"}));
    assert_eq!(key, "urls");
}

#[test]
fn a_malformed_url_is_not_repeated() {
    for url in ["alice:hunter2@p", "ftp://alice:hunter2@p", "http://alice:hunter2@p:port"] {
        let (_, said) = refused(&json!({ "url": url }));
        assert!(!said.contains("hunter2"), "{said}");
    }
}

#[test]
fn addresses_as_people_paste_them() {
    for (url, address) in [
        ("http://p:9090/", "http://p:9090"),
        ("https://p/prometheus/", "https://p/prometheus"),
        ("http://p/x/api/v1/", "http://p/x"),
        (" http://p#frag ", "http://p"),
    ] {
        let source = (prometheus::KIND.connect)(&spec(json!({ "url": url }))).unwrap();
        assert_eq!(source.address(), address);
    }
}
