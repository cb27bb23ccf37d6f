//! Ten events a second for sixty days; half of them bad in the last 25 minutes, a fifth in the hour that ended ten days ago.

use super::*;
use crate::domain::slo::calendar::Unit;
use crate::domain::slo::correction::{Correction, When};
use crate::domain::slo::ledger::{BASE, FINE_SPAN, HOUR, Ledger, MIDDLE_SPAN, MINUTE, Resolution};
use crate::domain::slo::sli::{Events, Side, Sli};
use crate::domain::slo::span::Span;
use crate::domain::slo::tally::Tally;
use crate::domain::slo::tier::Tier;

/// 2026-01-20T10:00:00Z.
const NOW: i64 = 1_768_903_200;

fn tally(end: i64, width: i64) -> Tally {
    let overlap = |from: i64, to: i64| (end.min(to) - (end - width).max(from)).max(0) as f64;
    let hour = NOW - 10 * 86_400;
    let bad = 5.0 * overlap(NOW - 1500, NOW) + 2.0 * overlap(hour - HOUR, hour);
    Tally::new(bad, 10.0 * width as f64)
}

fn status() -> SloStatus {
    let sli = Sli::Events(Events { side: Side::Bad, part: "b".into(), total: "t".into() });
    let mut objective = Objective::new("a", "b", "main", sli, "99.9%".parse().unwrap(), Window::days(30));
    objective.sla = Some("99.5%".parse().unwrap());
    let mut ledger = Ledger::new(BASE, Window::days(30));
    for (resolution, step, width, span) in [
        (Resolution::Fine, MINUTE, 300, FINE_SPAN),
        (Resolution::Middle, 300, 300, MIDDLE_SPAN),
        (Resolution::Hours, HOUR, HOUR, 60 * 86_400),
    ] {
        let cells: Vec<_> =
            (0..span / step).map(|i| NOW - i * step).map(|end| (end, tally(end, width))).collect();
        ledger.record(resolution, &cells, NOW);
    }
    let why = Circumstances { now: NOW, stale_after: 600, ..Circumstances::default() };
    judge(&Arc::new(objective), &Arc::new(ledger), &why)
}

fn change(knobs: &[(Knob, &str)]) -> Change {
    let objective = &status().objective;
    knobs.iter().fold(Change::default(), |change, (knob, text)| knob.set(objective, &change, text).unwrap())
}

/// Allowed, bad, remaining and minutes of a complete outage.
fn figures(knobs: &[(Knob, &str)]) -> [f64; 4] {
    let other = what_if(&status(), &change(knobs));
    let (budget, reading) = (other.budget.unwrap(), other.reading.unwrap());
    [budget.allowed_bad, reading.tally.bad, budget.remaining.unwrap(), budget.minutes]
}

#[track_caller]
fn close(got: [f64; 4], want: [f64; 4]) {
    let near = got.iter().zip(want).all(|(got, want)| (got - want).abs() < 1e-6 * want.abs().max(1.0));
    assert!(near, "{got:?} is not {want:?}");
}

#[test]
fn nothing_changed_is_the_status_itself() {
    let status = status();
    assert_eq!(what_if(&status, &Change::default()), status);
}

#[test]
fn figures_worked_out_by_hand() {
    // 25.92 M events in 30 days: 25 920 may fail; 7 500 failed just now and 7 200 in the hour.
    close(figures(&[]), [25_920.0, 14_700.0, 1.0 - 14_700.0 / 25_920.0, 43.2]);
    close(figures(&[(Knob::Target, "99.99%")]), [2592.0, 14_700.0, 1.0 - 14_700.0 / 2592.0, 4.32]);
    // A week has 6.048 M events, and the hour is not in it.
    close(figures(&[(Knob::Window, "7d")]), [6048.0, 7500.0, 1.0 - 7500.0 / 6048.0, 10.08]);
    // January has 26.784 M, by the rate of the last week.
    close(figures(&[(Knob::Window, "month")]), [26_784.0, 14_700.0, 1.0 - 14_700.0 / 26_784.0, 44.64]);
    // Five slices of five minutes and the hour miss 99.9 %.
    close(figures(&[(Knob::Method, "timeslices")]), [43.2, 85.0, 1.0 - 85.0 / 43.2, 43.2]);
    // Half of 25 minutes and a fifth of the hour.
    close(figures(&[(Knob::Method, "ratio-timeslices")]), [43.2, 24.5, 1.0 - 24.5 / 43.2, 43.2]);
    // All three: five slices in a week of 10 080 minutes, 1 % of which may be bad.
    let all = [(Knob::Target, "99%"), (Knob::Window, "7d"), (Knob::Method, "timeslices")];
    close(figures(&all), [100.8, 25.0, 1.0 - 25.0 / 100.8, 100.8]);
}

