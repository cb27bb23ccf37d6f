//! Values of a `[[backend]]` table by their keys.

use serde_json::{Map, Value};

use crate::source::SettingError;

pub(crate) type Settings = Map<String, Value>;

pub(crate) fn fault(key: &str, problem: impl Into<String>, hint: Option<&str>) -> SettingError {
    SettingError { key: key.to_owned(), problem: problem.into(), hint: hint.map(str::to_owned) }
}

pub(crate) fn text<'a>(settings: &'a Settings, key: &str) -> Result<Option<&'a str>, SettingError> {
    match settings.get(key) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(fault(key, format!("`{key}` must be text"), None)),
    }
}

pub(crate) fn list_of_text<'a>(key: &str, value: &'a Value) -> Result<Vec<&'a str>, SettingError> {
    let list = value.as_array().and_then(|list| list.iter().map(Value::as_str).collect());
    list.ok_or_else(|| fault(key, format!("`{key}` must be a list of texts"), None))
}
