//! The keys of a Prometheus backend, checked: every problem names its key and what to do.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize};

use reqwest::header::{HeaderName, HeaderValue};
use reqwest::{Certificate, Identity, Url};
use secrecy::SecretString;
use serde_json::{Map, Value};

use super::client::Client;
use super::credentials::{Credentials, Origin, Scheme, Secret};
use crate::domain::slo::tool::Tool;
use crate::source::http::{Http, Trust};
use crate::source::{BackendSpec, SettingError};

pub(super) const KEYS: &[&str] = &[
    "url",
    "urls",
    "bearer_file",
    "bearer_env",
    "bearer_command",
    "basic",
    "headers",
    "tenant",
    "ca_file",
    "client_cert",
    "client_key",
    "discover",
];

type Settings = Map<String, Value>;

pub(super) fn client(spec: &BackendSpec) -> Result<Client, SettingError> {
    let (urls, login) = urls(&spec.settings)?;
    let credentials =
        Credentials { scheme: scheme(&spec.settings, login)?, headers: headers(&spec.settings)? };
    let tls = urls.iter().any(|url| url.scheme() == "https");
    let http = Http::new(spec.timeout, trust(&spec.settings)?, tls)
        .map_err(|why| fault("url", format!("the HTTP client does not start: {why}"), None))?;
    Ok(Client { http, urls, credentials, current: AtomicUsize::new(0), by_get: AtomicBool::new(false) })
}

/// The tools whose SLOs are to be looked for.
pub(super) fn wanted(spec: &BackendSpec) -> Result<Vec<Tool>, SettingError> {
    let Some(list) = spec.settings.get("discover") else { return Ok(Vec::new()) };
    let mut wanted = Vec::new();
    for word in list_of_text("discover", list)? {
        let known: Vec<&str> = Tool::ALL.into_iter().map(Tool::word).collect();
        let hint = format!("known are {}", known.join(", "));
        let tool = word.parse().map_err(|()| {
            fault(
                "discover",
                format!("SLOs of `{}` cannot be looked for", crate::text::clean(word)),
                Some(&hint),
            )
        })?;
        if !wanted.contains(&tool) {
            wanted.push(tool);
        }
    }
    Ok(wanted)
}

fn fault(key: &str, problem: impl Into<String>, hint: Option<&str>) -> SettingError {
    SettingError { key: key.to_owned(), problem: problem.into(), hint: hint.map(str::to_owned) }
}

fn text<'a>(settings: &'a Settings, key: &str) -> Result<Option<&'a str>, SettingError> {
    match settings.get(key) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(fault(key, format!("`{key}` must be text"), None)),
    }
}

/// The addresses without user and password, and the first user and password found in them.
fn urls(settings: &Settings) -> Result<(Vec<Url>, Option<Scheme>), SettingError> {
    let (key, texts) = match (text(settings, "url")?, settings.get("urls")) {
        (Some(_), Some(_)) => return Err(fault("urls", "both `url` and `urls` are given", Some("keep one"))),
        (Some(url), None) => ("url", vec![url]),
        (None, Some(list)) => ("urls", list_of_text("urls", list)?),
        (None, None) => ("url", Vec::new()),
    };
    if texts.is_empty() {
        let hint = Some("such as url = \"http://127.0.0.1:9090\"");
        return Err(fault(key, "the address of the server is missing", hint));
    }
    let mut login = None;
    let mut urls = Vec::new();
    for text in texts {
        let (url, scheme) = url(key, text)?;
        login = login.or(scheme);
        urls.push(url);
    }
    Ok((urls, login))
}

