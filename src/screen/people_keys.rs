//! Keys on the screens about people and pages, pressed as a reader would.

use super::{draw, update};
use crate::domain::runbook::library::Library;
use crate::panel::people_scene::{mono, outage};
use crate::state::Key::{BackTab, Char, Down, End, Enter, Esc, Right, Tab};
use crate::state::{Key, Message, Model, PanelId, Screen};
use crate::widget::to_text;

fn press(model: &mut Model, keys: &[Key]) {
    for key in keys {
        update(model, Message::Key(*key));
    }
}

fn runbooks(size: (u16, u16)) -> Model {
    let mut model = outage(Screen::Overview, size);
    press(&mut model, &[Char('6')]);
    model
}

fn type_in(model: &mut Model, text: &str) {
    let keys: Vec<Key> = text.chars().map(Char).collect();
    press(model, &keys);
}

fn seen(model: &Model) -> String {
    to_text(&draw(model, &mono()))
}

fn path(model: &Model) -> &str {
    model.view.page.as_ref().map_or("", |page| page.path.as_str())
}

#[test]
fn the_way_of_an_outage_is_three_keys() {
    let mut model = outage(Screen::Overview, (80, 24));
    press(&mut model, &[Char('!'), Enter, Char('R')]);
    assert_eq!((model.view.screen, path(&model)), (Screen::Page, "api/high-error-rate.md"));
    assert!(seen(&model).contains("for checkout/availability: last path segment"));
    press(&mut model, &[Esc]);
    assert_eq!(model.view.screen, Screen::Slo);
    press(&mut model, &[Esc]);
    assert_eq!(model.view.screen, Screen::Overview);
}

#[test]
fn enter_opens_incidents_and_the_slo_of_alerts() {
    let mut model = outage(Screen::Overview, (120, 40));
    press(&mut model, &[Char('4'), Enter]);
    assert_eq!((model.view.screen, model.view.incident), (Screen::Incident, Some(7)));
    press(&mut model, &[Esc, Down, Down, Enter]);
    assert_eq!((model.view.screen, model.view.slo.as_deref()), (Screen::Slo, Some("checkout/availability")));
    press(&mut model, &[Esc, Down, Down, Down, Enter]);
    assert_eq!(model.view.screen, Screen::Incidents, "a plan has no page");
}

#[test]
fn the_runbook_is_that_of_the_selected_alert() {
    let mut model = outage(Screen::Overview, (120, 40));
    press(&mut model, &[Char('4'), Down, Down, Down, Char('R')]);
    assert_eq!(model.view.screen, Screen::Incidents);
    assert!(seen(&model).contains("no runbook for search/errors"));
    press(&mut model, &[Char('k'), Char('R')]);
    assert_eq!(path(&model), "api/high-error-rate.md");
}

#[test]
fn the_timeline_follows_until_it_is_scrolled_and_again_from_its_end() {
    let mut model = outage(Screen::Overview, (80, 22));
    press(&mut model, &[Char('4'), Enter]);
    assert!(seen(&model).contains("raise the limit") && !seen(&model).contains("below"));
    press(&mut model, &[Char('g')]);
    assert!(seen(&model).contains("opened as SEV2"), "{}", seen(&model));
    press(&mut model, &[Char('j'), Char('k'), Char('k'), Char('k'), Char('j')]);
    assert!(seen(&model).contains("1 above"), "no dead key at the top\n{}", seen(&model));
    press(&mut model, &[End, Char('j'), Char('j'), Char('k')]);
    assert!(seen(&model).contains("1 below"), "none at the end\n{}", seen(&model));
    press(&mut model, &[Char('j')]);
    assert!(!model.view.cursors.contains_key(&PanelId::Timeline), "it follows");
}

#[test]
fn sections_links_and_the_way_back() {
    let mut model = runbooks((80, 16));
    press(&mut model, &[Enter, Char(']'), Char(']')]);
    assert!(seen(&model).contains("section 3/4"), "{}", seen(&model));
    press(&mut model, &[Char('['), Tab, Enter]);
    assert!(seen(&model).contains("▌## Connection pool"), "{}", seen(&model));
    press(&mut model, &[Tab, Enter]);
    assert_eq!(path(&model), "db.md");
    assert!(seen(&model).contains("linked from api/high-error-rate.md"));
    press(&mut model, &[Esc, Tab, Enter]);
    assert_eq!(path(&model), "api/high-error-rate.md");
    assert!(seen(&model).contains("not reachable from here: https://grafana.example.com/d/db"));
    press(&mut model, &[BackTab, Esc, Esc]);
    assert_eq!(model.view.screen, Screen::Runbooks);
}

#[test]
fn scrolling_ends_with_the_page_and_code_can_be_shifted() {
    let mut model = runbooks((60, 16));
    press(&mut model, &[Enter, End, Char('j'), Char('j'), Char('j')]);
    assert!(seen(&model).contains("100 %") && seen(&model).contains("db-pool"), "{}", seen(&model));
    let bottom = seen(&model);
    press(&mut model, &[Char('k')]);
    assert_ne!(bottom, seen(&model), "no dead key at the end");
    press(&mut model, &[Char('g'), Char('j'), Char('j'), Char('j'), Char('j')]);
    assert!(!seen(&model).contains("restartCount"));
    press(&mut model, &[Right, Char('l'), Char('l'), Char('l'), Char('l'), Char('l'), Char('l'), Char('l')]);
    assert!(seen(&model).contains("restartCount") && seen(&model).contains("code +"), "{}", seen(&model));
    press(&mut model, &[Char('h'); 9]);
    assert!(!seen(&model).contains("code +"));
}

#[test]
fn searching_a_page_jumps_and_enter_goes_on() {
    let mut model = runbooks((80, 16));
    press(&mut model, &[Enter, Char('/')]);
    type_in(&mut model, "DB_POOL");
    assert!(
        seen(&model).contains("DB_POOL_SIZE=600") && seen(&model).contains("/DB_POOL 1/1"),
        "{}",
        seen(&model)
    );
    press(&mut model, &[Enter, Char('/'), Key::Ctrl('u')]);
    type_in(&mut model, "pool");
    press(&mut model, &[Enter, Char('g')]);
    assert!(seen(&model).contains("/pool 1/6"), "{}", seen(&model));
    press(&mut model, &[Enter, Enter]);
    assert!(seen(&model).contains("/pool 3/6"), "{}", seen(&model));
    press(&mut model, &[Esc]);
    assert_eq!((model.view.screen, model.view.filter()), (Screen::Page, ""));
}

#[test]
fn a_found_section_is_where_the_page_opens() {
    let mut model = outage(Screen::Overview, (80, 16));
    press(&mut model, &[Char('6'), Char('/')]);
    type_in(&mut model, "limits");
    press(&mut model, &[Enter, Enter]);
    assert_eq!(path(&model), "db.md");
    assert!(seen(&model).contains("found with /limits"), "{}", seen(&model));
}

#[test]
fn pages_that_change_under_the_reader_do_no_harm() {
    let mut model = runbooks((80, 24));
    press(&mut model, &[Enter, Tab, End]);
    update(&mut model, Message::Library(std::sync::Arc::new(Library::default()), Vec::new()));
    press(&mut model, &[Tab, Enter, Char(']'), Char('l'), Char('j'), End, Char('/'), Char('x'), Enter]);
    assert!(seen(&model).contains("is no longer in books"));
}
