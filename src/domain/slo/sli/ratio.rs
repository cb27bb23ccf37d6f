//! A share of good or bad that the backend computes itself.

use super::{Counted, Side, Tally};
use crate::domain::slo::window::Window;

/// An expression of a share, 0–1: a bare series (a gauge or a recorded ratio, averaged over the window), or one
/// with `{{.window}}`. There is nothing to weigh it with, so each cell counts by its length.
#[derive(Clone, Debug, PartialEq)]
pub struct Ratio {
    pub side: Side,
    pub ratio: String,
}

/// A share of good that is above this is none, and taken as one would be perfect whatever it says: a percentage.
const MOST: f64 = 2.0;

impl Ratio {
    pub(super) fn count(&self, share: Option<f64>, cell: Window) -> Counted {
        let Some(share) = share else { return Counted::Gap };
        if self.side == Side::Good && share > MOST {
            return Counted::NoShare;
        }
        let bad = if self.side == Side::Bad { share } else { 1.0 - share };
        of_time(bad, cell)
    }
}

/// A share of bad time of `cell`, in minutes.
pub(super) fn of_time(bad: f64, cell: Window) -> Counted {
    let minutes = cell.as_minutes();
    Counted::Cell { tally: Tally::new(bad.clamp(0.0, 1.0) * minutes, minutes), seen: true }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_become_minutes() {
        let ratio = |side| Ratio { side, ratio: "r".into() };
        let cell = Window::minutes(5);
        let counted = |bad| Counted::Cell { tally: Tally::new(bad, 5.0), seen: true };
        assert_eq!(ratio(Side::Bad).count(Some(0.2), cell), counted(1.0));
        assert_eq!(ratio(Side::Good).count(Some(0.75), cell), counted(1.25));
        assert_eq!(ratio(Side::Bad).count(Some(1.7), cell), counted(5.0));
        assert_eq!(ratio(Side::Bad).count(None, cell), Counted::Gap);
        assert_eq!(ratio(Side::Good).count(Some(1.001), cell), counted(0.0));
        assert_eq!(ratio(Side::Good).count(Some(99.2), cell), Counted::NoShare);
    }
}
