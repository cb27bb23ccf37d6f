//! The page of an incident.

use super::*;
use crate::panel::people_scene::{drawn, log, outage, picture, survives};
use crate::theme::{self, Depth};

const SIZE: (u16, u16) = (120, 40);

fn incident() -> Model {
    let mut model = outage(Screen::Incident, SIZE);
    model.view.incident = Some(7);
    model
}

#[test]
fn the_page_of_an_incident() {
    insta::assert_snapshot!(drawn(&Timeline, &incident(), (80, 24)));
}

#[test]
fn on_small_heights_the_newest_lines_win() {
    let text = drawn(&Timeline, &incident(), (80, 8));
    assert!(text.contains("Payment API error rate") && text.contains("raise the limit"), "{text}");
    assert!(!text.contains("opened as") && text.contains("above"), "{text}");
    let mut model = incident();
    model.view.screen = Screen::Overview;
    let text = drawn(&Timeline, &model, (80, 3));
    assert!(text.contains("INC-7 · mitigating · 25m") && text.contains("raise the limit"), "{text}");
}

#[test]
fn a_struck_line_is_crossed_out_and_says_so() {
    let theme = theme::load("night", |_| None, Depth::True).unwrap();
    let buf = picture(&Timeline, &incident(), (80, 30), &theme);
    let text = crate::widget::to_text(&buf);
    let row = text.lines().position(|line| line.contains("[struck] the payment provider is down")).unwrap();
    let modifier = |row: usize| buf[(20, row as u16)].modifier;
    assert!(modifier(row).contains(Modifier::CROSSED_OUT));
    assert!(!modifier(row + 1).contains(Modifier::CROSSED_OUT));
}

#[test]
fn a_line_written_late_and_an_overdue_update_are_said() {
    let mut model = incident();
    model.log = std::sync::Arc::new(log(r#"
{"seq":1,"at":"2026-01-19T23:50:00Z","actor":"sys","kind":"incident.opened","ref":"INC-7","data":{"number":7,"title":"x","severity":"SEV4"}}
{"seq":2,"at":"2026-01-20T09:30:00Z","actor":"sys","kind":"incident.field","ref":"INC-7","data":{"next_update_due":"2026-01-20T09:52:00Z"}}"#));
    let text = drawn(&Timeline, &model, (80, 24));
    assert!(text.contains("due 09:52Z  OVERDUE by 5m"), "{text}");
    assert!(text.contains(" Mon 19 Jan\n") && text.contains("detected Mon 19 23:50Z"), "{text}");
    assert!(text.contains("commander VACANT"), "{text}");
}

#[test]
fn without_an_incident_it_takes_no_room() {
    let mut model = incident();
    model.log = std::sync::Arc::default();
    assert!(drawn(&Timeline, &model, (80, 4)).contains("there is no INC-7 in the log"));
    model.view.screen = Screen::Overview;
    assert_eq!(Timeline.height(&model, 80), Height::fixed(0));
}

#[test]
fn any_size_will_do() {
    for screen in [Screen::Overview, Screen::Incidents, Screen::Incident] {
        survives(&Timeline, screen);
    }
}
