//! The keys of a Datadog backend: its site, and the two keys, which never stand in the configuration themselves.

use serde_json::Value;

use crate::source::http::settings::field::{fault, text};
use crate::source::{BackendSpec, SettingError};

pub(super) const KEYS: &[&str] = &[
    "site",
    "api_key_file",
    "api_key_env",
    "api_key_command",
    "app_key_file",
    "app_key_env",
    "app_key_command",
];
/// The headers that they travel in, by the names of the keys.
pub(super) const HEADERS: &[(&str, &str)] = &[("dd-api-key", "api_key"), ("dd-application-key", "app_key")];

const USUAL: &str = "datadoghq.com";
const SITES: &str = "datadoghq.com, datadoghq.eu, us3.datadoghq.com, us5.datadoghq.com, ap1.datadoghq.com, \
                     ap2.datadoghq.com and ddog-gov.com";

/// The same with the address of the site, where no other is given.
pub(super) fn placed(spec: &BackendSpec) -> Result<BackendSpec, SettingError> {
    let mut spec = spec.clone();
    let site = text(&spec.settings, "site")?;
    let elsewhere = ["url", "urls"].into_iter().find(|key| spec.settings.contains_key(*key));
    if let (Some(_), Some(other)) = (site, elsewhere) {
        return Err(fault("site", format!("both `site` and `{other}` are given"), Some("keep one")));
    }
    for (_, key) in HEADERS {
        if !["file", "env", "command"].iter().any(|way| spec.settings.contains_key(&format!("{key}_{way}"))) {
            let hint = format!("name where it is: {key}_file, {key}_env or {key}_command");
            return Err(fault(&format!("{key}_file"), format!("`{key}` is missing"), Some(&hint)));
        }
    }
    if elsewhere.is_none() {
        let site = site.unwrap_or(USUAL).trim();
        let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-');
        if !site.contains('.')
            || !site.chars().all(plain)
            || site.starts_with("api.")
            || site.starts_with("app.")
        {
            let hint = format!("the name of the site alone, such as {SITES}");
            return Err(fault("site", "this is no site of Datadog", Some(&hint)));
        }
        spec.settings.insert("url".to_owned(), Value::from(format!("https://api.{site}")));
    }
    Ok(spec)
}
