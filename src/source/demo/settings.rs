//! The settings of a demo backend.

use serde_json::Value;

use super::super::{BackendSpec, SettingError};
use super::scenario::Scenario;
use crate::domain::slo::window::Window;

/// Seconds that a backend of the blackout lives when it does not say.
const BLACKOUT_AFTER: i64 = 30;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Settings {
    pub(super) scenario: Scenario,
    pub(super) seed: u64,
    /// Refuses every call.
    pub(super) dead: bool,
    /// Seconds after which every call times out.
    pub(super) dies_after: Option<i64>,
}

impl Settings {
    pub(super) fn read(spec: &BackendSpec) -> Result<Self, SettingError> {
        let value = |key: &str| spec.settings.get(key);
        let scenario = value("scenario").map_or(Ok(Scenario::default()), scenario)?;
        let seed = value("seed").map_or(Ok(1), seed)?;
        let dead = value("dead").map_or(Ok(false), dead)?;
        let dies_after = value("dies_after").map(dies_after).transpose()?;
        let implied = (scenario == Scenario::Blackout).then_some(BLACKOUT_AFTER);
        Ok(Self { scenario, seed, dead, dies_after: dies_after.or(implied) })
    }
}

fn error(key: &str, problem: String, hint: Option<String>) -> SettingError {
    SettingError { key: key.to_owned(), problem, hint }
}

fn scenario(value: &Value) -> Result<Scenario, SettingError> {
    let text = value.as_str().unwrap_or_default();
    Scenario::named(text).ok_or_else(|| {
        let names = Scenario::ALL.map(Scenario::name);
        let near = names.into_iter().find(|name| strsim::jaro_winkler(name, text) > 0.8);
        let hint = near.map_or_else(|| names.join(", "), |name| format!("did you mean `{name}`?"));
        error("scenario", format!("{value} is not a scenario of the demo"), Some(hint))
    })
}

fn seed(value: &Value) -> Result<u64, SettingError> {
    value.as_u64().ok_or_else(|| {
        error("seed", format!("{value} is not a seed"), Some("a whole number from 0".to_owned()))
    })
}

fn dead(value: &Value) -> Result<bool, SettingError> {
    value.as_bool().ok_or_else(|| error("dead", format!("{value} is neither true nor false"), None))
}

fn dies_after(value: &Value) -> Result<i64, SettingError> {
    let text = value.as_str().unwrap_or_default();
    let window: Window = text.parse().map_err(|_| {
        error("dies_after", format!("{value} is not a duration"), Some("such as \"30s\"".to_owned()))
    })?;
    Ok(window.as_seconds())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use chrono::DateTime;
    use serde_json::json;

    use super::*;

    fn read(settings: &Value) -> Result<Settings, SettingError> {
        let settings = settings.as_object().unwrap().clone();
        let started = DateTime::from_timestamp(1_768_903_020, 0).unwrap();
        Settings::read(&BackendSpec {
            name: "demo".into(),
            timeout: Duration::from_secs(5),
            settings,
            started,
        })
    }

    #[test]
    fn defaults_and_values() {
        let default = Settings { scenario: Scenario::Outage, seed: 1, dead: false, dies_after: None };
        assert_eq!(read(&json!({})), Ok(default));
        let given = json!({"scenario": "slow-burn", "seed": 7, "dead": true, "dies_after": "2m"});
        let want = Settings { scenario: Scenario::SlowBurn, seed: 7, dead: true, dies_after: Some(120) };
        assert_eq!(read(&given), Ok(want));
        assert_eq!(read(&json!({"scenario": "blackout"})).unwrap().dies_after, Some(30));
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        let typo = read(&json!({"scenario": "outtage"})).unwrap_err();
        assert_eq!((typo.key.as_str(), typo.hint.as_deref()), ("scenario", Some("did you mean `outage`?")));
        for (settings, key) in [
            (json!({"scenario": 3}), "scenario"),
            (json!({"seed": -1}), "seed"),
            (json!({"seed": "1"}), "seed"),
            (json!({"dead": "yes"}), "dead"),
            (json!({"dies_after": 30}), "dies_after"),
        ] {
            assert_eq!(read(&settings).unwrap_err().key, key);
        }
    }
}
