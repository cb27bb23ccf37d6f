//! What `/api/v1/rules` tells, as far as it is of use: names, expressions, labels.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use crate::domain::slo::window::Window;
use crate::source::prometheus::client::Client;
use crate::source::{SourceError, Toll};

/// Rules looked at; the largest clusters have some ten thousand.
const MOST: usize = 50_000;

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub(in crate::source::prometheus) struct Rule {
    /// The series recorded, or the alert's name.
    #[serde(default)]
    pub(in crate::source::prometheus) name: String,
    #[serde(default)]
    pub(in crate::source::prometheus) query: String,
    #[serde(default)]
    pub(in crate::source::prometheus) labels: BTreeMap<String, String>,
    #[serde(default)]
    pub(in crate::source::prometheus) annotations: BTreeMap<String, String>,
    /// The `for` of an alert, in seconds.
    #[serde(default)]
    pub(in crate::source::prometheus) duration: f64,
    /// The file that it stands in, as far as that is told.
    #[serde(skip)]
    pub(in crate::source::prometheus) file: Arc<str>,
    #[serde(default, rename = "type")]
    kind: String,
    /// `ok`, `err` or `unknown`.
    #[serde(default)]
    health: String,
}

impl Rule {
    pub(in crate::source::prometheus) fn is_alert(&self) -> bool {
        self.kind == "alerting"
    }

    /// Whether its last evaluation failed.
    pub(in crate::source::prometheus) fn is_broken(&self) -> bool {
        self.health == "err"
    }

    /// The window that the name of a recording rule ends with, after `marker`.
    pub(super) fn window_after(&self, marker: &str) -> Option<Window> {
        if self.is_alert() { None } else { self.name.rsplit_once(marker)?.1.parse().ok() }
    }

    pub(in crate::source::prometheus) fn label(&self, name: &str) -> &str {
        self.labels.get(name).map(String::as_str).unwrap_or_default()
    }
}

#[derive(Deserialize)]
struct Envelope {
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    #[serde(default)]
    groups: Vec<Group>,
}

#[derive(Deserialize)]
struct Group {
    #[serde(default)]
    file: Value,
    #[serde(default)]
    rules: Vec<Rule>,
}

/// All rules, or why they are not told; an error where that may pass.
pub(in crate::source::prometheus) async fn rules(
    client: &Client,
    toll: &mut Toll,
) -> Result<Result<Vec<Rule>, String>, SourceError> {
    let params = [("exclude_alerts", "true".to_owned())];
    let told = match client.get("rules", &params, toll).await {
        Ok(body) => match (read(&body), client.dialect.no_rules()) {
            (Ok(rules), Some(why)) if rules.is_empty() => Err(why.to_owned()),
            (told, _) => told,
        },
        // A proxy that lets queries alone through answers in ways of its own.
        Err(error) if lasting(&error) => Err(error.to_string()),
        Err(error) => return Err(error),
    };
    Ok(told)
}

fn lasting(error: &SourceError) -> bool {
    let server = matches!(error, SourceError::Server { status: 501, .. } | SourceError::BadAnswer { .. });
    server || !error.may_pass()
}

pub(in crate::source::prometheus) fn read(body: &[u8]) -> Result<Vec<Rule>, String> {
    let envelope: Envelope = serde_json::from_slice(body)
        .map_err(|_| "the list of rules is not the JSON that was expected".to_owned())?;
    let all = envelope.data.groups.into_iter().flat_map(|group| {
        let file: Arc<str> = group.file.as_str().unwrap_or_default().into();
        group.rules.into_iter().map(move |rule| Rule { file: Arc::clone(&file), ..rule })
    });
    Ok(all.take(MOST).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_of_all_groups_are_one_list() {
        let body = r#"{"status":"success","data":{"groups":[
            {"name":"a","rules":[{"name":"x:y","query":"sum(a)","labels":{"slo":"z"},"type":"recording","health":"ok"}]},
            {"name":"b","file":"/etc/b.yaml","rules":[{"name":"Burn","query":"x:y > 1","duration":120,"type":"alerting","alerts":[{}]}]}]}}"#;
        let rules = read(body.as_bytes()).unwrap();
        assert_eq!((rules.len(), rules[0].label("slo"), rules[0].is_alert()), (2, "z", false));
        assert_eq!((rules[1].duration, rules[1].is_alert(), rules[1].label("slo")), (120.0, true, ""));
        assert_eq!((&*rules[0].file, &*rules[1].file), ("", "/etc/b.yaml"));
        for broken in ["", "<html>", "{}", r#"{"data":{"groups":[{"rules":[{"name":1}]}]}}"#] {
            assert!(read(broken.as_bytes()).unwrap_err().contains("rules"), "{broken}");
        }
    }
}
