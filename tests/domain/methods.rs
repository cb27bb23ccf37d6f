//! Budgets by events, by slices and by the calendar, as the judge gives them.

use std::sync::Arc;

use burnwatch::domain::judge::{Books, Circumstances, judge};
use burnwatch::domain::slo::calendar::{Calendar, Unit};
use burnwatch::domain::slo::method::Method;
use burnwatch::domain::slo::objective::Objective;
use burnwatch::domain::slo::status::SloStatus;
use chrono::{DateTime, NaiveDate, SecondsFormat};
use proptest::prelude::*;
use serde::Deserialize;

use crate::figure::{Check, Figure, cases, target, window};
use crate::flow::{Flow, NOW, Piece, objective};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    target: String,
    /// Of a rolling window; else `calendar` and perhaps `zone`.
    window: Option<String>,
    calendar: Option<String>,
    zone: Option<String>,
    #[serde(default)]
    method: Budgeting,
    /// Now; without it a certain whole hour.
    at: Option<String>,
    /// Oldest first, ending now.
    flow: Vec<Piece>,
    within: Option<f64>,
    expect: Expect,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Budgeting {
    slice: Option<String>,
    /// Makes it timeslices; without it slices are averaged.
    target: Option<String>,
}

impl Budgeting {
    pub(crate) fn method(&self) -> Method {
        let Some(slice) = self.slice.as_ref().map(|text| window(text)) else { return Method::Occurrences };
        match &self.target {
            Some(text) => Method::Timeslices { slice, target: target(text) },
            None => Method::RatioTimeslices { slice },
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    data: Option<String>,
    unit: Option<String>,
    bad: Option<Figure>,
    total: Option<Figure>,
    allowed_bad: Option<Figure>,
    minutes: Option<Figure>,
    remaining: Option<Figure>,
    to_date: Option<Figure>,
    empty_in_minutes: Option<Figure>,
    refill: Option<Figure>,
    refill_at: Option<String>,
    /// Begin and end of the period.
    period: Option<[String; 2]>,
    period_name: Option<String>,
    warnings: Option<Vec<String>>,
}

fn meant(case: &Case) -> Objective {
    let zone = case.zone.as_ref().map_or(chrono_tz::Tz::UTC, |zone| zone.parse().unwrap());
    let unit = |word: &String| *Unit::ALL.iter().find(|unit| unit.word() == word).unwrap();
    let calendar = case.calendar.as_ref().map(|word| Calendar::new(unit(word), zone));
    let span = calendar.map_or_else(|| window(case.window.as_ref().unwrap()), Calendar::nominal);
    let plain = objective(target(&case.target), span);
    Objective { calendar, method: case.method.method(), ..Objective::clone(&plain) }
}

/// The status of `objective`, of which everything that `flow` has was asked in the cells that its method needs.
pub(crate) fn judged(objective: Objective, flow: &Flow, at: i64) -> SloStatus {
    let (method, reach) = (objective.method, objective.reach());
    let weigh = |tally| method.weigh(tally, method.cell());
    let books = match method.slice() {
        None => Books::from(&Arc::new(flow.ledger(at, reach))),
        Some(slice) => Books {
            counts: Arc::new(flow.cells(slice, at, reach, |tally| tally)),
            budget: Arc::new(flow.cells(slice, at, reach, weigh)),
        },
    };
    let why = Circumstances { now: at, stale_after: 150, ..Circumstances::default() };
    judge(&Arc::new(objective), books, &why)
}

fn instant(text: &str) -> i64 {
    DateTime::parse_from_rfc3339(text).unwrap().timestamp()
}

fn shown(unix: i64) -> String {
    DateTime::from_timestamp(unix, 0).unwrap().to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn run(file: &str) {
    for case in cases::<Case>(file) {
        let at = case.at.as_deref().map_or(NOW, instant);
        let objective = meant(&case);
        let status = judged(objective.clone(), &Flow::ending_at(at, &case.flow), at);
        let (budget, reading, expect) = (status.budget, status.reading, &case.expect);
        let mut check = Check::new(&case.name, case.within.or(Some(1e-9)));
        check.same("data", expect.data.as_ref(), status.data.word());
        check.same("unit", expect.unit.as_ref(), objective.unit().word());
        check.number("bad", expect.bad.as_ref(), reading.map(|reading| reading.tally.bad));
        check.number("total", expect.total.as_ref(), reading.map(|reading| reading.tally.total));
        check.number("allowed_bad", expect.allowed_bad.as_ref(), budget.map(|budget| budget.allowed_bad));
        check.number("minutes", expect.minutes.as_ref(), budget.map(|budget| budget.minutes));
        check.number("remaining", expect.remaining.as_ref(), status.remaining());
        check.number("to_date", expect.to_date.as_ref(), budget.and_then(|budget| budget.to_date));
        let empty = status.forecast.rolling.map(|seconds| seconds as f64 / 60.0);
        check.number("empty_in_minutes", expect.empty_in_minutes.as_ref(), empty);
        let refill = status.forecast.refill;
        check.number("refill", expect.refill.as_ref(), refill.map(|refill| refill.share));
        let refill_at = refill.map_or_else(String::new, |refill| shown(refill.at));
        check.same("refill_at", expect.refill_at.as_ref(), refill_at);
        let span = objective.span(at);
        check.same("period", expect.period.as_ref(), [span.from, span.to].map(shown));
        let name = objective.period_name(at).unwrap_or_default();
        check.same("period_name", expect.period_name.as_ref(), name);
        check.warnings(expect.warnings.as_deref(), &status.warnings);
        check.done();
    }
}

#[test]
fn one_traffic_and_three_methods() {
    run("methods.toml");
}

#[test]
fn periods_of_the_calendar() {
    run("calendars.toml");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn periods_follow_each_other_without_a_gap(
        // From 1990 to 2060.
        at in 631_152_000_i64..2_840_140_800,
        unit in prop::sample::select(Unit::ALL.to_vec()),
        count in 1_u32..5,
        zone in prop::sample::select(vec!["UTC", "Europe/Berlin", "Australia/Lord_Howe", "America/St_Johns", "Asia/Kathmandu"]),
        anchor in prop::option::of((1_u32..=12, 1_u32..=28, 0_u32..24)),
    ) {
        let day = |(month, day, hour)| NaiveDate::from_ymd_opt(2022, month, day).unwrap().and_hms_opt(hour, 30, 0).unwrap();
        let calendar = Calendar { count, start: anchor.map(day), ..Calendar::new(unit, zone.parse().unwrap()) };
        let span = calendar.period(at);
        prop_assert!(span.from < at && at <= span.to, "{span:?}");
        prop_assert!(span.length() <= calendar.longest(), "{span:?}");
        prop_assert_eq!(calendar.period(span.from).to, span.from);
        prop_assert_eq!(calendar.period(span.to + 1).from, span.to);
    }
}
