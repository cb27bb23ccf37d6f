//! May we ship: which SLO decides, and what is said of what is not known.

use std::sync::Arc;

use burnwatch::domain::incident::{Incident, Severity};
use burnwatch::domain::journal::State;
use burnwatch::domain::judge::{Circumstances, judge};
use burnwatch::domain::ship::{Answer, decide};
use burnwatch::domain::slo::objective::Objective;
use burnwatch::domain::slo::status::{Level, SloStatus};
use burnwatch::domain::slo::window::Window;
use chrono::{DateTime, Utc};

use crate::figure::target;
use crate::flow::{Flow, NOW, Piece, objective};

const DAY: i64 = 86_400;

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(NOW, 0).unwrap()
}

fn piece(seconds: i64, bad: f64, gap: bool) -> Piece {
    Piece { span: format!("{seconds}s"), per_second: 1.0, bad, gap }
}

/// `checkout/{name}` at 99 % in seven days, with this history.
fn judged(name: &str, pieces: &[Piece], why: Circumstances) -> Arc<SloStatus> {
    let plain = objective(target("99%"), Window::days(7));
    let slo = Objective { id: format!("checkout/{name}"), name: name.to_owned(), ..Objective::clone(&plain) };
    let ledger = Arc::new(Flow::ending_at(NOW, pieces).ledger(NOW, slo.window));
    Arc::new(judge(&Arc::new(slo), &ledger, &Circumstances { stale_after: 150, ..why }))
}

fn at(now: i64) -> Circumstances {
    Circumstances { now, ..Circumstances::default() }
}

/// So many of the 6 048 seconds that may be bad, two days ago.
fn spent(name: &str, bad: i64) -> Arc<SloStatus> {
    let pieces =
        [piece(13 * DAY - bad, 0.0, false), piece(bad.max(1), 1.0, false), piece(2 * DAY, 0.0, false)];
    judged(name, &pieces, at(NOW))
}

fn silent(name: &str) -> Arc<SloStatus> {
    judged(name, &[], Circumstances { unanswered: true, ..at(NOW) })
}

fn said(slos: &[Arc<SloStatus>]) -> (Answer, String, String) {
    let decision = decide(slos, &State::default(), now());
    let decisive = decision.decisive.map_or_else(String::new, |slo| slo.objective.name.clone());
    (decision.answer, decisive, decision.reason)
}

#[test]
fn the_strictest_step_decides_and_of_equals_what_has_least_left() {
    let (calm, slow, frozen) = (spent("calm", 60), spent("slow", 5000), spent("frozen", 7000));
    let worse = spent("worse", 8000);
    let decided = |slos: &[&Arc<SloStatus>]| {
        let slos: Vec<_> = slos.iter().map(|slo| Arc::clone(slo)).collect();
        let (answer, decisive, _) = said(&slos);
        (answer, decisive)
    };
    assert_eq!(decided(&[&calm]), (Answer::Yes, "calm".to_owned()));
    assert_eq!(decided(&[&calm, &slow]), (Answer::Caution, "slow".to_owned()));
    assert_eq!(decided(&[&worse, &calm, &frozen, &slow]), (Answer::Freeze, "worse".to_owned()));
    assert_eq!(said(&[]).0, Answer::Unknown);
}

#[test]
fn what_is_unknown_outranks_a_caution_and_not_a_freeze() {
    let (slow, frozen, silent) = (spent("slow", 5000), spent("frozen", 7000), silent("silent"));
    let (answer, decisive, reason) = said(&[Arc::clone(&slow), Arc::clone(&silent)]);
    assert_eq!((answer, decisive.as_str()), (Answer::Unknown, "silent"));
    assert_eq!(reason, "unknown: checkout/silent: the backend has not answered");
    let decision = decide(&[silent, frozen], &State::default(), now());
    assert_eq!(decision.answer, Answer::Freeze);
    assert_eq!(decision.mentions, ["checkout/silent is unknown: the backend has not answered"]);
}

#[test]
fn a_target_that_allows_nothing_freezes_with_the_first_error() {
    let plain = objective(target("100%"), Window::days(7));
    let judged = |bad: f64| {
        let pieces = [piece(12 * DAY, 0.0, false), piece(60, bad, false), piece(2 * DAY, 0.0, false)];
        let ledger = Arc::new(Flow::ending_at(NOW, &pieces).ledger(NOW, plain.window));
        Arc::new(judge(&plain, &ledger, &Circumstances { stale_after: 150, ..at(NOW) }))
    };
    // An hour ago and longer nothing burns, and no share says how far it is overspent: it is not fine all the same.
    let broken = judged(1.0);
    assert_eq!((broken.remaining(), broken.level()), (None, Level::Warn));
    assert_eq!((broken.is_broken(), broken.is_spent()), (true, true));
    assert_eq!(broken.step_since(), Some(NOW - 2 * DAY));
    let (answer, _, reason) = said(&[broken]);
    assert_eq!(answer, Answer::Freeze);
    assert!(reason.contains("may have no bad events and has 60, since"), "{reason}");
    let whole = judged(0.0);
    assert_eq!((whole.remaining(), whole.level()), (Some(1.0), Level::Ok));
    assert_eq!(said(&[whole]).0, Answer::Yes);
}

