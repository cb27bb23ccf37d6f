//! The figures and words that a reader relies on.

use burnwatch::domain::slo::correction::{Correction, When};
use burnwatch::domain::slo::span::Span;
use burnwatch::panel::panel;
use burnwatch::state::{Model, PanelId, Screen};

use super::sample::{NOW, Told, at, ledger, objective, source, text};

/// The screen's text, which must hold every one of `wanted`.
#[track_caller]
fn shows(model: &Model, wanted: &[&str]) -> String {
    let text = text(model, false);
    for part in wanted {
        assert!(text.contains(part), "no `{part}` in\n{text}");
    }
    text
}

fn slo(id: &str, size: (u16, u16)) -> Model {
    at(Told::default().model(size), Screen::Slo, id)
}

#[test]
fn the_summary_says_what_is_left_in_three_currencies() {
    // 25 920 may fail; 7 500 failed in 25 minutes of half the traffic, 7 200 in the bad hour: 43 % is left.
    let model = slo("checkout/availability", (120, 40));
    shows(
        &model,
        &[
            "43 % left: 18.7 of 43.2 min · 11 220 of 25 920 events",
            "policy four-step: normal since 10 Jan 10:00 Z · normal development",
            "SLA 99.5 % held · buffer 0.4 points, 172.8 min · 1 error = 0.004 %",
            "at the 1h rate",
            "99.9 % of events are good · 30 days rolling",
        ],
    );
}

/// The last half hour, which holds the 7 500 bad events of the outage.
fn drill(excluded: bool) -> Correction {
    Correction {
        title: "failover drill \u{1b}[2J\u{202e}".to_owned(),
        when: When::Once(Span { from: NOW - 1800, to: NOW }),
        services: vec!["checkout".to_owned()],
        slos: Vec::new(),
        excluded,
        reason: None,
    }
}

#[test]
fn maintenance_is_named_with_what_it_cost_and_both_budgets_are_shown() {
    let slo = |excluded| {
        let told = Told { corrections: vec![drill(excluded)], ..Told::default() };
        at(told.model((120, 40)), Screen::Slo, "checkout/availability")
    };
    let counted = shows(
        &slo(false),
        &["43 % left: 18.7", "maintenance failover drill", "· 09:30 Z for 30m · counts, 29 % of the budget"],
    );
    assert!(!counted.contains("everything counted"), "{counted}");
    // 7 200 of what may fail without the half hour, which had half the traffic: 72 % is left.
    let left_out = shows(
        &slo(true),
        &["72 % left: ", "43 % left with everything counted", "left out, 29 % of the budget"],
    );
    for text in [counted, left_out] {
        assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text:?}");
    }
}

#[test]
fn an_overspent_budget_is_said_as_such() {
    // 2 592 may fail, 14 700 did: 12 108 too many, 467 % below nothing.
    let text = shows(
        &slo("checkout/strict", (120, 40)),
        &["-467 % overspent: 20.2 over 4.3 min · 12 108 over 2 592 events", "spent", "FREEZE", "-500 %"],
    );
    assert!(!text.contains(" 0 % left"), "{text}");
}

#[test]
fn what_is_not_known_is_never_a_figure() {
    let text = shows(
        &slo("batch/jobs", (120, 40)),
        &[
            "? budget not known",
            "? no series",
            "policy four-step: unknown",
            "5m ",
            "no curve",
            "cannot be judged",
        ],
    );
    assert!(!text.contains("0.0×") && !text.contains("0 % left") && !text.contains("0.0 "), "{text}");
}

#[test]
fn tiers_say_whether_they_fire_since_when_and_what_is_next() {
    // 300 of 600 a minute fail. 14.4 times in the hour are more than 518 of 36 000: from the second minute on.
    shows(
        &slo("checkout/availability", (120, 40)),
        &["> 14.4×", "1h & 5m", "FIRING 23m since 09:37 Z", "after recovery"],
    );
    // At 90 % the burn never passes 10.
    let calm = shows(&slo("search/loose", (120, 40)), &["cannot fire", "burn never passes 10×", "quiet"]);
    assert!(!calm.contains("FIRING"), "{calm}");
}

#[test]
fn the_burn_down_keeps_one_bad_hour_of_thirty_days_and_marks_incidents() {
    let text =
        shows(&slo("checkout/availability", (120, 40)), &["INC-7 −29 ▼", "now", "21 Dec", "100 %", "50 %"]);
    assert!(text.contains("budget"), "{text}");
    let calm =
        Told { objectives: vec![(objective("a/b", "99.9%"), ledger(60, &|_| 0.0))], ..Told::default() };
    let blip = |ago: i64| if (20_000..20_005).contains(&ago) { 1.0 } else { 0.0 };
    let hit = Told { objectives: vec![(objective("a/b", "99.9%"), ledger(60, &blip))], ..Told::default() };
    let chart = |told: Told| {
        let mut model = at(told.model((80, 24)), Screen::Slo, "a/b");
        model.view.zoomed = Some(PanelId::SloBudget);
        super::sample::text(&model, false)
    };
    assert_ne!(chart(calm), chart(hit));
}

