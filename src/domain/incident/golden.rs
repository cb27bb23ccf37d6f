//! The payment outage of the seeds, minute by minute, and what follows from it.

use chrono::{DateTime, TimeDelta, Utc};

use super::*;

fn clock(time: &str) -> DateTime<Utc> {
    format!("2026-01-20T{time}:00Z").parse().unwrap()
}

fn minutes(length: Option<TimeDelta>) -> Option<i64> {
    length.map(|length| length.num_minutes())
}

fn payment_outage() -> Incident {
    let title = "Payment API error rate 50%";
    let mut incident = Incident::opened(7, title, Severity::new("SEV1"), clock("09:42"));
    incident.set_status(Status::Acknowledged, clock("09:43"));
    incident.accept(COMMANDER, "bob", clock("09:45"));
    incident.set_status(Status::Identified, clock("09:47"));
    incident.set_status(Status::Mitigating, clock("09:50"));
    incident.set_status(Status::Monitoring, clock("10:15"));
    incident.set_status(Status::Resolved, clock("10:29"));
    incident
}

#[test]
fn the_clocks_of_the_payment_outage() {
    let clocks = payment_outage().clocks;
    let table = [
        (Clock::Acknowledged, 1),
        (Clock::Commander, 3),
        (Clock::Identified, 5),
        (Clock::Mitigating, 8),
        (Clock::Mitigated, 33),
        (Clock::Resolved, 47),
    ];
    for (mark, expected) in table {
        assert_eq!(minutes(clocks.since_told(mark)), Some(expected), "{mark:?}");
    }
    assert_eq!(minutes(clocks.to_acknowledge()), Some(1));
    assert_eq!(clocks.to_detect(), None, "nobody wrote down when the impact began");
    assert_eq!((clocks.to_mitigate(), clocks.to_resolve()), (None, None));
}

#[test]
fn with_a_start_of_impact_the_rest_is_known() {
    let mut clocks = payment_outage().clocks;
    clocks.stamp(Clock::ImpactStart, clock("09:40"));
    assert_eq!(minutes(clocks.to_detect()), Some(2));
    assert_eq!(minutes(clocks.to_mitigate()), Some(35));
    assert_eq!(minutes(clocks.to_resolve()), Some(49));
}

#[test]
fn the_first_stamp_wins_and_a_correction_replaces_it() {
    let mut incident = payment_outage();
    incident.set_status(Status::Resolved, clock("11:00"));
    assert_eq!(incident.clocks.get(Clock::Resolved), Some(clock("10:29")));
    incident.clocks.correct(Clock::Resolved, Some(clock("10:30")));
    assert_eq!(incident.clocks.get(Clock::Resolved), Some(clock("10:30")));
}

#[test]
fn going_back_opens_it_again_and_the_next_end_counts() {
    let mut incident = payment_outage();
    assert_eq!(incident.age(clock("23:00")).num_minutes(), 47);
    incident.set_status(Status::Investigating, clock("10:40"));
    assert!(incident.is_open());
    assert_eq!(incident.clocks.get(Clock::Mitigated), None);
    assert_eq!(incident.age(clock("10:52")).num_minutes(), 70);
    incident.set_status(Status::Resolved, clock("10:55"));
    assert_eq!(incident.clocks.get(Clock::Resolved), Some(clock("10:55")));
    assert_eq!(incident.clocks.get(Clock::Identified), Some(clock("09:47")));
}

#[test]
fn a_role_changes_hands_only_when_accepted() {
    let mut incident = payment_outage();
    incident.offer(COMMANDER, "carol", clock("10:00"));
    assert_eq!(incident.holder(COMMANDER), Some("bob"));
    incident.accept(COMMANDER, "carol", clock("10:02"));
    assert_eq!(incident.holder(COMMANDER), Some("carol"));
    assert_eq!(incident.clocks.get(Clock::Commander), Some(clock("09:45")));
    incident.release(COMMANDER, "carol", clock("10:05"));
    assert_eq!(incident.holder(COMMANDER), None);
    incident.accept("responder", "eve", clock("10:05"));
    incident.accept("responder", "frank", clock("10:06"));
    let responders = incident.roles.iter().filter(|role| role.role == "responder");
    assert!(responders.clone().all(Assignment::holds) && responders.count() == 2);
}

#[test]
fn open_ones_come_worst_first_then_oldest_first() {
    let open = |number, severity, time| Incident::opened(number, "t", Severity::new(severity), clock(time));
    let mut merged = open(6, "SEV1", "08:00");
    merged.duplicate_of = Some(3);
    let all = [
        open(1, "SEV3", "09:00"),
        open(2, "major", "07:00"),
        open(3, "SEV1", "09:30"),
        open(4, "SEV1", "09:10"),
        payment_outage(),
        merged,
    ];
    let order: Vec<u64> = open_worst_first(&all).iter().map(|found| found.number).collect();
    assert_eq!(order, [4, 3, 1, 2]);
}

#[test]
fn ids_are_read_as_people_type_them() {
    for id in ["INC-7", "inc-7", " 7 "] {
        assert_eq!(Incident::number_in(id), Some(7), "{id}");
    }
    for id in ["", "INC-", "INC-7x", "INC--7", "+7", "ünc-7", "99999999999999999999"] {
        assert_eq!(Incident::number_in(id), None, "{id}");
    }
    assert_eq!(payment_outage().id(), "INC-7");
}
