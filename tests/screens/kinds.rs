//! Objectives that are not counted in events, or not over a rolling window, in the words of their own.

use std::sync::Arc;

use burnwatch::domain::journal::{Maintenance, State};
use burnwatch::domain::slo::calendar::{Calendar, Unit};
use burnwatch::domain::slo::method::Method;
use burnwatch::domain::slo::objective::Objective;
use burnwatch::domain::slo::sli::{Composite, Member, Missing, Rule, Sli};
use burnwatch::domain::slo::window::Window;
use burnwatch::domain::snapshot::Snapshot;
use burnwatch::screen::update;
use burnwatch::state::{Message, Model, Screen};
use chrono::TimeDelta;

use super::sample::{Told, at, ledger, now, objective, text};

/// The page of `checkout/it` with these changes, calm for sixty days.
fn page(size: (u16, u16), change: impl Fn(Objective) -> Objective) -> String {
    let slo = change(objective("checkout/it", "99.9%"));
    let told = Told { objectives: vec![(slo, ledger(60, &|_| 0.0005))], ..Told::default() };
    text(&at(told.model(size), Screen::Slo, "checkout/it"), false)
}

#[track_caller]
fn holds(page: &str, wanted: &[&str], unwanted: &[&str]) {
    for part in wanted {
        assert!(page.contains(part), "no `{part}` in\n{page}");
    }
    for part in unwanted {
        assert!(!page.contains(part), "`{part}` in\n{page}");
    }
}

#[test]
fn a_calendar_period_ends_and_does_not_roll() {
    let month =
        |slo| Objective { calendar: Some(Calendar::new(Unit::Month, chrono_tz::Europe::Berlin)), ..slo };
    // 0.3 a minute since 23:00 on the 31st of December, which is 28 020 minutes of 44 640: 8 406 of 26 784.
    let wanted = [
        "99.9 % of events are good · month (Europe/Berlin)",
        "69 % left: 30.6 of 44.6 min · 18 378 of 26 784 events",
        "January 2026 ends in 11d 13h; of what has been so far 50 % would be left",
        "lasts until the period ends at the 6h rate",
        "January 2026 · ideal",
        "1 Jan ",
        " 1 Feb",
    ];
    holds(&page((120, 60), month), &wanted, &["rolling", "roll-off", "old errors leave"]);
    let small = page((80, 24), month);
    holds(&small, &["69 % left", "January 2026 ends in 11d 13h"], &["rolling"]);
}

#[test]
fn what_is_counted_in_slices_or_samples_is_called_so() {
    let slices = |slo| {
        let slice = Window::minutes(5);
        Objective { method: Method::Timeslices { slice, target: "99%".parse().unwrap() }, ..slo }
    };
    holds(
        &page((120, 60), slices),
        &[
            "of slices of 5m are good · 30 days rolling",
            "1 slice of 5m = ",
            "good when 99 % of their own events are",
        ],
        &[" events\n", "1 error"],
    );
    let samples = |slo| Objective { sli: Sli::Bool("probe_ok".into()), ..slo };
    holds(
        &page((120, 60), samples),
        &["of samples say that all is well", " of 25 920 samples", "1 sample = ", "metric   probe_ok"],
        &["1 error"],
    );
}

#[test]
fn a_composite_names_its_members_and_what_they_lack() {
    let member = |id: &str| Member { id: id.to_owned(), weight: 1.0 };
    let members = vec![member("checkout/availability"), member("batch/jobs")];
    let sli = Sli::Composite(Composite { members, rule: Rule::Worst, missing: Missing::Unknown });
    let whole = Objective { sli, source: String::new(), ..objective("shop/journey", "99%") };
    let told = Told::default().model((120, 60));
    let report = told.live.reports().next().map(|(_, report)| Arc::clone(report)).unwrap();
    let composites = [Arc::new(whole)];
    let live = Arc::new(Snapshot::new(1).composing(&composites).with(0, report));
    let model = at(Model { live, ..told }, Screen::Slo, "shop/journey");
    let page = text(&model, false);
    holds(
        &page,
        &[
            "of time all 2 members are well · 30 days rolling · 2 members · worst",
            "batch/jobs has no series",
            "member   checkout/availability",
            "missing  unknown: a member without data is unknown here too",
            "source     its members",
        ],
        &["has never answered"],
    );
    let list = text(&at(model, Screen::Sources, ""), false);
    holds(&list, &["1 of 1 fresh"], &["journey"]);
}

/// A window that comes into the log while the dashboard runs is left out of the composite at once.
#[test]
fn maintenance_of_the_log_that_names_a_composite_corrects_it() {
    let members = vec![Member { id: "checkout/availability".to_owned(), weight: 1.0 }];
    let sli = Sli::Composite(Composite { members, rule: Rule::Worst, missing: Missing::Unknown });
    let whole = Objective { sli, source: String::new(), ..objective("shop/journey", "99%") };
    let told = Told::default().model((120, 60));
    let report = told.live.reports().next().map(|(_, report)| Arc::clone(report)).unwrap();
    let live = Arc::new(Snapshot::new(1).composing(&[Arc::new(whole)]).with(0, report));
    let mut model = at(Model { live, ..told }, Screen::Slo, "shop/journey");
    let bad = |model: &Model| model.live.slo("shop/journey").unwrap().reading.unwrap().tally.bad;
    assert!(bad(&model) > 0.0);
    let window = Maintenance {
        id: "m".to_owned(),
        actor: "alice".to_owned(),
        services: Vec::new(),
        slos: vec!["shop/journey".to_owned()],
        from: now() - TimeDelta::days(40),
        to: now() - TimeDelta::minutes(1),
        text: "database move".to_owned(),
        estimate: None,
        excluded: true,
        reason: None,
        started: None,
        ended: None,
        again: None,
    };
    let log = State { maintenance: vec![window], ..State::clone(&model.log) };
    let before = bad(&model);
    update(&mut model, Message::Journal(Arc::new(log), Vec::new()));
    let raw = model.live.slo("shop/journey").unwrap().raw.as_ref().unwrap().reading.tally.bad;
    assert!(bad(&model) <= 1.0 && (raw - before).abs() < 1e-9, "{} {raw} {before}", bad(&model));
    holds(&text(&model, false), &["database move"], &[]);
}