/// The text itself stays out of the messages: it may hold a password.
fn url(key: &str, text: &str) -> Result<(Url, Option<Scheme>), SettingError> {
    let hint = Some("write it with its scheme, such as http://127.0.0.1:9090");
    let text = text.trim();
    if !text.contains("://") {
        return Err(fault(key, "the URL has no scheme", hint));
    }
    let mut url =
        Url::parse(text).map_err(|error| fault(key, format!("the URL cannot be read: {error}"), hint))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(fault(key, format!("the URL begins with {}://", url.scheme()), hint));
    }
    let path = url.path().trim_end_matches('/');
    let path = path.strip_suffix("/api/v1").unwrap_or(path).to_owned();
    url.set_path(&path);
    url.set_fragment(None);
    let login = (!url.username().is_empty() || url.password().is_some()).then(|| Scheme::Basic {
        username: decoded(url.username()),
        password: Secret::new(Origin::Written(decoded(url.password().unwrap_or_default()).into())),
    });
    // These fail only for URLs without a host, which the schemes above always have.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    Ok((url, login))
}

/// Undoes `%40` and the like.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, more)) = rest.split_first() {
        let hex = more.get(..2).filter(|_| *first == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        let escaped = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        bytes.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { &more[2..] } else { more };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn scheme(settings: &Settings, login: Option<Scheme>) -> Result<Option<Scheme>, SettingError> {
    let bearer = secret(settings, "bearer", "")?.map(Scheme::Bearer);
    let basic = basic(settings)?;
    let mut given = [bearer, basic, login].into_iter().flatten();
    let first = given.next();
    if given.next().is_some() {
        let key = if settings.contains_key("basic") { "basic" } else { "url" };
        let hint = Some("keep one of bearer_…, basic, and the user in the URL");
        return Err(fault(key, "there is more than one way to log in", hint));
    }
    Ok(first)
}

fn basic(settings: &Settings) -> Result<Option<Scheme>, SettingError> {
    let table = match settings.get("basic") {
        None => return Ok(None),
        Some(Value::Object(table)) => table,
        Some(_) => return Err(fault("basic", "`basic` must be a table", Some(BASIC))),
    };
    known(table, "basic", &["username", "password_file", "password_env", "password_command"])?;
    let username = match table.get("username") {
        Some(Value::String(name)) => name.clone(),
        _ => return Err(fault("basic", "`username` is missing or not text", Some(BASIC))),
    };
    let password = secret(table, "password", "basic")?
        .ok_or_else(|| fault("basic", "the password is missing", Some(BASIC)))?;
    Ok(Some(Scheme::Basic { username, password }))
}

const BASIC: &str = "such as basic = { username = \"alice\", password_file = \"/etc/burnwatch/password\" }";

fn known(table: &Settings, key: &str, names: &[&str]) -> Result<(), SettingError> {
    let Some(stranger) = table.keys().find(|name| !names.contains(&name.as_str())) else { return Ok(()) };
    let hint = if stranger == "password" {
        "a password does not stand in the configuration: use password_file, password_env or password_command"
            .to_owned()
    } else {
        format!("known are {}", names.join(", "))
    };
    Err(fault(key, format!("unknown key `{stranger}` in `{key}`"), Some(&hint)))
}

/// `{name}_file`, `{name}_env` or `{name}_command`. `outer` is the table's key, or empty at the top.
fn secret(table: &Settings, name: &str, outer: &str) -> Result<Option<Secret>, SettingError> {
    let prefix = if name.is_empty() { String::new() } else { format!("{name}_") };
    let mut found: Option<Secret> = None;
    for way in ["file", "env", "command"] {
        let key = format!("{prefix}{way}");
        let Some(value) = table.get(&key) else { continue };
        let said = if outer.is_empty() { key.as_str() } else { outer };
        if found.is_some() {
            return Err(fault(said, format!("`{key}` is given beside another one"), Some("keep one")));
        }
        let origin = match (way, value) {
            ("file", Value::String(path)) => Origin::File(PathBuf::from(path)),
            ("env", Value::String(name)) => Origin::Env(name.clone()),
            ("command", value) => Origin::Command(argv(said, value)?),
            _ => return Err(fault(said, format!("`{key}` must be text"), None)),
        };
        origin.look().map_err(|problem| {
            let tilde = matches!(&origin, Origin::File(path) if path.starts_with("~"));
            fault(said, problem, tilde.then_some("`~` is not expanded; write the whole path"))
        })?;
        found = Some(Secret::new(origin));
    }
    Ok(found)
}

fn argv(key: &str, value: &Value) -> Result<Vec<String>, SettingError> {
    let words: Vec<String> = match value {
        Value::String(line) => line.split_whitespace().map(str::to_owned).collect(),
        list => list_of_text(key, list)?.into_iter().map(str::to_owned).collect(),
    };
    if words.is_empty() {
        let hint = Some("such as [\"pass\", \"show\", \"prometheus\"]; it is run without a shell");
        return Err(fault(key, "the command is empty", hint));
    }
    Ok(words)
}

fn list_of_text<'a>(key: &str, value: &'a Value) -> Result<Vec<&'a str>, SettingError> {
    let list = value.as_array().and_then(|list| list.iter().map(Value::as_str).collect());
    list.ok_or_else(|| fault(key, format!("`{key}` must be a list of texts"), None))
}

