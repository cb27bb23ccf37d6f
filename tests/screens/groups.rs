//! Groups in the list of objectives: folded, unfolded, filtered; and what a child says of itself.

use std::collections::BTreeMap;

use burnwatch::domain::slo::objective::{Group, Objective};
use burnwatch::domain::verdict::verdict_of;
use burnwatch::screen::update;
use burnwatch::state::{Key, Message, Model, Screen};

use super::sample::{Told, at, ledger, now, objective, text};

const PARENT: &str = "checkout/availability";

fn child(route: &str) -> Objective {
    let group = Group { parent: PARENT.to_owned(), by: vec!["route".to_owned()], labels: BTreeMap::new() };
    let parent = Objective { group: Some(group), ..objective(PARENT, "99.9%") };
    parent.child(&BTreeMap::from([("route".to_owned(), route.to_owned())]))
}

fn model(size: (u16, u16)) -> Model {
    let bad = |share: f64| move |ago: i64| if ago < 25 { share } else { 0.0 };
    let objectives = vec![
        (child("/cart"), ledger(60, &bad(0.001))),
        (child("/checkout/{id}/payment/\u{1b}[31m/confirm"), ledger(60, &bad(0.5))),
        (objective("search/availability", "99.9%"), ledger(60, &bad(0.01))),
        (child("/pay"), ledger(60, &bad(0.2))),
    ];
    Told { objectives, services: Vec::new(), ..Told::default() }.model(size)
}

fn press(model: &mut Model, keys: &str) {
    for key in keys.chars() {
        update(model, Message::Key(Key::Char(key)));
    }
}

/// The rows of the objectives, header included.
fn list(model: &Model, ascii: bool) -> String {
    let text = text(model, ascii);
    let from = text.lines().position(|line| line.contains(" objectives ")).unwrap();
    let rows = text.lines().skip(from);
    rows.enumerate()
        .take_while(|(i, line)| *i == 0 || !line.contains("-----") && !line.starts_with('─'))
        .map(|(_, line)| line.trim_end())
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn folded_is_one_row_with_the_figures_of_the_worst() {
    let model = model((80, 24));
    insta::assert_snapshot!("folded", list(&model, false));
    insta::assert_snapshot!("folded-ascii", list(&model, true));
}

#[test]
fn unfolded_are_all_worst_first() {
    let mut model = model((80, 24));
    press(&mut model, "o");
    insta::assert_snapshot!("unfolded", list(&model, false));
    insta::assert_snapshot!("unfolded-ascii", list(&model, true));
    assert!(!text(&model, false).contains('\u{1b}'));
    press(&mut model, "jo");
    insta::assert_snapshot!("folded", list(&model, false));
}

#[test]
fn a_filter_that_finds_some_children_shows_them() {
    let mut model = model((80, 24));
    model.view.set_filter("route=/pay".to_owned());
    let found = list(&model, false);
    assert!(
        found.contains("1 of 4") && found.contains("1 × route") && found.contains("  route=/pay"),
        "{found}"
    );
    model.view.set_filter("checkout".to_owned());
    assert!(!list(&model, false).contains("route=/pay"), "all of them: the fold stays");
}

#[test]
fn the_way_to_the_worst_and_back() {
    let mut model = model((120, 40));
    press(&mut model, "!");
    press(&mut model, "j");
    update(&mut model, Message::Key(Key::Enter));
    assert_eq!(model.view.screen, Screen::Slo);
    let page = text(&model, false);
    assert!(page.contains("checkout/availability{route=/checkout/{id}/payment/"), "{page}");
    let mut small = at(model, Screen::Slo, &child("/pay").id);
    small.view.zoomed = Some(burnwatch::state::PanelId::SloDefinition);
    let page = text(&small, false);
    assert!(page.contains("route=/pay, one of checkout/availability"), "{page}");
}

#[test]
fn a_hundred_children_that_page_are_one_reason() {
    let objectives =
        (0..100).map(|i| (child(&format!("/{i:02}")), ledger(60, &|ago| if ago < 25 { 0.5 } else { 0.0 })));
    let told = Told { objectives: objectives.collect(), services: Vec::new(), ..Told::default() };
    let model = told.model((80, 24));
    let slos: Vec<_> = model.live.slos().cloned().collect();
    let verdict = verdict_of(&slos, &model.live, now());
    assert_eq!(
        verdict.reasons,
        ["checkout/availability{route=/00} burns at a rate that pages, and 99 more of checkout/availability"]
    );
    assert_eq!(verdict.slos, 100);
    let line =
        |width| text(&Model { size: (width, 24), ..model.clone() }, false).lines().next().unwrap().to_owned();
    assert!(line(80).contains("checkout/availability{route=/00} "), "{}", line(80));
    assert!(line(50).contains("checkout-avail{/00} "), "{}", line(50));
}

#[test]
fn alerts_of_one_group_are_one_row_that_leads_to_the_worst() {
    let mut model = model((120, 40));
    press(&mut model, "4");
    assert_eq!(model.view.screen, Screen::Incidents);
    let page = text(&model, false);
    let pages: Vec<_> = page.lines().filter(|line| line.contains("● page")).collect();
    assert!(page.contains(" 4 firing"), "{page}");
    // Half of /checkout/… fails and a fifth of /pay: each pages and has a ticket.
    assert_eq!(pages.len(), 1, "{page}");
    assert!(pages[0].contains("CheckoutAvailabilityBurn 2 × route · worst route=/checkout/"), "{page}");
    press(&mut model, "j");
    update(&mut model, Message::Key(Key::Enter));
    assert_eq!(model.view.screen, Screen::Slo);
    assert!(model.view.slo.as_ref().unwrap().contains("/checkout/{id}/payment/"), "{:?}", model.view.slo);
}

#[test]
fn a_filter_of_alerts_finds_one_child_by_its_labels() {
    let mut model = model((120, 40));
    press(&mut model, "4");
    model.view.set_filter("page route=/pay".to_owned());
    let page = text(&model, false);
    assert!(page.contains("CheckoutAvailabilityBurn route=/pay"), "{page}");
    assert!(!page.contains("2 × route"), "{page}");
}

#[test]
fn hand_off_and_review_tell_of_a_group_once() {
    for (screen, heading) in
        [(Screen::Handoff, "objectives to watch · 2"), (Screen::Review, "objectives over 7 days")]
    {
        let mut model = model((120, 60));
        model.view.screen = screen;
        let page = text(&model, false);
        assert!(page.contains(heading), "{page}");
        let all = if screen == Screen::Review { 3 } else { 2 };
        let told = format!("checkout/availability {all} × route · worst route=/checkout/{{id}}");
        assert!(page.contains(&told), "{page}");
        assert!(!page.contains("/pay ") && !page.contains("/cart"), "{page}");
    }
}

/// INC-7 names the group; it is one of each child.
#[test]
fn an_incident_that_names_the_group_is_one_of_its_children() {
    let open = at(model((120, 40)), Screen::Slo, &child("/pay").id);
    let below = |model: &Model| text(model, false).lines().skip(1).collect::<Vec<_>>().join("\n");
    let page = below(&open);
    assert!(page.contains("INC-7"), "{page}");
    let other = below(&at(model((120, 40)), Screen::Slo, "search/availability"));
    assert!(!other.contains("INC-7"), "{other}");
    let incidents = below(&at(model((120, 40)), Screen::Incidents, ""));
    assert!(incidents.lines().any(|line| line.contains("→ INC-7")), "{incidents}");
}
