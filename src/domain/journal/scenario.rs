//! Small logs, and what follows from them.

use std::fmt::Write as _;

use super::*;
use crate::domain::incident::{COMMANDER, Clock, Status};
use crate::domain::oncall::Mode;
use crate::domain::slo::span::Span;
use chrono::{DateTime, Utc};

/// Lines as `seq time actor kind ref data`; the id of each is `e` and its seq.
fn fold(lines: &str) -> Fold {
    let mut fold = Fold::default();
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        fold.push(event(line));
    }
    fold
}

fn event(line: &str) -> Event {
    let words: Vec<&str> = line.splitn(6, ' ').collect();
    let [seq, time, actor, kind, reference, data] = words[..] else {
        panic!("{line}");
    };
    let reference = if reference == "-" { String::new() } else { format!(r#""ref":"{reference}","#) };
    let json = format!(
        r#"{{"v":1,"seq":{seq},"id":"e{seq}","ts":"2026-01-20T{time}:00Z","actor":"{actor}","kind":"{kind}",{reference}"data":{data}}}"#
    );
    parse_line(&json).unwrap()
}

const OUTAGE: &str = r#"
    1 09:42 sys incident.opened INC-7 {"number":7,"title":"Payment API error rate 50%","severity":"SEV2","services":["payments"],"slos":["checkout/availability"],"impact_start":null,"channel":"inc-7"}
    2 09:43 alice incident.status INC-7 {"status":"acknowledged"}
    3 09:44 alice incident.severity INC-7 {"severity":"SEV1"}
    4 09:45 alice role.accepted INC-7 {"role":"commander","person":"bob"}
    5 09:47 bob incident.status INC-7 {"status":"identified","reason":"connection pool exhausted"}
    6 09:50 alice incident.status INC-7 {"status":"mitigating"}
    7 09:51 carol note.added INC-7 {"text":"errors at 5%","type":"action"}
"#;

#[test]
fn the_payment_outage_from_its_log() {
    let state = fold(OUTAGE).state();
    let open = state.open_incidents();
    assert_eq!(open.len(), 1);
    let incident = open[0];
    assert_eq!((incident.id().as_str(), incident.severity.as_str()), ("INC-7", "SEV1"));
    assert_eq!((incident.status, incident.holder(COMMANDER)), (Status::Mitigating, Some("bob")));
    let minutes = |clock| incident.clocks.since_told(clock).map(|length| length.num_minutes());
    assert_eq!(minutes(Clock::Acknowledged), Some(1));
    assert_eq!(minutes(Clock::Commander), Some(3));
    assert_eq!(minutes(Clock::Identified), Some(5));
    assert_eq!(minutes(Clock::Mitigating), Some(8));
    assert_eq!(minutes(Clock::Mitigated), None);
    assert_eq!(incident.timeline.entries().len(), 7);
    assert_eq!((state.notes, state.tally.last_seq, state.tally.rejected), (1, 7, 0));
}

#[test]
fn resolved_is_no_longer_open_and_fields_correct_clocks() {
    let log = format!(
        "{OUTAGE}
        8 10:29 bob incident.status INC-7 {{\"status\":\"resolved\"}}
        9 10:30 bob incident.field INC-7 {{\"impact_start\":\"2026-01-20T09:40:00Z\",\"cause\":\"pool\",\"slos\":\"nonsense\"}}"
    );
    let state = fold(&log).state();
    assert!(state.open_incidents().is_empty());
    let incident = state.incident(7).unwrap();
    assert_eq!(incident.clocks.to_resolve().unwrap().num_minutes(), 49);
    assert_eq!(incident.fields["cause"], "pool");
    assert_eq!(incident.slos, ["checkout/availability"]);
    let rejected = state.tally.last_rejected.unwrap();
    assert_eq!((rejected.seq, rejected.reason.as_str()), (9, "cannot read the value of slos"));
}

#[test]
fn undo_takes_back_the_own_event_and_undo_of_undo_brings_it_back() {
    let undo = |more: &str| {
        let state = fold(&format!("{OUTAGE}\n{more}")).state();
        state.incident(7).unwrap().status
    };
    assert_eq!(undo("8 09:50 alice undo e6 {}"), Status::Identified);
    assert_eq!(undo("8 09:50 bob undo e6 {}"), Status::Mitigating);
    assert_eq!(undo("8 09:50 alice undo e6 {}\n9 09:50 alice undo e8 {}"), Status::Mitigating);
    assert_eq!(undo("8 09:50 alice undo nothing {}"), Status::Mitigating);
}

#[test]
fn an_undo_holds_when_its_event_settles() {
    let mut fold = fold(&format!("{OUTAGE}\n8 09:50 alice undo e6 {{}}"));
    for seq in 9..1_000 {
        fold.push(event(&format!("{seq} 10:00 sys slo.sampled - {{}}")));
    }
    let state = fold.state();
    assert_eq!(state.incident(7).unwrap().status, Status::Identified);
    assert_eq!((state.tally.last_seq, state.tally.events, state.tally.other), (999, 999, 991));
}

#[test]
fn the_order_is_that_of_seq_whatever_arrives_first() {
    let mut lines: Vec<&str> = OUTAGE.lines().filter(|line| !line.trim().is_empty()).collect();
    lines.reverse();
    assert_eq!(fold(&lines.join("\n")).state(), fold(OUTAGE).state());
    let twice = format!("{OUTAGE}{OUTAGE}");
    assert_eq!(fold(&twice).state(), fold(OUTAGE).state());
}

#[test]
fn overrides_and_maintenance_are_added_and_ended() {
    let log = r#"
        1 08:00 alice override.added - {"schedule":"payments","role":"primary","mode":"replace","person":"frank","instead_of":"alice","from":"2026-01-21T09:00:00Z","to":"2026-01-22T09:00:00Z","reason":"dentist"}
        2 08:01 alice override.added - {"schedule":"payments","mode":"add","person":"eve","from":"2026-01-20T07:00:00Z","to":"2026-01-22T09:00:00Z"}
        3 08:02 alice override.ended e2 {}
        4 08:03 bob maint.added - {"services":["db"],"from":"2026-01-21T02:00:00Z","to":"2026-01-21T03:00:00Z","text":"failover test","estimate":0.06}
        5 08:04 bob maint.added - {"from":"2026-01-20T08:00:00Z","to":"2026-01-20T12:00:00Z","text":"rebuild"}
        6 08:30 bob maint.ended e5 {}
        7 08:31 bob override.added - {"schedule":"payments","mode":"swap","person":"eve"}
    "#;
    let state = fold(log).state();
    let ends: Vec<String> = state.overrides.iter().map(|change| change.to.to_rfc3339()).collect();
    assert_eq!(ends, ["2026-01-22T09:00:00+00:00", "2026-01-20T08:02:00+00:00"]);
    assert_eq!((state.overrides[0].mode, state.overrides[0].seq), (Mode::Replace, 1));
    let at = |time: &str| format!("2026-01-20T{time}:00Z").parse().unwrap();
    let ahead = |time| state.maintenance_ahead(at(time)).len();
    assert_eq!((ahead("08:29"), ahead("08:30")), (2, 1));
    assert!(state.tally.last_rejected.unwrap().reason.contains("swap"));
}

/// 24 October 2026 is a Saturday; the clocks of Berlin go back in the night after it.
#[test]
fn maintenance_comes_back_in_the_civil_time_of_its_zone() {
    let log = r#"
        1 08:00 bob maint.added - {"from":"2026-10-24T00:00:00Z","to":"2026-10-24T02:00:00Z","text":"civil","repeat":{"rule":"daily","zone":"Europe/Berlin","civil":true}}
        2 08:01 bob maint.added - {"from":"2026-10-24T00:00:00Z","to":"2026-10-24T02:00:00Z","text":"elapsed","repeat":{"rule":"daily","zone":"Europe/Berlin","more":1}}
        3 08:02 bob maint.added - {"from":"2026-10-24T00:00:00Z","to":"2026-10-24T02:00:00Z","text":"no zone","repeat":{"rule":"FREQ=DAILY;COUNT=2"}}
        4 08:03 bob maint.added - {"from":"2026-10-24T00:00:00Z","to":"2026-10-24T02:00:00Z","text":"newer","repeat":{"rule":"hourly"}}
        5 08:04 bob maint.ended e2 {}
    "#;
    let state = fold(log).state();
    let spans = |place: usize| -> Vec<String> {
        let corrections = state.corrections();
        let at = |time: &str| format!("2026-10-{time}:00Z").parse::<DateTime<Utc>>().unwrap().timestamp();
        let spans = corrections[place].spans(Span { from: at("23T00:00"), to: at("27T12:00") });
        let text = |unix| DateTime::from_timestamp(unix, 0).unwrap().format("%d %H").to_string();
        spans.iter().map(|span| format!("{}-{}", text(span.from), text(span.to))).collect()
    };
    // Two to four in the morning: of the 25th three hours pass.
    assert_eq!(spans(0), ["24 00-24 02", "25 00-25 03", "26 01-26 03", "27 01-27 03"]);
    // It was ended long before it began, so it is none; what has no zone is of UTC.
    assert_eq!(
        (state.corrections().len(), spans(1)),
        (2, vec!["24 00-24 02".to_owned(), "25 00-25 02".to_owned()])
    );
    assert!(state.tally.last_rejected.unwrap().reason.contains("`hourly` does not say how often"));
}

#[test]
fn the_rest_of_the_log_is_kept_too() {
    let log = r#"
        1 08:00 sys policy.changed - {"slo":"checkout/availability","from":"normal","to":"slow","remaining":0.2}
        2 08:10 sys policy.changed - {"slo":"checkout/availability","from":"slow","to":"freeze","remaining":-0.1}
        3 08:11 alice change.marked - {"service":"checkout","text":"deploy 42"}
        4 08:12 alice handoff.signed shift-3 {"outgoing":"alice","incoming":"charlie"}
        5 08:13 alice note.left - {"text":"watch redis"}
        6 08:14 sys future.kind - {"a":1}
    "#;
    let mut fold = fold(log);
    let state = fold.state();
    assert_eq!((state.policy.len(), state.policy_steps.len()), (1, 2));
    assert_eq!(state.policy["checkout/availability"].to, "freeze");
    assert_eq!(state.changes[0].text, "deploy 42");
    assert_eq!((state.unread.len(), state.tally.other), (1, 1));
    assert_eq!(state.unaccepted_handoff().unwrap().incoming, "charlie");
    fold.push(event("7 08:15 charlie handoff.accepted shift-3 {}"));
    fold.push(event("8 08:15 charlie note.read e5 {}"));
    let state = fold.state();
    assert!(state.unaccepted_handoff().is_none() && state.unread.is_empty());
}

#[test]
fn strange_events_are_counted_and_change_nothing() {
    let log = format!(
        "{OUTAGE}
        8 09:52 eve incident.status INC-99 {{\"status\":\"closed\"}}
        9 09:52 eve incident.status INC-7 {{\"status\":\"done\"}}
        10 09:52 eve incident.opened INC-7 {{\"title\":\"again\",\"severity\":\"SEV1\"}}
        11 09:52 eve note.added INC-7 [1,2]
        12 09:10 eve incident.merged INC-7 {{\"into\":\"INC-7\"}}"
    );
    let state = fold(&log).state();
    assert_eq!((state.tally.rejected, state.tally.clock_steps), (5, 1));
    assert_eq!(state.incident(7), fold(OUTAGE).state().incident(7));
}

#[test]
fn many_events_fold_and_stay_bounded() {
    let mut log = OUTAGE.trim().to_owned();
    for seq in 8..20_000 {
        let _ = write!(log, "\n{seq} 10:00 sys note.added INC-7 {{\"text\":\"tick\"}}");
    }
    let state = fold(&log).state();
    assert_eq!((state.tally.events, state.notes), (19_999, 19_993));
    let timeline = &state.incident(7).unwrap().timeline;
    assert_eq!(timeline.entries().len() + timeline.forgotten(), 19_999);
}
