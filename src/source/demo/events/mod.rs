//! The demo's log of incidents, changes and plans: the same clocks as the story's numbers.

mod crew;
mod log;

use chrono::{DateTime, Datelike, TimeDelta, Utc, Weekday};
use serde_json::json;

use log::{Log, text};

use super::scenario::Scenario;
use super::story::{API_RELEASE, BAD_DEPLOY, CARD_PROCESSOR, DB_FAILOVER, DB_SPIKES, SEARCH_SLOW};
use super::traces;

/// The lines of the log as it stands at `started`, one JSON object each, oldest first.
pub fn events(scenario: Scenario, started: DateTime<Utc>) -> Vec<String> {
    let mut log = Log::new(started);
    log.past();
    match scenario {
        Scenario::Outage | Scenario::Blackout => {
            log.week_of_trouble();
            log.outage();
        }
        Scenario::SlowBurn => log.slow_burn(),
        Scenario::Calm => {}
    }
    log.plans();
    log.lines()
}

impl Log {
    /// What is over, in every scenario.
    fn past(&mut self) {
        let (first, second) = (self.crew.secondary, self.crew.primary);
        self.incident(1, -33 * 1440)
            .open(3, "Login mails arrive an hour late", &["batch"], &[], 22)
            .led(26, first)
            .status(31, first, "identified", "mail queue stuck behind an export")
            .over(44, 75, first, "export moved to its own queue");
        self.change(SEARCH_SLOW - 2, "search", "rebuild of the product index started", "cron");
        self.incident(2, SEARCH_SLOW)
            .open(3, "search slow while the index is rebuilt", &["search"], &["search/latency"], 21)
            .led(25, second)
            .status(60, second, "identified", "rebuild and searches share the same disks")
            .over(150, 170, second, "rebuild is throttled by day");
        self.change(BAD_DEPLOY - 4, "checkout", "deploy checkout v2.3.0", "pipeline");
        self.incident(3, BAD_DEPLOY)
            .open(2, "bad deployment v2.3", &["checkout"], &["checkout/availability"], 2)
            .led(3, first)
            .status(9, first, "identified", "v2.3.0 fails for carts with a voucher")
            .status(15, second, "mitigating", "rolling back to v2.2.9")
            .over(24, 40, first, "vouchers without an expiry date were not read");
        self.change(BAD_DEPLOY + 20, "checkout", "rollback to checkout v2.2.9", "pipeline");
        self.change(-25 * 1440, "checkout", "deploy checkout v2.3.1", "pipeline");
        self.change(-9 * 1440 + 75, "payments", "deploy payments v1.18.0", "pipeline");
    }

    fn week_of_trouble(&mut self) {
        let (primary, secondary) = (self.crew.primary, self.crew.secondary);
        self.incident(4, DB_SPIKES)
            .open(3, "Database latency spikes", &["checkout", "payments"], &["checkout/latency"], 25)
            .led(31, primary)
            .status(48, primary, "investigating", "every three hours, eight minutes each; no customer impact")
            .field("next_step", "read the slow-query log of the primary after the next spike")
            .note(55, primary, "todo", "ask the platform team what runs every 197 minutes");
        self.incident(5, DB_FAILOVER)
            .open(2, "database failover", &["checkout"], &["checkout/availability"], 1)
            .led(2, secondary)
            .status(
                4,
                secondary,
                "identified",
                "replica took over after 6 minutes; clients kept dead connections",
            )
            .over(7, 35, secondary, "connections are now checked before use");
        self.incident(6, CARD_PROCESSOR)
            .open(2, "Card processor refuses payments", &["payments"], &["payments/errors"], 4)
            .led(6, primary)
            .status(12, primary, "identified", "their EU region answers 503 to one call in ten")
            .status(33, primary, "mitigating", "routing to their second region")
            .over(44, 70, primary, "asked for a review; failover between regions is to be automatic");
        self.change(CARD_PROCESSOR + 36, "payments", "route: second region of the card processor", "alice");
        self.change(-5 * 60 - 20, "api", "deploy api v3.12.0", "pipeline");
        self.note_left(
            -190,
            "Redis cache hit rate is 60 % (normal 90 %) since three days. Page if below 40 %.",
        );
        self.note_left(-186, "Clients log \"connection timeout\": restart the worker pods, see db-runbook.");
    }

