//! Everything is run, and everything is searched.

use std::fs;
use std::sync::Arc;

use burnwatch::config::{self, Document};

use crate::echo::{Server, Way, base64, json_escaped, percent};
use crate::planted::{Home, PLANTED};
use crate::pty::{Life, Start};
use crate::search::{found_below, found_in};

const COMMANDS: &[&[&str]] = &[
    &["status"],
    &["status", "--json"],
    &["status", "--oneline"],
    &["check"],
    &["check", "--online"],
    &["check", "--online", "--short"],
    &["doctor"],
    &["doctor", "--json"],
    &["explain", "s0/a"],
    &["explain", "s6/a", "--json"],
    &["can-ship", "s4"],
    &["show", "sources", "--size", "200x100"],
    &["show", "overview", "--size", "200x60", "--format", "ansi"],
    &["show", "signals", "--size", "200x60"],
    &["show", "slo", "--size", "200x60", "--format", "svg"],
    &["rules"],
    &["trace", "0af7651916cd43dd8448eb211c80319c"],
];

fn planted() -> Vec<String> {
    PLANTED.iter().map(|&secret| secret.to_owned()).collect()
}

/// Each secret, and each way in which it can be written down.
fn spelled(secrets: &[String]) -> Vec<String> {
    let other = |spell: fn(&str) -> String| secrets.iter().map(move |secret| spell(secret));
    let encoded = other(base64).map(|text| text.trim_end_matches('=').to_owned());
    let all = secrets.iter().cloned().chain(encoded).chain(other(percent)).chain(other(json_escaped));
    all.collect()
}

#[test]
fn secrets_are_spelled_as_others_spell_them() {
    assert_eq!([base64("alice:token-1"), base64("ab?>~")], ["YWxpY2U6dG9rZW4tMQ==", "YWI/Pn4="]);
    assert_eq!(percent("a/b é"), "a%2fb%20%c3%a9");
    assert_eq!(json_escaped("a/\"é"), "a\\u002f\\u0022\\u00e9");
}

#[test]
fn a_search_finds_what_is_there() {
    let home = Home::new();
    assert_eq!(found_below(&home.path(""), &planted(), &[]).len(), 5);
    assert_eq!(found_in(b"a planted-TENANT-7qzb", &planted()).len(), 1);
}

#[test]
fn servers_that_repeat_secrets_are_not_repeated() {
    for way in Way::ALL {
        let home = Home::new();
        let server = Server::new(way);
        home.configure(&server.url);
        let mut printed = Vec::new();
        for &args in COMMANDS {
            let args = [args, &["--config", "burnwatch.toml"]].concat();
            let said = home.run(&args, &[]);
            assert_ne!(said.code, Some(101), "{args:?}: {}", String::from_utf8_lossy(&said.bytes));
            assert!(!said.bytes.is_empty(), "{args:?}");
            printed.push((args, said));
        }
        let heard = server.heard();
        assert!(way == Way::RedirectHere || heard.len() > 5, "{way:?}: every way to log in was used");
        let secrets = spelled(&[planted(), heard].concat());
        for (args, said) in printed {
            assert_eq!(found_in(&said.bytes, &secrets), [""; 0], "{way:?} {args:?}");
        }
        let log = home.path(".local/state/burnwatch/logs/burnwatch.log");
        let log = fs::read_to_string(log).unwrap();
        assert!(
            log.contains("DEBUG request") && log.contains("traceparent="),
            "{way:?}: no requests in the log"
        );
        assert_eq!(found_below(&home.path(""), &secrets, &home.own()), [""; 0], "{way:?}");
    }
}

#[test]
fn mistakes_beside_secrets_do_not_show_them() {
    let home = Home::new();
    home.configure_wrongly();
    for args in [&["check"][..], &["check", "--short"], &["status"], &["doctor"], &["doctor", "--json"]] {
        let said = home.run(&[args, &["--config", "wrong.toml"]].concat(), &[]);
        assert!(matches!(said.code, Some(1 | 4)), "{args:?}");
        assert_eq!(found_in(&said.bytes, &planted()), [""; 0], "{args:?}");
    }
    let text = String::from_utf8(home.run(&["check", "--config", "wrong.toml"], &[]).bytes).unwrap();
    assert!(text.matches("BW040").count() >= 4, "the mistakes are told: {text}");
}

#[test]
fn variables_with_secrets_are_not_shown_by_the_help() {
    let home = Home::new();
    let url = format!("http://alice:{}@127.0.0.1:9/?key={}", PLANTED[4], PLANTED[5]);
    for args in
        [&["--help"][..], &["status", "--help"], &["status"], &["doctor"], &["check"], &["status", "--nope"]]
    {
        let said = home.run(args, &[("BURNWATCH_PROMETHEUS", url.as_str())]);
        assert_eq!(found_in(&said.bytes, &planted()), [""; 0], "{args:?}");
    }
    assert_eq!(found_below(&home.path(""), &planted(), &home.own()), [""; 0]);
}

#[test]
fn what_is_printed_for_developers_holds_none() {
    let home = Home::new();
    home.configure("http://127.0.0.1:9");
    let document = Document::open(&home.path("burnwatch.toml")).unwrap();
    let loaded = config::load(&document, None).unwrap();
    assert_eq!(loaded.config.backends.len(), 7);
    let said = format!("{document:?} {loaded:?} {:#?}", loaded.config);
    assert_eq!(found_in(said.as_bytes(), &planted()), [""; 0]);
}

/// All that a dashboard sends to its terminal, until it is quit or panics.
fn look(home: &Home, panic: Option<&str>) -> Vec<u8> {
    let mut environment = home.environment();
    environment.extend(panic.map(|place| ("BURNWATCH_PANIC".to_owned(), place.to_owned())));
    let environment: Vec<_> =
        environment.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let (args, home) = (&["--config", "burnwatch.toml"], Some(Arc::clone(&home.folder)));
    let mut pane = Start { args, env: &environment, size: (160, 50), home }.open();
    match panic {
        None => {
            pane.wait_text("s0/a");
            pane.press("D");
            pane.wait_text("b6");
            pane.press("q");
        }
        Some("loop") => {
            pane.wait_text("s0/a");
            pane.press("\u{c}");
        }
        Some(_) => {}
    }
    let life = pane.end();
    assert_eq!(life, Life::Exited(if panic.is_some() { 101 } else { 0 }), "{panic:?}");
    if panic.is_some() {
        // The terminal may hold what the program said when it had ended already.
        let told = |bytes: &[u8]| String::from_utf8_lossy(bytes).contains("BURNWATCH_PANIC");
        pane.wait("words of the panic", |state| told(&state.bytes));
    }
    pane.state().bytes.clone()
}

#[test]
fn the_dashboard_and_its_panic_show_none() {
    let home = Home::new();
    let server = Server::new(Way::Success);
    home.configure(&server.url);
    for panic in [None, Some("task"), Some("loop")] {
        let seen = look(&home, panic);
        assert_eq!(found_in(&seen, &planted()), [""; 0], "{panic:?}");
        assert_eq!(found_below(&home.path(""), &planted(), &home.own()), [""; 0], "{panic:?}");
    }
}
