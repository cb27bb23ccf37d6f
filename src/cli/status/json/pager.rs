//! `pager` of `status --json`: the backend's own alerts beside our tiers.

use serde::Serialize;

use super::unix;
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
