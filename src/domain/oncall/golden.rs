//! Known truth about rotas, written as tables that a person can check by hand.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::coverage::fairness;
use super::*;

const SIX: [&str; 6] = ["alice", "charlie", "eve", "bob", "david", "frank"];

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn rotation(people: &[&str], start: &str, shift: &str) -> Rotation {
    Rotation {
        people: people.iter().map(|person| (*person).to_owned()).collect(),
        start: civil::parse_local(start).unwrap(),
        shift: shift.parse().unwrap(),
        not_before: false,
    }
}

fn schedule(zone: &str, layers: Vec<Layer>) -> Schedule {
    Schedule { name: "payments".into(), timezone: civil::zone(zone).unwrap(), layers }
}

fn six(offset: i64) -> Schedule {
    let turns = Turns::Own(rotation(&SIX, "2026-01-05T09:00", "1w"));
    let role = PRIMARY.to_owned();
    let layers = vec![Layer::new(PRIMARY, turns), Layer::new(SECONDARY, Turns::Follows { role, offset })];
    schedule("UTC", layers)
}

fn change(seq: u64, mode: Mode, person: &str, from: &str, to: &str) -> Override {
    Override {
        seq,
        id: format!("event-{seq}"),
        schedule: "payments".into(),
        role: PRIMARY.into(),
        mode,
        person: person.into(),
        instead_of: None,
        from: at(from),
        to: at(to),
        reason: String::new(),
    }
}

fn names(duties: &[Duty]) -> Vec<&str> {
    duties.iter().map(|duty| duty.person.as_deref().unwrap_or("NOBODY")).collect()
}

#[test]
fn the_six_week_table_is_one_list_with_an_offset_of_three() {
    let table = [
        ("2026-01-05T09:00:00Z", "alice", "bob"),
        ("2026-01-12T09:00:00Z", "charlie", "david"),
        ("2026-01-19T09:00:00Z", "eve", "frank"),
        ("2026-01-26T09:00:00Z", "bob", "alice"),
        ("2026-02-02T09:00:00Z", "david", "charlie"),
        ("2026-02-09T09:00:00Z", "frank", "eve"),
        ("2026-02-16T09:00:00Z", "alice", "bob"),
        ("2026-01-05T08:59:59Z", "frank", "eve"),
    ];
    for (instant, primary, secondary) in table {
        assert_eq!(names(&six(3).on_call(at(instant), &[])), [primary, secondary], "{instant}");
    }
}

#[test]
fn with_an_offset_of_minus_one_last_weeks_primary_backs_up() {
    let mut last = "frank".to_owned();
    for week in 0..13 {
        let instant = at("2026-01-05T09:00:00Z") + TimeDelta::weeks(week);
        let duties = six(-1).on_call(instant, &[]);
        assert_eq!(duties[1].person.as_ref(), Some(&last));
        last = duties[0].person.clone().unwrap();
    }
}

#[test]
fn a_duty_knows_its_bounds_and_who_is_next() {
    let now = at("2026-01-20T09:57:00Z");
    let duty = &six(3).on_call(now, &[])[0];
    assert_eq!(duty.from, Some(at("2026-01-19T09:00:00Z")));
    assert_eq!(duty.until, Some(at("2026-01-26T09:00:00Z")));
    assert_eq!(names(&six(3).next(now, &[])), ["bob", "alice"]);
}

#[test]
fn a_shift_keeps_its_local_hour_when_the_clock_changes() {
    // zone, start, shift, hours of the shift that begins at the start
    let table = [
        ("America/Chicago", "2024-10-28T09:00", "1w", 169.0),
        ("America/Chicago", "2024-03-04T09:00", "1w", 167.0),
        ("America/Chicago", "2024-06-03T09:00", "1w", 168.0),
        ("America/Chicago", "2024-10-28T09:00", "168h", 168.0),
        ("Europe/Berlin", "2026-03-28T09:00", "1d", 23.0),
        ("Europe/Berlin", "2026-10-24T09:00", "1d", 25.0),
        ("Australia/Lord_Howe", "2026-04-05T00:00", "1d", 24.5),
        ("Australia/Lord_Howe", "2026-10-04T00:00", "1d", 23.5),
        // The 30th did not happen: from 09:00 on the 29th to midnight, and from there to 09:00.
        ("Pacific/Apia", "2011-12-29T09:00", "1d", 15.0),
        ("Pacific/Apia", "2011-12-30T09:00", "1d", 9.0),
        ("Pacific/Apia", "2011-12-26T09:00", "1w", 144.0),
    ];
    for (zone, start, shift, hours) in table {
        let layers = vec![Layer::new(PRIMARY, Turns::Own(rotation(&["alice", "bob"], start, shift)))];
        let schedule = schedule(zone, layers);
        let zone: Tz = schedule.timezone;
        let begin = civil::instant(zone, civil::parse_local(start).unwrap());
        let duty = schedule.on_call(begin, &[]).remove(0);
        let length = civil::hours(duty.until.unwrap() - begin);
        assert!((length - hours).abs() < 1e-9, "{zone} {start} {shift}: {length}");
        assert_eq!((duty.person.as_deref(), duty.from), (Some("alice"), Some(begin)));
    }
}