/// Values are text, or a table with `file`, `env` or `command`.
fn headers(settings: &Settings) -> Result<Vec<(HeaderName, Secret)>, SettingError> {
    let mut headers = Vec::new();
    let nothing = Map::new();
    let table = match settings.get("headers") {
        None => &nothing,
        Some(Value::Object(table)) => table,
        Some(_) => return Err(fault("headers", "`headers` must be a table of names and values", None)),
    };
    for (name, value) in table {
        let secret = match value {
            Value::String(text) => written("headers", name, text)?,
            Value::Object(inner) => {
                known(inner, "headers", &["file", "env", "command"])?;
                secret(inner, "", "headers")?
                    .ok_or_else(|| fault("headers", format!("`{name}` has no value"), None))?
            }
            _ => return Err(fault("headers", format!("the value of `{name}` must be text"), None)),
        };
        headers.push((header_name("headers", name)?, secret));
    }
    if let Some(tenant) = text(settings, "tenant")? {
        headers.push((HeaderName::from_static("x-scope-orgid"), written("tenant", "tenant", tenant)?));
    }
    Ok(headers)
}

fn header_name(key: &str, name: &str) -> Result<HeaderName, SettingError> {
    name.parse().map_err(|_| fault(key, format!("{name:?} cannot be the name of a header"), None))
}

fn written(key: &str, name: &str, text: &str) -> Result<Secret, SettingError> {
    if HeaderValue::from_str(text).is_err() {
        return Err(fault(key, format!("the value of `{name}` cannot be sent in a header"), None));
    }
    Ok(Secret::new(Origin::Written(SecretString::from(text))))
}

fn trust(settings: &Settings) -> Result<Trust, SettingError> {
    let mut trust = Trust::default();
    if let Some((path, pem)) = file(settings, "ca_file")? {
        trust.roots = Certificate::from_pem_bundle(&pem).unwrap_or_default();
        if trust.roots.is_empty() {
            let hint = Some("it must hold lines of -----BEGIN CERTIFICATE-----");
            return Err(fault("ca_file", format!("there is no certificate in {path}"), hint));
        }
    }
    match (file(settings, "client_cert")?, file(settings, "client_key")?) {
        (None, None) => {}
        (None, Some(_)) => return Err(fault("client_cert", "`client_key` needs `client_cert`", None)),
        (Some((path, mut pem)), key) => {
            pem.push(b'\n');
            pem.extend(key.map(|(_, key)| key).unwrap_or_default());
            let hint = Some("the key may stand in the same file, or in client_key");
            let identity = Identity::from_pem(&pem)
                .map_err(|_| fault("client_cert", format!("no certificate with its key in {path}"), hint))?;
            trust.identity = Some(identity);
        }
    }
    Ok(trust)
}

fn file(settings: &Settings, key: &str) -> Result<Option<(String, Vec<u8>)>, SettingError> {
    let Some(path) = text(settings, key)? else { return Ok(None) };
    let content = std::fs::read(path).map_err(|error| {
        fault(key, format!("cannot read {path}: {}", super::credentials::io_reason(&error)), None)
    })?;
    Ok(Some((path.to_owned(), content)))
}