#[test]
fn the_whole_sentence() {
    // 7 000 of 6 048: -15.7 %. It froze within the hour that ended two days ago, at 6 048 s to five minutes.
    let (_, _, reason) = said(&[spent("frozen", 7000), spent("calm", 0)]);
    assert_eq!(
        reason,
        "freeze: checkout/frozen, the strictest of 2 SLOs, has -16 % of its budget left, not above 0 %, since \
         Sun 09:45 Z; policy four-step: feature freeze, reliability work only"
    );
    let (_, _, reason) = said(&[spent("calm", 60)]);
    assert_eq!(
        reason,
        "yes: checkout/calm has 99 % of its budget left; policy four-step, step ship: ship features at full speed"
    );
}

#[test]
fn stale_partial_and_short_history_are_unknown() {
    let frozen = [piece(12 * DAY, 0.0, false), piece(7000, 1.0, false), piece(DAY, 0.0, false)];
    let (answer, _, reason) = said(&[judged("old", &frozen, at(NOW + 3600))]);
    assert_eq!(answer, Answer::Unknown);
    assert!(reason.contains("no new data since 20 Jan 10:00 Z; then it was freeze"), "{reason}");

    let short = [piece(12 * DAY, 0.0, false), piece(4 * DAY, 0.0, true), piece(2 * DAY, 0.0, false)];
    let (answer, _, reason) = said(&[judged("short", &short, at(NOW))]);
    assert_eq!((answer, reason.contains("of 7d are known")), (Answer::Unknown, true), "{reason}");

    let loading = Circumstances { loading: true, ..at(NOW) };
    let (answer, ..) = said(&[judged("loading", &[piece(DAY, 0.0, false)], loading)]);
    assert_eq!(answer, Answer::Unknown);
    let most = [piece(12 * DAY, 0.0, false), piece(DAY, 0.0, true), piece(2 * DAY, 0.0, false)];
    assert_eq!(said(&[judged("most", &most, at(NOW))]).0, Answer::Yes);
    // Born yesterday, and known since: there is nothing more to know.
    assert_eq!(said(&[judged("young", &[piece(DAY, 0.0, false)], at(NOW))]).0, Answer::Yes);
}

#[test]
fn incidents_are_mentioned_by_what_they_cost_and_by_being_open() {
    let mut log = State::default();
    let begun = now() - chrono::TimeDelta::seconds(2 * DAY + 4800);
    let mut incident = Incident::opened(7, "payments fail", Severity::new("SEV2"), begun);
    incident.services = vec!["checkout".to_owned()];
    log.incidents.insert(7, Arc::new(incident.clone()));
    let mut small =
        Incident::opened(8, "a glitch", Severity::new("SEV4"), now() - chrono::TimeDelta::hours(1));
    small.slos = vec!["checkout/slow".to_owned()];
    log.incidents.insert(8, Arc::new(small));
    let decision = decide(&[spent("slow", 4800)], &log, now());
    assert_eq!(decision.answer, Answer::Caution, "an open incident does not decide");
    assert_eq!(
        decision.mentions,
        [
            "INC-7 (SEV2) is open: payments fail",
            "INC-7 cost 79 % of checkout/slow's budget: more than 20 % asks for a postmortem"
        ]
    );
}

#[test]
fn slos_that_could_not_be_looked_for_are_no_go() {
    let decided =
        |slos: &[Arc<SloStatus>]| decide(slos, &State::default(), now()).unsure(Some("main is away"));
    let calm = decided(&[spent("calm", 60)]);
    let reason = "unknown: which SLOs have a say cannot be told: main is away";
    assert_eq!((calm.answer, calm.reason.as_str()), (Answer::Unknown, reason));
    assert_eq!(decided(&[]).reason, reason);
    let frozen = decided(&[spent("frozen", 7000)]);
    assert_eq!(
        (frozen.answer, frozen.mentions.len()),
        (Answer::Freeze, 1),
        "it freezes whatever else there is"
    );
    assert_eq!(decide(&[spent("calm", 60)], &State::default(), now()).unsure(None).answer, Answer::Yes);
}

#[test]
fn an_slo_that_nobody_reported_is_not_passed_over() {
    let decided = |slo: Arc<SloStatus>| decide(&[slo], &State::default(), now()).lacking(&["checkout/lost"]);
    let calm = decided(spent("calm", 60));
    assert_eq!(
        (calm.answer, calm.reason.as_str()),
        (Answer::Unknown, "unknown: checkout/lost: no backend has reported it")
    );
    let frozen = decided(spent("frozen", 7000));
    assert_eq!((frozen.answer, frozen.mentions.len()), (Answer::Freeze, 1));
    assert_eq!(decide(&[], &State::default(), now()).lacking(&["a/b"]).answer, Answer::Unknown);
}
