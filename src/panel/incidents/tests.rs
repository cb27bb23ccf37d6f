//! What the list of incidents and alerts must show.

use super::*;
use crate::panel::people_scene::{drawn, nothing, outage, survives};

const SIZE: (u16, u16) = (120, 40);

fn rows_of(text: &str) -> Vec<String> {
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    text.lines().map(words).filter(|line| !line.is_empty()).collect()
}

#[test]
fn the_worst_comes_first_and_everything_is_said_in_words() {
    let text = drawn(&Incidents, &outage(Screen::Overview, SIZE), (110, 8));
    let rows = rows_of(&text);
    assert!(rows[0].ends_with("2 open · 3 firing ─"), "{text}");
    // 25 of 60 minutes at 48.7 % errors: 0.487 × 25/60 / 0.001 = 203.
    assert_eq!(
        rows[1..],
        [
            "▌ ● SEV1 INC-7 Payment API error rate 50 % mitigating IC bob checkout 25m",
            "◐ SEV3 INC-4 Database latency spikes detected IC VACANT search 3d 3h",
            "● page CheckoutAvailabilityBurn 203 & 487 > 14.4× rb high-error-rate → INC-7 24m",
            "● page SearchErrorsBurn 17 & 40 > 14.4× no runbook → INC-4 4m",
            "◐ ticket CheckoutAvailabilityBurn 8.5 & 101 > 3× rb high-error-rate → INC-7 19m",
            "○ plan SQL failover test Wed 02:00–03:00 Z est. 6 % checkout in 16h",
        ],
        "{text}"
    );
}

#[test]
fn its_own_screen_also_shows_what_was_resolved_this_week() {
    let model = outage(Screen::Incidents, SIZE);
    let rows = rows_of(&drawn(&Incidents, &model, (110, 12)));
    assert_eq!(rows.last().unwrap(), "✓ SEV2 INC-5 database failover resolved, 35m IC david checkout 2d ago");
    let mut later = model.clone();
    later.now += chrono::TimeDelta::days(8);
    assert!(!drawn(&Incidents, &later, (110, 12)).contains("INC-5"));
}

#[test]
fn calm_is_one_line() {
    let text = drawn(&Incidents, &nothing(Screen::Overview, SIZE), (80, 3));
    assert_eq!(rows_of(&text)[1], "✓ no open incidents, no alert fires");
    assert_eq!(Incidents.height(&nothing(Screen::Overview, SIZE), 80).most, 2);
}

#[test]
fn the_filter_of_its_screen_leaves_what_matches() {
    let mut model = outage(Screen::Incidents, SIZE);
    model.view.set_filter("checkout -plan".into());
    let ids = Incidents.rows(&model);
    assert!(
        ids.contains(&"INC-7".to_owned()) && ids.contains(&"alert:checkout/availability:page".to_owned())
    );
    assert!(ids.iter().all(|id| id != "INC-4" && !id.starts_with("plan:")), "{ids:?}");
    model.view.screen = Screen::Overview;
    assert_eq!(Incidents.rows(&model).len(), 6);
}

#[test]
fn what_does_not_fit_is_counted() {
    let text = drawn(&Incidents, &outage(Screen::Overview, SIZE), (70, 4));
    assert!(text.lines().next().unwrap().contains("+3 more"), "{text}");
    assert!(text.contains("25m") && text.contains("SEV3"), "{text}");
}

#[test]
fn any_size_will_do() {
    survives(&Incidents, Screen::Overview);
    survives(&Incidents, Screen::Incidents);
}
