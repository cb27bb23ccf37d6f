//! Figures and data states from a ledger, as the judge gives them.

use std::collections::BTreeMap;
use std::sync::Arc;

use burnwatch::domain::judge::{Circumstances, judge};
use burnwatch::domain::slo::status::{Level, SloStatus};
use serde::Deserialize;

use crate::figure::{Check, Figure, cases, target, window};
use crate::flow::{Flow, NOW, Piece, objective};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    target: String,
    window: String,
    /// Oldest first, ending now.
    flow: Vec<Piece>,
    /// Now lies so many minutes after a whole hour.
    #[serde(default)]
    minutes_past: i64,
    /// How long ago the last answer came.
    silence: Option<String>,
    fault: Option<String>,
    #[serde(default)]
    loading: bool,
    #[serde(default)]
    unanswered: bool,
    /// The errors series has never been seen.
    #[serde(default)]
    errors_absent: bool,
    within: Option<f64>,
    expect: Expect,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    data: Option<String>,
    level: Option<String>,
    burn: Option<BTreeMap<String, Figure>>,
    remaining: Option<Figure>,
    total: Option<Figure>,
    known_minutes: Option<Figure>,
    step: Option<String>,
    /// Severity and long window of each firing tier.
    firing: Option<Vec<String>>,
    empty_in_minutes: Option<Figure>,
    /// Each must begin one of the warnings.
    warnings: Option<Vec<String>>,
}

fn status(case: &Case) -> SloStatus {
    let slo = window(&case.window);
    let at = NOW + case.minutes_past * 60;
    let mut ledger = Flow::ending_at(at, &case.flow).ledger(at, slo);
    if case.errors_absent {
        ledger.bad_since = None;
    }
    let silence = case.silence.as_ref().map_or(0, |silence| window(silence).as_seconds());
    let why = Circumstances {
        now: at + silence,
        stale_after: 150,
        fault: case.fault.clone(),
        loading: case.loading,
        unanswered: case.unanswered,
        ..Circumstances::default()
    };
    judge(&objective(target(&case.target), slo), &Arc::new(ledger), &why)
}

#[test]
fn figures_and_what_they_are_worth() {
    for case in cases::<Case>("data-states.toml") {
        let (status, expect) = (status(&case), &case.expect);
        let mut check = Check::new(&case.name, case.within.or(Some(1e-9)));
        check.same("data", expect.data.as_ref(), status.data.word());
        check.same("level", expect.level.as_ref(), level(status.level()));
        for (span, want) in expect.burn.iter().flatten() {
            check.number(&format!("burn {span}"), Some(want), status.burn(window(span)));
        }
        check.number("remaining", expect.remaining.as_ref(), status.remaining());
        check.number("total", expect.total.as_ref(), status.reading.map(|reading| reading.tally.total));
        let known = status.reading.map(|reading| reading.known / 60.0);
        check.number("known_minutes", expect.known_minutes.as_ref(), known);
        check.same("step", expect.step.as_ref(), status.step.as_ref().map_or("none", |step| &step.word));
        let firing: Vec<String> = status.tiers.iter().filter(|tier| tier.firing).map(tier_text).collect();
        check.same("firing", expect.firing.as_ref(), firing);
        let empty = status.forecast.rolling.map(|seconds| seconds as f64 / 60.0);
        check.number("empty_in_minutes", expect.empty_in_minutes.as_ref(), empty);
        check.warnings(expect.warnings.as_deref(), &status.warnings);
        check.done();
    }
}

fn tier_text(status: &burnwatch::domain::slo::alert::TierStatus) -> String {
    format!("{} {}", status.tier.severity.word(), status.tier.long)
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Ok => "ok",
        Level::Unknown => "unknown",
        Level::Warn => "warn",
        Level::Page => "page",
    }
}

/// One series every 15 s decides the cells; one every 5 minutes has a single sample in most of them.
#[test]
fn a_series_that_is_too_slow_for_the_cells_is_told() {
    let told = |slowest: Option<i64>| {
        let mut ledger = Flow::ending_at(NOW, &[piece()]).ledger(NOW, window("1d"));
        (ledger.sampled_every, ledger.slowest_sampled) = (Some(15), slowest);
        let why = Circumstances { now: NOW, stale_after: 150, ..Circumstances::default() };
        judge(&objective(target("99%"), window("1d")), &Arc::new(ledger), &why).warnings
    };
    let text = "some series are scraped only every 5m: cells of 5m miss a part of their events";
    assert!(told(Some(300)).iter().any(|warning| warning == text), "{:?}", told(Some(300)));
    assert_eq!(told(Some(60)), told(None));
    assert!(!told(None).iter().any(|warning| warning.contains("some series")));
}

fn piece() -> Piece {
    Piece { span: "3d".to_owned(), per_second: 1.0, bad: 0.0, gap: false }
}
