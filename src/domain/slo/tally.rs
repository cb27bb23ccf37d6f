//! Counted events: how many there were, and how many of them were bad.

use std::iter::Sum;
use std::ops::{Add, AddAssign, Mul, Sub};

/// Events of some stretch of time. Both figures are increases, so they may be fractional.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tally {
    pub bad: f64,
    pub total: f64,
}

impl Tally {
    pub const ZERO: Self = Self { bad: 0.0, total: 0.0 };

    pub const fn new(bad: f64, total: f64) -> Self {
        Self { bad, total }
    }

    pub fn good(self) -> f64 {
        self.total - self.bad
    }

    /// Share of bad events, 0–1; `None` without traffic, because 0/0 is neither good nor bad.
    pub fn error_ratio(self) -> Option<f64> {
        (self.total > 0.0).then(|| self.bad / self.total)
    }
}

impl Add for Tally {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self::new(self.bad + other.bad, self.total + other.total)
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Tally {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self::new(self.bad - other.bad, self.total - other.total)
    }
}

impl Mul<f64> for Tally {
    type Output = Self;

    fn mul(self, factor: f64) -> Self {
        Self::new(self.bad * factor, self.total * factor)
    }
}

impl Sum for Tally {
    fn sum<I: Iterator<Item = Self>>(parts: I) -> Self {
        parts.fold(Self::ZERO, Add::add)
    }
}
