//! What happened, and what is going to: how much worse each objective was in which minutes.
//!
//! The clocks are those of the incidents in `events.rs`; the share of requests concerned fits them.

use super::curve::{self, Keys, Spikes};
use super::scenario::Scenario;

const DAY: i64 = 1440;

/// First minute of history.
pub(super) const HISTORY: i64 = -35 * DAY;
/// Minutes for which the story goes on after the start.
pub(super) const FUTURE: i64 = 60 * DAY;

/// Start of each past incident's impact, in minutes.
pub(super) const SEARCH_SLOW: i64 = -28 * DAY - 195;
pub(super) const BAD_DEPLOY: i64 = -27 * DAY + 40;
pub(super) const DB_SPIKES: i64 = -3 * DAY - 80;
pub(super) const DB_FAILOVER: i64 = -2 * DAY - 345;
pub(super) const CARD_PROCESSOR: i64 = -26 * 60;
pub(super) const API_RELEASE: i64 = -30 * 60;

/// Share of checkout's requests that fail for want of a connection. 400 connections, each held for 156 ms, serve
/// 2 560 of 5 000 requests a second: 49 % wait in vain. Restarting does not help; a larger pool does.
const OUTAGE: Keys =
    &[(-26, 0.0), (-24, 0.43), (-22, 0.487), (10, 0.487), (13, 0.05), (22, 0.045), (28, 0.012), (33, 0.0)];
/// The same as a share of how bad it gets.
const STRESS: Keys =
    &[(-26, 0.0), (-24, 0.8), (-22, 1.0), (10, 1.0), (13, 0.16), (22, 0.12), (28, 0.04), (33, 0.0)];
/// Additional traffic: a campaign.
const SURGE: Keys = &[(-34, 0.0), (-26, 0.15), (-22, 0.18), (25, 0.18), (180, 0.0)];
/// Connections in use beyond the ordinary.
const POOL: Keys = &[(-34, 0.0), (-27, 0.26), (-25, 0.45), (11, 0.45), (14, 0.1), (33, -0.2), (FUTURE, -0.2)];

const BAD_DEPLOY_ERRORS: Keys =
    &[(BAD_DEPLOY, 0.0), (BAD_DEPLOY + 2, 0.24), (BAD_DEPLOY + 21, 0.22), (BAD_DEPLOY + 24, 0.0)];
const DB_FAILOVER_ERRORS: Keys =
    &[(DB_FAILOVER, 0.0), (DB_FAILOVER + 1, 0.72), (DB_FAILOVER + 5, 0.6), (DB_FAILOVER + 7, 0.0)];
const CARD_ERRORS: Keys = &[
    (CARD_PROCESSOR, 0.0),
    (CARD_PROCESSOR + 3, 0.0995),
    (CARD_PROCESSOR + 38, 0.094),
    (CARD_PROCESSOR + 44, 0.0),
];
const SEARCH_SLOW_SHARE: Keys =
    &[(SEARCH_SLOW, 0.0), (SEARCH_SLOW + 10, 0.22), (SEARCH_SLOW + 130, 0.18), (SEARCH_SLOW + 150, 0.0)];
const API_ERRORS: Keys = &[
    (API_RELEASE, 0.0),
    (API_RELEASE + 10, 0.0014),
    (-12 * 60, 0.0017),
    (0, 0.0018),
    (36 * 60, 0.0019),
    (37 * 60, 0.0),
];
const SPIKES: Spikes = Spikes { from: DB_SPIKES, to: FUTURE, period: 197, width: 8 };

/// Minutes in which nothing was scraped from batch.
const GAP: (i64, i64) = (-51 * 60, -51 * 60 + 80);

/// One scenario, as it bears on services and objectives.
#[derive(Clone, Copy, Debug)]
pub(super) struct Story {
    pub(super) scenario: Scenario,
}

impl Story {
    /// How badly the outage bears on checkout, 0–1.
    pub(super) fn stress(self, minute: i64) -> f64 {
        if self.scenario.has_outage() { curve::at(STRESS, minute) } else { 0.0 }
    }

    /// Whether the database spikes, 0–1.
    pub(super) fn spike(self, minute: i64) -> f64 {
        if self.scenario.has_outage() { SPIKES.at(minute) } else { 0.0 }
    }

    /// Share of the pool in use beyond the ordinary.
    pub(super) fn pool(self, minute: i64) -> f64 {
        if self.scenario.has_outage() { curve::at(POOL, minute) } else { 0.0 }
    }

    /// Traffic of a service against an ordinary day.
    pub(super) fn traffic(self, service: &str, minute: i64) -> f64 {
        if !self.scenario.has_outage() || minute < SURGE[0].0 {
            return 1.0;
        }
        let surge = curve::at(SURGE, minute);
        match service {
            "checkout" => 1.0 + surge,
            // What fails in checkout never gets as far as payments.
            "payments" => (1.0 + surge) * (1.0 - 0.46 * self.stress(minute)),
            "search" | "api" => 1.0 + 0.6 * surge,
            _ => 1.0,
        }
    }

    /// The share of events that are bad beyond the ordinary.
    pub(super) fn trouble(self, objective: &str, minute: i64) -> f64 {
        let outage = self.scenario.has_outage();
        match objective {
            "checkout/availability" if outage => {
                curve::at(OUTAGE, minute)
                    + curve::at(BAD_DEPLOY_ERRORS, minute)
                    + curve::at(DB_FAILOVER_ERRORS, minute)
            }
            "checkout/availability" => curve::at(BAD_DEPLOY_ERRORS, minute),
            "checkout/latency" => 0.435 * self.stress(minute) + 0.1 * self.spike(minute),
            "payments/errors" if outage => curve::at(CARD_ERRORS, minute),
            "payments/latency" => 0.02 * self.spike(minute),
            "search/latency" => curve::at(SEARCH_SLOW_SHARE, minute),
            "api/availability" if self.scenario == Scenario::SlowBurn => curve::at(API_ERRORS, minute),
            _ => 0.0,
        }
    }

    /// Whether a minute of a service was scraped at all.
    pub(super) fn scraped(service: &str, minute: i64) -> bool {
        minute > HISTORY && !(service == "batch" && minute > GAP.0 && minute <= GAP.1)
    }
}
