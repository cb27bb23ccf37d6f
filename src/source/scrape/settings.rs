//! The keys of a `scrape` backend beside those of HTTP: its targets, their labels, and how often they are read.

use std::collections::HashSet;
use std::time::Duration;

use reqwest::Url;
use serde_json::{Value, json};

use super::track::Labels;
use crate::domain::slo::window::Window;
use crate::source::guard::Limits;
use crate::source::http::link::Link;
use crate::source::http::settings::field::{Settings as Table, fault, list_of_text, text};
use crate::source::http::settings::link;
use crate::source::{BackendSpec, SettingError};

pub(super) const KEYS: &[&str] = &["targets", "interval"];

/// Targets that one program can read; more are a case for a Prometheus.
const MOST: usize = 64;
const ACCEPT: &str = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.8,*/*;q=0.1";

pub(super) struct Settings {
    /// The way to each page, with the labels that its series get.
    pub(super) targets: Vec<(Link, Labels)>,
    pub(super) interval: Duration,
    pub(super) limits: Limits,
}

impl Settings {
    pub(super) fn read(spec: &BackendSpec) -> Result<Self, SettingError> {
        let mut pages = pages(&spec.settings)?;
        if pages.len() > MOST {
            let problem = format!("{} targets, {MOST} are the most", pages.len());
            return Err(fault("targets", problem, Some("let a Prometheus read them, and ask that")));
        }
        if let Some(twice) = twice(&pages) {
            let shown = crate::source::http::text::address(&twice);
            let problem = format!("{shown} is named twice, and its events would be counted twice");
            return Err(fault("targets", problem, None));
        }
        let mut targets = Vec::with_capacity(pages.len());
        for (key, url, mut labels) in pages.drain(..) {
            let link = link(&of_one(spec, &url), "").map_err(|error| {
                // Of many the key in the table is not `url`.
                if error.key == "url" { SettingError { key: key.to_owned(), ..error } } else { error }
            })?;
            let instance = instance(&url);
            for (name, value) in [("instance", instance), ("job", spec.name.clone())] {
                if !labels.iter().any(|(known, _)| known == name) {
                    labels.push((name.to_owned(), value));
                }
            }
            targets.push((link, labels));
        }
        Ok(Self { targets, interval: interval(&spec.settings)?, limits: Limits::read(&spec.settings)? })
    }
}

/// A page that is named more than once.
fn twice(pages: &[Page]) -> Option<Url> {
    let mut seen = HashSet::new();
    pages
        .iter()
        .filter_map(|page| Url::parse(with_path(&page.1).trim()).ok())
        .find(|url| !seen.insert(url.clone()))
}

type Page = (&'static str, String, Labels);

fn pages(table: &Table) -> Result<Vec<Page>, SettingError> {
    let hint = Some("such as urls = [\"http://127.0.0.1:9100/metrics\"]");
    let mut pages: Vec<Page> = Vec::new();
    pages.extend(text(table, "url")?.map(|url| ("url", url.to_owned(), Vec::new())));
    if let Some(list) = table.get("urls") {
        pages.extend(list_of_text("urls", list)?.into_iter().map(|url| ("urls", url.to_owned(), Vec::new())));
    }
    match table.get("targets") {
        None => {}
        Some(Value::Array(list)) => {
            for target in list {
                pages.push(target_page(target)?);
            }
        }
        Some(_) => return Err(fault("targets", "`targets` must be a list of tables", Some(TARGET))),
    }
    if pages.is_empty() {
        return Err(fault("urls", "there is nothing to read", hint));
    }
    Ok(pages)
}

const TARGET: &str =
    "such as targets = [{ url = \"http://10.0.0.5:9100/metrics\", labels = { zone = \"a\" } }]";

fn target_page(target: &Value) -> Result<Page, SettingError> {
    let wrong = |problem: &str| fault("targets", problem, Some(TARGET));
    let table = target.as_object().ok_or_else(|| wrong("a target must be a table"))?;
    if table.keys().any(|key| key != "url" && key != "labels") {
        return Err(wrong("a target has `url` and `labels`, and nothing else"));
    }
    let url = table.get("url").and_then(Value::as_str).ok_or_else(|| wrong("a target has no `url`"))?;
    let mut labels = Labels::new();
    match table.get("labels") {
        None => {}
        Some(Value::Object(given)) => {
            for (name, value) in given {
                let value = value.as_str().ok_or_else(|| wrong("the value of a label must be text"))?;
                labels.push((name.clone(), value.to_owned()));
            }
        }
        Some(_) => return Err(wrong("`labels` must be a table")),
    }
    Ok(("targets", url.to_owned(), labels))
}

/// The settings as they would be for this page alone.
fn of_one(spec: &BackendSpec, url: &str) -> BackendSpec {
    let mut settings = spec.settings.clone();
    for key in ["urls", "targets"] {
        settings.remove(key);
    }
    settings.insert("url".to_owned(), json!(with_path(url)));
    let headers = settings.entry("headers").or_insert_with(|| json!({}));
    if let Some(headers) = headers.as_object_mut()
        && !headers.keys().any(|name| name.eq_ignore_ascii_case("accept"))
    {
        headers.insert("accept".to_owned(), json!(ACCEPT));
    }
    BackendSpec { settings, ..spec.clone() }
}

/// A server without a path means its usual page.
fn with_path(url: &str) -> String {
    match Url::parse(url.trim()) {
        Ok(mut url) if url.path().trim_matches('/').is_empty() => {
            url.set_path("/metrics");
            url.to_string()
        }
        _ => url.to_owned(),
    }
}

/// Host and port, as Prometheus calls a target.
fn instance(url: &str) -> String {
    let Ok(url) = Url::parse(url.trim()) else { return String::new() };
    let port = url.port_or_known_default().unwrap_or_default();
    format!("{}:{port}", url.host_str().unwrap_or_default())
}

fn interval(table: &Table) -> Result<Duration, SettingError> {
    let Some(written) = text(table, "interval")? else { return Ok(Duration::from_secs(15)) };
    let seconds = written.parse().ok().map(Window::as_seconds).filter(|seconds| (1..=120).contains(seconds));
    let problem = || format!("`{}` cannot be used", crate::text::clean(written));
    let seconds =
        seconds.ok_or_else(|| fault("interval", problem(), Some("from 1s to 2m, such as \"15s\"")))?;
    Ok(Duration::from_secs(seconds.cast_unsigned()))
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn read(settings: &Value) -> Result<Settings, SettingError> {
        let settings = settings.as_object().unwrap().clone();
        let (name, timeout) = ("here".to_owned(), Duration::from_secs(5));
        Settings::read(&BackendSpec { name, timeout, settings, started: DateTime::UNIX_EPOCH })
    }

    #[test]
    fn every_url_is_a_target_with_labels() {
        let settings = read(&json!({
            "urls": ["http://a:9100", "https://b/x/metrics?q=1"],
            "targets": [{"url": "http://c:1/", "labels": {"zone": "z", "job": "own"}}],
            "interval": "30s",
        }));
        let settings = settings.unwrap();
        let of = |place: usize| {
            let (link, labels) = &settings.targets[place];
            let mut labels: Vec<_> = labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
            labels.sort();
            (link.address(), labels.join(" "))
        };
        assert_eq!(of(0), ("http://a:9100/metrics".into(), "instance=a:9100 job=here".into()));
        assert_eq!(of(1), ("https://b/x/metrics".into(), "instance=b:443 job=here".into()));
        assert_eq!(of(2), ("http://c:1/metrics".into(), "instance=c:1 job=own zone=z".into()));
        assert_eq!(settings.interval, Duration::from_secs(30));
    }

    #[test]
    fn nonsense_is_refused_by_its_key() {
        let many: Vec<_> = (0..65).map(|i| format!("http://a{i}")).collect();
        for (settings, key, words) in [
            (json!({}), "urls", "nothing to read"),
            (json!({"urls": ["ftp://a:9100"]}), "urls", "begins with ftp://"),
            (json!({"urls": ["localhost"]}), "urls", "no scheme"),
            (json!({"urls": many}), "targets", "64 are the most"),
            (json!({"targets": ["http://a"]}), "targets", "must be a table"),
            (json!({"targets": [{"labels": {}}]}), "targets", "has no `url`"),
            (json!({"targets": [{"url": "http://a", "labels": {"a": 1}}]}), "targets", "must be text"),
            (json!({"targets": [{"url": "http://a", "path": "x"}]}), "targets", "nothing else"),
            (json!({"urls": ["http://a"], "interval": "5m"}), "interval", "cannot be used"),
            (
                json!({"urls": ["http://me:secret@a"], "targets": [{"url": "http://me:secret@a/metrics"}]}),
                "targets",
                "http://a/metrics is named twice",
            ),
        ] {
            let error = read(&settings).err().unwrap();
            assert!(error.key == key && error.problem.contains(words), "{settings}: {error:?}");
        }
    }
}
