//! Overrides, problems and people.

use super::*;
use crate::panel::people_scene::{at, drawn, outage, survives};
use crate::state::Screen;

const SIZE: (u16, u16) = (120, 40);

#[test]
fn overrides_problems_and_people() {
    let text = drawn(&Overrides, &outage(Screen::OnCall, SIZE), (110, 12));
    assert!(text.contains("1 in force or coming · 1 problem"), "{text}");
    assert!(text.contains("! override 18 names zed, who is not configured; it is ignored"), "{text}");
    let line = "○ in 7d 2h   frank for charlie  Tue 27 Jan 12:00 – Wed 12:00 Z (1d)  payments primary  swap: conference";
    assert!(text.contains(line), "{text}");
    assert!(
        text.contains("10:57 CET") && text.contains("Europe/Berlin  room 4, ext. 17  payments primary"),
        "{text}"
    );
}

#[test]
fn what_is_over_is_nobodys_concern() {
    let mut model = outage(Screen::OnCall, SIZE);
    model.now = at("2026-01-28T12:00:00Z");
    let text = drawn(&Overrides, &model, (110, 12));
    assert!(text.contains("no overrides: everybody works as planned") && !text.contains("zed"), "{text}");
    model.now = at("2026-01-28T11:59:00Z");
    assert!(drawn(&Overrides, &model, (110, 12)).contains("● now"), "in force");
}

#[test]
fn any_size_will_do() {
    survives(&Overrides, Screen::OnCall);
}
