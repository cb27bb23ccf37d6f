//! Which alerts Pyrra generates, and what they are called.

use crate::config::catalogue::reader::Reader;
use crate::config::place::At;

#[derive(Clone, Debug, PartialEq)]
pub struct Alerting {
    /// Whether there are burn rate alerts.
    pub burnrates: bool,
    /// Whether there is an alert on metrics that are gone.
    pub absent: bool,
    /// As in the label `alertname`; the place is that of the object's own, if it has one.
    pub name: String,
    pub absent_name: String,
    pub severities: Severities,
    /// Where the names were written.
    pub written: Option<At<String>>,
}

/// As in the label `severity`, by tier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Severities {
    pub absent: String,
    pub fast: String,
    pub medium: String,
    pub slow: String,
    pub long_term: String,
}

impl Default for Severities {
    fn default() -> Self {
        let (critical, warning) = ("critical".to_owned(), "warning".to_owned());
        Self {
            absent: critical.clone(),
            fast: critical.clone(),
            medium: critical,
            slow: warning.clone(),
            long_term: warning,
        }
    }
}

impl Default for Alerting {
    fn default() -> Self {
        Self {
            burnrates: true,
            absent: true,
            name: "ErrorBudgetBurn".to_owned(),
            absent_name: "SLOMetricAbsent".to_owned(),
            severities: Severities::default(),
            written: None,
        }
    }
}

pub(super) fn alerting(reader: Option<Reader<'_, '_>>) -> Alerting {
    let mut alerting = Alerting::default();
    let Some(mut reader) = reader else { return alerting };
    let off = reader.flag("disabled").is_some_and(|flag| flag.value);
    let burnrates = reader.flag("burnrates").is_none_or(|flag| flag.value);
    alerting.burnrates = burnrates && !off;
    alerting.absent = reader.flag("absent").is_none_or(|flag| flag.value);
    alerting.written = reader.text("name").filter(|name| !name.value.is_empty());
    if let Some(name) = &alerting.written {
        alerting.name.clone_from(&name.value);
    }
    set(&mut alerting.absent_name, &mut reader, "absentName");
    if let Some(severities) = reader.map("severities") {
        self::severities(&mut alerting.severities, severities);
    }
    reader.finish();
    alerting
}

fn severities(severities: &mut Severities, mut reader: Reader<'_, '_>) {
    set(&mut severities.absent, &mut reader, "absent");
    set(&mut severities.fast, &mut reader, "fastBurn");
    set(&mut severities.medium, &mut reader, "mediumBurn");
    set(&mut severities.slow, &mut reader, "slowBurn");
    set(&mut severities.long_term, &mut reader, "longTermBurn");
    reader.finish();
}

/// An empty text leaves the default.
fn set(text: &mut String, reader: &mut Reader<'_, '_>, key: &'static str) {
    if let Some(written) = reader.text(key).filter(|written| !written.value.is_empty()) {
        *text = written.value;
    }
}
