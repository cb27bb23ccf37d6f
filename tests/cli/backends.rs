//! Backends that are away, closed, or something else.

use std::io::{Read, Write};
use std::net::TcpListener;

use serde_json::{Value, json};
use tokio::runtime::Runtime;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use crate::kit::{Done, Machine, config, done};

/// A server on threads of its own.
pub(crate) struct Web {
    _runtime: Runtime,
    pub(crate) server: MockServer,
}

impl Web {
    pub(crate) fn new(answer: impl Respond + 'static) -> Self {
        let runtime = Runtime::new().unwrap();
        let server = runtime.block_on(async {
            let server = MockServer::start().await;
            Mock::given(any()).respond_with(answer).mount(&server).await;
            server
        });
        Self { _runtime: runtime, server }
    }
}

fn status(url: &str, args: &[&str]) -> Done {
    let machine = Machine::new();
    let file = machine.write("burnwatch.toml", &config(url));
    machine.run(&[&["status", "--config", file.as_str()], args].concat())
}

#[test]
fn a_backend_that_does_not_answer_is_a_sentence_and_3() {
    let html = ResponseTemplate::new(200).set_body_raw("<!doctype html><h1>Sign in</h1>", "text/html");
    for (answer, words) in [
        (ResponseTemplate::new(401), "401"),
        (html, "login page"),
        (ResponseTemplate::new(404).set_body_string("404 page not found"), "path of the URL"),
        (ResponseTemplate::new(503), "503"),
        (ResponseTemplate::new(200).set_body_string("{\"status\":"), "ends early"),
    ] {
        let web = Web::new(answer);
        for args in [&[][..], &["--json"], &["--oneline"]] {
            let done = status(&web.server.uri(), args);
            assert_eq!(done.code, 3, "{words} {args:?}: {done:?}");
            assert!(done.out.contains("NODATA"), "{words} {args:?}: {done:?}");
            assert!(args == ["--oneline"] || done.out.contains(words), "{words} {args:?}: {done:?}");
            assert!(!done.out.contains("<h1>"), "{done:?}");
        }
    }
}

#[test]
fn an_unreachable_url_is_named_with_what_to_look_at() {
    for (url, words) in [
        (
            "http://127.0.0.1:9",
            "connection refused by http://127.0.0.1:9: is it running, and is the port right?",
        ),
        ("http://no-such-host.invalid:9090", "cannot find host no-such-host.invalid"),
    ] {
        let done = status(url, &[]);
        assert_eq!(done.code, 3, "{done:?}");
        assert!(done.out.contains(words), "{done:?}");
    }
}

#[test]
fn silence_ends_with_the_timeout() {
    let web = Web::new(ResponseTemplate::new(200).set_delay(std::time::Duration::from_secs(600)));
    let done = status(&web.server.uri(), &["--timeout", "1s"]);
    assert_eq!(done.code, 3, "{done:?}");
    assert!(done.out.contains("no answer from"), "{done:?}");
}

/// Says this to everyone who asks, and nothing more, without hanging up.
fn stuck(words: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let mut held = Vec::new();
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(words);
            held.push(stream);
        }
    });
    url
}

#[test]
fn the_class_of_trouble_is_told_within_the_timeout() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 90\r\n\r\n{";
    let html =
        b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: text/html\r\ncontent-length: 6\r\n\r\n<html>";
    for (url, class) in [
        ("http://127.0.0.1:9".to_owned(), "refused"),
        ("http://no-such-host.invalid:9090".to_owned(), "dns"),
        (stuck(b""), "timeout"),
        (stuck(head), "timeout"),
        (stuck(html), "bad answer"),
        (stuck(b"SSH-2.0-OpenSSH\r\n"), "broken"),
        (stuck(b"HTTP/1.1 503 Busy\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"), "server"),
        (
            stuck(b"HTTP/1.1 429 Slow\r\nconnection: close\r\nretry-after: 60\r\ncontent-length: 0\r\n\r\n"),
            "rate limited",
        ),
    ] {
        let machine = Machine::new();
        let file = machine.write("burnwatch.toml", &config(&url));
        let mut command = machine.command(&["status", "--json", "--timeout", "1s", "--config", &file]);
        // Whoever takes much longer than the second is ended, and has no exit code.
        command.timeout(std::time::Duration::from_secs(15));
        let done = done(command);
        assert_eq!(done.code, 3, "{class}: {done:?}");
        let document: Value = serde_json::from_str(&done.out).unwrap();
        assert_eq!(document["sources"][0]["error_class"], class, "{done:?}");
        assert!(document["sources"][0]["error"].as_str().unwrap().len() > 20, "{done:?}");
        assert_eq!(document["slos"][0]["budget"], Value::Null, "{done:?}");
    }
}

