//! Tokens, passwords and headers: where each comes from.

use std::path::PathBuf;

use reqwest::header::{HeaderName, HeaderValue};
use secrecy::SecretString;
use serde_json::{Map, Value};

use super::field::{Settings, fault, list_of_text, text};
use crate::source::SettingError;
use crate::source::http::credentials::{Origin, Scheme, Secret};

pub(in crate::source::http) fn scheme(
    settings: &Settings,
    in_url: bool,
) -> Result<Option<Scheme>, SettingError> {
    let bearer = secret(settings, "bearer", "")?.map(Scheme::Bearer);
    let token = secret(settings, "token", "")?.map(Scheme::Token);
    let basic = basic(settings)?;
    let ways = ways(settings, in_url);
    if let [_, .., last] = &ways[..] {
        let hint = format!("keep one of {}", ways.join(", "));
        return Err(fault(last, "there is more than one way to log in", Some(&hint)));
    }
    Ok(bearer.or(token).or(basic))
}

/// The keys that say how to log in; two would send two of them.
fn ways(settings: &Settings, in_url: bool) -> Vec<String> {
    let own = |name: &str| {
        let keys = ["file", "env", "command"].map(|way| format!("{name}_{way}"));
        keys.into_iter().find(|key| settings.contains_key(key))
    };
    let known = |key: &str, is_way: bool| Some(key.to_owned()).filter(|_| is_way);
    let headers = settings.get("headers").and_then(Value::as_object);
    let named = |table: &Settings| table.keys().any(|name| name.eq_ignore_ascii_case("authorization"));
    let url = if settings.contains_key("urls") { "urls" } else { "url" };
    let all = [
        own("bearer"),
        own("token"),
        known("basic", settings.contains_key("basic")),
        known("headers", headers.is_some_and(named)),
        known(url, in_url),
    ];
    all.into_iter().flatten().collect()
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
    if username.contains(':') {
        let why = "`username` holds a colon, which ends the name where a password follows";
        return Err(fault("basic", why, None));
    }
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
        origin.look().map_err(|problem| fault(said, problem, None))?;
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

/// Values are text, or a table with `file`, `env` or `command`.
pub(in crate::source::http) fn headers(
    settings: &Settings,
) -> Result<Vec<(HeaderName, Secret)>, SettingError> {
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

/// A header whose value `{key}_file`, `{key}_env` or `{key}_command` gives.
pub(super) fn own_header(
    settings: &Settings,
    header: &'static str,
    key: &str,
) -> Result<Option<(HeaderName, Secret)>, SettingError> {
    Ok(secret(settings, key, "")?.map(|secret| (HeaderName::from_static(header), secret)))
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