#[test]
fn a_week_counted_in_seconds_is_the_bug() {
    let chicago = |shift| {
        let turns = Turns::Own(rotation(&["alice", "bob"], "2024-10-28T09:00", shift));
        let schedule = schedule("America/Chicago", vec![Layer::new(PRIMARY, turns)]);
        let until = schedule.on_call(at("2024-10-28T14:00:00Z"), &[])[0].until.unwrap();
        civil::local(schedule.timezone, until).format("%a %H:%M").to_string()
    };
    assert_eq!(chicago("1w"), "Mon 09:00");
    assert_eq!(chicago("168h"), "Mon 08:00");
}

#[test]
fn six_equal_weeks_are_fair_and_one_day_of_help_shows() {
    let (from, to) = (at("2026-01-05T09:00:00Z"), at("2026-02-16T09:00:00Z"));
    let even = six(3).coverage(from, to, &[]);
    assert!((fairness(&even.hours).unwrap() - 1.0).abs() < 1e-12);
    let help = change(1, Mode::Replace, "frank", "2026-01-07T09:00:00Z", "2026-01-08T09:00:00Z");
    let coverage = six(3).coverage(from, to, &[help]);
    let hours: Vec<f64> = SIX.iter().map(|person| coverage.hours[*person]).collect();
    assert_eq!(hours, [144.0, 168.0, 168.0, 168.0, 168.0, 192.0]);
    // (0.75 + 4 * 144/168 + 4 * 168/192 + 6) / 15
    assert!((fairness(&coverage.hours).unwrap() - 0.911_904_761_9).abs() < 1e-9);
    assert_eq!((coverage.gaps.len(), coverage.doubled.len()), (0, 0));
}

#[test]
fn the_newest_override_wins_and_stops_at_its_end() {
    let week = ("2026-01-06T00:00:00Z", "2026-01-10T00:00:00Z");
    let frank = change(7, Mode::Replace, "frank", week.0, week.1);
    let mut eve = change(9, Mode::Replace, "eve", "2026-01-07T00:00:00Z", "2026-01-08T00:00:00Z");
    eve.instead_of = Some("alice".into());
    let overrides = [eve, frank];
    let who = |instant: &str| names(&six(3).on_call(at(instant), &overrides))[0].to_owned();
    assert_eq!(who("2026-01-05T23:59:59Z"), "alice");
    assert_eq!(who("2026-01-06T00:00:00Z"), "frank");
    assert_eq!(who("2026-01-07T00:00:00Z"), "eve");
    assert_eq!(who("2026-01-08T00:00:00Z"), "frank");
    assert_eq!(who("2026-01-10T00:00:00Z"), "alice");
    let duty = six(3).on_call(at("2026-01-07T12:00:00Z"), &overrides).remove(0);
    assert_eq!(duty.until, Some(at("2026-01-08T00:00:00Z")));
    assert_eq!(duty.by_override, Some(9));
}

#[test]
fn an_override_is_clipped_to_the_shift_of_the_person_it_names() {
    let mut help = change(1, Mode::Replace, "frank", "2026-01-10T00:00:00Z", "2026-01-20T00:00:00Z");
    help.instead_of = Some("alice".into());
    let duty = six(3).on_call(at("2026-01-11T00:00:00Z"), &[help.clone()]).remove(0);
    assert_eq!(duty.person.as_deref(), Some("frank"));
    assert_eq!(duty.until, Some(at("2026-01-12T09:00:00Z")));
    assert_eq!(names(&six(3).next(at("2026-01-11T00:00:00Z"), &[help]))[0], "charlie");
}

#[test]
fn add_makes_two_and_remove_makes_a_gap() {
    let day = ("2026-01-07T00:00:00Z", "2026-01-08T00:00:00Z");
    let two = six(3).on_call(at(day.0), &[change(1, Mode::Add, "eve", day.0, day.1)]);
    assert_eq!(names(&two), ["alice", "eve", "bob"]);
    let removed = [change(1, Mode::Remove, "alice", day.0, day.1)];
    assert_eq!(names(&six(3).on_call(at(day.0), &removed))[0], "NOBODY");
    let gaps = |now| six(3).gaps(at(now), at("2026-02-01T00:00:00Z"), &removed);
    let whole = Gap { role: PRIMARY.into(), from: at(day.0), until: Some(at(day.1)) };
    assert_eq!(gaps("2026-01-05T09:00:00Z"), [whole]);
    assert_eq!(gaps("2026-01-07T18:00:00Z")[0].from, at("2026-01-07T18:00:00Z"));
    assert_eq!(gaps("2026-01-08T00:00:00Z"), []);
}

