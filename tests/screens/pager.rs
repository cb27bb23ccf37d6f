//! The pager beside our tiers: a difference is a word, a mark and a colour wherever the SLO is shown.

use burnwatch::domain::slo::ledger::{BASE, Ledger};
use burnwatch::domain::slo::objective::Objective;
use burnwatch::domain::slo::pager::{Alarm, Heard};
use burnwatch::domain::slo::tier::{Severity, Tier, pyrra};
use burnwatch::domain::slo::window::Window;
use burnwatch::state::{Model, Screen};

use super::sample::{NOW, Told, at, ledger, objective, text};

const WIDE: (u16, u16) = (120, 40);

/// The same alerts, by name and severity, at each of the last minutes.
fn heard(alarms: &[(&str, Severity)]) -> Heard {
    let alarm = |(name, severity): &(&str, Severity)| Alarm {
        name: (*name).to_owned(),
        severity: Some(*severity),
        firing: true,
    };
    let mut heard = Heard { any: true, ..Heard::default() };
    heard.record((0..6).map(|ago| (NOW - 60 * ago, alarms.iter().map(alarm).collect())));
    heard
}

fn slo(id: &str, pager: Option<Heard>) -> Model {
    at(Told { pager, ..Told::default() }.model(WIDE), Screen::Slo, id)
}

#[track_caller]
fn shows(model: &Model, wanted: &str) {
    let text = text(model, false);
    assert!(text.contains(wanted), "no `{wanted}` in\n{text}");
}

#[test]
fn the_page_of_an_slo_has_both() {
    // Our tiers of checkout fire, those of search are quiet.
    let silent = || Some(heard(&[]));
    shows(&slo("checkout/availability", silent()), "≠ page: pager quiet · our tiers FIRING · DIFFER");
    shows(&slo("search/loose", silent()), "= pager agrees: all quiet");
    let loud = || Some(heard(&[("Burn", Severity::Page)]));
    shows(&slo("search/loose", loud()), "≠ page: pager FIRING Burn · our tiers quiet · DIFFER");
    shows(&slo("checkout/availability", loud()), "= page: pager FIRING Burn · our tiers FIRING · agree");
    shows(&slo("search/loose", Some(Heard::default())), "? pager: not heard yet");
    let none = Some(Heard { any: false, ..heard(&[]) });
    shows(&slo("search/loose", none), "? pager: none found, the backend has no alerts at all");
    let refused = Some(Heard { refused: Some("no such thing".to_owned()), ..Heard::default() });
    shows(&slo("search/loose", refused), "? pager: cannot be read: no such thing");
}

#[test]
fn the_overview_marks_who_differs() {
    for (size, mark) in [((80, 24), "≠pager checkout/"), (WIDE, "≠pager checkout/availability")] {
        let model = Told { pager: Some(heard(&[])), ..Told::default() }.model(size);
        shows(&model, mark);
        assert!(text(&model, true).contains("#pager checkout/"), "{}", text(&model, true));
        assert!(!text(&model, false).contains("≠pager search"));
        assert!(!text(&Told::default().model(size), false).contains("pager"));
    }
}

#[test]
fn what_the_pager_alone_fires_is_in_the_list_of_alerts() {
    let told = Told { pager: Some(heard(&[("SearchBurn", Severity::Page)])), ..Told::default() };
    let text = text(&at(told.model(WIDE), Screen::Incidents, "search/loose"), false);
    let row = text.lines().find(|line| line.contains("SearchBurn")).unwrap_or_else(|| panic!("{text}"));
    assert!(row.contains("by the pager alone") && row.contains("≠ pager"), "{row}");
}

fn weekly(share: &dyn Fn(i64) -> f64, tiers: Vec<Tier>) -> Model {
    let own = Objective { tiers, alerts: "pyrra".to_owned(), ..objective("checkout/availability", "99.9%") };
    let counted: Ledger = ledger(60, share);
    assert_eq!(counted.base(), BASE);
    let told = Told { objectives: vec![(own, counted)], ..Told::default() };
    at(told.model(WIDE), Screen::Slo, "checkout/availability")
}

#[test]
fn a_tier_that_cannot_be_seen_is_not_quiet() {
    let model = weekly(&|_| 0.0, pyrra(Window::days(7)).unwrap());
    let text = text(&model, false);
    let row = text.lines().find(|line| line.contains("▲") && line.contains("15m & 1m")).unwrap();
    assert!(row.contains("? unseen") && row.contains("counted in cells of 5m"), "{row}");
    assert!(!row.contains("quiet"), "{row}");
}

#[test]
fn a_tier_that_waits_says_how_long() {
    let tiers = pyrra(Window::days(28)).unwrap().into_iter();
    let patient = tiers.map(|tier| Tier { wait: Some(Window::hours(2)), ..tier }).collect();
    let outage = |ago: i64| if ago < 25 { 0.5 } else { 0.0 };
    let text = text(&weekly(&outage, patient), false);
    let row = text.lines().find(|line| line.contains("> 14") && line.contains("1h & 5m")).unwrap();
    assert!(row.contains("pending 24m of 2h") || row.contains("pending 23m of 2h"), "{row}");
    assert!(row.contains("pages in 1h 3"), "{row}");
}
