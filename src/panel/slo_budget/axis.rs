//! The time axis of the burn-down: one SLO window up to now and a part of the next one, or a whole period.

use crate::domain::quantity::percent;
use crate::domain::slo::span::Span;
use crate::domain::slo::window::Window;

/// The share of the width that is past.
const PAST: f64 = 0.88;

pub(super) struct Axis {
    /// Unix seconds of the left edge, of now and of the right edge.
    pub from: i64,
    pub now: i64,
    pub to: i64,
    /// Columns of dots before now, and after it.
    pub past: usize,
    pub ahead: usize,
}

impl Axis {
    /// An axis of `dots` columns for the window that ends at `now`.
    pub(super) fn new(now: i64, window: Window, dots: usize) -> Self {
        let span = window.as_seconds();
        let past = ((dots as f64 * PAST).round() as usize).max(1);
        let ahead = dots.saturating_sub(past).max(1);
        let reach = (span as f64 * ahead as f64 / past as f64) as i64;
        Self { from: now - span, now, to: now + reach, past, ahead }
    }

    /// An axis of `dots` columns for a period, of which the part up to `now` is past.
    pub(super) fn of_period(now: i64, span: Span, dots: usize) -> Self {
        let share = (now - span.from) as f64 / (span.to - span.from).max(1) as f64;
        let past = ((dots as f64 * share).round() as usize).clamp(1, dots.max(2) - 1);
        let ahead = dots.saturating_sub(past).max(1);
        Self { from: span.from, now, to: span.to, past, ahead }
    }

    pub(super) fn columns(&self) -> usize {
        self.past + self.ahead
    }

    /// Where `time` stands, as a fraction of the width.
    pub(super) fn share(&self, time: i64) -> f64 {
        (time - self.from) as f64 / (self.to - self.from).max(1) as f64
    }

    /// The seconds after now of column `number` of those ahead.
    pub(super) fn seconds_ahead(&self, number: usize) -> i64 {
        ((self.to - self.now) as f64 * (number + 1) as f64 / self.ahead as f64) as i64
    }

    /// Edges first, then the quarters of `span` seconds that fit in between.
    pub(super) fn labels(&self, span: i64, text: impl Fn(i64) -> String) -> Vec<(f64, String)> {
        let inner = [2, 1, 3].map(|quarter| self.from + span * quarter / 4);
        [self.from, self.to].into_iter().chain(inner).map(|time| (self.share(time), text(time))).collect()
    }
}

/// Labels of the scale from `low` (at most 0) to 1.
pub(super) fn percents(low: f64) -> Vec<(f64, String)> {
    let values: &[f64] = if low < 0.0 { &[1.0, 0.0, low] } else { &[1.0, 0.5, 0.0] };
    values.iter().map(|value| (*value, percent(*value))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_window_is_past_and_now_stands_where_it_ends() {
        let axis = Axis::new(2_592_000, Window::days(30), 100);
        assert_eq!((axis.from, axis.past, axis.ahead), (0, 88, 12));
        assert!((axis.share(axis.now) - 0.88).abs() < 1e-6);
        assert_eq!(axis.seconds_ahead(11), axis.to - axis.now);
    }

    #[test]
    fn a_period_ends_at_the_right_edge() {
        let axis = Axis::of_period(600_000, Span { from: 0, to: 2_400_000 }, 100);
        assert_eq!((axis.past, axis.ahead, axis.to), (25, 75, 2_400_000));
        let new = Axis::of_period(60, Span { from: 0, to: 2_400_000 }, 100);
        assert_eq!((new.past, new.ahead), (1, 99));
    }
}
