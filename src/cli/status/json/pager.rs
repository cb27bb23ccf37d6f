//! `pager` of `status --json`: the backend's own alerts beside our tiers.

use serde::Serialize;

use crate::cli::json::unix;
use crate::domain::slo::pager::{Agreement, Hearing};

#[derive(Serialize)]
pub(super) struct Pager<'a> {
    /// `null` where nothing can be compared.
    agree: Option<bool>,
    /// `heard`, `not_asked`, `refused`, `none_found`.
    state: &'static str,
    error: Option<&'a str>,
    as_of: Option<String>,
    alerts: Vec<Alarm<'a>>,
    severities: Vec<Opinion>,
}

#[derive(Serialize)]
struct Alarm<'a> {
    name: &'a str,
    severity: Option<&'static str>,
    state: &'static str,
}

#[derive(Serialize)]
struct Opinion {
    severity: &'static str,
    /// `agree`, `settling`, `only_pager`, `only_us`, `unknown`.
    verdict: &'static str,
    pager_fires: Option<bool>,
    we_fire: Option<bool>,
}

impl<'a> Pager<'a> {
    pub(super) fn of(found: &'a Agreement) -> Self {
        let alarms = found.alarms.iter().map(|alarm| Alarm {
            name: &alarm.name,
            severity: alarm.severity.map(crate::domain::slo::tier::Severity::word),
            state: if alarm.firing { "firing" } else { "pending" },
        });
        let opinions = found.opinions.iter().map(|opinion| Opinion {
            severity: opinion.severity.word(),
            verdict: opinion.accord.word(),
            pager_fires: opinion.pager,
            we_fire: opinion.ours,
        });
        let (state, error) = match &found.hearing {
            Hearing::Heard => ("heard", None),
            Hearing::NotAsked => ("not_asked", None),
            Hearing::NoPager => ("none_found", None),
            Hearing::Refused(why) => ("refused", Some(why.as_str())),
        };
        Self {
            agree: found.agree(),
            state,
            error,
            as_of: found.heard_at.and_then(unix),
            alerts: alarms.collect(),
            severities: opinions.collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::slo::pager::{Alarm, Heard, agreement};
    use crate::domain::slo::tier::Severity;
    use serde_json::json;

    #[test]
    fn a_quarrel_and_the_want_of_a_pager() {
        let alarm = Alarm { name: "Burn".into(), severity: Some(Severity::Page), firing: true };
        let mut heard = Heard { any: true, ..Heard::default() };
        heard.record([0, 60, 120].map(|minute| (minute, vec![alarm.clone()])));
        let document = |heard: &Heard| {
            let found = agreement(heard, Some(120), &[Severity::Page], |_, _| Some(false));
            serde_json::to_value(Pager::of(&found)).unwrap()
        };
        assert_eq!(
            document(&heard),
            json!({"agree": false, "state": "heard", "error": null, "as_of": "1970-01-01T00:02:00Z",
                "alerts": [{"name": "Burn", "severity": "page", "state": "firing"}],
                "severities": [{"severity": "page", "verdict": "only_pager", "pager_fires": true, "we_fire": false}]})
        );
        let none = Heard { any: false, minutes: [(120, vec![])].into(), refused: None };
        let none = document(&none);
        assert_eq!((&none["agree"], &none["state"]), (&json!(null), &json!("none_found")));
        assert_eq!(none["severities"][0]["pager_fires"], json!(null));
    }
}
