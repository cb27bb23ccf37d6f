//! Figures over time, read from the ledger: burn and remaining budget at regular instants.

use super::burn;
use super::grid::floor;
use super::ledger::{HOUR, Ledger, MINUTE};
use super::objective::Objective;
use super::spent::remaining_at;
use super::target::Target;
use super::window::Window;
use crate::domain::series::Series;

/// The burn over `window` at each step up to `to`, `count` values; `None` where nothing is known.
pub fn burn_rates(
    ledger: &Ledger,
    target: Target,
    window: Window,
    to: i64,
    step: i64,
    count: usize,
) -> Series {
    Series::from_fn(to, step, count, |at| {
        let reading = ledger.read(at, window)?;
        (reading.known > 0.0).then(|| burn::rate(reading.tally, target)).flatten()
    })
}

/// The remaining budget at each step up to `to`. Before the ledger's first window is complete there is
/// nothing honest to say, so values start where at least half a window is known.
pub fn remaining(objective: &Objective, ledger: &Ledger, to: i64, step: i64, count: usize) -> Series {
    Series::from_fn(to, step, count, |at| {
        remaining_at(objective, ledger, floor(at, HOUR.min(step.max(MINUTE))))
    })
}