/// Without the hour of ten days ago, which had 7 200 bad events and 60 bad minutes.
#[test]
fn what_maintenance_leaves_out_stays_left_out_by_any_method() {
    let status = status();
    let hour = NOW - 10 * 86_400;
    let window = Correction {
        title: "move".to_owned(),
        when: When::Once(Span { from: hour - HOUR, to: hour }),
        services: Vec::new(),
        slos: Vec::new(),
        excluded: true,
        reason: None,
    };
    let why = Circumstances {
        now: NOW,
        stale_after: 600,
        corrections: [window].into(),
        ..Circumstances::default()
    };
    let left_out = judge(&status.objective, &status.counts, &why);
    let bad = |knobs: &[(Knob, &str)]| {
        let other = what_if(&left_out, &change(knobs));
        [other.reading.unwrap().tally.bad, other.raw.unwrap().reading.tally.bad]
    };
    assert_eq!(bad(&[]), [7500.0, 14_700.0]);
    assert_eq!(bad(&[(Knob::Target, "99%")]), [7500.0, 14_700.0]);
    assert_eq!(bad(&[(Knob::Method, "timeslices")]), [25.0, 85.0]);
    assert_eq!(what_if(&left_out, &Change::default()), left_out);
    let told = crate::domain::slo::explain::other_methods(&left_out);
    // 25 of 43 200 minutes, as slices that are left out become good time.
    assert!((told[0].sli - (1.0 - 25.0 / 43_200.0)).abs() < 1e-12, "{told:?}");
}

#[test]
fn burn_policy_and_tiers_follow() {
    let other = what_if(&status(), &change(&[(Knob::Target, "99.99%"), (Knob::Window, "7d")]));
    // 7 500 of 36 000 in the hour, against one in ten thousand.
    assert!((other.burn(Window::hours(1)).unwrap() - 7500.0 / 36_000.0 / 0.0001).abs() < 1e-6);
    assert_eq!(other.step.unwrap().word, "freeze");
    assert!((other.objective.tiers[0].factor - 3.36).abs() < 1e-12);
    let mut own = Objective::clone(&status().objective);
    own.alerts = "own".to_owned();
    let week = Change { window: Some(Horizon::Rolling(Window::days(7))), ..Change::default() };
    assert_eq!(changed(&own, &week).tiers, own.tiers);
    own.alerts = "datadog".to_owned();
    assert!((changed(&own, &week).tiers[0].factor - 16.8).abs() < 1e-12);
    // Datadog has no tiers for two weeks: they stay, and the reason is told.
    let now = SloStatus { objective: Arc::new(own), ..status() };
    let fortnight = Change { window: Some(Horizon::Rolling(Window::days(14))), ..Change::default() };
    let then = column(what_if(&now, &fortnight));
    let said = limits(&column(now), &then).join("\n");
    assert!(said.contains("not for 14d: the tiers stay as they are"), "{said}");
}

#[test]
fn pages_at_the_instants_that_burn() {
    let status = status();
    let mut objective = Objective::clone(&status.objective);
    let found = |objective: &Objective, days: i64, step: i64| {
        pages(objective, &status.ledger, NOW - days * 86_400, NOW, step)
    };
    // The first bad cell ends twenty minutes ago and is enough: 1 500 of 36 000 in the hour burns 42 times.
    assert_eq!(found(&objective, 3, 300), [Span { from: NOW - 1200, to: NOW }]);
    let hour = NOW - 10 * 86_400;
    assert_eq!(
        found(&objective, 30, HOUR),
        [Span { from: hour, to: hour + HOUR }, Span { from: NOW, to: NOW }]
    );
    for tier in &mut objective.tiers {
        tier.wait = Some(Window::minutes(10));
    }
    assert_eq!(found(&objective, 3, 300), [Span { from: NOW - 600, to: NOW }]);
    // At 90 % nothing here burns 6 times, and 14.4 times cannot be.
    let lax = changed(&objective, &change(&[(Knob::Target, "90%")]));
    assert_eq!(found(&lax, 30, HOUR), []);
}

