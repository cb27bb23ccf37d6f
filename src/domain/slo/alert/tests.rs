//! Tiers on histories whose dates of firing and clearing are worked out by hand.

use super::super::ledger::Resolution;
use super::super::tier::{Comparison, pyrra, workbook};
use super::*;

const NOW: i64 = 1_768_903_200;
const MONTH: Window = Window::days(30);

/// Ten events a second, of which `share` were bad from `onset` to `end`; in cells of a minute.
fn ledger(share: f64, onset: i64, end: i64) -> Ledger {
    let cell = |end_of: i64, width: i64| {
        let bad = (end_of.min(end) - (end_of - width).max(onset)).max(0);
        (end_of, Tally::new(10.0 * share * bad as f64, 10.0 * width as f64))
    };
    let mut ledger = Ledger::new(Window::minutes(1), MONTH);
    let hours: Vec<_> = (0..24 * 30).map(|i| cell(NOW - i * 3600, 3600)).collect();
    ledger.record(Resolution::Hours, &hours, NOW);
    let minutes: Vec<_> = (0..=3 * 1440).map(|i| cell(NOW - i * 60, 60)).collect();
    ledger.record(Resolution::Middle, &minutes, NOW);
    ledger.record(Resolution::Fine, &minutes[..360], NOW);
    ledger
}

fn outage(share: f64, for_seconds: i64) -> Ledger {
    ledger(share, NOW - for_seconds, NOW)
}

fn judged(tier: &Tier, ledger: &Ledger) -> TierStatus {
    evaluate(tier, ledger, "99.9%".parse().unwrap(), NOW)
}

/// `t = factor × budget × long / e` after the onset: 51.84, 129.6, 259.2 and 259.2 s for a total outage at 99.9 %.
#[test]
fn a_total_outage_fires_after_52_130_259_and_259_seconds() {
    let after_a_minute = outage(1.0, 60);
    let ahead: Vec<_> = workbook(MONTH).iter().map(|tier| judged(tier, &after_a_minute).fires_in).collect();
    assert_eq!(ahead, [None, Some(130 - 60), Some(260 - 60), Some(260 - 60)]);
    assert!(judged(&workbook(MONTH)[0], &after_a_minute).firing, "52 s are over");
    // At 80 % the first takes 51.84 / 0.8 = 64.8 s.
    assert_eq!(judged(&workbook(MONTH)[0], &outage(0.8, 60)).fires_in, Some(65 - 60));
}

#[test]
fn a_slow_burn_fires_when_the_long_window_has_filled() {
    let tier = workbook(MONTH)[0];
    // 2.3 % of errors burn at 23: 14.4 × 0.001 × 3600 / 0.023 = 2253.9 s after the onset.
    assert_eq!(judged(&tier, &outage(0.023, 300)).fires_in, Some(2254 - 300));
    // 1.4 % burn at 14, which is below the factor for ever.
    assert_eq!(judged(&tier, &outage(0.014, 300)).fires_in, None);
    // Pyrra's `for` comes on top: 14 × 0.001 × 3600 / 0.023 = 2191.3 s, and 2 minutes.
    let waits = pyrra(Window::days(28)).unwrap()[0];
    assert_eq!(judged(&waits, &outage(0.023, 300)).fires_in, Some(2192 + 120 - 300));
}

#[test]
fn it_is_pending_for_as_long_as_it_waits() {
    let tier = Tier { wait: Some(Window::minutes(15)), ..workbook(MONTH)[0] };
    // Burning passes the factor in the first minute of a total outage.
    for (minutes, state, ahead) in
        [(1, State::Pending, Some(15)), (10, State::Pending, Some(6)), (16, State::Firing, None)]
    {
        let status = judged(&tier, &outage(1.0, minutes * 60));
        assert_eq!((status.state(), status.fires_in), (state, ahead.map(|ahead| ahead * 60)), "{minutes}");
        assert_eq!(status.since, Some(NOW - (minutes - 1) * 60));
        assert_eq!(status.clears_in.is_some(), state == State::Firing);
    }
    let fires = judged(&tier, &outage(1.0, 3600));
    assert_eq!(fires.firing_since(), Some(NOW - 59 * 60 + 15 * 60));
}

/// `short × (1 − factor × budget / e)` after full recovery: 300 × (1 − 0.0144) = 295.68 s.
#[test]
fn it_clears_when_the_short_window_has_emptied() {
    let tier = workbook(MONTH)[0];
    assert_eq!(judged(&tier, &outage(1.0, 3600)).clears_in, Some(296));
    // At 2.3 %: 300 × (1 − 0.0144 / 0.023) = 112.17 s.
    assert_eq!(judged(&tier, &outage(0.023, 3600)).clears_in, Some(113));
}

#[test]
fn reaching_is_not_passing() {
    let steady = outage(0.0625, 4 * 3600);
    // 1/16 is exact in binary, and so is the burn of it at 50 %: 0.125.
    let tier = Tier { factor: 0.125, ..workbook(MONTH)[0] };
    let fires = |tier: Tier| evaluate(&tier, &steady, "50%".parse().unwrap(), NOW).firing;
    assert_eq!((fires(tier), fires(tier.at_least())), (false, true));
    assert_eq!(tier.at_least().comparison, Comparison::AtLeast);
}

#[test]
fn what_the_cells_cannot_show_is_not_quiet() {
    let mut wide = Ledger::new(Window::minutes(5), MONTH);
    wide.record(Resolution::Fine, &[(NOW, Tally::new(0.0, 100.0))], NOW);
    let status = judged(&pyrra(Window::days(7)).unwrap()[0], &wide);
    assert_eq!((status.state(), status.short_burn, status.fires_in), (State::Unseen, None, None));
    let empty = Ledger::new(Window::minutes(1), MONTH);
    assert_eq!(judged(&workbook(MONTH)[0], &empty).state(), State::Unknown);
}
