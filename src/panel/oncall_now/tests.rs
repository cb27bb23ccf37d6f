//! Whom to call, in one row and in a table.

use std::sync::Arc;

use super::*;
use crate::panel::people_scene::{at, drawn, nothing, outage, roster, schedule, survives};
use crate::state::Setup;

const SIZE: (u16, u16) = (120, 40);

#[test]
fn the_overview_names_them_and_the_next_with_the_hand_over() {
    let text = drawn(&OnCallNow, &outage(Screen::Overview, SIZE), (80, 3));
    let mut lines = text.lines();
    assert!(lines.next().unwrap().ends_with("payments · hand-off Mon 09:00 Z ─"), "{text}");
    assert_eq!(
        lines.next().unwrap().trim(),
        "alice primary   frank secondary   5d 23h left   next charlie / eve"
    );
    assert!(lines.next().unwrap().contains("alice"), "{text}");
}

#[test]
fn one_row_is_enough_to_know_whom_to_call() {
    let text = drawn(&OnCallNow, &outage(Screen::Overview, SIZE), (80, 1));
    assert!(text.starts_with(" alice primary"), "{text}");
}

#[test]
fn one_row_names_every_schedule() {
    let mut model = outage(Screen::Overview, (80, 24));
    let mut roster = roster();
    roster.schedules.push(schedule("night", &[]));
    model.setup = Arc::new(Setup { roster, ..Setup::default() });
    assert_eq!(OnCallNow.height(&model, 80).min, 1);
    let text = drawn(&OnCallNow, &model, (80, 1));
    assert_eq!(text.trim(), "night ▲ NOBODY / ▲ NOBODY   payments alice / frank");
}

#[test]
fn nobody_is_said_with_a_sign_and_in_words() {
    let mut model = outage(Screen::Overview, SIZE);
    let empty = Setup {
        roster: crate::domain::oncall::Roster { schedules: vec![schedule("night", &[])], ..roster() },
        ..Setup::default()
    };
    model.setup = Arc::new(empty);
    let text = drawn(&OnCallNow, &model, (100, 4));
    assert!(text.contains("▲ NOBODY primary"), "{text}");
    assert!(text.contains("! night: NOBODY primary from 09:57 Z, no end in sight, now"), "{text}");
    model.view.screen = Screen::OnCall;
    let text = drawn(&OnCallNow, &model, (100, 6));
    assert!(text.contains("▲ NOBODY") && text.contains("none in sight"), "{text}");
}

#[test]
fn the_table_has_contacts_and_the_clock_of_the_schedules_zone() {
    let mut model = outage(Screen::OnCall, SIZE);
    let mut roster = roster();
    roster.schedules[0].timezone = chrono_tz::Europe::Berlin;
    model.setup = Arc::new(Setup { roster, ..Setup::default() });
    let text = drawn(&OnCallNow, &model, (110, 6));
    let alice = text.lines().find(|line| line.contains("alice")).unwrap();
    let words: Vec<&str> = alice.split("  ").map(str::trim).filter(|word| !word.is_empty()).collect();
    let want =
        ["payments", "primary", "alice", "room 4, ext. 17", "Mon 08:00 Z", "09:00 CET", "5d 22h", "charlie"];
    assert_eq!(words, want, "{text}");
    assert!(text.contains("somebody is primary all through the next 30 days"), "{text}");
}

#[test]
fn an_override_of_a_stranger_puts_nobody_on_call() {
    let mut model = outage(Screen::Overview, SIZE);
    model.now = at("2026-01-22T13:00:00Z");
    assert!(drawn(&OnCallNow, &model, (80, 2)).contains("alice primary"));
    let verdict =
        crate::domain::verdict::verdict(model.snapshot(), &model.log, &model.setup.roster, model.now);
    assert_eq!(verdict.watch.unwrap().person.as_deref(), Some("alice"));
}

#[test]
fn an_override_is_marked() {
    let mut model = outage(Screen::Overview, SIZE);
    model.now = at("2026-01-27T13:00:00Z");
    assert!(drawn(&OnCallNow, &model, (80, 2)).contains("frank* primary"));
}

#[test]
fn nothing_configured_says_what_to_do() {
    assert!(
        drawn(&OnCallNow, &nothing(Screen::OnCall, SIZE), (100, 3)).contains("no [[schedule]] is configured")
    );
}

#[test]
fn any_size_will_do() {
    survives(&OnCallNow, Screen::Overview);
    survives(&OnCallNow, Screen::OnCall);
}