#[test]
fn both_sides_in_words_with_what_the_history_cannot_tell() {
    let (now, change) = (status(), change(&[(Knob::Window, "90d"), (Knob::Method, "timeslices")]));
    let then = column(what_if(&now, &change));
    let now = column(now);
    let lines = compare(&now, &then);
    let line = |figure| lines.iter().find(|line| line.figure == figure).unwrap();
    assert_eq!(line(Figure::Allowed).now, "25 920 events");
    assert_eq!(line(Figure::Bad).then, "85 minutes");
    assert_eq!(line(Figure::Recent).now, "1, 20m in all");
    assert_eq!(line(Figure::Pages).now, "about 2 in 30d");
    let said = limits(&now, &then).join("\n");
    assert!(said.contains("the counts reach over 60d of 90d"), "{said}");
    assert!(said.contains("whole hours") && said.contains("by the hour"), "{said}");
}

#[test]
fn knobs_stop_at_their_ends_and_come_back_to_no_change() {
    let status = status();
    let turn = |knob: Knob, times: usize, up: bool, from: Change| {
        (0..times).fold(from, |change, _| knob.turned(&status, &change, up))
    };
    let stricter = turn(Knob::Target, 1, true, Change::default());
    assert_eq!(Knob::Target.says(&changed(&status.objective, &stricter)), "99.95%");
    assert!(turn(Knob::Target, 1, false, stricter).is_none());
    let last = turn(Knob::Target, 99, true, Change::default());
    assert_eq!(Knob::Target.says(&changed(&status.objective, &last)), "99.999%");
    let says = |times, up| {
        let change = turn(Knob::Window, times, up, Change::default());
        Knob::Window.says(&changed(&status.objective, &change))
    };
    assert_eq!([says(9, false), says(1, true), says(2, true)], ["7d", "90d", "calendar month"]);
    assert_eq!(change(&[(Knob::Window, "quarter")]).window, Some(Horizon::Calendar(Unit::Quarter)));
    let refused = Knob::Method.set(&status.objective, &Change::default(), "slices").unwrap_err();
    let endless = Knob::Window.set(&status.objective, &Change::default(), "9000y").unwrap_err();
    assert!(endless.starts_with("a window must be from 1h to 366d, not "), "{endless}");
    assert_eq!(refused, "`slices` is no method; there are occurrences, timeslices, ratio-timeslices");
}

#[test]
fn what_cells_cannot_show_is_not_said_to_be_quiet() {
    let status = status();
    let mut objective = Objective::clone(&status.objective);
    objective.tiers[0].short = Window::minutes(1);
    let calm = changed(&objective, &change(&[(Knob::Target, "90%")]));
    let why = Circumstances { now: NOW, stale_after: 600, ..Circumstances::default() };
    let side = column(judge(&Arc::new(calm), &status.ledger, &why));
    let lines = compare(&side, &side);
    assert_eq!(lines.iter().find(|line| line.figure == Figure::Recent).unwrap().now, "none seen");
    assert!(limits(&side, &side).iter().any(|limit| limit.contains("not seen in cells of 5m")));
}

#[test]
fn tiers_that_cannot_be_seen_do_not_fire_nothing() {
    let status = status();
    let says = |tiers: Vec<Tier>| {
        let objective = Objective { tiers, ..changed(&status.objective, &change(&[(Knob::Target, "70%")])) };
        let why = Circumstances { now: NOW, stale_after: 600, ..Circumstances::default() };
        let side = column(judge(&Arc::new(objective), &status.ledger, &why));
        compare(&side, &side).into_iter().find(|line| line.figure == Figure::Firing).unwrap().now
    };
    let seen = Tier { factor: 3.0, ..status.objective.tiers[0] };
    let unseen = Tier { short: Window::minutes(1), ..seen };
    assert_eq!(says(vec![unseen]), "not known");
    assert_eq!(says(vec![seen, unseen]), "nothing seen");
    assert_eq!([says(vec![seen]), says(Vec::new())], ["nothing", "nothing"]);
}

#[test]
fn without_counts_there_is_nothing_to_judge() {
    let objective = Arc::clone(&status().objective);
    let empty = Arc::new(Ledger::new(BASE, Window::days(30)));
    let bare = judge(&objective, &empty, &Circumstances { now: NOW, ..Circumstances::default() });
    let then = column(what_if(&bare, &change(&[(Knob::Target, "99%")])));
    let now = column(bare);
    assert!(compare(&now, &then).iter().any(|line| line.then == "not known"));
    assert_eq!(limits(&now, &then).len(), 1);
}
