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

/// One of the words that `key` may have.
pub(crate) fn choice<T: Copy>(key: &str, word: &str, known: &[(&str, T)]) -> Result<T, SettingError> {
    if let Some((_, found)) = known.iter().find(|(name, _)| *name == word) {
        return Ok(*found);
    }
    let like = |(name, _): &&(&str, T)| strsim::damerau_levenshtein(name, word);
    let near = known.iter().min_by_key(like).filter(|near| 3 * like(near) <= near.0.len());
    let hint = near.map_or_else(
        || format!("known are {}", known.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")),
        |(name, _)| format!("did you mean `{name}`?"),
    );
    let word: String = crate::text::clean(word).chars().take(40).collect();
    Err(fault(key, format!("`{word}` is no {key} that is known"), Some(&hint)))
}
