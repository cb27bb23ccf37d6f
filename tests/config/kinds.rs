//! Every kind of indicator, method and window, as it is meant.

use burnwatch::config::{Document, load};
use burnwatch::domain::slo::calendar::{Calendar, Unit};
use burnwatch::domain::slo::method::Method;
use burnwatch::domain::slo::objective::Objective;
use burnwatch::domain::slo::sli::{
    Composite, Events, Freshness, Latency, Member, Missing, Op, Ratio, Rule, Side, Sli, Threshold, Throughput,
};
use burnwatch::domain::slo::window::Window;
use chrono::NaiveDate;
use chrono_tz::Tz;

/// The objective that these lines make.
fn objective(lines: &str) -> Objective {
    let plain = "[[slo]]\nservice = 'a'\nname = 'plain'\ntarget = 0.99\nwindow = '7d'\nsli = { kind = 'bool', metric = 'up' }\n";
    let text = format!(
        "[[backend]]\nname = 'main'\ntype = 'prometheus'\n{plain}[[slo]]\nservice = 'a'\nname = 'b'\ntarget = 0.99\n{lines}\n"
    );
    let config = load(&Document::new(None, &text), None).unwrap_or_else(|found| panic!("{found:?}")).config;
    Objective::clone(&config.objectives[1])
}

fn sli(table: &str) -> Sli {
    objective(&format!("window = '30d'\nsli = {table}")).sli
}

#[test]
fn every_kind_with_all_its_keys() {
    let events = |side| Events { side, part: "x".into(), total: "y".into() };
    let latency = |native| Latency { histogram: "h".into(), threshold: 0.27, native };
    let kinds = [
        ("{ kind = 'events', bad = 'x', total = 'y' }", Sli::Events(events(Side::Bad))),
        ("{ kind = 'correctness', good = 'x', total = 'y' }", Sli::Correctness(events(Side::Good))),
        ("{ kind = 'latency', histogram = 'h', threshold = '270ms' }", Sli::Latency(latency(false))),
        (
            "{ kind = 'latency', histogram = 'h', threshold = 0.27, native = true }",
            Sli::Latency(latency(true)),
        ),
        ("{ kind = 'ratio', bad_ratio = 'x' }", Sli::Ratio(Ratio { side: Side::Bad, ratio: "x".into() })),
        ("{ kind = 'ratio', good_ratio = 'x' }", Sli::Ratio(Ratio { side: Side::Good, ratio: "x".into() })),
        (
            "{ kind = 'threshold', value = 'depth', op = '<=', bound = -1_000.5 }",
            Sli::Threshold(Threshold { value: "depth".into(), op: Op::AtMost, bound: -1000.5 }),
        ),
        ("{ kind = 'bool', metric = 'up' }", Sli::Bool("up".into())),
        (
            "{ kind = 'freshness', timestamp = 'done', max_age = '1h30m' }",
            Sli::Freshness(Freshness { timestamp: "done".into(), max_age: Window::minutes(90) }),
        ),
        (
            "{ kind = 'throughput', counter = 'rows_total', at_least = 2.5 }",
            Sli::Throughput(Throughput { counter: "rows_total".into(), at_least: 2.5 }),
        ),
    ];
    for (typed, want) in kinds {
        assert_eq!(sli(typed), want, "{typed}");
    }
}

#[test]
fn a_composite_has_members_and_no_backend() {
    let composite = objective("window = '30d'\nsli = { kind = 'composite', members = ['a/plain'] }");
    assert_eq!(composite.source, "");
    let member = |weight| Member { id: "a/plain".into(), weight };
    let want = Composite { members: vec![member(1.0)], rule: Rule::Worst, missing: Missing::Unknown };
    assert_eq!(composite.sli, Sli::Composite(want));
    let typed = "{ kind = 'composite', members = [{ id = 'a/plain', weight = 2 }], rule = 'weighted', missing = 'bad' }";
    let want = Composite { members: vec![member(2.0)], rule: Rule::Weighted, missing: Missing::Bad };
    assert_eq!(sli(typed), Sli::Composite(want));
}

#[test]
fn methods_and_their_slices() {
    let method = |lines: &str| {
        objective(&format!("window = '30d'\nsli = {{ kind = 'bool', metric = 'up' }}\n{lines}")).method
    };
    let slice = Window::minutes(10);
    assert_eq!(method(""), Method::Occurrences);
    assert_eq!(
        method("method = 'timeslices'\nslice = '10m'\nslice_target = '95%'"),
        Method::Timeslices { slice, target: "95%".parse().unwrap() }
    );
    assert_eq!(method("method = 'ratio-timeslices'\nslice = '10m'"), Method::RatioTimeslices { slice });
}

#[test]
fn windows_roll_or_follow_the_calendar() {
    let window = |typed: &str| {
        let slo = objective(&format!("window = {typed}\nsli = {{ kind = 'bool', metric = 'up' }}"));
        (slo.window, slo.calendar)
    };
    assert_eq!(window("'6w3d'"), (Window::days(45), None));
    let month = Calendar::new(Unit::Month, Tz::UTC);
    assert_eq!(window("{ calendar = 'month' }"), (Window::days(30), Some(month)));
    let berlin = Calendar::new(Unit::Quarter, Tz::Europe__Berlin);
    assert_eq!(
        window("{ calendar = 'quarter', timezone = 'Europe/Berlin' }"),
        (Window::days(90), Some(berlin))
    );
    let start = NaiveDate::from_ymd_opt(2026, 1, 7).unwrap();
    let sprint = |hour| Calendar {
        count: 2,
        start: start.and_hms_opt(hour, 0, 0),
        ..Calendar::new(Unit::Week, Tz::UTC)
    };
    let typed = "{ calendar = 'week', count = 2, start = 2026-01-07T09:00 }";
    assert_eq!(window(typed), (Window::days(14), Some(sprint(9))));
    assert_eq!(window("{ calendar = 'week', count = 2, start = '2026-01-07' }").1, Some(sprint(0)));
}
