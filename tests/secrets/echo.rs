//! A server that repeats whatever it was sent.

use std::sync::{Arc, Mutex};

use serde_json::json;
use tokio::runtime::Runtime;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

/// Where it repeats it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Denied,
    BadRequest,
    Broken,
    Html,
    /// A success in the form of the query API, with everything in its warnings and labels.
    Success,
    /// The same, that says it failed.
    FailedSuccess,
    NotJson,
    /// To a host and a path of that name.
    Redirect,
    RedirectHere,
    /// `Retry-After`, content type and date.
    Headers,
    /// A success and a failure, with everything in base64.
    SuccessInBase64,
    BrokenInBase64,
    /// With everything percent-encoded, as in an address.
    SuccessInPercent,
    DeniedInPercent,
    /// With every letter that may be escaped in JSON escaped.
    SuccessInJson,
    NotJsonInJson,
}

impl Way {
    pub(crate) const ALL: [Self; 16] = [
        Self::Denied,
        Self::BadRequest,
        Self::Broken,
        Self::Html,
        Self::Success,
        Self::FailedSuccess,
        Self::NotJson,
        Self::Redirect,
        Self::RedirectHere,
        Self::Headers,
        Self::SuccessInBase64,
        Self::BrokenInBase64,
        Self::SuccessInPercent,
        Self::DeniedInPercent,
        Self::SuccessInJson,
        Self::NotJsonInJson,
    ];
}

struct Echo {
    way: Way,
    /// What came in headers that log in.
    heard: Arc<Mutex<Vec<String>>>,
}

impl Respond for Echo {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let values: Vec<String> = request
            .headers
            .iter()
            .map(|(_, value)| value.to_str().unwrap_or_default().to_owned())
            .chain(request.url.query_pairs().map(|(_, value)| value.into_owned()))
            .chain(request.url.query().map(str::to_owned))
            .collect();
        let login = request.headers.get("authorization").and_then(|value| value.to_str().ok());
        let spelled = login.and_then(|login| login.split_once(' ')).map(|(_, value)| value.to_owned());
        self.heard.lock().unwrap().extend(spelled.clone());
        let said = values.join(" | ");
        let secret = request
            .headers
            .get("x-planted")
            .and_then(|value| value.to_str().ok().map(str::to_owned))
            .or(spelled)
            .or_else(|| request.url.query_pairs().next().map(|(_, value)| value.into_owned()))
            .unwrap_or_default();
        let word: String = secret.chars().filter(char::is_ascii_alphanumeric).collect();
        let body = |status: u16| ResponseTemplate::new(status);
        match self.way {
            Way::Denied => body(401).set_body_string(&said).insert_header("www-authenticate", said.as_str()),
            Way::BadRequest => {
                body(400).set_body_json(json!({"status": "error", "errorType": "bad_data", "error": said}))
            }
            Way::Broken => body(500).set_body_string(&said),
            Way::Html => body(200).set_body_raw(format!("<html>{said}</html>"), "text/html"),
            Way::Success => success(&said),
            Way::FailedSuccess => {
                body(200).set_body_json(json!({"status": "error", "errorType": "execution", "error": said}))
            }
            Way::NotJson => body(200).set_body_string(&said),
            Way::Redirect => {
                body(302).insert_header("location", format!("http://{word}.invalid/{secret}?q={secret}"))
            }
            Way::RedirectHere => body(307).insert_header("location", format!("/gone/{secret}/x?q={secret}")),
            Way::Headers => body(429)
                .insert_header("retry-after", said.as_str())
                .insert_header("content-type", said.as_str()),
            Way::SuccessInBase64 => success(&all(&values, base64)),
            Way::BrokenInBase64 => body(500).set_body_string(all(&values, base64)),
            Way::SuccessInPercent => success(&all(&values, percent)),
            Way::DeniedInPercent => body(403).set_body_string(all(&values, percent)),
            // The letters are escaped once more by the JSON that they stand in.
            Way::SuccessInJson => success(&all(&values, json_escaped)),
            Way::NotJsonInJson => body(200).set_body_string(all(&values, json_escaped)),
        }
    }
}

/// Each value, and each word of it: a login is more than the secret alone.
fn all(values: &[String], spell: impl Fn(&str) -> String) -> String {
    let words = values.iter().flat_map(|value| value.split(' ')).filter(|word| word.len() >= 6);
    values.iter().map(String::as_str).chain(words).map(spell).collect::<Vec<_>>().join(" | ")
}

/// By another hand than ours: a form's percent-encoding, and that of everything else.
pub(crate) fn percent(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric();
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02x}") })
        .collect()
}

pub(crate) fn json_escaped(text: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric();
    let mut units = [0; 2];
    let escaped = |letter: char| {
        let units = letter.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}"));
        if plain(letter) { letter.to_string() } else { units.collect() }
    };
    text.chars().map(escaped).collect()
}

/// Bit by bit, as RFC 4648 tells it.
pub(crate) fn base64(text: &str) -> String {
    let alphabet: Vec<char> = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['+', '/']).collect();
    let bits: Vec<usize> =
        text.bytes().flat_map(|byte| (0..8).map(move |bit| usize::from(byte >> (7 - bit) & 1))).collect();
    let six = |bits: &[usize]| (0..6).fold(0, |sum, place| 2 * sum + bits.get(place).unwrap_or(&0));
    let mut spelled: String = bits.chunks(6).map(|bits| alphabet[six(bits)]).collect();
    while !spelled.len().is_multiple_of(4) {
        spelled.push('=');
    }
    spelled
}

fn success(said: &str) -> ResponseTemplate {
    let series =
        json!({"metric": {"service": said, "le": said, said: said}, "values": [[1, "1"]], "value": [1, "1"]});
    ResponseTemplate::new(200).set_body_json(json!({
        "status": "success",
        "warnings": [said],
        "infos": [said],
        "data": {
            "resultType": "vector", "result": [series], "version": said, "application": said,
            "storageRetention": said,
            "groups": [{"name": said, "rules": [
                {"type": "alerting", "name": said, "query": said, "health": "err", "labels": {"sloth_id": said}},
            ]}],
        },
    }))
}

/// One that runs until it is dropped.
pub(crate) struct Server {
    _runtime: Runtime,
    pub(crate) url: String,
    heard: Arc<Mutex<Vec<String>>>,
    _mock: MockServer,
}

impl Server {
    pub(crate) fn new(way: Way) -> Self {
        let runtime = Runtime::new().unwrap();
        let heard = Arc::default();
        let echo = Echo { way, heard: Arc::clone(&heard) };
        let server = runtime.block_on(async {
            let server = MockServer::start().await;
            Mock::given(any()).respond_with(echo).mount(&server).await;
            server
        });
        Self { url: server.uri(), _runtime: runtime, heard, _mock: server }
    }

    /// What it was sent to log in, as it was spelled.
    pub(crate) fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}
