//! Who is on call while the demo's story happens.

use chrono::{DateTime, Utc};

/// Who is on call for payments: the demo's rota, so that the log names the people it shows.
pub(super) struct Crew {
    pub(super) primary: &'static str,
    pub(super) secondary: &'static str,
    /// Primary of the shift before.
    pub(super) previous: &'static str,
    pub(super) next: &'static str,
    pub(super) scribe: &'static str,
    pub(super) handover: DateTime<Utc>,
}

const ROTA: [&str; 6] = ["alice", "charlie", "eve", "bob", "david", "frank"];
/// 2026-01-05 09:00 UTC, the first hand-over.
const FIRST_HANDOVER: i64 = 1_767_603_600;
const WEEK: i64 = 7 * 86_400;

impl Crew {
    pub(super) fn at(started: DateTime<Utc>) -> Self {
        let week = (started.timestamp() - FIRST_HANDOVER).div_euclid(WEEK);
        let turn = |offset: i64| ROTA[(week + offset).rem_euclid(6) as usize];
        let handover = DateTime::from_timestamp(FIRST_HANDOVER + (week + 1) * WEEK, 0).unwrap_or(started);
        Self {
            primary: turn(0),
            secondary: turn(3),
            previous: turn(-1),
            next: turn(1),
            scribe: turn(4),
            handover,
        }
    }
}
