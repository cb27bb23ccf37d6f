//! A series on the minutes of the chart, and a scale that does not jump.

use crate::domain::series::Series;
use crate::domain::signal::{Figure, Lane, Unit};

/// A scale of errors that ended lower would make a cliff of noise.
const LEAST_ERRORS: f64 = 0.01;

/// The values of the `range` seconds up to `to`, one a minute; a coarser series holds each value for its step.
pub(super) fn minutes(series: &Series, to: i64, range: i64) -> Vec<Option<f64>> {
    let count = (range / 60).max(1);
    let at = |time: i64| {
        let since = time - series.start;
        if since < 0 || series.step <= 0 {
            return None;
        }
        series.values.get((since / series.step) as usize).copied().flatten()
    };
    (0..count).map(|minute| at(to - (count - 1 - minute) * 60)).collect()
}

/// The top of the scale: a round figure above everything shown, 100 % for what can be no fuller.
pub(super) fn high(figure: &Figure, shown: &[&[Option<f64>]]) -> f64 {
    let most = shown.iter().flat_map(|values| values.iter()).flatten().copied();
    let most = most.filter(|value| value.is_finite()).chain(figure.limit).fold(0.0, f64::max);
    let top = nice(most);
    if figure.lane == Lane::Errors && figure.unit == Unit::Share {
        return top.clamp(LEAST_ERRORS, 1.0);
    }
    if figure.unit == Unit::Share && most <= 1.0 { top.min(1.0) } else { top }
}

/// The next of 1, 1.5, 2, 3, 4, 5, 6, 8, 10 times a power of ten that leaves a little air above `value`.
pub(super) fn nice(value: f64) -> f64 {
    if !value.is_finite() || value <= 0.0 {
        return 1.0;
    }
    let wanted = value * 1.04;
    let power = 10f64.powf(wanted.log10().floor());
    let steps = [1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0];
    let step = steps.into_iter().find(|step| step * power >= wanted).unwrap_or(10.0);
    step * power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_are_round_and_have_air() {
        for (value, top) in [(4.1, 5.0), (0.487, 0.6), (5040.0, 6000.0), (1.0, 1.5), (0.0, 1.0)] {
            assert!((nice(value) - top).abs() < 1e-9, "{value}: {}", nice(value));
        }
        assert!((nice(f64::NAN) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_series_that_ended_leaves_a_gap_and_a_coarse_one_is_held() {
        let fine = Series::new(0, 60, vec![Some(1.0), Some(2.0)]);
        assert_eq!(minutes(&fine, 180, 240), [Some(1.0), Some(2.0), None, None]);
        let coarse = Series::new(0, 300, vec![Some(1.0), Some(2.0)]);
        assert_eq!(minutes(&coarse, 300, 180), [Some(1.0), Some(1.0), Some(2.0)]);
    }
}