#[test]
fn an_empty_schedule_is_nobody_from_now_on() {
    let now = at("2026-01-07T00:00:00Z");
    let empty = vec![Layer::new(PRIMARY, Turns::Own(rotation(&[], "2026-01-05T09:00", "1w")))];
    for layers in [Vec::new(), empty] {
        let schedule = schedule("UTC", layers);
        assert!(schedule.nobody(now, &[]));
        assert_eq!(names(&schedule.on_call(now, &[])), ["NOBODY"]);
        let gaps = schedule.gaps(now, now + TimeDelta::days(30), &[]);
        assert_eq!((gaps.len(), gaps[0].from, gaps[0].until), (1, now, None));
    }
}

#[test]
fn a_gap_at_the_horizon_has_its_real_end() {
    let mut late = rotation(&["alice"], "2026-03-01T09:00", "1w");
    late.not_before = true;
    let schedule = schedule("UTC", vec![Layer::new(PRIMARY, Turns::Own(late))]);
    let now = at("2026-01-07T00:00:00Z");
    let gaps = schedule.gaps(now, now + TimeDelta::days(30), &[]);
    assert_eq!(gaps[0].until, Some(at("2026-03-01T09:00:00Z")));
}

#[test]
fn the_highest_active_layer_wins() {
    let day = Layer::new(PRIMARY, Turns::Own(rotation(&["alice"], "2026-01-05T00:00", "1w")));
    let mut night = Layer::new(PRIMARY, Turns::Own(rotation(&["eve"], "2026-01-05T00:00", "1w")));
    night.windows = vec![Window::parse("fri 22:00-06:00").unwrap()];
    let both = schedule("Europe/Berlin", vec![day, night]);
    let spans = both.spans(PRIMARY, at("2026-01-09T12:00:00Z"), at("2026-01-10T12:00:00Z"), &[]);
    let seen: Vec<_> = spans.iter().map(|span| (span.people[0].as_str(), span.from)).collect();
    let expected = [
        ("alice", at("2026-01-09T12:00:00Z")),
        ("eve", at("2026-01-09T21:00:00Z")),
        ("alice", at("2026-01-10T05:00:00Z")),
    ];
    assert_eq!(seen, expected);
}

#[test]
fn bad_overrides_are_said_and_the_rest_works() {
    let roster = Roster { people: SIX.iter().map(|id| Person::new(id)).collect(), schedules: vec![six(3)] };
    assert_eq!(roster.problems(), []);
    let day = ("2026-01-07T00:00:00Z", "2026-01-08T00:00:00Z");
    let mut elsewhere = change(3, Mode::Replace, "eve", day.0, day.1);
    elsewhere.schedule = "search".into();
    let overrides = [
        change(1, Mode::Replace, "carol", day.0, day.1),
        change(2, Mode::Replace, "eve", day.1, day.0),
        elsewhere,
        change(4, Mode::Replace, "eve", day.0, day.1),
        change(5, Mode::Replace, "david", day.0, day.1),
    ];
    let (usable, problems) = roster.usable(&overrides);
    assert_eq!(usable.iter().map(|change| change.seq).collect::<Vec<_>>(), [4, 5]);
    let person = "carol".to_owned();
    let schedule = "search".to_owned();
    let expected = [
        Problem::UnknownInOverride { seq: 1, person },
        Problem::EmptyOverride { seq: 2 },
        Problem::UnknownSchedule { seq: 3, schedule },
        Problem::Overlap { older: 4, newer: 5 },
    ];
    assert_eq!(problems, expected);
    assert_eq!(names(&six(3).on_call(at(day.0), &usable))[0], "david");
}

#[test]
fn layers_that_follow_each_other_in_a_circle_are_said() {
    let follow = |role: &str| Turns::Follows { role: role.into(), offset: 1 };
    let layers = vec![Layer::new(PRIMARY, follow(SECONDARY)), Layer::new(SECONDARY, follow(PRIMARY))];
    let roster = Roster { people: Vec::new(), schedules: vec![schedule("UTC", layers)] };
    assert_eq!(roster.problems().len(), 2);
    assert!(roster.schedules[0].nobody(at("2026-01-07T00:00:00Z"), &[]));
}
