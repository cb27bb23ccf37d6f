//! Good or bad events over all events.

use super::{Counted, Tally, without_total};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Bad,
    Good,
}

impl Side {
    pub fn word(self) -> &'static str {
        match self {
            Self::Bad => "bad",
            Self::Good => "good",
        }
    }
}

/// Two expressions in the backend's own language: a bare counter selector, or one with `{{.window}}`.
#[derive(Clone, Debug, PartialEq)]
pub struct Events {
    pub side: Side,
    pub part: String,
    pub total: String,
}

impl Events {
    /// Counted from the good side, whatever the expressions are.
    pub(super) const fn good() -> Self {
        Self { side: Side::Good, part: String::new(), total: String::new() }
    }

    pub(super) fn count(&self, part: Option<f64>, total: Option<f64>) -> Counted {
        // An expression of one's own may subtract, and fewer than none is none.
        let Some(total) = total.map(|total| total.max(0.0)) else { return without_total(part) };
        let bad = match (self.side, part) {
            (Side::Bad, part) => part.unwrap_or(0.0),
            (Side::Good, part) => total - part.unwrap_or(0.0),
        };
        // Extrapolation can put one side a hair above the total.
        let bad = bad.clamp(0.0, total);
        Counted::Cell { tally: Tally::new(bad, total), seen: part.is_some() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(side: Side) -> Events {
        Events { side, part: "p".into(), total: "t".into() }
    }

    #[test]
    fn an_absent_errors_series_is_no_errors_and_flagged() {
        let counted = events(Side::Bad).count(None, Some(10.0));
        assert_eq!(counted, Counted::Cell { tally: Tally::new(0.0, 10.0), seen: false });
    }

    #[test]
    fn good_is_taken_from_the_total() {
        let counted = events(Side::Good).count(Some(7.0), Some(10.0));
        assert_eq!(counted, Counted::Cell { tally: Tally::new(3.0, 10.0), seen: true });
        let counted = events(Side::Good).count(Some(10.001), Some(10.0));
        assert_eq!(counted, Counted::Cell { tally: Tally::new(0.0, 10.0), seen: true });
    }

    #[test]
    fn fewer_events_than_none_are_none() {
        let counted = events(Side::Bad).count(Some(1.0), Some(-5.0));
        assert_eq!(counted, Counted::Cell { tally: Tally::new(0.0, 0.0), seen: true });
    }

    #[test]
    fn no_total_is_a_gap_unless_errors_were_counted() {
        assert_eq!(events(Side::Bad).count(None, None), Counted::Gap);
        assert_eq!(events(Side::Bad).count(Some(0.0), None), Counted::Gap);
        assert_eq!(events(Side::Bad).count(Some(2.0), None), Counted::NoTotal);
    }
}