#[test]
fn seven_windows_show_their_burn_at_any_width() {
    for (size, tiers) in
        [((120, 40), "page 14.4× in 1h & 5m"), ((80, 24), "page 14.4× 1h"), ((44, 45), "page 14.4×")]
    {
        // Half of everything failing burns 500 times too fast in 5 minutes, 208 times in the hour.
        let text = shows(&slo("checkout/availability", size), &["500", "208", tiers]);
        for window in ["5m", "30m", "1h", "2h", "6h", "1d", "3d"] {
            assert!(text.contains(window), "{window} at {size:?}\n{text}");
        }
    }
}

#[test]
fn the_definition_is_all_there_when_zoomed() {
    let mut model = slo("checkout/availability", (80, 30));
    model.view.zoomed = Some(PanelId::SloDefinition);
    shows(
        &model,
        &["errors_total", "requests_total", "occurrences", "▶ normal", "≤ 75 %", "high-error-rate.md"],
    );
}

#[test]
fn signals_are_charts_rows_or_the_worst_lane() {
    let mut model = at(Told::default().model((120, 40)), Screen::Signals, "");
    shows(
        &model,
        &["p99 4.1 s!", "49 %!", "5.0 k/s requests", "db-pool 100 %!", "was 0.1 %", "+19 %", "INC-7", "5 s"],
    );
    model.size = (60, 14);
    shows(&model, &["latency", "traffic", "errors", "saturation"]);
    let mut overview = at(Told::default().model((80, 9)), Screen::Overview, "");
    overview.view.zoomed = Some(PanelId::Signals);
    overview.size = (80, 4);
    let text = shows(&overview, &["errors", "49 %!"]);
    assert!(!text.contains("latency"), "{text}");
}

#[test]
fn a_figure_without_a_series_says_so() {
    let mut told = Told::default();
    let figure = &mut told.services[0].figures[3];
    figure.series.values.fill(None);
    figure.trouble = Some("no series http_errors_total".to_owned());
    let text = shows(&at(told.model((80, 24)), Screen::Overview, ""), &["? no series http_errors_total"]);
    assert!(!text.contains("errors     0"), "{text}");
}

#[test]
fn sources_say_what_is_wrong_since_when_and_what_they_cost() {
    let trouble = "connection refused: is it running?";
    let told = Told { status: source(Some(trouble)), ..Told::default() };
    shows(
        &at(told.model((100, 24)), Screen::Sources, ""),
        &[
            "◌ main stale",
            trouble,
            "09:56 Z (4m) · 16 attempts in a row",
            "every 15s",
            "1 284 requests",
            "6 ms",
        ],
    );
    let none = Model::new(std::sync::Arc::default(), super::sample::now(), (80, 24));
    shows(&at(none, Screen::Sources, ""), &["no backend is configured", "burnwatch init", "burnwatch demo"]);
    assert_eq!(NOW % 3600, 0);
}

#[test]
fn help_begins_with_the_keys_of_the_screen_behind() {
    let mut model = Told::default().model((80, 100));
    model.view.trail = vec![Screen::Slo];
    model.view.screen = Screen::Help;
    let all =
        shows(&model, &["keys of slo", "next SLO", "error budget", "43.2", "low traffic", "deploy-cadence"]);
    assert!(all.find("keys of slo") < all.find("keys everywhere"));
    assert!(!all.contains("next service"), "{all}");
    model.view.set_filter("burn rate".to_owned());
    let found = shows(&model, &["burn rate"]);
    assert!(!found.contains("keys everywhere"), "{found}");
    model.view.set_filter("zebra".to_owned());
    shows(&model, &["nothing matches"]);
}

#[test]
fn a_panel_never_asks_for_less_than_it_needs_at_least() {
    let model = Told::default().model((120, 40));
    for width in 0..220 {
        for id in super::hostile::OURS {
            let height = panel(id).unwrap().height(&model, width);
            assert!(
                height.min <= height.ideal && height.ideal <= height.most,
                "{id:?} at {width}: {height:?}"
            );
        }
    }
}

#[test]
fn the_hand_off_and_the_review_say_what_is_known_and_what_is_not() {
    let handoff = at(Told::default().model((100, 40)), Screen::Handoff, "");
    shows(
        &handoff,
        &["open incidents", "objectives to watch", "checkout/strict", "-467 % left", "not a signed hand-off"],
    );
    let review = at(Told::default().model((100, 60)), Screen::Review, "");
    // Ten a second for a week are 6.0 M; the 7 500 of the outage failed, of 2 592 that may in 30 days.
    shows(
        &review,
        &[
            "checkout/strict",
            "7 500 bad of 6.0 M",
            "289 % of the budget",
            "batch/jobs",
            "? no data in the period",
        ],
    );
}
