//! How many come: the shape of a day and a week.
//!
//! The customers live where it is half past one in the afternoon of a Tuesday when the program starts, so
//! that the story weighs the same at any hour.

const DAY: i64 = 1440;
/// Minute of the customers' day at the start of the program.
const START: i64 = 13 * 60 + 30;

/// Share of the peak at each full hour.
const HOURS: [f64; 24] = [
    0.42, 0.34, 0.29, 0.27, 0.28, 0.33, 0.45, 0.62, 0.78, 0.90, 0.97, 1.00, //
    0.98, 0.96, 0.97, 0.99, 1.00, 1.00, 0.99, 0.97, 0.93, 0.82, 0.67, 0.53,
];
/// From the Tuesday of the start on, valid at noon.
const DAYS: [f64; 7] = [1.00, 1.00, 1.01, 0.98, 0.80, 0.75, 0.97];

/// Who comes when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// People: busy by day, quieter at the weekend.
    People,
    /// Machines: nearly even, a little more by night.
    Machines,
}

impl Shape {
    /// Share of the peak, `minute` after the start of the program.
    pub(super) fn at(self, minute: i64) -> f64 {
        let place = (minute + START).rem_euclid(DAY);
        let people = between(&HOURS, place, 60);
        match self {
            Self::People => people * between(&DAYS, (minute + START - DAY / 2).rem_euclid(7 * DAY), DAY),
            Self::Machines => 1.08 - 0.2 * people,
        }
    }
}

/// Linear between entries that lie `step` apart, on a ring.
fn between(ring: &[f64], place: i64, step: i64) -> f64 {
    let index = (place / step) as usize % ring.len();
    let (from, to) = (ring[index], ring[(index + 1) % ring.len()]);
    from + (to - from) * (place % step) as f64 / step as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nights_and_weekends_are_quiet() {
        let people = |minute| Shape::People.at(minute);
        // Half past one in the afternoon, ten hours later, and on the Sunday after.
        assert!((people(0) - 0.965).abs() < 0.002, "{}", people(0));
        assert!(people(600) < 0.55);
        assert!(people(5 * DAY) < 0.8 * people(0));
    }

    #[test]
    fn a_week_earlier_is_the_same() {
        for minute in (-20_000..20_000).step_by(97) {
            let earlier = Shape::People.at(minute - 7 * DAY);
            assert_eq!(Shape::People.at(minute).to_bits(), earlier.to_bits());
        }
    }
}
