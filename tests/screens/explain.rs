//! Why the figures are what they are, and what they would be: at every size, and in ASCII.

use std::sync::Arc;

use burnwatch::domain::slo::objective::Objective;
use burnwatch::domain::slo::sli::{Composite, Member, Missing, Rule, Sli};
use burnwatch::domain::snapshot::Snapshot;
use burnwatch::screen::update;
use burnwatch::state::{Key, Message, Model, Screen};

use super::sample::{Told, at, objective, text};

const SIZES: [(u16, u16); 4] = [(40, 10), (80, 24), (120, 40), (200, 60)];

fn open(screen: Screen, size: (u16, u16)) -> Model {
    let mut model = at(Told::default().model(size), Screen::Slo, "checkout/availability");
    let key = if screen == Screen::Explain { '?' } else { 'w' };
    update(&mut model, Message::Key(Key::Char(key)));
    assert_eq!(model.view.screen, screen);
    model
}

fn press(model: &mut Model, keys: &[Key]) {
    for key in keys {
        update(model, Message::Key(*key));
    }
}

/// Every line there is, a page at a time, blanks made single.
fn all(model: &mut Model, ascii: bool) -> String {
    let mut pages = String::new();
    let mut last = String::new();
    for _ in 0..40 {
        let page = text(model, ascii);
        if page == last {
            break;
        }
        pages.push_str(&page);
        last = page;
        press(model, &[Key::PageDown]);
    }
    pages.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn holds(text: &str, wanted: &[&str]) {
    for part in wanted {
        assert!(text.contains(part), "no `{part}` in\n{text}");
    }
}

#[test]
fn formulas_carry_their_values_at_every_size() {
    for size in SIZES {
        let mut model = open(Screen::Explain, size);
        let page = all(&mut model, false);
        // 25 920 of 25.92 M may fail, 14 700 did; 7 500 of 36 000 in the last hour.
        holds(
            &page,
            &["evidence", "14 700", "25 920", "43.29 %", "7 500 / 36 000", "208", "ratio-timeslices"],
        );
    }
    let wide = text(&open(Screen::Explain, (120, 40)), false);
    holds(&wide, &["1 − bad / allowed = 1 − 14 700 / 25 920 = 43.29 %", " of 4"]);
    holds(&text(&open(Screen::Explain, (200, 60)), false), &["99.9 % of events are good"]);
    holds(&wide, &["firing since 2026-01-20 09:37 Z", "? help", "w what if"]);
}

#[test]
fn in_ascii_formulas_keep_their_signs() {
    let ascii = all(&mut open(Screen::Explain, (80, 24)), true);
    assert!(ascii.is_ascii());
    holds(&ascii, &["1 - 14 700 / 25 920 = 43.29 %", "(1 - target) x total"]);
    let sides = all(&mut open(Screen::WhatIf, (80, 24)), true);
    assert!(sides.is_ascii());
    holds(&sides, &["<99.9%>", "[", "page 14.4x 1h & 5m"]);
}

#[test]
fn both_sides_stand_beside_each_other_at_every_size() {
    for size in SIZES {
        let mut model = open(Screen::WhatIf, size);
        press(&mut model, &[Key::Right]);
        press(&mut model, &[Key::Tab]);
        let page = all(&mut model, false);
        // Half the budget at 99.95 %: 12 960 events, of which 14 700 are gone.
        holds(&page, &["‹99.95%›", "43 %", "-13 %", "25 920", "12 960", "FREEZE"]);
    }
}

#[test]
fn a_turned_knob_changes_one_side_and_reset_gives_it_back() {
    let mut model = open(Screen::WhatIf, (120, 40));
    let before = text(&model, false);
    holds(&before, &["as configured", "turn a knob with ← →", "writes nothing"]);
    press(&mut model, &[Key::Down, Key::Left, Key::Left, Key::Left]);
    let week = text(&model, false);
    holds(
        &week,
        &["‹7d›", "configured 30d", "about 2 in 30d", "page 3.36× 1h & 5m", "7 500 events", "6 048 events"],
    );
    press(&mut model, &[Key::Backspace]);
    assert!(model.view.change.is_none());
    holds(&text(&model, false), &["as configured"]);
}

#[test]
fn a_composite_has_two_knobs_and_says_why_not_three() {
    let members = vec![Member { id: "checkout/availability".to_owned(), weight: 1.0 }];
    let sli = Sli::Composite(Composite { members, rule: Rule::Worst, missing: Missing::Unknown });
    let whole = Objective { sli, source: String::new(), ..objective("shop/journey", "99%") };
    let told = Told::default().model((80, 24));
    let report = told.live.reports().next().map(|(_, report)| Arc::clone(report)).unwrap();
    let live = Arc::new(Snapshot::new(1).composing(&[Arc::new(whole)]).with(0, report));
    let mut model = at(Model { live, ..told }, Screen::Slo, "shop/journey");
    press(&mut model, &[Key::Char('w'), Key::Right]);
    holds(&text(&model, false), &["‹99.5%›", "‹worst›  not for a composite: its rule says what counts"]);
    let before = model.view.change;
    press(&mut model, &[Key::Down, Key::Down, Key::Right, Key::Left]);
    assert_eq!(model.view.change, before, "there is nothing to turn");
}

#[test]
fn what_is_not_counted_is_said_to_be_unknown() {
    let mut model = at(Told::default().model((120, 40)), Screen::Slo, "batch/jobs");
    press(&mut model, &[Key::Char('w'), Key::Right]);
    holds(&text(&model, false), &["not known", "nothing was counted yet"]);
}

#[test]
fn a_tall_screen_has_the_burn_down_that_would_be() {
    let mut model = open(Screen::WhatIf, (120, 40));
    press(&mut model, &[Key::Down, Key::Tab, Key::Tab, Key::Left, Key::Left]);
    holds(&text(&model, false), &["budget, what if", "14 days ·"]);
    assert!(!text(&open(Screen::WhatIf, (80, 24)), false).contains("budget, what if"));
}