    /// The clocks of the payment outage; its impact began two minutes before anybody was paged.
    fn outage(&mut self) {
        let (primary, secondary) = (self.crew.primary, self.crew.secondary);
        let scribe = self.crew.scribe;
        self.change(-33, "checkout", "spring campaign: mail to all customers", "marketing calendar");
        let due = self.clock(8);
        let slos = ["checkout/availability", "checkout/latency"];
        self.incident(7, -25)
            .open(2, "Payment API error rate 50 %", &["checkout"], &slos, 2)
            .acknowledged(3, primary)
            .severity(5, primary, "SEV1", "half of all checkouts fail")
            .role(5, secondary, "commander", secondary)
            .role(5, primary, "ops", primary)
            .role(7, scribe, "scribe", scribe)
            .status(6, primary, "investigating", "timeouts everywhere, no deployment of ours")
            .status(7, secondary, "identified", "connection pool exhausted: 400 of 400 in use")
            .note(9, scribe, "sys", "errors 48.7 %, p99 4.1 s, traffic 18 % above last week")
            .status(10, secondary, "mitigating", "restarting the API pods")
            .note(
                12,
                scribe,
                "sys",
                &format!("one of them: trace {}, 4 s in line for a connection", traces::NOTED),
            )
            .note(14, primary, "action", "pods restarted: no change, the pool fills again within a minute")
            .note(17, secondary, "decision", "raise the pool limit from 400 to 1 000 in three steps")
            .note(19, scribe, "todo", "why did nothing alert on the pool?")
            .note(21, secondary, "comms", "status page: checkout partly unavailable, next update follows")
            .note(23, primary, "action", "limit 600 on the first of three nodes, watching the database")
            .field(
                "cause",
                "5 000 requests/s that each hold a connection for 156 ms need 780 connections; there are 400",
            )
            .field("customer_impact", "about half of all checkouts fail")
            .field("next_update_due", &due);
    }

    fn slow_burn(&mut self) {
        let primary = self.crew.primary;
        self.change(API_RELEASE - 3, "api", "deploy api v3.12.0", "pipeline");
        self.incident(4, API_RELEASE)
            .open(3, "API errors a little up since v3.12", &["api"], &["api/availability"], 600)
            .led(612, primary)
            .status(640, primary, "investigating", "one endpoint, only for old clients")
            .field("next_step", "compare the answers of v3.11 and v3.12 for clients before 4.0");
    }

    fn plans(&mut self) {
        let (handover, previous, next) = (self.crew.handover, self.crew.previous, self.crew.next);
        let (from, to) = (handover + TimeDelta::hours(34), handover + TimeDelta::hours(58));
        let data = json!({
            "schedule": "payments", "role": "primary", "mode": "replace", "person": previous,
            "instead_of": next, "from": text(from), "to": text(to), "reason": "swap: conference",
        });
        self.push(-2 * 1440 + 130, next, "override.added", None, data);
        let from = next_wednesday(self.started);
        let data = json!({
            "services": ["checkout", "payments"], "from": text(from), "to": text(from + TimeDelta::hours(1)),
            "text": "SQL failover test", "estimate": 0.06, "excluded": false,
        });
        self.push(-4 * 1440 + 42, "david", "maint.added", None, data);
    }
}

