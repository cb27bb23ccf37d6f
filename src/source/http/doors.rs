//! The doors for fuzzing into what is read of answers and of settings.

use chrono::{DateTime, Utc};
use reqwest::Url;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use super::head::{Head, may_carry, redirect};
use super::secrets::Secrets;
use super::settings::{address, field::Settings, login};
use super::{Reply, failure, link, text};
use crate::source::guard::{Limits, Quota};
use crate::source::{SettingError, SourceError};

/// All that comes of one answer.
pub struct Answer {
    pub errors: [SourceError; 3],
    pub quota: Option<Quota>,
    pub date: Option<DateTime<Utc>>,
    /// Where it leads, and whether our credentials go along.
    pub next: Option<(String, bool)>,
}

/// `head` is lines of `name: value`, and `from` is asked.
pub fn answer(from: &str, status: u16, head: &str, body: &[u8]) -> Option<Answer> {
    let url: Url = from.parse().ok().filter(|url: &Url| url.has_host())?;
    let mut headers = HeaderMap::new();
    for (name, value) in head.lines().take(100).filter_map(|line| line.split_once(':')) {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value.trim())) {
            headers.insert(name, value);
        }
    }
    let Head { content_type, retry_after, quota, date, version } = Head::read(status, &headers);
    let (origin, path) = (text::origin(&url), url.path().to_owned());
    let body = body.to_vec();
    let stripped = false;
    let reply =
        Reply { status, content_type, retry_after, quota, date, version, body, origin, path, stripped };
    let stripped = Reply { stripped: true, ..reply.clone() };
    let next = redirect(status, &headers, &url);
    Some(Answer {
        errors: [failure::status(&reply), failure::status(&stripped), failure::unreadable(&reply, "no JSON")],
        quota,
        date,
        next: next.map(|next| (next.to_string(), may_carry(&url, &next))),
    })
}

/// The addresses as they are shown and as they are asked, of a backend with these settings.
pub fn settings(settings: &Settings) -> Result<Vec<(String, String)>, SettingError> {
    let places = address::places(settings, "/prefix")?;
    login::scheme(settings, places.iter().any(|place| place.login.is_some()))?;
    login::headers(settings)?;
    Limits::read(settings)?;
    let asked = |place: &link::Place| link::below(&place.url, "/api/v1/query").to_string();
    Ok(places.iter().map(|place| (text::address(&place.url), asked(place))).collect())
}

/// `said` without `secret`, as a failure and as data.
pub fn hidden(secret: &str, said: &str) -> (String, Vec<u8>) {
    let mut secrets = Secrets::default();
    secrets.add(secret);
    secrets.add_login("alice", secret);
    (secrets.hide(said), secrets.hide_in_data(said.as_bytes().to_vec()))
}
