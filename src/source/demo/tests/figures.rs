//! The story in budgets and burn rates.

use super::*;

#[test]
fn outage_in_figures() {
    let found = table(Scenario::Outage, NOW);
    for (id, low, high) in [
        ("checkout/availability", 0.05, 0.20),
        ("checkout/latency", 0.53, 0.63),
        ("payments/errors", -0.45, -0.30),
        ("search/latency", 0.70, 0.84),
        ("api/availability", 0.86, 0.95),
        ("batch/jobs", 0.5, 0.8),
    ] {
        assert!((low..high).contains(&left_of(&found, id)), "{id} {}", left_of(&found, id));
    }
    let checkout = of(&found, "checkout/availability");
    let burn = |window| checkout.burn(window).unwrap();
    assert!((470.0..500.0).contains(&burn(Window::minutes(5))));
    assert!((180.0..240.0).contains(&burn(Window::hours(1))));
    assert_eq!(checkout.level(), Level::Page);
    let since = checkout.firing().unwrap().since.unwrap();
    assert!((NOW - 26 * 60..NOW - 20 * 60).contains(&since), "{}", (NOW - since) / 60);
    // Overspent, but quiet: only the three days still remember it.
    let payments = of(&found, "payments/errors");
    assert!(payments.burn(Window::days(1)).unwrap() < 0.5 && payments.burn(Window::days(3)).unwrap() > 5.0);
    assert!(payments.firing().is_none());
    let firing: Vec<_> = found.iter().filter(|status| status.firing().is_some()).map(SloStatus::id).collect();
    assert_eq!(firing, ["checkout/availability"]);
    assert!(found.iter().all(|status| status.data == Data::Ok));
}

#[test]
fn the_budget_from_first_principles() {
    let month = span(&*demo(Scenario::Outage, 1), "checkout/availability", -30 * 1440, 0);
    let left = 1.0 - (month.bad / month.total) / 0.001;
    assert!((0.05..0.20).contains(&left), "{left}");
    assert!((left - left_of(&table(Scenario::Outage, NOW), "checkout/availability")).abs() < 0.002);
}

#[test]
fn the_outage_recovers_while_one_watches() {
    let demo = demo(Scenario::Outage, 1);
    let errors =
        |minute: i64| span(&*demo, "checkout/availability", minute - 1, minute).error_ratio().unwrap();
    for minute in -21..=10 {
        assert!((0.47..0.50).contains(&errors(minute)), "{minute}");
    }
    assert!(errors(-27) < 0.001 && errors(33) < 0.001 && errors(300) < 0.001);
    for minute in 13..=20 {
        assert!((0.04..0.06).contains(&errors(minute)), "{minute}");
    }
    let later = table(Scenario::Outage, NOW + 3600);
    assert!(left_of(&later, "checkout/availability") < 0.0);
    assert!(
        of(&later, "checkout/availability")
            .firing()
            .is_some_and(|tier| tier.tier.severity == Severity::Ticket)
    );
}

#[test]
fn calm_is_calm() {
    for now in [NOW, NOW + 7 * HOUR, NOW + 3 * 86_400] {
        for status in table(Scenario::Calm, now) {
            assert_eq!(status.level(), Level::Ok, "{}", status.id());
            assert!(status.remaining().unwrap() > 0.5, "{}", status.id());
        }
    }
}

#[test]
fn slow_burn_opens_a_ticket_and_nothing_else() {
    let found = table(Scenario::SlowBurn, NOW);
    for status in &found {
        let firing = status.firing().map(|tier| tier.tier.severity);
        let want = (status.id() == "api/availability").then_some(Severity::Ticket);
        assert_eq!(firing, want, "{}", status.id());
    }
    let burn = of(&found, "api/availability").burn(Window::hours(2)).unwrap();
    assert!((2.0..4.0).contains(&burn), "{burn}");
}

#[test]
fn incidents_of_the_log_are_in_the_numbers() {
    let started = DateTime::from_timestamp(STARTED, 0).unwrap();
    let demo = demo(Scenario::Outage, 1);
    let mut seen = Vec::new();
    for line in crate::source::demo::events(Scenario::Outage, started) {
        let event: serde_json::Value = serde_json::from_str(&line).unwrap();
        let (true, Some(id)) = (event["kind"] == "incident.opened", event["data"]["slos"][0].as_str()) else {
            continue;
        };
        let start: DateTime<chrono::Utc> = event["data"]["impact_start"].as_str().unwrap().parse().unwrap();
        let start = (start.timestamp() - NOW) / 60;
        let during = span(&*demo, id, start, start + 7).error_ratio().unwrap();
        let before = span(&*demo, id, start - 60, start - 2).error_ratio().unwrap();
        assert!(during > 4.0 * before, "{} {id} {during} {before}", event["ref"]);
        seen.push(event["ref"].as_str().unwrap().to_owned());
    }
    assert_eq!(seen, ["INC-2", "INC-3", "INC-4", "INC-5", "INC-6", "INC-7"]);
}