/// 02:00 UTC of the next Wednesday.
fn next_wednesday(started: DateTime<Utc>) -> DateTime<Utc> {
    let midnight = started.timestamp().div_euclid(86_400) * 86_400;
    let nights = (0..8).filter_map(|day| DateTime::from_timestamp(midnight + day * 86_400 + 7200, 0));
    nights.filter(|night| night.weekday() == Weekday::Wed).find(|night| *night > started).unwrap_or(started)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use crate::domain::incident::COMMANDER;
    use crate::domain::journal::{Fold, parse_line};

    use super::*;

    fn read(scenario: Scenario, started: &str) -> Vec<Value> {
        let lines = events(scenario, started.parse().unwrap());
        lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn time(value: &Value) -> DateTime<Utc> {
        value.as_str().unwrap().parse().unwrap()
    }

    #[test]
    fn the_log_is_dense_ordered_and_past() {
        for scenario in Scenario::ALL {
            let log = read(scenario, "2026-01-20T09:57:23Z");
            for (index, event) in log.iter().enumerate() {
                assert_eq!(event["seq"], index + 1);
                assert_eq!(event["id"].as_str().unwrap().len(), 26);
                assert!(time(&event["ts"]) <= "2026-01-20T09:57:23Z".parse::<DateTime<Utc>>().unwrap());
            }
            assert!(log.windows(2).all(|pair| time(&pair[0]["ts"]) <= time(&pair[1]["ts"])));
            let ids: std::collections::BTreeSet<_> =
                log.iter().map(|event| event["id"].to_string()).collect();
            assert_eq!(ids.len(), log.len());
        }
    }

    #[test]
    fn the_log_folds_without_a_complaint() {
        for scenario in Scenario::ALL {
            let mut fold = Fold::default();
            for line in events(scenario, "2026-02-17T10:00:30Z".parse().unwrap()) {
                fold.push(parse_line(&line).unwrap());
            }
            let state = fold.state();
            assert_eq!(
                (state.tally.last_rejected.clone(), state.tally.other, state.tally.clock_steps),
                (None, 0, 0)
            );
            let open: Vec<String> = state.open_incidents().iter().map(|incident| incident.id()).collect();
            let want: &[&str] = match scenario {
                Scenario::Outage | Scenario::Blackout => &["INC-7", "INC-4"],
                Scenario::SlowBurn => &["INC-4"],
                Scenario::Calm => &[],
            };
            assert_eq!(open, want);
            assert!(state.incidents.values().all(|incident| incident.holder(COMMANDER).is_some()));
            assert_eq!((state.overrides.len(), state.maintenance.len()), (1, 1));
        }
    }

    #[test]
    fn incidents_are_numbered_as_they_were_opened() {
        for scenario in Scenario::ALL {
            let log = read(scenario, "2026-01-20T09:57:23Z");
            let opened: Vec<_> = log.iter().filter(|event| event["kind"] == "incident.opened").collect();
            for (index, event) in opened.iter().enumerate() {
                assert_eq!(event["ref"], format!("INC-{}", index + 1));
            }
        }
    }

    #[test]
    fn the_outage_has_its_clocks() {
        // The seventh week of the rota: alice is primary, bob secondary.
        let log = read(Scenario::Outage, "2026-02-17T10:00:30Z");
        let of = |kind: &str| {
            log.iter().filter(|event| event["ref"] == "INC-7" && event["kind"] == kind).collect::<Vec<_>>()
        };
        let opened = of("incident.opened")[0];
        assert_eq!(
            (&opened["ts"], &opened["data"]["impact_start"]),
            (&json!("2026-02-17T09:37:00Z"), &json!("2026-02-17T09:35:00Z"))
        );
        let stages: Vec<_> =
            of("incident.status").iter().map(|event| event["data"]["status"].clone()).collect();
        assert_eq!(stages, ["acknowledged", "investigating", "identified", "mitigating"]);
        let commander = of("role.accepted")[0];
        assert_eq!(
            (&commander["data"]["role"], &commander["data"]["person"]),
            (&json!("commander"), &json!("bob"))
        );
        assert_eq!(of("incident.severity")[0]["data"]["severity"], "SEV1");
    }

    #[test]
    fn the_failover_test_is_on_the_next_wednesday() {
        for (started, want) in [
            ("2026-01-20T09:57:00Z", "2026-01-21T02:00:00Z"),
            ("2026-01-21T01:59:59Z", "2026-01-21T02:00:00Z"),
            ("2026-01-21T02:00:00Z", "2026-01-28T02:00:00Z"),
        ] {
            assert_eq!(text(next_wednesday(started.parse().unwrap())), want);
        }
    }
}
