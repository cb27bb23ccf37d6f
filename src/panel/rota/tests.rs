//! Strips of two weeks.

use std::sync::Arc;

use super::*;
use crate::domain::oncall::{Layer, Window};
use crate::panel::people_scene::{drawn, mono, nothing, outage, picture, roster, survives};
use crate::state::{Screen, Setup};
use crate::widget::to_text;

const SIZE: (u16, u16) = (120, 40);

#[test]
fn two_weeks_with_their_overrides() {
    insta::assert_snapshot!(drawn(&Rota, &outage(Screen::OnCall, SIZE), (100, 7)));
}

#[test]
fn gaps_are_hatched_and_named_also_in_ascii() {
    let mut model = outage(Screen::OnCall, SIZE);
    let mut roster = roster();
    let layer = roster.schedules[0].layers.remove(0);
    let weekdays = vec![Window::parse("mon-fri 00:00-24:00").unwrap()];
    roster.schedules[0].layers = vec![Layer { windows: weekdays, ..layer }];
    model.setup = Arc::new(Setup { roster, ..Setup::default() });
    let text = to_text(&picture(&Rota, &model, (100, 4), &mono().with_ascii(true)));
    assert!(text.contains("/ NOBODY /") || text.contains("// NOBODY //"), "{text}");
    assert_eq!(text.matches("NOBODY").count(), 2, "{text}");
    assert!(text.contains("Sat") && text.is_ascii(), "{text}");
}

#[test]
fn hours_count_overrides() {
    // 23 days of alice's 30 go by: 5 d 23 h 3 m, then charlie a week less the day that frank has, and so on.
    let model = outage(Screen::OnCall, SIZE);
    let text = hours(&model, &overrides(&model), 200).join(" ");
    assert!(
        text.contains("alice 143h") && text.contains("charlie 144h") && text.contains("david 168h"),
        "{text}"
    );
}

#[test]
fn any_size_will_do() {
    survives(&Rota, Screen::OnCall);
    assert_eq!(Rota.height(&nothing(Screen::OnCall, SIZE), 80), Height::fixed(0));
}
