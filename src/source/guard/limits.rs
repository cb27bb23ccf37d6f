//! What a backend may cost, and what an answer may hold.

use serde_json::{Map, Value};

use crate::source::SettingError;

/// The key of the table in `[[backend]]`.
pub const KEY: &str = "limits";

#[derive(Clone, Debug, PartialEq)]
pub struct Limits {
    /// Attempts at one address within one question.
    pub attempts: u32,
    /// Requests a second, after a burst of so many at once.
    pub rate: f64,
    pub burst: u32,
    /// Requests at the same time, and how many may wait behind them.
    pub concurrency: usize,
    pub queue: usize,
    /// Bytes of an answer, after decompression.
    pub body: usize,
    /// Series in an answer.
    pub series: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { attempts: 2, rate: 20.0, burst: 100, concurrency: 4, queue: 8, body: 64 << 20, series: 20_000 }
    }
}

const KNOWN: &[&str] = &["attempts", "rate", "burst", "concurrency", "queue", "body_mib", "series"];

impl Limits {
    /// The table `limits` of a backend; what it does not say is as usual.
    pub fn read(settings: &Map<String, Value>) -> Result<Self, SettingError> {
        let table = match settings.get(KEY) {
            None => return Ok(Self::default()),
            Some(Value::Object(table)) => table,
            Some(_) => return Err(fault("`limits` must be a table", Some("such as limits = { rate = 5 }"))),
        };
        if let Some(stranger) = table.keys().find(|key| !KNOWN.contains(&key.as_str())) {
            let stranger = crate::text::clean(stranger);
            let hint = format!("known are {}", KNOWN.join(", "));
            return Err(fault(&format!("unknown key `{stranger}` in `limits`"), Some(&hint)));
        }
        let usual = Self::default();
        let whole = |key, usual: u64, least, most| match table.get(key).map(Value::as_u64) {
            None => Ok(usual),
            Some(Some(number)) if (least..=most).contains(&number) => Ok(number),
            Some(_) => Err(fault(&format!("`{key}` must be a whole number from {least} to {most}"), None)),
        };
        Ok(Self {
            attempts: whole("attempts", u64::from(usual.attempts), 1, 5)? as u32,
            rate: rate(table.get("rate"), usual.rate)?,
            burst: whole("burst", u64::from(usual.burst), 1, 10_000)? as u32,
            concurrency: whole("concurrency", usual.concurrency as u64, 1, 64)? as usize,
            queue: whole("queue", usual.queue as u64, 0, 1000)? as usize,
            body: (whole("body_mib", (usual.body >> 20) as u64, 1, 1024)? as usize) << 20,
            series: whole("series", usual.series as u64, 1, 1_000_000)? as usize,
        })
    }
}

fn rate(value: Option<&Value>, usual: f64) -> Result<f64, SettingError> {
    match value.map(Value::as_f64) {
        None => Ok(usual),
        Some(Some(rate)) if (0.01..=1000.0).contains(&rate) => Ok(rate),
        Some(_) => Err(fault("`rate` is requests a second, from 0.01 to 1000", None)),
    }
}

fn fault(problem: &str, hint: Option<&str>) -> SettingError {
    SettingError { key: KEY.to_owned(), problem: problem.to_owned(), hint: hint.map(str::to_owned) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(limits: &Value) -> Result<Limits, SettingError> {
        Limits::read(json!({ "limits": limits }).as_object().unwrap())
    }

    #[test]
    fn what_is_not_said_is_as_usual() {
        assert_eq!(Limits::read(&Map::new()).unwrap(), Limits::default());
        let limits = read(&json!({"rate": 0.5, "body_mib": 2, "queue": 0})).unwrap();
        let expected = Limits { rate: 0.5, body: 2 * 1024 * 1024, queue: 0, ..Limits::default() };
        assert_eq!(limits, expected);
    }

    #[test]
    fn nonsense_is_refused_by_its_key() {
        for (limits, words) in [
            (json!(5), "must be a table"),
            (json!({"rates": 5}), "unknown key `rates`"),
            (json!({"rate": 0}), "0.01 to 1000"),
            (json!({"rate": "5"}), "0.01 to 1000"),
            (json!({"attempts": 0}), "from 1 to 5"),
            (json!({"attempts": 1.5}), "from 1 to 5"),
            (json!({"body_mib": -1}), "from 1 to 1024"),
        ] {
            let error = read(&limits).unwrap_err();
            assert!(error.key == "limits" && error.problem.contains(words), "{limits}: {error}");
        }
    }
}