#[test]
fn show_draws_what_it_can_without_the_backend() {
    let machine = Machine::new();
    let file = machine.write("burnwatch.toml", &config("http://127.0.0.1:9"));
    let done = machine.run(&["show", "overview", "--config", &file]);
    assert_eq!(done.code, 0, "{done:?}");
    assert!(done.out.contains("NODATA") && !done.out.contains("OK"), "{}", done.out);
}

/// Each expression is answered by two series, as when a label was forgotten.
struct Twice;

impl Respond for Twice {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let body = String::from_utf8_lossy(&request.body).into_owned();
        let ids: Vec<String> = body
            .split("%22__bw__%22%2C+%22")
            .skip(1)
            .filter_map(|rest| rest.split("%22").next().map(str::to_owned))
            .collect();
        let number = |name: &str| -> i64 {
            let rest = body.split(&format!("{name}=")).nth(1).unwrap_or("0");
            rest.split(['&', '.']).next().and_then(|text| text.parse().ok()).unwrap_or(0)
        };
        let end = number("end");
        let series = |id: &String, pod: &str| {
            json!({
                "metric": { "__bw__": id, "pod": pod }, "values": [[end, "1"]],
            })
        };
        let result: Vec<Value> = ids.iter().flat_map(|id| [series(id, "a"), series(id, "b")]).collect();
        let data = json!({ "status": "success", "data": { "resultType": "matrix", "result": result } });
        ResponseTemplate::new(200).set_body_json(data)
    }
}

#[test]
fn two_series_where_one_is_meant_is_refused_with_the_reason() {
    let web = Web::new(Twice);
    let machine = Machine::new();
    // An expression of one's own is taken as it is; a bare counter would be summed.
    let own = config(&web.server.uri())
        .replace("'errors'", "'increase(errors[{{.window}}])'")
        .replace("'requests'", "'increase(requests[{{.window}}])'");
    let file = machine.write("burnwatch.toml", &own);
    let done = machine.run(&["status", "--config", &file]);
    assert_eq!(done.code, 1, "{done:?}");
    assert!(done.out.contains("2 series"), "{done:?}");
    let online = machine.run(&["check", "--online", "--config", &file]);
    assert_eq!(online.code, 1, "{online:?}");
    assert!(online.err.contains("api/availability") && online.err.contains("2 series"), "{online:?}");
}

#[test]
fn what_a_backend_says_cannot_act_on_the_terminal() {
    let evil = "\u{1b}]0;owned\u{7}\u{1b}[2J\u{202e}boom";
    let body = json!({ "status": "error", "errorType": "bad_data", "error": evil });
    let web = Web::new(ResponseTemplate::new(400).set_body_json(body));
    let machine = Machine::new();
    let file = machine.write("burnwatch.toml", &config(&web.server.uri()));
    for args in [&["status"][..], &["status", "--oneline"], &["show", "overview"], &["check", "--online"]] {
        let done = machine.run(&[args, &["--config", file.as_str()]].concat());
        for text in [&done.out, &done.err] {
            let odd = |letter: &char| letter.is_control() && *letter != '\n' || *letter == '\u{202e}';
            assert!(!text.chars().any(|letter| odd(&letter)), "{args:?}: {text:?}");
        }
    }
    let told = machine.run(&["check", "--online", "--config", &file]);
    assert!(told.err.contains("boom"), "{told:?}");
}

/// Fifteen alerts in its list of rules, and no series.
struct Alerts;

impl Respond for Alerts {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let alert =
            |at| json!({"type": "alerting", "name": format!("Down{at}\u{1b}[2J"), "query": "up == 0"});
        let data = if request.url.path().ends_with("/rules") {
            json!({"groups": [{"rules": (0..15).map(alert).collect::<Vec<_>>()}]})
        } else {
            json!({"resultType": "vector", "result": []})
        };
        ResponseTemplate::new(200).set_body_json(json!({"status": "success", "data": data}))
    }
}

#[test]
fn doubts_about_the_backends_own_alerts_are_notes_and_few() {
    let web = Web::new(Alerts);
    let machine = Machine::new();
    let file = machine.write("burnwatch.toml", &config(&web.server.uri()));
    let online = machine.run(&["check", "--online", "--config", &file]);
    let notes: Vec<&str> = online.err.lines().filter(|line| line.starts_with("note: ")).collect();
    assert_eq!(notes.len(), 21, "{}", online.err);
    assert_eq!(notes[1], "note: main: alert Down0: no runbook annotation");
    assert_eq!(notes[20], "note: and 10 more doubts about alert rules");
    assert!(online.out.contains("1 warning"), "notes are neither errors nor warnings: {online:?}");
    let offline = machine.run(&["check", "--config", &file]);
    assert!(!offline.err.contains("note: "), "{offline:?}");
}
