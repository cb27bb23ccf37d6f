//! The curves of the burn-down: what was left, the even spending, and two ways on.

use super::axis::Axis;
use crate::domain::slo::budget::Budget;
use crate::domain::slo::forecast;
use crate::domain::slo::history::remaining;
use crate::domain::slo::ledger::HOUR;
use crate::domain::slo::status::SloStatus;
use crate::domain::slo::tally::Tally;
use crate::domain::slo::window::Window;
use crate::widget::{Worst, columns};

/// One value a column of the axis each.
pub(super) struct Curves {
    pub history: Vec<Option<f64>>,
    pub ideal: Vec<Option<f64>>,
    /// On at the recent rate, as if nothing left the window.
    pub naive: Vec<Option<f64>>,
    /// On at the recent rate, with old errors leaving the window.
    pub rolling: Vec<Option<f64>>,
}

impl Curves {
    pub(super) fn of(slo: &SloStatus, axis: &Axis) -> Self {
        let mut history = history(slo, axis.from, axis.now, axis.past);
        history.resize(axis.columns(), None);
        // A rolling window ends now; a period is spent at its end.
        let spent = if slo.objective.calendar.is_some() { axis.columns() } else { axis.past };
        let ideal = (0..axis.columns())
            .map(|column| (column < spent).then(|| 1.0 - column as f64 / spent as f64))
            .collect();
        let floor = floor(&history);
        let ahead = |value: &dyn Fn(i64) -> Option<f64>| {
            let mut shown = vec![None; axis.past];
            let coming = (0..axis.ahead).map(|number| value(axis.seconds_ahead(number)));
            // Below the scale a forecast runs along its edge: spent, however deep.
            shown.extend(coming.map(|value| value.map(|value| value.max(floor))));
            shown
        };
        let rate = slo.as_of.and_then(|at| forecast::rate(&slo.ledger, at, slo.recent()));
        let naive = ahead(&|seconds| naive(slo, rate?, seconds));
        let rolling = ahead(&|seconds| rolling(slo, rate?, seconds));
        Self { history, ideal, naive, rolling }
    }

    /// The lower end of the scale: 0, or below everything that was.
    pub(super) fn low(&self) -> f64 {
        floor(&self.history)
    }
}

/// Zero, or the next quarter (half, whole, … the deeper it is) below the lowest value.
fn floor(values: &[Option<f64>]) -> f64 {
    let lowest = values.iter().flatten().copied().fold(0.0, f64::min);
    let step = [0.25, 0.5, 1.0, 5.0, 25.0, 100.0].into_iter().find(|step| -lowest <= 4.0 * step);
    let step = step.unwrap_or(1000.0);
    (lowest / step).floor() * step
}

/// The remaining budget from `from` to `at` in `count` columns, the least of what falls into each.
pub(super) fn history(slo: &SloStatus, from: i64, at: i64, count: usize) -> Vec<Option<f64>> {
    let span = at - from;
    let step = (span / (2 * count.max(1)) as i64).clamp(300, HOUR);
    let samples = (span / step).clamp(1, 20_000) as usize;
    let series = remaining(&slo.objective, &slo.ledger, at, step, samples);
    let mut values = columns(&series.values, count, Worst::Lowest);
    // The history is of whole hours; the newest column is of now.
    if let (Some(last), Some(now)) = (values.last_mut(), slo.remaining()) {
        *last = Some(last.map_or(now, |worst| worst.min(now)));
    }
    values
}

fn naive(slo: &SloStatus, rate: Tally, ahead: i64) -> Option<f64> {
    if slo.objective.calendar.is_some() {
        // What the whole period may spend is counted already.
        let allowed = slo.budget?.allowed_bad;
        return (allowed > 0.0).then_some(slo.remaining()? - rate.bad * ahead as f64 / allowed);
    }
    let burn = crate::domain::slo::burn::rate(rate, slo.objective.target).filter(|burn| burn.is_finite())?;
    let window = slo.objective.window;
    Some(slo.remaining()? - crate::domain::slo::burn::spent(burn, Window::seconds(ahead), window))
}

fn rolling(slo: &SloStatus, rate: Tally, ahead: i64) -> Option<f64> {
    if slo.objective.calendar.is_some() {
        return None;
    }
    let window = slo.objective.window;
    let rest = window.as_seconds() - ahead;
    let kept = if rest > 0 { slo.ledger.read(slo.as_of?, Window::seconds(rest))?.tally } else { Tally::ZERO };
    let coming = rate * ahead.min(window.as_seconds()) as f64;
    Budget::of(kept + coming, slo.objective.target, window).remaining
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_reaches_below_what_was() {
        assert!(floor(&[Some(0.4), None]).abs() < 1e-12);
        assert!((floor(&[Some(-0.38)]) + 0.5).abs() < 1e-12);
        assert!((floor(&[Some(-1.2)]) + 1.5).abs() < 1e-12);
        assert!((floor(&[Some(-18.0)]) + 20.0).abs() < 1e-12);
    }
}
