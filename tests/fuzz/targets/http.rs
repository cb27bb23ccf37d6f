//! What HTTP brings: a byte says which, then heads and bodies of answers, settings of a backend, and texts in which a
//! secret stands however it is spelled.
#![no_main]

use std::time::Duration;

use burnwatch::source::doors::guard;
use burnwatch::source::doors::http::{answer, hidden, settings};
use burnwatch::text::is_unsafe;
use libfuzzer_sys::fuzz_target;

const STATUS: [u16; 16] = [200, 204, 300, 301, 302, 303, 307, 308, 400, 401, 403, 404, 407, 429, 500, 503];

fn is_clean(said: &str) {
    assert!(!said.chars().any(is_unsafe), "{said:?}");
    assert!(said.chars().count() < 40_000, "{} letters", said.len());
}

/// First line: who is asked. Then the head, an empty line, and the body.
fn read(status: u16, text: &str) {
    let (from, rest) = text.split_once('\n').unwrap_or((text, ""));
    let (head, body) = rest.split_once("\n\n").unwrap_or((rest, ""));
    let Some(answer) = answer(from, status, head, body.as_bytes()) else { return };
    for error in &answer.errors {
        let said = error.to_string();
        is_clean(&said);
        let (health, wish) = guard::door(error, answer.quota);
        assert!(wish.is_none_or(|wish| wish <= Duration::from_secs(300)), "{wish:?}");
        let longest = health.next_try().map_or(0, |at| at.timestamp());
        assert!((0..=301).contains(&longest), "{longest}");
    }
    if let Some(date) = answer.date {
        // A clock that goes on for a year.
        let _ = date + Duration::from_secs(366 * 86_400);
    }
    if let Some((next, carried)) = answer.next {
        let host = |url: &str| url.split('/').nth(2).unwrap_or_default().to_ascii_lowercase();
        assert!(!host(&next).contains('@'), "{next}");
        // What a URL is read as is another question: only hosts that are written plainly are compared.
        let bare =
            |url: &str| host(url).rsplit('@').next().unwrap_or_default().split(':').next().map(str::to_owned);
        let plain = |host: &str| {
            host.starts_with(|c: char| c.is_ascii_lowercase()) && host.bytes().all(|b| b.is_ascii_lowercase())
        };
        let known = from.is_ascii()
            && from.starts_with("http://")
            && !from.contains(['\\', '\t', '\r', '@', '?', '#']);
        if carried && known && bare(from).is_some_and(|host| plain(&host)) {
            assert_eq!(bare(from), bare(&next), "{from} to {next}");
        }
    }
}

fn configured(text: &str) {
    let Ok(serde_json::Value::Object(table)) = serde_json::from_str(text) else { return };
    // Nothing of this machine is read.
    let near = |text: &str| {
        text.ends_with("_file")
            || text.ends_with("_env")
            || ["file", "env", "headers", "basic"].contains(&text)
    };
    let table: serde_json::Map<_, _> = table.into_iter().filter(|(key, _)| !near(key)).collect();
    if let Ok(places) = settings(&table) {
        for (shown, asked) in places {
            let host = |url: &str| url.split('/').nth(2).unwrap_or_default().to_owned();
            assert!(!host(&shown).contains('@') && !host(&asked).contains('@'), "{shown} {asked}");
            assert!(!shown.contains(['?', '#']), "{shown}");
            assert!(asked.contains("/api/v1/query"), "{asked}");
        }
    }
}

/// Percent-encoded but for letters and digits.
fn percent(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

/// First line: the secret. Then what it stands in.
fn search(text: &str) {
    let (secret, said) = text.split_once('\n').unwrap_or((text, "x"));
    let secret = secret.trim();
    if secret.len() < 16 || secret.chars().any(char::is_control) {
        return;
    }
    let json = serde_json::to_string(secret).expect("a text");
    let json = &json[1..json.len() - 1];
    for spelled in [secret, json, &percent(secret)] {
        let (told, data) = hidden(secret, &format!("{said} {spelled} {said}"));
        let data = String::from_utf8(data).expect("text stays text");
        for told in [told, data] {
            // What stands in its place is no find.
            let told = told.replace("(secret)", "\u{0}").to_ascii_lowercase();
            assert!(!told.contains(&spelled.to_ascii_lowercase()), "{secret:?} as {spelled:?} in {told:?}");
        }
    }
    hidden(secret, said);
}

fuzz_target!(|data: &[u8]| {
    let Some((which, said)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(said) else { return };
    match which >> 4 {
        0..=7 => read(STATUS[usize::from(which & 15)], text),
        8..=11 => configured(text),
        _ => search(text),
    }
});
