//! Indicators that compare a value with a bound, minute by minute: threshold, freshness, throughput.

use std::fmt;
use std::str::FromStr;

use super::Counted;
use super::ratio::of_time;
use crate::domain::slo::window::Window;

/// How a value is compared; the comparison says what is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    Less,
    AtMost,
    More,
    AtLeast,
}

impl Op {
    pub const ALL: [(&'static str, Self); 4] =
        [("<", Self::Less), ("<=", Self::AtMost), (">", Self::More), (">=", Self::AtLeast)];
}

impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = Self::ALL.iter().find(|(_, op)| op == self).map_or("", |(text, _)| *text);
        f.write_str(text)
    }
}

impl FromStr for Op {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.iter().find(|(known, _)| *known == text).map(|(_, op)| *op).ok_or(())
    }
}

/// Good while `value op bound`. `value` is a gauge or an expression; with `{{.window}}` it looks at the last five
/// minutes. Several series each count for their share.
#[derive(Clone, Debug, PartialEq)]
pub struct Threshold {
    pub value: String,
    pub op: Op,
    pub bound: f64,
}

impl Threshold {
    pub fn is_good(&self, value: f64) -> bool {
        match self.op {
            Op::Less => value < self.bound,
            Op::AtMost => value <= self.bound,
            Op::More => value > self.bound,
            Op::AtLeast => value >= self.bound,
        }
    }
}

/// Good while the newest `timestamp` (Unix seconds, as a gauge) is at most `max_age` old.
#[derive(Clone, Debug, PartialEq)]
pub struct Freshness {
    pub timestamp: String,
    pub max_age: Window,
}

/// Good while a counter grows by at least so much a second, over five minutes.
#[derive(Clone, Debug, PartialEq)]
pub struct Throughput {
    pub counter: String,
    pub at_least: f64,
}

/// The share of the cell's minutes that were good.
pub(super) fn count(good: Option<f64>, cell: Window) -> Counted {
    good.map_or(Counted::Gap, |good| of_time(1.0 - good, cell))
}

#[cfg(test)]
mod tests {
    use super::super::Tally;
    use super::*;

    #[test]
    fn operators_read_as_they_print() {
        for (text, op) in Op::ALL {
            assert_eq!(text.parse(), Ok(op));
            assert_eq!(op.to_string(), text);
        }
        assert!("=<".parse::<Op>().is_err());
    }

    #[test]
    fn four_of_five_minutes_were_good() {
        let counted = count(Some(0.8), Window::minutes(5));
        let Counted::Cell { tally, seen: true } = counted else { panic!("{counted:?}") };
        assert!((tally.bad - 1.0).abs() < 1e-12 && tally.total == 5.0);
        assert_eq!(count(None, Window::minutes(5)), Counted::Gap);
        assert_eq!(
            count(Some(1.0), Window::hours(1)),
            Counted::Cell { tally: Tally::new(0.0, 60.0), seen: true }
        );
    }
}
